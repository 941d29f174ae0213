//! The rich competition: all of it in one answer, as every view loads it once.

use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Score};
use crate::competition::Competition;
use crate::component::Component;
use crate::question::{Alternative, Question};
use crate::slide::Slide;
use crate::team::Team;

/// A competition with all of its parts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RichCompetition {
    /// The competition itself; its members stand at the top level.
    #[serde(flatten)]
    pub competition: Competition,
    /// In the order of `order`.
    pub slides: Vec<RichSlide>,
    /// In the order of their ids.
    pub teams: Vec<RichTeam>,
}

/// A slide with what is on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RichSlide {
    /// The slide itself; its members stand at the top level.
    #[serde(flatten)]
    pub slide: Slide,
    /// In the order of their ids.
    pub questions: Vec<RichQuestion>,
    /// In the order of their ids.
    pub components: Vec<Component>,
}

/// A question with its alternatives.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RichQuestion {
    /// The question itself; its members stand at the top level.
    #[serde(flatten)]
    pub question: Question,
    /// In the order of their ids.
    pub alternatives: Vec<Alternative>,
}

/// A team with what it answered and was given.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RichTeam {
    /// The team itself; its members stand at the top level.
    #[serde(flatten)]
    pub team: Team,
    /// In the order of their ids.
    pub question_alternative_answers: Vec<Answer>,
    /// In the order of their ids.
    pub question_scores: Vec<Score>,
}
