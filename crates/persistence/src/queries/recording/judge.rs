//! Deciding about a job, in memory.

use estrad_domain::TeamId;
use estrad_domain::answer::{AnsweredBy, Reason};
use estrad_domain::clock::Timestamp;
use estrad_domain::points::Points;
use estrad_domain::presentation::{Answered, Event, Locked, Refusals, Refused as NotTaken, Scored};
use estrad_domain::question::{Alternative, check_answer, displaced, kind};
use estrad_domain::{AlternativeId, PresentationId, QuestionId};

use super::cells::{AnswerCell, ScoreCell};
use super::job::{GivenAnswer, Job, Refusal, Refused, Withdrawn, Work};
use super::keys::{Known, digest};
use super::questions::Asked;
use super::scene::Scene;

/// What was decided. The ids are known once it is written.
pub(super) enum Verdict {
    Answers(Vec<Verdicts>),
    Score { cell: ScoreCell, score: Points, total: Points, seq: i64 },
    Withdrawn(Withdrawn),
    Refused(Refused),
}

/// What was decided about one answer.
pub(super) struct Verdicts {
    pub(super) cell: AnswerCell,
    pub(super) answer: String,
    pub(super) seq: i64,
    /// Known already for one that was taken before.
    pub(super) id: Option<i64>,
}

impl Scene {
    /// Decides about a job, after those before it.
    pub(super) fn judge(&mut self, job: &Job, refusals: &Refusals) -> Verdict {
        let decided = if self.questions.teams.contains(&job.team_id) {
            match &job.work {
                Work::Answers { given, by } => self.answers(job, given, by, refusals),
                Work::Score { question_id, score, reason } => {
                    self.score(job, *question_id, *score, reason.as_ref())
                }
                Work::WithdrawAnswer { alternative_id, question_id, by } => {
                    self.withdraw_answer(job, *alternative_id, *question_id, by, refusals)
                }
                Work::WithdrawScore { question_id, reason } => {
                    self.withdraw_score(job, *question_id, reason.as_ref())
                }
            }
        } else {
            Err(Refusal::NoTeam.into())
        };
        decided.unwrap_or_else(Verdict::Refused)
    }

    /// First looks at all of them and then takes them all: one that can't be taken keeps the others
    /// from it.
    fn answers(
        &mut self,
        job: &Job,
        given: &[GivenAnswer],
        by: &AnsweredBy,
        refusals: &Refusals,
    ) -> Result<Verdict, Refused> {
        let digests: Vec<String> = given.iter().map(digest).collect();
        for (item, one) in given.iter().enumerate() {
            self.check_seen(one, by)
                .and_then(|()| self.check_form(job.team_id, one, &digests[item]))
                .and_then(|()| check_keys_among(&given[..item], &digests, one, &digests[item]))
                .map_err(|why| Refused { item, why })?;
        }
        if by.is_team() {
            self.check_open(job, given, refusals)?;
        }
        let taken = given.iter().zip(digests).map(|(one, digest)| self.take(job, one, digest, by));
        taken.collect::<Option<_>>().map(Verdict::Answers).ok_or(Refusal::NoAlternative.into())
    }

    /// What a team must not know of yet is for it as if it were not there.
    fn check_seen(&self, one: &GivenAnswer, by: &AnsweredBy) -> Result<(), Refusal> {
        let seen = !by.is_team() || !self.is_hidden(one.alternative_id);
        if seen { Ok(()) } else { Err(Refusal::NoAlternative) }
    }

    pub(super) fn is_hidden(&self, id: AlternativeId) -> bool {
        self.questions.at(id).is_some_and(|(asked, row)| {
            let (kind, place) = (asked.question_type, row.alternative_order);
            !self.visible.alternative(asked.slide_id, kind, place)
        })
    }

    fn check_form(&self, team_id: TeamId, one: &GivenAnswer, digest: &str) -> Result<(), Refusal> {
        if let Some(known) = self.known(team_id, one) {
            // What was taken stays so, whatever has become of the question.
            return if known.digest == digest { Ok(()) } else { Err(Refusal::KeyReused) };
        }
        let (asked, row) = self.questions.at(one.alternative_id).ok_or(Refusal::NoAlternative)?;
        if one.question_id.is_some_and(|named| named != asked.id) {
            return Err(Refusal::NoAlternative);
        }
        Ok(check_answer(asked.question_type, row, &asked.rows, &one.answer)?)
    }

    fn known(&self, team_id: TeamId, one: &GivenAnswer) -> Option<&Known> {
        self.keys.get(&(team_id, one.key.clone()?))
    }

