//! Receiving a form with a file: a stream into a temporary file, never a whole in memory.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, ContentDisposition};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage as _, HttpRequest};
use estrad_domain::types::MediaType;
use estrad_media::{Library, Upload};
use futures_util::{Stream, StreamExt as _};

use crate::problem::{ErrorWord, Problem};

/// How long nothing may arrive.
const IDLE: Duration = Duration::from_secs(30);
/// How long a form may take at least, whatever its size.
const BASE_PATIENCE: Duration = Duration::from_secs(60);
/// How fast a form has to arrive on the whole, in bytes a second.
const LEAST_SPEED: u64 = 32 * 1024;
/// What a form may have besides its file, in bytes: heads, boundaries, small fields.
const OVERHEAD: u64 = 64 * 1024;

/// A file that has arrived.
pub(super) struct SentFile {
    pub(super) upload: Upload,
    /// As it was sent: nothing to rely on.
    pub(super) name: String,
}

/// Receives the first file of the field that goes with the type. Other fields, and more files, are
/// read and thrown away, within the limit.
pub(super) async fn receive(
    library: &Library,
    request: &HttpRequest,
    payload: Payload,
    media_type: MediaType,
) -> Result<SentFile, Problem> {
    if !request.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(ErrorWord::UnsupportedMediaType.into());
    }
    let limit = library.limits().of(media_type).saturating_add(OVERHEAD);
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(ErrorWord::FileTooLarge.into());
    }
    let left = Rc::new(Cell::new(Some(limit)));
    let mut form =
        Form { parts: Multipart::new(request.headers(), limited(payload, Rc::clone(&left))), left };
    let patience = BASE_PATIENCE + Duration::from_secs(limit / LEAST_SPEED);
    let receiving = Box::pin(form.receive(library, media_type));
    tokio::time::timeout(patience, receiving)
        .await
        .map_err(|_| Problem::from(ErrorWord::RequestTimeout))?
}

/// Ends with an error when more comes than is left.
fn limited(
    payload: Payload,
    left: Rc<Cell<Option<u64>>>,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    payload.map(move |piece| {
        let piece = piece?;
        left.set(left.get().and_then(|left| left.checked_sub(piece.len() as u64)));
        left.get().map(|_| piece).ok_or(PayloadError::Overflow)
    })
}

struct Form {
    parts: Multipart,
    /// Bytes that may still come; none when it were too many.
    left: Rc<Cell<Option<u64>>>,
}

impl Form {
    async fn receive(
        &mut self,
        library: &Library,
        media_type: MediaType,
    ) -> Result<SentFile, Problem> {
        let field_name = match media_type {
            MediaType::Image => "image",
            MediaType::Video => "video",
        };
        let mut found = None;
        while let Some(mut field) =
            arrives(self.parts.next()).await?.transpose().map_err(|error| self.problem(&error))?
        {
            let wanted = found.is_none() && field.name() == Some(field_name);
            let mut upload = if wanted { Some(library.begin(media_type).await?) } else { None };
            while let Some(piece) = arrives(field.next()).await? {
                let piece = piece.map_err(|error| self.problem(&error))?;
                if let Some(upload) = &mut upload {
                    upload.write(piece).await?;
                }
            }
            if let Some(upload) = upload {
                found = Some(SentFile { upload, name: name_of(&field) });
            }
        }
        found.ok_or_else(|| Problem::from(ErrorWord::MissingFile).with_field(field_name))
    }

    /// What is wrong when the form can't be read.
    fn problem(&self, _: &MultipartError) -> Problem {
        match self.left.get() {
            None => ErrorWord::FileTooLarge.into(),
            Some(_) => ErrorWord::InvalidRequest.into(),
        }
    }
}

async fn arrives<T>(next: impl Future<Output = T>) -> Result<T, Problem> {
    tokio::time::timeout(IDLE, next).await.map_err(|_| ErrorWord::RequestTimeout.into())
}

/// The name that the file was sent with, in UTF-8 where the sender said so (RFC 8187).
fn name_of(field: &Field) -> String {
    let disposition = field.content_disposition();
    let extended = disposition.and_then(ContentDisposition::get_filename_ext);
    let extended = extended.map(|name| String::from_utf8_lossy(&name.value).into_owned());
    let plain = || disposition.and_then(ContentDisposition::get_filename).map(str::to_owned);
    extended.or_else(plain).unwrap_or_default()
}
