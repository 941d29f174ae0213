//! `/api/competitions`: competitions as a whole, and a folder for each kind of their parts.

mod alternatives;
mod answers;
mod codes;
mod components;
mod copy;
mod create;
mod delete;
mod edit;
mod export;
mod import;
mod ledger;
mod presentation;
mod questions;
mod read;
mod results;
mod scoreboard;
mod scores;
mod search;
mod slides;
mod teams;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(search::search_competitions)
        .service(create::create_competition)
        .service(read::read_competition)
        .service(edit::edit_competition)
        .service(delete::delete_competition)
        .service(copy::copy_competition)
        .service(export::export_competition)
        .service(import::import_competition)
        .configure(slides::configure)
        .configure(questions::configure)
        .configure(alternatives::configure)
        .configure(components::configure)
        .configure(teams::configure)
        .configure(answers::configure)
        .configure(scores::configure)
        .configure(presentation::configure)
        .configure(ledger::configure)
        .service(scoreboard::read_scoreboard)
        .service(results::reset_results)
        .configure(codes::configure);
}
