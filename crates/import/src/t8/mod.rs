//! The system that the contest used before, called T8: a Mongo export of four files.
//!
//! `cities.json`, `competitions.json`, `questions.json` and `teams.json` hold documents one after
//! another. A question there is what the contestants see as one: it has one slide or several, each
//! with texts for their screen (left and right) and for the projector, and a form to answer in.
//! Each of its slides becomes a slide; the question goes on the slide whose timer runs last, as the
//! ones before it set the scene. What becomes of the form is told in `kind`, of the answers in
//! `answers`. The teams' scores and answers go by the order of a competition's questions in the file.
//!
//! Everything is accounted for in the [`Report`] of its competition or in [`Import::unplaced`].
//! Two things are left alone, as they mean nothing afterwards: a competition's `index`, which is the
//! slide that its show stood at, and the `time` of slides that have no timer.

mod answers;
mod bounds;
mod competition;
mod documents;
mod error;
mod fields;
mod html;
mod instructions;
mod kind;
mod layout;
mod pictures;
mod points;
mod source;
mod stream;
mod teams;
#[cfg(test)]
mod testing;
mod year;

use std::collections::HashMap;
use std::path::Path;

use estrad_domain::draft::CompetitionDraft;

use crate::report::{About, Report};
use bounds::TakenNames;
use documents::{City, Competition, Question, Team};
pub use error::{MAX_FILE_BYTES, Position, ReadError};
use stream::Documents;

/// Everything that a directory holds.
#[derive(Debug)]
pub struct Import {
    /// In the order of the file.
    pub competitions: Vec<ImportedCompetition>,
    /// A sentence for each question and team whose competition is not in the files.
    pub unplaced: Vec<String>,
}

/// A competition with what became of its parts.
#[derive(Debug)]
pub struct ImportedCompetition {
    /// The name of the city that it belongs to.
    pub city: String,
    #[expect(missing_docs, reason = "says itself")]
    pub draft: CompetitionDraft,
    #[expect(missing_docs, reason = "says itself")]
    pub report: Report,
}

/// Reads the export in this directory, all of it or nothing.
///
/// # Errors
/// [`ReadError`], with the file and the place in it.
pub fn read(dir: &Path) -> Result<Import, ReadError> {
    let file = |name: &str| Documents::read(dir.join(name));
    let documents = file("cities.json")?;
    let cities = documents.map(City::parse)?;
    documents.check_ids(cities.iter().map(|city| city.id.as_str()))?;
    let documents = file("competitions.json")?;
    let competitions = documents.map(Competition::parse)?;
    documents.check_ids(competitions.iter().map(|competition| competition.id.as_str()))?;
    let documents = file("questions.json")?;
    let questions = documents.map(Question::parse)?;
    documents.check_ids(questions.iter().map(|question| question.id.as_str()))?;
    let documents = file("teams.json")?;
    let teams = documents.map(Team::parse)?;
    documents.check_ids(teams.iter().map(|team| team.id.as_str()))?;
    drop(documents);
    assemble(&cities, &competitions, &questions, &teams)
}

fn assemble(
    cities: &[City],
    competitions: &[Competition],
    questions: &[Question],
    teams: &[Team],
) -> Result<Import, ReadError> {
    let mut unplaced = Vec::new();
    let questions = by_competition(
        competitions,
        questions,
        |q| &q.competition,
        |question| {
            unplaced.push(unplaced_sentence(
                "question",
                &question.title,
                &question.id,
                &question.competition,
            ));
        },
    );
    let teams = by_competition(
        competitions,
        teams,
        |t| &t.competition,
        |team| {
            unplaced.push(unplaced_sentence("team", &team.name, &team.id, &team.competition));
        },
    );
    let mut names: HashMap<(String, i32), TakenNames> = HashMap::new();
    let mut imported = Vec::with_capacity(competitions.len());
    for (competition, (questions, teams)) in competitions.iter().zip(questions.iter().zip(&teams)) {
        let (mut draft, mut report) = competition::map(competition, questions, teams)?;
        let city = city_name(&competition.city, cities, &mut report);
        let taken = names.entry((city.clone(), draft.year)).or_default();
        draft.name = taken.take(draft.name, &mut report);
        imported.push(ImportedCompetition { city, draft, report });
    }
    Ok(Import { competitions: imported, unplaced })
}

/// The parts of each competition, in the order of the file.
fn by_competition<'a, T>(
    competitions: &[Competition],
    parts: &'a [T],
    competition_of: impl Fn(&T) -> &String,
    mut unplaced: impl FnMut(&T),
) -> Vec<Vec<&'a T>> {
    let places: HashMap<&String, usize> =
        competitions.iter().enumerate().map(|(place, c)| (&c.id, place)).collect();
    let mut grouped: Vec<Vec<&T>> = competitions.iter().map(|_| Vec::new()).collect();
    for part in parts {
        match places.get(competition_of(part)) {
            Some(&place) => grouped[place].push(part),
            None => unplaced(part),
        }
    }
    grouped
}

fn unplaced_sentence(what: &str, name: &str, id: &str, competition: &str) -> String {
    format!(
        "The {what} \"{name}\" ({id}) belongs to the competition {competition}, which there isn't."
    )
}

/// The name of a city; a city that there isn't is called by its id.
fn city_name(id: &str, cities: &[City], report: &mut Report) -> String {
    let Some(city) = cities.iter().find(|city| city.id == id) else {
        report.note(About::Changed, "", format!("There is no city {id}; it is called that."));
        return bounds::name(id, "T8", "", report);
    };
    bounds::name(&city.name, id, "", report)
}
