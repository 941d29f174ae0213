//! The body of an answer, watched: the request is over once it has been handed over.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use super::phase::Serving;

/// A body, and the request that it answers.
pub(crate) struct AnswerBody {
    body: BoxBody,
    /// Dropped with the body.
    _serving: Option<Serving>,
}

impl AnswerBody {
    pub(crate) fn new(body: BoxBody, serving: Option<Serving>) -> Self {
        Self { body, _serving: serving }
    }
}

impl MessageBody for AnswerBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
