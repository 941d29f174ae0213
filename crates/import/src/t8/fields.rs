//! Typed access to the fields of a document, with errors that name the field.

use serde_json::{Map, Value};

use super::error::ShapeError;
use super::stream::not_an_object;

type Shaped<T> = Result<T, ShapeError>;

/// An object of a document and the path to it.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The object at this path; the document itself has an empty one.
    pub(super) fn new(value: &'a Value, path: impl Into<String>) -> Shaped<Self> {
        let path = path.into();
        match value.as_object() {
            Some(map) => Ok(Self { map, path }),
            None => Err(not_an_object(value, &path)),
        }
    }

    fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value, if it is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// The error that says what should have been there.
    pub(super) fn wrong(&self, key: &str, expected: &'static str) -> ShapeError {
        let found = self.map.get(key).map_or_else(|| "nothing".to_owned(), found);
        ShapeError { field: self.path(key), expected, found }
    }

    /// A text that has to be there.
    pub(super) fn text(&self, key: &str) -> Shaped<String> {
        let text = self.get(key).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| self.wrong(key, "a text"))
    }

    /// A text; empty when it is not there.
    pub(super) fn text_or_empty(&self, key: &str) -> Shaped<String> {
        self.get(key).map_or(Ok(String::new()), |_| self.text(key))
    }

    /// True or false; false when it is not there.
    pub(super) fn flag(&self, key: &str) -> Shaped<bool> {
        let value = self.get(key).unwrap_or(&Value::Bool(false));
        value.as_bool().ok_or_else(|| self.wrong(key, "true or false"))
    }

    /// A number; 0 when it is not there.
    pub(super) fn number(&self, key: &str) -> Shaped<f64> {
        let Some(value) = self.get(key) else { return Ok(0.0) };
        value.as_f64().ok_or_else(|| self.wrong(key, "a number"))
    }

    /// An id, as a text or as `{"$oid": text}`.
    pub(super) fn id(&self, key: &str) -> Shaped<String> {
        let value = self.get(key).map(|value| value.get("$oid").unwrap_or(value));
        let id = value.and_then(Value::as_str).map(str::to_owned);
        id.ok_or_else(|| self.wrong(key, "an id"))
    }

    /// A list, each item turned into what it means by a function that gets its path too; empty
    /// when it is not there.
    pub(super) fn list<T>(
        &self,
        key: &str,
        item: impl Fn(&'a Value, String) -> Shaped<T>,
    ) -> Shaped<Vec<T>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| self.wrong(key, "a list"))?;
        let path = self.path(key);
        items.iter().enumerate().map(|(i, value)| item(value, format!("{path}[{i}]"))).collect()
    }

    /// An object that has to be there.
    pub(super) fn object(&self, key: &str) -> Shaped<Fields<'a>> {
        let value = self.get(key).ok_or_else(|| self.wrong(key, "an object"))?;
        Fields::new(value, self.path(key))
    }

    /// The paths of fields that nobody knows what they mean.
    pub(super) fn others(&self, known: &[&str]) -> Vec<String> {
        let others = self.map.keys().filter(|key| !known.contains(&key.as_str()));
        others.map(|key| self.path(key)).collect()
    }
}

/// A list item that is a text.
pub(super) fn text_item(value: &Value, path: String) -> Shaped<String> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| ShapeError { field: path, expected: "a text", found: found(value) })
}

/// A list item that is true or false.
pub(super) fn flag_item(value: &Value, path: String) -> Shaped<bool> {
    let flag = value.as_bool();
    flag.ok_or_else(|| ShapeError { field: path, expected: "true or false", found: found(value) })
}

/// What an error says was there: the value, when it is short.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > 40 => "a longer text".to_owned(),
        short => short.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_is_a_text_or_an_object_with_one() {
        let value = json!({"_id": {"$oid": "5c8d"}, "competition": "5ca4", "other": 7});
        let fields = Fields::new(&value, "").expect("an object");
        assert_eq!(fields.id("_id").as_deref(), Ok("5c8d"));
        assert_eq!(fields.id("competition").as_deref(), Ok("5ca4"));
        assert_eq!(fields.id("other").expect_err("a number").found, "7");
        assert_eq!(fields.id("none").expect_err("missing").found, "nothing");
        assert_eq!(fields.others(&["_id", "other"]), ["competition"]);
    }

    #[test]
    fn errors_name_the_path() {
        let value = json!({"answer": {"subQuestions": ["a", 2]}});
        let fields = Fields::new(&value, "").and_then(|f| f.object("answer")).expect("an object");
        let error = fields.list("subQuestions", text_item).expect_err("a number in it");
        assert_eq!((error.field.as_str(), error.found.as_str()), ("answer.subQuestions[1]", "2"));
    }
}