    /// Notes each answer that comes at the wrong time, and gives the first of them.
    fn check_open(
        &mut self,
        job: &Job,
        given: &[GivenAnswer],
        refusals: &Refusals,
    ) -> Result<(), Refused> {
        let mut first = None;
        for (item, one) in given.iter().enumerate() {
            if self.known(job.team_id, one).is_some() {
                continue;
            }
            let answer = one.answer.as_str();
            if let Err(why) = self.check_open_at(job, one.alternative_id, answer, refusals) {
                first.get_or_insert(Refused { item, why: why.into() });
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Whether the team may answer so at the alternative now; it is noted if not.
    pub(super) fn check_open_at(
        &mut self,
        job: &Job,
        alternative_id: AlternativeId,
        answer: &str,
        refusals: &Refusals,
    ) -> Result<(), Locked> {
        let Some((asked, row)) = self.questions.at(alternative_id) else { return Ok(()) };
        let Err(why) = self.is_open_at(job, asked, row) else { return Ok(()) };
        let refused = NotTaken {
            team_id: job.team_id,
            question_id: asked.id,
            question_alternative_id: alternative_id,
            answer: answer.to_owned(),
            why,
        };
        let id = self.presentation.as_ref().map_or(PresentationId(0), |p| p.id);
        let known = refusals.has(id, &refused)
            || self.events.iter().any(|(_, event, _)| match event {
                Event::Refused(before) => *before == refused,
                _ => false,
            });
        if !known {
            self.events.push((job.actor.clone(), Event::Refused(refused), job.arrived));
        }
        Err(why)
    }

    fn is_open_at(&self, job: &Job, asked: &Asked, row: &Alternative) -> Result<(), Locked> {
        let presentation = self.presentation.as_ref().ok_or(Locked::NotPresented)?;
        let (slide, arrived, grace) = (asked.slide_id, job.arrived, self.grace);
        presentation.check_open(slide, job.team_id, arrived, grace)?;
        if kind(asked.question_type).comes_in_steps() {
            let shown = &presentation.state.shown;
            shown.check_step(slide, row.alternative_order, arrived, grace)?;
        }
        Ok(())
    }

    /// Takes an answer that was looked at; none if there is no such alternative, which was looked at
    /// too.
    fn take(
        &mut self,
        job: &Job,
        one: &GivenAnswer,
        digest: String,
        by: &AnsweredBy,
    ) -> Option<Verdicts> {
        let cell = (job.team_id, one.alternative_id);
        let answer = one.answer.as_str().to_owned();
        if let Some(known) = self.known(job.team_id, one) {
            return Some(Verdicts { cell, answer, seq: known.seq, id: known.answer_id });
        }
        let (asked, _) = self.questions.at(one.alternative_id)?;
        let has = |other| self.answers.get(&(job.team_id, other)).map(String::as_str);
        let displaced =
            displaced(asked.question_type, one.alternative_id, &asked.rows, &answer, has);
        let same = self.answers.get(&cell) == Some(&answer);
        if !same || !displaced.is_empty() {
            let (question_id, shown) = (asked.id, self.shows_answers(asked, job.arrived));
            let hidden = self.is_hidden(one.alternative_id);
            // What gives way is part of this answer: one entry, whatever happens in between.
            let mut cleared = Vec::with_capacity(displaced.len());
            for (other, text) in displaced {
                self.answers.put((job.team_id, other), text.to_owned(), job.arrived);
                cleared.push(other);
            }
            let before = self.answers.put(cell, answer.clone(), job.arrived);
            let event = Event::Answered(Answered {
                team_id: job.team_id,
                question_id,
                question_alternative_id: one.alternative_id,
                answer: Some(answer.clone()),
                before,
                cleared,
                reason: by.reason().map(str::to_owned),
                shown,
                hidden,
            });
            self.events.push((job.actor.clone(), event, job.arrived));
        }
        let seq = self.seq();
        if let Some(key) = one.key.clone() {
            let named = (job.team_id, key);
            self.keys.insert(named.clone(), Known { digest, seq, answer_id: None });
            self.new_keys.push((named, cell));
        }
        Some(Verdicts { cell, answer, seq, id: None })
    }

    /// Whether the audience is shown what is answered to the question at that time.
    pub(super) fn shows_answers(&self, asked: &Asked, at: Timestamp) -> bool {
        self.presentation.as_ref().is_some_and(|p| {
            let (kind, slide) = (asked.question_type, asked.slide_id);
            p.is_active() && p.state.shows_answers(kind, slide, at, self.grace)
        })
    }

    /// The team's sum, as it is now.
    pub(super) fn total(&self, team_id: TeamId) -> Points {
        self.scores.iter().filter(|((team, _), _)| *team == team_id).map(|(_, score)| *score).sum()
    }

    fn score(
        &mut self,
        job: &Job,
        question_id: QuestionId,
        score: Points,
        reason: Option<&Reason>,
    ) -> Result<Verdict, Refused> {
        let asked = self.questions.get(question_id).ok_or(Refusal::NoQuestion)?;
        self.score_rules.check(score, asked.total_score).map_err(Refusal::from)?;
        let hidden = !self.visible.slide(asked.slide_id);
        let cell = (job.team_id, question_id);
        let before = self.scores.put(cell, score, job.arrived);
        let total = self.total(job.team_id);
        // Also one that is as it was: that somebody else gives the same is worth knowing.
        let event = Event::Scored(Scored {
            team_id: job.team_id,
            question_id,
            score: Some(score),
            before,
            total: Some(total),
            reason: reason.map(|reason| reason.as_str().to_owned()),
            shown: self.presentation.as_ref().is_some_and(|p| p.shows_scores()),
            hidden,
        });
        self.events.push((job.actor.clone(), event, job.arrived));
        Ok(Verdict::Score { cell, score, total, seq: self.seq() })
    }
}

/// Within one job, too, a key is of one answer.
fn check_keys_among(
    before: &[GivenAnswer],
    digests: &[String],
    one: &GivenAnswer,
    digest: &str,
) -> Result<(), Refusal> {
    let mut same = before.iter().zip(digests).filter(|(other, _)| other.key == one.key);
    match one.key {
        Some(_) if same.any(|(_, other)| other != digest) => Err(Refusal::KeyReused),
        _ => Ok(()),
    }
}
