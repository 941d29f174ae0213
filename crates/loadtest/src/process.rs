//! What a process took so far, as /proc tells it.

use std::fs;
use std::time::Duration;

use crate::error::LoadError;

/// A process of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Process(String);

impl Process {
    /// The one that is running this.
    pub(crate) fn this() -> Self {
        Self("self".to_owned())
    }

    pub(crate) fn of(pid: u32) -> Self {
        Self(pid.to_string())
    }

    /// The time that all its threads spent on a processor, its own and the kernel's for it; in
    /// steps of a clock tick, which is a hundredth of a second on most systems.
    pub(crate) fn cpu_time(&self) -> Result<Duration, LoadError> {
        let ticks = self.read("stat", ticks)?;
        Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
    }

    /// The memory that it has resident, in KiB.
    pub(crate) fn resident(&self) -> Result<u64, LoadError> {
        self.read("status", resident)
    }

    fn read(&self, file: &'static str, parse: fn(&str) -> Option<u64>) -> Result<u64, LoadError> {
        let text = fs::read_to_string(format!("/proc/{}/{file}", self.0)).ok();
        let value = text.as_deref().and_then(parse);
        value.ok_or_else(|| LoadError::Process(self.0.clone(), file))
    }
}

/// `utime` and `stime` of `/proc/<pid>/stat`, which follow the name by eleven fields; the name
/// may have spaces and brackets of its own.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// `VmRSS` of `/proc/<pid>/status`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_may_be_anything() {
        let stat = "17 (a ) b (c) 1) S 1 17 17 0 -1 4194304 90 0 1 0 123 45 0 0 20 0 4 0 5161";
        assert_eq!(ticks(stat), Some(168));
        assert_eq!(ticks("17 (a) S 1"), None);
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn the_resident_memory_is_found_among_the_rest() {
        let status = "Name:\tserver\nVmHWM:\t  90000 kB\nVmRSS:\t   28244 kB\nThreads:\t4\n";
        assert_eq!(resident(status), Some(28_244));
        assert_eq!(resident("Name:\tserver\n"), None, "as of a process that is no more");
    }

    #[test]
    fn this_process_can_be_read() {
        assert!(Process::this().cpu_time().is_ok());
        assert!(Process::this().resident().unwrap() > 0);
    }
}
