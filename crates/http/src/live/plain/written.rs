//! A message as a client writes it, and what can be told of one that can't be understood.

use estrad_realtime::EventError;
use serde::Deserialize;
use serde_json::Value;

use super::super::reply;

/// A message. Members beside these are of no concern: more may come to be used.
#[derive(Debug, Deserialize)]
pub(super) struct Written {
    pub(super) event: String,
    pub(super) data: Option<Value>,
    pub(super) id: Option<u64>,
}

impl Written {
    /// Reads a text.
    ///
    /// # Errors
    /// If it is no message, with as much as can be known of it.
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        if !text.trim_start().starts_with('{') {
            // The parser would take an array for the members in their order.
            return Err(Unreadable::whole("A message is a JSON object."));
        }
        serde_json::from_str(text).map_err(|error| Unreadable::of(text, &error))
    }
}

/// A message that can't be understood.
#[derive(Debug, PartialEq)]
pub(super) struct Unreadable {
    /// What it is about; empty where that can't be known.
    pub(super) event: String,
    /// By which its sender knows the answer.
    pub(super) id: Option<u64>,
    field: &'static str,
    message: String,
}

/// The parts of a message that tell what it is. The parser skips the rest without looking into it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Outline {
    event: Value,
    id: Value,
}

impl Unreadable {
    fn of(text: &str, error: &serde_json::Error) -> Self {
        let outline: Option<Outline> = serde_json::from_str(text).ok();
        let known = outline.is_some();
        let Outline { event, id } = outline.unwrap_or_default();
        let (number, name) = (id.as_u64(), event.as_str());
        let field = match (known, name, number) {
            (false, ..) => "message",
            (true, None, _) => "event",
            (true, Some(_), None) if !id.is_null() => "id",
            (true, Some(_), _) => "data",
        };
        let event = name.unwrap_or_default().to_owned();
        Self { event, id: number, field, message: error.to_string() }
    }

    /// A message of which nothing can be known.
    pub(super) fn whole(message: &str) -> Self {
        Self { event: String::new(), id: None, field: "message", message: message.to_owned() }
    }

    /// What its sender is told.
    pub(super) fn error(self) -> EventError {
        reply::unreadable(self.field, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, Option<u64>, &'static str) {
        let Unreadable { event, id, field, .. } = Written::read(text).expect_err(text);
        (event, id, field)
    }

    #[test]
    fn members_that_nobody_knows_are_left_aside() {
        let text = r#"{"more":{"event":1},"event":"e","v":2,"id":7,"data":{"a":1}}"#;
        let Written { event, data, id } = Written::read(text).unwrap();
        assert_eq!((event.as_str(), data, id), ("e", Some(serde_json::json!({"a": 1})), Some(7)));
    }

    #[test]
    fn says_which_part_is_at_fault_and_whose_answer_it_is() {
        let e = || "e".to_owned();
        let none = String::new;
        let deep =
            format!(r#"{{"event":"e","id":3,"data":{}{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
        assert_eq!(refused(&deep), (e(), Some(3), "data"));
        assert_eq!(refused(r#"{"event":"e","id":3,"data":"\ud800"}"#), (e(), Some(3), "data"));
        assert_eq!(refused(r#"{"event":1,"id":3}"#), (none(), Some(3), "event"));
        assert_eq!(refused(r#"{"id":3}"#), (none(), Some(3), "event"));
        for id in ["-1", "\"1\"", "1.5", "[]"] {
            let text = format!(r#"{{"event":"e","id":{id}}}"#);
            assert_eq!(refused(&text), (e(), None, "id"));
        }
        for text in [
            "",
            "x",
            "[]",
            r#"["e",{},1]"#,
            "1",
            r#"{"event":"e"}{"event":"e"}"#,
            r#"{"event":"\ud800"}"#,
        ] {
            assert_eq!(refused(text), (none(), None, "message"), "{text}");
        }
    }
}
