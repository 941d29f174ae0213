//! What the application sends.

use serde_json::Value;

use super::{Event, Session};
use crate::packet::{self, AckId, Args, EncodeError};
use crate::reason::CloseReason;
use crate::wire::{self, Prepared, Wire};

/// Why something was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The session is over, or about to be.
    #[error("the session is over")]
    Closed,
    /// The client is not in the namespace, or (to be accepted or refused) has not asked to be.
    #[error("the client is not in the namespace")]
    NotJoined,
    /// The client does not keep up. The session has ended because of this.
    #[error("the client does not keep up")]
    Overflow,
    /// Too many events await their acknowledgement.
    #[error("too many events await their acknowledgement")]
    TooManyAcks,
    /// It can't be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl Session {
    /// Lets the client into the namespace, under an id of the application's (any text that is hard to
    /// guess; unlike the session's id it may be shown to others).
    ///
    /// # Errors
    /// If the client has not asked, or is gone.
    pub fn accept(&mut self, namespace: &str, id: &str) -> Result<(), SendError> {
        self.writable()?;
        if !self.namespaces.join(namespace, id) {
            return Err(SendError::NotJoined);
        }
        self.connect_by = None;
        self.send_connect(namespace, id);
        self.writable()
    }

    /// Refuses the client who asks to join the namespace. Clients of Socket.IO 4 get the message only.
    ///
    /// # Errors
    /// If the client has not asked, or is gone.
    pub fn refuse(
        &mut self,
        namespace: &str,
        message: &str,
        data: Option<&Value>,
    ) -> Result<(), SendError> {
        self.writable()?;
        if self.namespaces.get(namespace).is_none() || self.is_joined(namespace) {
            return Err(SendError::NotJoined);
        }
        self.namespaces.leave(namespace);
        self.send_refusal(namespace, message, data);
        self.writable()
    }

    /// Whether the client is in the namespace.
    pub fn is_joined(&self, namespace: &str) -> bool {
        matches!(self.namespaces.get(namespace), Some(super::namespaces::Membership::Joined(_)))
    }

    /// Sends an event.
    ///
    /// # Errors
    /// If the client is not in the event's namespace, does not keep up, or is gone.
    pub fn emit(&mut self, event: &Prepared) -> Result<(), SendError> {
        self.send_to(event.namespace(), event.packets())
    }

    /// Sends an event that the client is to acknowledge, with an [`Event::Ack`].
    ///
    /// # Errors
    /// As [`Session::emit`], and if too many acknowledgements are awaited or it can't be encoded.
    pub fn emit_with_ack(
        &mut self,
        namespace: &str,
        name: &str,
        args: &Args,
    ) -> Result<AckId, SendError> {
        self.writable()?;
        let max = self.config.max_pending_acks;
        let joined = self.namespaces.joined(namespace).ok_or(SendError::NotJoined)?;
        let id = joined.expect_ack(max).ok_or(SendError::TooManyAcks)?;
        let sent = packet::event(namespace, name, args, Some(id))
            .map_err(SendError::from)
            .and_then(|text| self.send_to(namespace, &wire::message(&text, args)));
        if sent.is_err() {
            self.forget_ack(namespace, id);
        }
        sent.map(|()| id)
    }

    /// Awaits that acknowledgement no longer.
    pub fn forget_ack(&mut self, namespace: &str, id: AckId) {
        if let Some(joined) = self.namespaces.joined(namespace) {
            joined.settle(id);
        }
    }

    /// Acknowledges an event of the client's.
    ///
    /// # Errors
    /// As [`Session::emit`], and if it can't be encoded.
    pub fn acknowledge(
        &mut self,
        namespace: &str,
        id: AckId,
        args: &Args,
    ) -> Result<(), SendError> {
        let text = packet::reply(namespace, id, args)?;
        self.send_to(namespace, &wire::message(&text, args))
    }

    /// Puts the client out of the namespace; the session goes on.
    ///
    /// # Errors
    /// If the client is not in it, or gone.
    pub fn disconnect(&mut self, namespace: &str) -> Result<(), SendError> {
        self.send_to(namespace, &wire::message(&packet::disconnect(namespace), &Args::default()))?;
        self.namespaces.leave(namespace);
        let (namespace, reason) = (namespace.to_owned(), CloseReason::ServerDisconnect);
        self.events.push_back(Event::Disconnect { namespace, reason });
        Ok(())
    }

    pub(super) fn send_connect(&mut self, namespace: &str, id: &str) {
        let text = packet::connect(namespace, self.protocol, id);
        self.push(&wire::message(&text, &Args::default()));
    }

    pub(super) fn send_refusal(&mut self, namespace: &str, message: &str, data: Option<&Value>) {
        let text = packet::connect_error(namespace, self.protocol, message, data);
        self.push(&wire::message(&text, &Args::default()));
    }

    pub(super) fn send_control(&mut self, packet: Wire) {
        self.push(std::slice::from_ref(&packet));
    }

    fn send_to(&mut self, namespace: &str, packets: &[Wire]) -> Result<(), SendError> {
        self.writable()?;
        if !self.is_joined(namespace) {
            return Err(SendError::NotJoined);
        }
        match self.push(packets) {
            true => Ok(()),
            false => Err(SendError::Overflow),
        }
    }

    fn push(&mut self, packets: &[Wire]) -> bool {
        if !self.is_open() {
            return false;
        }
        let fits = self.outbox.push(packets);
        if !fits {
            self.finish(CloseReason::SlowConsumer);
        }
        fits
    }

    fn writable(&self) -> Result<(), SendError> {
        if self.is_open() { Ok(()) } else { Err(SendError::Closed) }
    }
}
