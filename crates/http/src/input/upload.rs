//! Receiving files: streams into temporary files, never a whole in memory.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, ContentDisposition};
use actix_web::web::{Bytes, Payload};
use estrad_media::{Incoming, MediaError, Upload};
use futures_util::{Stream, StreamExt as _};
use tokio::time::Instant;

use crate::problem::{ErrorWord, Problem};

/// How long nothing may arrive.
const IDLE: Duration = Duration::from_secs(30);
/// How long a file may take at least, whatever its size.
const BASE_PATIENCE: Duration = Duration::from_secs(60);
/// How fast a file has to arrive on the whole, in bytes a second.
const LEAST_SPEED: u64 = 32 * 1024;
/// What a form may have besides its file, in bytes: heads, boundaries, small fields.
const OVERHEAD: u64 = 64 * 1024;

/// Where a file goes as it arrives.
pub(crate) trait Sink {
    /// Appends a piece.
    fn write(&mut self, piece: Bytes) -> impl Future<Output = Result<(), MediaError>>;
}

impl Sink for Upload {
    fn write(&mut self, piece: Bytes) -> impl Future<Output = Result<(), MediaError>> {
        Self::write(self, piece)
    }
}

impl Sink for Incoming {
    fn write(&mut self, piece: Bytes) -> impl Future<Output = Result<(), MediaError>> {
        Self::write(self, piece)
    }
}

/// A file that has arrived in a form.
pub(crate) struct Sent<S> {
    /// Where it went.
    pub(crate) sink: S,
    /// Its name as it was sent: nothing to rely on.
    pub(crate) name: String,
}

/// Receives the first file of one of the fields of a form. Other fields, and more files, are read and
/// thrown away, within the limit.
pub(crate) async fn form<S: Sink>(
    request: &HttpRequest,
    payload: Payload,
    limit: u64,
    fields: &[&'static str],
    begin: impl AsyncFn() -> Result<S, MediaError>,
) -> Result<Sent<S>, Problem> {
    let arrival = Arrival::expect(request, limit.saturating_add(OVERHEAD))?;
    let mut parts = Multipart::new(request.headers(), arrival.limited(payload));
    let unreadable = |_| arrival.problem();
    let mut found = None;
    while let Some(mut field) = arrival.of(parts.next()).await?.transpose().map_err(unreadable)? {
        let wanted = field.name().is_some_and(|name| fields.contains(&name));
        let mut sink = if wanted && found.is_none() { Some(begin().await?) } else { None };
        while let Some(piece) = arrival.of(field.next()).await? {
            let piece = piece.map_err(unreadable)?;
            if let Some(sink) = &mut sink {
                sink.write(piece).await?;
            }
        }
        if let Some(sink) = sink {
            found = Some(Sent { sink, name: name_of(&field) });
        }
    }
    found.ok_or_else(|| Problem::from(ErrorWord::MissingFile).with_field(fields[0]))
}

/// Receives a body that is a file.
pub(crate) async fn body<S: Sink>(
    request: &HttpRequest,
    payload: Payload,
    limit: u64,
    begin: impl AsyncFn() -> Result<S, MediaError>,
) -> Result<S, Problem> {
    let arrival = Arrival::expect(request, limit)?;
    let mut pieces = std::pin::pin!(arrival.limited(payload));
    let mut sink = begin().await?;
    while let Some(piece) = arrival.of(pieces.next()).await? {
        sink.write(piece.map_err(|_| arrival.problem())?).await?;
    }
    Ok(sink)
}

/// How much has arrived, and how much may.
struct Arrival {
    begun: Instant,
    limit: u64,
    /// Bytes that may still come; none when it were too many.
    left: Rc<Cell<Option<u64>>>,
}

impl Arrival {
    fn expect(request: &HttpRequest, limit: u64) -> Result<Self, Problem> {
        let declared = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit) {
            return Err(ErrorWord::FileTooLarge.into());
        }
        Ok(Self { begun: Instant::now(), limit, left: Rc::new(Cell::new(Some(limit))) })
    }

    /// Ends with an error when more comes than is left.
    fn limited(&self, payload: Payload) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
        let left = Rc::clone(&self.left);
        payload.map(move |piece| {
            let piece = piece?;
            left.set(left.get().and_then(|left| left.checked_sub(piece.len() as u64)));
            left.get().map(|_| piece).ok_or(PayloadError::Overflow)
        })
    }

    /// Waits for what comes next, but not for ever, and not for what trickles.
    async fn of<T>(&self, next: impl Future<Output = T>) -> Result<T, Problem> {
        let received = self.limit - self.left.get().unwrap_or_default();
        let due = self.begun + BASE_PATIENCE + Duration::from_secs(received / LEAST_SPEED);
        let until = due.min(Instant::now() + IDLE);
        tokio::time::timeout_at(until, next).await.map_err(|_| ErrorWord::RequestTimeout.into())
    }

    /// What is wrong when what came can't be read.
    fn problem(&self) -> Problem {
        match self.left.get() {
            None => ErrorWord::FileTooLarge.into(),
            Some(_) => ErrorWord::InvalidRequest.into(),
        }
    }
}

/// The name that the file was sent with, in UTF-8 where the sender said so (RFC 8187).
fn name_of(field: &Field) -> String {
    let disposition = field.content_disposition();
    let extended = disposition.and_then(ContentDisposition::get_filename_ext);
    let extended = extended.map(|name| String::from_utf8_lossy(&name.value).into_owned());
    let plain = || disposition.and_then(ContentDisposition::get_filename).map(str::to_owned);
    extended.or_else(plain).unwrap_or_default()
}
