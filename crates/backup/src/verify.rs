//! Whether a backup is whole.

mod files;
mod keys;
mod rows;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use crate::error::read_error;
use crate::manifest::{FORMAT, MANIFEST_FILE, SUM_FILE};
use crate::{BackupError, Fault, KEY_FILE, KeyState, Manifest, Progress, digest};

/// Faults that are told of one by one.
const TOLD: usize = 20;
/// The largest manifest that is read.
const MAX_MANIFEST: u64 = 256 << 20;

/// The faults that were found.
#[derive(Default)]
struct Faults {
    told: Vec<Fault>,
    more: usize,
}

impl Faults {
    fn add(&mut self, file: &str, what: impl Into<String>) {
        if self.told.len() < TOLD {
            self.told.push(Fault { file: file.to_owned(), what: what.into() });
        } else {
            self.more += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.told.is_empty()
    }
}

/// Checks that everything is in the backup that its manifest names, as it was written, and nothing
/// else; that every row can be read; that what rows refer to is there; and that the media files are.
/// Memory is taken for the keys of tables that others refer to, and for one row. Blocks.
///
/// # Errors
/// [`BackupError::Damaged`] with the first faults, or another one.
pub fn verify(backup: &Path, progress: &dyn Progress) -> Result<Manifest, BackupError> {
    let mut faults = Faults::default();
    let manifest = read_manifest(backup, &mut faults)?;
    if let Some(manifest) = &manifest {
        let sound = files::check(backup, manifest, &mut faults, progress)?;
        check_key(manifest, &mut faults);
        rows::check(backup, manifest, &sound, &mut faults, progress)?;
    }
    match manifest {
        Some(manifest) if faults.is_empty() => Ok(manifest),
        _ => Err(BackupError::Damaged {
            path: backup.to_owned(),
            faults: faults.told,
            more: faults.more,
        }),
    }
}

/// The manifest, if it can be read.
fn read_manifest(backup: &Path, faults: &mut Faults) -> Result<Option<Manifest>, BackupError> {
    let path = backup.join(MANIFEST_FILE);
    fs::read_dir(backup).map_err(read_error(backup))?;
    let Ok(file) = File::open(&path) else {
        faults.add(
            MANIFEST_FILE,
            "it is not there: this is not a backup, or one that was not finished",
        );
        return Ok(None);
    };
    let mut text = Vec::new();
    file.take(MAX_MANIFEST).read_to_end(&mut text).map_err(read_error(&path))?;
    let sum = fs::read_to_string(backup.join(SUM_FILE)).unwrap_or_default();
    if sum.split_whitespace().next() != Some(digest::of_bytes(&text).as_str()) {
        faults.add(
            MANIFEST_FILE,
            format!("it is not what {SUM_FILE} says: it was changed or cut off"),
        );
        return Ok(None);
    }
    match serde_json::from_slice::<Manifest>(&text) {
        Ok(manifest) if manifest.format == FORMAT => Ok(Some(manifest)),
        Ok(Manifest { format, program, .. }) => {
            faults.add(
                MANIFEST_FILE,
                format!("it has the form {format}, and this version reads {FORMAT}: use Estrad {program}"),
            );
            Ok(None)
        }
        Err(error) => {
            faults.add(MANIFEST_FILE, format!("it can't be read: {error}"));
            Ok(None)
        }
    }
}

fn check_key(manifest: &Manifest, faults: &mut Faults) {
    let named = manifest.files.iter().any(|file| file.path == KEY_FILE);
    if named != (manifest.key == KeyState::Included) {
        faults.add(KEY_FILE, "the manifest contradicts itself about the signing key");
    }
}

/// Paths of files that are what the manifest says.
type Sound = BTreeSet<String>;
