//! The command line.
//!
//! Flags that are settings are handed on as text: [`crate::config`] reads them, together with the
//! file and the environment, so that a bad value is refused in the same words wherever it is from.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Flags;

/// A server for live competitions.
#[derive(Debug, Clone, Parser)]
#[command(name = "estrad", version, propagate_version = true)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Configuration")]
pub struct GlobalArgs {
    /// Read this configuration file instead of estrad.toml in the data directory
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep the database, the media and the signing key here
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Use this database: postgres://USER:PASSWORD@HOST/NAME or sqlite:PATH
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
}

/// A command.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the server until it is told to stop
    Serve(ServeArgs),
    /// Create administrators and unlock accounts
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Change accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Bring in competitions: from another server, or from another system
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write a competition into a bundle: a file to keep, or to import on another server
    Export(ExportArgs),
    /// Look after uploaded images and videos
    #[command(subcommand)]
    Media(MediaCommand),
    /// Write everything that the server keeps into a directory, also while it runs
    Backup(BackupArgs),
    /// Check that a backup is whole
    VerifyBackup(VerifyBackupArgs),
    /// Fill an empty database from a backup, with the media and the signing key
    Restore(RestoreArgs),
    /// Copy everything from one database into another, empty one: SQLite or PostgreSQL
    CopyDatabase(CopyDatabaseArgs),
    /// Erase what is personal, for good: a competition, a team, or what is old
    Erase(EraseArgs),
    /// Bring the database's schema up to date and stop
    Migrate,
    /// Ask the server on this machine whether it is ready; the status says so
    Healthcheck(HealthcheckArgs),
    /// Print the OpenAPI description of the HTTP interface as JSON
    Openapi,
    /// Print the configuration in effect, with the origin of each value
    Config,
}

/// Flags of `estrad serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Listen on this address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Show an example competition, with users to try things out, in a data directory of its own
    /// (unless --data-dir or --database-url names another)
    #[arg(long)]
    pub demo: bool,
}

/// What can be done about uploaded files.
#[derive(Debug, Clone, Subcommand)]
pub enum MediaCommand {
    /// Take places, times and names out of files that were uploaded before that was done at once
    StripMetadata(StripMetadataArgs),
}

/// Flags of `estrad media strip-metadata`.
#[derive(Debug, Clone, Args)]
pub struct StripMetadataArgs {
    /// Only say how many files have metadata
    #[arg(long)]
    pub dry_run: bool,
}

/// What can be done about accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum AdminCommand {
    /// Create an administrator
    Create(CreateAdminArgs),
    /// Let an account log in again that was locked after too many failed attempts
    Unlock(UnlockAdminArgs),
}

/// Flags of `estrad admin create`.
#[derive(Debug, Clone, Args)]
pub struct CreateAdminArgs {
    /// The email address to log in with
    #[arg(long, value_name = "EMAIL")]
    pub email: String,
    /// The administrator's name
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// The administrator's city
    #[arg(long, value_name = "CITY")]
    pub city: String,
    /// Read the password from the standard input; as a flag, other users of the machine could see it
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// Flags of `estrad admin unlock`.
#[derive(Debug, Clone, Args)]
pub struct UnlockAdminArgs {
    /// The email address of an account
    #[arg(long, value_name = "EMAIL", required_unless_present = "address")]
    pub email: Option<String>,
    /// An address that passwords were tried from
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<IpAddr>,
}

/// What can be done about users.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Give a user another password, and end the sessions that the user has
    SetPassword(SetPasswordArgs),
}

/// Flags of `estrad user set-password`.
#[derive(Debug, Clone, Args)]
pub struct SetPasswordArgs {
    /// The email address of the account
    #[arg(long, value_name = "EMAIL")]
    pub email: String,
    /// Read the password from the standard input; as a flag, other users of the machine could see it
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// Arguments of `estrad backup`.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The directory to make; there must be nothing there yet, or an empty directory
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Leave the signing key out: whoever restores the backup gets a new one
    #[arg(long)]
    pub without_key: bool,
}

