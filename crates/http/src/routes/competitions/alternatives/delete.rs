//! `DELETE …/alternatives/{alternative_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete an alternative with what was answered at it; both orders close up.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("alternative_id" = AlternativeId, Path)),
    responses((status = 204)),
)]
#[delete(
    "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}"
)]
pub(crate) async fn delete_alternative(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId, AlternativeId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, question_id, id) = path.into_inner();
    let path = QuestionPath { competition_id, slide_id, question_id };
    edit.apply_silently(move |connection| {
        let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        alternatives::delete(connection, &question, id).on_missing(ErrorWord::AlternativeNotFound)
    })
    .await
}
