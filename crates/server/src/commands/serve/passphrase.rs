//! Passwords that the server makes up.

use estrad_auth::{Password, Random};

/// No letters or digits that look like each other: somebody will type it off a screen.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Four groups of five characters, which is a hundred bits.
pub(super) fn make(random: &dyn Random) -> (String, Password) {
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
    use estrad_auth::OsRandom;

    #[test]
    fn no_two_are_alike() {
        let (first, _) = make(&OsRandom);
        let (second, _) = make(&OsRandom);
        assert_ne!(first, second);
        assert_eq!(first.len(), 23);
    }
}
