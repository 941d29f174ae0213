//! Which teams this server has screens of, and what of that is worth an entry: without input or
//! output, the time goes in.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use estrad_domain::clock::Moment;
use estrad_domain::presentation::{Noticed, RoundTrip};
use estrad_domain::{PresentationId, TeamId};

/// Whoever is back within this was not lost: a page that is loaded anew, a tablet that changes its
/// access point.
pub(super) const MISSED: TimeDelta = TimeDelta::seconds(2);
/// After a start of the server its clients come back over some seconds.
pub(super) const RETURNING: TimeDelta = TimeDelta::seconds(15);
/// A team is noted as lost no more often than this. What is shorter is summed up in the next entry, so
/// that a bad network can't fill the log.
pub(super) const QUIET: TimeDelta = TimeDelta::seconds(10);
/// How often round trips are noted.
pub(super) const ROUND: TimeDelta = TimeDelta::minutes(5);
/// The most measurements of a team that are kept for the next entry.
const MOST_MEASURED: usize = 256;

/// A team in a presentation.
pub(super) type Key = (PresentationId, TeamId);

/// What is to be noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) team_id: TeamId,
    pub(super) at: Moment,
    pub(super) noticed: Noticed,
    pub(super) round_trip: Option<RoundTrip>,
}

#[derive(Debug, Default)]
pub(super) struct Register {
    teams: HashMap<Key, Attending>,
    /// When round trips were noted last.
    round: Option<Moment>,
}

#[derive(Debug)]
struct Attending {
    screens: u32,
    /// Whether the log has it as connected.
    noted: bool,
    since: Moment,
    lost_at: Option<Moment>,
    /// How long it may be away without being lost.
    patience: TimeDelta,
    quiet_until: Moment,
    /// Losses without an entry of their own.
    times_lost: i64,
    offline: TimeDelta,
    measured: Vec<i64>,
}

impl Attending {
    fn new(now: Moment) -> Self {
        Self {
            screens: 0,
            noted: false,
            since: now,
            lost_at: None,
            patience: MISSED,
            quiet_until: now,
            times_lost: 0,
            offline: TimeDelta::zero(),
            measured: Vec::new(),
        }
    }

    /// When it is to be looked at, if it is.
    fn due(&self) -> Option<Moment> {
        match self.lost_at {
            Some(lost_at) => Some(self.quiet_until.max(lost_at + self.patience)),
            None if !self.noted => Some(self.since),
            None if self.times_lost > 0 => Some(self.quiet_until),
            None => None,
        }
    }

    fn take(&mut self, team_id: TeamId, now: Moment) -> Found {
        let round_trip = RoundTrip::of(std::mem::take(&mut self.measured));
        self.quiet_until = now + QUIET;
        if let Some(at) = self.lost_at {
            return Found { team_id, at, noticed: Noticed::Disconnected, round_trip };
        }
        let times_lost = std::mem::take(&mut self.times_lost);
        let offline = std::mem::replace(&mut self.offline, TimeDelta::zero());
        let noticed = Noticed::Connected { times_lost, offline_ms: offline.num_milliseconds() };
        let at = if self.noted { now } else { self.since };
        self.noted = true;
        Found { team_id, at, noticed, round_trip }
    }
}

impl Register {
    /// A screen of the team joined.
    pub(super) fn enter(&mut self, key: Key, now: Moment) {
        let team = self.teams.entry(key).or_insert_with(|| Attending::new(now));
        team.screens += 1;
        let Some(lost_at) = team.lost_at.take() else { return };
        let away = now.since(lost_at);
        if away > team.patience {
            team.times_lost += 1;
            team.offline += away;
        }
        team.patience = MISSED;
    }

    /// A screen of the team is gone.
    pub(super) fn leave(&mut self, key: Key, now: Moment) {
        if let Some(team) = self.teams.get_mut(&key) {
            team.screens = team.screens.saturating_sub(1);
            if team.screens == 0 {
                team.lost_at = Some(now);
            }
        }
    }

