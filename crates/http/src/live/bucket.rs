//! How many messages a client may send: a bucket that fills at a steady rate.

use std::time::Instant;

use super::settings::LiveSettings;

/// What a client may still send.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    left: f32,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(super) fn new(settings: &LiveSettings, now: Instant) -> Self {
        Self { left: settings.events_burst as f32, at: now }
    }

    /// Takes one out; false if there is none.
    #[must_use]
    pub(super) fn take(&mut self, settings: &LiveSettings, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f32();
        let filled = self.left + passed * settings.events_per_second as f32;
        self.left = filled.min(settings.events_burst as f32);
        self.at = now;
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_then_a_steady_rate() {
        let settings =
            LiveSettings { events_per_second: 10, events_burst: 3, ..LiveSettings::default() };
        let start = Instant::now();
        let mut bucket = Bucket::new(&settings, start);
        let mut taken = |ms| {
            let now = start + Duration::from_millis(ms);
            (0..100).take_while(|_| bucket.take(&settings, now)).count()
        };
        assert_eq!(taken(0), 3);
        assert_eq!(taken(50), 0);
        assert_eq!(taken(110), 1);
        assert_eq!(taken(10_000), 3, "no more than a burst, however long it was quiet");
    }
}
