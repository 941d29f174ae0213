//! `POST …/slides/{slide_id}/questions`

use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use estrad_domain::question::{Question, QuestionShape, check_question, kind};
use estrad_domain::text::{LongText, Title};
use estrad_domain::types::QuestionType;
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::Error as StorageError;
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, NewQuestion, QuestionPath};

use crate::access::may;
use crate::editing::Edit;
use crate::input::{Body, Tolerance, TotalScore, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// A question to be.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct CreateQuestion {
        #[schema(value_type = Option<String>, max_length = 254, example = "Klimatberäkning")]
        name: Option<Title>,
        type_id: QuestionType,
        /// 0 when left out.
        #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000000)]
        total_score: Option<TotalScore>,
        /// For the judges.
        #[schema(value_type = Option<String>, max_length = 16384)]
        correcting_instructions: Option<LongText>,
        /// For type 6: how far from the right number an answer may be.
        #[schema(value_type = Option<f64>, minimum = 0)]
        tolerance: Option<Tolerance>,
        /// For a sub-question: its question, on the same slide.
        parent_id: Option<QuestionId>,
    }
}

/// Add a question to a slide, with one alternative where its type is answered at one.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path)),
    request_body = CreateQuestion,
    responses(
        (status = 200, body = Question),
        (status = 409, description = "`too_many`: A slide has no more than 200 questions."),
    ),
)]
#[post("/api/competitions/{competition_id}/slides/{slide_id}/questions")]
pub(crate) async fn create_question(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId)>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let CreateQuestion {
        name,
        type_id,
        total_score,
        correcting_instructions,
        tolerance,
        parent_id,
    } = body.parse()?;
    let new = NewQuestion {
        name: name.map(Title::into_string).unwrap_or_default(),
        total_score: total_score.map_or(0, |score| score.0),
        question_type: type_id,
        correcting_instructions: correcting_instructions.map(LongText::into_string),
        tolerance: tolerance.map(|tolerance| tolerance.0),
        parent_id,
    };
    let (competition_id, slide_id) = path.into_inner();
    edit.apply(move |connection| {
        let parent = match parent_id {
            Some(question_id) => {
                let path = QuestionPath { competition_id, slide_id, question_id };
                let unknown = |error| match error {
                    StorageError::NotFound => {
                        Problem::body_field("parent_id", "There is no such question on the slide.")
                    }
                    other => other.into(),
                };
                Some(questions::get(connection, path).map_err(unknown)?)
            }
            None => None,
        };
        check_question(&QuestionShape {
            id: None,
            slide_id,
            question_type: new.question_type,
            total_score: new.total_score,
            tolerance: new.tolerance,
            parent: parent.as_ref(),
            children: &[],
            alternatives: &[],
        })?;
        let question = questions::insert(connection, competition_id, slide_id, &new)
            .on_missing(ErrorWord::SlideNotFound)?;
        for _ in 0..kind(new.question_type).starting_alternatives() {
            alternatives::append(connection, &question, "", "")?;
        }
        Ok(question)
    })
    .await
}
