//! What a viewer may know of the slides of a competition.

use crate::SlideId;
use crate::presentation::{Presentation, ShownSlides};
use crate::question::kind;
use crate::types::QuestionType;
use crate::views::Views;

/// What of the slides somebody may know of. The rest is for them as if it were not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// All of them, with all that is on them.
    All,
    /// Those that were shown, with the clues that were shown.
    AsShown(ShownSlides),
}

impl Visible {
    /// What teams and the audience may know of, when this was the newest presentation.
    pub fn to_the_public(views: Views, newest: Option<&Presentation>) -> Self {
        match views {
            Views::Legacy => Self::All,
            Views::AsShown => {
                Self::AsShown(newest.map(|newest| newest.state.shown.clone()).unwrap_or_default())
            }
        }
    }

    /// Whether the slide is visible.
    pub fn slide(&self, id: SlideId) -> bool {
        match self {
            Self::All => true,
            Self::AsShown(shown) => shown.includes(id),
        }
    }

    /// Whether an alternative is visible, at that place (from 0) of a question of that type on the
    /// slide.
    pub fn alternative(&self, slide: SlideId, question_type: QuestionType, place: i32) -> bool {
        match self {
            Self::All => true,
            Self::AsShown(shown) if kind(question_type).comes_in_steps() => {
                shown.includes(slide) && i64::from(place) < i64::from(shown.step(slide))
            }
            Self::AsShown(shown) => shown.includes(slide),
        }
    }
}
