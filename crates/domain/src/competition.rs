//! A competition itself, without its parts.

use serde::Serialize;
use utoipa::ToSchema;

use crate::media::Media;
use crate::presentation::TimerRestart;
use crate::views::Views;
use crate::{CityId, CompetitionId};

/// A competition without its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Competition {
    #[expect(missing_docs, reason = "says itself")]
    pub id: CompetitionId,
    /// Unique together with year and city.
    #[schema(example = "Regionfinal")]
    pub name: String,
    #[expect(missing_docs, reason = "says itself")]
    #[schema(example = 2026)]
    pub year: i32,
    #[expect(missing_docs, reason = "says itself")]
    pub city_id: CityId,
    /// Shown behind every slide that has none of its own.
    pub background_image: Option<Media>,
    /// Whether judges may give parts of a point, to the hundredth.
    pub fractions_allowed: bool,
    /// Whether a timer that ran out is started again by starting it, or has to be restarted on purpose.
    pub timer_restart: TimerRestart,
    /// When teams and the audience may read its slides.
    pub views: Views,
    /// Whether judges may give points below 0.
    pub negative_allowed: bool,
    /// Rises with every change of the competition or any of its parts.
    #[schema(example = 1)]
    pub version: i64,
}

/// The years that a competition can be of.
pub const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// What a copy of a competition is called, cut to what a name may have.
///
/// `number` is 1 for the first copy; further ones say which they are, as names are unique.
pub fn copy_name(original: &str, number: u32) -> String {
    let prefix = match number {
        0 | 1 => "Kopia av ".to_owned(),
        n => format!("Kopia {n} av "),
    };
    let room = 254 - prefix.chars().count();
    prefix.chars().chain(original.chars().take(room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_names_of_their_own_that_fit() {
        assert_eq!(copy_name("Final", 1), "Kopia av Final");
        assert_eq!(copy_name("Final", 3), "Kopia 3 av Final");
        assert_eq!(copy_name(&"x".repeat(254), 12).chars().count(), 254);
    }
}
