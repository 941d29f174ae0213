//! What a disk can do.

use std::fs::{File, remove_file};
use std::io::Write as _;
use std::time::Instant;

use crate::cli::Fsync;
use crate::error::LoadError;
use crate::percentile::percentile;
use crate::report::Report;

/// About what a small transaction adds to a log.
const BLOCK: [u8; 4096] = [0x5a; 4096];

/// Adds 4 KiB to a file and waits until they are on the disk, again and again: no database on it
/// commits more often than that, unless it commits several transactions at once.
pub(crate) fn fsync(args: &Fsync) -> Result<Report, LoadError> {
    let path = args.directory.join(format!("fsync-{}", std::process::id()));
    let mut file = File::create_new(&path)?;
    let mut times = Vec::new();
    let start = Instant::now();
    let added = (|| {
        while start.elapsed() < args.seconds {
            let begun = Instant::now();
            file.write_all(&BLOCK)?;
            file.sync_data()?;
            times.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        Ok::<_, LoadError>(start.elapsed())
    })();
    remove_file(&path)?;
    let rate = times.len() as f64 / added?.as_secs_f64();
    let run = "4 KiB added and on the disk".to_owned();
    let mut report = Report::of(args.directory.display().to_string(), run);
    report.add("times", "1/s", rate);
    report.add("50 %", "ms", f64::from(percentile(&mut times, 50.0)) / 1e3);
    report.add("99 %", "ms", f64::from(percentile(&mut times, 99.0)) / 1e3);
    Ok(report)
}
