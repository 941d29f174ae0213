//! How fast secrets are tried from one address.
//!
//! Nobody is locked out by others: a school has one address, and one pupil in it may try codes by the
//! thousand. So tries are not refused after so many wrong ones, they are evaluated one after the other,
//! at a bounded [`Rate`] for each address. Who waits is served by turns: first whoever has tried the
//! fewest wrong ones and has the fewest tries waiting, so that a flood waits behind the others and not
//! in front of them. What is known is in memory, on each server: a restart forgets it.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use estrad_domain::quota::Rate;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::tries::network;

/// How many seconds of work wait for an address at most: nobody waits longer than that.
const MOST_SECONDS: u32 = 5;
/// How long the wrong tries of a client count against it.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Clients and addresses that are remembered at a time; then the ones that were quiet longest go.
const MOST_KNOWN: usize = 20_000;

/// One evaluation, but for what adding up tenths of it loses.
const ONE: f64 = 1.0 - 1e-6;

/// Where a try comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The client's address, also behind a proxy.
    pub address: IpAddr,
    /// Tells clients of one address apart: their connections, or what else is known of them. It decides
    /// about the order of those who wait, and about nothing else.
    pub client: u64,
}

/// There is no room to wait: too many do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// When it is worth trying again.
    pub(crate) retry_after: Duration,
}

/// Paces the tries of each address.
#[derive(Debug, Clone)]
pub(crate) struct Pace(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What is tried, for the log.
    what: &'static str,
    rate: Rate,
    addresses: Mutex<HashMap<IpAddr, Line>>,
    slowed: AtomicU64,
}

/// The tries of one address.
#[derive(Debug)]
struct Line {
    /// Evaluations that may begin now.
    left: f64,
    filled_at: Instant,
    waiting: BTreeMap<Place, oneshot::Sender<()>>,
    clients: HashMap<u64, Known>,
    next_ticket: u64,
    /// Whether somebody is served as time goes on.
    served: bool,
    /// Until when it counts as the same flood.
    flood_until: Option<Instant>,
}

/// Who is served first: the client with the fewest wrong and waiting tries, then who came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rank: u64,
    ticket: u64,
    client: u64,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    wrong: u64,
    waiting: u64,
    last: Instant,
}

impl Pace {
    pub(crate) fn new(what: &'static str, rate: Rate) -> Self {
        let (addresses, slowed) = (Mutex::default(), AtomicU64::new(0));
        Self(Arc::new(Inner { what, rate, addresses, slowed }))
    }

    /// Waits until a try of that source may be evaluated.
    ///
    /// # Errors
    /// [`TooMany`], when more of that address wait than are served in five seconds, and no one of them
    /// is further behind.
    pub(crate) async fn turn(&self, source: Source) -> Result<(), TooMany> {
        let address = network(source.address);
        let turn = {
            let mut addresses = self.lock();
            let now = Instant::now();
            make_room(&mut addresses, self.0.rate, now);
            let line = addresses.entry(address).or_insert_with(|| Line::new(self.0.rate, now));
            line.fill(self.0.rate, now);
            if line.waiting.is_empty() && line.left >= ONE {
                line.left -= 1.0;
                return Ok(());
            }
            if line.begins_to_wait(now) {
                self.0.slowed.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(
                    what = self.0.what,
                    per_second = self.0.rate.per_second,
                    "one address tries more than is evaluated; its tries wait"
                );
            }
            let turn = line.wait(source.client, self.most_waiting(), now)?;
            if !std::mem::replace(&mut line.served, true) {
                tokio::spawn(self.clone().serve(address));
            }
            turn
        };
        // Whoever is put out for somebody further ahead is not told more than that.
        turn.await.map_err(|_| TooMany { retry_after: self.retry_after() })
    }

    /// A try of that source was wrong.
    pub(crate) fn was_wrong(&self, source: Source) {
        let mut addresses = self.lock();
        let now = Instant::now();
        if let Some(line) = addresses.get_mut(&network(source.address)) {
            line.client(source.client, now).wrong += 1;
        }
    }

    /// How often an address began to try more than is evaluated.
    pub(crate) fn slowed(&self) -> u64 {
        self.0.slowed.load(Ordering::Relaxed)
    }

    /// Serves those who wait, as time goes on, until nobody does.
    async fn serve(self, address: IpAddr) {
        loop {
            let pause = {
                let mut addresses = self.lock();
                let Some(line) = addresses.get_mut(&address) else { return };
                line.fill(self.0.rate, Instant::now());
                line.serve();
                if line.waiting.is_empty() {
                    line.served = false;
                    return;
                }
                let missing = (1.0 - line.left).max(0.001);
                Duration::from_secs_f64(missing / f64::from(self.0.rate.per_second))
            };
            tokio::time::sleep(pause).await;
        }
    }

