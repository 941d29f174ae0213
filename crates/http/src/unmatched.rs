//! Requests that no route takes: 404, or 405 with what the address does take, or the plain answer
//! to OPTIONS. Also paths that a route takes, with what can't be an id in them.

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::{OpenApi, PathItem};

use crate::browser;
use crate::problem::{ErrorWord, Problem};

/// The methods of an address that is only read.
const READ_ONLY: &str = "GET, HEAD, OPTIONS";

/// Which methods each address takes: the documented ones, and those of the browser, which are not.
pub(crate) struct RouteTable(Vec<(ResourceDef, String)>);

impl RouteTable {
    pub(crate) fn new(document: &OpenApi) -> Self {
        let documented = document.paths.paths.iter();
        let documented = documented.map(|(path, item)| (path.as_str(), methods(item)));
        let pages = browser::ADDRESSES.iter().map(|path| (*path, READ_ONLY.to_owned()));
        let routes = documented.chain(pages);
        Self(routes.map(|(path, methods)| (ResourceDef::new(path), methods)).collect())
    }

    /// The methods of the address, for the `Allow` header.
    fn allow(&self, path: &str) -> Option<&str> {
        // What has no parameters is the better match: /users/search before /users/{id}.
        let matching = self.0.iter().filter(|(pattern, _)| pattern.is_match(path));
        matching
            .min_by_key(|(pattern, _)| pattern.pattern().map_or(0, |p| p.matches('{').count()))
            .map(|(_, methods)| methods.as_str())
    }
}

fn methods(item: &PathItem) -> String {
    let methods = [
        ("GET, HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("DELETE", item.delete.is_some()),
        ("OPTIONS", true),
    ];
    let methods: Vec<&str> =
        methods.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
    methods.join(", ")
}

/// A path with something in it that can't be an id: what it would be of is not there, in the same
/// word as for an id that nothing has.
///
/// Also an address of its own that stands beside one with an id, like `/users/search` beside
/// `/users/{id}`: with a method that only the other takes it arrives here, and is answered as
/// every address that does not take the method.
pub(crate) fn no_such_id(request: &HttpRequest) -> Problem {
    let routes = request.app_data::<Data<RouteTable>>();
    let allow = routes.and_then(|routes| routes.allow(request.path()));
    if let Some(allow) = allow
        && !allow.split(", ").any(|method| method == request.method().as_str())
    {
        return Problem::from(ErrorWord::MethodNotAllowed).with_allow(allow.to_owned());
    }
    let words = [
        ("competition_id", ErrorWord::CompetitionNotFound),
        ("user_id", ErrorWord::UserNotFound),
        ("session_id", ErrorWord::SessionNotFound),
        ("city_id", ErrorWord::CityNotFound),
        ("media_id", ErrorWord::MediaNotFound),
        ("team_id", ErrorWord::TeamNotFound),
        ("question_id", ErrorWord::QuestionNotFound),
        ("alternative_id", ErrorWord::AlternativeNotFound),
    ];
    let path = request.match_info();
    let is_no_id = |name: &str| path.get(name).is_some_and(|id| id.parse::<i64>().is_err());
    let word = words.into_iter().find(|(name, _)| is_no_id(name)).map(|(_, word)| word);
    word.unwrap_or(ErrorWord::NotFound).into()
}

/// Answers what no route takes.
pub(crate) async fn answer(
    request: HttpRequest,
    routes: Data<RouteTable>,
) -> Result<HttpResponse, Problem> {
    match routes.allow(request.path()) {
        None => Err(ErrorWord::RouteNotFound.into()),
        Some(allow) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::Ok().insert_header((ALLOW, allow)).finish())
        }
        Some(allow) => Err(Problem::from(ErrorWord::MethodNotAllowed).with_allow(allow.to_owned())),
    }
}
