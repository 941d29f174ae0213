//! How many connections there may be, before anything of them is read.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipnet::IpNet;

use super::metrics::ConnectionMetrics;
use crate::client_address;
use crate::problem::{ErrorWord, Problem};

/// Connections that callers on the same machine have beyond the total: probes of its health are
/// answered whoever holds the rest.
const LOCAL_RESERVE: usize = 8;
/// Refused connections that stay a moment to be told why.
const MAX_LINGERING: usize = 32;
/// Pause between two lines of the log about refused connections.
const LOG_PAUSE: Duration = Duration::from_secs(60);

/// Bounds on connections and on what they may take their time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Connections at a time, live ones included. Has to be below the limit on open files.
    pub max: usize,
    /// Connections at a time from one address (for IPv6 its /64) that are not live ones, which have a
    /// bound of their own. Trusted proxies are not bound by it.
    pub max_per_address: usize,
    /// From the first byte of a request's head to its last.
    pub head_timeout: Duration,
    /// How long the rest of a refused body is read and dropped, so that its sender gets to read the
    /// answer.
    pub drain_timeout: Duration,
    /// How long an answer may wait for a client that takes nothing of it.
    pub stall_timeout: Duration,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            max: 25_000,
            max_per_address: 1_000,
            head_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(60),
        }
    }
}

/// Counts the connections of all threads.
#[derive(Debug)]
pub(crate) struct Connections {
    settings: ConnectionSettings,
    trusted_proxies: Vec<IpNet>,
    counts: Mutex<Counts>,
    metrics: Arc<ConnectionMetrics>,
    /// What is said to whom is refused.
    answers: Answers,
}

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    addresses: HashMap<IpAddr, usize>,
    lingering: usize,
    logged: Option<Instant>,
}

#[derive(Debug)]
struct Answers {
    address_full: Vec<u8>,
    full: Vec<u8>,
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Its address has as many as it may.
    AddressFull,
    /// There are as many as there may be.
    Full,
}

impl Connections {
    pub(crate) fn new(
        settings: ConnectionSettings,
        trusted_proxies: Vec<IpNet>,
        metrics: Arc<ConnectionMetrics>,
    ) -> Arc<Self> {
        let answer = |word: ErrorWord| {
            Problem::from(word).with_retry_after(Duration::from_secs(5)).closing_answer()
        };
        let answers = Answers {
            address_full: answer(ErrorWord::TooManyConnections),
            full: answer(ErrorWord::ServerFull),
        };
        Arc::new(Self { settings, trusted_proxies, counts: Mutex::default(), metrics, answers })
    }

    /// Lets a connection of this peer in, until its slot is dropped.
    ///
    /// # Errors
    /// If there are too many.
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Slot, Refused> {
        let peer = peer.to_canonical();
        let address = (!client_address::is_trusted(peer, &self.trusted_proxies))
            .then(|| estrad_auth::network(peer));
        let reserve = if peer.is_loopback() { LOCAL_RESERVE } else { 0 };
        let admitted = self.count(address, self.settings.max.saturating_add(reserve));
        match admitted {
            Ok(()) => {
                self.metrics.opened();
                Ok(Slot { connections: self.clone(), address })
            }
            Err(refused) => {
                self.metrics.refused(refused.word());
                self.log(peer, refused);
                Err(refused)
            }
        }
    }

    pub(super) fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// The answer that a refused connection gets, whole, before it is closed.
    pub(crate) fn answer(&self, refused: Refused) -> &[u8] {
        match refused {
            Refused::AddressFull => &self.answers.address_full,
            Refused::Full => &self.answers.full,
        }
    }

    /// A refused connection may stay for a moment, until this is dropped; none if too many do already.
    pub(super) fn linger(self: &Arc<Self>) -> Option<Lingering> {
        let mut counts = self.lock();
        if counts.lingering >= MAX_LINGERING {
            return None;
        }
        counts.lingering += 1;
        Some(Lingering(self.clone()))
    }

    fn count(&self, address: Option<IpAddr>, max: usize) -> Result<(), Refused> {
        let mut counts = self.lock();
        if counts.total >= max {
            return Err(Refused::Full);
        }
        if let Some(address) = address {
            let there = counts.addresses.entry(address).or_default();
            if *there >= self.settings.max_per_address {
                return Err(Refused::AddressFull);
            }
            *there += 1;
        }
        counts.total += 1;
        Ok(())
    }

