//! Which tables there are.

/// A table that is dumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name in both databases.
    pub name: &'static str,
    /// Whether migrations put rows into it, so that an empty database has some.
    pub seeded: bool,
}

const fn table(name: &'static str) -> Table {
    Table { name, seeded: false }
}

/// Every table, each one after those that its rows refer to. **A new table is added here**, where
/// its references allow it; a test compares the list with the migrated schema of both databases.
pub const TABLES: &[Table] = &[
    Table { name: "roles", seeded: true },
    table("cities"),
    table("users"),
    table("media"),
    table("media_names"),
    table("competitions"),
    table("slides"),
    table("questions"),
    table("alternatives"),
    table("components"),
    table("text_media"),
    table("teams"),
    table("codes"),
    table("answers"),
    table("scores"),
    table("presentations"),
    table("presentation_events"),
    table("answer_keys"),
    table("revoked_tokens"),
    table("login_failures"),
    table("sessions"),
    table("audit_log"),
];

/// Tables of the databases and of diesel, and claims of work that is under way: what is in them is not
/// content. The migrations are named in the manifest of a backup.
pub(super) const HOUSEKEEPING: &[&str] = &[
    "__diesel_schema_migrations",
    "sqlite_sequence",
    "sqlite_stat1",
    "sqlite_stat4",
    "media_claims",
];
