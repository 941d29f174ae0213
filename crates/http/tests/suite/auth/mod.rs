//! `/api/auth`: getting in, staying in, being put out.

mod codes;
mod pace;
mod passwords;
mod sessions;
mod tokens;
mod waiting;
