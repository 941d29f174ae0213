//! What is sent to clients, encoded once per protocol however many it goes to.

use std::sync::{Arc, OnceLock};

use estrad_domain::presentation::ServerEvent;
use estrad_socketio::packet::Args;
use estrad_socketio::{Prepared, Str};
use serde::Serialize;
use serde_json::Value;

/// An event on its way to clients. Each protocol's form of it is made when first asked for.
#[derive(Debug)]
pub struct Message {
    event: ServerEvent,
    data: Option<Value>,
    socketio: OnceLock<Prepared>,
    plain: OnceLock<Str>,
}

/// The namespace that everything happens in.
pub const NAMESPACE: &str = "/";

impl Message {
    /// An event with data.
    ///
    /// Data that can't be JSON (a map whose keys are no texts) would be a fault of ours, and is sent
    /// as `null`.
    pub fn new(event: ServerEvent, data: impl Serialize) -> Arc<Self> {
        let data = serde_json::to_value(data).unwrap_or_default();
        Arc::new(Self::with(event, Some(data)))
    }

    /// An event without data.
    pub fn bare(event: ServerEvent) -> Arc<Self> {
        Arc::new(Self::with(event, None))
    }

    fn with(event: ServerEvent, data: Option<Value>) -> Self {
        Self { event, data, socketio: OnceLock::new(), plain: OnceLock::new() }
    }

    /// Its name.
    pub fn event(&self) -> &'static str {
        self.event.word()
    }

    /// Its data.
    pub fn data(&self) -> Option<&Value> {
        self.data.as_ref()
    }

    /// The event for Socket.IO sessions; none if it can't be encoded, which would be a fault of ours.
    pub fn socketio(&self) -> Option<&Prepared> {
        if self.socketio.get().is_none() {
            let args = Args::from(self.data.iter().cloned().collect::<Vec<_>>());
            let prepared = Prepared::event(NAMESPACE, self.event(), &args);
            let prepared = prepared.inspect_err(|error| {
                tracing::error!(%error, event = self.event(), "can't be encoded");
            });
            let _ = self.socketio.set(prepared.ok()?);
        }
        self.socketio.get()
    }

    /// The text of the frame for plain websockets.
    pub fn plain(&self) -> &Str {
        self.plain.get_or_init(|| {
            // A name of ours needs no escaping.
            let event = self.event();
            Str::from(match &self.data {
                Some(data) => format!(r#"{{"event":"{event}","data":{data}}}"#),
                None => format!(r#"{{"event":"{event}"}}"#),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_say_the_same() {
        let message = Message::new(ServerEvent::SetSlide, json!({"slide_order": 1}));
        assert_eq!(&**message.plain(), r#"{"event":"set_slide","data":{"slide_order":1}}"#);
        assert!(message.socketio().is_some());
        assert_eq!(
            &**Message::bare(ServerEvent::EndPresentation).plain(),
            r#"{"event":"end_presentation"}"#
        );
    }
}
