//! Reading a competition or a part of it: stripped for whoever asks, and not sent again to those
//! who have it.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, ContentType, ETAG};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use estrad_domain::principal::{Principal, Screen};
use estrad_domain::strip::Viewer;
use estrad_domain::types::View;
use estrad_persistence::{AnyConnection, Error as StorageError};
use serde::Serialize;

use crate::access::{OnCompetition, Permission};
use crate::problem::Problem;
use crate::revision;

/// A caller who may read (something of) the competition of the path, which is there.
pub(crate) struct Read<P>(OnCompetition<P>);

impl<P: Permission + 'static> FromRequest for Read<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let on = OnCompetition::from_request(request, payload);
        Box::pin(async move { on.await.map(Self) })
    }
}

impl<P: Permission> Read<P> {
    /// As whom the caller sees the competition.
    ///
    /// Whether the audience is shown the scores is in the database: see
    /// `estrad_persistence::queries::presentations`.
    pub(crate) fn viewer(&self) -> Viewer {
        match &self.0.access.caller.principal {
            Principal::Screen(Screen { view: View::Team, team_id: Some(id), .. }) => {
                Viewer::Team(*id)
            }
            Principal::Screen(Screen { view: View::Audience | View::Team, .. }) => {
                Viewer::Audience { scoreboard_shown: false }
            }
            Principal::Screen(Screen { view: View::Judge | View::Operator, .. })
            | Principal::User(_) => Viewer::Trusted,
        }
    }

    /// Answers a part, unless the caller has this version of it.
    pub(crate) async fn part<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        let tag = revision::part_tag(self.0.id, self.0.head.version, self.viewer());
        self.tagged(tag, work).await
    }

    /// Answers something that has results in it, such as the whole competition, unless the caller
    /// has it as it is now.
    pub(crate) async fn with_results<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        let tag = revision::rich_tag(self.0.id, self.0.head, self.viewer());
        self.tagged(tag, work).await
    }

    async fn tagged<T, F>(self, tag: String, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        // Kept by browsers, but asked about each time.
        let caching = (CACHE_CONTROL, "private, no-cache");
        if revision::is_known(&self.0.request, &tag) {
            let mut answer = HttpResponse::NotModified();
            return Ok(answer.insert_header((ETAG, tag)).insert_header(caching).finish());
        }
        // Written as JSON over there too: a large one would hold up everybody else on this thread.
        let json = self
            .0
            .app
            .database
            .snapshot(move |connection| {
                serde_json::to_vec(&work(connection)?)
                    .map_err(|e| StorageError::UnknownValue(e.to_string()).into())
            })
            .await
            .map_err(|problem: Problem| problem)?;
        Ok(HttpResponse::Ok()
            .content_type(ContentType::json())
            .insert_header((ETAG, tag))
            .insert_header(caching)
            .body(json))
    }
}
