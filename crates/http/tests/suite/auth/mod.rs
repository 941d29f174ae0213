//! `/api/auth`: getting in, staying in, being put out.

mod codes;
mod passwords;
mod sessions;
mod throttle;
mod tokens;
mod waiting;
