//! Short ways to documents for the tests beside the code.

use serde_json::{Value, json};

use super::documents::Question;

/// A question document with these fields, and what it takes besides.
pub(super) fn question(fields: Value) -> Question {
    let mut document = json!({
        "_id": "q", "competition": "c", "title": "Q", "type": "normal",
        "answer": {"type": "multi", "pairs": [[], []], "subQuestions": []},
    });
    for (key, value) in fields.as_object().expect("an object") {
        document[key] = value.clone();
    }
    match Question::parse(&document) {
        Ok(question) => question,
        Err(error) => panic!("{error:?}"),
    }
}
