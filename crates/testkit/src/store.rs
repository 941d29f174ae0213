//! A store of files whose disk hangs, or is full, when a test says so.

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use estrad_media::{Blob, BlobName, FsStore, MediaStore, Stored};

/// What a store is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the methods")]
pub enum StoreCall {
    Put,
    Open,
    Contains,
    Delete,
    List,
}

/// How long a call hangs at the most, so that a test that fails ends.
const LONGEST: Duration = Duration::from_secs(60);

/// Lets the calls of a store through, or lets those of a kind hang.
#[derive(Debug, Clone, Default)]
pub struct StoreGate(Arc<(Mutex<Gate>, Condvar)>);

#[derive(Debug, Default)]
struct Gate {
    closed_for: Option<StoreCall>,
    full: bool,
    hanging: usize,
}

impl StoreGate {
    /// From now on calls of this kind hang.
    pub fn close_for(&self, call: StoreCall) {
        self.0.0.lock().expect("a gate").closed_for = Some(call);
    }

    /// From now on there is no room for another file, or there is again.
    pub fn set_full(&self, full: bool) {
        self.0.0.lock().expect("a gate").full = full;
    }

    fn is_full(&self) -> bool {
        self.0.0.lock().expect("a gate").full
    }

    /// Lets everything through, also what hangs.
    pub fn open(&self) {
        self.0.0.lock().expect("a gate").closed_for = None;
        self.0.1.notify_all();
    }

    /// Waits until a call hangs.
    ///
    /// # Panics
    /// When none does.
    pub async fn hangs(&self) {
        for _ in 0..4_000 {
            if self.0.0.lock().expect("a gate").hanging > 0 {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nothing hangs");
    }

    fn pass(&self, call: StoreCall) {
        let (gate, changed) = &*self.0;
        let mut gate = gate.lock().expect("a gate");
        let is_closed = |gate: &mut Gate| gate.closed_for == Some(call);
        if !is_closed(&mut gate) {
            return;
        }
        gate.hanging += 1;
        let (mut gate, _) = changed.wait_timeout_while(gate, LONGEST, is_closed).expect("a gate");
        gate.hanging -= 1;
    }
}

/// Files in a directory, behind a [`StoreGate`].
pub(crate) struct GatedStore {
    pub(crate) inner: FsStore,
    pub(crate) gate: StoreGate,
}

impl MediaStore for GatedStore {
    fn put(&self, file: &Path, name: &BlobName) -> io::Result<()> {
        self.gate.pass(StoreCall::Put);
        if self.gate.is_full() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.inner.put(file, name)
    }

    fn open(&self, name: &BlobName) -> io::Result<Box<dyn Blob>> {
        self.gate.pass(StoreCall::Open);
        MediaStore::open(&self.inner, name)
    }

    fn contains(&self, name: &BlobName) -> io::Result<bool> {
        self.gate.pass(StoreCall::Contains);
        self.inner.contains(name)
    }

    fn delete(&self, name: &BlobName) -> io::Result<()> {
        self.gate.pass(StoreCall::Delete);
        self.inner.delete(name)
    }

    fn list(&self) -> io::Result<Vec<Stored>> {
        self.gate.pass(StoreCall::List);
        self.inner.list()
    }
}
