//! What a team filled in, in the form of the answers of the domain.

use estrad_domain::draft::QuestionDraft;
use serde_json::Value;

use super::kind::Entry;

/// An answer at an alternative of the question, by the alternative's place.
pub(super) type At = (usize, String);

/// The answers that one filled-in field becomes. None if there is no place for it.
pub(super) fn read(value: &Value, entry: &Entry, question: &QuestionDraft) -> Option<Vec<At>> {
    match entry {
        Entry::Text(row) | Entry::Number(row) => Some(vec![(*row, text(value)?)]),
        Entry::Truth(row) => Some(vec![(*row, flag(value.as_bool()?))]),
        Entry::One => {
            let text = value.as_str()?;
            let chosen = question.alternatives.iter().position(|a| a.alternative == text);
            // An emptied field: nothing is chosen.
            (chosen.is_some() || text.is_empty()).then(|| ticked(question, chosen.as_slice()))
        }
        Entry::Several => Some(ticked(question, &several(value.as_str()?, question)?)),
        Entry::Letter(letters) => {
            let text = value.as_str()?.trim().to_ascii_uppercase();
            let chosen = letters.iter().position(|letter| text == letter.to_string())?;
            Some(ticked(question, &[chosen]))
        }
        Entry::Pair(row) => {
            let text = value.as_str()?;
            let left = &question.alternatives.get(*row)?.alternative;
            let right = text.strip_prefix(left.as_str()).and_then(|rest| rest.strip_prefix(" - "));
            let right = right.unwrap_or(text);
            let known = question.alternatives.iter().any(|a| a.correct == right);
            known.then(|| vec![(*row, format!("{left} - {right}"))])
        }
    }
}

/// Whether an answer to a number can be read as one; Swedes write a comma in it.
pub(super) fn is_number(answer: &str) -> bool {
    answer.trim().replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.as_f64()?.to_string()),
        _ => None,
    }
}

fn flag(yes: bool) -> String {
    if yes { "1" } else { "0" }.to_owned()
}

/// An answer at each alternative: whether it was chosen.
fn ticked(question: &QuestionDraft, chosen: &[usize]) -> Vec<At> {
    (0..question.alternatives.len()).map(|row| (row, flag(chosen.contains(&row)))).collect()
}

/// The alternatives that a text with semicolons names. They may have semicolons of their own, as in
/// `&mdash;`: the longest one that fits is meant.
fn several(text: &str, question: &QuestionDraft) -> Option<Vec<usize>> {
    let mut chosen = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let fitting = question.alternatives.iter().enumerate().filter_map(|(row, a)| {
            let after = rest.strip_prefix(a.alternative.as_str())?;
            let after = if after.is_empty() { after } else { after.strip_prefix(';')? };
            (after.len() < rest.len()).then_some((row, after))
        });
        let (row, after) = fitting.min_by_key(|(_, after)| after.len())?;
        chosen.push(row);
        rest = after;
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use estrad_domain::types::QuestionType;
    use serde_json::json;

    fn choice(alternatives: &[&str]) -> QuestionDraft {
        let empty = QuestionDraft::new("Q", QuestionType::Multiple, 0);
        alternatives.iter().fold(empty, |q, alternative| q.with_alternative(*alternative, ""))
    }

    fn ticks(value: Value, entry: &Entry, question: &QuestionDraft) -> Option<String> {
        let answers = read(&value, entry, question)?;
        assert!(answers.iter().enumerate().all(|(row, (at, _))| row == *at));
        Some(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    #[test]
    fn texts_and_numbers_are_kept() {
        let question = choice(&[""]);
        let text = |value| read(&value, &Entry::Text(0), &question);
        assert_eq!(text(json!("Gå\nHöger")), Some(vec![(0, "Gå\nHöger".to_owned())]));
        assert_eq!(text(json!(12.0)), Some(vec![(0, "12".to_owned())]));
        assert_eq!(text(json!(2.5)), Some(vec![(0, "2.5".to_owned())]));
        assert_eq!(text(json!(true)), None);
        assert!(is_number(" 26799,9 ") && !is_number("12 st") && !is_number("inf"));
    }

    #[test]
    fn truth_is_one_or_zero() {
        let question = choice(&["a", "b"]);
        assert_eq!(read(&json!(true), &Entry::Truth(1), &question), Some(vec![(1, "1".into())]));
        assert_eq!(read(&json!(false), &Entry::Truth(0), &question), Some(vec![(0, "0".into())]));
        assert_eq!(read(&json!("yes"), &Entry::Truth(0), &question), None);
    }

    #[test]
    fn a_choice_says_something_about_each_alternative() {
        let question = choice(&["a", "a &mdash; b", "b", "a;b"]);
        assert_eq!(ticks(json!("b"), &Entry::One, &question).as_deref(), Some("0010"));
        assert_eq!(ticks(json!(""), &Entry::One, &question).as_deref(), Some("0000"));
        assert_eq!(ticks(json!("c"), &Entry::One, &question), None);
        let several = |text: &str| ticks(json!(text), &Entry::Several, &question);
        assert_eq!(several("a;a &mdash; b").as_deref(), Some("1100"));
        assert_eq!(several("a;b;b").as_deref(), Some("0011"));
        assert_eq!(several("").as_deref(), Some("0000"));
        assert_eq!(several("a;c"), None);
        assert_eq!(several("ab"), None);
    }

    #[test]
    fn a_letter_is_a_choice() {
        let question = choice(&["x", "y"]);
        let entry = Entry::Letter(vec!['A', 'C']);
        assert_eq!(ticks(json!("C"), &entry, &question).as_deref(), Some("01"));
        assert_eq!(ticks(json!("B"), &entry, &question), None);
        assert_eq!(ticks(json!("AC"), &entry, &question), None);
    }

    #[test]
    fn a_pair_names_both_sides() {
        let question = QuestionDraft::new("Q", QuestionType::Match, 0)
            .with_alternative("Sweden", "Stockholm")
            .with_alternative("Norway", "Oslo");
        let pair = |text: &str| read(&json!(text), &Entry::Pair(0), &question);
        assert_eq!(pair("Oslo"), Some(vec![(0, "Sweden - Oslo".to_owned())]));
        assert_eq!(pair("Sweden - Stockholm"), Some(vec![(0, "Sweden - Stockholm".to_owned())]));
        assert_eq!(pair("Norway - Oslo"), None);
    }

    #[test]
    fn empty_alternatives_do_not_hold_it_up() {
        let question = choice(&["", "a"]);
        assert_eq!(several("a", &question), Some(vec![1]));
        assert_eq!(several(";a", &question), Some(vec![0, 1]));
        assert_eq!(several("b", &question), None);
    }
}
