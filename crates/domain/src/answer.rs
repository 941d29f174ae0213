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

/// An answer of a team at a time when none are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Answers are not taken now.")]
pub struct AnswersLocked;

/// What goes on in a competition when an answer comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Whether a presentation of it is going on.
    pub presentation_active: bool,
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

    /// Whether answers are taken from them at this moment: from a team while its competition is
    /// presented, from those who correct at any time.
    ///
    /// The slide that is shown and its timer join the rule with the live presentation.
    ///
    /// # Errors
    /// [`AnswersLocked`].
    pub fn check_moment(&self, moment: Moment) -> Result<(), AnswersLocked> {
        match self {
            Self::Team if !moment.presentation_active => Err(AnswersLocked),
            Self::Team | Self::Judge(_) | Self::Staff(_) => Ok(()),
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
    fn only_teams_wait_for_a_presentation() {
        let (closed, open) =
            (Moment { presentation_active: false }, Moment { presentation_active: true });
        let team = AnsweredBy::new(&screen(View::Team), None).expect("needs no reason");
        assert_eq!(team.check_moment(closed), Err(AnswersLocked));
        assert_eq!(team.check_moment(open), Ok(()));
        let judge = AnsweredBy::new(&screen(View::Judge), reason("x")).expect("has one");
        for by in [judge, AnsweredBy::Staff(None)] {
            assert_eq!(by.check_moment(closed), Ok(()));
        }
    }
}
