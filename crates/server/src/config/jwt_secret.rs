//! The secret that tokens are signed with, when the operator chose it.

use std::fmt;

/// A secret of [`JwtSecret::MIN_BYTES`] or more. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct JwtSecret(String);

impl JwtSecret {
    /// What signing keys are made of at least.
    pub const MIN_BYTES: usize = estrad_auth::MIN_SECRET_BYTES;

    /// Takes a secret that is long enough.
    ///
    /// # Errors
    /// How many bytes a shorter one has.
    pub fn parse(text: &str) -> Result<Self, usize> {
        if text.len() < Self::MIN_BYTES { Err(text.len()) } else { Ok(Self(text.to_owned())) }
    }

    /// The secret itself.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtSecret(******)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secrets_are_refused_and_none_is_shown() {
        assert_eq!(JwtSecret::parse(&"x".repeat(31)), Err(31));
        let secret = JwtSecret::parse(&"x".repeat(32)).expect("long enough");
        assert_eq!(format!("{secret:?}"), "JwtSecret(******)");
    }
}
