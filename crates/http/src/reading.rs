//! Reading a competition or a part of it: stripped for whoever asks, and not sent again to those
//! who have it.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, ContentType, ETAG};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use estrad_domain::media::ShowsMedia;
use estrad_domain::principal::{Principal, Screen};
use estrad_domain::strip::Viewer;
use estrad_domain::types::View;
use estrad_domain::views::Views;
use estrad_domain::visible::Visible;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId};
use estrad_persistence::queries::{file_names, visible};
use estrad_persistence::{AnyConnection, Error as StorageError};
use serde::Serialize;

use crate::access::{OnCompetition, Permission};
use crate::problem::Problem;
use crate::revision;

/// As whom somebody reads a competition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) viewer: Viewer,
    id: CompetitionId,
    views: Views,
}

impl Reader {
    /// Whether it depends on the presentation what of the slides the reader may know of.
    pub(crate) fn reads_as_shown(self) -> bool {
        self.viewer != Viewer::Trusted && self.views == Views::AsShown
    }

    /// What of the slides the reader may know of.
    pub(crate) fn visible(self, connection: &mut AnyConnection) -> Result<Visible, StorageError> {
        let views = if self.reads_as_shown() { Views::AsShown } else { Views::Legacy };
        visible::to_the_public(connection, self.id, views)
    }

    /// Gives files the names under which this competition shows them.
    pub(crate) fn name_files(
        self,
        connection: &mut AnyConnection,
        shown: &mut impl ShowsMedia,
    ) -> Result<(), StorageError> {
        file_names::give(connection, self.views, shown)
    }

    /// The alternatives that the reader may know of; none where these are all.
    pub(crate) fn alternatives(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Option<HashSet<AlternativeId>>, StorageError> {
        if !self.reads_as_shown() {
            return Ok(None);
        }
        let visible = self.visible(connection)?;
        visible::alternatives(connection, self.id, &visible).map(Some)
    }

    /// The questions that the reader may know of; none where these are all.
    pub(crate) fn questions(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Option<HashSet<QuestionId>>, StorageError> {
        if !self.reads_as_shown() {
            return Ok(None);
        }
        let visible = self.visible(connection)?;
        visible::questions(connection, self.id, &visible).map(Some)
    }
}

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
    /// Whether the operator shows the scores to the audience is in the database: see
    /// `estrad_persistence::queries::presentations`.
    pub(crate) fn viewer(&self) -> Viewer {
        match &self.0.access.caller.principal {
            Principal::Screen(Screen { view: View::Team, team_id: Some(id), .. }) => {
                Viewer::Team(*id)
            }
            Principal::Screen(Screen { view: View::Audience | View::Team, .. }) => {
                Viewer::Audience { scores: self.0.head.views == Views::Legacy }
            }
            Principal::Screen(Screen { view: View::Judge | View::Operator, .. })
            | Principal::User(_) => Viewer::Trusted,
        }
    }

    /// As whom the caller reads the competition.
    pub(crate) fn reader(&self) -> Reader {
        Reader { viewer: self.viewer(), id: self.0.id, views: self.0.head.views }
    }

    /// Answers a part, unless the caller has this version of it.
    pub(crate) async fn part<T, F>(self, work: F) -> Result<HttpResponse, Problem>
    where
        T: Serialize,
        F: FnOnce(&mut AnyConnection) -> Result<T, Problem> + Send + 'static,
    {
        if self.reader().reads_as_shown() {
            // What has been shown counts among the results.
            return self.with_results(work).await;
        }
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
