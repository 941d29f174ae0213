//! `estrad serve`: runs the server until it is told to stop.

mod demo;
mod first_admin;
mod passphrase;
mod stop;
mod sweep;

use estrad_http::Server;

use super::{CommandError, output};
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::signing_key::SigningKey;
use crate::{data_dir, telemetry, wiring};

pub(super) fn run(arguments: &ServeArgs, config: &Config) -> Result<(), CommandError> {
    telemetry::init(&config.log)?;
    data_dir::prepare(&config.data_dir)?;
    let key = SigningKey::load(config)?;
    let database = wiring::open_database(config)?;
    let authenticator = wiring::authenticator(config, database.clone(), &key)?;
    let passwords = authenticator.passwords().clone();
    let library = wiring::library(config, database.clone()).map_err(CommandError::Media)?;
    let app = wiring::app(config, database.clone(), authenticator.clone(), library.clone());
    wiring::block_on(async {
        // Before anything is written: a second server on the same data stops here.
        let server = Server::bind(app, config.listen)
            .map_err(|source| CommandError::Listen { address: config.listen, source })?;
        tracing::info!(
            address = %format_args!("http://{}", server.address()),
            database = %database.location(),
            version = env!("CARGO_PKG_VERSION"),
            "listening"
        );
        let announcement = if arguments.demo {
            Some(demo::prepare(&database, &passwords, server.address()).await?)
        } else {
            first_admin::create_if_there_is_nobody(&database, &passwords).await?
        };
        if let Some(announcement) = announcement {
            output::print(&announcement)?;
        }
        let sweeping = actix_web::rt::spawn(sweep::now_and_then(authenticator, library));
        actix_web::rt::spawn(stop::on_signal(server.handle()));
        let result = server.run().await.map_err(CommandError::Serve);
        sweeping.abort();
        tracing::info!("stopped");
        result
    })
}
