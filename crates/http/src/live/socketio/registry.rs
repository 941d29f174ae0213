//! All Socket.IO sessions of the server, by their ids. Not on the way of what is published.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use estrad_socketio::{Config, RequestError, Sid};

use super::super::settings::LiveSettings;
use super::super::websocket::CHUNK;
use super::member::Member;

/// Attachments of one packet: no event has any.
const MAX_ATTACHMENTS: usize = 2;
/// How long a session that the server ends waits for its last packets to be fetched: stopping waits
/// for it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The sessions, and what all of them allow.
pub(in super::super) struct Registry {
    pub(in super::super) config: Arc<Config>,
    members: Mutex<HashMap<Sid, Arc<Member>>>,
}

impl Registry {
    pub(in super::super) fn new(settings: &LiveSettings) -> Self {
        let config = Config {
            max_payload: settings.max_frame_bytes,
            max_outbox_bytes: settings.max_outbox_bytes,
            connect_timeout: settings.connect_timeout,
            // What a websocket reads at once, after the beginning of a message; or two bodies.
            max_inbox_bytes: settings.max_frame_bytes.saturating_mul(2).saturating_add(CHUNK),
            // The bytes of a body are the bound: each packet has one, and a separator.
            max_packets_in: settings.max_frame_bytes,
            max_attachments: MAX_ATTACHMENTS,
            max_attachment_bytes: settings.max_frame_bytes,
            max_namespaces: 1,
            close_timeout: CLOSE_TIMEOUT,
            ..Config::default()
        };
        Self { config: Arc::new(config), members: Mutex::default() }
    }

    /// The session that a request names.
    ///
    /// # Errors
    /// If there is none, or the request is from somebody else.
    pub(in super::super) fn find(
        &self,
        sid: Sid,
        authorization: Option<&HeaderValue>,
    ) -> Result<Arc<Member>, Missing> {
        let unknown = || Missing::Unknown(RequestError::InvalidSession(sid.to_string()));
        let member = self.lock().get(&sid).cloned().ok_or_else(unknown)?;
        if member.is_of(authorization) { Ok(member) } else { Err(Missing::Foreign) }
    }

    pub(super) fn insert(&self, member: Arc<Member>) {
        self.lock().insert(member.sid(), member);
    }

    pub(super) fn remove(&self, sid: Sid) {
        self.lock().remove(&sid);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sid, Arc<Member>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a session is not given to a request.
#[derive(Debug)]
pub(in super::super) enum Missing {
    /// There is none.
    Unknown(RequestError),
    /// It was opened with another token.
    Foreign,
}
