//! What a client brings: its token, from wherever it may be, and where it was when it left.

use actix_http::RequestHead;
use actix_web::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use estrad_domain::PresentationId;
use estrad_realtime::Resume;
use serde_json::{Map, Value};

/// The subprotocol that a plain client may name, beside one with its token.
pub(super) const SUBPROTOCOL: &str = "estrad";
const TOKEN_SUBPROTOCOL: &str = "bearer.";

/// What a request, a CONNECT or a first frame says about who it is from. Never logged.
#[derive(Default, Clone, PartialEq)]
pub(super) struct Credentials {
    pub(super) token: Option<String>,
    pub(super) resume: Option<Resume>,
}

impl Credentials {
    /// Of a request: from the header, the subprotocol or the query, whichever comes first.
    pub(super) fn of_request(head: &RequestHead) -> Self {
        let query = Query::of(head.uri.query().unwrap_or_default());
        let token = header_token(head).or_else(|| subprotocol_token(head)).or(query.token);
        let resume = resume(query.presentation_id, query.since);
        Self { token, resume }
    }

    /// Of the payload of a CONNECT, or the data of a first frame.
    pub(super) fn of_payload(payload: &Map<String, Value>) -> Self {
        // Numbers are also taken as texts: some clients know nothing else.
        let number = |name| match payload.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let token = payload.get("token").and_then(Value::as_str).map(bare);
        Self { token, resume: resume(number("presentation_id"), number("since")) }
    }

    /// Of the query of a CONNECT (Socket.IO 4).
    pub(super) fn of_query(query: &str) -> Self {
        let query = Query::of(query);
        Self { token: query.token, resume: resume(query.presentation_id, query.since) }
    }

    /// These, and where they lack something that of others.
    pub(super) fn or(self, other: Self) -> Self {
        Self { token: self.token.or(other.token), resume: self.resume.or(other.resume) }
    }
}

/// Whether the client can be answered with the subprotocol.
pub(super) fn names_subprotocol(head: &RequestHead) -> bool {
    subprotocols(head).any(|name| name == SUBPROTOCOL)
}

fn header_token(head: &RequestHead) -> Option<String> {
    let value = head.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn subprotocol_token(head: &RequestHead) -> Option<String> {
    subprotocols(head).find_map(|name| name.strip_prefix(TOKEN_SUBPROTOCOL)).map(str::to_owned)
}

fn subprotocols(head: &RequestHead) -> impl Iterator<Item = &str> {
    let values = head.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

/// The token without the scheme that some put before it.
fn bare(token: &str) -> String {
    token.strip_prefix("Bearer ").unwrap_or(token).trim().to_owned()
}

/// Where the client was; without a `since` it is sent the whole state.
fn resume(presentation_id: Option<i64>, since: Option<i64>) -> Option<Resume> {
    Some(Resume { presentation_id: PresentationId(presentation_id?), since })
}

#[derive(Default)]
struct Query {
    token: Option<String>,
    presentation_id: Option<i64>,
    since: Option<i64>,
}

impl Query {
    /// The first of repeated parameters counts, what can't be read is left out.
    fn of(raw: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(raw).unwrap_or_default();
        let get = |name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let number = |name| get(name).and_then(|value| value.parse().ok());
        Self {
            token: get("token").map(bare),
            presentation_id: number("presentation_id"),
            since: number("since"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use serde_json::json;

    fn of_request(uri: &str, headers: &[(&str, &str)]) -> Credentials {
        let request = TestRequest::with_uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.append_header(((*name).to_owned(), (*value).to_owned()))
        });
        Credentials::of_request(request.to_http_request().head())
    }

    fn token(uri: &str, headers: &[(&str, &str)]) -> Option<String> {
        of_request(uri, headers).token
    }

    #[test]
    fn header_then_subprotocol_then_query() {
        let (header, named) =
            (("authorization", "Bearer a"), ("sec-websocket-protocol", "estrad, bearer.b"));
        assert_eq!(token("/ws?token=c", &[header, named]).as_deref(), Some("a"));
        assert_eq!(token("/ws?token=c", &[named]).as_deref(), Some("b"));
        assert_eq!(token("/ws?token=Bearer%20c", &[]).as_deref(), Some("c"));
        assert_eq!(token("/ws?token=c&token=d", &[]).as_deref(), Some("c"));
        assert_eq!(token("/ws", &[("authorization", "Basic YTpi")]), None);
        let apart = [("sec-websocket-protocol", "bearer.b"), ("sec-websocket-protocol", "estrad")];
        assert_eq!(token("/ws", &apart).as_deref(), Some("b"));
    }

    #[test]
    fn payloads_go_first() {
        let payload = json!({"token": "Bearer x", "presentation_id": 3, "since": "14"});
        let of_payload = Credentials::of_payload(payload.as_object().unwrap());
        assert_eq!(of_payload.token.as_deref(), Some("x"));
        let resume = of_payload.resume.unwrap();
        assert_eq!((resume.presentation_id, resume.since), (PresentationId(3), Some(14)));
        let both = of_payload.or(of_request("/?token=y&presentation_id=1&since=2", &[]));
        assert_eq!(both.token.as_deref(), Some("x"));
        assert_eq!(both.resume.unwrap().since, Some(14));
    }

    #[test]
    fn a_place_names_its_presentation() {
        let since = |uri| of_request(uri, &[]).resume.map(|resume| resume.since);
        assert_eq!(since("/?presentation_id=1"), Some(None));
        assert!(of_request("/?since=1&presentation_id=x", &[]).resume.is_none());
        assert_eq!(since("/?since=1&presentation_id=2"), Some(Some(1)));
    }
}
