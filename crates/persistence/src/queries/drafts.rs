//! Storing whole competitions: new ones, copies, imports and the demo all come this way.

use std::collections::HashMap;

use diesel::prelude::*;
use estrad_domain::clock::Timestamp;
use estrad_domain::competition::copy_name;
use estrad_domain::draft::{
    CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, QuestionPlace, SlideDraft,
    TeamDraft,
};
use estrad_domain::presentation::{Actor, Answered, Event, Scored};
use estrad_domain::types::View;
use estrad_domain::{CityId, CompetitionId, TeamId};

use super::codes::{self, CodeSource};
use super::competitions;
use super::components::draft_columns;
use super::{presentations, search, text_media};
use crate::connection::on_each;
use crate::schema::{alternatives, answers, components, questions, scores, slides, teams};
use crate::{AnyConnection, Error, Result};

/// Rows of one INSERT: far below what either database allows for bound values.
const CHUNK: usize = 500;

/// Inserts rows in chunks.
macro_rules! insert_all {
    ($connection:expr, $table:expr, $rows:expr) => {
        for chunk in $rows.chunks(CHUNK) {
            on_each!($connection, |inner| diesel::insert_into($table)
                .values(chunk)
                .execute(inner))?;
        }
    };
}

/// Stores a competition with all of its parts, the codes of its views and of its teams.
///
/// Run it in a transaction: it is stored whole or not at all.
///
/// # Errors
/// [`Error::Duplicate`] when there is one of that name, year and city;
/// [`Error::MissingReference`] for the city.
pub fn insert(
    connection: &mut AnyConnection,
    draft: &CompetitionDraft,
    city_id: CityId,
    source: CodeSource<'_>,
    now: Timestamp,
) -> Result<CompetitionId> {
    let id = competitions::insert(connection, draft, city_id, now)?;
    let mut stored = Vec::with_capacity(draft.slides.len());
    for (position, slide) in (0..).zip(&draft.slides) {
        stored.push(insert_slide(connection, id, position, slide)?.questions);
    }
    let mut opens = vec![(View::Judge, None), (View::Audience, None), (View::Operator, None)];
    let team_ids = insert_teams(connection, id, &draft.teams)?;
    let results = insert_results(connection, draft, &team_ids, &stored, now)?;
    opens.extend(team_ids.iter().map(|team_id| (View::Team, Some(*team_id))));
    log_results(connection, id, results, now)?;
    codes::insert(connection, id, &opens, source)?;
    Ok(id)
}

/// A name for a copy that is free in that year and city: the original's own, where it may keep it
/// and nothing has it, or the first free "copy of" it.
///
/// # Errors
/// [`Error::Duplicate`] when there are hundreds of copies already.
pub fn free_copy_name(
    connection: &mut AnyConnection,
    original: &str,
    year: i32,
    city_id: CityId,
    may_keep: bool,
) -> Result<String> {
    if may_keep && !competitions::is_taken(connection, &search::key(original), year, city_id)? {
        return Ok(original.to_owned());
    }
    for number in 1..=500 {
        let name = copy_name(original, number);
        if !competitions::is_taken(connection, &search::key(&name), year, city_id)? {
            return Ok(name);
        }
    }
    Err(Error::Duplicate)
}

/// A question that was stored, with its alternatives in the order of the draft.
struct StoredQuestion {
    id: i64,
    alternatives: Vec<i64>,
}

/// A slide that was stored.
pub(super) struct StoredSlide {
    pub(super) id: i64,
    questions: Vec<StoredQuestion>,
}

/// Stores a slide with what is on it; its place must be free.
pub(super) fn insert_slide(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    position: i32,
    slide: &SlideDraft,
) -> Result<StoredSlide> {
    let slide_id = diesel::insert_into(slides::table)
        .values((
            slides::competition_id.eq(competition_id.0),
            slides::position.eq(position),
            slides::title.eq(&slide.title),
            slides::timer_seconds.eq(slide.timer),
            slides::background_image_id.eq(slide.background_image.map(|id| id.0)),
        ))
        .returning(slides::id)
        .get_result::<i64>(connection)?;
    let mut stored: Vec<StoredQuestion> = Vec::with_capacity(slide.questions.len());
    for question in &slide.questions {
        let parent = match question.parent {
            Some(place) => Some(stored.get(place).ok_or(Error::MissingReference("parent_id"))?.id),
            None => None,
        };
        stored.push(insert_question(connection, slide_id, parent, question)?);
    }
    insert_components(connection, slide_id, &slide.components, &stored)?;
    Ok(StoredSlide { id: slide_id, questions: stored })
}

fn insert_question(
    connection: &mut AnyConnection,
    slide_id: i64,
    parent_id: Option<i64>,
    question: &QuestionDraft,
) -> Result<StoredQuestion> {
    let id = diesel::insert_into(questions::table)
        .values((
            questions::slide_id.eq(slide_id),
            questions::parent_id.eq(parent_id),
            questions::name.eq(&question.name),
            questions::total_score.eq(question.total_score),
            questions::type_id.eq(question.question_type.id()),
            questions::correcting_instructions.eq(question.correcting_instructions.as_deref()),
            questions::tolerance.eq(question.tolerance),
            questions::manual_grading.eq(question.contradicts_itself()),
        ))
        .returning(questions::id)
        .get_result::<i64>(connection)?;
    let rows: Vec<_> = question
        .alternatives
        .iter()
        .map(|a| {
            (
                alternatives::question_id.eq(id),
                alternatives::alternative.eq(&a.alternative),
                alternatives::alternative_order.eq(a.alternative_order),
                alternatives::correct.eq(&a.correct),
                alternatives::correct_order.eq(a.correct_order),
            )
        })
        .collect();
    insert_all!(connection, alternatives::table, rows);
    // They were given out in the order of the rows, and nobody else adds to this question.
    let stored = alternatives::table
        .filter(alternatives::question_id.eq(id))
        .order(alternatives::id)
        .select(alternatives::id)
        .load::<i64>(connection)?;
    Ok(StoredQuestion { id, alternatives: stored })
}

