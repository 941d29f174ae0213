//! The parts of a question document.

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// By hand.
    Practical,
    /// In a form of pairs and sub-questions.
    Normal,
    /// One text for each clue.
    Hints,
    /// True or false for each statement.
    Statements,
    /// One of A to D for each item.
    Quiz,
}

/// An item of a quiz.
#[derive(Debug, Clone, Default)]
pub(super) struct QuizItem {
    pub(super) question: String,
    /// A to D; empty where there are fewer.
    pub(super) options: [String; 4],
    /// The letter of the right one.
    pub(super) correct: String,
    pub(super) unknown_fields: Vec<String>,
}

/// A field in the form of a question.
#[derive(Debug, Clone)]
pub(super) struct SubQuestion {
    pub(super) kind: SubKind,
    /// May be empty.
    pub(super) label: String,
    pub(super) alternatives: Vec<String>,
    /// On which slides of the question it was shown. May be of another length than they are.
    pub(super) shown: Vec<bool>,
    pub(super) unknown_fields: Vec<String>,
}

/// What is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubKind {
    Text,
    LongText,
    Number,
    One,
    Several,
}

/// A slide of a question.
#[derive(Debug, Clone, Default)]
pub(super) struct Slide {
    /// The think time; none when the slide has no timer. Such slides carry a number of seconds in
    /// the export all the same, a default that was never used.
    pub(super) seconds: Option<f64>,
    /// HTML for the contestants.
    pub(super) left: String,
    /// HTML for the contestants, beside the other.
    pub(super) right: String,
    /// HTML for the projector.
    pub(super) projector: String,
    pub(super) unknown_fields: Vec<String>,
}
