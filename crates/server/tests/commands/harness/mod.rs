//! What the tests of the commands share: a home that is thrown away, and a server that runs in it.

mod demo;
mod home;
pub(crate) mod lines;
mod server;

pub(crate) use demo::Demo;
pub(crate) use home::Home;
pub(crate) use server::ServerProcess;

/// Writes a test that gets a home whose database is SQLite, and once more with PostgreSQL. Both
/// databases are empty, without a schema.
macro_rules! on_both_databases {
    ($( $(#[$meta:meta])* async fn $name:ident($home:ident: Home) $body:block )+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "not every test uses what its file imports")]
            use super::*;

            async fn test($home: $crate::harness::Home) $body

            #[tokio::test]
            async fn sqlite() {
                test($crate::harness::Home::new()).await;
            }

            #[tokio::test]
            async fn postgres() {
                test($crate::harness::Home::with_postgres()).await;
            }
        }
    )+};
}

pub(crate) use on_both_databases;
