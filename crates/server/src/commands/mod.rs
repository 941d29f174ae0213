//! The commands: one file each, and the one place that picks between them.

mod admin;
mod backup;
mod bundle;
mod config;
mod copy_database;
mod erase;
mod healthcheck;
mod import;
mod media;
mod migrate;
mod openapi;
mod output;
mod progress;
mod serve;
mod user;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use estrad_auth::PasswordError;
use estrad_backup::BackupError;
use estrad_exchange::ExchangeError;
use estrad_import::t8::ReadError;
use estrad_persistence::{Error as StorageError, OpenError};
use thiserror::Error;

use crate::cli::{AdminCommand, Cli, Command, ImportCommand, MediaCommand, UserCommand};
use crate::config::{ConfigError, Loaded};
use crate::data_dir::DataDirError;
use crate::signing_key::SigningKeyError;
use crate::telemetry::TelemetryError;

/// Why a command did not do what it was asked.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("can't write the output")]
    Output(#[source] io::Error),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    SigningKey(#[from] SigningKeyError),
    #[error(transparent)]
    OpenDatabase(#[from] OpenError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("can't create the directory of the media")]
    Media(#[source] io::Error),
    #[error("can't take metadata out of the media")]
    StripMetadata(#[source] estrad_media::MediaError),
    #[error("can't listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("opening the database was interrupted by a fault")]
    Interrupted,
    #[error("the server failed")]
    Serve(#[source] io::Error),
    #[error("{what}: {why}")]
    Argument { what: &'static str, why: String },
    #[error("can't read the password from the standard input")]
    PasswordInput(#[source] io::Error),
    #[error("there is a user with the email {0} already")]
    EmailTaken(String),
    #[error(
        "--demo fills an empty database, and this one has users of its own: leave --demo out, or choose another --data-dir"
    )]
    NotEmpty,
    #[error(transparent)]
    Import(#[from] Box<ReadError>),
    #[error(transparent)]
    Exchange(#[from] Box<ExchangeError>),
    #[error(transparent)]
    Backup(#[from] Box<BackupError>),
    #[error("there is no user with the email {0}")]
    NoUser(String),
    #[error("no server answers on {address}")]
    NoAnswer { address: SocketAddr, source: io::Error },
    #[error("the server on {address} is not ready: it answers {status:?}")]
    NotReady { address: SocketAddr, status: String },
    #[error("can't read {}", path.display())]
    ReadFile { path: PathBuf, source: io::Error },
    #[error("can't write {}", path.display())]
    WriteFile { path: PathBuf, source: io::Error },
    #[error("there is no competition {0}")]
    NoCompetition(i64),
    #[error("there is no such competition or team")]
    NothingToErase,
    #[error("nothing was erased: say --yes, or type yes when you are asked")]
    NotConfirmed,
    #[error(
        "there is a competition of that name in that year and city already: nothing was imported"
    )]
    BundleTaken,
    #[error("there is a competition {name:?} of {year} in {city} already: nothing was imported")]
    CompetitionTaken { name: String, year: i32, city: String },
}

/// Runs the command of a command line.
///
/// # Errors
/// [`CommandError`].
pub fn run(cli: Cli, loaded: Loaded) -> Result<(), CommandError> {
    match cli.command {
        Command::Serve(arguments) => serve::run(&arguments, &loaded.config),
        Command::Admin(AdminCommand::Create(arguments)) => {
            admin::create(&arguments, &loaded.config)
        }
        Command::Admin(AdminCommand::Unlock(arguments)) => {
            admin::unlock(&arguments, &loaded.config)
        }
        Command::Import(ImportCommand::T8(arguments)) => import::t8(&arguments, &loaded.config),
        Command::Import(ImportCommand::Bundle(arguments)) => {
            bundle::import(&arguments, &loaded.config)
        }
        Command::Export(arguments) => bundle::export(&arguments, &loaded.config),
        Command::Media(MediaCommand::StripMetadata(arguments)) => {
            media::strip_metadata(&arguments, &loaded.config)
        }
        Command::User(UserCommand::SetPassword(arguments)) => {
            user::set_password(&arguments, &loaded.config)
        }
        Command::Backup(arguments) => backup::create(&arguments, &loaded.config),
        Command::VerifyBackup(arguments) => backup::verify(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments, &loaded.config),
        Command::CopyDatabase(arguments) => copy_database::run(&arguments, &loaded.config),
        Command::Healthcheck(_) => healthcheck::run(&loaded.config),
        Command::Erase(arguments) => erase::run(&arguments, &loaded.config),
        Command::Migrate => migrate::run(&loaded.config),
        Command::Openapi => openapi::run(),
        Command::Config => config::run(&loaded),
    }
}
