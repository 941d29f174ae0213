//! From a question to questions of the domain, a module for each way of answering.

mod hints;
mod pairs;
mod practical;
mod quiz;
mod statements;
mod sub_questions;

use estrad_domain::draft::QuestionDraft;

use super::bounds::{LongBound, fit, name};
use super::documents::Question;
use super::source::{Kind, Slide};
use crate::report::{About, Report};

/// What becomes of one question of the source.
pub(super) struct Mapped {
    /// The first is the question as a whole: the points and the teams' scores are its own.
    pub(super) questions: Vec<Placed>,
    /// Where the fields of the form went, in their order: so are the teams' answers.
    pub(super) slots: Vec<Slot>,
}

/// A question and where it stands.
pub(super) struct Placed {
    /// The place of its slide among those of the question of the source.
    pub(super) slide: usize,
    /// `parent` is a place in [`Mapped::questions`].
    pub(super) draft: QuestionDraft,
    /// What stood at the field, where the question's name is another.
    pub(super) caption: Option<String>,
}

/// Where a field of the form went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// A place in [`Mapped::questions`].
    pub(super) question: usize,
    /// How what was filled in is read.
    pub(super) entry: Entry,
}

/// How an answer is read, and where in its question it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A text at this alternative.
    Text(usize),
    /// A number at this alternative.
    Number(usize),
    /// True or false at this alternative.
    Truth(usize),
    /// The text of one of the alternatives.
    One,
    /// The texts of some of the alternatives, with semicolons between them.
    Several,
    /// The letter of one of the alternatives; these are their letters.
    Letter(Vec<char>),
    /// The right-hand text for the alternative.
    Pair(usize),
}

/// Maps one question. Its place in the report is its title.
pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    note_left_overs(question, place, report);
    match question.kind {
        Kind::Practical => practical::map(question, place, report),
        Kind::Hints => hints::map(question, place, report),
        Kind::Statements => statements::map(question, place, report),
        Kind::Quiz => quiz::map(question, place, report),
        Kind::Normal if has_pairs(question) => pairs::map(question, place, report),
        Kind::Normal => sub_questions::map(question, place, report),
    }
}

fn has_pairs(question: &Question) -> bool {
    question.pairs.iter().any(|column| !column.is_empty())
}

/// On which of the question's slides it is answered.
///
/// Where there are several, the first ones set the scene and the team answers while the time of the
/// last timer runs; what comes without a timer after that has none to answer in. Without any timer
/// it is the last slide, when everything has been told.
pub(super) fn answer_slide(slides: &[Slide], shown: impl Fn(usize) -> bool) -> Option<usize> {
    let mut shown = (0..slides.len()).filter(|&place| shown(place));
    let timed = shown.clone().rfind(|&place| slides[place].seconds.is_some());
    timed.or_else(|| shown.next_back())
}

/// The slide of the question as a whole.
pub(super) fn main_slide(question: &Question) -> usize {
    answer_slide(&question.slides, |_| true).unwrap_or(0)
}

impl Placed {
    /// The question as a whole, on its slide.
    fn main(question: &Question, draft: QuestionDraft) -> Self {
        Self { slide: main_slide(question), draft, caption: None }
    }
}

/// Notes that the slide's time was started anew for each of several rows.
fn note_time_of_each(
    question: &Question,
    rows: usize,
    what: &str,
    place: &str,
    report: &mut Report,
) {
    let seconds = question.slides.get(main_slide(question)).and_then(|slide| slide.seconds);
    if let Some(seconds) = seconds.filter(|_| rows > 1) {
        let text =
            format!("The {seconds} seconds of its slide were for each of its {rows} {what}.");
        report.note(About::Changed, place, text);
    }
}

/// An alternative's text, cut to its bound.
fn long(text: &str, place: &str, report: &mut Report) -> String {
    fit::<LongBound>(text, place, report)
}

/// The name of a question.
fn question_name(text: &str, place: &str, report: &mut Report) -> String {
    name(text, place, place, report)
}

/// Notes what an editor once filled in that the type of the question has no use for.
fn note_left_overs(question: &Question, place: &str, report: &mut Report) {
    let mut left_over = |used: Kind, what: &str, texts: Vec<&str>| {
        if question.kind != used && !texts.is_empty() {
            let text = format!("Its type has no use for its {what}: {}.", texts.join("; "));
            report.note(About::LeftOut, place, text);
        }
    };
    let texts = |list: &'_ [String]| list.iter().map(String::as_str).collect::<Vec<_>>().join("; ");
    let hints = texts(&question.hints);
    let statements = texts(&question.statements);
    let pairs = question.pairs.each_ref().map(|column| texts(column));
    let as_list = |text| if str::is_empty(text) { Vec::new() } else { vec![text] };
    left_over(Kind::Hints, "clues", as_list(&hints));
    left_over(Kind::Statements, "statements", as_list(&statements));
    left_over(Kind::Normal, "pairs", pairs.iter().flat_map(|text| as_list(text)).collect());
    let quiz: Vec<String> = question
        .quiz
        .iter()
        .map(|item| {
            format!("{} ({}; right: {})", item.question, item.options.join(", "), item.correct)
        })
        .collect();
    left_over(Kind::Quiz, "quiz items", quiz.iter().map(String::as_str).collect());
    let fields: Vec<String> = question
        .sub_questions
        .iter()
        .map(|sub| format!("{} ({})", sub.label, sub.alternatives.join(", ")))
        .collect();
    left_over(Kind::Normal, "sub-questions", fields.iter().map(String::as_str).collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slides(seconds: &[Option<f64>]) -> Vec<Slide> {
        seconds.iter().map(|&seconds| Slide { seconds, ..Slide::default() }).collect()
    }

    #[test]
    fn it_is_answered_where_the_last_timer_runs() {
        let place = |seconds: &[_]| answer_slide(&slides(seconds), |_| true);
        assert_eq!(place(&[None, Some(120.0)]), Some(1));
        assert_eq!(place(&[Some(60.0), None]), Some(0));
        assert_eq!(place(&[Some(60.0), Some(60.0), None]), Some(1));
        assert_eq!(place(&[None, None]), Some(1));
        assert_eq!(place(&[]), None);
        let shown = |place| place < 2;
        assert_eq!(answer_slide(&slides(&[None, None, Some(1.0)]), shown), Some(1));
    }
}
