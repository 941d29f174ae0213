//! Codes and what they open.

use std::collections::HashSet;

use diesel::prelude::*;
use estrad_domain::code::{Code, CompetitionCode, TypedCode};
use estrad_domain::types::View;
use estrad_domain::{CodeId, CompetitionId, TeamId};

use crate::connection::on_each;
use crate::schema::codes;
use crate::{AnyConnection, Error, Result};

/// Where fresh codes come from. They need not be unique: those that are taken are passed over.
pub type CodeSource<'a> = &'a mut dyn FnMut() -> Code;

type CodeRow = (i64, i64, String, i64, Option<i64>);
const COLUMNS: (
    codes::id,
    codes::competition_id,
    codes::code,
    codes::view_type_id,
    codes::team_id,
) = (codes::id, codes::competition_id, codes::code, codes::view_type_id, codes::team_id);

fn code_of((id, competition_id, code, view, team_id): CodeRow) -> Result<CompetitionCode> {
    Ok(CompetitionCode {
        id: id.into(),
        code: Code::parse(&code).map_err(|e| Error::UnknownValue(e.to_string()))?,
        view: View::try_from(view).map_err(|e| Error::UnknownValue(e.to_string()))?,
        competition_id: competition_id.into(),
        team_id: team_id.map(Into::into),
    })
}

/// What the code opens, if it opens anything.
pub fn find(connection: &mut AnyConnection, code: &Code) -> Result<Option<CompetitionCode>> {
    let row = codes::table
        .filter(codes::code.eq(code.as_str()))
        .select(COLUMNS)
        .first::<CodeRow>(connection)
        .optional()?;
    row.map(code_of).transpose()
}

/// What a code opens that somebody typed: the one that is written so, else the only one that looks like
/// it. Nothing, where several look like it.
pub fn find_typed(
    connection: &mut AnyConnection,
    typed: &TypedCode,
) -> Result<Option<CompetitionCode>> {
    let rows = codes::table
        .filter(codes::code.eq(typed.exact()).or(codes::folded.eq(typed.folded())))
        .select(COLUMNS)
        .load::<CodeRow>(connection)?;
    let exact = rows.iter().position(|(_, _, code, ..)| code == typed.exact());
    let alike = (rows.len() == 1).then_some(0);
    exact.or(alike).and_then(|place| rows.into_iter().nth(place)).map(code_of).transpose()
}

/// The codes of a competition, by id.
pub fn all(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
) -> Result<Vec<CompetitionCode>> {
    let rows = codes::table
        .filter(codes::competition_id.eq(competition_id.0))
        .order(codes::id)
        .select(COLUMNS)
        .load::<CodeRow>(connection)?;
    rows.into_iter().map(code_of).collect()
}

/// Gives a code of the competition a new text, which makes the tokens of the old one worthless. Gives
/// both: the one that was, and the one that is.
///
/// # Errors
/// [`Error::NotFound`], also for a code of another competition.
pub fn renew(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    id: CodeId,
    source: CodeSource<'_>,
) -> Result<(CompetitionCode, CompetitionCode)> {
    let row =
        codes::table.find(id.0).filter(codes::competition_id.eq(competition_id.0)).select(COLUMNS);
    let before = code_of(row.first::<CodeRow>(connection)?)?;
    let fresh = unused(connection, 1, source)?;
    diesel::update(codes::table.find(id.0))
        .set((
            codes::code.eq(fresh[0].as_str()),
            codes::folded.eq(fresh[0].folded()),
            codes::folded_twin.eq(0),
        ))
        .execute(connection)?;
    let after = codes::table.find(id.0).select(COLUMNS).first::<CodeRow>(connection)?;
    Ok((before, code_of(after)?))
}

/// Makes a code for each of the views and teams, in their order.
pub(super) fn insert(
    connection: &mut AnyConnection,
    competition_id: CompetitionId,
    opens: &[(View, Option<TeamId>)],
    source: CodeSource<'_>,
) -> Result<()> {
    let fresh = unused(connection, opens.len(), source)?;
    let rows: Vec<_> = opens
        .iter()
        .zip(&fresh)
        .map(|((view, team_id), code)| {
            (
                codes::competition_id.eq(competition_id.0),
                codes::code.eq(code.as_str()),
                codes::view_type_id.eq(view.id()),
                codes::team_id.eq(team_id.map(|id| id.0)),
                codes::folded.eq(code.folded()),
                codes::folded_twin.eq(0),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_each!(connection, |inner| diesel::insert_into(codes::table)
            .values(chunk)
            .execute(inner))?;
    }
    Ok(())
}

/// Codes of one statement: a competition may have more teams than either database takes values.
const CHUNK: usize = 500;
/// How often the source is asked again for codes that turned out to be taken.
const ROUNDS: usize = 20;

/// As many codes as are needed that nothing has yet, nor anything that looks like them.
fn unused(
    connection: &mut AnyConnection,
    count: usize,
    source: CodeSource<'_>,
) -> Result<Vec<Code>> {
    let mut unused = Vec::with_capacity(count);
    let mut seen = HashSet::with_capacity(count);
    for _ in 0..ROUNDS {
        let missing = count - unused.len();
        if missing == 0 {
            return Ok(unused);
        }
        let fresh: Vec<Code> =
            (0..missing).map(|_| source()).filter(|code| seen.insert(code.folded())).collect();
        let mut taken = HashSet::new();
        for chunk in fresh.chunks(CHUNK) {
            let folded = chunk.iter().map(|code| Some(code.folded()));
            let written = chunk.iter().map(|code| code.as_str().to_owned());
            let of_chunk = codes::table
                .filter(codes::folded.eq_any(folded).or(codes::code.eq_any(written)))
                .select(codes::code)
                .load::<String>(connection)?;
            let of_chunk = of_chunk.iter().filter_map(|code| Code::parse(code).ok());
            taken.extend(of_chunk.map(|code| code.folded()));
        }
        unused.extend(fresh.into_iter().filter(|code| !taken.contains(&code.folded())));
    }
    if unused.len() == count { Ok(unused) } else { Err(Error::Duplicate) }
}
