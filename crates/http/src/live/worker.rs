//! The live connections of one thread.

use std::cell::{Cell, OnceCell, RefCell};
use std::net::IpAddr;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use estrad_realtime::{Client, Close, Subscriber, Worker};
use slab::Slab;

use super::shared::LiveShared;

/// Who is connected on this thread, whether let in yet or not.
pub(crate) struct LiveWorker {
    pub(super) shared: Arc<LiveShared>,
    worker: OnceCell<Rc<Worker>>,
    enrolled: RefCell<Slab<Weak<dyn Subscriber>>>,
    /// Whether somebody waits for the end.
    watched: Cell<bool>,
}

impl LiveWorker {
    /// That of the caller's thread.
    pub(crate) fn new(shared: Arc<LiveShared>) -> Rc<Self> {
        Rc::new(Self {
            shared,
            worker: OnceCell::new(),
            enrolled: RefCell::default(),
            watched: Cell::new(false),
        })
    }

    /// A client, in no room yet.
    pub(super) fn client(&self, subscriber: Rc<dyn Subscriber>, address: IpAddr) -> Client {
        let worker = self.worker.get_or_init(|| {
            let worker = self.shared.live.hub().worker();
            actix_web::rt::spawn(worker.clone().run());
            worker
        });
        Client::new(self.shared.live.clone(), worker.clone(), subscriber, address)
    }

    /// Counts a connection among those of the thread, until that is dropped: it is closed when the
    /// server stops.
    pub(super) fn enroll(self: &Rc<Self>, connection: Rc<dyn Subscriber>) -> Place {
        if !self.watched.replace(true) {
            actix_web::rt::spawn(close_in_the_end(Rc::downgrade(self)));
        }
        if *self.shared.stopping.borrow() {
            // It was let in just before.
            connection.close(Close::Restart);
        }
        let key = self.enrolled.borrow_mut().insert(Rc::downgrade(&connection));
        Place { worker: self.clone(), key }
    }
}

/// A connection's place among those of its thread.
pub(super) struct Place {
    worker: Rc<LiveWorker>,
    key: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.worker.enrolled.borrow_mut().try_remove(self.key);
    }
}

/// Closes all connections of the thread when the server stops.
async fn close_in_the_end(worker: Weak<LiveWorker>) {
    let Some(mut stopping) = worker.upgrade().map(|worker| worker.shared.stopping.subscribe())
    else {
        return;
    };
    // An error says that there is no server any more.
    let _ = stopping.wait_for(|stopping| *stopping).await;
    if let Some(worker) = worker.upgrade() {
        let enrolled = worker.enrolled.borrow();
        enrolled
            .iter()
            .filter_map(|(_, weak)| weak.upgrade())
            .for_each(|c| c.close(Close::Restart));
    }
}
