//! What a client is told about its events, the same with both protocols.

use estrad_realtime::{Close, EventError};
use serde_json::{Value, json};

/// The data of an `error` event.
pub(super) fn error(event: &str, error: &EventError) -> Value {
    let mut data = json!(error);
    data["event"] = event.into();
    data
}

/// The data of an acknowledgement.
pub(super) fn acknowledgement(result: Result<Value, EventError>) -> Value {
    match result {
        Ok(Value::Object(mut data)) => {
            data.insert("ok".to_owned(), true.into());
            data.into()
        }
        Ok(Value::Null) => json!({"ok": true}),
        Ok(data) => json!({"ok": true, "data": data}),
        Err(error) => json!({"ok": false, "error": error}),
    }
}

/// The data of a refusal to let a client in.
pub(super) fn refusal(close: Close) -> Value {
    json!({"code": close.word()})
}

/// A message that can't be understood, for what is wrong with which of its fields.
pub(super) fn unreadable(field: &str, message: impl Into<String>) -> EventError {
    EventError {
        code: "invalid_request",
        message: message.into(),
        field: Some(field.to_owned()),
        reason: None,
        retry_after_ms: None,
    }
}

/// An event that came after its token was revoked.
pub(super) fn revoked() -> EventError {
    let close = Close::TokenRevoked;
    EventError {
        code: close.word(),
        message: close.sentence().to_owned(),
        field: None,
        reason: None,
        retry_after_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acknowledgements_say_whether_it_went_well() {
        assert_eq!(acknowledgement(Ok(Value::Null)), json!({"ok": true}));
        assert_eq!(acknowledgement(Ok(json!({"t0": 1}))), json!({"ok": true, "t0": 1}));
        let refused = acknowledgement(Err(revoked()));
        assert_eq!(
            (&refused["ok"], &refused["error"]["code"]),
            (&json!(false), &json!("token_revoked"))
        );
        assert_eq!(error("sync", &revoked())["event"], "sync");
    }
}
