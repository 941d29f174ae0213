//! `PUT …/alternatives/{alternative_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::question::{Alternative, check_alternative};
use estrad_domain::text::LongText;
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::alternatives::{self, AlternativeChange};
use estrad_persistence::queries::questions::{self, QuestionPath};

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of an alternative; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditAlternative {
        #[schema(value_type = Option<String>, max_length = 16384)]
        alternative: Option<LongText>,
        /// What is right, in the form of the question's type. In a question of type Single `"1"` unmarks
        /// the alternative that was right before.
        #[schema(value_type = Option<String>, max_length = 16384)]
        correct: Option<LongText>,
        /// Where it shall stand among the alternatives, from 0.
        #[schema(minimum = 0)]
        alternative_order: Option<i64>,
        /// Where its right side shall stand, from 0.
        #[schema(minimum = 0)]
        correct_order: Option<i64>,
    }
}

/// Change an alternative, or move it in either order.
#[utoipa::path(
    tag = "alternatives",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("alternative_id" = AlternativeId, Path)),
    request_body = EditAlternative,
    responses(
        (status = 200, body = Alternative),
        (status = 400, description = "`order_out_of_range`: There is no such place in the order."),
    ),
)]
#[put(
    "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}"
)]
pub(crate) async fn edit_alternative(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId, AlternativeId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditAlternative { alternative, correct, alternative_order, correct_order } =
        body.parse()?;
    let change = AlternativeChange {
        alternative: alternative.map(LongText::into_string),
        correct: correct.map(LongText::into_string),
        alternative_order,
        correct_order,
    };
    let (competition_id, slide_id, question_id, id) = path.into_inner();
    let path = QuestionPath { competition_id, slide_id, question_id };
    edit.apply(move |connection| {
        let question = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        if let Some(correct) = &change.correct {
            check_alternative(question.question_type, correct)?;
        }
        alternatives::update(connection, &question, id, &change)
            .on_missing(ErrorWord::AlternativeNotFound)
    })
    .await
}
