//! What teams answered and which points they got for it.

use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::points::Points;
use crate::principal::{Principal, Screen};
use crate::text::BoundedText;
use crate::types::View;
use crate::{AlternativeId, AnswerId, QuestionId, ScoreId, TeamId};

/// The text of an answer: at most 4,096 characters.
pub type AnswerText = BoundedText<0, 4_096>;

/// Why somebody changed a result: at most 1,000 characters.
pub type Reason = BoundedText<0, 1_000>;

/// What a client calls an answer, so that it can send it again without harm: 1 to 64 characters.
pub type AnswerKey = BoundedText<1, 64>;

/// A team's answer at one alternative of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answer {
    #[expect(missing_docs, reason = "says itself")]
    pub id: AnswerId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_alternative_id: AlternativeId,
    /// In the form of the question's type, see [`crate::types::QuestionType`].
    pub answer: String,
}

/// A team's points for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Score {
    #[expect(missing_docs, reason = "says itself")]
    pub id: ScoreId,
    #[expect(missing_docs, reason = "says itself")]
    pub team_id: TeamId,
    #[expect(missing_docs, reason = "says itself")]
    pub question_id: QuestionId,
    #[expect(missing_docs, reason = "says itself")]
    pub score: Points,
}

/// On whose word an answer is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The team itself.
    Team,
    /// A judge, who says why.
    Judge(Reason),
    /// A user of the administration, who may say why.
    Staff(Option<Reason>),
}

/// A judge who does not say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Say why the team's answer is changed.")]
pub struct ReasonMissing;

/// The most points that somebody can give for a question, and the fewest below nothing.
pub const MOST_POINTS: Points = Points::whole(10_000);

/// Why points can't be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScoreError {
    /// More than [`MOST_POINTS`], either way.
    #[error("Must be greater than or equal to -10000 and less than or equal to 10000.")]
    OutOfBounds,
    /// A part of a point in a competition that gives whole ones.
    #[error("The competition gives whole points only.")]
    Fraction,
}

/// Whether points can be given in a competition.
///
/// # Errors
/// [`ScoreError`].
pub fn check_score(score: Points, fractions_allowed: bool) -> Result<(), ScoreError> {
    if score > MOST_POINTS || score.hundredths() < -MOST_POINTS.hundredths() {
        Err(ScoreError::OutOfBounds)
    } else if !fractions_allowed && !score.is_whole() {
        Err(ScoreError::Fraction)
    } else {
        Ok(())
    }
}

impl AnsweredBy {
    /// By whoever calls. A reason of nothing but spaces is none.
    ///
    /// # Errors
    /// [`ReasonMissing`] for a judge without one.
    pub fn new(principal: &Principal, reason: Option<Reason>) -> Result<Self, ReasonMissing> {
        let reason = reason.filter(|reason| !reason.as_str().trim().is_empty());
        match principal {
            Principal::User(_) => Ok(Self::Staff(reason)),
            Principal::Screen(Screen { view: View::Judge, .. }) => {
                reason.map(Self::Judge).ok_or(ReasonMissing)
            }
            // The policy lets no other screen but the team's give answers; if it did, the strictest
            // rule would hold for it.
            Principal::Screen(_) => Ok(Self::Team),
        }
    }

    /// Whether it is the team's own: those who correct do so at any time.
    pub fn is_team(&self) -> bool {
        matches!(self, Self::Team)
    }

    /// Why it is given, where they say so.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Judge(reason) | Self::Staff(Some(reason)) => Some(reason.as_str()),
            Self::Team | Self::Staff(None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::principal::UserPrincipal;
    use crate::types::Role;
    use crate::{CityId, CompetitionId, UserId};

    fn screen(view: View) -> Principal {
        Principal::Screen(Screen {
            competition_id: CompetitionId(1),
            view,
            team_id: (view == View::Team).then_some(TeamId(1)),
            code: Code::parse("ABC123").expect("a code"),
            waiting: crate::principal::Waiting::No,
        })
    }

    fn reason(text: &str) -> Option<Reason> {
        Some(Reason::new(text).expect("short enough"))
    }

    #[test]
    fn judges_say_why() {
        let judge = screen(View::Judge);
        for none in [None, reason(""), reason(" \t\n")] {
            assert_eq!(AnsweredBy::new(&judge, none), Err(ReasonMissing));
        }
        let why = reason("on paper").expect("a reason");
        assert_eq!(AnsweredBy::new(&judge, Some(why.clone())), Ok(AnsweredBy::Judge(why)));
        let user = UserPrincipal { id: UserId(1), role: Role::Editor, city_id: CityId(1) };
        let staff = AnsweredBy::new(&Principal::User(user), reason(" "));
        assert_eq!(staff, Ok(AnsweredBy::Staff(None)));
    }

    #[test]
    fn points_have_bounds_and_are_whole_unless_said_otherwise() {
        let points = Points::from_hundredths;
        for (hundredths, whole_only, fractions) in [
            (0, Ok(()), Ok(())),
            (1_000_000, Ok(()), Ok(())),
            (-1_000_000, Ok(()), Ok(())),
            (150, Err(ScoreError::Fraction), Ok(())),
            (-1, Err(ScoreError::Fraction), Ok(())),
            (1_000_001, Err(ScoreError::OutOfBounds), Err(ScoreError::OutOfBounds)),
            (i64::MIN, Err(ScoreError::OutOfBounds), Err(ScoreError::OutOfBounds)),
        ] {
            assert_eq!(check_score(points(hundredths), false), whole_only, "{hundredths}");
            assert_eq!(check_score(points(hundredths), true), fractions, "{hundredths}");
        }
    }
}
