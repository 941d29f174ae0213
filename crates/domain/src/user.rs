//! Users of the administration.

use serde::Serialize;
use utoipa::ToSchema;

use crate::text::TextError;
use crate::types::Role;
use crate::{CityId, UserId};

/// A user as others see it: without anything of the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User {
    #[expect(missing_docs, reason = "says itself")]
    pub id: UserId,
    /// Unique, in lower case.
    #[schema(example = "admin@example.org")]
    pub email: String,
    /// May be absent.
    #[schema(example = "Alva Berg")]
    pub name: Option<String>,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(rename = "role_id")]
    #[schema(rename = "role_id")]
    pub role: Role,
    /// The city whose competitions an editor changes.
    pub city_id: CityId,
}

/// An email address in lower case: what accounts are found by.
///
/// Checked for its form only (`local@domain.tld`, at most 254 characters as RFC 5321, 4.5.3.1.3
/// leaves for the address); whether mail arrives there is not our business.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Checks the form and lowers the case.
    ///
    /// # Errors
    /// [`TextError::NotAnEmail`].
    pub fn new(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
        let valid = text.len() <= 254
            && text.chars().all(plain)
            && text.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !local.contains('@')
                    && domain.contains('.')
                    && domain.split('.').all(|label| {
                        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
                    })
            });
        if valid { Ok(Self(text.to_lowercase())) } else { Err(TextError::NotAnEmail) }
    }

    /// The address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_for_their_form_and_lowered() {
        assert_eq!(Email::new(" Admin@Test.SE ").expect("valid").as_str(), "admin@test.se");
        for bad in [
            "notmail",
            "a@b",
            "@test.se",
            "a b@test.se",
            "a@b..se",
            "a@@b.se",
            "a\0@b.se",
            "a@-b.se",
        ] {
            assert_eq!(Email::new(bad), Err(TextError::NotAnEmail), "{bad:?}");
        }
        assert!(Email::new(&format!("{}@test.se", "x".repeat(250))).is_err());
    }
}
