//! Files that competitions show.

use std::collections::BTreeSet;

use diesel::prelude::*;
use estrad_domain::types::MediaType;
use estrad_domain::{CompetitionId, MediaId};

use crate::queries::{known, text_media as texts};
use crate::schema::{competitions, components, media, slides, text_media};
use crate::{AnyConnection, Result};

/// Ids bound to one statement, at most.
const CHUNK: usize = 500;

/// The files that a competition shows.
///
/// # Errors
/// Of the database.
pub fn used_in(connection: &mut AnyConnection, id: CompetitionId) -> Result<BTreeSet<MediaId>> {
    let backgrounds = competitions::table
        .filter(competitions::id.eq(id.0))
        .select(competitions::background_image_id)
        .load::<Option<i64>>(connection)?;
    let of_slides = slides::table
        .filter(slides::competition_id.eq(id.0))
        .select(slides::background_image_id)
        .load::<Option<i64>>(connection)?;
    let of_components = components::table
        .inner_join(slides::table)
        .filter(slides::competition_id.eq(id.0))
        .select(components::media_id)
        .load::<Option<i64>>(connection)?;
    let of_texts = texts::of_competition(connection, id)?;
    let placed = backgrounds.into_iter().chain(of_slides).chain(of_components);
    Ok(placed.flatten().map(MediaId).chain(of_texts).collect())
}

/// Those of the files that nothing shows but these competitions.
///
/// # Errors
/// Of the database.
pub fn unused(
    connection: &mut AnyConnection,
    files: &BTreeSet<MediaId>,
    but_for: &[CompetitionId],
) -> Result<Vec<(MediaId, MediaType)>> {
    let ids: Vec<i64> = files.iter().map(|id| id.0).collect();
    let mut unused = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let mut uses = competitions::table
            .filter(competitions::background_image_id.eq_any(ids))
            .select((competitions::background_image_id.assume_not_null(), competitions::id))
            .load::<(i64, i64)>(connection)?;
        uses.extend(
            slides::table
                .filter(slides::background_image_id.eq_any(ids))
                .select((slides::background_image_id.assume_not_null(), slides::competition_id))
                .distinct()
                .load::<(i64, i64)>(connection)?,
        );
        uses.extend(
            components::table
                .inner_join(slides::table)
                .filter(components::media_id.eq_any(ids))
                .select((components::media_id.assume_not_null(), slides::competition_id))
                .distinct()
                .load::<(i64, i64)>(connection)?,
        );
        uses.extend(
            text_media::table
                .inner_join(components::table.inner_join(slides::table))
                .filter(text_media::media_id.eq_any(ids))
                .select((text_media::media_id.assume_not_null(), slides::competition_id))
                .distinct()
                .load::<(i64, i64)>(connection)?,
        );
        let used: BTreeSet<i64> = uses
            .into_iter()
            .filter(|(_, of)| !but_for.contains(&CompetitionId(*of)))
            .map(|(id, _)| id)
            .collect();
        let there = media::table
            .filter(media::id.eq_any(ids))
            .order(media::id)
            .select((media::id, media::type_id))
            .load::<(i64, i64)>(connection)?;
        for (id, type_id) in there.into_iter().filter(|(id, _)| !used.contains(id)) {
            unused.push((id.into(), known(MediaType::try_from(type_id))?));
        }
    }
    Ok(unused)
}
