//! Taking an answer or a score away: as if it had never been given, but for the log.
//!
//! An empty answer, by contrast, is one: the team left the place empty, and it keeps its id.

use estrad_domain::answer::{AnsweredBy, Reason};
use estrad_domain::presentation::{Answered, Event, Refusals, Scored};
use estrad_domain::{AlternativeId, QuestionId};

use super::job::{Job, Refusal, Refused, Withdrawn};
use super::judge::Verdict;
use super::scene::Scene;

impl Scene {
    /// Takes away what the team answered at an alternative. The team itself does so while it may answer.
    pub(super) fn withdraw_answer(
        &mut self,
        job: &Job,
        alternative_id: AlternativeId,
        question_id: Option<QuestionId>,
        by: &AnsweredBy,
        refusals: &Refusals,
    ) -> Result<Verdict, Refused> {
        let (asked, _) = self.questions.at(alternative_id).ok_or(Refusal::NoAlternative)?;
        if question_id.is_some_and(|named| named != asked.id) {
            return Err(Refusal::NoAlternative.into());
        }
        let (question_id, shown) = (asked.id, self.shows_answers(asked, job.arrived));
        let hidden = self.is_hidden(alternative_id);
        // What a team must not know of yet is for it as if it were not there.
        if by.is_team() && hidden {
            return Err(Refusal::NoAlternative.into());
        }
        if by.is_team() {
            // As one who leaves the place empty.
            self.check_open_at(job, alternative_id, "", refusals).map_err(Refusal::from)?;
        }
        let cell = (job.team_id, alternative_id);
        let before = self.answers.take(&cell, job.arrived).ok_or(Refusal::NoAnswer)?;
        let event = Event::Answered(Answered {
            team_id: job.team_id,
            question_id,
            question_alternative_id: alternative_id,
            answer: None,
            before: Some(before),
            cleared: Vec::new(),
            hidden,
            reason: by.reason().map(str::to_owned),
            shown,
        });
        self.events.push((job.actor.clone(), event, job.arrived));
        Ok(Verdict::Withdrawn(Withdrawn { seq: self.seq(), total: None }))
    }

    /// Takes away the points of the team for a question.
    pub(super) fn withdraw_score(
        &mut self,
        job: &Job,
        question_id: QuestionId,
        reason: Option<&Reason>,
    ) -> Result<Verdict, Refused> {
        let asked = self.questions.get(question_id).ok_or(Refusal::NoQuestion)?;
        let hidden = !self.visible.slide(asked.slide_id);
        let cell = (job.team_id, question_id);
        let before = self.scores.take(&cell, job.arrived).ok_or(Refusal::NoScore)?;
        let total = self.total(job.team_id);
        let event = Event::Scored(Scored {
            team_id: job.team_id,
            question_id,
            score: None,
            before: Some(before),
            total: Some(total),
            hidden,
            reason: reason.map(|reason| reason.as_str().to_owned()),
            shown: self.presentation.as_ref().is_some_and(|p| p.shows_scores()),
        });
        self.events.push((job.actor.clone(), event, job.arrived));
        Ok(Verdict::Withdrawn(Withdrawn { seq: self.seq(), total: Some(total) }))
    }
}
