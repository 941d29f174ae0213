//! The name of a content.

use std::fmt;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// SHA-256 of a content, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(String);

const HEX_LENGTH: usize = 64;

impl ContentHash {
    /// Hashes all that there is to read.
    pub fn of(mut content: impl Read) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match content.read(&mut buffer)? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
        Ok(Self(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Reads one that was written down; nothing else passes, so it is safe in a path.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == HEX_LENGTH && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_what_sha256_says_and_nothing_else_is_one() {
        let empty = ContentHash::of(&b""[..]).expect("hashes");
        let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(empty.as_str(), known);
        assert_eq!(ContentHash::parse(known), Some(empty));
        assert_eq!(ContentHash::parse(&known.to_uppercase()), None);
        assert_eq!(ContentHash::parse("../../etc/passwd"), None);
    }
}
