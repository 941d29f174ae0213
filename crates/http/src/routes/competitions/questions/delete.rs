//! `DELETE …/questions/{question_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, delete};
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::editing::Edit;
use crate::problem::{ErrorWord, OnConflict, Problem};

/// Delete a question with its alternatives, its sub-questions, the components that show it, and
/// what was answered and scored.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path)),
    responses((status = 204)),
)]
#[delete("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}")]
pub(crate) async fn delete_question(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
) -> Result<HttpResponse, Problem> {
    let path = QuestionPath::from(path.into_inner());
    edit.apply_silently(move |connection| {
        questions::delete(connection, path).on_missing(ErrorWord::QuestionNotFound)
    })
    .await
}
