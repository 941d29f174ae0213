//! The connections of teams: entries of the log, and their sum for each team.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::upsert::excluded;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{
    Actor, Event, LogEntry, Noticed, RoundTrip, TeamConnection, TeamRoundTrip,
};
use estrad_domain::{PresentationId, TeamId};

use super::presentations;
use crate::connection::on_each;
use crate::schema::{team_connections, teams};
use crate::{AnyConnection, Error, Result};

/// Values bound to one statement are some thousands at most, which either database allows.
const CHUNK: usize = 500;

/// Something that was noticed of a team, and when.
#[derive(Debug, Clone, Copy)]
pub struct Notice {
    /// Whose screens.
    pub team_id: TeamId,
    /// When it happened, which may be a while ago.
    pub at: Timestamp,
    /// What happened.
    pub noticed: Noticed,
    /// What was measured since the last notice.
    pub round_trip: Option<RoundTrip>,
}

type Row = (i64, i64, bool, Option<i64>, i64, i64, Measured);
type Measured = (i64, Option<i64>, Option<i64>, Option<i64>);

/// How teams were connected in a presentation, by their ids: those that ever were.
pub fn list(connection: &mut AnyConnection, id: PresentationId) -> Result<Vec<TeamConnection>> {
    let rows = team_connections::table
        .filter(team_connections::presentation_id.eq(id.0))
        .order(team_connections::team_id)
        .select((
            team_connections::presentation_id,
            team_connections::team_id,
            team_connections::online,
            team_connections::lost_at_ms,
            team_connections::times_lost,
            team_connections::offline_ms,
            (
                team_connections::round_trips,
                team_connections::round_trip_min_ms,
                team_connections::round_trip_median_ms,
                team_connections::round_trip_max_ms,
            ),
        ))
        .load::<Row>(connection)?;
    Ok(rows.into_iter().map(team_connection).collect())
}

fn team_connection(row: Row) -> TeamConnection {
    let (_, team_id, online, lost_at_ms, times_lost, offline_ms, measured) = row;
    let (count, min, median, max) = measured;
    let round_trip = min.zip(median).zip(max).map(|((min_ms, median_ms), max_ms)| RoundTrip {
        count,
        min_ms,
        median_ms,
        max_ms,
    });
    let team_id = TeamId(team_id);
    TeamConnection { team_id, online, lost_at_ms, times_lost, offline_ms, round_trip }
}

/// Logs what was noticed, as far as it is news: nothing of a presentation that is over, of teams that
/// are gone, or of what another server noted before.
///
/// Round trips of all teams are one entry. What results are tagged with stays: none changes.
pub fn note(
    connection: &mut AnyConnection,
    id: PresentationId,
    notices: &[Notice],
    now: Timestamp,
) -> Result<Vec<LogEntry>> {
    let mut presentation = match presentations::lock(connection, id) {
        Err(Error::NotFound) => return Ok(Vec::new()),
        locked => locked?,
    };
    if !presentation.is_active() {
        return Ok(Vec::new());
    }
    let there: HashSet<i64> = teams::table
        .filter(teams::competition_id.eq(presentation.competition_id.0))
        .select(teams::id)
        .load(connection)?
        .into_iter()
        .collect();
    let known = list(connection, id)?.into_iter().map(|one| (one.team_id, one));
    let mut known: HashMap<TeamId, TeamConnection> = known.collect();
    let (mut events, mut measured, mut changed) = (Vec::new(), Vec::new(), HashSet::new());
    for notice in notices.iter().filter(|notice| there.contains(&notice.team_id.0)) {
        let team_id = notice.team_id;
        let team = known.entry(team_id).or_insert_with(|| TeamConnection::new(team_id));
        let before = *team;
        let event = apply(team, notice);
        match (event, notice.round_trip) {
            (None, Some(round_trip)) => measured.push(TeamRoundTrip { team_id, round_trip }),
            (Some(event), _) => events.push((Actor::Server, event, notice.at)),
            (None, None) => {}
        }
        if *team != before {
            changed.insert(team_id);
        }
    }
    if !measured.is_empty() {
        events.push((Actor::Server, Event::RoundTrips { teams: measured }, now));
    }
    let rows: Vec<&TeamConnection> = changed.iter().filter_map(|id| known.get(id)).collect();
    write(connection, id, &rows)?;
    presentations::append_each(connection, &mut presentation, events)
}

