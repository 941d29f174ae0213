//! The shape of a demo slide: what each view gets, on a canvas of 1280 x 720 pixels.

use estrad_domain::draft::{ComponentDraft, ContentDraft, QuestionDraft, SlideDraft};
use estrad_domain::types::View;

/// What a slide of the demo says to whom.
pub(super) struct Telling {
    pub(super) title: &'static str,
    /// HTML for the projector, beneath the title.
    pub(super) audience: &'static str,
    /// HTML for the teams: the full text of the task.
    pub(super) team: &'static str,
    /// HTML for the judges: what to look for.
    pub(super) judge: &'static str,
    /// HTML for the host: what to say.
    pub(super) script: &'static str,
}

/// A slide without a question.
pub(super) fn slide(telling: &Telling) -> SlideDraft {
    let title = telling.title;
    SlideDraft {
        title: title.to_owned(),
        components: vec![
            text(View::Audience, (80, 70, 1120, 110), heading(title, 64)),
            text(View::Audience, (80, 220, 1120, 430), sized(telling.audience, 40)),
            text(View::Team, (40, 30, 1200, 70), heading(title, 40)),
            text(View::Team, (40, 110, 1200, 560), sized(telling.team, 26)),
            text(View::Judge, (40, 30, 1200, 70), heading(title, 32)),
            text(View::Judge, (660, 110, 580, 560), sized(telling.judge, 22)),
            text(View::Operator, (40, 30, 1200, 70), heading("Host", 32)),
            text(View::Operator, (40, 110, 1200, 560), sized(telling.script, 28)),
        ],
        ..SlideDraft::default()
    }
}

/// A slide with a question, which may have sub-questions, and a think time if there is one.
pub(super) fn question_slide(
    telling: &Telling,
    timer: Option<i32>,
    questions: Vec<QuestionDraft>,
) -> SlideDraft {
    let mut slide = slide(telling);
    // The text of the task makes room for the form beneath it.
    for component in &mut slide.components {
        if component.view == View::Team && component.y == 110 {
            component.h = 190;
        }
    }
    slide
        .components
        .extend([form(View::Team, (40, 320, 1200, 370)), form(View::Judge, (40, 110, 580, 560))]);
    SlideDraft { timer, questions, ..slide }
}

/// What judges go by.
pub(super) trait WithInstructions {
    /// The question with its correcting instructions.
    fn told(self, instructions: &str) -> Self;
}

impl WithInstructions for QuestionDraft {
    fn told(self, instructions: &str) -> Self {
        Self { correcting_instructions: Some(instructions.to_owned()), ..self }
    }
}

fn heading(text: &str, pixels: u32) -> String {
    format!("<h1 style=\"font-size: {pixels}px; margin: 0;\">{text}</h1>")
}

fn sized(html: &str, pixels: u32) -> String {
    format!("<div style=\"font-size: {pixels}px; line-height: 1.35;\">{html}</div>")
}

fn text(view: View, area: (i32, i32, i32, i32), html: String) -> ComponentDraft {
    component(view, area, ContentDraft::Text(html))
}

/// The form of the slide's first question; sub-questions show in that of theirs.
fn form(view: View, area: (i32, i32, i32, i32)) -> ComponentDraft {
    component(view, area, ContentDraft::Question(0))
}

fn component(
    view: View,
    (x, y, w, h): (i32, i32, i32, i32),
    content: ContentDraft,
) -> ComponentDraft {
    ComponentDraft { view, x, y, w, h, content }
}
