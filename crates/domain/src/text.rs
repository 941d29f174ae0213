//! Texts that were checked once, where they came in.

use std::fmt;

use thiserror::Error;
use unicode_normalization::char::is_combining_mark;

pub use crate::name::{Name, Title};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// Fewer characters than the least.
    #[error("Shorter than minimum length {0}.")]
    TooShort(usize),
    /// More characters than the most.
    #[error("Longer than maximum length {0}.")]
    TooLong(usize),
    /// Nothing but blanks and what is not seen.
    #[error("Must have something in it that can be seen.")]
    Blank,
    /// A NUL character, which PostgreSQL can't store.
    #[error("Must not contain NUL characters.")]
    Nul,
    /// Not of the form `local@domain`.
    #[error("Not a valid email address.")]
    NotAnEmail,
}

/// A text of `MIN` to `MAX` characters (Unicode scalar values) without NUL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct BoundedText<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> BoundedText<MIN, MAX> {
    /// Checks the bounds. The text is kept as it is.
    ///
    /// # Errors
    /// [`TextError::Nul`], [`TextError::TooShort`] or [`TextError::TooLong`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.contains('\0') {
            return Err(TextError::Nul);
        }
        // A character takes one byte at least: cheap refusal of what is far too long.
        let characters = if text.len() > MAX * 4 { usize::MAX } else { text.chars().count() };
        if characters > MAX {
            return Err(TextError::TooLong(MAX));
        }
        if characters < MIN {
            return Err(TextError::TooShort(MIN));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for BoundedText<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::PartialSchema for BoundedText<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(MIN))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::ToSchema for BoundedText<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MIN}To{MAX}").into()
    }
}

/// A longer text such as correcting instructions, an alternative or a right answer.
pub type LongText = BoundedText<0, 16_384>;
/// The HTML of a text component.
pub type Html = BoundedText<0, 65_536>;

/// Upper-cases the first letter of each word and lower-cases the rest, as people's names are shown.
pub fn title_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut at_start = true;
    for c in name.chars() {
        if at_start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        at_start = !(c.is_alphabetic() || is_combining_mark(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_count_characters_not_bytes() {
        type Text = BoundedText<1, 254>;
        assert!(Text::new("å".repeat(254)).is_ok());
        assert_eq!(Text::new("å".repeat(255)), Err(TextError::TooLong(254)));
        assert_eq!(Text::new("x".repeat(100_000)), Err(TextError::TooLong(254)));
        assert_eq!(Text::new(""), Err(TextError::TooShort(1)));
        assert_eq!(Text::new("a\0b"), Err(TextError::Nul));
    }

    #[test]
    fn names_of_people_are_shown_in_title_case() {
        assert_eq!(title_case("carl carlsson"), "Carl Carlsson");
        assert_eq!(title_case("ÅSA von-BERG"), "Åsa Von-Berg");
        assert_eq!(title_case("x\u{30c}y"), "X\u{30c}y", "a mark is of its letter");
        assert_eq!(title_case(""), "");
    }
}
