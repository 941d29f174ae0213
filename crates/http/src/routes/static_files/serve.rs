//! Answering with a file, read as fast as it is taken.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY, ETAG, EntityTag, Header as _, HeaderValue, IfNoneMatch,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError as _};
use estrad_domain::types::MediaType;
use estrad_media::{ContentHash, MediaError, Part, Reader};
use estrad_persistence::queries::media;
use futures_util::{Stream, stream};

use super::range::{Wanted, wanted};
use crate::app::App;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// How much is read at once.
const PIECE: u64 = 64 * 1024;
/// Longer names were never given out.
const MAX_NAME: usize = 100;
/// A name means the same content for ever: a year is as long as caches are told of.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Opened as a page of its own, a file may load and do nothing.
const NOTHING: &str = "default-src 'none'; sandbox";

/// Answers with the file of that name, or with the part of it that is asked for.
pub(super) async fn serve(
    app: &App,
    request: &HttpRequest,
    filename: &str,
    media_type: MediaType,
    part: Part,
) -> Result<HttpResponse, Problem> {
    if filename.len() > MAX_NAME || filename.contains('\0') {
        return Err(ErrorWord::MediaNotFound.into());
    }
    let name = filename.to_owned();
    let found =
        app.database.read(move |connection| media::find_file(connection, &name, media_type));
    let file = found.await.on_missing(ErrorWord::MediaNotFound)?;
    let hash = ContentHash::parse(&file.content_hash)
        .ok_or_else(|| Problem::from(ErrorWord::MediaNotFound))?;
    let tag = EntityTag::new_strong(match part {
        Part::Original => hash.to_string(),
        Part::Thumbnail => format!("{hash}-thumbnail"),
    });
    let mut answer = HttpResponse::build(StatusCode::OK);
    answer
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, NOTHING))
        // Pages of other origins show images too.
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"))
        .insert_header((ACCEPT_RANGES, "bytes"));
    if is_known(request, &tag) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    let reader = match app.library.read(&hash, part).await {
        Err(MediaError::NotFound) => {
            tracing::error!(filename, %hash, "the file of a row is missing");
            return Err(ErrorWord::MediaNotFound.into());
        }
        reader => reader?,
    };
    // Names are of characters that need no quoting.
    answer.content_type(file.content_type).insert_header((
        CONTENT_DISPOSITION,
        HeaderValue::from_str(&format!("inline; filename=\"{filename}\""))
            .unwrap_or(HeaderValue::from_static("inline")),
    ));
    Ok(with_body(request, answer, reader, &tag))
}

fn with_body(
    request: &HttpRequest,
    mut answer: HttpResponseBuilder,
    reader: Reader,
    tag: &EntityTag,
) -> HttpResponse {
    let size = reader.size();
    let (first, last) = match wanted(request, size, &tag.to_string()) {
        Wanted::Whole => return answer.body(SizedStream::new(size, pieces(reader, 0, size))),
        Wanted::Part(first, last) => (first, last),
        Wanted::Nothing => {
            let mut problem = Problem::from(ErrorWord::RangeNotSatisfiable).error_response();
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
                problem.headers_mut().insert(CONTENT_RANGE, value);
            }
            return problem;
        }
    };
    answer
        .status(StatusCode::PARTIAL_CONTENT)
        .insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{size}")))
        .body(SizedStream::new(last + 1 - first, pieces(reader, first, last + 1)))
}

/// Whether the caller has it already. (HEAD has become GET by now.)
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    request.method() == Method::GET
        && match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
            Err(_) => false,
        }
}

/// The bytes from one place to before another. Ends with an error when the file ends before.
fn pieces(reader: Reader, from: u64, to: u64) -> impl Stream<Item = Result<Bytes, MediaError>> {
    stream::try_unfold((Some(reader), from), move |(reader, at)| async move {
        let Some(reader) = reader.filter(|_| at < to) else { return Ok(None) };
        let limit = usize::try_from((to - at).min(PIECE)).unwrap_or_default();
        let (reader, piece) = reader.read_at(at, limit).await?;
        if piece.is_empty() {
            return Err(MediaError::Interrupted);
        }
        let next = at + piece.len() as u64;
        Ok(Some((piece, (Some(reader), next))))
    })
}
