//! The lines that a process writes, as they come.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long anything may take before a test gives it up, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a process writes to one of its outputs.
pub(crate) struct Lines {
    coming: Receiver<String>,
    seen: Vec<String>,
}

impl Lines {
    /// Reads on a thread of its own, so that the process never waits for a test to read.
    pub(crate) fn of(output: impl Read + Send + 'static) -> Self {
        let (sender, coming) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { coming, seen: Vec::new() }
    }

    /// Waits for the next line; none when the output has ended, which is when the process has.
    pub(crate) fn next(&mut self) -> Option<String> {
        match self.coming.recv_timeout(PATIENCE) {
            Ok(line) => {
                self.seen.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing comes after {:?}", self.seen),
        }
    }

    /// Waits for a line with this in it, and gives everything up to there.
    pub(crate) fn through(&mut self, part: &str) -> String {
        while let Some(line) = self.next() {
            if line.contains(part) {
                return self.seen.join("\n");
            }
        }
        panic!("no {part:?} in {:?}", self.seen);
    }

    /// Waits for the end and gives everything.
    pub(crate) fn all(mut self) -> String {
        while self.next().is_some() {}
        self.seen.join("\n")
    }
}
