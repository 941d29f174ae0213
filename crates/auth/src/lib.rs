//! Who is calling: passwords, tokens, codes, and the throttle that stands before them.
//!
//! [`Authenticator`] is the way in; the other modules are its parts. What a caller may do once it
//! is known is decided by `estrad_domain::policy`.

mod authenticator;
mod common_passwords;
mod error;
mod made_up;
mod passwords;
mod random;
mod sessions;
mod throttle;
mod tokens;

pub use authenticator::{Authenticator, Caller, CodeLogin, Login, Settings};
pub use error::{CodeLoginError, LoginError, PasswordError, TokenError};
pub use made_up::make_password;
pub use passwords::{MIN_COST, Owner, Password, Passwords, Verified};
pub use random::{OsRandom, Random, code_source};
pub use throttle::{Limit, account_subject};
pub use tokens::{MIN_SECRET_BYTES, SigningKey};
