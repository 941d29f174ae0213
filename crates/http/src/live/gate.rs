//! How many connections there may be, altogether and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::settings::LiveSettings;
use crate::client_address;

/// Counts the live connections of all threads. Not on the way of what is published.
#[derive(Debug, Default)]
pub(super) struct Gate {
    counts: Mutex<Counts>,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    closed: bool,
    total: usize,
    addresses: HashMap<IpAddr, usize>,
}

/// Why nobody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// There are too many connections.
    TooMany,
    /// The server stops.
    Stopping,
}

impl Gate {
    /// Lets a connection in, until its permit is dropped.
    ///
    /// # Errors
    /// If there are too many, or the server stops.
    pub(super) fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        settings: &LiveSettings,
    ) -> Result<Permit, Full> {
        let subject = client_address::network(address);
        let mut counts = self.lock();
        if counts.closed {
            return Err(Full::Stopping);
        }
        let there = counts.addresses.get(&subject).copied().unwrap_or_default();
        if counts.total >= settings.max_connections || there >= settings.max_connections_per_address
        {
            return Err(Full::TooMany);
        }
        counts.total += 1;
        counts.addresses.insert(subject, there + 1);
        Ok(Permit { gate: self.clone(), subject })
    }

    /// Lets nobody in any more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
    }

    /// Waits until all have left.
    pub(super) async fn emptied(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.lock().total == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn leave(&self, subject: IpAddr) {
        let mut counts = self.lock();
        counts.total -= 1;
        if let Some(count) = counts.addresses.get_mut(&subject) {
            *count -= 1;
            if *count == 0 {
                counts.addresses.remove(&subject);
            }
        }
        if counts.total == 0 {
            self.emptied.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place.
#[derive(Debug)]
pub(super) struct Permit {
    gate: Arc<Gate>,
    subject: IpAddr,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.leave(self.subject);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> LiveSettings {
        LiveSettings {
            max_connections: 3,
            max_connections_per_address: 2,
            ..LiveSettings::default()
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn is_full_for_one_address_and_for_all() {
        let (gate, settings) = (Arc::new(Gate::default()), settings());
        let enter = |from| gate.enter(address(from), &settings);
        let _first = enter("192.0.2.1").unwrap();
        let second = enter("192.0.2.1").unwrap();
        assert_eq!(enter("192.0.2.1").unwrap_err(), Full::TooMany);
        let _third = enter("192.0.2.2").unwrap();
        assert_eq!(enter("192.0.2.3").unwrap_err(), Full::TooMany);
        drop(second);
        let _fourth = enter("192.0.2.3").unwrap();
        gate.close();
        assert_eq!(enter("192.0.2.4").unwrap_err(), Full::Stopping);
    }

    #[test]
    fn neighbours_of_one_network_are_one() {
        let (gate, settings) = (Arc::new(Gate::default()), settings());
        let enter = |from| gate.enter(address(from), &settings);
        let _permits = [enter("2001:db8::1").unwrap(), enter("2001:db8::2").unwrap()];
        assert!(enter("2001:db8::3").is_err());
        assert!(enter("2001:db8:0:1::3").is_ok());
        assert_eq!(gate.lock().addresses.len(), 1);
    }

    #[tokio::test]
    async fn tells_when_all_have_left() {
        let gate = Arc::new(Gate::default());
        let permit = gate.enter(address("192.0.2.1"), &settings()).unwrap();
        let (waiter, left) = (gate.clone(), async move { drop(permit) });
        tokio::join!(waiter.emptied(), left);
    }
}
