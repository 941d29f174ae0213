//! Error answers: one shape for all of them, and one place where statuses are decided.

mod from;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use estrad_domain::answer::ResultCounts;
use serde::Serialize;

pub(crate) use from::OnConflict;
pub use table::ErrorWord;

/// What is wrong with each field, by its name.
pub(crate) type FieldErrors = BTreeMap<String, Vec<String>>;

/// Something that went wrong, on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) word: ErrorWord,
    /// Boxed, so that results that go well stay small.
    extra: Box<Extra>,
}

/// What not every problem has.
#[derive(Debug, Default)]
struct Extra {
    message: Option<String>,
    field: Option<String>,
    reason: Option<&'static str>,
    counts: Option<ResultCounts>,
    details: Option<Details>,
    retry_after: Option<Duration>,
    allow: Option<String>,
    /// For the log, never for the caller.
    cause: Option<String>,
}

/// The `errors` member: of the body or of the query.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
enum Details {
    Json(serde_json::Value),
    Query(serde_json::Value),
}

/// An error answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The HTTP status.
    #[schema(example = 404)]
    code: u16,
    /// The HTTP status in words.
    #[schema(example = "Not Found")]
    status: &'a str,
    /// A sentence for people.
    #[schema(example = "There is no such competition.")]
    message: &'a str,
    /// A word for programs that stays the same.
    #[schema(example = "competition_not_found")]
    error: &'a str,
    /// The field at fault, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Why answers are not taken, where that is it: `not_presented`, `other_slide` or `time_is_up`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "time_is_up")]
    reason: Option<&'a str>,
    /// How many results there are, where these are in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<ResultCounts>,
    /// What is wrong with each field: `{"json": {field: [sentence]}}`, or `query`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    errors: Option<&'a Details>,
    /// The message once more, for token trouble: where older clients look for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<&'a str>,
}

impl From<ErrorWord> for Problem {
    fn from(word: ErrorWord) -> Self {
        Self { word, extra: Box::default() }
    }
}

impl Problem {
    /// Fields of the body that are not as they should be.
    pub(crate) fn body_fields(errors: FieldErrors) -> Self {
        Self::fields(errors, Details::Json)
    }

    /// One field of the body that is not as it should be.
    pub(crate) fn body_field(field: &str, sentence: impl Into<String>) -> Self {
        Self::body_fields([(field.to_owned(), vec![sentence.into()])].into())
    }

    /// Parameters of the query that are not as they should be.
    pub(crate) fn query_fields(errors: FieldErrors) -> Self {
        Self::fields(errors, Details::Query)
    }

    fn fields(errors: FieldErrors, place: fn(serde_json::Value) -> Details) -> Self {
        let mut problem = Self::from(ErrorWord::ValidationFailed);
        if let Some((field, sentences)) = errors.iter().next() {
            problem.extra.message = Some(format!("{field}: {}", sentences.join(" ")));
            problem.extra.field = Some(field.clone());
        }
        problem.extra.details = Some(place(serde_json::json!(errors)));
        problem
    }

    /// A body that is no JSON at all.
    pub(crate) fn invalid_json() -> Self {
        let mut problem = Self::from(ErrorWord::InvalidJson);
        problem.extra.details = Some(Details::Json(serde_json::json!(["Invalid JSON body."])));
        problem
    }

    pub(crate) fn with_field(mut self, field: &str) -> Self {
        self.extra.field = Some(field.to_owned());
        self
    }

    /// Names fields of the body that are at fault, the first of them in `field`.
    pub(crate) fn with_body_fields(mut self, errors: FieldErrors) -> Self {
        self.extra.field = errors.keys().next().cloned();
        self.extra.details = Some(Details::Json(serde_json::json!(errors)));
        self
    }

    pub(crate) fn with_reason(mut self, reason: &'static str) -> Self {
        self.extra.reason = Some(reason);
        self
    }

    pub(crate) fn with_counts(mut self, counts: ResultCounts) -> Self {
        self.extra.counts = Some(counts);
        self
    }

    pub(crate) fn with_message(mut self, message: String) -> Self {
        self.extra.message = Some(message);
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Duration) -> Self {
        self.extra.retry_after = Some(retry_after);
        self
    }

    /// The whole answer as bytes, for a connection that is closed before anything of it is read.
    pub(crate) fn closing_answer(&self) -> Vec<u8> {
        let (head, body) = self.response().into_parts();
        let body = body.try_into_bytes().unwrap_or_default();
        let status = head.status();
        let reason = status.canonical_reason().unwrap_or_default();
        let mut answer = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        for (name, value) in head.headers() {
            answer.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        let end = format!("connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        answer.extend(end.as_bytes());
        answer.extend(&body);
        answer
    }

    pub(crate) fn with_allow(mut self, allow: String) -> Self {
        self.extra.allow = Some(allow);
        self
    }

    /// Takes the whole chain of causes down for the log.
    pub(crate) fn with_cause(mut self, error: &dyn std::error::Error) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            cause = format!("{cause}: {error}");
            source = error.source();
        }
        self.extra.cause = Some(cause);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word.as_str())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.word.status()
    }

    fn error_response(&self) -> HttpResponse {
        // Logged here, once: what is the caller's fault is in the request log already.
        if self.status_code().is_server_error() {
            let cause = self.extra.cause.as_deref().unwrap_or("unknown");
            tracing::error!(error = self.word.as_str(), cause, "request failed");
        }
        self.response()
    }
}

impl Problem {
    /// The answer, of which nothing is logged.
    pub(crate) fn response(&self) -> HttpResponse {
        let status = self.word.status();
        let extra = &*self.extra;
        let mut response = HttpResponse::build(status);
        if let Some(retry_after) = extra.retry_after {
            response.insert_header((RETRY_AFTER, retry_after.as_secs().max(1)));
        }
        if let Some(allow) = extra.allow.as_deref().and_then(|a| HeaderValue::from_str(a).ok()) {
            response.insert_header((ALLOW, allow));
        }
        if self.word.is_of_token() {
            // RFC 6750, 3.
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        let message = extra.message.as_deref().unwrap_or(self.word.sentence());
        response.json(ProblemBody {
            code: status.as_u16(),
            status: status.canonical_reason().unwrap_or_default(),
            message,
            error: self.word.as_str(),
            field: extra.field.as_deref(),
            reason: extra.reason,
            counts: extra.counts,
            errors: extra.details.as_ref(),
            msg: self.word.is_of_token().then_some(message),
        })
    }
}