    /// The log has the team as connected, by a server that ended: it may come back.
    pub(super) fn expect(&mut self, key: Key, now: Moment) {
        self.teams.entry(key).or_insert_with(|| Attending {
            noted: true,
            lost_at: Some(now),
            patience: RETURNING,
            ..Attending::new(now)
        });
    }

    /// A presentation goes on that was over, when nothing was noted: who is there is noted again, and of
    /// the `online`, whom the log has as connected, those are expected who are not.
    pub(super) fn resumed(&mut self, id: PresentationId, online: &[TeamId], now: Moment) {
        for (_, team) in self.teams.iter_mut().filter(|(key, _)| key.0 == id) {
            // What was lost meanwhile is no loss.
            (team.times_lost, team.offline) = (0, TimeDelta::zero());
            if team.lost_at.is_some() {
                (team.lost_at, team.patience) = (Some(now), RETURNING);
            } else {
                (team.noted, team.since) = (false, now);
            }
        }
        for team_id in online {
            self.expect((id, *team_id), now);
        }
    }

    /// A message went to a screen of the team and back.
    pub(super) fn measure(&mut self, key: Key, took: Duration) {
        if let Some(team) = self.teams.get_mut(&key)
            && team.measured.len() < MOST_MEASURED
        {
            team.measured.push(i64::try_from(took.as_millis()).unwrap_or(i64::MAX));
        }
    }

    /// When something is to be noted, if something is.
    pub(super) fn due(&self) -> Option<Moment> {
        let measured = self.teams.values().any(|team| !team.measured.is_empty());
        let round = self.round.filter(|_| measured).map(|round| round + ROUND);
        self.teams.values().filter_map(Attending::due).chain(round).min()
    }

