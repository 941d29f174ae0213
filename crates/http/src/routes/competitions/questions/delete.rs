//! `DELETE …/questions/{question_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::questions::{self, QuestionPath};
use estrad_persistence::queries::results::ResultsOf;

use crate::access::may;
use crate::confirming::Confirmed;
use crate::editing::Edit;
use crate::input::Query;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a question with its alternatives, its sub-questions, the components that show it, and
/// what was answered and scored.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("confirm" = Option<bool>, Query, description = "Results may go with it")),
    responses(
        (status = 204),
        (status = 409, description = "`has_results`: There are answers or scores that would go with it, as many as `counts` says (`{answers, scores, teams}`)."),
    ),
)]
#[delete("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}")]
pub(crate) async fn delete_question(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
    query: Query,
) -> Result<HttpResponse, Problem> {
    let path = QuestionPath::from(path.into_inner());
    let confirmed = Confirmed::read(&query)?;
    edit.apply_silently(move |connection| {
        let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        confirmed.require(connection, ResultsOf::Question(question.id))?;
        questions::delete(connection, path).on_missing(ErrorWord::QuestionNotFound)
    })
    .await
}
