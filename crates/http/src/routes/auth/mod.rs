//! `/api/auth`: signing in and out.

mod code;
mod login;
mod logout;
mod test;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(login::log_in)
        .service(code::log_in_with_code)
        .service(code::log_in_with_code_old_address)
        .service(logout::log_out)
        .service(test::test_token);
}
