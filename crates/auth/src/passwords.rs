//! Passwords: bcrypt, off the async threads, a few at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use estrad_domain::name::key;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::{PasswordError, common_passwords};

/// The least bcrypt cost that there is.
pub const MIN_COST: u32 = 4;

/// How long a password waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A password that may be chosen: at least [`Password::MIN_CHARACTERS`] characters and at most
/// [`Password::MAX_BYTES`] bytes, which is as far as bcrypt looks (72 with its closing NUL), and none that
/// is tried first by whoever guesses.
///
/// It is kept as an opaque string (RFC 8265, 4.2): whatever a keyboard composes characters of, the same
/// password is the same text.
#[derive(Clone)]
pub struct Password(String);

/// Whose a password is to be.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The account's address.
    pub email: &'a str,
    /// The user's name, where there is one.
    pub name: Option<&'a str>,
}

impl Password {
    /// The fewest characters.
    pub const MIN_CHARACTERS: usize = 8;
    /// The most bytes in UTF-8.
    pub const MAX_BYTES: usize = 71;

    /// Checks the length, and that it is not among the most common ones.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn new(text: impl AsRef<str>) -> Result<Self, String> {
        let text = text.as_ref();
        if text.contains('\0') {
            return Err("Must not contain NUL characters.".to_owned());
        }
        // Not worth composing: it becomes a third as long at most.
        if text.len() > Self::MAX_BYTES * 4 {
            return Err(format!("Longer than maximum length {} bytes.", Self::MAX_BYTES));
        }
        let text = opaque(text);
        if text.contains(char::is_control) {
            return Err("Must not contain control characters.".to_owned());
        }
        if text.chars().count() < Self::MIN_CHARACTERS {
            return Err(format!("Shorter than minimum length {}.", Self::MIN_CHARACTERS));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(format!("Longer than maximum length {} bytes.", Self::MAX_BYTES));
        }
        if common_passwords::contains(&text) {
            return Err("It is one of the most common passwords: choose another one.".to_owned());
        }
        Ok(Self(text))
    }

    /// Whether somebody who knows whose it is would try it first.
    fn is_of(&self, owner: Owner<'_>) -> bool {
        let password = key(&self.0);
        let mut known = vec![key(owner.email)];
        known.extend(owner.email.rsplit_once('@').map(|(local, _)| key(local)));
        if let Some(name) = owner.name.map(key) {
            known.push(name.replace(' ', ""));
            known.push(name);
        }
        known.contains(&password)
    }
}

/// A password as an opaque string: blanks of any kind are the one of ASCII, characters are composed
/// (RFC 8265, 4.2.2).
fn opaque(text: &str) -> String {
    // The blanks of the category Zs, without those that break lines.
    let blank =
        |c: char| c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if blank(c) { ' ' } else { c }).nfc().collect()
}

/// What was typed, in all the forms that a hash may have been made of before there was one form: the one
/// that is hashed now comes first.
fn forms(typed: &str) -> Vec<String> {
    let mut forms = vec![opaque(typed)];
    for form in [typed.to_owned(), typed.nfd().collect(), typed.nfc().collect()] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// What came of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whether it is the one of the hash.
    pub matches: bool,
    /// Whether the hash was made of another form than is hashed now.
    pub is_outdated: bool,
}

/// Never shown.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(******)")
    }
}

/// Hashes and checks passwords, as many at once as there are cores.
#[derive(Debug, Clone)]
pub struct Passwords {
    cost: u32,
    turns: Arc<Semaphore>,
    /// The hash of nothing anybody knows, of the same cost: what an unknown account is checked
    /// against, so that it takes as long as a known one.
    decoy: Arc<str>,
}

impl Passwords {
    /// `cost` is bcrypt's logarithmic work factor, [`MIN_COST`] to 31. Takes as long as one check.
    ///
    /// # Errors
    /// [`PasswordError::Fault`] for a cost outside these bounds.
    pub fn new(cost: u32) -> Result<Self, PasswordError> {
        let decoy = bcrypt::non_truncating_hash("an account that is not there", cost)
            .map_err(|e| PasswordError::Fault(Box::new(e)))?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self { cost, turns: Arc::new(Semaphore::new(cores)), decoy: decoy.into() })
    }

    /// Hashes a password for storage. Every way in which somebody gets one ends here.
    ///
    /// # Errors
    /// [`PasswordError::OfOwner`] for the email or the name of whose it is to be; else [`PasswordError`].
    pub async fn hash(
        &self,
        password: Password,
        owner: Owner<'_>,
    ) -> Result<String, PasswordError> {
        if password.is_of(owner) {
            return Err(PasswordError::OfOwner);
        }
        self.hash_text(password.0).await
    }

    /// Hashes a password anew that was right, from before there was one form of it; none if it is too
    /// long in that.
    pub(crate) async fn rehash(&self, typed: &str) -> Result<Option<String>, PasswordError> {
        let text = opaque(typed);
        if text.len() > Password::MAX_BYTES {
            return Ok(None);
        }
        self.hash_text(text).await.map(Some)
    }

    async fn hash_text(&self, text: String) -> Result<String, PasswordError> {
        let cost = self.cost;
        self.in_turn(move || bcrypt::non_truncating_hash(text, cost))
            .await?
            .map_err(|e| PasswordError::Fault(Box::new(e)))
    }

    /// Whether the password is the one of the hash; takes as long when there is no hash, and is
    /// then always false. Where characters can be composed in several ways each of these is tried, with
    /// a hash and without.
    ///
    /// # Errors
    /// [`PasswordError::Busy`].
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<Verified, PasswordError> {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| Arc::clone(&self.decoy), Arc::from);
        let found = self
            .in_turn(move || forms(&password).iter().position(|form| is_of_hash(form, &hash)))
            .await?
            .filter(|_| known);
        Ok(Verified { matches: found.is_some(), is_outdated: found.is_some_and(|form| form > 0) })
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = match tokio::time::timeout(PATIENCE, turn).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(_)) | Err(_) => return Err(PasswordError::Busy),
        };
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|e| PasswordError::Fault(Box::new(e)))
    }
}

