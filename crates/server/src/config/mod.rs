//! The configuration: what the operator of a server may choose, and where the choice comes from.
//!
//! Built-in defaults give way to the configuration file, the file to the environment, and the
//! environment to flags. What is not understood is never skipped: a key, a variable or a value that
//! says nothing to the server stops it, because a setting that silently does not hold is found out
//! on the day of the competition.
//!
//! `table` is the one list of settings. Reading, `estrad config`, the variables' names and
//! `docs/configuration.md` all follow from it; `types` is what the rest of the server sees.

mod database_url;
mod environment;
mod error;
mod file;
mod hint;
mod jwt_secret;
mod load;
mod print;
#[cfg(test)]
mod reference;
mod setting;
mod source;
mod table;
mod trusted_proxies;
mod types;
mod web_origin;

pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use error::ConfigError;
pub use jwt_secret::JwtSecret;
pub use load::{Loaded, load};
pub use source::{Flags, Origin, Sources};
pub use trusted_proxies::TrustedProxies;
pub use types::{
    AuthConfig, Config, DatabaseConfig, EditorsRead, HttpConfig, LogConfig, LogFormat, MediaConfig,
    MetricsConfig, MetricsExposure, PolicyConfig, PrivacyConfig,
};
pub use web_origin::{WebOrigin, WebOriginError};