    fn most_waiting(&self) -> usize {
        (self.0.rate.per_second * MOST_SECONDS) as usize
    }

    fn retry_after(&self) -> Duration {
        Duration::from_secs(u64::from(MOST_SECONDS))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Line>> {
        self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets addresses of which nothing is to be known any more, once there are many.
fn make_room(addresses: &mut HashMap<IpAddr, Line>, rate: Rate, now: Instant) {
    if addresses.len() < MOST_KNOWN {
        return;
    }
    addresses.retain(|_, line| {
        line.fill(rate, now);
        !(line.waiting.is_empty() && line.left >= f64::from(rate.burst))
    });
    if addresses.len() >= MOST_KNOWN {
        addresses.retain(|_, line| !line.waiting.is_empty());
    }
}

impl Line {
    fn new(rate: Rate, now: Instant) -> Self {
        Self {
            left: f64::from(rate.burst),
            filled_at: now,
            waiting: BTreeMap::new(),
            clients: HashMap::new(),
            next_ticket: 0,
            served: false,
            flood_until: None,
        }
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        let left = self.left + passed * f64::from(rate.per_second);
        (self.left, self.filled_at) = (left.min(f64::from(rate.burst)), now);
    }

    fn client(&mut self, client: u64, now: Instant) -> &mut Known {
        let is_old = |known: &Known| now.saturating_duration_since(known.last) >= REMEMBERED;
        if self.clients.len() >= MOST_KNOWN {
            self.clients.retain(|_, known| known.waiting > 0 || !is_old(known));
            if self.clients.len() >= MOST_KNOWN {
                self.clients.retain(|_, known| known.waiting > 0);
            }
        }
        let known = self.clients.entry(client).or_insert(Known { wrong: 0, waiting: 0, last: now });
        if is_old(known) {
            known.wrong = 0;
        }
        known.last = now;
        known
    }

    /// Whether those who wait now are of another flood than those before.
    fn begins_to_wait(&mut self, now: Instant) -> bool {
        let begins = self.flood_until.is_none_or(|until| until <= now);
        self.flood_until = Some(now + REMEMBERED);
        begins
    }

    fn wait(
        &mut self,
        client: u64,
        most: usize,
        now: Instant,
    ) -> Result<oneshot::Receiver<()>, TooMany> {
        let known = *self.client(client, now);
        let ticket = self.next_ticket;
        let place = Place { rank: known.wrong + known.waiting, ticket, client };
        if self.waiting.len() >= most {
            self.let_go_of_the_gone();
        }
        if self.waiting.len() >= most {
            // Somebody who has tried less goes before the one who has tried most.
            match self.waiting.last_key_value() {
                Some((last, _)) if place.rank < last.rank => self.take_last(),
                _ => {
                    return Err(TooMany {
                        retry_after: Duration::from_secs(u64::from(MOST_SECONDS)),
                    });
                }
            }
        }
        let (turn, waits) = oneshot::channel();
        self.next_ticket += 1;
        self.client(client, now).waiting += 1;
        self.waiting.insert(place, turn);
        Ok(waits)
    }

    fn take_last(&mut self) {
        if let Some((place, _)) = self.waiting.pop_last() {
            self.waits_no_more(place.client);
        }
    }

    fn waits_no_more(&mut self, client: u64) {
        if let Some(known) = self.clients.get_mut(&client) {
            known.waiting = known.waiting.saturating_sub(1);
        }
    }

    /// Those whose clients are gone wait for nothing.
    fn let_go_of_the_gone(&mut self) {
        let gone: Vec<Place> = self
            .waiting
            .iter()
            .filter(|(_, turn)| turn.is_closed())
            .map(|(place, _)| *place)
            .collect();
        for place in gone {
            self.waiting.remove(&place);
            self.waits_no_more(place.client);
        }
    }

    /// Serves as many as may begin now.
    fn serve(&mut self) {
        while self.left >= ONE {
            let Some((place, turn)) = self.waiting.pop_first() else { return };
            self.waits_no_more(place.client);
            // What nobody waits for any more costs nothing.
            if turn.send(()).is_ok() {
                self.left -= 1.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };
    const MOST: usize = 50;

    /// A line whose time the test moves on.
    struct Simulated {
        line: Line,
        now: Instant,
        waiting: Vec<(u64, oneshot::Receiver<()>)>,
        /// Of which clients tries were evaluated, in order, and after how many milliseconds.
        served: Vec<(u64, u64)>,
        passed: u64,
    }

    impl Simulated {
        fn new() -> Self {
            let now = Instant::now();
            let (waiting, served, passed) = (Vec::new(), Vec::new(), 0);
            Self { line: Line::new(RATE, now), now, waiting, served, passed }
        }

        /// A try; whether it was let in or waits.
        fn try_one(&mut self, client: u64) -> bool {
            let Ok(turn) = self.line.wait(client, MOST, self.now) else { return false };
            self.waiting.push((client, turn));
            self.serve();
            true
        }

        fn serve(&mut self) {
            self.line.serve();
            let Self { waiting, served, passed, .. } = self;
            waiting.retain_mut(|(client, turn)| match turn.try_recv() {
                Ok(()) => {
                    served.push((*client, *passed));
                    false
                }
                Err(oneshot::error::TryRecvError::Empty) => true,
                // Put out for another.
                Err(oneshot::error::TryRecvError::Closed) => false,
            });
        }

        fn advance(&mut self, milliseconds: u64) {
            for _ in 0..milliseconds / 10 {
                self.now += Duration::from_millis(10);
                self.passed += 10;
                self.line.fill(RATE, self.now);
                self.serve();
            }
        }

        fn first_of(&self, client: u64) -> Option<u64> {
            self.served.iter().find(|(of, _)| *of == client).map(|(_, after)| *after)
        }
    }

    #[test]
    fn a_burst_is_evaluated_at_once_and_the_rest_at_its_pace() {
        let mut line = Simulated::new();
        for _ in 0..8 {
            assert!(line.try_one(1));
        }
        line.advance(2_000);
        let after: Vec<u64> = line.served.iter().map(|(_, after)| *after).collect();
        assert_eq!(after, [0, 0, 0, 100, 200, 300, 400, 500]);
        // A pause gives no more than the burst.
        line.advance(60_000);
        for _ in 0..4 {
            line.try_one(1);
        }
        assert_eq!(line.waiting.len(), 1);
    }

    #[test]
    fn who_tried_nothing_wrong_goes_before_a_flood() {
        let mut line = Simulated::new();
        let let_in = (0..200).filter(|_| line.try_one(1)).count();
        assert_eq!(let_in, 3 + MOST, "the others are refused");
        line.line.client(1, line.now).wrong += 3;
        assert!(line.try_one(2), "one of the flood makes room");
        assert_eq!(line.waiting.len(), MOST);
        line.advance(200);
        assert_eq!(line.first_of(2), Some(200), "only the first of the flood was there before");
        // Also where it sends one after the other: what was wrong counts.
        let mut line = Simulated::new();
        for _ in 0..3 {
            line.try_one(1);
            line.line.client(1, line.now).wrong += 1;
        }
        assert!(line.try_one(1));
        assert!(line.try_one(3));
        line.advance(100);
        assert_eq!(line.first_of(3), Some(100));
    }

    #[test]
    fn clients_take_turns() {
        let mut line = Simulated::new();
        for _ in 0..13 {
            line.try_one(1);
        }
        for _ in 0..3 {
            line.try_one(2);
        }
        line.advance(600);
        let clients: Vec<u64> = line.served.iter().map(|(client, _)| *client).collect();
        assert_eq!(clients, [1, 1, 1, 1, 2, 1, 2, 1, 2]);
    }

    #[test]
    fn who_was_wrong_is_forgiven_after_a_minute() {
        let mut line = Simulated::new();
        line.try_one(1);
        line.line.client(1, line.now).wrong += 9;
        line.advance(60_000);
        assert_eq!(line.line.client(1, line.now).wrong, 0);
    }

    #[test]
    fn who_goes_away_holds_nobody_up() {
        let mut line = Simulated::new();
        for _ in 0..3 + MOST {
            assert!(line.try_one(1));
        }
        line.waiting.clear();
        for _ in 0..MOST {
            assert!(line.try_one(1), "those who are gone make room");
        }
        line.advance(100);
        assert_eq!(line.served.len(), 4);
    }

    #[tokio::test]
    async fn addresses_do_not_wait_for_each_other_and_neighbours_are_one() {
        let pace = Pace::new("codes", Rate { per_second: 100, burst: 1 });
        let source = |text: &str| Source { address: text.parse().expect("an address"), client: 1 };
        pace.turn(source("2001:db8:1:2::1")).await.expect("is served");
        pace.turn(source("2001:db8:1:3::1")).await.expect("is served");
        assert_eq!(pace.slowed(), 0);
        for _ in 0..3 {
            pace.turn(source("2001:db8:1:2:ffff::9")).await.expect("is served in its turn");
        }
        assert_eq!(pace.slowed(), 1, "it is one flood");
    }

    #[tokio::test]
    async fn more_than_can_wait_is_refused() {
        let pace = Pace::new("codes", Rate { per_second: 1, burst: 1 });
        let source = Source { address: [192, 0, 2, 1].into(), client: 1 };
        pace.turn(source).await.expect("is served");
        let waiting: Vec<_> = (0..5)
            .map(|_| {
                let pace = pace.clone();
                tokio::spawn(async move { pace.turn(source).await })
            })
            .collect();
        tokio::task::yield_now().await;
        let refused = pace.turn(source).await.expect_err("is refused");
        assert_eq!(refused.retry_after, Duration::from_secs(5));
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
