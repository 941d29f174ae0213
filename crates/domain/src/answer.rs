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
    /// In the form of the question's type.
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

/// How many results there are of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResultCounts {
    /// Answers that are not empty.
    pub answers: i64,
    /// Scores, those of 0 points too.
    pub scores: i64,
    /// Teams that have any of them.
    pub teams: i64,
}

impl ResultCounts {
    /// Whether there is nothing.
    pub fn is_empty(self) -> bool {
        self.answers == 0 && self.scores == 0
    }
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

/// The most points for a question that is worth little or nothing: extra points are given there too.
pub const LEAST_BOUND: i32 = 10_000;

/// How many times its points somebody can be given for a question.
pub const MOST_TIMES: i32 = 10;

/// The most points that somebody can be given for a question that is worth `total_score`.
pub const fn most_points(total_score: i32) -> Points {
    // Far below what an i32 holds, as a question is worth a million at most.
    let most = total_score.saturating_mul(MOST_TIMES);
    Points::whole(if most > LEAST_BOUND { most } else { LEAST_BOUND })
}

/// Which points a competition gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreRules {
    /// Parts of a point too, to the hundredth.
    pub fractions_allowed: bool,
    /// Points below 0 too.
    pub negative_allowed: bool,
}

/// Why points can't be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScoreError {
    /// More than [`most_points`], or below what the competition allows. The bounds are whole.
    #[error("Must be greater than or equal to {least} and less than or equal to {most}.")]
    OutOfBounds {
        /// In points.
        least: i64,
        /// In points.
        most: i64,
    },
    /// A part of a point in a competition that gives whole ones.
    #[error("The competition gives whole points only.")]
    Fraction,
}

impl ScoreRules {
    /// Whether points can be given for a question that is worth `total_score`.
    ///
    /// # Errors
    /// [`ScoreError`].
    pub fn check(self, score: Points, total_score: i32) -> Result<(), ScoreError> {
        let most = most_points(total_score).hundredths();
        let least = if self.negative_allowed { -most } else { 0 };
        if (least..=most).contains(&score.hundredths()) {
            let fits = self.fractions_allowed || score.is_whole();
            fits.then_some(()).ok_or(ScoreError::Fraction)
        } else {
            Err(ScoreError::OutOfBounds { least: least / 100, most: most / 100 })
        }
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
    fn points_are_whole_and_not_below_0_unless_said_otherwise() {
        let strict = ScoreRules { fractions_allowed: false, negative_allowed: false };
        let fractions = ScoreRules { fractions_allowed: true, ..strict };
        let negative = ScoreRules { negative_allowed: true, ..strict };
        let check =
            |rules: ScoreRules, hundredths| rules.check(Points::from_hundredths(hundredths), 0);
        let below = |least| Err(ScoreError::OutOfBounds { least, most: 10_000 });
        for rules in [strict, fractions, negative] {
            assert_eq!(check(rules, 0), Ok(()));
            assert_eq!(check(rules, 1_000_000), Ok(()));
            assert!(check(rules, 1_000_001).is_err());
            assert!(check(rules, i64::MAX).is_err() && check(rules, i64::MIN).is_err());
        }
        assert_eq!(check(strict, 150), Err(ScoreError::Fraction));
        assert_eq!(check(fractions, 150), Ok(()));
        assert_eq!(check(strict, -100), below(0));
        assert_eq!(check(negative, -100), Ok(()));
        assert_eq!(check(negative, -1), Err(ScoreError::Fraction));
        assert_eq!(check(negative, -1_000_000), Ok(()));
        assert_eq!(check(negative, -1_000_100), below(-10_000));
    }

    #[test]
    fn the_bound_grows_with_what_a_question_is_worth() {
        use crate::question::MAX_TOTAL_SCORE;
        for (worth, most) in [(0, 10_000), (4, 10_000), (1_000, 10_000), (1_001, 10_010)] {
            assert_eq!(most_points(worth), Points::whole(most), "{worth}");
        }
        assert_eq!(most_points(MAX_TOTAL_SCORE), Points::MAX);
        let rules = ScoreRules { fractions_allowed: false, negative_allowed: true };
        assert_eq!(rules.check(Points::MAX, MAX_TOTAL_SCORE), Ok(()));
        let told = rules.check(Points::whole(20_001), 2_000).expect_err("too many").to_string();
        let bounds = "Must be greater than or equal to -20000 and less than or equal to 20000.";
        assert_eq!(told, bounds);
    }
}
