//! The plain protocol without input or output: messages and the time go in, what they ask for comes
//! out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use estrad_realtime::{Close, Resume};
use serde_json::Value;

use super::super::bucket::Bucket;
use super::super::credentials::Credentials;
use super::super::settings::LiveSettings;
use super::written::{Unreadable, Written};

/// Pause between two pings.
const PING_INTERVAL: Duration = Duration::from_secs(25);
/// How long nothing at all may come from a client.
const SILENCE: Duration = Duration::from_secs(45);
/// The event that brings a token.
const AUTH: &str = "auth";

/// What a client asks for.
#[derive(PartialEq)]
pub(super) enum Request {
    /// To be let in.
    Enter { credentials: Credentials, id: Option<u64> },
    /// An event.
    Event { name: String, data: Option<Value>, id: Option<u64> },
    /// Nothing that can be understood: to be told so, in its turn.
    Unreadable(Unreadable),
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Ping,
    Close(Close),
}

/// What came from a client, and when.
pub(super) struct Session {
    /// Until when a token has to come; none once one did.
    auth_by: Option<Instant>,
    /// Where the request says that the client was, for the message that brings the token.
    resume: Option<Resume>,
    requests: VecDeque<Request>,
    bucket: Bucket,
    heard: Instant,
    ping_at: Instant,
    /// When the ping left that was not answered yet.
    pinged: Option<Instant>,
}

impl Session {
    /// A session that begins, with a token in its request or without.
    pub(super) fn new(settings: &LiveSettings, brought: Credentials, now: Instant) -> Self {
        let mut requests = VecDeque::new();
        let mut auth_by = Some(now + settings.auth_timeout);
        let resume = brought.resume;
        if brought.token.is_some() {
            requests.push_back(Request::Enter { credentials: brought, id: None });
            auth_by = None;
        }
        let ping_at = now + PING_INTERVAL;
        let bucket = Bucket::new(settings, now);
        Self { auth_by, resume, requests, bucket, heard: now, ping_at, pinged: None }
    }

    /// Something came, whatever it is. Everything counts against the rate.
    ///
    /// # Errors
    /// If it is too much.
    pub(super) fn heard(&mut self, settings: &LiveSettings, now: Instant) -> Result<(), Close> {
        self.heard = now;
        if self.bucket.take(settings, now) { Ok(()) } else { Err(Close::TooManyEvents) }
    }

