//! `GET /api/misc/statistics`

use actix_web::get;
use actix_web::web::{Data, Json};
use estrad_persistence::queries::statistics;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Access, may};
use crate::app::App;
use crate::problem::Problem;

/// How much of everything there is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Statistics {
    users: i64,
    competitions: i64,
    /// Cities.
    regions: i64,
}

/// Count users, competitions and cities.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ReadCatalogue"))),
    responses((status = 200, body = Statistics)),
)]
#[get("/api/misc/statistics")]
pub(crate) async fn read_statistics(
    app: Data<App>,
    _access: Access<may::ReadCatalogue>,
) -> Result<Json<Statistics>, Problem> {
    let counts = app.database.snapshot(statistics::get).await?;
    Ok(Json(Statistics {
        users: counts.users,
        competitions: counts.competitions,
        regions: counts.cities,
    }))
}
