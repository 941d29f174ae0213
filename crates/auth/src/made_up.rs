//! Passwords that the server makes up.

use crate::{Password, Random};

/// No letters or digits that look like each other: somebody will type it off a screen.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes up a password, and gives it as it is shown, too: four groups of five characters, which is a
/// hundred bits.
///
/// # Panics
/// Never: what is made is long enough, and not too long.
pub fn make_password(random: &dyn Random) -> (String, Password) {
    let mut bytes = [0; 20];
    random.fill(&mut bytes);
    let letters: Vec<char> =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    let text = groups.join("-");
    let password = Password::new(text.clone()).expect("it is long enough, and not too long");
    (text, password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OsRandom;

    #[test]
    fn no_two_are_alike() {
        let (first, _) = make_password(&OsRandom);
        let (second, _) = make_password(&OsRandom);
        assert_ne!(first, second);
        assert_eq!(first.len(), 23);
    }
}
