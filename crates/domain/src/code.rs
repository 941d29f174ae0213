//! Codes: what a team, judge, audience or operator types in to take part.

use std::fmt;

use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::types::View;
use crate::{CodeId, CompetitionId, TeamId};

/// Six characters of `A-Z` and `0-9`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(String);

/// Not six characters of `A-Z` and `0-9`, in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a code has six characters of A-Z and 0-9")]
pub struct MalformedCode;

impl Code {
    /// Characters of a code.
    pub const LENGTH: usize = 6;
    /// What a code is made of.
    pub const ALPHABET: &'static [u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// Reads a code in any case.
    ///
    /// # Errors
    /// [`MalformedCode`].
    pub fn parse(text: &str) -> Result<Self, MalformedCode> {
        if text.len() == Self::LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(MalformedCode)
        }
    }

    /// Makes a code of six indices into [`Code::ALPHABET`], each taken modulo its length.
    pub fn from_indices(indices: [u8; Self::LENGTH]) -> Self {
        let letter = |i: u8| char::from(Self::ALPHABET[usize::from(i) % Self::ALPHABET.len()]);
        Self(indices.into_iter().map(letter).collect())
    }

    /// The code, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Codes open doors: they are not printed by accident.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(******)")
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Z0-9]{6}$"))
            .examples(["ABC123"])
            .into()
    }
}

impl ToSchema for Code {}

/// A code with what it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompetitionCode {
    /// Stays when the code is renewed.
    pub id: CodeId,
    #[expect(missing_docs, reason = "says itself")]
    pub code: Code,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(rename = "view_type_id")]
    #[schema(rename = "view_type_id")]
    pub view: View,
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// The team, for a code of the team view only.
    pub team_id: Option<TeamId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case_and_nothing_else_is() {
        assert_eq!(Code::parse("vutg0g").expect("a code").as_str(), "VUTG0G");
        for bad in ["abc", "ABC1234", "ÅBC12", "ABC 12", "ABC-12", ""] {
            assert_eq!(Code::parse(bad), Err(MalformedCode), "{bad:?}");
        }
    }

    #[test]
    fn a_code_does_not_print_itself() {
        assert_eq!(format!("{:?}", Code::from_indices([0, 1, 2, 3, 4, 5])), "Code(******)");
    }
}
