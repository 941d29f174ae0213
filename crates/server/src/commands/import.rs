//! `estrad import`: competitions of other systems.

use estrad_auth::{OsRandom, code_source};
use estrad_domain::audit::Change;
use estrad_domain::clock::{Clock as _, SystemClock};
use estrad_domain::text::Name;
use estrad_exchange::{City, ExchangeError, make_safe, store};
use estrad_import::t8::{self, Import, ImportedCompetition};
use estrad_import::{About, Report};
use estrad_persistence::queries::audit;
use estrad_persistence::{AnyConnection, Error as StorageError};

use super::{CommandError, output, progress};
use crate::cli::ImportT8Args;
use crate::config::Config;
use crate::{data_dir, wiring};

/// Reads everything, then stores everything in one transaction: all of it or nothing.
pub(super) fn t8(arguments: &ImportT8Args, config: &Config) -> Result<(), CommandError> {
    let mut import = t8::read(&arguments.dir).map_err(Box::new)?;
    for competition in &mut import.competitions {
        competition.draft.views.get_or_insert(config.policy.views);
        make_safe(&mut competition.draft).map_err(|error| Box::new(ExchangeError::from(error)))?;
    }
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let (report, sum) = (report(&import), sum(&import));
    let progress = progress::bar("competitions", Some(import.competitions.len() as u64));
    wiring::block_on(database.write(move |connection| {
        for competition in &import.competitions {
            store_one(connection, competition)?;
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok::<_, CommandError>(())
    }))?;
    output::print(&format!("{report}\n{sum}\n"))
}

fn store_one(
    connection: &mut AnyConnection,
    competition: &ImportedCompetition,
) -> Result<(), CommandError> {
    let city = Name::new(competition.city.as_str()).map_err(|error| CommandError::Argument {
        what: "a city's name",
        why: error.to_string(),
    })?;
    let draft = &competition.draft;
    let mut codes = code_source(&OsRandom);
    let stored = store(connection, draft, &City::Named(city), &mut codes, SystemClock.now());
    match stored {
        Ok(competition) => {
            let now = SystemClock.now();
            let mut change = Change::by_command("import t8", "import", "competition", &[], now);
            change.competition_id = Some(competition.id);
            Ok(audit::record(connection, &change, &[competition.id.0])?)
        }
        Err(StorageError::Duplicate) => Err(CommandError::CompetitionTaken {
            name: draft.name.clone(),
            year: draft.year,
            city: competition.city.clone(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// What was read of each competition, and what could not be mapped.
fn report(import: &Import) -> String {
    let mut text = String::new();
    for ImportedCompetition { city, draft, report } in &import.competitions {
        text.push_str(&format!("{} {} ({city})\n{report}\n", draft.name, draft.year));
    }
    for unplaced in &import.unplaced {
        text.push_str(&format!("Not placed: {unplaced}\n"));
    }
    text
}

/// Everything together, in one line. What was placed and what there is a note about is all there
/// was.
fn sum(import: &Import) -> String {
    let of = |number: fn(&Report) -> usize| -> usize {
        import.competitions.iter().map(|competition| number(&competition.report)).sum()
    };
    format!(
        "Imported. Competitions: {}; questions: {} ({} with their parts); slides: {}; teams: {}; \
         answers: {} placed, {} noted; scores: {} placed, {} noted; pictures: {} noted; \
         not placed: {}.",
        import.competitions.len(),
        of(|report| report.questions_read),
        of(|report| report.questions_made),
        of(|report| report.slides_made),
        of(|report| report.teams),
        of(|report| report.answers_placed),
        of(|report| report.notes_about(About::Answer)),
        of(|report| report.scores_placed),
        of(|report| report.notes_about(About::Score)),
        of(|report| report.pictures),
        import.unplaced.len(),
    )
}