fn insert_components(
    connection: &mut AnyConnection,
    slide_id: i64,
    drafts: &[ComponentDraft],
    stored: &[StoredQuestion],
) -> Result<()> {
    let mut rows = Vec::with_capacity(drafts.len());
    for component in drafts {
        let content = draft_columns(component, |place| stored.get(place).map(|q| q.id))?;
        rows.push((
            components::slide_id.eq(slide_id),
            components::view_type_id.eq(component.view.id()),
            components::type_id.eq(content.kind.id()),
            (components::x.eq(component.x), components::y.eq(component.y)),
            (components::w.eq(component.w), components::h.eq(component.h)),
            components::text.eq(content.text),
            components::media_id.eq(content.media_id),
            components::question_id.eq(content.question_id),
            components::text_indexed.eq(true),
        ));
    }
    insert_all!(connection, components::table, rows);
    let shows_files = |draft: &ComponentDraft| match &draft.content {
        ContentDraft::Text(html) => text_media::shows_files(html),
        ContentDraft::Image(_) | ContentDraft::Question(_) => false,
    };
    if drafts.iter().any(shows_files) {
        // Their ids were given out in the order of the rows, on a slide that is new.
        text_media::record_slide(connection, slide_id)?;
    }
    Ok(())
}

/// Stores the teams, and gives their ids in the order of the draft.
fn insert_teams(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    drafts: &[TeamDraft],
) -> Result<Vec<TeamId>> {
    let mut keys = HashMap::with_capacity(drafts.len());
    let mut rows = Vec::with_capacity(drafts.len());
    for team in drafts {
        let key = search::key(&team.name);
        // A competition that has teams of one key, from before names had keys, is copied as it is.
        let twins = keys.entry(key.clone()).or_insert(0_i64);
        rows.push((
            teams::competition_id.eq(competition_id.0),
            teams::name.eq(&team.name),
            teams::name_key.eq(key),
            teams::name_twin.eq(-*twins),
        ));
        *twins += 1;
    }
    insert_all!(connection, teams::table, rows);
    // Their names tell them apart, in whatever order the database numbered them.
    let ids: HashMap<String, i64> = teams::table
        .filter(teams::competition_id.eq(competition_id.0))
        .select((teams::name, teams::id))
        .load::<(String, i64)>(connection)?
        .into_iter()
        .collect();
    let id = |team: &TeamDraft| ids.get(&team.name).map(|id| TeamId(*id)).ok_or(Error::NotFound);
    drafts.iter().map(id).collect()
}

/// Stores what the teams answered and were given, and gives it as what happened.
fn insert_results(
    connection: &mut AnyConnection,
    draft: &CompetitionDraft,
    team_ids: &[TeamId],
    stored: &[Vec<StoredQuestion>],
    now: Timestamp,
) -> Result<Vec<Event>> {
    let question = |place: QuestionPlace| stored.get(place.slide)?.get(place.question);
    let (mut results, mut answer_rows, mut score_rows) = (Vec::new(), Vec::new(), Vec::new());
    for (team, team_id) in draft.teams.iter().zip(team_ids) {
        for answer in draft.settled_answers(team) {
            let (question, alternative) = question(answer.place)
                .and_then(|found| Some((found, found.alternatives.get(answer.alternative)?)))
                .ok_or(Error::MissingReference("question_alternative_id"))?;
            results.push(Event::Answered(Answered {
                team_id: *team_id,
                question_id: question.id.into(),
                question_alternative_id: (*alternative).into(),
                answer: Some(answer.answer.clone()),
                before: None,
                cleared: Vec::new(),
                reason: None,
                shown: false,
                hidden: false,
            }));
            answer_rows.push((
                answers::team_id.eq(team_id.0),
                answers::alternative_id.eq(*alternative),
                answers::answer.eq(answer.answer),
                answers::updated_at.eq(now.naive_utc()),
            ));
        }
        for score in &team.scores {
            let question = question(score.place).ok_or(Error::MissingReference("question_id"))?;
            results.push(Event::Scored(Scored {
                team_id: *team_id,
                question_id: question.id.into(),
                score: Some(score.score),
                before: None,
                total: None,
                reason: None,
                shown: false,
                hidden: false,
            }));
            score_rows.push((
                scores::team_id.eq(team_id.0),
                scores::question_id.eq(question.id),
                scores::score_hundredths.eq(score.score.hundredths()),
                scores::updated_at.eq(now.naive_utc()),
            ));
        }
    }
    insert_all!(connection, answers::table, answer_rows);
    insert_all!(connection, scores::table, score_rows);
    Ok(results)
}

/// Results that come with a draft are in the log too, which replayed gives all that there are.
fn log_results(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    results: Vec<Event>,
    now: Timestamp,
) -> Result<()> {
    if results.is_empty() {
        return Ok(());
    }
    let mut desk = presentations::desk(connection, competition_id, now)?;
    let events = results.into_iter().map(|event| (Actor::Server, event)).collect();
    presentations::append(connection, &mut desk, events, now)?;
    Ok(())
}
