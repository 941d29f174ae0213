//! Randomness, passed in like the time.

use estrad_domain::code::Code;

/// Where random bytes come from. They must not be predictable: codes and token ids are made of
/// them.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The generator of the `rand` crate, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, buffer: &mut [u8]) {
        rand::fill(buffer);
    }
}

/// A source of fresh codes, every one as likely as any other.
pub fn code_source(random: &dyn Random) -> impl FnMut() -> Code {
    // A byte has a multiple of the alphabet's length: none of its letters is favoured.
    const { assert!(256 % Code::ALPHABET.len() == 0) };
    move || {
        let mut indices = [0; Code::LENGTH];
        random.fill(&mut indices);
        Code::from_indices(indices)
    }
}

/// A random 128-bit identifier in hexadecimal.
pub(crate) fn identifier(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_identifiers_differ() {
        let mut source = code_source(&OsRandom);
        assert_ne!(source(), source());
        assert_ne!(identifier(&OsRandom), identifier(&OsRandom));
        assert_eq!(identifier(&OsRandom).len(), 32);
    }
}
