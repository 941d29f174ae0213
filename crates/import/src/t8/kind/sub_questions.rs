//! A form of fields: texts, numbers and choices.
//!
//! One field alone is the question itself. With several, the question as a whole is a practical
//! one, which the judges score by its scale, and the fields are its sub-questions. A field that was
//! shown on another slide than the whole stands there as a question of its own: a sub-question is
//! on the same slide as its question. Points go with the whole; fields have none of their own.
//!
//! A form without fields is answered on paper or by hand.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Entry, Mapped, Placed, Slot, answer_slide, long, main_slide, question_name};
use crate::report::{About, Report, count};
use crate::t8::documents::Question;
use crate::t8::html::plain;
use crate::t8::source::{SubKind, SubQuestion};

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    note_unknown_answers(question, place, report);
    if let [only] = question.sub_questions.as_slice() {
        let (draft, entry) = map_field(only, name, place, report);
        let slide = slide_of(only, question, 1, place, report);
        let caption = Some(only.label.clone()).filter(|label| !label.is_empty());
        return Mapped {
            questions: vec![Placed { slide, draft, caption }],
            slots: vec![Slot { question: 0, entry }],
        };
    }
    let whole = QuestionDraft::new(name, QuestionType::Practical, 0);
    let mut mapped = Mapped { questions: vec![Placed::main(question, whole)], slots: Vec::new() };
    if question.sub_questions.is_empty() {
        let text = "It has no field to answer in; it became a practical question.";
        report.note(About::Changed, place, text);
    }
    add(question, &mut mapped, place, report);
    mapped
}

/// Adds the fields of a question after what there is already.
pub(super) fn add(question: &Question, mapped: &mut Mapped, place: &str, report: &mut Report) {
    let whole_slide = main_slide(question);
    let slides: Vec<usize> = question
        .sub_questions
        .iter()
        .enumerate()
        .map(|(index, sub)| slide_of(sub, question, index + 1, place, report))
        .collect();
    for (index, (sub, &slide)) in question.sub_questions.iter().zip(&slides).enumerate() {
        let with_whole = slide == whole_slide;
        let name = field_name(sub, question, index + 1, with_whole);
        let name = question_name(&name, place, report);
        let (draft, entry) = map_field(sub, name, place, report);
        let draft = QuestionDraft { parent: with_whole.then_some(0), ..draft };
        mapped.slots.push(Slot { question: mapped.questions.len(), entry });
        mapped.questions.push(Placed { slide, draft, caption: None });
    }
    let apart = slides.iter().filter(|&&slide| slide != whole_slide).count();
    if apart > 0 {
        let text = format!(
            "{} on slides of their own became questions of their own, without points; the points \
             for all of it stand at slide {} of the question.",
            count(apart, "sub-question"),
            whole_slide + 1
        );
        report.note(About::Changed, place, text);
    }
}

/// The choices of an export carry no sign of which are right.
pub(super) fn note_unknown_answers(question: &Question, place: &str, report: &mut Report) {
    let is_choice = |sub: &&SubQuestion| matches!(sub.kind, SubKind::One | SubKind::Several);
    let choices = question.sub_questions.iter().filter(is_choice).count();
    if choices > 0 {
        let text = format!(
            "The export doesn't say which alternatives are right ({}); they have to be marked by hand.",
            count(choices, "choice")
        );
        report.note(About::Changed, place, text);
    }
}

/// Labels such as "Part A" say enough beside their question, but not elsewhere.
fn field_name(sub: &SubQuestion, question: &Question, number: usize, with_whole: bool) -> String {
    let label = plain(&sub.label).replace('\n', " ");
    match (label.is_empty(), with_whole) {
        (true, _) => format!("{} {number}", question.title),
        (false, true) => label,
        (false, false) => format!("{}: {label}", question.title),
    }
}

fn slide_of(
    sub: &SubQuestion,
    question: &Question,
    number: usize,
    place: &str,
    report: &mut Report,
) -> usize {
    let shown = |slide: usize| sub.shown.get(slide) == Some(&true);
    answer_slide(&question.slides, shown).unwrap_or_else(|| {
        if !question.slides.is_empty() {
            let text = format!(
                "Sub-question {number} was shown on none of its slides; it stands with the whole."
            );
            report.note(About::Changed, place, text);
        }
        main_slide(question)
    })
}

