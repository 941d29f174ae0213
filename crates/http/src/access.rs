//! Who may call a route, visible in its handler's signature: `Access<may::EditCompetition>`.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use estrad_auth::Caller;
use estrad_domain::policy::{self, Action, Denial, Target};
use estrad_domain::principal::{Principal, UserPrincipal};
use estrad_domain::{CityId, CompetitionId, TeamId};
use estrad_persistence::queries::competitions::{self, Head};
use estrad_persistence::queries::media_owners::{self, Owner};
use estrad_persistence::queries::presentations;

use crate::app::App;
use crate::auditing::Trail;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::unmatched;

/// Something of the policy table, as a type.
pub(crate) trait Permission {
    /// Its line of the table.
    const ACTION: Action;
}

macro_rules! permissions {
    ($($name:ident),+ $(,)?) => {
        /// The actions of the policy table, as types.
        pub(crate) mod may {
            $(
                #[derive(Debug)]
                pub(crate) struct $name;
                impl super::Permission for $name {
                    const ACTION: super::Action = super::Action::$name;
                }
            )+
        }
    };
}

permissions! {
    LogOut, TestToken, UseOwnAccount, ReadUsers, ManageUsers, ReadCatalogue, ManageCities,
    ReadMediaList, ReadMedia, AddMedia, DeleteMedia,
    SearchCompetitions, StartCompetition, ReadCompetition, CopyCompetition, ExportCompetition,
    EditCompetition, ReadParts, ReadCodes, ReadAnswers, WriteAnswers, ReadScores, WriteScores,
    WatchPresentation, SearchPresentations, RunPresentation, ReopenAnswers, ReadLog,
    ReadLedger, ReadScoreboard, ReadAudit, ReadConnections, ReadTeamData,
    ResetResults,
}

/// A caller with a good token whom the policy table allows the action, on the competition of the
/// path where there is one.
#[derive(Debug)]
pub(crate) struct Access<P> {
    pub(crate) caller: Caller,
    /// The competition of the path, where there is one.
    pub(crate) head: Option<(CompetitionId, Head)>,
    /// What the request changes, for the audit log.
    pub(crate) trail: Trail,
    settings: policy::Settings,
    _permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Access<P> {
    /// The user who calls; for routes that only users may call.
    pub(crate) fn user(&self) -> Result<&UserPrincipal, Problem> {
        self.caller.principal.user().ok_or_else(|| ErrorWord::NotAllowed.into())
    }

    /// The city that an editor is kept to for this action, if to one.
    pub(crate) fn city_limit(&self) -> Option<CityId> {
        let user = self.caller.principal.user()?;
        policy::city_limit(self.settings, user, P::ACTION)
    }

    /// Asks the table about another action, on a city that the request names.
    pub(crate) fn require_in_city(&self, action: Action, city_id: CityId) -> Result<(), Problem> {
        let target = Target { city_id: Some(city_id), ..Target::default() };
        require(self.settings, &self.caller.principal, action, target)
    }
}

/// An [`Access`] to the competition of the path, which is there, with what acting on it takes.
pub(crate) struct OnCompetition<P> {
    pub(crate) access: Access<P>,
    pub(crate) app: Data<App>,
    pub(crate) request: HttpRequest,
    pub(crate) id: CompetitionId,
    pub(crate) head: Head,
}

impl<P: Permission + 'static> FromRequest for OnCompetition<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let access = Access::<P>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let access = access.await?;
            // Only a route whose path has no competition in it comes here without one.
            let fault = || Problem::from(ErrorWord::Internal);
            let app = request.app_data::<Data<App>>().cloned().ok_or_else(fault)?;
            let (id, head) = access.head.ok_or_else(fault)?;
            Ok(Self { access, app, request, id, head })
        })
    }
}

