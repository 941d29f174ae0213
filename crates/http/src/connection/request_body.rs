//! The body of a request, watched: who answers without reading it closes the connection.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_http::error::PayloadError;
use actix_http::{BoxedPayloadStream, Payload};
use bytes::Bytes;
use futures_util::Stream;

/// Pieces that are taken from what has arrived, at the end, to see whether that was all.
const MAX_PIECES: usize = 64;

/// A body that is read by somebody else.
pub(crate) struct RequestBody(Rc<RefCell<Watched>>);

struct Watched {
    payload: Payload,
    ended: bool,
}

impl RequestBody {
    /// The watcher of a body, and what is to be read in its place.
    pub(crate) fn watch(payload: Payload) -> (Self, Payload) {
        let watched = Rc::new(RefCell::new(Watched { payload, ended: false }));
        let stream: BoxedPayloadStream = Box::pin(Reader(watched.clone()));
        (Self(watched), Payload::Stream { payload: stream })
    }

    /// Whether all of it has arrived. What arrived and was not read is dropped.
    pub(crate) fn has_arrived(&self) -> bool {
        let mut watched = self.0.borrow_mut();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..MAX_PIECES {
            if watched.ended || watched.poll_next(&mut context).is_pending() {
                break;
            }
        }
        watched.ended
    }
}

impl Watched {
    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = Pin::new(&mut self.payload).poll_next(context);
        // After a fault nothing of it can be read any more, and actix closes without being told.
        self.ended = matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }
}

struct Reader(Rc<RefCell<Watched>>);

impl Stream for Reader {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next(context)
    }
}