fn map_field(
    sub: &SubQuestion,
    name: String,
    place: &str,
    report: &mut Report,
) -> (QuestionDraft, Entry) {
    let (question_type, entry) = match sub.kind {
        SubKind::Text => (QuestionType::Text, Entry::Text(0)),
        SubKind::LongText => (QuestionType::LongText, Entry::Text(0)),
        SubKind::Number => (QuestionType::Number, Entry::Number(0)),
        SubKind::One => (QuestionType::Single, Entry::One),
        SubKind::Several => (QuestionType::Multiple, Entry::Several),
    };
    let mut draft = QuestionDraft::new(name, question_type, 0);
    if !matches!(sub.kind, SubKind::One | SubKind::Several) {
        if !sub.alternatives.is_empty() {
            let text =
                format!("A field to write in has no use for: {}.", sub.alternatives.join("; "));
            report.note(About::LeftOut, place, text);
        }
        return (draft.with_alternative("", ""), entry);
    }
    for alternative in &sub.alternatives {
        draft = draft.with_alternative(long(alternative, place, report), "");
    }
    (draft, entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;
    use serde_json::{Value, json};

    fn mapped(fields: Value, slides: Value) -> (Mapped, Report) {
        let question = testing::question(json!({
            "type": "normal", "title": "Moon", "slides": slides,
            "answer": {"type": "multi", "subQuestions": fields},
        }));
        let mut report = Report::default();
        (map(&question, "Moon", &mut report), report)
    }

    fn outline(mapped: &Mapped) -> Vec<(&str, QuestionType, usize, Option<usize>)> {
        let outline = mapped.questions.iter().map(|placed| {
            let draft = &placed.draft;
            (draft.name.as_str(), draft.question_type, placed.slide, draft.parent)
        });
        outline.collect()
    }

    #[test]
    fn one_field_alone_is_the_question() {
        let (mapped, report) = mapped(
            json!([{"type": "textarea", "label": "Write here:", "show": [false, true]}]),
            json!([{}, {"hasTimer": true, "time": 60}]),
        );
        assert_eq!(outline(&mapped), [("Moon", QuestionType::LongText, 1, None)]);
        assert_eq!(mapped.questions[0].caption.as_deref(), Some("Write here:"));
        assert_eq!(mapped.questions[0].draft.alternatives.len(), 1);
        assert_eq!(mapped.slots, [Slot { question: 0, entry: Entry::Text(0) }]);
        assert!(report.notes.is_empty(), "{report}");
    }

    #[test]
    fn several_fields_belong_to_a_practical_whole() {
        let (mapped, _) = mapped(
            json!([
                {"type": "text", "label": "Part B", "show": [true]},
                {"type": "number", "show": [true]},
                {"type": "select", "multiple": true, "alternatives": ["x", "y"], "show": [true]},
            ]),
            json!([{"hasTimer": true, "time": 60}]),
        );
        assert_eq!(
            outline(&mapped),
            [
                ("Moon", QuestionType::Practical, 0, None),
                ("Part B", QuestionType::Text, 0, Some(0)),
                ("Moon 2", QuestionType::Number, 0, Some(0)),
                ("Moon 3", QuestionType::Multiple, 0, Some(0)),
            ]
        );
        let entries: Vec<_> =
            mapped.slots.iter().map(|slot| (slot.question, &slot.entry)).collect();
        assert_eq!(entries, [(1, &Entry::Text(0)), (2, &Entry::Number(0)), (3, &Entry::Several)]);
    }

    #[test]
    fn fields_on_earlier_slides_stand_there_on_their_own() {
        let (mapped, report) = mapped(
            json!([
                {"type": "select", "label": "Part 1", "alternatives": ["x", "y"], "show": [true, false]},
                {"type": "text", "label": "Part 2", "show": [false, true]},
                {"type": "text", "label": "Part 3", "show": [false, false, true]},
            ]),
            json!([{"hasTimer": true, "time": 30}, {"hasTimer": true, "time": 60}]),
        );
        assert_eq!(
            outline(&mapped),
            [
                ("Moon", QuestionType::Practical, 1, None),
                ("Moon: Part 1", QuestionType::Single, 0, None),
                ("Part 2", QuestionType::Text, 1, Some(0)),
                ("Part 3", QuestionType::Text, 1, Some(0)),
            ]
        );
        let texts: Vec<_> = report.notes.iter().map(|note| note.text.as_str()).collect();
        assert!(texts[0].contains("which alternatives are right (1 choice)"), "{report}");
        assert!(texts[1].starts_with("Sub-question 3 was shown on none"), "{report}");
        assert!(texts.iter().any(|text| text.starts_with("1 sub-question on slides")), "{report}");
    }

    #[test]
    fn without_fields_it_is_practical() {
        let (mapped, report) = mapped(json!([]), json!([{}]));
        assert_eq!(outline(&mapped), [("Moon", QuestionType::Practical, 0, None)]);
        assert_eq!(report.notes_about(About::Changed), 1);
    }
}
