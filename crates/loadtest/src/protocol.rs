//! What is said in the frames: the texts of the three protocols, read and written.
//!
//! Reading a text must cost next to nothing, so nothing is parsed: a `sync` is known by how it
//! begins, and its number is searched for.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use crate::cli::Speech;

/// A text of the server, understood as far as the load needs it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// Engine.IO is there: ask for the namespace.
    Open,
    /// Engine.IO's heartbeat: answer it.
    Heartbeat,
    /// A `sync` with its number.
    Sync(u64),
    /// What became of the event of that `id`.
    Ack { id: u64, ok: bool },
    /// An error of the server, as it says it.
    Error(&'a [u8]),
    /// Anything else.
    Other,
}

impl Speech {
    /// The address of the sockets.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
            Self::Plain => "/ws",
            Self::Raw => "/",
        }
    }

    /// Understands a text.
    pub(crate) fn hear(self, text: &[u8]) -> Heard<'_> {
        match self {
            Self::SocketIo => match text {
                [b'4', b'2', event @ ..] if event.starts_with(b"[\"sync\"") => number(event),
                [b'4', b'2', event @ ..] if event.starts_with(b"[\"error\"") => error(text),
                [b'4', b'3', ack @ ..] => Heard::Ack { id: digits(ack), ok: is_ok(ack) },
                [b'4', b'4', ..] => Heard::Error(text),
                [b'0', ..] => Heard::Open,
                [b'2', ..] => Heard::Heartbeat,
                _ => Heard::Other,
            },
            Self::Plain | Self::Raw => {
                if is_event(text, b"{\"event\":\"sync\"") {
                    number(text)
                } else if is_event(text, b"{\"event\":\"ack\"") {
                    Heard::Ack { id: member(text, &ID).unwrap_or_default(), ok: is_ok(text) }
                } else if is_event(text, b"{\"event\":\"error\"") {
                    error(text)
                } else {
                    Heard::Other
                }
            }
        }
    }

    /// What asks for the namespace, after [`Heard::Open`].
    pub(crate) fn connect(token: Option<&str>) -> String {
        match token {
            // A token has no character that JSON would escape.
            Some(token) => format!("40{{\"token\":\"{token}\"}}"),
            None => "40".to_owned(),
        }
    }

    /// The operator's event with its data.
    pub(crate) fn sync(self, data: &str) -> String {
        match self {
            Self::SocketIo => format!("42[\"sync\",{data}]"),
            Self::Plain | Self::Raw => format!("{{\"event\":\"sync\",\"data\":{data}}}"),
        }
    }

    /// A team's event with its data, to be acknowledged.
    pub(crate) fn answer(self, id: u64, data: &str) -> String {
        match self {
            Self::SocketIo => format!("42{id}[\"answer\",{data}]"),
            Self::Plain | Self::Raw => {
                format!("{{\"event\":\"answer\",\"id\":{id},\"data\":{data}}}")
            }
        }
    }
}

/// Whether a JSON object is of an event; the member may come later than first.
fn is_event(text: &[u8], beginning: &[u8]) -> bool {
    text.starts_with(beginning) || memmem::find(text, &beginning[1..]).is_some()
}

static SEQ: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"seq\":"));
/// With what comes before it: the data has an `id` of its own, and may come first.
static ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"ack\",\"id\":"));

fn number(text: &[u8]) -> Heard<'_> {
    member(text, &SEQ).map_or(Heard::Other, Heard::Sync)
}

/// The whole number after a member's name.
fn member(text: &[u8], name: &Finder<'_>) -> Option<u64> {
    let at = name.find(text)?;
    Some(digits(&text[at + name.needle().len()..]))
}

fn digits(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits
        .fold(0_u64, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

fn is_ok(acknowledgement: &[u8]) -> bool {
    memmem::find(acknowledgement, b"\"ok\":true").is_some()
}

/// An error ends a run. Not so one of an answer: its acknowledgement says the same.
fn error(text: &[u8]) -> Heard<'_> {
    match memmem::find(text, b"\"event\":\"answer\"") {
        Some(_) => Heard::Other,
        None => Heard::Error(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_is_known_by_its_number_in_each_protocol() {
        let data = r#"{"slide_order":1,"timer":{"value":null,"enabled":false},"seq":4711}"#;
        for speech in [Speech::SocketIo, Speech::Plain, Speech::Raw] {
            let text = speech.sync(data);
            assert_eq!(speech.hear(text.as_bytes()), Heard::Sync(4711), "{text}");
        }
        let turned = br#"{"data":{"seq":12},"event":"sync"}"#;
        assert_eq!(Speech::Plain.hear(turned), Heard::Sync(12));
    }

    #[test]
    fn an_acknowledgement_is_known_by_its_id() {
        let ack = |text: &'static [u8]| Speech::Plain.hear(text);
        let taken = br#"{"event":"ack","id":41,"data":{"id":7,"ok":true,"seq":9}}"#;
        assert_eq!(ack(taken), Heard::Ack { id: 41, ok: true });
        let turned = br#"{"data":{"id":7,"ok":true,"seq":9},"event":"ack","id":41}"#;
        assert_eq!(ack(turned), Heard::Ack { id: 41, ok: true });
        let refused = br#"{"event":"ack","id":42,"data":{"error":{"code":"busy"},"ok":false}}"#;
        assert_eq!(ack(refused), Heard::Ack { id: 42, ok: false });
        let socketio = Speech::SocketIo.hear(br#"4341[{"id":7,"ok":true}]"#);
        assert_eq!(socketio, Heard::Ack { id: 41, ok: true });
        let error = br#"{"event":"error","data":{"code":"busy","event":"answer"}}"#;
        assert_eq!(ack(error), Heard::Other);
    }

    #[test]
    fn what_is_no_sync_is_not_counted() {
        let socketio = |text| Speech::SocketIo.hear(text);
        assert_eq!(socketio(br#"0{"sid":"a","pingInterval":25000}"#), Heard::Open);
        assert_eq!(socketio(br#"40{"sid":"a"}"#), Heard::Other);
        assert_eq!(socketio(b"2"), Heard::Heartbeat);
        assert_eq!(socketio(br#"42["presence",{"seq":1}]"#), Heard::Other);
        assert_eq!(socketio(br#"42["sync",{}]"#), Heard::Other);
        assert!(matches!(socketio(br#"44{"message":"no"}"#), Heard::Error(_)));
        let plain = |text| Speech::Plain.hear(text);
        assert_eq!(plain(br#"{"event":"presence","data":{"seq":1}}"#), Heard::Other);
        assert!(matches!(plain(br#"{"event":"error","data":{}}"#), Heard::Error(_)));
    }
}
