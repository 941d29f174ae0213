//! Changing a competition or a part of it: one transaction that raises the version, and only the
//! version that the caller saw, where they say which. Each is in the audit log.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use estrad_domain::CompetitionId;
use estrad_domain::media::ShowsMedia;
use estrad_domain::presentation::LogEntry;
use estrad_domain::strip::Viewer;
use estrad_domain::views::Views;
use estrad_persistence::AnyConnection;
use estrad_persistence::queries::competitions::{self, Edit as Touch};
use estrad_persistence::queries::file_names;
use estrad_realtime::Revocation;
use serde::Serialize;

use crate::access::{Access, OnCompetition, Permission};
use crate::app::App;
use crate::auditing;
use crate::finishing::finish;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::revision;

/// A caller who may change the competition of the path, which is there.
pub(crate) struct Edit<P> {
    pub(crate) access: Access<P>,
    pub(crate) app: Data<App>,
    id: CompetitionId,
    views: Views,
    expected_version: Option<i64>,
}

impl<P: Permission + 'static> FromRequest for Edit<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let on = OnCompetition::from_request(request, payload);
        Box::pin(async move {
            let OnCompetition { access, app, request, id, head } = on.await?;
            let expected_version = revision::expected_version(&request, id);
            Ok(Self { access, app, id, views: head.views, expected_version })
        })
    }
}

impl<P: Permission> Edit<P> {
    /// Prepares a change with work that takes a while, off the async threads.
    pub(crate) async fn blocking<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, Problem> + Send + 'static,
    {
        crate::blocking::run(work).await
    }

    /// Makes a change and answers what it gives, with the tag of the new version.
    pub(crate) async fn apply<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize + Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        self.apply_taking(|connection| Ok((work(connection)?, Taken::Nothing))).await
    }

    /// Like [`Edit::apply`], for parts that show files: under the names that they have here.
    pub(crate) async fn apply_showing<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize + ShowsMedia + Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        let views = self.views;
        self.apply(move |connection| {
            let mut made = work(connection)?;
            file_names::give(connection, views, &mut made)?;
            Ok(made)
        })
        .await
    }

    /// Like [`Edit::apply`], for a change that takes something away from those who are connected.
    pub(crate) async fn apply_taking<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize + Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<(T, Taken), Problem> + Send + 'static,
    {
        let changed = self.access.changed();
        let ids = move |value: &T| changed(&serde_json::to_value(value).unwrap_or_default());
        let (tag, value) = self.run(work, ids).await?;
        Ok(HttpResponse::Ok().insert_header((ETAG, tag)).json(value))
    }

    /// Makes a change that leaves nothing to answer.
    pub(crate) async fn apply_silently<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Into<Taken>,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        let changed = self.access.changed();
        let ids = move |(): &()| changed(&serde_json::Value::Null);
        let (tag, ()) = self.run(|connection| Ok(((), work(connection)?.into())), ids).await?;
        Ok(HttpResponse::NoContent().insert_header((ETAG, tag)).finish())
    }

    /// Makes a change, of the things with the ids that are found in what it gives.
    async fn run<T, F>(
        self,
        work: F,
        ids: impl FnOnce(&T) -> Vec<i64> + Send + 'static,
    ) -> Result<(String, T), Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<(T, Taken), Problem> + Send + 'static,
    {
        let Self { app, id, expected_version, access, .. } = self;
        let line = access.change(&app);
        let touch = Touch { competition_id: id, expected_version, at: app.clock.now() };
        finish(async move {
            let change = move |connection: &mut AnyConnection| {
                let version = competitions::touch(connection, touch)
                    .on_missing(ErrorWord::CompetitionNotFound)?;
                let (value, taken) = work(connection)?;
                let ids = ids(&value);
                Ok(((version, value, taken), ids))
            };
            let (version, value, taken) = auditing::write(&app.database, line, change).await?;
            match taken {
                Taken::Nothing => app.live.edited(id, version).await,
                Taken::Rights(what) => {
                    app.live.edited(id, version).await;
                    app.live.revoke(what).await;
                }
                Taken::Competition(last) => app.live.deleted(id, last.map(|last| *last)).await,
            }
            Ok((revision::part_tag(id, version, Viewer::Trusted), value))
        })
        .await
    }
}

/// What a change takes away from those who are connected.
pub(crate) enum Taken {
    Nothing,
    /// What let them in.
    Rights(Revocation),
    /// All of it, with the last entry of the presentation that went on.
    Competition(Option<Box<LogEntry>>),
}

impl From<()> for Taken {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}
