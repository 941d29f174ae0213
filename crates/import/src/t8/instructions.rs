//! What judges have to know about a question, in the language of its organisers.

use super::documents::Question;
use super::html::is_blank;

/// The texts about time and points, and what is right (HTML, as it was).
pub(super) fn of(question: &Question) -> Option<String> {
    let lines = [
        ("Tid", &question.time_text),
        ("Poäng", &question.scoring_text),
        ("Högst", &question.max_scoring_text),
    ];
    let mut parts: Vec<String> = lines
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(label, text)| format!("{label}: {text}"))
        .collect();
    if !is_blank(&question.answer_text) {
        parts.push(format!("Rätt svar:\n{}", question.answer_text));
    }
    (!parts.is_empty()).then(|| parts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;
    use serde_json::json;

    #[test]
    fn only_what_there_is_is_told() {
        let question = testing::question(json!({
            "timeText": "2 minuter", "scoringText": "", "maxScoringText": "5 poäng",
            "answer": {"type": "multi", "text": "<b>Skruv</b>"},
        }));
        assert_eq!(
            of(&question).as_deref(),
            Some("Tid: 2 minuter\nHögst: 5 poäng\nRätt svar:\n<b>Skruv</b>")
        );
        let none = json!({"answer": {"type": "multi", "text": "<p></p>"}});
        assert_eq!(of(&testing::question(none)), None);
    }
}
