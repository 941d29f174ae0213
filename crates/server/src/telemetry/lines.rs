//! Writes the log's lines on a thread of its own, so that nobody waits for whoever reads the log.
//!
//! The standard error may be a pipe that nobody reads, one whose reader is gone, or a file on a disk
//! that is full. None of that is a reason to keep a request waiting, to fail it, or not to stop: lines
//! that can't be written are counted and lost.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Lines that wait to be written; the next one is lost.
const QUEUE: usize = 4_096;
/// How long the end of the program waits for lines to be written.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// The way to the thread; clones are of the same.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    queue: SyncSender<Vec<u8>>,
    lost: Arc<AtomicU64>,
}

/// Waits a moment for the last lines when it is dropped.
#[derive(Debug)]
pub struct LogGuard {
    finish: SyncSender<Vec<u8>>,
    finished: Receiver<()>,
}

/// Starts the thread that writes lines to `output`. `lost_line` says in the log's own form how many
/// lines were lost.
pub(super) fn start(
    output: impl Write + Send + 'static,
    lost_line: fn(u64) -> String,
) -> io::Result<(Lines, LogGuard)> {
    let (queue, waiting) = sync_channel(QUEUE);
    let (done, finished) = sync_channel(1);
    let lines = Lines { queue: queue.clone(), lost: Arc::default() };
    let lost = Arc::clone(&lines.lost);
    thread::Builder::new().name("log".to_owned()).spawn(move || {
        write_all(&waiting, output, &lost, lost_line);
        // Nobody may wait any more.
        let _ = done.send(());
    })?;
    Ok((lines, LogGuard { finish: queue, finished }))
}

/// Writes until an empty line comes.
fn write_all(
    waiting: &Receiver<Vec<u8>>,
    mut output: impl Write,
    lost: &AtomicU64,
    lost_line: fn(u64) -> String,
) {
    while let Ok(line) = waiting.recv() {
        if line.is_empty() {
            return;
        }
        let missing = lost.swap(0, Ordering::Relaxed);
        let told = missing == 0 || output.write_all(lost_line(missing).as_bytes()).is_ok();
        if !told || output.write_all(&line).is_err() {
            lost.fetch_add(missing + 1, Ordering::Relaxed);
        }
    }
}

/// One event of the log arrives in one call. It never fails: what can't be taken is lost.
impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if !line.is_empty() && self.queue.try_send(line.to_vec()).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        // Full means that nobody reads: then there is nothing to wait for.
        if self.finish.try_send(Vec::new()).is_ok() {
            match self.finished.recv_timeout(LAST_WAIT) {
                Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    /// An output that can be held up, and told to fail.
    #[derive(Clone, Default)]
    struct Output {
        written: Arc<Mutex<Vec<u8>>>,
        broken: Arc<Mutex<bool>>,
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if *self.broken.lock().expect("not poisoned") {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.lock().expect("not poisoned").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lost_line(lost: u64) -> String {
        format!("{lost} lost\n")
    }

    impl Output {
        fn text(&self) -> String {
            String::from_utf8(self.written.lock().expect("not poisoned").clone()).expect("UTF-8")
        }
    }

    #[test]
    fn lines_are_written_in_their_order_before_the_end() {
        let output = Output::default();
        let (mut lines, guard) = start(output.clone(), lost_line).expect("a thread");
        for n in 0..100 {
            lines.write_all(format!("{n}\n").as_bytes()).expect("never fails");
        }
        drop(guard);
        let expected: String = (0..100).map(|n| format!("{n}\n")).collect();
        assert_eq!(output.text(), expected);
    }

    #[test]
    fn an_output_that_hangs_or_fails_costs_lines_and_no_time() {
        let output = Output::default();
        let held = output.broken.lock().expect("not poisoned");
        let (mut lines, guard) = start(output.clone(), lost_line).expect("a thread");
        // The thread hangs in the first of them at most.
        for _ in 0..QUEUE + 10 {
            lines.write_all(b"x\n").expect("never fails");
        }
        assert!((9..=10).contains(&lines.lost.load(Ordering::Relaxed)));
        drop(held);
        drop(guard);
        let (written, lost) = (output.text(), lines.lost.load(Ordering::Relaxed));
        assert!(lost == 0 || written.is_empty(), "told with the next line: {lost}");
    }

    #[test]
    fn what_was_lost_is_told_once_there_is_room_again() {
        let (sender, waiting) = channel();
        let lost = AtomicU64::new(3);
        for line in [&b"a\n"[..], b"b\n", b""] {
            sender.send(line.to_vec()).expect("it is there");
        }
        let (queue, output) = (sync_of(&waiting), Output::default());
        write_all(&queue, output.clone(), &lost, lost_line);
        assert_eq!(output.text(), "3 lost\na\nb\n");

        *output.broken.lock().expect("not poisoned") = true;
        let queue = sync_of(&{
            let (sender, waiting) = channel();
            for line in [&b"c\n"[..], b"d\n", b""] {
                sender.send(line.to_vec()).expect("it is there");
            }
            waiting
        });
        write_all(&queue, output.clone(), &lost, lost_line);
        assert_eq!((output.text().as_str(), lost.load(Ordering::Relaxed)), ("3 lost\na\nb\n", 2));
    }

    /// What is in a queue, in one of the kind that the thread has.
    fn sync_of(lines: &Receiver<Vec<u8>>) -> Receiver<Vec<u8>> {
        let (sender, waiting) = sync_channel(QUEUE);
        for line in lines.try_iter() {
            sender.send(line).expect("it is there");
        }
        waiting
    }
}
