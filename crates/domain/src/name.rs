//! Names as people type them: how they are stored, and the key that tells whether two are the same.
//!
//! Every name goes through [`CleanText`]: those of competitions, teams, users, cities and questions, and
//! the titles of slides. What can't be seen is dropped and not refused: it comes along with what is
//! pasted out of documents, and nobody could find it to take it out.

use std::fmt;

use icu_casemap::CaseMapper;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_normalization::UnicodeNormalization;

use crate::text::TextError;

/// A name of `MIN` to `MAX` characters (Unicode scalar values), counted as stored.
///
/// Stored is: its canonical composition (NFC); without control characters, bidi embeddings, overrides and
/// isolates; with a blank for each line break and tabulator; without blanks around it. Joiners and
/// directional marks stay, as emoji and scripts are written with them. A name in which there is nothing
/// to be seen is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct CleanText<const MIN: usize, const MAX: usize>(String);

/// The most characters of a name.
pub const MAX_NAME: usize = 254;
/// A name of a city, user, competition or team.
pub type Name = CleanText<1, MAX_NAME>;
/// A title of a slide or name of a question, which may be empty.
pub type Title = CleanText<0, MAX_NAME>;

impl<const MIN: usize, const MAX: usize> CleanText<MIN, MAX> {
    /// Cleans the text and checks the bounds.
    ///
    /// # Errors
    /// [`TextError::Nul`], [`TextError::Blank`], [`TextError::TooShort`] or [`TextError::TooLong`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, TextError> {
        let text = text.as_ref();
        // Nobody types or pastes it: whatever sends it is broken, and is told so.
        if text.contains('\0') {
            return Err(TextError::Nul);
        }
        // Far too long, whatever is dropped: not worth looking at.
        if text.len() > MAX * 16 {
            return Err(TextError::TooLong(MAX));
        }
        let clean = clean(text);
        let characters = clean.chars().count();
        if characters > MAX {
            return Err(TextError::TooLong(MAX));
        }
        if characters < MIN {
            let blank = clean.is_empty() && !text.is_empty();
            return Err(if blank { TextError::Blank } else { TextError::TooShort(MIN) });
        }
        Ok(Self(clean))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// By which it is unique and found: see [`key`].
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for CleanText<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::PartialSchema for CleanText<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(MIN))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::ToSchema for CleanText<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Name{MIN}To{MAX}").into()
    }
}

/// The key of a name: two names with the same key look the same to a hurried reader.
///
/// It is compatibility composed (NFKC), case-folded in full, without default-ignorable characters, and has
/// one blank where there are several. Keys are stored and compared, never shown. Searching folds what is
/// searched for the same way.
pub fn key(name: &str) -> String {
    let mut folded = fold(name);
    // Folding can make what composes anew; the second time at the latest nothing changes.
    for _ in 0..2 {
        let again = fold(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold(text: &str) -> String {
    let seen: String = text.nfkc().filter(|c| !is_ignorable(*c)).map(blank_as_space).collect();
    CaseMapper::new().fold_string(&seen).nfkc().collect()
}

/// The text as it is stored.
fn clean(text: &str) -> String {
    let composed: String = text
        .chars()
        .map(|c| if breaks_line(c) { ' ' } else { c })
        .filter(|c| !is_hidden_command(*c))
        .nfc()
        .collect();
    if composed.chars().all(is_blank) {
        return String::new();
    }
    composed.trim_matches(|c: char| c.is_whitespace() || is_zero_width_space(c)).to_owned()
}

/// Tabulators and whatever ends a line, which are within a name when it was pasted.
fn breaks_line(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What tells the display to do something: control characters (Cc), and those by which text is turned
/// around, also text after the name (bidi embeddings, overrides and isolates).
fn is_hidden_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// At either end it only makes a name another one.
fn is_zero_width_space(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether nothing is to be seen of the character.
fn is_blank(c: char) -> bool {
    blank_as_space(c).is_whitespace() || c.is_control() || is_ignorable(c)
}

/// Blanks that Unicode does not count among the white space: the Braille pattern without dots, the null
/// note head, the Khitan filler.
fn blank_as_space(c: char) -> char {
    if matches!(c, '\u{2800}' | '\u{1d159}' | '\u{16fe4}') { ' ' } else { c }
}

/// Whether it is there without being seen, and without parting what stands around it.
pub(crate) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) || is_hidden_command(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(text: &str) -> String {
        Name::new(text).expect("a name").into_string()
    }

    #[test]
    fn names_are_stored_composed_trimmed_and_without_what_is_not_seen() {
        for (typed, expected) in [
            ("Lag A\u{30a}", "Lag Å"),
            (" \u{a0}Lag\u{3000}1\u{2003} ", "Lag\u{3000}1"),
            ("\u{feff}Lag 1\u{200b}", "Lag 1"),
            ("Lag\r\n1\t", "Lag  1"),
            ("Lag\u{7} \u{9b}1", "Lag 1"),
            ("\u{202e}1 gaL\u{202c}\u{2067}", "1 gaL"),
        ] {
            assert_eq!(stored(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_scripts_and_emoji_are_written_with_stays() {
        for name in ["👩\u{200d}🔬", "❤\u{fe0f}", "می\u{200c}خواهم", "\u{5d0}\u{200f}!"]
        {
            assert_eq!(stored(name), name);
        }
    }

    #[test]
    fn a_name_has_something_to_be_seen() {
        let blank = [
            " ",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "\u{200b}\u{200d}",
            "\u{ad}",
            "\u{7}",
            "\u{202e}",
            "\u{115f}\u{1160}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{1d159}",
            "\u{a0}\t",
        ];
        for text in blank {
            assert_eq!(Name::new(text), Err(TextError::Blank), "{text:?}");
            assert_eq!(Title::new(text).map(Title::into_string), Ok(String::new()), "{text:?}");
        }
        assert_eq!(Name::new(""), Err(TextError::TooShort(1)));
        assert_eq!(Name::new("a\0b"), Err(TextError::Nul));
    }

    #[test]
    fn bounds_count_characters_as_stored() {
        assert!(Name::new("a\u{30a}".repeat(254)).is_ok());
        assert_eq!(Name::new("å".repeat(255)), Err(TextError::TooLong(254)));
        assert_eq!(Name::new(" ".repeat(100_000)), Err(TextError::TooLong(254)));
        // It composes to three characters each.
        assert_eq!(Name::new("\u{1d160}".repeat(254)), Err(TextError::TooLong(254)));
    }

    #[test]
    fn names_that_look_the_same_have_one_key() {
        for (one, other) in [
            ("Lag 1", "LAG  1"),
            ("Lag 1", "Ｌａｇ\u{3000}１"),
            ("Straße", "STRASSE"),
            ("Åsa", "A\u{30a}SA"),
            ("ﬁnal", "Final"),
            ("Lag\u{200b} 1", "Lag\u{a0}1\u{ad}"),
            ("Lag\u{2800}1", "Lag 1"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
        }
        for (one, other) in [("Lag 1", "Lag 2"), ("Åsa", "Asa"), ("Lag1", "Lag 1")] {
            assert_ne!(key(one), key(other), "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_name_is_stored_as_it_is_and_keys_stay(text in "\\PC{0,40}|[\\x00-\\x{2fff}]{0,40}") {
            if let Ok(name) = Name::new(&text) {
                prop_assert_eq!(Name::new(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.key().is_empty());
                prop_assert_eq!(key(&name.key()), name.key());
            }
        }
    }
}
