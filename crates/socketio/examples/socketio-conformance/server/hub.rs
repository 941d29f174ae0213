//! All sessions, and what wakes those who wait for one of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use estrad_socketio::{Event, Prepared, Session, Sid};
use tokio::sync::Notify;

use super::{Settings, app};

/// All sessions of the server.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) settings: Settings,
    pub(crate) config: Arc<estrad_socketio::Config>,
    members: Mutex<HashMap<Sid, Arc<Member>>>,
}

/// What the handshake said about its sender.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) query: BTreeMap<String, String>,
}

/// A session and those who wait for it.
#[derive(Debug)]
pub(crate) struct Member {
    hub: Arc<Hub>,
    pub(crate) about: About,
    session: Mutex<Session>,
    /// Held while events are handled: one at a time, in order.
    handling: Mutex<()>,
    pub(crate) part: Mutex<app::Part>,
    wake: Notify,
}

impl Hub {
    pub(crate) fn new(settings: Settings) -> Self {
        let config = Arc::new(settings.config.clone());
        Self { settings, config, members: Mutex::default() }
    }

    pub(crate) fn find(&self, sid: Sid) -> Option<Arc<Member>> {
        lock(&self.members).get(&sid).cloned()
    }

    /// Takes a new session in, and cares for it until it ends.
    pub(crate) fn admit(self: &Arc<Self>, session: Session, about: About) -> Arc<Member> {
        let sid = session.sid();
        let member = Arc::new(Member {
            hub: self.clone(),
            about,
            session: Mutex::new(session),
            handling: Mutex::default(),
            part: Mutex::default(),
            wake: Notify::new(),
        });
        lock(&self.members).insert(sid, member.clone());
        actix_web::rt::spawn(keep(member.clone()));
        member
    }

    /// Those in a namespace, as it is now.
    pub(crate) fn joined(&self, namespace: &str) -> Vec<Arc<Member>> {
        let all: Vec<_> = lock(&self.members).values().cloned().collect();
        all.into_iter()
            .filter(|member| member.look(|session| session.is_joined(namespace)))
            .collect()
    }
}

impl Member {
    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Looks at the session, or asks it for output.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut Session) -> T) -> T {
        look(&mut lock(&self.session))
    }

    /// Changes the session, and wakes those who wait for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        let changed = self.look(change);
        self.wake.notify_waiters();
        changed
    }

    /// Gives the session input, and handles all that comes of it.
    pub(crate) fn input<T>(&self, input: impl FnOnce(&mut Session, Instant) -> T) -> T {
        let result = self.look(|session| input(session, Instant::now()));
        self.handle_events();
        result
    }

    /// Handles what the session has to tell.
    pub(crate) fn handle_events(&self) {
        let turn = lock(&self.handling);
        while let Some(event) = self.look(Session::next_event) {
            if let Event::Closed { .. } = event {
                lock(&self.hub.members).remove(&self.look(|session| session.sid()));
            }
            app::handle(self, event);
        }
        drop(turn);
        self.wake.notify_waiters();
    }

    /// Sends an event, if the session is in its namespace.
    pub(crate) fn emit(&self, event: &Prepared) {
        // Who is gone misses it.
        let _ = self.change(|session| session.emit(event));
    }

    /// Waits until `look` finds something.
    pub(crate) async fn until<T>(&self, mut look: impl FnMut(&mut Session) -> Option<T>) -> T {
        loop {
            let mut woken = std::pin::pin!(self.wake.notified());
            woken.as_mut().enable();
            if let Some(found) = self.look(&mut look) {
                return found;
            }
            woken.await;
        }
    }
}

/// Does what is due in a session, when it is due.
async fn keep(member: Arc<Member>) {
    loop {
        let mut woken = std::pin::pin!(member.wake.notified());
        woken.as_mut().enable();
        // Others may have changed it without handling what came of that.
        let ended = member.look(|session| session.closed().is_some());
        let Some(deadline) = member.look(|session| session.deadline()) else {
            debug_assert!(ended);
            return member.handle_events();
        };
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep_until(deadline.into()) => {
                member.input(|session, now| session.tick(now));
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The rooms of one session.
pub(crate) type Rooms = BTreeSet<(String, String)>;
