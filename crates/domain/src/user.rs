//! Users of the administration.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::name::is_ignorable;
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

/// An email address as accounts are found by it: compatibility composed (NFKC), in lower case, and without
/// what can't be seen.
///
/// Checked for its form only (`local@domain.tld`, at most 254 characters as RFC 5321, 4.5.3.1.3
/// leaves for the address); whether mail arrives there is not our business.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Folds the address and checks its form.
    ///
    /// # Errors
    /// [`TextError::NotAnEmail`].
    pub fn new(text: &str) -> Result<Self, TextError> {
        // Far too long, whatever is dropped: not worth looking at.
        if text.len() > 4_096 {
            return Err(TextError::NotAnEmail);
        }
        let text = fold_address(text.trim());
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
        if valid { Ok(Self(text)) } else { Err(TextError::NotAnEmail) }
    }

    /// The address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address, or a part of one that is searched for, as addresses are stored.
///
/// Upper case is lowered and not folded: `ß` and `ss` are different domains.
pub fn fold_address(text: &str) -> String {
    // Both are typed for a dot where that is their full stop (RFC 3490, 3.1).
    let dot = |c| if matches!(c, '\u{3002}' | '\u{ff61}') { '.' } else { c };
    // NUL and line breaks are not dropped: an address with them is none.
    let seen = |c: &char| c.is_control() || !is_ignorable(*c);
    let folded: String = text.nfkc().filter(seen).map(dot).collect();
    folded.to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_for_their_form_and_lowered() {
        assert_eq!(Email::new(" Admin@Test.SE ").expect("valid").as_str(), "admin@test.se");
        for (typed, address) in [
            ("ａｄｍｉｎ＠ｔｅｓｔ．ｓｅ", "admin@test.se"),
            ("admin@test。se", "admin@test.se"),
            ("\u{feff}admin\u{200b}@test.se\u{202c}", "admin@test.se"),
            ("A\u{30a}SA@test.se", "åsa@test.se"),
            ("a@straße.de", "a@straße.de"),
        ] {
            assert_eq!(Email::new(typed).expect(typed).as_str(), address);
        }
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
