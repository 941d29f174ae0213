//! The ledger as CSV (RFC 4180), for spreadsheets.

use estrad_domain::presentation::{Actor, LogEntry};
use serde_json::{Map, Value};

use crate::problem::{ErrorWord, Problem};

/// The columns, which are documented at the route.
const COLUMNS: [&str; 16] = [
    "presentation_id",
    "seq",
    "at",
    "kind",
    "by",
    "user_id",
    "view",
    "screen",
    "screen_team_id",
    "team_id",
    "question_id",
    "question_alternative_id",
    "value",
    "before",
    "reason",
    "details",
];

/// The first line.
pub(super) fn head() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// The line of an entry.
pub(super) fn row(entry: &LogEntry) -> Result<String, Problem> {
    let written = serde_json::to_value(&entry.event)
        .map_err(|error| Problem::from(ErrorWord::Internal).with_cause(&error))?;
    let mut event = match written {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    // Each member has one name in each kind of event, and several kinds share a column.
    let mut take =
        |names: &[&str]| names.iter().find_map(|name| event.remove(*name)).unwrap_or_default();
    let kind = take(&["kind"]);
    let (team, question) = (take(&["team_id"]), take(&["question_id"]));
    let alternative = take(&["question_alternative_id"]);
    let (value, before) = (take(&["answer", "score", "seconds"]), take(&["before"]));
    let reason = take(&["reason", "why"]);
    if entry.erased {
        event.insert("erased".to_owned(), true.into());
    }
    let details =
        if event.is_empty() { Value::Null } else { Value::Object(event).to_string().into() };
    let [by, user, view, screen, screen_team] = who(&entry.actor);
    let cells = [
        entry.presentation_id.0.into(),
        entry.seq.into(),
        entry.at.to_rfc3339().into(),
        kind,
        by,
        user,
        view,
        screen,
        screen_team,
        team,
        question,
        alternative,
        value,
        before,
        reason,
        details,
    ];
    let cells: [String; COLUMNS.len()] = cells.map(cell);
    Ok(cells.join(",") + "\r\n")
}

/// By, user, view, screen, and the team of the screen.
fn who(actor: &Actor) -> [Value; 5] {
    let none = Value::Null;
    match actor {
        Actor::Server => ["server".into(), none.clone(), none.clone(), none.clone(), none],
        Actor::User { user_id } => {
            ["user".into(), user_id.0.into(), none.clone(), none.clone(), none]
        }
        Actor::Screen { view, team_id, screen } => [
            "screen".into(),
            none,
            view.as_str().into(),
            screen.as_str().into(),
            team_id.map(|id| id.0).into(),
        ],
    }
}

/// A cell, which no spreadsheet takes for a formula.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => quoted(&harmless(text)),
        number => number.to_string(),
    }
}

/// Teams type what they like, and judges open it.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use estrad_domain::clock::Timestamp;
    use estrad_domain::presentation::{Answered, Event};

    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_the_line() {
        for (text, expected) in [
            ("42", "42"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\r=1", "\"'\r=1\""),
            ("a,b", "\"a,b\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text.into()), expected, "{text:?}");
        }
        // Numbers of ours are numbers.
        assert_eq!(cell((-1).into()), "-1");
    }

    #[test]
    fn every_member_has_its_column() {
        let mut entry = LogEntry {
            presentation_id: 1.into(),
            seq: 2,
            at: Timestamp::from_timestamp(1_795_348_800, 0).expect("a time"),
            actor: Actor::Screen {
                view: "Team".to_owned(),
                team_id: Some(3.into()),
                screen: "abc".to_owned(),
            },
            event: Event::Answered(Answered {
                team_id: 3.into(),
                question_id: 4.into(),
                question_alternative_id: 5.into(),
                answer: Some("=1".to_owned()),
                before: None,
                cleared: Vec::new(),
                reason: None,
                shown: false,
                hidden: false,
            }),
            erased: false,
        };
        let time = "2026-11-22T12:00:00+00:00";
        let line = format!("1,2,{time},answered,screen,,Team,abc,3,3,4,5,'=1,,,\r\n");
        assert_eq!(row(&entry).expect("a row"), line);
        entry.erased = true;
        let line = format!(
            "1,2,{time},answered,screen,,Team,abc,3,3,4,5,'=1,,,\"{{\"\"erased\"\":true}}\"\r\n"
        );
        assert_eq!(row(&entry).expect("a row"), line);
        entry.erased = false;
        entry.actor = Actor::Server;
        entry.event = Event::Started { slide: None };
        let line = format!("1,2,{time},started,server,,,,,,,,,,,\"{{\"\"slide\"\":null}}\"\r\n");
        assert_eq!(row(&entry).expect("a row"), line);
    }
}
