//! The settings of the configuration file.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::ConfigError;
use super::hint::nearest;
use super::source::{Given, Origin, Raw};
use super::table::{SETTINGS, find};

/// Why a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Somebody named it.
    Named,
    /// It lies in the data directory, or may do so.
    InDataDir,
}

/// Reads a file; none if there is none and none was named.
///
/// # Errors
/// [`ConfigError::Unreadable`] and those about what is written in it.
pub(super) fn read(path: &Path, found: Found) -> Result<Option<Vec<Given>>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path, found).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound && found == Found::InDataDir => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn parse(text: &str, path: &Path, found: Found) -> Result<Vec<Given>, ConfigError> {
    let document = Document { text, path, found };
    let root = DeTable::parse(text).map_err(|error| {
        document.syntax_error(error.span().unwrap_or_default(), error.message().to_owned())
    })?;
    let mut given = Vec::new();
    for (key, value) in root.into_inner() {
        let is_section =
            SETTINGS.iter().any(|setting| setting.section_and_key().0 == *key.get_ref());
        match value.get_ref() {
            DeValue::Table(_) if is_section => {
                let DeValue::Table(section) = value.into_inner() else { continue };
                for (inner, value) in section {
                    let name = format!("{}.{}", key.get_ref(), inner.get_ref());
                    given.push(document.setting(&name, inner.span(), value)?);
                }
            }
            _ if is_section => {
                let name = key.get_ref().to_string();
                return Err(ConfigError::NotASection { name, origin: document.at(&key.span()) });
            }
            _ => given.push(document.setting(key.get_ref(), key.span(), value)?),
        }
    }
    Ok(given)
}

/// A file that is being read.
struct Document<'a> {
    text: &'a str,
    path: &'a Path,
    found: Found,
}

impl Document<'_> {
    fn setting(
        &self,
        name: &str,
        key: Range<usize>,
        value: Spanned<DeValue<'_>>,
    ) -> Result<Given, ConfigError> {
        let origin = self.at(&key);
        let Some(setting) = find(name) else {
            return Err(ConfigError::UnknownKey {
                name: name.to_owned(),
                origin,
                hint: meant(name),
            });
        };
        if self.found == Found::InDataDir && setting.name == "data_dir" {
            return Err(ConfigError::DataDirInItself { origin });
        }
        // The parser took it for a value, so only the size of a number can be wrong with it. Its
        // own message would show the value.
        let raw = toml::Value::deserialize(ValueDeserializer::from(value))
            .map_err(|_| self.syntax_error(key, format!("the value of {name} is too large")))?;
        Ok(Given { setting, raw: Raw::Toml(raw), origin })
    }

    fn at(&self, span: &Range<usize>) -> Origin {
        Origin::File { path: self.path.to_owned(), line: self.place(span).0 }
    }

    fn syntax_error(&self, span: Range<usize>, message: String) -> ConfigError {
        let (line, column) = self.place(&span);
        ConfigError::Syntax { path: self.path.to_owned(), line, column, message }
    }

    /// Line and column, both from 1.
    fn place(&self, span: &Range<usize>) -> (usize, usize) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

/// The setting that may have been meant: one of the same key in another section, or one that is
/// written much alike.
fn meant(name: &str) -> Option<String> {
    let key = name.rsplit('.').next().unwrap_or(name);
    let elsewhere = SETTINGS.iter().find(|setting| setting.section_and_key().1 == key);
    let sections = SETTINGS.iter().map(|setting| setting.section_and_key().0);
    elsewhere.map(|setting| setting.name.to_owned()).or_else(|| {
        let names = SETTINGS.iter().map(|setting| setting.name);
        nearest(name, names.chain(sections).map(str::to_owned))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text, Path::new("e.toml"), Found::InDataDir).expect_err(text).to_string()
    }

    #[test]
    fn every_refusal_names_the_place() {
        for (text, said) in [
            ("\ncolour = 1", "unknown setting colour (e.toml, line 2)"),
            ("lisen = 1", "unknown setting lisen (e.toml, line 1); did you mean listen?"),
            ("workers = 1", "unknown setting workers (e.toml, line 1); did you mean http.workers?"),
            ("[htpp]\nworkers = 1", "unknown setting htpp (e.toml, line 1); did you mean http?"),
            ("[http]\n\nport = 1", "unknown setting http.port (e.toml, line 3)"),
            ("http = 1", "http is a section (e.toml, line 1): write [http]"),
            ("[[http]]", "http is a section (e.toml, line 1): write [http]"),
            ("a = 1\nå b = 2", "e.toml:2:"),
            ("[http]\nworkers = 99999999999999999999", "e.toml:2:1: not valid TOML"),
            ("listen = 1\nlisten = 2", "e.toml:2:1: not valid TOML: duplicate key"),
            ("data_dir = '/a'", "data_dir can't be set here (e.toml, line 1)"),
        ] {
            assert!(refusal(text).starts_with(said), "{}", refusal(text));
        }
    }

    #[test]
    fn a_broken_line_is_not_shown() {
        assert!(!refusal("jwt_secret = \"s3cret").contains("s3cret"));
        assert!(!refusal("jwt_secret = s3cret").contains("s3cret"));
        assert!(!refusal("jwt_secret = \"s3\\cret\"").contains("s3"));
    }

    #[test]
    fn sections_and_dotted_keys_are_the_same() {
        for text in ["[http]\nworkers = 2", "http.workers = 2", "http = { workers = 2 }"] {
            let given = parse(text, Path::new("e.toml"), Found::Named).expect(text);
            let names: Vec<_> = given.iter().map(|given| given.setting.name).collect();
            assert_eq!(names, ["http.workers"]);
        }
    }
}
