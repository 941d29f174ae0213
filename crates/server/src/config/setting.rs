//! What a setting is: its name, what may be said about it, and how a value is read.

use super::Config;
use super::database_url;
use super::source::Raw;

/// One row of the table.
#[derive(Debug)]
pub(super) struct Setting {
    /// With its section, as in `http.workers`.
    pub(super) name: &'static str,
    /// What it is for: a sentence or two, for the documentation.
    pub(super) about: &'static str,
    pub(super) preset: Preset,
    pub(super) kind: Kind,
    /// The environment variable, where it is not the usual one: see [`Setting::variable`].
    pub(super) variable: Option<&'static str>,
    /// The flag, with its hyphens, if there is one.
    pub(super) flag: Option<&'static str>,
    pub(super) secrecy: Secrecy,
    /// Whether it does nothing any more, and is read so that files which have it stay good.
    pub(super) retired: bool,
}

/// What holds when nothing is said.
#[derive(Debug)]
pub(super) enum Preset {
    /// This value, as one would write it into the environment.
    Value(&'static str),
    /// No value; the text says what happens then.
    Absent(&'static str),
}

/// How much of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    Open,
    /// All but the password of the URL.
    Password,
    Secret,
}

/// What kind of value a setting takes, and the field it goes to.
#[derive(Debug)]
pub(super) enum Kind {
    /// A whole number, bounds included.
    Number { min: u32, max: u32, set: fn(&mut Config, u32) },
    /// A text. `set` says what is wrong with it, or nothing if `expected` says it all.
    Text { expected: &'static str, set: fn(&mut Config, &str) -> Result<(), String> },
    /// A list of texts, separated by commas where there are no lists. `set` as for texts.
    List { expected: &'static str, set: fn(&mut Config, &[String]) -> Result<(), String> },
}

/// A value of the right kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(u32),
    Text(String),
    List(Vec<String>),
}

impl Setting {
    /// The section, empty for settings outside of one, and the key in it.
    pub(super) fn section_and_key(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// The environment variable: `ESTRAD_SECTION_KEY` unless the table says otherwise.
    pub(super) fn variable(&self) -> String {
        match self.variable {
            Some(name) => name.to_owned(),
            None => format!("ESTRAD_{}", self.name.replace('.', "_").to_ascii_uppercase()),
        }
    }

    /// What the setting takes, as the object of "expected".
    pub(super) fn expected(&self) -> String {
        match self.kind {
            Kind::Number { min, max, .. } => format!("a whole number from {min} to {max}"),
            Kind::Text { expected, .. } | Kind::List { expected, .. } => expected.to_owned(),
        }
    }

    /// Reads a value and puts it into its field.
    ///
    /// # Errors
    /// What is wrong with the value; empty when [`Setting::expected`] says it all.
    pub(super) fn apply(&self, config: &mut Config, raw: &Raw) -> Result<Value, String> {
        let misfit = String::new;
        match self.kind {
            Kind::Number { min, max, set } => {
                let number = read_number(raw).ok_or_else(misfit)?;
                if !(min..=max).contains(&number) {
                    return Err(misfit());
                }
                set(config, number);
                Ok(Value::Number(number))
            }
            Kind::Text { set, .. } => {
                let text = read_text(raw).ok_or_else(misfit)?;
                set(config, text)?;
                Ok(Value::Text(text.to_owned()))
            }
            Kind::List { set, .. } => {
                let list = read_list(raw).ok_or_else(misfit)?;
                set(config, &list)?;
                Ok(Value::List(list))
            }
        }
    }

    /// As much as may be shown of a value that somebody wrote.
    pub(super) fn show_raw(&self, raw: &Raw) -> String {
        match (self.secrecy, raw) {
            (Secrecy::Open, _) => raw.to_string(),
            (Secrecy::Password, Raw::Text(text) | Raw::Toml(toml::Value::String(text))) => {
                format!("{:?}", database_url::mask(text))
            }
            (Secrecy::Password | Secrecy::Secret, _) => "the value".to_owned(),
        }
    }
}

fn read_number(raw: &Raw) -> Option<u32> {
    match raw {
        Raw::Text(text) => text.trim().parse().ok(),
        Raw::Toml(toml::Value::Integer(number)) => u32::try_from(*number).ok(),
        Raw::Toml(_) => None,
    }
}

fn read_text(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) | Raw::Toml(toml::Value::String(text)) => Some(text),
        Raw::Toml(_) => None,
    }
}

fn read_list(raw: &Raw) -> Option<Vec<String>> {
    match raw {
        Raw::Text(text) if text.trim().is_empty() => Some(Vec::new()),
        Raw::Text(text) => Some(text.split(',').map(|entry| entry.trim().to_owned()).collect()),
        Raw::Toml(toml::Value::Array(entries)) => {
            entries.iter().map(|entry| entry.as_str().map(str::to_owned)).collect()
        }
        Raw::Toml(_) => None,
    }
}
