//! "1" and "0": ticked or not, true or false.

use super::error::AnswerError;

/// Not ticked, or not true: what stands at an alternative that gave way to another.
pub const NO: &str = "0";

/// What a flag says; nothing, if it is none.
pub(super) fn read(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// Whether a text is a flag.
pub(super) fn check_answer(answer: &str) -> Result<(), AnswerError> {
    read(answer).map(|_| ()).ok_or(AnswerError::NotAFlag)
}

/// Which alternatives of a choice are to be ticked, in the order that they came in.
///
/// Nothing, as long as nobody has said: editors create alternatives as "0" or empty and then mark
/// the right ones, so that a choice with no mark at all is one that was not marked yet. Texts that
/// are no flags are what front-ends leave in questions of other types; nothing is made of them.
pub(super) fn marked<'a>(correct: impl Iterator<Item = &'a str>) -> Option<Vec<bool>> {
    let marks: Option<Vec<bool>> =
        correct.map(|text| if text.is_empty() { Some(false) } else { read(text) }).collect();
    marks.filter(|marks| marks.contains(&true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_without_a_mark_is_not_known() {
        let marked = |texts: &[&str]| super::marked(texts.iter().copied());
        assert_eq!(marked(&["0", "1", ""]), Some(vec![false, true, false]));
        assert_eq!(marked(&["", ""]), None);
        assert_eq!(marked(&["0", "0"]), None);
        assert_eq!(marked(&["1", "Correct 0"]), None);
        assert_eq!(marked(&[]), None);
    }

    #[test]
    fn only_the_two_digits_are_flags() {
        assert_eq!(check_answer("1"), Ok(()));
        assert_eq!(check_answer("0"), Ok(()));
        for other in ["true", "01", " 1", "2", "١"] {
            assert_eq!(check_answer(other), Err(AnswerError::NotAFlag), "{other:?}");
        }
    }
}
