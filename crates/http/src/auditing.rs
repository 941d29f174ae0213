//! The one way for a route to change something outside presentations: a transaction that also writes
//! the line of the audit log.
//!
//! Routes have the database for reading only ([`ReadOnly`]); what they write goes through
//! [`Access::write`] or, for what belongs to a competition, through [`crate::editing::Edit`]. Both end
//! in [`write`]. So no route can forget the line.

use std::sync::{Arc, OnceLock};

use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest};
use estrad_domain::CompetitionId;
use estrad_domain::audit::{Author, Change};
use estrad_persistence::queries::audit;
use estrad_persistence::{AnyConnection, Database, Error as StorageError};
use serde::Serialize;
use serde_json::Value;

use crate::access::{Access, Permission};
use crate::app::App;
use crate::problem::Problem;

/// The database, for reading.
#[derive(Clone)]
pub(crate) struct ReadOnly(Database);

impl ReadOnly {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// As [`Database::read`].
    pub(crate) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0.read(work).await
    }

    /// As [`Database::snapshot`].
    pub(crate) async fn snapshot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0.snapshot(work).await
    }

    /// As [`Database::is_ready`].
    pub(crate) async fn is_ready(&self) -> Result<bool, StorageError> {
        self.0.is_ready().await
    }
}

/// The names of the fields that the body of a request has, once it was parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct SentFields(Arc<OnceLock<Vec<String>>>);

impl SentFields {
    /// Those of this request: the same for everybody who asks.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        if let Some(fields) = extensions.get::<Self>() {
            return fields.clone();
        }
        let fields = Self::default();
        extensions.insert(fields.clone());
        fields
    }

    /// Notes the names, all of which the route knows.
    pub(crate) fn note(&self, names: impl Iterator<Item = String>) {
        // A body is parsed once.
        let _ = self.0.set(names.collect());
    }
}

/// What a request changes, as far as its address and its method tell.
#[derive(Debug, Clone)]
pub(crate) struct Trail {
    change: String,
    target: &'static str,
    /// The last id of the path.
    id: Option<i64>,
    fields: SentFields,
}

/// What a part of an address is called, and one of what is in it.
const COLLECTIONS: &[(&str, &str)] = &[
    ("alternatives", "alternative"),
    ("cities", "city"),
    ("codes", "code"),
    ("competitions", "competition"),
    ("components", "component"),
    ("images", "image"),
    ("questions", "question"),
    ("sessions", "session"),
    ("slides", "slide"),
    ("teams", "team"),
    ("users", "user"),
    ("videos", "video"),
];

fn one_of(collection: &str) -> Option<&'static str> {
    COLLECTIONS.iter().find(|(name, _)| *name == collection).map(|(_, one)| *one)
}

impl Trail {
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pattern = request.match_pattern().unwrap_or_default();
        let last = pattern.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
        let change = match (request.method(), one_of(last)) {
            (&Method::POST, Some(_)) => "create",
            (&Method::POST, None) => last,
            (&Method::DELETE, _) => "delete",
            _ => "change",
        };
        let id = request.match_info().iter().last().and_then(|(_, value)| value.parse().ok());
        Self {
            change: change.to_owned(),
            target: pattern.rsplit('/').find_map(one_of).unwrap_or("server"),
            id,
            fields: SentFields::of(request),
        }
    }
}

impl<P: Permission> Access<P> {
    /// What the caller is about to change, for whoever writes it in another place.
    pub(crate) fn change(&self, app: &App) -> Change {
        Change {
            at: app.clock.now(),
            author: Author::of(&self.caller.principal),
            action: P::ACTION.name().to_owned(),
            change: self.trail.change.clone(),
            competition_id: self.head.map(|(id, _)| id),
            target: self.trail.target,
            fields: self.trail.fields.0.get().cloned().unwrap_or_default(),
        }
    }

    /// The ids of what is changed: of what was made, where something was, else that of the path.
    pub(crate) fn changed(&self) -> impl Fn(&Value) -> Vec<i64> + Send + 'static {
        let (made, id) = (self.trail.change != "change", self.trail.id);
        move |answer| match (ids(answer), id) {
            (found, None) => found,
            (found, Some(_)) if made && !found.is_empty() => found,
            (_, Some(id)) => vec![id],
        }
    }

    /// Changes something in one transaction, with its line of the audit log. What is changed is found
    /// by the `id` of what the work gives, or by the last id of the path.
    pub(crate) async fn write<T, E, F>(&self, app: &App, work: F) -> Result<T, Problem>
    where
        T: Serialize + Send + 'static,
        E: Into<Problem>,
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
    {
        let changed = self.changed();
        self.write_of(app, move |connection| {
            let value = work(connection).map_err(Into::into)?;
            let ids = changed(&serde_json::to_value(&value).unwrap_or_default());
            Ok((value, ids))
        })
        .await
    }

    /// The same, where the work says of which things.
    pub(crate) async fn write_of<T, F>(&self, app: &App, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<(T, Vec<i64>), Problem> + Send + 'static,
    {
        write(&app.database, self.change(app), work).await
    }
}

/// Changes something in one transaction, with its line of the audit log about the things that the work
/// names.
pub(crate) async fn write<T, F>(
    database: &ReadOnly,
    mut change: Change,
    work: F,
) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&mut AnyConnection) -> Result<(T, Vec<i64>), Problem> + Send + 'static,
{
    let work = move |connection: &mut AnyConnection| {
        let (value, ids) = work(connection)?;
        if change.competition_id.is_none()
            && let ("competition", [id]) = (change.target, &*ids)
        {
            change.competition_id = Some(CompetitionId(*id));
        }
        audit::record(connection, &change, &ids)?;
        Ok::<_, Problem>(value)
    };
    database.0.write(work).await
}

/// The ids in an answer: its own, or those of the things in its list.
fn ids(answer: &Value) -> Vec<i64> {
    let id = |value: &Value| value.get("id").and_then(Value::as_i64);
    match answer {
        Value::Array(things) => things.iter().filter_map(id).collect(),
        thing => id(thing).into_iter().collect(),
    }
}
