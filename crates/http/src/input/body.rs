//! The body of a request, as JSON.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use estrad_domain::clock::Moment;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::{Fields, Request};
use crate::app::App;
use crate::auditing::SentFields;
use crate::problem::{ErrorWord, Problem};

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that has arrived. It is read by [`Body::parse`], once the caller is known: an answer
/// about its fields is not for everybody.
#[derive(Debug)]
pub(crate) struct Body {
    /// When the last of it was there.
    pub(crate) arrived: Moment,
    bytes: Bytes,
    is_json: bool,
    /// What it has, for the audit log.
    sent: SentFields,
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<Data<App>>().map_or(0, |app| app.settings.body_limit);
        let declared = request
            .headers()
            .get(actix_web::http::header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let content_type = request.content_type();
        let is_json = content_type.eq_ignore_ascii_case("application/json")
            || (content_type.starts_with("application/") && content_type.ends_with("+json"));
        let has_type = request.headers().contains_key(CONTENT_TYPE);
        let mut payload = payload.take();
        let app = request.app_data::<Data<App>>().cloned();
        let sent = SentFields::of(request);
        Box::pin(async move {
            let app = app.ok_or_else(|| Problem::from(ErrorWord::Internal))?;
            if declared.is_some_and(|length| length > limit) {
                return Err(ErrorWord::BodyTooLarge.into());
            }
            let arrives = async {
                let mut bytes = BytesMut::new();
                while let Some(chunk) = payload.next().await {
                    let chunk = chunk.map_err(|_| Problem::from(ErrorWord::InvalidRequest))?;
                    if bytes.len() + chunk.len() > limit {
                        return Err(Problem::from(ErrorWord::BodyTooLarge));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                Ok(bytes.freeze())
            };
            let bytes = tokio::time::timeout(PATIENCE, arrives)
                .await
                .map_err(|_| Problem::from(ErrorWord::RequestTimeout))??;
            // Without a type it is taken for JSON, which it is or is not.
            let arrived = app.clock.moment();
            Ok(Self { arrived, bytes, is_json: is_json || !has_type, sent })
        })
    }
}

impl Body {
    /// The body as it is, for what somebody else reads. No body at all is null.
    pub(crate) fn value(&self) -> Result<Value, Problem> {
        if self.bytes.is_empty() {
            Ok(Value::Null)
        } else if self.is_json {
            serde_json::from_slice(&self.bytes).map_err(|_| Problem::invalid_json())
        } else {
            Err(ErrorWord::UnsupportedMediaType.into())
        }
    }

    /// Reads the request out of the body. No body at all is one without members.
    ///
    /// A body of another type has no members either, as far as the old server goes: so the answer
    /// is about what is missing. Where nothing is, it would be passed over in silence; then the
    /// answer is about its type.
    pub(crate) fn parse<T: Request>(&self) -> Result<T, Problem> {
        let members = if self.bytes.is_empty() || !self.is_json {
            Map::new()
        } else {
            match serde_json::from_slice(&self.bytes) {
                Ok(Value::Object(members)) => members,
                Ok(_) => return Err(Problem::body_field("_schema", "Invalid input type.")),
                Err(_) => return Err(Problem::invalid_json()),
            }
        };
        let names: Vec<String> = members.keys().cloned().collect();
        let mut fields = Fields::new(members);
        let request = T::take_from(&mut fields);
        fields.refuse_the_rest();
        let request = fields.finish(request).map_err(Problem::body_fields)?;
        self.sent.note(names.into_iter());
        if self.bytes.is_empty() || self.is_json {
            Ok(request)
        } else {
            Err(ErrorWord::UnsupportedMediaType.into())
        }
    }
}
