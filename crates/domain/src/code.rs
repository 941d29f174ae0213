//! Codes: what a team, judge, audience or operator types in to take part.

use std::fmt;

use serde::Serialize;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::types::View;
use crate::{CodeId, CompetitionId, TeamId};

/// Six characters of `A-Z` and `0-9`; new ones are made of [`Code::ALPHABET`].
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
    /// What a new code is made of: without `O`, `0`, `I` and `1`, which are read as each other.
    pub const ALPHABET: &'static [u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

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

    /// The code with one character for those that look alike: two codes that fold to the same can't be
    /// told apart by whoever reads them off a wall.
    pub fn folded(&self) -> String {
        self.0.chars().map(alike).collect()
    }

    /// The code, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands for all characters of a code that look like it.
fn alike(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    }
}

/// A code as somebody typed it.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode(Code);

impl TypedCode {
    /// The most bytes that are looked at. A code is 6 characters, with room for whatever people put
    /// between them.
    pub const MAX_BYTES: usize = 128;

    /// Reads a code in any case and width, with blanks, dashes, dots or underscores anywhere in it.
    ///
    /// # Errors
    /// [`MalformedCode`].
    pub fn parse(text: &str) -> Result<Self, MalformedCode> {
        if text.len() > Self::MAX_BYTES {
            return Err(MalformedCode);
        }
        let plain: String = text.nfkc().filter(|c| !separates(*c)).collect();
        Code::parse(&plain).map(Self)
    }

    /// The code, in upper case: what is looked for first.
    pub fn exact(&self) -> &str {
        self.0.as_str()
    }

    /// The code with one character for those that look alike: what is looked for then.
    pub fn folded(&self) -> String {
        self.0.folded()
    }

    /// Whether it may stand for that code.
    pub fn stands_for(&self, code: &Code) -> bool {
        self.0 == *code || self.folded() == code.folded()
    }
}

/// What was typed may be a code, or nearly one.
impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(******)")
    }
}

/// Whether people put it between the characters of a code, or programs did where it can't be seen.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || crate::name::is_ignorable(c)
        || matches!(c, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}')
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
    fn codes_are_read_as_people_type_them() {
        let typed = |text: &str| TypedCode::parse(text).map(|typed| typed.exact().to_owned());
        for text in [
            "VUTG2G",
            "vutg2g",
            " vut g2g ",
            "VUT-G2G",
            "vut\u{2013}g2g",
            "VUT\u{a0}\u{2011}G2G",
            "ＶＵＴｇ２Ｇ",
            "VUT\u{200b}G2G\u{feff}",
            "V.U.T_G2G",
            "vut\u{2212}g2g\n",
        ] {
            assert_eq!(typed(text).as_deref(), Ok("VUTG2G"), "{text:?}");
        }
        let spaced = format!("VUTG2G{}", " ".repeat(TypedCode::MAX_BYTES));
        for bad in ["", "-", "VUTG2", "VUTG2GG", "ÅUTG2G", "VUTG2\u{130}", "VUTG2+", &spaced] {
            assert_eq!(typed(bad), Err(MalformedCode), "{bad:?}");
        }
    }

    #[test]
    fn characters_that_look_alike_fold_to_one() {
        let code = Code::parse("O0I1L2").expect("a code");
        assert_eq!(code.folded(), "001112");
        let typed = TypedCode::parse("0oli-i2").expect("a code");
        assert_eq!(typed.exact(), "0OLII2");
        assert!(typed.stands_for(&code));
        assert!(!TypedCode::parse("Q0I1L2").expect("a code").stands_for(&code));
        for c in ['O', '0', 'I', '1'] {
            assert!(!Code::ALPHABET.contains(&(c as u8)), "{c}");
        }
    }

    #[test]
    fn a_code_does_not_print_itself() {
        assert_eq!(format!("{:?}", Code::from_indices([0, 1, 2, 3, 4, 5])), "Code(******)");
    }
}
