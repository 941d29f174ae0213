//! The namespaces of one session.

use std::collections::{BTreeMap, BTreeSet};

use crate::packet::AckId;

/// What a session has to do with each namespace; bounded by the configuration.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    entries: BTreeMap<String, Membership>,
    /// Whether a CONNECT ever came: packets for a namespace that the client has just been put out of
    /// are no mistake of the client's, packets before any CONNECT are.
    pub(super) asked: bool,
}

/// A client's part in a namespace.
#[derive(Debug)]
pub(super) enum Membership {
    /// It wants to join.
    Asked,
    /// It has joined.
    Joined(Joined),
}

/// A client in a namespace.
#[derive(Debug)]
pub(super) struct Joined {
    /// The id it was given.
    pub(super) id: String,
    next_ack: u64,
    pending: BTreeSet<AckId>,
}

impl Joined {
    /// A number for an event that is to be acknowledged; none while too many are.
    pub(super) fn expect_ack(&mut self, max_pending: usize) -> Option<AckId> {
        if self.pending.len() >= max_pending {
            return None;
        }
        let id = AckId::new(self.next_ack)?;
        self.next_ack += 1;
        self.pending.insert(id);
        Some(id)
    }

    /// Whether that acknowledgement was awaited. It no longer is.
    pub(super) fn settle(&mut self, id: AckId) -> bool {
        self.pending.remove(&id)
    }
}

impl Namespaces {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, namespace: &str) -> Option<&Membership> {
        self.entries.get(namespace)
    }

    pub(super) fn joined(&mut self, namespace: &str) -> Option<&mut Joined> {
        match self.entries.get_mut(namespace)? {
            Membership::Joined(joined) => Some(joined),
            Membership::Asked => None,
        }
    }

    pub(super) fn ask(&mut self, namespace: String) {
        self.entries.insert(namespace, Membership::Asked);
    }

    /// Lets the client in; false if it has not asked.
    pub(super) fn join(&mut self, namespace: &str, id: &str) -> bool {
        match self.entries.get_mut(namespace) {
            Some(entry @ Membership::Asked) => {
                let (id, pending) = (id.to_owned(), BTreeSet::new());
                *entry = Membership::Joined(Joined { id, next_ack: 0, pending });
                true
            }
            _ => false,
        }
    }

    /// Takes the client out; whether it had joined.
    pub(super) fn leave(&mut self, namespace: &str) -> bool {
        matches!(self.entries.remove(namespace), Some(Membership::Joined(_)))
    }

    /// Takes the client out of all; those that it had joined.
    pub(super) fn leave_all(&mut self) -> Vec<String> {
        let entries = std::mem::take(&mut self.entries);
        let joined = |membership: &Membership| matches!(membership, Membership::Joined(_));
        entries.into_iter().filter(|(_, entry)| joined(entry)).map(|(name, _)| name).collect()
    }
}
