//! What a client is answered, as texts.

use estrad_socketio::Str;
use serde_json::{Value, json};

/// The acknowledgement of a message.
pub(super) fn acknowledgement(id: u64, data: &Value) -> Str {
    json!({"event": "ack", "id": id, "data": data}).to_string().into()
}
