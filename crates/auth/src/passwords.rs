//! Passwords: bcrypt, off the async threads, a few at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::PasswordError;

/// The least bcrypt cost that there is.
pub const MIN_COST: u32 = 4;

/// How long a password waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A password that may be chosen: at least [`Password::MIN_CHARACTERS`] characters and at most
/// [`Password::MAX_BYTES`] bytes, which is as far as bcrypt looks (72 with its closing NUL).
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The fewest characters.
    pub const MIN_CHARACTERS: usize = 8;
    /// The most bytes in UTF-8.
    pub const MAX_BYTES: usize = 71;

    /// Checks the length.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn new(text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        if text.contains('\0') {
            return Err("Must not contain NUL characters.".to_owned());
        }
        if text.chars().count() < Self::MIN_CHARACTERS {
            return Err(format!("Shorter than minimum length {}.", Self::MIN_CHARACTERS));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(format!("Longer than maximum length {} bytes.", Self::MAX_BYTES));
        }
        Ok(Self(text))
    }
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

    /// Hashes a password for storage.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        let cost = self.cost;
        self.in_turn(move || bcrypt::non_truncating_hash(password.0, cost))
            .await?
            .map_err(|e| PasswordError::Fault(Box::new(e)))
    }

    /// Whether the password is the one of the hash; takes as long when there is no hash, and is
    /// then always false.
    ///
    /// # Errors
    /// [`PasswordError::Busy`].
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| Arc::clone(&self.decoy), Arc::from);
        let matches = self
            .in_turn(move || {
                // What is too long for bcrypt can't be right; it is cut so that it costs the same.
                let fits = password.len() <= Password::MAX_BYTES;
                let end = (0..=Password::MAX_BYTES.min(password.len()))
                    .rev()
                    .find(|&end| password.is_char_boundary(end))
                    .unwrap_or(0);
                bcrypt::verify(&password[..end], &hash).is_ok_and(|matches| matches && fits)
            })
            .await?;
        Ok(matches && known)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text).expect("long enough")
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let hash = passwords.hash(password("correct horse")).await.expect("hashes");
        let verify = |text: &str, hash: Option<&str>| {
            passwords.verify(text.to_owned(), hash.map(str::to_owned))
        };
        assert!(verify("correct horse", Some(&hash)).await.expect("checked"));
        assert!(!verify("correct horse ", Some(&hash)).await.expect("checked"));
        assert!(!verify("an account that is not there", None).await.expect("checked"));
        assert!(!verify("correct horse", Some("not a hash")).await.expect("checked"));
    }

    #[tokio::test]
    async fn what_bcrypt_would_cut_off_counts() {
        let passwords = Passwords::new(MIN_COST).expect("a good cost");
        let longest = "x".repeat(Password::MAX_BYTES);
        let hash = passwords.hash(password(&longest)).await.expect("hashes");
        assert!(passwords.verify(longest.clone(), Some(hash.clone())).await.expect("checked"));
        assert!(!passwords.verify(longest + "y", Some(hash)).await.expect("checked"));
    }

    #[test]
    fn short_and_long_passwords_are_refused_and_none_is_shown() {
        assert!(Password::new("1234567").is_err());
        assert!(Password::new("å".repeat(36)).is_err());
        assert_eq!(format!("{:?}", password("12345678")), "Password(******)");
    }
}
