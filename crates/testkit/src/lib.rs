//! What tests stand on: real servers, real databases, a clock that they set.
//!
//! For tests only; nothing that is shipped depends on it.

mod app;
mod client;
mod clock;
mod database;
pub mod files;
pub mod postgres;
mod seed;
mod store;
mod wire;

pub use app::{SECRET, TestApp, TestSettings, run};
pub use client::{Answer, Request};
pub use clock::ManualClock;
pub use database::{Backend, fingerprint_of_migrations, run_sql};
pub use seed::PASSWORD;
pub use store::{StoreCall, StoreGate};
pub use wire::{Through, Wire};

/// Writes a test that runs on SQLite and once more on PostgreSQL.
///
/// ```ignore
/// on_both_databases! {
///     async fn a_city_can_be_added(app: TestApp) { … }
/// }
/// ```
///
/// Settings other than the usual ones stand before it: `settings = TestSettings { … };`.
#[macro_export]
macro_rules! on_both_databases {
    ($( $(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block )+) => {
        $crate::on_both_databases! {
            settings = $crate::TestSettings::default();
            $( $(#[$meta])* async fn $name($app: TestApp) $body )+
        }
    };
    (settings = $settings:expr; $( $(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block )+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "not every test uses what its file imports")]
            use super::*;

            async fn test($app: $crate::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::run($crate::Backend::Sqlite, $settings, test);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Backend::Postgres, $settings, test);
            }
        }
    )+};
}
