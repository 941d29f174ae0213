//! Puts the layers on top of each other.

use std::path::{Path, PathBuf};

use super::environment::{self, Environment};
use super::file::{self, Found};
use super::setting::{Preset, Setting, Value};
use super::source::{Given, Origin, Raw, Sources};
use super::table::SETTINGS;
use super::{Config, ConfigError};

/// The configuration file's name in the data directory.
const FILE_NAME: &str = "estrad.toml";

/// The configuration, with the origins of its values.
#[derive(Debug, Clone)]
pub struct Loaded {
    #[expect(missing_docs, reason = "says itself")]
    pub config: Config,
    /// The configuration file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// What holds for each setting, in the order of the table.
    pub(super) effective: Vec<Effective>,
}

/// What holds for a setting.
#[derive(Debug, Clone)]
pub(super) struct Effective {
    pub(super) setting: &'static Setting,
    /// None when nothing was said and there is no default.
    pub(super) value: Option<Value>,
    pub(super) origin: Origin,
}

/// Reads the configuration. Every value that was given is checked, also one that another layer
/// overrides.
///
/// # Errors
/// [`ConfigError`].
pub fn load(sources: Sources) -> Result<Loaded, ConfigError> {
    let Sources { mut flags, environment, platform_data_dir } = sources;
    let Environment { config: file_of_environment, given: environment } =
        environment::read(environment)?;
    let named = flags.config.take().or(file_of_environment);
    let demo = flags.demo;
    let flags: Vec<_> = flags.said().filter_map(of_flag).collect();
    let has_database = |given: &Given| given.setting.name == "database_url";
    let platform_data_dir = match platform_data_dir {
        // What the demo leaves behind, its users above all, is nothing for a later plain start.
        Some(dir) if demo && !flags.iter().chain(&environment).any(has_database) => {
            Some(demo_dir(&dir))
        }
        dir => dir,
    };

    let (path, found) = match named {
        Some(path) => (Some(path), Found::Named),
        None => {
            let chosen = flags.iter().chain(&environment).find_map(data_dir_of);
            let data_dir = chosen.or(platform_data_dir.clone());
            (data_dir.map(|dir| dir.join(FILE_NAME)), Found::InDataDir)
        }
    };
    let read = match &path {
        Some(path) => file::read(path, found)?,
        None => None,
    };
    let file = path.filter(|_| read.is_some());

    let mut loaded = Loaded::defaults(platform_data_dir.as_deref())?;
    loaded.file = file;
    for given in read.into_iter().flatten().chain(environment).chain(flags) {
        loaded.apply(given)?;
    }
    if loaded.config.data_dir.as_os_str().is_empty() {
        return Err(ConfigError::NoDataDir);
    }
    Ok(loaded)
}

impl Config {
    /// The built-in defaults, with the data in this directory.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] if a default in the table is not one, which a test rules out.
    pub fn defaults(data_dir: &Path) -> Result<Self, ConfigError> {
        Loaded::defaults(Some(data_dir)).map(|loaded| loaded.config)
    }
}

impl Loaded {
    fn defaults(data_dir: Option<&Path>) -> Result<Self, ConfigError> {
        let mut loaded = Self {
            config: Config::blank(data_dir.unwrap_or(Path::new(""))),
            file: None,
            effective: Vec::with_capacity(SETTINGS.len()),
        };
        for setting in SETTINGS {
            loaded.effective.push(Effective { setting, value: None, origin: Origin::Default });
            if let Preset::Value(text) = setting.preset {
                let raw = Raw::Text(text.to_owned());
                loaded.apply(Given { setting, raw, origin: Origin::Default })?;
            }
        }
        // The one default that is not in the table. The field has it already, and exactly, even if
        // it is not Unicode.
        if let Some(dir) = data_dir {
            let shown = Value::Text(dir.to_string_lossy().into_owned());
            loaded.hold("data_dir", shown, Origin::Default);
        }
        Ok(loaded)
    }

    fn apply(&mut self, given: Given) -> Result<(), ConfigError> {
        let Given { setting, raw, origin } = given;
        let value = match setting.apply(&mut self.config, &raw) {
            Ok(value) => value,
            Err(reason) => {
                return Err(ConfigError::Invalid {
                    name: setting.name,
                    shown: setting.show_raw(&raw),
                    origin,
                    expected: setting.expected(),
                    reason,
                });
            }
        };
        if setting.retired && !self.config.retired.contains(&setting.name) {
            self.config.retired.push(setting.name);
        }
        self.hold(setting.name, value, origin);
        Ok(())
    }

    fn hold(&mut self, name: &str, value: Value, origin: Origin) {
        if let Some(effective) = self.effective.iter_mut().find(|e| e.setting.name == name) {
            effective.value = Some(value);
            effective.origin = origin;
        }
    }
}

/// The place of the demo's data, beside that of others.
fn demo_dir(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push("-demo");
    dir.with_file_name(name)
}

fn of_flag((flag, value): (&'static str, String)) -> Option<Given> {
    let setting = SETTINGS.iter().find(|setting| setting.flag == Some(flag))?;
    Some(Given { setting, raw: Raw::Text(value), origin: Origin::Flag(flag) })
}

/// The data directory, if this chooses one. An empty one is refused later, with its origin.
fn data_dir_of(given: &Given) -> Option<PathBuf> {
    match &given.raw {
        Raw::Text(path) if given.setting.name == "data_dir" && !path.is_empty() => {
            Some(path.into())
        }
        _ => None,
    }
}
