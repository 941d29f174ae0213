//! Comparing words as a patient reader does.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What stands between several words that are all right, in `correct`.
const BETWEEN: char = '|';

/// What ends a word for someone who writes sentences, or quotes.
const AROUND: [char; 11] = ['.', ',', '!', '?', ';', ':', '"', '\'', '”', '’', '“'];

/// Whether an answer is one of the accepted words: `correct` is one, or several with `|` between
/// them. Nothing, if none is known.
pub(super) fn is_accepted(answer: &str, correct: &str) -> Option<bool> {
    let mut accepted =
        correct.split(BETWEEN).map(normalise).filter(|word| !word.is_empty()).peekable();
    accepted.peek()?;
    let answer = normalise(answer);
    Some(accepted.any(|word| word == answer))
}

/// The word without what does not count: case, accents, how spaces are set, and punctuation around
/// it. Ring and diaeresis on a and o stay, as å, ä and ö are letters of their own, not accents.
fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase).nfd() {
        let letter_of_its_own = match c {
            '\u{30a}' => folded.ends_with('a'),
            '\u{308}' => folded.ends_with(['a', 'o']),
            _ => false,
        };
        if letter_of_its_own || !is_combining_mark(c) {
            folded.push(c);
        }
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| c == ' ' || AROUND.contains(&c)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_count_does_not_count() {
        for answer in ["magnet", " MAGNET ", "Magnet!", "magnét", "\"Magnet\"", "ｍａｇｎｅｔ"]
        {
            assert_eq!(is_accepted(answer, "Magnet"), Some(true), "{answer}");
        }
        for answer in ["", "magneten", "electromagnet", "mag net"] {
            assert_eq!(is_accepted(answer, "Magnet"), Some(false), "{answer}");
        }
        assert_eq!(is_accepted("en  nål\u{a0}till", "En nål till"), Some(true));
    }

    #[test]
    fn letters_of_the_alphabet_are_not_accents() {
        assert_eq!(is_accepted("sag", "såg"), Some(false));
        assert_eq!(is_accepted("sa\u{30a}g", "såg"), Some(true));
        assert_eq!(is_accepted("ANGSTRÖM", "ångström"), Some(false));
        assert_eq!(is_accepted("idé", "ide"), Some(true));
        assert_eq!(is_accepted("Muller", "Müller"), Some(true));
    }

    #[test]
    fn several_words_may_be_right_and_none_known() {
        assert_eq!(is_accepted("skruv", "Bult | Skruv"), Some(true));
        assert_eq!(is_accepted("", "Bult||"), Some(false));
        for unknown in ["", " ", "|", " | . "] {
            assert_eq!(is_accepted("x", unknown), None, "{unknown:?}");
        }
    }

    proptest! {
        #[test]
        fn any_word_is_itself_in_any_case(word in "\\PC{0,20}") {
            let plain = word.replace(BETWEEN, "");
            if let Some(same) = is_accepted(&plain, &plain) {
                prop_assert!(same);
            }
            let once = normalise(&word);
            prop_assert_eq!(normalise(&once), once.clone());
        }
    }
}
