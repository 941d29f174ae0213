//! What is answered while there is nothing yet to serve from: the database is not up, or is being brought up to
//! date.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{ServerHandle, Service as _};
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpResponse, HttpServer, web};
use estrad_auth::Random;

use crate::layers::{self, REQUEST_ID};
use crate::problem::{ErrorWord, Problem};
use crate::routes;

/// After how long to ask again.
const RETRY: Duration = Duration::from_secs(5);

/// Answers `/healthz` with 200 and everything else with 503 `database_unavailable`, until it is stopped.
pub struct Waiting(ServerHandle);

impl Waiting {
    /// Answers those who come to this listener, which whoever comes next can go on with. Has to be called on
    /// an actix runtime.
    ///
    /// # Errors
    /// When the listener can't be used.
    pub fn on(listener: &TcpListener, random: Arc<dyn Random>) -> io::Result<Self> {
        let server = HttpServer::new(move || {
            let random = random.clone();
            ActixApp::new()
                .service(routes::is_alive)
                .default_service(web::to(not_yet))
                .wrap(from_fn(layers::add_security_headers))
                .wrap_fn(move |request, app| {
                    let id = layers::request_id(&*random);
                    let answered = app.call(request);
                    async move {
                        let mut response = answered.await?;
                        response.headers_mut().insert(REQUEST_ID, id);
                        Ok(response)
                    }
                })
        })
        .workers(1)
        // Nobody is kept here who would be served elsewhere in a moment.
        .keep_alive(KeepAlive::Disabled)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener.try_clone()?)?
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Ok(Self(handle))
    }

    /// Lets the requests under way finish, and leaves those who come from then on to somebody else.
    pub async fn stop(self) {
        self.0.stop(true).await;
    }
}

/// Not logged: what is waited for is, once.
async fn not_yet() -> HttpResponse {
    Problem::from(ErrorWord::DatabaseUnavailable).with_retry_after(RETRY).response()
}
