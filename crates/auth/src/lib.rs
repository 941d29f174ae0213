//! Who is calling: passwords, tokens, codes, and how fast they may be tried.
//!
//! [`Authenticator`] is the way in; the other modules are its parts. What a caller may do once it
//! is known is decided by `estrad_domain::policy`.

mod authenticator;
mod common_passwords;
mod error;
mod gates;
mod made_up;
mod pace;
mod passwords;
mod random;
mod sessions;
mod tokens;
mod tries;

pub use authenticator::{Authenticator, Caller, CodeLogin, Login, Settings, Slowed};
pub use error::{CodeLoginError, LoginError, PasswordError, TokenError};
pub use made_up::make_password;
pub use pace::Source;
pub use passwords::{MIN_COST, Owner, Password, Passwords, Verified};
pub use random::{OsRandom, Random, code_source};
pub use tokens::{MIN_SECRET_BYTES, SigningKey};
pub use tries::{network, unlock_account, unlock_address};
