//! Results as a whole: how many there are of something, and setting them all aside.

use diesel::prelude::*;
use estrad_domain::answer::ResultCounts;
use estrad_domain::clock::Timestamp;
use estrad_domain::presentation::{Actor, Event, LogEntry, Reset};
use estrad_domain::{AlternativeId, CompetitionId, QuestionId, SlideId, TeamId};

use super::presentations;
use crate::schema::{alternatives, answers, questions, scores, teams};
use crate::{AnyConnection, Result};

type Backend = <AnyConnection as Connection>::Backend;

/// Whose results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultsOf {
    /// All of a competition.
    Competition(CompetitionId),
    /// Those of a team.
    Team(TeamId),
    /// Those of all questions on a slide.
    Slide(SlideId),
    /// Those of a question and of its sub-questions.
    Question(QuestionId),
    /// Those of a question without its sub-questions.
    QuestionAlone(QuestionId),
    /// The answers at an alternative.
    Alternative(AlternativeId),
}

/// How many results there are of something: what was withdrawn or set aside is none, and an empty answer
/// is none either.
pub fn count(connection: &mut AnyConnection, of: ResultsOf) -> Result<ResultCounts> {
    let scope = scope(connection, of)?;
    let filled = || answers_of(&scope).filter(answers::answer.ne(""));
    let answers = filled().count().get_result::<i64>(connection)?;
    let scores = scores_of(&scope).count().get_result::<i64>(connection)?;
    let mut teams = filled().select(answers::team_id).distinct().load::<i64>(connection)?;
    teams.extend(scores_of(&scope).select(scores::team_id).distinct().load::<i64>(connection)?);
    teams.sort_unstable();
    teams.dedup();
    Ok(ResultCounts { answers, scores, teams: teams.len() as i64 })
}

/// Sets all results of a competition aside: they stay in the log and count no more. Gives how many there
/// were and the entry of the log; none where there was nothing.
///
/// Lock the competition before.
pub fn reset(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    actor: Actor,
    reason: Option<String>,
    now: Timestamp,
) -> Result<(ResultCounts, Option<LogEntry>)> {
    let counts = count(connection, ResultsOf::Competition(competition_id))?;
    let own = || teams::table.filter(teams::competition_id.eq(competition_id.0)).select(teams::id);
    let gone = diesel::delete(answers::table.filter(answers::team_id.eq_any(own())))
        .execute(connection)?
        + diesel::delete(scores::table.filter(scores::team_id.eq_any(own())))
            .execute(connection)?;
    if gone == 0 {
        return Ok((counts, None));
    }
    let ResultCounts { answers, scores, teams } = counts;
    let event = Event::Reset(Reset { answers, scores, teams, reason });
    let mut log = match presentations::current(connection, competition_id)? {
        Some(presentation) => presentation,
        None => presentations::desk(connection, competition_id, now)?,
    };
    let entry = presentations::append(connection, &mut log, vec![(actor, event)], now)?.pop();
    Ok((counts, entry))
}

/// What to look for, with the questions that it is about.
enum Scope {
    Competition(CompetitionId),
    Team(TeamId),
    /// At most as many as a slide has.
    Questions(Vec<i64>),
    Alternative(AlternativeId),
}

fn scope(connection: &mut AnyConnection, of: ResultsOf) -> Result<Scope> {
    let ids = questions::table.select(questions::id);
    let found = match of {
        ResultsOf::Competition(id) => return Ok(Scope::Competition(id)),
        ResultsOf::Team(id) => return Ok(Scope::Team(id)),
        ResultsOf::Alternative(id) => return Ok(Scope::Alternative(id)),
        ResultsOf::QuestionAlone(id) => vec![id.0],
        ResultsOf::Slide(id) => ids.filter(questions::slide_id.eq(id.0)).load(connection)?,
        ResultsOf::Question(id) => ids
            .filter(questions::id.eq(id.0))
            .or_filter(questions::parent_id.eq(id.0))
            .load(connection)?,
    };
    Ok(Scope::Questions(found))
}

fn answers_of(scope: &Scope) -> answers::BoxedQuery<'static, Backend> {
    let all = answers::table.into_boxed();
    match scope {
        Scope::Competition(id) => all.filter(
            answers::team_id
                .eq_any(teams::table.filter(teams::competition_id.eq(id.0)).select(teams::id)),
        ),
        Scope::Team(id) => all.filter(answers::team_id.eq(id.0)),
        Scope::Alternative(id) => all.filter(answers::alternative_id.eq(id.0)),
        Scope::Questions(ids) => all.filter(
            answers::alternative_id.eq_any(
                alternatives::table
                    .filter(alternatives::question_id.eq_any(ids.clone()))
                    .select(alternatives::id),
            ),
        ),
    }
}

fn scores_of(scope: &Scope) -> scores::BoxedQuery<'static, Backend> {
    let all = scores::table.into_boxed();
    match scope {
        Scope::Competition(id) => all.filter(
            scores::team_id
                .eq_any(teams::table.filter(teams::competition_id.eq(id.0)).select(teams::id)),
        ),
        Scope::Team(id) => all.filter(scores::team_id.eq(id.0)),
        Scope::Questions(ids) => all.filter(scores::question_id.eq_any(ids.clone())),
        // Scores are of questions, and stay when an alternative goes.
        Scope::Alternative(_) => all.filter(scores::id.lt(0)),
    }
}
