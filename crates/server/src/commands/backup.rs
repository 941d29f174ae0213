//! `estrad backup`, `estrad verify-backup` and `estrad restore`.

use std::path::PathBuf;
use std::sync::Arc;

use estrad_backup::{About, KeyState, Manifest, Restored, Source, Target};
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_media::{FsStore, MediaStore};
use estrad_persistence::Database;

use super::progress::Bars;
use super::{CommandError, output};
use crate::cli::{BackupArgs, RestoreArgs, VerifyBackupArgs};
use crate::config::Config;
use crate::signing_key::{self, SigningKey};
use crate::{data_dir, wiring};

/// Migrates nothing: a server of an older version may be running.
pub(super) fn create(arguments: &BackupArgs, config: &Config) -> Result<(), CommandError> {
    let (database, migrations) = Database::open_as_it_is(&wiring::database_options(config))?;
    let key = if arguments.without_key {
        Err(KeyState::LeftOut)
    } else if config.jwt_secret.is_some() {
        Err(KeyState::Setting)
    } else {
        SigningKey::file_content(&config.data_dir)?.ok_or(KeyState::None)
    };
    let source = Source { database, migrations, store: store(config)?, key };
    let about = About { program: env!("CARGO_PKG_VERSION").to_owned(), now: SystemClock.now() };
    let made =
        estrad_backup::create(arguments.dir.clone(), source, about, Arc::new(Bars::default()));
    let manifest = wiring::block_on(made).map_err(Box::new)?.manifest;
    output::print(&format!(
        "The backup {} is made: {}\n",
        arguments.dir.display(),
        contents(&manifest)
    ))
}

pub(super) fn verify(arguments: &VerifyBackupArgs) -> Result<(), CommandError> {
    let manifest = estrad_backup::verify(&arguments.dir, &Bars::default()).map_err(Box::new)?;
    output::print(&format!(
        "The backup {} is whole. It was made on {} by Estrad {}: {}\n",
        arguments.dir.display(),
        manifest.created_at.format("%F at %T UTC"),
        manifest.program,
        contents(&manifest)
    ))
}

pub(super) fn restore(arguments: &RestoreArgs, config: &Config) -> Result<(), CommandError> {
    data_dir::prepare(&config.data_dir)?;
    let key_is_a_setting = config.jwt_secret.is_some();
    let target = Target {
        options: wiring::database_options(config),
        store: store(config)?,
        staging: media_directory(config),
        key: (!key_is_a_setting).then(|| config.data_dir.join(signing_key::FILE_NAME)),
    };
    let location = target.options.location.to_string();
    let restored = estrad_backup::restore(arguments.dir.clone(), target, Arc::new(Bars::default()));
    let Restored { manifest, same_key, migrated } = wiring::block_on(restored).map_err(Box::new)?;
    let mut text = format!("{location} is restored: {}\n", contents(&manifest));
    if !migrated.is_empty() {
        text.push_str(&format!(
            "It was of an older version. Migrations that were run: {}\n",
            migrated.join(", ")
        ));
    }
    text.push_str(if manifest.key == KeyState::Setting {
        "The signing key was a setting (jwt_secret): with the same one, nobody has to sign in again.\n"
    } else if same_key {
        "The signing key is the one of the backup: nobody has to sign in again.\n"
    } else {
        "The signing key is not the one of the backup: everybody has to sign in again.\n"
    });
    output::print(&text)
}

/// What is in a backup, and what is not.
fn contents(manifest: &Manifest) -> String {
    let (media, bytes) = manifest.media();
    let mut text = format!(
        "{} rows of {} tables, {media} media files ({bytes} bytes with their thumbnails), ",
        manifest.rows(),
        manifest.tables.len()
    );
    text.push_str(match manifest.key {
        KeyState::Included => "and the signing key.",
        KeyState::LeftOut => "and no signing key, as it was left out.",
        KeyState::Setting => "and no signing key, as it is a setting: keep jwt_secret yourself.",
        KeyState::None => "and no signing key, as there was none.",
    });
    for hash in &manifest.missing_media {
        text.push_str(&format!(
            "\nThe media file {hash} was missing or damaged on the server already."
        ));
    }
    text
}

fn media_directory(config: &Config) -> PathBuf {
    config.data_dir.join("media")
}

fn store(config: &Config) -> Result<Arc<dyn MediaStore>, CommandError> {
    let store = FsStore::open(media_directory(config)).map_err(CommandError::Media)?;
    Ok(Arc::new(store))
}
