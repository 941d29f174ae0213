//! `PUT …/questions/{question_id}`

use actix_web::web::Path;
use actix_web::{HttpResponse, put};
use estrad_domain::question::{Question, QuestionShape, check_question, kind};
use estrad_domain::text::{LongText, Title};
use estrad_domain::types::QuestionType;
use estrad_domain::{CompetitionId, QuestionId, SlideId};
use estrad_persistence::queries::alternatives;
use estrad_persistence::queries::questions::{self, QuestionChange, QuestionPath};
use estrad_persistence::queries::results::ResultsOf;

use crate::access::may;
use crate::confirming::Confirmed;
use crate::editing::Edit;
use crate::input::{Body, Clearable, Query, Tolerance, TotalScore, request};
use crate::problem::{ErrorWord, OnConflict, Problem};

request! {
    /// What shall change of a question; what is left out stays.
    #[derive(utoipa::ToSchema)]
    pub(crate) struct EditQuestion {
        #[schema(value_type = Option<String>, max_length = 254)]
        name: Option<Title>,
        type_id: Option<QuestionType>,
        #[schema(value_type = Option<i32>, minimum = 0, maximum = 1000000)]
        total_score: Option<TotalScore>,
        /// For the judges; null takes them away.
        #[schema(value_type = Option<String>, max_length = 16384)]
        correcting_instructions: Clearable<LongText>,
        /// For type 6; null takes it away, as does another type.
        #[schema(value_type = Option<f64>, minimum = 0)]
        tolerance: Clearable<Tolerance>,
    }
}

/// Change a question. Where its new type is answered at one alternative, there is one afterwards.
#[utoipa::path(
    tag = "questions",
    extensions(("x-permission" = json!("EditCompetition"))),
    params(("competition_id" = CompetitionId, Path), ("slide_id" = SlideId, Path), ("question_id" = QuestionId, Path), ("confirm" = Option<bool>, Query, description = "Another type, though there are results")),
    request_body = EditQuestion,
    responses(
        (status = 200, body = Question),
        (status = 409, description = "`has_results`: There are answers or scores that were given for another type, as many as `counts` says (`{answers, scores, teams}`). With `confirm` they stay as they are."),
    ),
)]
#[put("/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}")]
pub(crate) async fn edit_question(
    edit: Edit<may::EditCompetition>,
    path: Path<(CompetitionId, SlideId, QuestionId)>,
    query: Query,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let EditQuestion { name, type_id, total_score, correcting_instructions, tolerance } =
        body.parse()?;
    let confirmed = Confirmed::read(&query)?;
    let path = QuestionPath::from(path.into_inner());
    edit.apply(move |connection| {
        let before = questions::get(connection, path).on_missing(ErrorWord::QuestionNotFound)?;
        let parent = match before.parent_id {
            Some(question_id) => {
                Some(questions::get(connection, QuestionPath { question_id, ..path })?)
            }
            None => None,
        };
        let question_type = type_id.unwrap_or(before.question_type);
        let tolerance = match tolerance.0 {
            Some(given) => given.map(|tolerance| tolerance.0),
            None => before.tolerance.filter(|_| kind(question_type).takes_tolerance()),
        };
        let children = questions::child_types(connection, before.id)?;
        let rows = alternatives::all(connection, before.id)?;
        check_question(&QuestionShape {
            id: Some(before.id),
            slide_id: before.slide_id,
            question_type,
            total_score: total_score.map_or(before.total_score, |score| score.0),
            tolerance,
            parent: parent.as_ref(),
            children: &children,
            alternatives: &rows,
        })?;
        if question_type != before.question_type {
            confirmed.require(connection, ResultsOf::QuestionAlone(before.id))?;
        }
        let change = QuestionChange {
            name: name.map(Title::into_string),
            total_score: total_score.map(|score| score.0),
            question_type: type_id,
            correcting_instructions: correcting_instructions
                .0
                .map(|text| text.map(LongText::into_string)),
            tolerance: Some(tolerance),
        };
        let question = questions::update(connection, path, &change)?;
        for _ in rows.len()..kind(question_type).starting_alternatives() {
            alternatives::append(connection, &question, "", "")?;
        }
        if question_type != before.question_type {
            alternatives::settle_type(connection, &question)?;
            return Ok(questions::get(connection, path)?);
        }
        Ok(question)
    })
    .await
}
