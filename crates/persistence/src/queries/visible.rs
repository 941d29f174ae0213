//! What teams and the audience may know of, as the newest presentation has shown it.

use std::collections::HashSet;

use diesel::prelude::*;
use estrad_domain::types::QuestionType;
use estrad_domain::views::Views;
use estrad_domain::visible::Visible;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId};

use super::{known, presentations};
use crate::schema::{alternatives, questions, slides};
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