impl<P: Permission> FromRequest for Access<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (request, trail) = (request.clone(), Trail::of(request));
        Box::pin(async move {
            let app = request
                .app_data::<Data<App>>()
                .ok_or_else(|| Problem::from(ErrorWord::Internal))?;
            let caller = app.authenticator.authenticate(bearer_token(&request)?).await?;
            let settings = app.settings.policy;
            let head = head(app, &request, &caller.principal, P::ACTION).await?;
            let mut target = Target {
                competition_id: head.map(|(id, _)| id),
                city_id: head.map(|(_, head)| head.city_id),
                team_id: team(&request),
                ..Target::default()
            };
            if let Some(editor) = policy::needs_upload(&caller.principal, P::ACTION) {
                let owner = owner(app, &request, editor.city_id).await?;
                target.city_id = owner.city_id;
                target.upload = Some(policy::Upload {
                    uploaded_by: owner.uploaded_by,
                    shown_elsewhere: owner.shown_elsewhere,
                });
            }
            if let Some((id, _)) = head
                && policy::needs_scoreboard(&caller.principal, P::ACTION)
            {
                let active =
                    app.database.read(move |connection| presentations::active(connection, id));
                target.scoreboard_shown =
                    active.await?.is_some_and(|active| active.state.show_scoreboard);
            }
            require(settings, &caller.principal, P::ACTION, target)?;
            Ok(Self { caller, head, trail, settings, _permission: PhantomData })
        })
    }
}

fn require(
    settings: policy::Settings,
    principal: &Principal,
    action: Action,
    target: Target,
) -> Result<(), Problem> {
    policy::check(settings, principal, action, target).map_err(|denial| match denial {
        Denial::NotAllowed => ErrorWord::NotAllowed.into(),
        Denial::NotStarted => ErrorWord::CompetitionNotActive.into(),
    })
}

/// The token of the `Authorization` header (RFC 6750, 2.1).
fn bearer_token(request: &HttpRequest) -> Result<&str, Problem> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .ok_or_else(|| Problem::from(ErrorWord::TokenMissing))?;
    let invalid = || Problem::from(ErrorWord::TokenInvalid);
    let (scheme, token) =
        header.to_str().map_err(|_| invalid())?.split_once(' ').ok_or_else(invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(invalid()) }
}

/// Whose the uploaded file of the path is, as an editor of that city sees it.
async fn owner(app: &App, request: &HttpRequest, city_id: CityId) -> Result<Owner, Problem> {
    // Only a route whose path has no file in it comes here without one.
    let id = request.match_info().get("media_id").ok_or(ErrorWord::Internal)?;
    let id = id.parse::<i64>().map_err(|_| unmatched::no_such_id(request))?.into();
    app.database
        .read(move |connection| media_owners::get(connection, id, city_id))
        .await
        .on_missing(ErrorWord::MediaNotFound)
}

/// The team that the path names, if it names one. What can't be an id is no team: a screen of a
/// team is refused there, and whoever may go on is told so when the path is read.
fn team(request: &HttpRequest) -> Option<TeamId> {
    let id = request.match_info().get("team_id")?;
    id.parse::<i64>().ok().map(TeamId)
}

/// The competition that the path names, if it names one.
async fn head(
    app: &App,
    request: &HttpRequest,
    principal: &Principal,
    action: Action,
) -> Result<Option<(CompetitionId, Head)>, Problem> {
    let Some(id) = request.match_info().get("competition_id") else {
        return Ok(None);
    };
    let id = id.parse::<i64>().map_err(|_| unmatched::no_such_id(request))?;
    let id = CompetitionId::from(id);
    // Whether it is there at all is only for those who could do this if it were theirs.
    let own = Target {
        competition_id: Some(id),
        city_id: principal.user().map(|user| user.city_id),
        team_id: team(request),
        scoreboard_shown: true,
        upload: None,
    };
    require(app.settings.policy, principal, action, own)?;
    let head = app
        .database
        .read(move |connection| competitions::head(connection, id))
        .await
        .on_missing(ErrorWord::CompetitionNotFound)?;
    Ok(Some((id, head)))
}
