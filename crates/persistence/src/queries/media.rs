//! Uploaded files, as far as other aggregates show them.

use estrad_domain::MediaId;
use estrad_domain::media::Media;
use estrad_domain::types::MediaType;

use diesel::prelude::*;

use crate::schema::media;
use crate::{AnyConnection, Error, Result};

pub(super) type MediaRow = (i64, String, i64, Option<i64>);

pub(super) const COLUMNS: (media::id, media::filename, media::type_id, media::upload_by_id) =
    (media::id, media::filename, media::type_id, media::upload_by_id);

pub(super) fn media_of((id, filename, type_id, upload_by_id): MediaRow) -> Result<Media> {
    Ok(Media {
        id: id.into(),
        filename,
        media_type: MediaType::try_from(type_id).map_err(|e| Error::UnknownValue(e.to_string()))?,
        upload_by_id: upload_by_id.map(Into::into),
    })
}

/// Checks that there is such an image, for rows that are about to refer to it.
pub(super) fn require_image(
    connection: &mut AnyConnection,
    id: MediaId,
    field: &'static str,
) -> Result<()> {
    let image = media::table.find(id.0).filter(media::type_id.eq(MediaType::Image.id()));
    let found = diesel::select(diesel::dsl::exists(image)).get_result::<bool>(connection)?;
    if found { Ok(()) } else { Err(Error::MissingReference(field)) }
}

/// Width and height of an image, in pixels.
///
/// # Errors
/// [`Error::NotFound`], also for what is no image.
pub fn image_size(connection: &mut AnyConnection, id: MediaId) -> Result<(i32, i32)> {
    let sides = media::table.find(id.0).select((media::width, media::height));
    match sides.first::<(Option<i32>, Option<i32>)>(connection)? {
        (Some(width), Some(height)) => Ok((width, height)),
        _ => Err(Error::NotFound),
    }
}