    /// What is to be noted by now, by presentation. `elsewhere` says which teams other servers have
    /// screens of: they are not lost.
    pub(super) fn take_due(
        &mut self,
        now: Moment,
        elsewhere: impl Fn(Key) -> bool,
    ) -> HashMap<PresentationId, Vec<Found>> {
        let mut found = HashMap::<PresentationId, Vec<Found>>::new();
        self.teams.retain(|key, team| {
            if team.due().is_none_or(|due| due > now) {
                return true;
            }
            let away = team.lost_at.is_some();
            if !(away && elsewhere(*key)) {
                found.entry(key.0).or_default().push(team.take(key.1, now));
            }
            // Its entry says when it was lost; whoever comes back is looked up there.
            !away
        });
        if now.since(*self.round.get_or_insert(now)) >= ROUND {
            self.round = Some(now);
            for (key, team) in &mut self.teams {
                if let Some(round_trip) = RoundTrip::of(std::mem::take(&mut team.measured)) {
                    let (team_id, noticed) = (key.1, Noticed::Measured);
                    let round_trip = Some(round_trip);
                    let one = Found { team_id, at: now, noticed, round_trip };
                    found.entry(key.0).or_default().push(one);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = (PresentationId(1), TeamId(1));

    fn at(milliseconds: i64) -> Moment {
        Moment::from_micros(milliseconds * 1_000)
    }

    fn noticed(register: &mut Register, now: i64) -> Vec<(Noticed, Moment)> {
        let found = register.take_due(at(now), |_| false);
        found.into_values().flatten().map(|one| (one.noticed, one.at)).collect()
    }

    fn back(times_lost: i64, offline_ms: i64) -> Noticed {
        Noticed::Connected { times_lost, offline_ms }
    }

    #[test]
    fn a_team_is_lost_with_its_last_screen_and_back_with_its_first() {
        let mut register = Register::default();
        register.enter(KEY, at(0));
        register.enter(KEY, at(10));
        assert_eq!(noticed(&mut register, 10), [(back(0, 0), at(0))]);
        register.leave(KEY, at(20_000));
        assert_eq!(register.due(), None);
        register.leave(KEY, at(30_000));
        assert_eq!(register.due(), Some(at(32_000)));
        assert_eq!(noticed(&mut register, 31_999), []);
        assert_eq!(noticed(&mut register, 32_000), [(Noticed::Disconnected, at(30_000))]);
        register.enter(KEY, at(90_000));
        assert_eq!(noticed(&mut register, 90_000), [(back(0, 0), at(90_000))]);
    }

    #[test]
    fn loading_a_page_anew_is_no_loss() {
        let mut register = Register::default();
        register.enter(KEY, at(0));
        noticed(&mut register, 0);
        register.leave(KEY, at(20_000));
        register.enter(KEY, at(22_000));
        assert_eq!(register.due(), None);
    }

    #[test]
    fn a_bad_network_is_summed_up() {
        let mut register = Register::default();
        register.enter(KEY, at(0));
        noticed(&mut register, 0);
        for start in [1_000, 5_000] {
            register.leave(KEY, at(start));
            assert_eq!(noticed(&mut register, start + 2_500), [], "it was connected just now");
            register.enter(KEY, at(start + 3_000));
        }
        assert_eq!(register.due(), Some(at(10_000)));
        assert_eq!(noticed(&mut register, 10_000), [(back(2, 6_000), at(10_000))]);
        assert_eq!(register.due(), None);
    }

    #[test]
    fn after_a_start_teams_may_take_their_time() {
        let mut register = Register::default();
        let other = (PresentationId(1), TeamId(2));
        register.expect(KEY, at(0));
        register.expect(other, at(0));
        register.enter(KEY, at(14_000));
        assert_eq!(noticed(&mut register, 14_999), [], "it was the server that was away");
        assert_eq!(noticed(&mut register, 15_000), [(Noticed::Disconnected, at(0))], "the other");
        assert_eq!(register.due(), None);
    }

    #[test]
    fn after_the_end_was_taken_back_it_is_looked_again_who_is_there() {
        let mut register = Register::default();
        let other = (PresentationId(1), TeamId(2));
        register.enter(KEY, at(0));
        noticed(&mut register, 0);
        register.resumed(KEY.0, &[KEY.1, other.1], at(100_000));
        assert_eq!(noticed(&mut register, 100_000), [(back(0, 0), at(100_000))], "is there");
        assert_eq!(noticed(&mut register, 115_000), [(Noticed::Disconnected, at(100_000))]);
    }

    #[test]
    fn who_is_on_another_server_is_not_lost() {
        let mut register = Register::default();
        register.enter(KEY, at(0));
        noticed(&mut register, 0);
        register.leave(KEY, at(20_000));
        assert!(register.take_due(at(30_000), |key| key == KEY).is_empty());
        assert_eq!(register.due(), None, "the other server looks after it");
    }

    #[test]
    fn round_trips_are_noted_now_and_then_and_at_the_end() {
        let mut register = Register::default();
        register.enter(KEY, at(0));
        noticed(&mut register, 0);
        for took in [30, 10, 20] {
            register.measure(KEY, Duration::from_millis(took));
        }
        assert_eq!(register.due(), Some(at(300_000)));
        let found = register.take_due(at(300_000), |_| false);
        let expected = RoundTrip { count: 3, min_ms: 10, median_ms: 20, max_ms: 30 };
        assert_eq!(found[&KEY.0][0].round_trip, Some(expected));
        assert_eq!(found[&KEY.0][0].noticed, Noticed::Measured);
        assert_eq!(register.due(), None);
        for _ in 0..1_000 {
            register.measure(KEY, Duration::from_millis(5));
        }
        register.leave(KEY, at(301_000));
        let found = register.take_due(at(303_000), |_| false);
        assert_eq!(found[&KEY.0][0].round_trip.map(|trip| trip.count), Some(256));
    }
}