fn is_of_hash(password: &str, hash: &str) -> bool {
    // What is too long for bcrypt can't be right; it is cut so that it costs the same.
    let fits = password.len() <= Password::MAX_BYTES;
    let end = (0..=Password::MAX_BYTES.min(password.len()))
        .rev()
        .find(|&end| password.is_char_boundary(end))
        .unwrap_or(0);
    bcrypt::verify(&password[..end], hash).is_ok_and(|matches| matches && fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVE: Owner<'_> = Owner { email: "eve.berg@test.se", name: Some("Eve Bergström") };

    fn password(text: &str) -> Password {
        Password::new(text).expect("long enough")
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let hash = passwords.hash(password("correct horse"), EVE).await.expect("hashes");
        let verify = |text: &str, hash: Option<&str>| {
            passwords.verify(text.to_owned(), hash.map(str::to_owned))
        };
        assert!(verify("correct horse", Some(&hash)).await.expect("checked").matches);
        assert!(!verify("correct horse ", Some(&hash)).await.expect("checked").matches);
        assert!(!verify("an account that is not there", None).await.expect("checked").matches);
        assert!(!verify("correct horse", Some("not a hash")).await.expect("checked").matches);
    }

    #[tokio::test]
    async fn what_bcrypt_would_cut_off_counts() {
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let longest = "x".repeat(Password::MAX_BYTES);
        let hash = passwords.hash(password(&longest), EVE).await.expect("hashes");
        assert!(
            passwords.verify(longest.clone(), Some(hash.clone())).await.expect("checked").matches
        );
        assert!(!passwords.verify(longest + "y", Some(hash)).await.expect("checked").matches);
    }

    #[tokio::test]
    async fn a_password_is_the_same_however_its_characters_were_composed() {
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let (composed, decomposed) = ("smörgås\u{a0}bord", "smo\u{308}rga\u{30a}s bord");
        let verify = async |text: &str, hash: &str| {
            passwords.verify(text.to_owned(), Some(hash.to_owned())).await.expect("checked")
        };
        let hash = passwords.hash(password(decomposed), EVE).await.expect("hashes");
        for text in [composed, decomposed] {
            let verified = verify(text, &hash).await;
            assert_eq!(verified, Verified { matches: true, is_outdated: false }, "{text:?}");
        }
        // Hashes from before are of what was typed then.
        for old in ["smörgås bord", decomposed, "smörgås\u{a0}bord"] {
            let hash = bcrypt::hash(old, MIN_COST).expect("hashes");
            assert!(verify(old, &hash).await.matches, "{old:?}");
        }
        let old = bcrypt::hash(decomposed, MIN_COST).expect("hashes");
        let verified = verify("smörgås bord", &old).await;
        assert_eq!(verified, Verified { matches: true, is_outdated: true });
        assert!(!verify("smorgas bord", &hash).await.matches);
    }

    #[tokio::test]
    async fn what_is_guessed_first_is_refused() {
        for common in ["password", "PASSWORD1", "ｐａｓｓｗｏｒｄ", "qwertyuiop", " iloveyou "]
        {
            let refused = Password::new(common).expect_err(common);
            assert!(refused.contains("common"), "{refused}");
        }
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        for own in ["EVE.BERG@test.se", "Eve.Berg", "eve  bergström", "EveBergStro\u{308}m"] {
            let refused = passwords.hash(password(own), EVE).await.expect_err(own);
            assert!(matches!(refused, PasswordError::OfOwner));
        }
        let other = Owner { email: "bo@test.se", name: None };
        passwords.hash(password("Eve.Berg"), other).await.expect("hashes");
    }

    #[test]
    fn short_and_long_passwords_are_refused_and_none_is_shown() {
        assert!(Password::new("1234567").is_err());
        assert!(Password::new("å".repeat(36)).is_err());
        assert!(Password::new("x".repeat(100_000)).is_err());
        assert!(Password::new("long\u{7}enough").is_err());
        // Eight keys that compose to four characters.
        assert!(Password::new("o\u{308}".repeat(4)).is_err());
        assert_eq!(format!("{:?}", password("long enough")), "Password(******)");
    }
}
