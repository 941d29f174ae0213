//! What teams and the audience may know of, as the newest presentation has shown it.

use std::collections::HashSet;

use diesel::prelude::*;
use estrad_domain::types::{QuestionType, View};
use estrad_domain::views::Views;
use estrad_domain::visible::Visible;
use estrad_domain::{AlternativeId, CompetitionId, MediaId, QuestionId};

use super::{known, presentations};
use crate::schema::{alternatives, competitions, components, questions, slides, text_media};
use crate::{AnyConnection, Result};

/// What teams and the audience may know of.
pub fn to_the_public(
    connection: &mut AnyConnection,
    id: CompetitionId,
    views: Views,
) -> Result<Visible> {
    let newest = match views {
        Views::Legacy => None,
        Views::AsShown => presentations::latest(connection, id)?,
    };
    Ok(Visible::to_the_public(views, newest.as_ref()))
}

/// The questions of a competition that are visible.
pub fn questions(
    connection: &mut AnyConnection,
    id: CompetitionId,
    visible: &Visible,
) -> Result<HashSet<QuestionId>> {
    let rows = questions::table
        .inner_join(slides::table)
        .filter(slides::competition_id.eq(id.0))
        .select((questions::id, questions::slide_id))
        .load::<(i64, i64)>(connection)?;
    let seen = rows.into_iter().filter(|(_, slide)| visible.slide((*slide).into()));
    Ok(seen.map(|(question, _)| QuestionId(question)).collect())
}

/// The alternatives of a competition that are visible.
pub fn alternatives(
    connection: &mut AnyConnection,
    id: CompetitionId,
    visible: &Visible,
) -> Result<HashSet<AlternativeId>> {
    let rows = alternatives::table
        .inner_join(questions::table.inner_join(slides::table))
        .filter(slides::competition_id.eq(id.0))
        .select((
            alternatives::id,
            alternatives::alternative_order,
            questions::slide_id,
            questions::type_id,
        ))
        .load::<(i64, i32, i64, i64)>(connection)?;
    let mut seen = HashSet::new();
    for (alternative, place, slide, type_id) in rows {
        let question_type = known(QuestionType::try_from(type_id))?;
        if visible.alternative(slide.into(), question_type, place) {
            seen.insert(AlternativeId(alternative));
        }
    }
    Ok(seen)
}

/// Whether teams or the audience are shown a file: behind the slides, or on one that is visible.
pub fn shows_media(
    connection: &mut AnyConnection,
    id: CompetitionId,
    visible: &Visible,
    media_id: MediaId,
) -> Result<bool> {
    let behind_all =
        competitions::table.find(id.0).filter(competitions::background_image_id.eq(media_id.0));
    if diesel::select(diesel::dsl::exists(behind_all)).get_result::<bool>(connection)? {
        return Ok(true);
    }
    let to_the_public = [View::Team.id(), View::Audience.id()];
    let mut on: Vec<i64> = slides::table
        .filter(slides::competition_id.eq(id.0))
        .filter(slides::background_image_id.eq(media_id.0))
        .select(slides::id)
        .load(connection)?;
    on.extend(
        components::table
            .inner_join(slides::table)
            .filter(slides::competition_id.eq(id.0))
            .filter(components::view_type_id.eq_any(to_the_public))
            .filter(components::media_id.eq(media_id.0))
            .select(slides::id)
            .load::<i64>(connection)?,
    );
    on.extend(
        text_media::table
            .inner_join(components::table.inner_join(slides::table))
            .filter(slides::competition_id.eq(id.0))
            .filter(components::view_type_id.eq_any(to_the_public))
            .filter(text_media::media_id.eq(media_id.0))
            .select(slides::id)
            .load::<i64>(connection)?,
    );
    Ok(on.into_iter().any(|slide| visible.slide(slide.into())))
}
