//! `GET …/questions/{question_id}/alternatives` and `…/alternatives/{alternative_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use estrad_domain::question::Alternative;
use estrad_domain::strip::{Viewer, hide_alternatives, strip_alternatives};
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId};
use estrad_persistence::AnyConnection;
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::problem::{ErrorWord, OnConflict, Problem};
use crate::reading::{Read, Reader};

/// List the alternatives of a question. Teams and the audience are not told what is right.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("ReadCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path)),
    responses((status = 200, body = Vec<Alternative>)),
)]
#[get("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives")]
pub(crate) async fn list_alternatives(
    read: Read<may::ReadCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
) -> Result<HttpResponse, Problem> {
    let path = QuestionPath::from(path.into_inner());
    let reader = read.reader();
    read.part(move |connection| all(connection, path, reader)).await
}

/// Read an alternative. Teams and the audience are not told what is right.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("ReadCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("alternative_id" = AlternativeId, Path)),
    responses((status = 200, body = Alternative)),
)]
#[get(
    "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}"
)]
pub(crate) async fn read_alternative(
    read: Read<may::ReadCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId, AlternativeId)>,
) -> Result<HttpResponse, Problem> {
    let (competition_id, slide_id, question_id, id) = path.into_inner();
    let path = QuestionPath { competition_id, slide_id, question_id };
    let reader = read.reader();
    read.part(move |connection| {
        // All of them are needed: the right sides of a Match are dealt anew over its rows.
        let all = all(connection, path, reader)?;
        let found = all.into_iter().find(|alternative| alternative.id == id);
        found.ok_or_else(|| ErrorWord::AlternativeNotFound.into())
    })
    .await
}

fn all(
    connection: &mut AnyConnection,
    path: QuestionPath,
    reader: Reader,
) -> Result<Vec<Alternative>, Problem> {
    let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
    let visible = reader.visible(connection)?;
    if !visible.slide(question.slide_id) {
        return Err(ErrorWord::QuestionNotFound.into());
    }
    let mut all = alternatives::all(connection, question.id)?;
    if reader.viewer != Viewer::Trusted {
        hide_alternatives(question.slide_id, question.question_type, &mut all, &visible);
        strip_alternatives(question.question_type, &mut all);
    }
    Ok(all)
}
