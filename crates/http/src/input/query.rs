//! The query of a request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde_json::{Map, Value};

use super::{Fields, Request};
use crate::problem::Problem;

/// A query, to be read by [`Query::parse`].
#[derive(Debug)]
pub(crate) struct Query(String);

impl FromRequest for Query {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.query_string().to_owned())))
    }
}

impl Query {
    /// Reads the request out of the query. Unknown parameters and empty ones are passed over; of
    /// one that is given twice, the last one counts.
    pub(crate) fn parse<T: Request>(&self) -> Result<T, Problem> {
        // The form parser takes whatever there is: it has no errors.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&self.0).unwrap_or_default();
        let members: Map<String, Value> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, Value::String(value)))
            .collect();
        let mut fields = Fields::new(members);
        let request = T::take_from(&mut fields);
        fields.finish(request).map_err(Problem::query_fields)
    }
}
