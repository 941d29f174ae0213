//! `/api/competitions/{competition_id}/presentation`: the run that goes on.
//!
//! What is done here is done by the use cases of `estrad_realtime`, as by the socket events.

mod connections;
mod end;
mod log;
mod read;
mod reopen;
mod resume;
mod start;
mod step;
mod sync;
mod timer;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read::read_presentation)
        .service(start::start_presentation)
        .service(sync::sync_presentation)
        .service(reopen::reopen_answers)
        .service(step::show_clue)
        .service(end::end_presentation)
        .service(connections::read_connections)
        .service(resume::resume_presentation)
        .service(timer::pause_timer)
        .service(timer::resume_timer)
        .service(timer::add_time)
        .service(log::read_log);
}