/// Arguments of `estrad verify-backup`.
#[derive(Debug, Clone, Args)]
pub struct VerifyBackupArgs {
    /// The backup
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Arguments of `estrad restore`.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Flags of `estrad copy-database`.
#[derive(Debug, Clone, Args)]
pub struct CopyDatabaseArgs {
    /// The database to read: postgres://USER:PASSWORD@HOST/NAME or sqlite:PATH
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// The empty database to fill
    #[arg(long, value_name = "URL")]
    pub to: String,
}

/// Flags of `estrad healthcheck`.
#[derive(Debug, Clone, Args)]
pub struct HealthcheckArgs {
    /// The address and port that the server listens on
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
}

/// Where data can come from.
#[derive(Debug, Clone, Subcommand)]
pub enum ImportCommand {
    /// Bring in the data of a t8 server
    T8(ImportT8Args),
    /// Bring in a competition from a bundle, as `estrad export` writes it
    Bundle(ImportBundleArgs),
}

/// Arguments of `estrad import bundle`.
#[derive(Debug, Clone, Args)]
pub struct ImportBundleArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The city that gets the competition; made if there is none of that name
    #[arg(long, value_name = "CITY")]
    pub city: String,
    /// Another name than the one in the bundle
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// Arguments of `estrad export`.
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// The competition's id
    #[arg(value_name = "ID")]
    pub id: i64,
    /// The file to write; one that is there already is left alone
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// With what the teams answered and were given
    #[arg(long)]
    pub answers: bool,
}

/// Arguments of `estrad erase`.
#[derive(Debug, Clone, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct EraseArgs {
    /// Erase this competition, with all that is in it and the files that only it shows
    #[arg(long, value_name = "ID", group = "what")]
    pub competition: Option<i64>,
    /// Erase this team's name, answers and what people wrote about it; its points stay
    #[arg(long, value_name = "ID", group = "what")]
    pub team: Option<i64>,
    /// Erase what nobody used for so long, such as 90d, 12m or 2y
    #[arg(long, value_name = "AGE", group = "what")]
    pub older_than: Option<String>,
    /// Say how much there is to erase, and erase nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Don't ask first
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `estrad import t8`.
#[derive(Debug, Clone, Args)]
pub struct ImportT8Args {
    /// The directory with the data
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

impl Cli {
    /// The flags that are settings.
    pub fn flags(&self) -> Flags {
        let listen = match &self.command {
            Command::Serve(serve) => serve.listen.clone(),
            Command::Healthcheck(healthcheck) => healthcheck.listen.clone(),
            _ => None,
        };
        Flags {
            config: self.global.config.clone(),
            data_dir: self.global.data_dir.clone(),
            database_url: self.global.database_url.clone(),
            listen,
            demo: matches!(&self.command, Command::Serve(serve) if serve.demo),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_are_taken_before_and_after_the_command() {
        let cli = Cli::parse_from(["estrad", "--data-dir", "/a", "serve", "--listen", "[::1]:0"]);
        assert_eq!(cli.flags().data_dir.as_deref(), Some("/a"));
        assert_eq!(cli.flags().listen.as_deref(), Some("[::1]:0"));
        let cli = Cli::parse_from(["estrad", "migrate", "--database-url", "sqlite:a.db"]);
        assert_eq!(cli.flags().database_url.as_deref(), Some("sqlite:a.db"));
    }

    #[test]
    fn a_password_is_not_taken_unless_it_is_said_where_from() {
        let create =
            ["estrad", "admin", "create", "--email", "a@b.se", "--name", "A", "--city", "B"];
        assert!(Cli::try_parse_from(create).is_err());
        assert!(Cli::try_parse_from(create.into_iter().chain(["--password-stdin"])).is_ok());
    }
}
