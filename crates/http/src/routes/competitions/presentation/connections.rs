//! `GET /api/competitions/{competition_id}/presentation/connections`

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use estrad_domain::presentation::{Presentation, RoundTrip, TeamConnection};
use estrad_domain::{CompetitionId, PresentationId, TeamId};
use estrad_persistence::queries::presentations;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Query, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// Of which presentation.
    struct ReadConnections {
        presentation_id: Option<PresentationId>,
    }
}

/// How the teams of a presentation were connected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connections {
    /// Whose teams.
    presentation_id: PresentationId,
    /// By the server's clock, in milliseconds since 1970.
    server_time: i64,
    /// Those that ever were, by their ids.
    teams: Vec<Connected>,
}

/// How a team was connected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connected {
    /// Whose screens.
    team_id: TeamId,
    /// Whether any of its screens is there.
    online: bool,
    /// Since when none is, in milliseconds since 1970.
    lost_at: Option<i64>,
    /// How often the last of its screens was lost.
    times_lost: i64,
    /// How long it was away altogether, in milliseconds, until now or the end.
    offline_ms: i64,
    /// How long messages took to its screens and back; nothing before that was measured.
    round_trip: Option<RoundTrip>,
}

impl Connected {
    fn of(team: &TeamConnection, until_ms: i64) -> Self {
        Self {
            team_id: team.team_id,
            online: team.online,
            lost_at: team.lost_at_ms,
            times_lost: team.times_lost,
            offline_ms: team.offline_until(until_ms),
            round_trip: team.round_trip,
        }
    }
}

/// Read how the teams of a presentation were connected: how often each was lost, for how long, and how
/// long messages took to it and back.
///
/// It is the sum of the entries `team_connected`, `team_disconnected` and `round_trips` of the log.
/// Without a `presentation_id` it is the presentation that goes on, else the newest.
#[utoipa::path(
    tag = "presentations",
    extensions(("x-permission" = json!("ReadConnections"))),
    params(
        ("competition_id" = CompetitionId, Path),
        ("presentation_id" = Option<i64>, Query),
    ),
    responses(
        (status = 200, body = Connections),
        (status = 404, description = "`presentation_not_found`: There is no such presentation of the competition."),
    ),
)]
#[get("/api/competitions/{competition_id}/presentation/connections")]
pub(crate) async fn read_connections(
    app: Data<App>,
    _access: Access<may::ReadConnections>,
    path: Path<CompetitionId>,
    query: Query,
) -> Result<Json<Connections>, Problem> {
    let ReadConnections { presentation_id } = query.parse()?;
    let competition_id = path.into_inner();
    let read = move |c: &mut _| presentations::named(c, competition_id, presentation_id);
    let found = app.database.read(read).await.on_missing(ErrorWord::PresentationNotFound)?;
    let Presentation { id, ended, .. } = found;
    let server_time = app.clock.now().timestamp_millis();
    let until = ended.map_or(server_time, |(at, _)| at.timestamp_millis());
    let teams = app.live.connections(id).await?;
    let teams = teams.iter().map(|team| Connected::of(team, until)).collect();
    Ok(Json(Connections { presentation_id: id, server_time, teams }))
}