    /// One line a minute: whoever is refused can't fill the log.
    fn log(&self, peer: IpAddr, refused: Refused) {
        let now = Instant::now();
        let mut counts = self.lock();
        if counts.logged.is_some_and(|at| now < at + LOG_PAUSE) {
            return;
        }
        counts.logged = Some(now);
        drop(counts);
        let reason = refused.word().as_str();
        tracing::warn!(%peer, reason, "connections are refused; said once a minute");
    }

    fn leave_address(&self, address: IpAddr) {
        let mut counts = self.lock();
        if let Some(count) = counts.addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.addresses.remove(&address);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A refused connection that stays for a moment.
pub(super) struct Lingering(Arc<Connections>);

impl Drop for Lingering {
    fn drop(&mut self) {
        self.0.lock().lingering -= 1;
    }
}

impl Refused {
    const fn word(self) -> ErrorWord {
        match self {
            Self::AddressFull => ErrorWord::TooManyConnections,
            Self::Full => ErrorWord::ServerFull,
        }
    }
}

/// One connection's place among all of them. Goes with the socket, as long as that is open.
#[derive(Debug)]
pub(crate) struct Slot {
    connections: Arc<Connections>,
    address: Option<IpAddr>,
}

impl Slot {
    /// The connection is a live one from now on: what an address may have of those is counted there.
    pub(crate) fn become_live(&mut self) {
        if let Some(address) = self.address.take() {
            self.connections.leave_address(address);
        }
    }

    pub(super) fn settings(&self) -> &ConnectionSettings {
        self.connections.settings()
    }

    /// For a connection that nobody counts.
    #[cfg(test)]
    pub(crate) fn uncounted() -> Self {
        let connections = Connections::new(ConnectionSettings::default(), vec![], Arc::default());
        connections.admit(std::net::Ipv4Addr::LOCALHOST.into()).expect("there is room")
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.become_live();
        self.connections.lock().total -= 1;
        self.connections.metrics.closed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(max: usize, max_per_address: usize) -> Arc<Connections> {
        let settings = ConnectionSettings { max, max_per_address, ..ConnectionSettings::default() };
        let proxies = vec!["10.0.0.0/8".parse().expect("a network")];
        Connections::new(settings, proxies, Arc::default())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_its_share_and_a_proxy_speaks_for_many() {
        let connections = connections(100, 2);
        let admit = |from| connections.admit(address(from));
        let first = admit("192.0.2.1").expect("room");
        let _second = admit("::ffff:192.0.2.1").expect("room");
        assert_eq!(admit("192.0.2.1").expect_err("full"), Refused::AddressFull);
        let _neighbours = ["2001:db8::1", "2001:db8::2"].map(|from| admit(from).expect("has room"));
        assert_eq!(admit("2001:db8::3").expect_err("one network"), Refused::AddressFull);
        let _proxied: Vec<_> = (0..10).map(|_| admit("10.0.0.1").expect("is trusted")).collect();
        drop(first);
        assert!(admit("192.0.2.1").is_ok());
    }

    #[test]
    fn live_connections_count_in_the_total_only() {
        let connections = connections(3, 1);
        let mut live: Vec<_> = (0..2)
            .map(|_| {
                let mut slot = connections.admit(address("192.0.2.1")).expect("room");
                slot.become_live();
                slot
            })
            .collect();
        live.push(connections.admit(address("192.0.2.1")).expect("room"));
        assert_eq!(connections.admit(address("192.0.2.2")).expect_err("full"), Refused::Full);
        live.clear();
        let counts = connections.lock();
        assert_eq!((counts.total, counts.addresses.len()), (0, 0), "nothing stays of who has left");
    }

    #[test]
    fn callers_on_the_same_machine_are_let_in_when_others_hold_the_rest() {
        let connections = connections(1, 100);
        let _flood = connections.admit(address("192.0.2.1")).expect("room");
        assert_eq!(connections.admit(address("192.0.2.2")).expect_err("full"), Refused::Full);
        let local: Vec<_> = (0..20).map_while(|_| connections.admit(address("::1")).ok()).collect();
        assert_eq!(local.len(), LOCAL_RESERVE, "and there is an end of that too");
    }

    #[test]
    fn the_answer_is_whole_and_says_that_it_is_the_last() {
        let connections = connections(1, 1);
        for (refused, status) in [(Refused::AddressFull, "429 "), (Refused::Full, "503 ")] {
            let answer = String::from_utf8_lossy(connections.answer(refused)).into_owned();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
            for part in ["connection: close", "retry-after: 5", "content-type: application/json"] {
                assert!(head.contains(part), "{answer}");
            }
            assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
            assert!(body.contains(refused.word().as_str()), "{answer}");
        }
    }
}
