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
    // The largest multiple of 36 that a byte holds: what is above would favour the first letters.
    const FAIR: u8 = 252;
    move || {
        let mut indices = [0; Code::LENGTH];
        for index in &mut indices {
            let mut byte = [u8::MAX];
            while byte[0] >= FAIR {
                random.fill(&mut byte);
            }
            *index = byte[0];
        }
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
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Counts down from 255, so that unfair bytes come first.
    #[derive(Debug)]
    struct Countdown(AtomicU8);

    impl Random for Countdown {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn bytes_that_would_favour_some_letters_are_passed_over() {
        let random = Countdown(AtomicU8::new(255));
        // 255 to 252 are unfair; 251 is the last letter of the alphabet.
        assert_eq!(code_source(&random)().as_str(), "987654");
    }

    #[test]
    fn codes_and_identifiers_differ() {
        let mut source = code_source(&OsRandom);
        assert_ne!(source(), source());
        assert_ne!(identifier(&OsRandom), identifier(&OsRandom));
        assert_eq!(identifier(&OsRandom).len(), 32);
    }
}
