//! The recorded cases, as they are in the file.

use std::collections::BTreeMap;

use serde_json::Value;

/// One request and what the old server answered.
#[derive(Clone)]
pub(super) struct Example {
    pub(super) case: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Body,
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    /// Null when it was none, or not JSON.
    pub(super) answer: Value,
}

/// What is sent with a request.
#[derive(Clone)]
pub(super) enum Body {
    None,
    Json(Value),
    /// Something else, with its type.
    Text(String, String),
    /// A form with a file of `tests/data` in the field.
    Form(String, String),
}

/// All of them, in the order in which they were recorded.
pub(super) fn all() -> Vec<Example> {
    let lines = include_str!("../../data/http-examples.jsonl").lines();
    lines.map(|line| example(serde_json::from_str(line).expect("JSON"))).collect()
}

fn example(recorded: Value) -> Example {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (request, response) = (&recorded["request"], &recorded["response"]);
    let body = if let Some(form) = request.get("form") {
        Body::Form(text(&form["field"]), text(&form["file"]))
    } else if let Some(body) = request.get("text") {
        Body::Text(text(body), text(&request["type"]))
    } else if let Some(json) = request.get("json") {
        Body::Json(json.clone())
    } else {
        Body::None
    };
    let headers = response["headers"].as_object().into_iter().flatten();
    Example {
        case: text(&recorded["case"]),
        method: text(&request["method"]),
        path: text(&request["path"]),
        body,
        status: response["status"].as_u64().expect("a status") as u16,
        headers: headers.map(|(name, value)| (name.clone(), text(value))).collect(),
        answer: response["json"].clone(),
    }
}
