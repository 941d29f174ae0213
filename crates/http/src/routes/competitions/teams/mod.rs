//! `/api/competitions/{competition_id}/teams`

mod create;
mod data;
mod delete;
mod edit;
mod read;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_teams)
        .service(create::create_team)
        .service(read::read_team)
        .service(data::read_team_data)
        .service(edit::rename_team)
        .service(delete::delete_team);
}
