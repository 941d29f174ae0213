//! `DELETE …/alternatives/{alternative_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, QuestionPath};
use estrad_persistence::queries::results::ResultsOf;

use crate::access::may;
use crate::confirming::Confirmed;
use crate::editing::Edit;
use crate::input::Query;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete an alternative with what was answered at it; both orders close up.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("alternative_id" = AlternativeId, Path), ("confirm" = Option<bool>, Query, description = "Results may go with it")),
    responses(
        (status = 204),
        (status = 409, description = "`has_results`: There are answers or scores that would go with it, as many as `counts` says (`{answers, scores, teams}`)."),
    ),
)]
#[delete(
    "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}"
)]
pub(crate) async fn delete_alternative(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId, AlternativeId)>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, question_id, id) = path.into_inner();
    let path = QuestionPath { competition_id, slide_id, question_id };
    let confirmed = Confirmed::read(&query)?;
    edit.apply_silently(move |connection| {
        let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        let alternative = alternatives::get(connection, question.id, id)
            .on_missing(ErrorWord::AlternativeNotFound)?;
        confirmed.require(connection, ResultsOf::Alternative(alternative.id))?;
        alternatives::delete(connection, &question, id).on_missing(ErrorWord::AlternativeNotFound)
    })
    .await
}
