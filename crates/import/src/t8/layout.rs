//! Where the texts and forms of a slide go: a canvas of 1280 x 720 pixels with a margin of 40.

use estrad_domain::draft::{ComponentDraft, ContentDraft};
use estrad_domain::types::View;

use super::bounds::{HtmlBound, fit};
use super::html::{escape, is_blank};
use super::source::Slide;
use crate::report::Report;

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    w: i32,
    h: i32,
}

const WHOLE: Area = Area { x: 40, y: 40, w: 1200, h: 640 };
const GAP: i32 = 40;
/// How high the line is that stands above a form.
const CAPTION: i32 = 40;

/// A question on the slide that has a form of its own; sub-questions show in that of their whole.
pub(super) struct Form {
    /// The place of the question on the slide.
    pub(super) question: usize,
    /// What stands above it, for the teams.
    pub(super) caption: Option<String>,
}

/// Everything that is placed on a slide. `right_answer` is HTML, for the judges only.
pub(super) fn components(
    slide: &Slide,
    forms: &[Form],
    right_answer: &str,
    place: &str,
    report: &mut Report,
) -> Vec<ComponentDraft> {
    let mut texts = Vec::new();
    let mut rest = Vec::new();
    let columns: Vec<&String> =
        [&slide.left, &slide.right].into_iter().filter(|text| !is_blank(text)).collect();
    let (above, below) = match (columns.is_empty(), forms.is_empty()) {
        (_, true) => (WHOLE, WHOLE),
        (true, false) => (WHOLE, WHOLE),
        (false, false) => WHOLE.over_and_under(360),
    };
    for (text, area) in columns.iter().zip(above.columns(columns.len())) {
        texts.push((View::Team, area, text.as_str()));
    }
    if !is_blank(&slide.projector) {
        texts.push((View::Audience, WHOLE, &slide.projector));
    }
    let judged = if is_blank(right_answer) {
        WHOLE
    } else {
        let [form, answer] = [WHOLE.columns(2)[0], WHOLE.columns(2)[1]];
        texts.push((View::Judge, answer, right_answer));
        form
    };
    let captions: Vec<String> = forms
        .iter()
        .map(|form| {
            form.caption
                .as_ref()
                .map_or_else(String::new, |text| format!("<p>{}</p>", escape(text)))
        })
        .collect();
    for ((form, caption), (team, judge)) in forms
        .iter()
        .zip(&captions)
        .zip(below.rows(forms.len()).into_iter().zip(judged.rows(forms.len())))
    {
        let mut area = team;
        if !caption.is_empty() {
            let line;
            (line, area) = area.with_line_above();
            texts.push((View::Team, line, caption));
        }
        rest.push(area.holding(View::Team, ContentDraft::Question(form.question)));
        rest.push(judge.holding(View::Judge, ContentDraft::Question(form.question)));
    }
    let texts = texts.into_iter().map(|(view, area, html)| {
        area.holding(view, ContentDraft::Text(fit::<HtmlBound>(html, place, report)))
    });
    texts.chain(rest).collect()
}

impl Area {
    fn over_and_under(self, over: i32) -> (Self, Self) {
        let under = Self { y: self.y + over + GAP, h: self.h - over - GAP, ..self };
        (Self { h: over, ..self }, under)
    }

    fn with_line_above(self) -> (Self, Self) {
        let line = CAPTION.min(self.h / 2);
        let below = Self { y: self.y + line, h: self.h - line, ..self };
        (Self { h: line, ..self }, below)
    }

    fn columns(self, number: usize) -> Vec<Self> {
        let number = number.max(1) as i32;
        let w = (self.w - GAP * (number - 1)) / number;
        (0..number).map(|i| Self { x: self.x + i * (w + GAP), w, ..self }).collect()
    }

    fn rows(self, number: usize) -> Vec<Self> {
        let number = number.max(1) as i32;
        // However many there are, each is to be seen.
        let h = (self.h / number).max(1);
        (0..number).map(|i| Self { y: self.y + i * h, h, ..self }).collect()
    }

    fn holding(self, view: View, content: ContentDraft) -> ComponentDraft {
        let Self { x, y, w, h } = self;
        ComponentDraft { view, x, y, w, h, content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(components: &[ComponentDraft]) -> Vec<(View, [i32; 4], String)> {
        let told = components.iter().map(|c| {
            let content = match &c.content {
                ContentDraft::Text(text) => text.clone(),
                ContentDraft::Question(place) => format!("question {place}"),
                ContentDraft::Image(_) => "an image".to_owned(),
            };
            (c.view, [c.x, c.y, c.w, c.h], content)
        });
        told.collect()
    }

    fn slide(left: &str, right: &str, projector: &str) -> Slide {
        let [left, right, projector] = [left, right, projector].map(str::to_owned);
        Slide { left, right, projector, ..Slide::default() }
    }

    #[test]
    fn texts_stand_side_by_side_above_the_form() {
        let forms = [Form { question: 0, caption: Some("A < B".to_owned()) }];
        let slide = slide("<p>l</p>", "<p>r</p>", "<p>p</p>");
        let made = components(&slide, &forms, "<p>right</p>", "Q", &mut Report::default());
        let expected = [
            (View::Team, [40, 40, 580, 360], "<p>l</p>"),
            (View::Team, [660, 40, 580, 360], "<p>r</p>"),
            (View::Audience, [40, 40, 1200, 640], "<p>p</p>"),
            (View::Judge, [660, 40, 580, 640], "<p>right</p>"),
            (View::Team, [40, 440, 1200, 40], "<p>A &lt; B</p>"),
            (View::Team, [40, 480, 1200, 200], "question 0"),
            (View::Judge, [40, 40, 580, 640], "question 0"),
        ];
        assert_eq!(outline(&made), expected.map(|(v, a, text)| (v, a, text.to_owned())));
    }

    #[test]
    fn what_is_blank_leaves_its_room_to_the_others() {
        let made =
            components(&slide("<p></p>", "<p>r</p>", ""), &[], "", "Q", &mut Report::default());
        assert_eq!(outline(&made), [(View::Team, [40, 40, 1200, 640], "<p>r</p>".to_owned())]);
        let forms = [Form { question: 3, caption: None }];
        let made = components(&slide("", "", ""), &forms, "", "Q", &mut Report::default());
        assert_eq!(outline(&made)[0].1, [40, 40, 1200, 640]);
    }
}
