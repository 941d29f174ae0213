//! What a request to the Engine.IO path asks for, and the ways in which it can be refused.

use std::time::Duration;

pub use engineioxide_core::{ProtocolVersion, Sid, TransportType};

/// The query of a request to the Engine.IO path, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What it is about.
    pub target: Target,
    /// The transport that it uses.
    pub transport: TransportType,
}

/// Whether a request opens a session or belongs to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// A handshake.
    New(Dialect),
    /// A session that should exist.
    Session(Sid),
}

/// What a client speaks, as its handshake says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dialect {
    /// The version of Engine.IO.
    pub protocol: ProtocolVersion,
    /// With Engine.IO 3: the client takes no binary bodies and messages (`b64=1`). It says so in its
    /// handshake only.
    pub base64: bool,
}

impl From<ProtocolVersion> for Dialect {
    fn from(protocol: ProtocolVersion) -> Self {
        Self { protocol, base64: false }
    }
}

impl Query {
    /// Reads a raw query string. The first of repeated parameters counts, unknown ones are the
    /// application's.
    ///
    /// # Errors
    /// A transport that does not exist, an id that none of ours could be, a protocol that is neither
    /// 3 nor 4. Refuses JSONP polling (`j=`), which executes what it is sent as script.
    pub fn parse(raw: &str) -> Result<Self, RequestError> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(raw).map_err(|_| RequestError::Malformed)?;
        let get = |name| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let name = get("transport").unwrap_or_default();
        let transport = name.parse().map_err(|_| RequestError::InvalidTransport(excerpt(name)))?;
        if get("j").is_some() {
            return Err(RequestError::InvalidTransport("jsonp".into()));
        }
        let target = match get("sid") {
            Some(sid) => Target::Session(
                sid.parse().map_err(|_| RequestError::InvalidSession(excerpt(sid)))?,
            ),
            None => {
                let protocol = get("EIO").and_then(|version| version.parse().ok());
                let protocol = protocol.ok_or(RequestError::UnsupportedProtocol)?;
                let base64 = get("b64").is_some_and(|value| value != "0");
                Target::New(Dialect { protocol, base64 })
            }
        };
        Ok(Self { target, transport })
    }
}

/// What is echoed of a client's own words: enough to recognise them.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// Why a request is refused. The sentences are those of the server that this one replaces.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The handshake names no protocol that we speak.
    #[error("The client is using an unsupported version of the Socket.IO or Engine.IO protocols")]
    UnsupportedProtocol,
    /// There is no such transport.
    #[error("Invalid transport {0}")]
    InvalidTransport(String),
    /// There is no such session, or not any more.
    #[error("Invalid session {0}")]
    InvalidSession(String),
    /// The session is not on the transport that the request uses.
    #[error("Bad request")]
    TransportMismatch,
    /// Neither GET nor POST, or a POST without a session.
    #[error("Method Not Supported")]
    BadMethod,
    /// A second request of its kind while one is under way; the session has ended.
    #[error("Overlapping requests")]
    Overlap,
    /// The body can't be read; the session has ended.
    #[error("Invalid payload")]
    Malformed,
    /// The body has more bytes than allowed; the session has ended.
    #[error("Payload too large")]
    TooLarge,
    /// The body did not arrive within the given time.
    #[error("The body took longer than {} s", .0.as_secs())]
    TooSlow(Duration),
    /// The session ended while a GET waited, and the client is to connect again.
    #[error("The session has ended: connect again")]
    Ended,
    /// The page that asks is from an origin that is not allowed.
    #[error("Not an accepted origin.")]
    ForeignOrigin,
}

impl RequestError {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::TooSlow(_) => 408,
            Self::Ended => 503,
            _ => 400,
        }
    }

    /// The body: the sentence as a JSON string. Sent as `text/plain`.
    pub fn body(&self) -> String {
        serde_json::Value::String(self.to_string()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(raw: &str) -> String {
        Query::parse(raw).unwrap_err().body()
    }

    #[test]
    fn handshakes_of_both_protocols() {
        for (version, protocol) in [("4", ProtocolVersion::V4), ("3", ProtocolVersion::V3)] {
            let query = Query::parse(&format!("EIO={version}&transport=polling&t=x")).unwrap();
            assert_eq!(query.target, Target::New(protocol.into()));
            assert_eq!(query.transport, TransportType::Polling);
        }
    }

    #[test]
    fn refusals_have_the_recorded_sentences() {
        assert_eq!(refused("EIO=4&transport=nosuch"), r#""Invalid transport nosuch""#);
        assert_eq!(refused("EIO=4&transport=polling&sid=nosuch"), r#""Invalid session nosuch""#);
        let unsupported = r#""The client is using an unsupported version of the Socket.IO or Engine.IO protocols""#;
        for raw in ["transport=polling", "EIO=abc&transport=polling", "EIO=5&transport=websocket"] {
            assert_eq!(refused(raw), unsupported);
        }
        assert_eq!(refused("EIO=4"), r#""Invalid transport ""#);
        assert!(refused("EIO=4&transport=polling&j=0").contains("jsonp"));
    }

    #[test]
    fn what_is_echoed_is_short_and_harmless() {
        let body = refused(&format!("EIO=4&transport=%00%22{}", "é".repeat(5_000)));
        assert!(body.len() < 200, "{body}");
        assert!(body.contains(r#"\""#));
    }
}
