//! The pictures and videos that a question refers to. The files are not part of an export.

use super::documents::Question;
use super::html::pictures;
use crate::report::{About, Report, count};

/// Counts the references of a question and notes which files they are to.
pub(super) fn note(question: &Question, place: &str, report: &mut Report) {
    let found: Vec<String> = texts(question).into_iter().flat_map(pictures).collect();
    report.pictures += found.len();
    let (elsewhere, ours): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|name| name.starts_with("http"));
    for (names, fate) in [
        (ours, ", not part of the export, to upload and place by hand"),
        (elsewhere, " at another site, which is asked each time the slide is shown"),
    ] {
        let names = with_times(names);
        if !names.is_empty() {
            let text = format!("{}{fate}: {}.", count(names.len(), "file"), names.join(", "));
            report.note(About::Picture, place, text);
        }
    }
}

/// Each name once, in the order in which they come, with how often if it is more than once.
fn with_times(names: Vec<String>) -> Vec<String> {
    let mut times: Vec<(String, usize)> = Vec::new();
    for name in names {
        match times.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => *times += 1,
            None => times.push((name, 1)),
        }
    }
    let told = times.into_iter().map(|(name, times)| match times {
        1 => name,
        _ => format!("{name} ({times} times)"),
    });
    told.collect()
}

fn texts(question: &Question) -> Vec<&str> {
    let mut texts = vec![question.image.as_str()];
    for slide in &question.slides {
        texts.extend([slide.left.as_str(), &slide.right, &slide.projector]);
    }
    texts.push(&question.answer_text);
    let lists = [&question.hints, &question.statements, &question.pairs[0], &question.pairs[1]];
    texts.extend(lists.into_iter().flatten().map(String::as_str));
    for item in &question.quiz {
        texts.push(&item.question);
        texts.extend(item.options.iter().map(String::as_str));
    }
    for sub in &question.sub_questions {
        texts.push(&sub.label);
        texts.extend(sub.alternatives.iter().map(String::as_str));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::t8::testing;
    use serde_json::json;

    #[test]
    fn every_reference_counts_and_every_file_is_named() {
        let question = testing::question(json!({
            "image": "uploads/a.png",
            "slides": [{"textLeft": "<img src=\"uploads/b.png\">", "textProjector": "<img src=\"uploads/b.png\">"}],
            "answer": {"type": "multi", "text": "<img src=\"https://example.org/c.png\">"},
        }));
        let mut report = Report::default();
        note(&question, "Q", &mut report);
        assert_eq!(report.pictures, 4);
        assert!(
            report.notes[0].text.ends_with(": uploads/a.png, uploads/b.png (2 times)."),
            "{report}"
        );
        assert!(report.notes[1].text.starts_with("1 file at another site"), "{report}");
    }
}
