//! The settings of the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use super::ConfigError;
use super::hint::nearest;
use super::setting::Setting;
use super::source::{Given, Origin, Raw};
use super::table::SETTINGS;

/// Names the configuration file.
pub(super) const CONFIG: &str = "ESTRAD_CONFIG";
/// What begins like this is ours, and has to be known.
const OURS: &str = "ESTRAD_";
/// What begins like this is for our tests and says nothing to the server.
const TESTS: &str = "ESTRAD_TEST_";

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The configuration file.
    pub(super) config: Option<PathBuf>,
    pub(super) given: Vec<Given>,
}

/// Picks out what is ours.
///
/// # Errors
/// [`ConfigError::UnknownVariable`], [`ConfigError::NotUnicode`].
pub(super) fn read(variables: Vec<(OsString, OsString)>) -> Result<Environment, ConfigError> {
    let mut environment = Environment::default();
    for (name, value) in variables {
        let name = name.to_string_lossy().into_owned();
        if name == CONFIG {
            environment.config = Some(value.into());
            continue;
        }
        let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) else {
            if name.starts_with(OURS) && !name.starts_with(TESTS) {
                return Err(unknown(name));
            }
            continue;
        };
        let Ok(value) = value.into_string() else {
            return Err(ConfigError::NotUnicode { name });
        };
        environment.given.push(Given {
            setting,
            raw: Raw::Text(value),
            origin: Origin::Environment(name),
        });
    }
    Ok(environment)
}

fn unknown(name: String) -> ConfigError {
    let known = SETTINGS.iter().map(Setting::variable).chain([CONFIG.to_owned()]);
    // They all begin alike, which is no sign of likeness.
    let rest = |name: &str| name.strip_prefix(OURS).unwrap_or(name).to_owned();
    let hint = nearest(&rest(&name), known.map(|name| rest(&name)));
    let hint = hint.map(|hint| match hint.as_str() {
        "DATABASE_URL" => hint,
        _ => format!("{OURS}{hint}"),
    });
    ConfigError::UnknownVariable { name, hint }
}
