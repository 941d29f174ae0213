//! The ids in a path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::unmatched;

/// The ids in a path, to be read by [`Ids::parse`] once the caller is known.
///
/// actix's own `Path` answers before the caller is asked about. That does where nobody sends
/// anything but ids; front-ends do send teams that are none, from screens that may not.
#[derive(Debug)]
pub(crate) struct Ids(HttpRequest);

impl FromRequest for Ids {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}

impl Ids {
    /// Reads the ids, in the order of the path.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.0.match_info().load().map_err(|_| unmatched::no_such_id(&self.0))
    }
}