/// Moves a team's sum on, and gives the entry that it is worth.
fn apply(team: &mut TeamConnection, notice: &Notice) -> Option<Event> {
    let Notice { team_id, at, noticed, round_trip } = *notice;
    if let Some(later) = round_trip {
        team.round_trip = Some(team.round_trip.map_or(later, |before| before.and(later)));
    }
    let at_ms = at.timestamp_millis();
    match noticed {
        Noticed::Connected { times_lost, offline_ms } => {
            let away = team.lost_at_ms.take().map(|lost_at| (at_ms - lost_at).max(0));
            team.online = true;
            team.times_lost += times_lost;
            let offline_ms = offline_ms + away.unwrap_or(0);
            team.offline_ms += offline_ms;
            // That it is there for the first time is no entry: it missed nothing.
            let news = away.is_some() || times_lost > 0;
            let times_lost = times_lost + i64::from(away.is_some());
            news.then_some(Event::TeamConnected { team_id, times_lost, offline_ms })
        }
        Noticed::Disconnected => {
            let was_online = std::mem::replace(&mut team.online, false);
            if was_online {
                team.lost_at_ms = Some(at_ms);
                team.times_lost += 1;
            }
            was_online.then_some(Event::TeamDisconnected { team_id, round_trip })
        }
        Noticed::Measured => None,
    }
}

/// With nothing left to the database, so that SQLite too takes many in one statement.
#[derive(Insertable)]
#[diesel(table_name = team_connections, treat_none_as_default_value = false)]
struct ConnectionRow {
    presentation_id: i64,
    team_id: i64,
    online: bool,
    lost_at_ms: Option<i64>,
    times_lost: i64,
    offline_ms: i64,
    round_trips: i64,
    round_trip_min_ms: Option<i64>,
    round_trip_median_ms: Option<i64>,
    round_trip_max_ms: Option<i64>,
}

fn row(id: PresentationId, one: &TeamConnection) -> ConnectionRow {
    ConnectionRow {
        presentation_id: id.0,
        team_id: one.team_id.0,
        online: one.online,
        lost_at_ms: one.lost_at_ms,
        times_lost: one.times_lost,
        offline_ms: one.offline_ms,
        round_trips: one.round_trip.map_or(0, |trip| trip.count),
        round_trip_min_ms: one.round_trip.map(|trip| trip.min_ms),
        round_trip_median_ms: one.round_trip.map(|trip| trip.median_ms),
        round_trip_max_ms: one.round_trip.map(|trip| trip.max_ms),
    }
}

fn write(
    connection: &mut AnyConnection,
    id: PresentationId,
    changed: &[&TeamConnection],
) -> Result<()> {
    let rows: Vec<_> = changed.iter().map(|one| row(id, one)).collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(team_connections::table)
            .values(chunk)
            .on_conflict((team_connections::presentation_id, team_connections::team_id))
            .do_update()
            .set((
                team_connections::online.eq(excluded(team_connections::online)),
                team_connections::lost_at_ms.eq(excluded(team_connections::lost_at_ms)),
                team_connections::times_lost.eq(excluded(team_connections::times_lost)),
                team_connections::offline_ms.eq(excluded(team_connections::offline_ms)),
                team_connections::round_trips.eq(excluded(team_connections::round_trips)),
                team_connections::round_trip_min_ms
                    .eq(excluded(team_connections::round_trip_min_ms)),
                team_connections::round_trip_median_ms
                    .eq(excluded(team_connections::round_trip_median_ms)),
                team_connections::round_trip_max_ms
                    .eq(excluded(team_connections::round_trip_max_ms)),
            ))
            .execute(inner))?;
    }
    Ok(())
}

/// Moves what is going on by as much as the clock was set.
pub(super) fn shift(connection: &mut AnyConnection, id: PresentationId, by_ms: i64) -> Result<()> {
    let away = team_connections::table
        .filter(team_connections::presentation_id.eq(id.0))
        .filter(team_connections::lost_at_ms.is_not_null());
    diesel::update(away)
        .set(team_connections::lost_at_ms.eq(team_connections::lost_at_ms + by_ms))
        .execute(connection)?;
    Ok(())
}
