//! Slides: what the operator steps through.

use serde::Serialize;
use utoipa::ToSchema;

use crate::media::Media;
use crate::{CompetitionId, SlideId};

/// The longest think time, in seconds: a day.
pub const MAX_TIMER_SECONDS: i32 = 86_400;
/// The most slides that a competition has.
pub const MAX_SLIDES: i64 = 1_000;

/// A slide without its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Slide {
    #[expect(missing_docs, reason = "says itself")]
    pub id: SlideId,
    #[expect(missing_docs, reason = "says itself")]
    pub competition_id: CompetitionId,
    /// From 0, without gaps.
    pub order: i32,
    /// May be empty.
    #[schema(example = "Stabilt bygge")]
    pub title: String,
    /// The think time in seconds; none: answers are taken while the slide is up.
    #[schema(example = 120)]
    pub timer: Option<i32>,
    #[expect(missing_docs, reason = "says itself")]
    pub background_image: Option<Media>,
}
