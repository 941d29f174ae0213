//! `estrad erase`: taking out what is personal, for good.

use std::io::{self, BufRead as _, IsTerminal as _};

use chrono::{Days, Months};
use estrad_domain::audit::Author;
use estrad_domain::clock::{Clock as _, SystemClock, Timestamp};
use estrad_exchange::{Erased, Erasure, ExchangeError};
use estrad_persistence::Error as StorageError;

use super::{CommandError, output};
use crate::cli::EraseArgs;
use crate::config::Config;
use crate::{data_dir, wiring};

pub(super) fn run(arguments: &EraseArgs, config: &Config) -> Result<(), CommandError> {
    let what = what(arguments)?;
    data_dir::prepare(&config.data_dir)?;
    let database = wiring::open_database(config)?;
    let library = wiring::library(config, database.clone()).map_err(CommandError::Media)?;
    let exchange = wiring::exchange(config, database, library);
    let failed = |error| match error {
        ExchangeError::Storage(StorageError::NotFound) => CommandError::NothingToErase,
        other => CommandError::Exchange(Box::new(other)),
    };
    wiring::block_on(async {
        let found = exchange.erasable(what).await.map_err(failed)?;
        if arguments.dry_run || found.is_nothing() {
            return output::print(&format!("{}Nothing was erased.\n", report("Found", found)));
        }
        if !arguments.yes {
            confirm(found)?;
        }
        let erased = exchange.erase(what, Author::Command).await.map_err(failed)?;
        output::print(&report("Erased", erased))
    })
}

fn what(arguments: &EraseArgs) -> Result<Erasure, CommandError> {
    if let Some(id) = arguments.competition {
        return Ok(Erasure::Competition(id.into()));
    }
    if let Some(id) = arguments.team {
        return Ok(Erasure::Team(id.into()));
    }
    let age = arguments.older_than.as_deref().unwrap_or_default();
    before(age, SystemClock.now()).map(Erasure::OlderThan).ok_or_else(|| CommandError::Argument {
        what: "--older-than",
        why: "a whole number with d, w, m or y, such as 90d or 2y, of a day or more".to_owned(),
    })
}

/// The moment so long ago.
fn before(age: &str, now: Timestamp) -> Option<Timestamp> {
    let (number, unit) = age.split_at_checked(age.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    match unit {
        "d" => now.checked_sub_days(Days::new(number.into())),
        "w" => now.checked_sub_days(Days::new(u64::from(number) * 7)),
        "m" => now.checked_sub_months(Months::new(number)),
        "y" => now.checked_sub_months(Months::new(number.checked_mul(12)?)),
        _ => None,
    }
}

/// Asks whoever sits there; nobody else can be asked.
fn confirm(found: Erased) -> Result<(), CommandError> {
    if !io::stdin().is_terminal() {
        return Err(CommandError::NotConfirmed);
    }
    let found = report("Found", found);
    output::print(&format!("{found}This can't be undone. Type yes to erase it: "))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(CommandError::Output)?;
    if answer.trim() == "yes" { Ok(()) } else { Err(CommandError::NotConfirmed) }
}

fn report(verb: &str, erased: Erased) -> String {
    let Erased { competitions, teams, presentations, entries, answers, scores, media } = erased;
    format!(
        "{verb}: {competitions} competitions, {teams} teams, {presentations} presentations, \
         {entries} log entries, {answers} answers, {scores} scores, {media} uploaded files.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_with_a_unit() {
        let now = Timestamp::from_timestamp(1_795_348_800, 0).expect("a time");
        let said = |age| before(age, now).map(|time| time.date_naive().to_string());
        for (age, day) in
            [("1d", "2026-11-21"), ("2w", "2026-11-08"), ("9m", "2026-02-22"), ("2y", "2024-11-22")]
        {
            assert_eq!(said(age).as_deref(), Some(day), "{age}");
        }
        for age in ["", "2", "y", "0d", "-1d", "2 y", "2h", "1.5y", "4294967295y", "2å"] {
            assert_eq!(said(age), None, "{age}");
        }
    }
}
