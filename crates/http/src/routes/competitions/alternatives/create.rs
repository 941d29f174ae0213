//! `POST …/questions/{question_id}/alternatives`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::question::{Alternative, check_alternative, kind};
use estrad_domain::text::LongText;
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// An alternative to be. Everything may be left out, the body too.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateAlternative {
        #[schema(value_type = Option<String>, max_length = 16384)]
        alternative: Option<LongText>,
        /// What is right, in the form of the question's type. In a question of type Single `"1"` unmarks
        /// the alternative that was right before.
        #[schema(value_type = Option<String>, max_length = 16384)]
        correct: Option<LongText>,
    }
}

/// Add an alternative after the others, in both orders.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path)),
    request_body = Option<CreateAlternative>,
    responses(
        (status = 200, body = Alternative),
        (status = 409, description = "`too_many`: The question has as many alternatives as its type may have."),
    ),
)]
#[post("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives")]
pub(crate) async fn create_alternative(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let CreateAlternative { alternative, correct } = body.parse()?;
    let text = alternative.map(LongText::into_string).unwrap_or_default();
    let correct = correct.map(LongText::into_string).unwrap_or_default();
    let path = QuestionPath::from(path.into_inner());
    edit.apply(move |connection| {
        let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        check_alternative(question.question_type, &correct)?;
        let limit = kind(question.question_type).most_alternatives();
        if alternatives::count(connection, question.id)? >= limit {
            return Err(StorageError::TooMany { what: "alternatives", limit }.into());
        }
        Ok(alternatives::append(connection, &question, &text, &correct)?)
    })
    .await
}
