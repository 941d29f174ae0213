//! Which database, as the operator writes it.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

const MASK: &str = "********";

/// A database. Its password is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// An SQLite file, created when it is not there.
    Sqlite(PathBuf),
    /// A `postgres://` or `postgresql://` URL, with its password if it has one.
    Postgres(String),
}

/// Why a database URL was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// Neither PostgreSQL's nor SQLite's.
    #[error("it starts with neither postgres://, postgresql:// nor sqlite:")]
    Scheme,
    /// `sqlite:` with nothing behind it.
    #[error("there is no path behind sqlite:")]
    NoPath,
    /// Each connection to an SQLite database in memory has a database of its own.
    #[error("an SQLite database has to be a file")]
    NotAFile,
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH` or `sqlite://PATH`. Of a PostgreSQL
    /// URL only the scheme is checked: libpq, which reads the rest, knows more of it than we do.
    ///
    /// # Errors
    /// [`DatabaseUrlError`].
    pub fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").ok_or(DatabaseUrlError::Scheme)?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            Err(DatabaseUrlError::NoPath)
        } else if path.starts_with(":memory:") || path.starts_with("file:") {
            Err(DatabaseUrlError::NotAFile)
        } else {
            Ok(Self::Sqlite(path.into()))
        }
    }

    /// The URL, with its password masked.
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => mask(url),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// What may be shown of a text that should be a database URL, right or wrong. When in doubt, less.
pub(super) fn mask(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        let harmless = text.starts_with("sqlite:") || !text.contains(['@', '=']);
        return if harmless { text.to_owned() } else { MASK.to_owned() };
    };
    let (address, query) = match rest.split_once('?') {
        Some((address, query)) if !query.contains('@') => (address, Some(query)),
        // A password that was written without percent signs: what looks like a query is part of it.
        _ => (rest, None),
    };
    let mut shown = format!("{scheme}://");
    match address.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _password)) => shown.push_str(&format!("{user}:{MASK}@{host}")),
            None => shown.push_str(address),
        },
        None => shown.push_str(address),
    }
    for (i, pair) in query.iter().flat_map(|query| query.split('&')).enumerate() {
        shown.push(if i == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            // `password` and `sslpassword`; a key with a percent sign may be either.
            Some((key, _)) if key.contains("pass") || key.contains('%') => {
                shown.push_str(&format!("{key}={MASK}"));
            }
            _ => shown.push_str(pair),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_are_understood_and_nothing_else_is() {
        for url in ["sqlite:/tmp/a.db", "sqlite:///tmp/a.db"] {
            assert_eq!(DatabaseUrl::parse(url), Ok(DatabaseUrl::Sqlite("/tmp/a.db".into())));
        }
        assert_eq!(DatabaseUrl::parse("sqlite:a.db"), Ok(DatabaseUrl::Sqlite("a.db".into())));
        assert!(matches!(DatabaseUrl::parse("postgresql://h/d"), Ok(DatabaseUrl::Postgres(_))));
        for (bad, why) in [
            ("mysql://h/d", DatabaseUrlError::Scheme),
            ("", DatabaseUrlError::Scheme),
            ("host=h user=u", DatabaseUrlError::Scheme),
            ("sqlite:", DatabaseUrlError::NoPath),
            ("sqlite::memory:", DatabaseUrlError::NotAFile),
            ("sqlite:file:a?mode=memory", DatabaseUrlError::NotAFile),
        ] {
            assert_eq!(DatabaseUrl::parse(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        for (url, shown) in [
            ("postgres://h:5432/d?sslmode=require", "postgres://h:5432/d?sslmode=require"),
            ("postgres://me@h/d", "postgres://me@h/d"),
            ("postgres://me:s3cret@h/d", "postgres://me:********@h/d"),
            ("postgres://me:s3c@ret/s3cret@h/d", "postgres://me:********@h/d"),
            ("postgres://me:s3cret?s3cret@h/d", "postgres://me:********@h/d"),
            ("postgres://h/d?user=me&password=s3cret", "postgres://h/d?user=me&password=********"),
            ("mysql://me:s3cret@h/d", "mysql://me:********@h/d"),
            ("me:s3cret@h", "********"),
            ("host=h password=s3cret", "********"),
            ("sqlite:/srv/a=b@c.db", "sqlite:/srv/a=b@c.db"),
        ] {
            assert_eq!(mask(url), shown);
        }
        let url = DatabaseUrl::parse("postgres://me:s3cret@h/d").expect("a URL");
        assert!(!format!("{url:?}").contains("s3cret"));
    }
}
