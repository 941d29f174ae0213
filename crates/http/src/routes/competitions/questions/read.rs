//! `GET …/slides/{slide_id}/questions` and `…/questions/{question_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::question::Question;
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::Read;

/// List the questions of a slide, without their alternatives.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    responses((status = 200, body = Vec<Question>)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}/questions")]
pub(crate) async fn list_questions(
    read: Read<may::ReadParts>,
    path: Path<(CompetitionId, SlideId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id) = path.into_inner();
    read.part(move |connection| {
        questions::all(connection, competition_id, slide_id).on_missing(ErrorWord::SlideNotFound)
    })
    .await
}

/// Read a question, without its alternatives.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("ReadParts"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path)),
    responses((status = 200, body = Question)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}")]
pub(crate) async fn read_question(
    read: Read<may::ReadParts>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
) -> Result<HttpResponse, Problem> {
    let path = QuestionPath::from(path.into_inner());
    read.part(move |connection| {
        questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)
    })
    .await
}
