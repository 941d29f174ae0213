//! Messages of the client to events for the application.

use serde_json::{Map, Value};

use super::namespaces::Membership;
use super::{Event, Incoming, Session};
use crate::packet::{Body, DecodeError, Packet};
use crate::reason::CloseReason;

impl Session {
    /// The next event; none until there is more input.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let packet = match self.inbox.pop_front()? {
                Incoming::Text(text) => {
                    self.inbox_bytes = self.inbox_bytes.saturating_sub(text.len());
                    self.assembler.text(&text, &self.config)
                }
                Incoming::Binary(data) => {
                    self.inbox_bytes = self.inbox_bytes.saturating_sub(data.len());
                    self.assembler.binary(data, &self.config)
                }
                Incoming::End(reason) => {
                    self.end(reason);
                    continue;
                }
            };
            match packet.and_then(|packet| packet.map_or(Ok(()), |packet| self.handle(packet))) {
                Ok(()) => {}
                Err(_) => self.fail(),
            }
        }
    }

    /// Whether [`Session::next_event`] has something to look at.
    pub fn has_events(&self) -> bool {
        !self.events.is_empty() || !self.inbox.is_empty()
    }

    /// Ends the session as the client's packet can't be read, also where the client has already said
    /// goodbye after it.
    fn fail(&mut self) {
        self.finish(CloseReason::ParseError);
        self.inbox.retain(|incoming| matches!(incoming, Incoming::End(_)));
    }

    fn end(&mut self, reason: CloseReason) {
        for namespace in self.namespaces.leave_all() {
            self.events.push_back(Event::Disconnect { namespace, reason });
        }
        self.events.push_back(Event::Closed { reason });
    }

    fn handle(&mut self, packet: Packet) -> Result<(), DecodeError> {
        let Packet { namespace, body } = packet;
        match body {
            Body::Connect { auth, query } => {
                self.connect(namespace, auth, query);
                return Ok(());
            }
            _ if !self.namespaces.asked => return Err(DecodeError::Order),
            // The client may not know yet that it was put out.
            _ if self.namespaces.joined(&namespace).is_none() => {
                if body == Body::Disconnect {
                    self.namespaces.leave(&namespace);
                }
            }
            Body::Disconnect => {
                self.namespaces.leave(&namespace);
                let reason = CloseReason::ClientDisconnect;
                self.events.push_back(Event::Disconnect { namespace, reason });
            }
            Body::Event { name, args, ack } => {
                self.events.push_back(Event::Event { namespace, name, args, ack });
            }
            Body::Unreadable { name, ack } => {
                self.events.push_back(Event::Unreadable { namespace, name, ack });
            }
            Body::Ack { id, args } => {
                if self.namespaces.joined(&namespace).is_some_and(|joined| joined.settle(id)) {
                    self.events.push_back(Event::Ack { namespace, id, args });
                }
            }
        }
        Ok(())
    }

    /// A client asks to join. Asking again gets the same answer again.
    pub(super) fn connect(
        &mut self,
        namespace: String,
        auth: Option<Map<String, Value>>,
        query: Option<String>,
    ) {
        self.namespaces.asked = true;
        match self.namespaces.get(&namespace) {
            Some(Membership::Asked) => return,
            Some(Membership::Joined(joined)) => {
                let id = joined.id.clone();
                return self.send_connect(&namespace, &id);
            }
            None => {}
        }
        if !self.config.namespaces.iter().any(|known| **known == *namespace) {
            return self.send_refusal(&namespace, "Invalid namespace", None);
        }
        if self.namespaces.len() >= self.config.max_namespaces {
            return self.send_refusal(&namespace, "Too many namespaces", None);
        }
        self.namespaces.ask(namespace.clone());
        self.events.push_back(Event::Connect { namespace, auth, query });
    }
}
