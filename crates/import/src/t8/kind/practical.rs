//! Practical questions: nothing to fill in, the judges score what they see.

use estrad_domain::draft::QuestionDraft;
use estrad_domain::types::QuestionType;

use super::{Mapped, Placed, question_name};
use crate::report::Report;
use crate::t8::documents::Question;

pub(super) fn map(question: &Question, place: &str, report: &mut Report) -> Mapped {
    let name = question_name(&question.title, place, report);
    let draft = QuestionDraft::new(name, QuestionType::Practical, 0);
    Mapped { questions: vec![Placed::main(question, draft)], slots: Vec::new() }
}
