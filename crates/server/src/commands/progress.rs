//! How far a command is: a bar on a terminal, nothing elsewhere.

use std::io::{self, IsTerminal as _};
use std::sync::Mutex;

use estrad_backup::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for so many things; one that only counts where it is not known how many there are.
pub(super) fn bar(things: &str, length: Option<u64>) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let template = match length {
        Some(_) => "{bar:40} {pos}/{len} {msg}",
        None => "{spinner} {pos} {msg}",
    };
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(length, target).with_style(style).with_message(things.to_owned())
}

/// One bar after another.
#[derive(Default)]
pub(super) struct Bars {
    current: Mutex<Option<ProgressBar>>,
}

impl Bars {
    fn replace(&self, next: Option<ProgressBar>) {
        // A panic elsewhere has been told of; the bar does no harm.
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = std::mem::replace(&mut *current, next) {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, steps: Option<u64>) {
        self.replace(Some(bar(what, steps)));
    }

    fn advance(&self, steps: u64) {
        let current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = &*current {
            bar.inc(steps);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.replace(None);
    }
}
