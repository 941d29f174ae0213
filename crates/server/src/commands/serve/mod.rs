//! `estrad serve`: runs the server until it is told to stop.

mod collisions;
mod demo;
mod first_admin;
mod open_files;
mod opening;
mod retention;
mod stop;
mod sweep;

use std::sync::Arc;

use estrad_domain::clock::SystemClock;
use estrad_http::Server;

use super::{CommandError, output};
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::signing_key::SigningKey;
use crate::{data_dir, telemetry, wiring};

pub(super) fn run(arguments: &ServeArgs, config: &Config) -> Result<(), CommandError> {
    let _log = telemetry::init(&config.log)?;
    let open_files = open_files::raise_limit();
    data_dir::prepare(&config.data_dir)?;
    wiring::block_on(serve(arguments, config, open_files))
}

async fn serve(
    arguments: &ServeArgs,
    config: &Config,
    open_files: usize,
) -> Result<(), CommandError> {
    let refused = |source| CommandError::Listen { address: config.listen, source };
    // Before the database is touched: a second server on the same data stops here, and one of a
    // newer version has not migrated it under the first.
    let listener = estrad_http::listen(config.listen).map_err(refused)?;
    let key = SigningKey::load(config)?;
    let Some(opening::Opened { database, signals }) = opening::open(config, &listener).await?
    else {
        return Ok(());
    };
    let authenticator = wiring::authenticator(config, database.clone(), &key)?;
    let passwords = authenticator.passwords().clone();
    let library = wiring::library(config, database.clone()).map_err(CommandError::Media)?;
    let connections = open_files::connections(open_files, &config.http);
    let parts = (database.clone(), authenticator.clone(), library.clone());
    let app = wiring::app(config, parts, connections);
    let server = Server::on(app, listener).map_err(refused)?;
    // Before anybody is told that there is a server to stop. Until here a signal ends the process
    // at once, which a transaction under way survives, unless the database had to be waited for.
    match signals.map_or_else(stop::Signals::listen, Ok) {
        Ok(signals) => drop(actix_web::rt::spawn(stop::on_signal(signals, server.handle()))),
        // Without signals the server can't be asked to stop; it can still serve.
        Err(error) => tracing::error!(%error, "can't wait for signals"),
    }
    tracing::info!(
        address = %format_args!("http://{}", server.address()),
        database = %database.location(),
        version = env!("CARGO_PKG_VERSION"),
        "listening"
    );
    for setting in &config.retired {
        tracing::warn!(setting, "does nothing any more, and goes with the next major release");
    }
    collisions::warn(database.collisions());
    if database.is_readable_by_others() {
        tracing::warn!(
            database = %database.location(),
            "other users of this machine may read the database: take their rights away (chmod 0600)"
        );
    }
    let announcement = if arguments.demo {
        Some(demo::prepare(&database, &passwords, server.address()).await?)
    } else {
        first_admin::create_if_there_is_nobody(&database, &passwords).await?
    };
    if let Some(announcement) = announcement {
        output::print(&announcement)?;
    }
    let exchange = wiring::exchange(config, database.clone(), library.clone());
    let clock = Arc::new(SystemClock);
    let retention = retention::daily(exchange, clock, config.privacy.clone());
    let retention = actix_web::rt::spawn(retention);
    let sweeping = actix_web::rt::spawn(sweep::now_and_then(authenticator, library));
    let result = server.run().await.map_err(CommandError::Serve);
    sweeping.abort();
    retention.abort();
    tracing::info!("stopped");
    result
}
