//! How many connections there may be, altogether and from one address. Those that have not signed in have
//! a share of their own: whoever opens many of them keeps nobody out.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

use super::settings::LiveSettings;

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
    /// Numbers given out, in the order of coming.
    last: u64,
    addresses: HashMap<IpAddr, Share>,
}

/// The connections of one address.
#[derive(Debug, Default)]
struct Share {
    signed_in: usize,
    /// The others, the oldest first.
    waiting: BTreeMap<u64, Arc<Eviction>>,
}

/// Tells a connection that it has to make way.
#[derive(Debug, Default)]
struct Eviction {
    due: AtomicBool,
    waker: AtomicWaker,
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
    /// Lets a connection in that has yet to sign in, until its permit is dropped. Where its address has
    /// as many of those as it may, the oldest makes way: a good client signs in within a moment.
    ///
    /// # Errors
    /// If there are too many, or the server stops.
    pub(super) fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        settings: &LiveSettings,
    ) -> Result<Permit, Full> {
        let subject = estrad_auth::network(address);
        let mut counts = self.lock();
        if counts.closed {
            return Err(Full::Stopping);
        }
        if counts.total >= settings.max_connections {
            return Err(Full::TooMany);
        }
        let number = counts.last + 1;
        let eviction = Arc::<Eviction>::default();
        let share = counts.addresses.entry(subject).or_default();
        if share.signed_in >= settings.max_connections_per_address {
            return Err(Full::TooMany);
        }
        if share.waiting.len() >= settings.max_waiting_per_address
            && let Some((_, oldest)) = share.waiting.pop_first()
        {
            oldest.due.store(true, Ordering::Release);
            oldest.waker.wake();
        }
        share.waiting.insert(number, eviction.clone());
        counts.last = number;
        counts.total += 1;
        Ok(Permit { gate: self.clone(), subject, number, eviction, signed_in: Cell::new(false) })
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

    fn leave(&self, permit: &Permit) {
        let mut counts = self.lock();
        counts.total -= 1;
        if let Some(share) = counts.addresses.get_mut(&permit.subject) {
            if permit.signed_in.get() {
                share.signed_in -= 1;
            } else {
                share.waiting.remove(&permit.number);
            }
            if share.signed_in == 0 && share.waiting.is_empty() {
                counts.addresses.remove(&permit.subject);
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
    number: u64,
    eviction: Arc<Eviction>,
    signed_in: Cell<bool>,
}

impl Permit {
    /// The client has shown a good token: it is counted among those from now on. Again is the same.
    ///
    /// # Errors
    /// If its address has as many of them as it may, or the connection had to make way before.
    pub(super) fn sign_in(&self, settings: &LiveSettings) -> Result<(), Full> {
        if self.signed_in.get() {
            return Ok(());
        }
        let mut counts = self.gate.lock();
        let share = counts.addresses.entry(self.subject).or_default();
        if share.waiting.remove(&self.number).is_none()
            || share.signed_in >= settings.max_connections_per_address
        {
            return Err(Full::TooMany);
        }
        share.signed_in += 1;
        self.signed_in.set(true);
        Ok(())
    }

    /// Whether it has to make way for others; else the task is woken when it has.
    pub(super) fn poll_evicted(&self, context: &Context<'_>) -> Poll<()> {
        if self.signed_in.get() {
            return Poll::Pending;
        }
        self.eviction.waker.register(context.waker());
        if self.is_evicted() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether it has to make way for others.
    pub(super) fn is_evicted(&self) -> bool {
        !self.signed_in.get() && self.eviction.due.load(Ordering::Acquire)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.leave(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> LiveSettings {
        LiveSettings {
            max_connections: 3,
            max_connections_per_address: 2,
            max_waiting_per_address: 2,
            ..LiveSettings::default()
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn is_full_for_one_address_and_for_all() {
        let (gate, settings) = (Arc::new(Gate::default()), settings());
        let enter = |from| {
            let permit = gate.enter(address(from), &settings)?;
            permit.sign_in(&settings).map(|()| permit)
        };
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
        let enter = |from| {
            let permit = gate.enter(address(from), &settings)?;
            permit.sign_in(&settings).map(|()| permit)
        };
        let _permits = [enter("2001:db8::1").unwrap(), enter("2001:db8::2").unwrap()];
        assert!(enter("2001:db8::3").is_err());
        assert!(enter("2001:db8:0:1::3").is_ok());
        assert_eq!(gate.lock().addresses.len(), 1);
    }

    #[test]
    fn who_has_not_signed_in_makes_way_and_keeps_nobody_out() {
        let gate = Arc::new(Gate::default());
        let settings = LiveSettings { max_connections: 100, ..settings() };
        let enter = |from| gate.enter(address(from), &settings).unwrap();
        let good = enter("192.0.2.1");
        good.sign_in(&settings).unwrap();
        let flood: Vec<_> = (0..10).map(|_| enter("192.0.2.1")).collect();
        let evicted: Vec<_> = flood.iter().map(Permit::is_evicted).collect();
        assert_eq!(evicted, [[true; 8].as_slice(), &[false; 2]].concat(), "the oldest first");
        assert!(!good.is_evicted());
        let late = enter("192.0.2.1");
        late.sign_in(&settings).unwrap();
        late.sign_in(&settings).unwrap();
        assert!(flood[0].sign_in(&settings).is_err(), "it had to make way");
        assert!(!enter("192.0.2.2").is_evicted(), "another address has its own");
        assert!(gate.enter(address("192.0.2.1"), &settings).is_err(), "two have signed in");
        drop((good, late, flood));
        let counts = gate.lock();
        assert_eq!((counts.total, counts.addresses.len()), (0, 0), "nothing stays");
    }

    #[tokio::test]
    async fn tells_when_all_have_left() {
        let gate = Arc::new(Gate::default());
        let permit = gate.enter(address("192.0.2.1"), &settings()).unwrap();
        let (waiter, left) = (gate.clone(), async move { drop(permit) });
        tokio::join!(waiter.emptied(), left);
    }
}
