//! Where PostgreSQL's server programs are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program;

/// Folders that hold one folder per installed version, and how those are called.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),         // Debian, Ubuntu
    ("/usr", "pgsql-"),                  // the PostgreSQL project's packages for Red Hat's systems
    ("/opt/homebrew/opt", "postgresql"), // Homebrew on ARM
    ("/usr/local/opt", "postgresql"),    // Homebrew on Intel
];

/// The folder with `initdb`, `pg_ctl` and `postgres`, if PostgreSQL's server is installed.
pub(super) fn find() -> Option<PathBuf> {
    let versioned = VERSIONED.into_iter().flat_map(|(root, prefix)| {
        newest_first(folders(Path::new(root), prefix)).into_iter().map(|path| path.join("bin"))
    });
    told_by_pg_config()
        .into_iter()
        .chain(versioned)
        .chain(program::search_path())
        .find(|folder| is_complete(folder))
}

/// `pg_config` comes with the client's headers, so its folder may lack the server.
fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(path.trim()))
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file())
}

fn folders(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
        .collect()
}

fn newest_first(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders
}

/// The numbers that a folder's name ends with: `[9, 6]` for `postgresql@9.6`.
fn version(folder: &Path) -> Vec<u32> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let start = name.rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| at + 1);
    name.get(start..).unwrap_or_default().split('.').filter_map(|n| n.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let names = ["/x/9.6", "/x/15", "/x/postgresql@17", "/x/pgsql-16", "/x/postgresql"];
        let sorted = newest_first(names.iter().map(PathBuf::from).collect());
        let sorted: Vec<_> = sorted.iter().map(|path| path.to_string_lossy()).collect();
        assert_eq!(sorted, ["/x/postgresql@17", "/x/pgsql-16", "/x/15", "/x/9.6", "/x/postgresql"]);
    }
}
