//! `/api/misc/cities`
//!
//! Every change answers the whole list, as the front-end in use expects.

use actix_web::web::{Data, Json, Path};
use actix_web::{delete, get, post, put};
use estrad_domain::CityId;
use estrad_domain::city::City;
use estrad_domain::text::Name;
use estrad_persistence::queries::cities;

use crate::access::{Access, may};
use crate::app::App;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A city's name.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CityName {
        #[schema(value_type = String, min_length = 1, max_length = 254, example = "Kiruna")]
        name: Name,
    }
}

/// List the cities, by name.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ReadCatalogue"))),
    responses((status = 200, body = Vec<City>)),
)]
#[get("/api/misc/cities")]
pub(crate) async fn list_cities(
    app: Data<App>,
    _access: Access<may::ReadCatalogue>,
) -> Result<Json<Vec<City>>, Problem> {
    Ok(Json(app.database.read(cities::all).await?))
}

/// Add a city, and list them all.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ManageCities"))),
    request_body = CityName,
    responses(
        (status = 200, body = Vec<City>),
        (status = 409, description = "`city_name_taken`: There is a city of that name already."),
    ),
)]
#[post("/api/misc/cities")]
pub(crate) async fn create_city(
    app: Data<App>,
    access: Access<may::ManageCities>,
    body: Body,
) -> Result<Json<Vec<City>>, Problem> {
    let CityName { name } = body.parse()?;
    let all = access
        .write_of(&app, move |connection| {
            let city = cities::insert(connection, &name)?;
            Ok((cities::all(connection)?, vec![city.0]))
        })
        .await
        .on_duplicate(ErrorWord::CityNameTaken, "name")?;
    Ok(Json(all))
}

/// Rename a city, and list them all.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ManageCities"))),
    params(("city_id" = CityId, Path)),
    request_body = CityName,
    responses(
        (status = 200, body = Vec<City>),
        (status = 409, description = "`city_name_taken`: There is a city of that name already."),
    ),
)]
#[put("/api/misc/cities/{city_id}")]
pub(crate) async fn rename_city(
    app: Data<App>,
    access: Access<may::ManageCities>,
    path: Path<CityId>,
    body: Body,
) -> Result<Json<Vec<City>>, Problem> {
    let CityName { name } = body.parse()?;
    let id = path.into_inner();
    let all = access
        .write_of(&app, move |connection| {
            cities::rename(connection, id, &name)?;
            Ok((cities::all(connection)?, vec![id.0]))
        })
        .await
        .on_missing(ErrorWord::CityNotFound)
        .on_duplicate(ErrorWord::CityNameTaken, "name")?;
    Ok(Json(all))
}

/// Delete a city that nothing belongs to, and list the others.
#[utoipa::path(
    tag = "misc",
    extensions(("x-permission" = json!("ManageCities"))),
    params(("city_id" = CityId, Path)),
    responses(
        (status = 200, body = Vec<City>),
        (status = 409, description = "`city_in_use`: Users or competitions still belong to the city."),
    ),
)]
#[delete("/api/misc/cities/{city_id}")]
pub(crate) async fn delete_city(
    app: Data<App>,
    access: Access<may::ManageCities>,
    path: Path<CityId>,
) -> Result<Json<Vec<City>>, Problem> {
    let id = path.into_inner();
    let all = access
        .write_of(&app, move |connection| {
            cities::delete(connection, id)?;
            Ok((cities::all(connection)?, vec![id.0]))
        })
        .await
        .on_missing(ErrorWord::CityNotFound)
        .on_use(ErrorWord::CityInUse)?;
    Ok(Json(all))
}