    /// A text came: its request waits until it is asked for.
    ///
    /// # Errors
    /// If it has no place here.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Close> {
        let Written { event, data, id } = match Written::read(text) {
            Ok(written) => written,
            Err(unreadable) => {
                self.requests.push_back(Request::Unreadable(unreadable));
                return Ok(());
            }
        };
        let request = match data {
            Some(Value::Object(data)) if event == AUTH => {
                let before = Credentials { token: None, resume: self.resume.take() };
                Request::Enter { credentials: Credentials::of_payload(&data).or(before), id }
            }
            // The first one says who it is, if the request did not.
            _ if self.auth_by.is_some() => return Err(Close::TokenMissing),
            data => Request::Event { name: event, data, id },
        };
        self.auth_by = None;
        self.requests.push_back(request);
        Ok(())
    }

    /// A binary message came: no event is one.
    pub(super) fn binary(&mut self) {
        self.requests.push_back(Request::Unreadable(Unreadable::whole("Messages are text.")));
    }

    /// The next request.
    pub(super) fn next(&mut self) -> Option<Request> {
        let next = self.requests.pop_front();
        if self.requests.is_empty() {
            // Whoever is quiet holds no memory.
            self.requests = VecDeque::new();
        }
        next
    }

    /// A pong came: how long it took, if it was asked for.
    pub(super) fn ponged(&mut self, now: Instant) -> Option<Duration> {
        Some(now - self.pinged.take()?)
    }

    /// When [`Session::due`] has something to say, at the latest.
    pub(super) fn deadline(&self) -> Instant {
        let heartbeat = self.ping_at.min(self.heard + SILENCE);
        self.auth_by.map_or(heartbeat, |by| by.min(heartbeat))
    }

    /// What is due by now.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        if self.auth_by.is_some_and(|by| now >= by) {
            Due::Close(Close::TokenMissing)
        } else if now >= self.heard + SILENCE {
            Due::Close(Close::Silent)
        } else if now >= self.ping_at {
            self.ping_at = now + PING_INTERVAL;
            self.pinged = Some(now);
            Due::Ping
        } else {
            Due::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(token: Option<&str>) -> (Session, Instant) {
        let now = Instant::now();
        let brought = Credentials { token: token.map(str::to_owned), resume: None };
        (Session::new(&LiveSettings::default(), brought, now), now)
    }

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_token_in_the_request_needs_no_first_message() {
        let (mut session, now) = session(Some("t"));
        assert!(matches!(session.next(), Some(Request::Enter { id: None, .. })));
        session.text(r#"{"event":"sync","data":{"slide_order":1},"id":7}"#).unwrap();
        let data = Some(json!({"slide_order": 1}));
        let event = Request::Event { name: "sync".into(), data, id: Some(7) };
        assert!(session.next() == Some(event));
        assert!(session.next().is_none());
        assert_eq!(session.due(now + secs(6)), Due::Nothing);
    }

    #[test]
    fn another_token_counts_from_then_on() {
        let (mut session, _) = session(Some("t"));
        session.text(r#"{"event":"auth","data":{"token":"u"},"id":2}"#).unwrap();
        assert!(matches!(session.next(), Some(Request::Enter { id: None, .. })));
        assert!(matches!(session.next(), Some(Request::Enter { id: Some(2), .. })));
    }

    #[test]
    fn otherwise_the_first_message_brings_it() {
        let (mut waiting, now) = session(None);
        assert_eq!(waiting.deadline(), now + secs(5));
        assert_eq!(waiting.due(now + secs(5)), Due::Close(Close::TokenMissing));
        waiting.text(r#"{"event":"auth","data":{"token":"t"},"id":1}"#).unwrap();
        let Some(Request::Enter { credentials, id: Some(1) }) = waiting.next() else {
            panic!("enters")
        };
        assert_eq!(credentials.token.as_deref(), Some("t"));
        assert_eq!(waiting.due(now + secs(5)), Due::Nothing);

        let place = Resume { presentation_id: 3.into(), since: Some(8) };
        let brought = Credentials { token: None, resume: Some(place) };
        let mut waiting = Session::new(&LiveSettings::default(), brought, now);
        waiting.text(r#"{"event":"auth","data":{"token":"t"}}"#).unwrap();
        let Some(Request::Enter { credentials, .. }) = waiting.next() else { panic!("enters") };
        assert_eq!(credentials.resume, Some(place));
        for first in [r#"{"event":"sync","data":{}}"#, r#"{"event":"auth"}"#] {
            assert_eq!(session(None).0.text(first), Err(Close::TokenMissing));
        }
    }

    #[test]
    fn what_is_no_message_is_told_in_its_turn() {
        let (mut session, _) = session(Some("t"));
        session.text("{").unwrap();
        session.text(r#"{"event":"e"}"#).unwrap();
        session.binary();
        assert!(matches!(session.next(), Some(Request::Enter { .. })));
        assert!(matches!(session.next(), Some(Request::Unreadable(_))));
        assert!(matches!(session.next(), Some(Request::Event { .. })));
        assert!(matches!(session.next(), Some(Request::Unreadable(_))));
    }

    #[test]
    fn what_is_no_message_brings_no_token() {
        let (mut session, now) = session(None);
        session.text("{").unwrap();
        assert_eq!(session.due(now + secs(5)), Due::Close(Close::TokenMissing));
    }

    #[test]
    fn is_pinged_and_let_go_when_silent() {
        let (mut session, now) = session(Some("t"));
        assert_eq!(session.deadline(), now + secs(25));
        assert_eq!(session.due(now + secs(24)), Due::Nothing);
        assert_eq!(session.due(now + secs(25)), Due::Ping);
        assert_eq!(session.deadline(), now + secs(45));
        assert_eq!(session.ponged(now + secs(26)), Some(secs(1)));
        assert_eq!(session.ponged(now + secs(27)), None, "nobody asked");
        session.heard(&LiveSettings::default(), now + secs(26)).unwrap();
        assert_eq!(session.due(now + secs(50)), Due::Ping);
        assert_eq!(session.due(now + secs(71)), Due::Close(Close::Silent));
    }

    #[test]
    fn floods_are_ended() {
        let (mut session, now) = session(Some("t"));
        let settings = LiveSettings::default();
        let taken = (0..1_000).take_while(|_| session.heard(&settings, now).is_ok()).count();
        assert_eq!(taken, settings.events_burst as usize);
        assert_eq!(session.heard(&settings, now), Err(Close::TooManyEvents));
    }
}
