//! The moment between the end of a token and that of its connections. A front-end that ends a
//! presentation signs out with the same click, and either may arrive first.

use std::time::{Duration, Instant};

const MOMENT: Duration = Duration::from_secs(2);
const LAST_EVENT: &str = "end_presentation";

/// Until when the last word counts; before a token is revoked, everything does.
#[derive(Debug, Default)]
pub(super) struct LastWord(Option<Instant>);

impl LastWord {
    /// The token was revoked.
    pub(super) fn begin(&mut self, now: Instant) {
        self.0.get_or_insert(now + MOMENT);
    }

    /// Whether an event still counts.
    pub(super) fn allows(&self, event: &str) -> bool {
        self.0.is_none() || event == LAST_EVENT
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0
    }

    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.0.is_some_and(|end| now >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_presentation_counts_for_a_moment() {
        let (mut last_word, now) = (LastWord::default(), Instant::now());
        assert!(last_word.allows("sync") && last_word.deadline().is_none());
        last_word.begin(now);
        last_word.begin(now + Duration::from_secs(1));
        assert!(!last_word.allows("sync") && last_word.allows("end_presentation"));
        assert!(!last_word.is_over(now + Duration::from_secs(1)));
        assert!(last_word.is_over(now + Duration::from_secs(2)), "the first time counts");
    }
}
