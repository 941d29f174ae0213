//! Whose an uploaded file is, and which cities show it: what decides who may delete it.

use diesel::dsl::exists;
use diesel::prelude::*;
use estrad_domain::{CityId, MediaId, UserId};

use crate::schema::{competitions, components, media, slides, text_media, users};
use crate::{AnyConnection, Result};

/// Whose a file is, as somebody of a city sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Who uploaded it, where that user is still there.
    pub uploaded_by: Option<UserId>,
    /// The city that it was uploaded for.
    pub city_id: Option<CityId>,
    /// Whether a competition of another city shows it.
    pub shown_elsewhere: bool,
}

/// Whose a file is, and whether a competition of another city than this one shows it.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub fn get(connection: &mut AnyConnection, id: MediaId, city_id: CityId) -> Result<Owner> {
    let (uploaded_by, of_file, of_user) = media::table
        .left_join(users::table.on(media::upload_by_id.eq(users::id.nullable())))
        .filter(media::id.eq(id.0))
        .select((media::upload_by_id, media::city_id, users::city_id.nullable()))
        .first::<(Option<i64>, Option<i64>, Option<i64>)>(connection)?;
    Ok(Owner {
        uploaded_by: uploaded_by.map(Into::into),
        // Servers of the version before don't say the city.
        city_id: of_file.or(of_user).map(Into::into),
        shown_elsewhere: is_shown_outside(connection, id, city_id)?,
    })
}

/// Whether a competition of another city shows the file: in whatever way it can be shown.
fn is_shown_outside(connection: &mut AnyConnection, id: MediaId, city_id: CityId) -> Result<bool> {
    let elsewhere = competitions::city_id.ne(city_id.0);
    let behind =
        competitions::table.filter(competitions::background_image_id.eq(id.0)).filter(elsewhere);
    let behind_slides = slides::table
        .inner_join(competitions::table)
        .filter(slides::background_image_id.eq(id.0))
        .filter(elsewhere);
    let placed = components::table
        .inner_join(slides::table.inner_join(competitions::table))
        .filter(components::media_id.eq(id.0))
        .filter(elsewhere);
    let in_texts = text_media::table
        .inner_join(components::table.inner_join(slides::table.inner_join(competitions::table)))
        .filter(text_media::media_id.eq(id.0))
        .filter(elsewhere);
    Ok(diesel::select(exists(behind)).get_result::<bool>(connection)?
        || diesel::select(exists(behind_slides)).get_result::<bool>(connection)?
        || diesel::select(exists(placed)).get_result::<bool>(connection)?
        || diesel::select(exists(in_texts)).get_result::<bool>(connection)?)
}
