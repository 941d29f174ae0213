//! The scoreboard of a competition with many teams is read again and again.

use std::time::{Duration, Instant};

use crate::bundle::bundle;
use crate::cli::Scoreboard;
use crate::error::LoadError;
use crate::percentile::percentile;
use crate::process::Process;
use crate::report::Report;
use crate::target::Target;

/// Imports a competition in which every team has a score for every question, and reads its
/// scoreboard, one time after the other: in full, and asking only whether it changed.
pub(crate) async fn scoreboard(
    args: &Scoreboard,
    target: &mut Target,
) -> Result<Report, LoadError> {
    let on = &args.on;
    let estrad = target.estrad()?;
    estrad.import(bundle(on.clients, args.questions, true)?).await?;
    let (size, tag) = estrad.scoreboard(None).await?;

    let server = on.server_pid.map(Process::of);
    let before = server.as_ref().map(Process::cpu_time).transpose()?;
    let (mut full, mut unchanged) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        let start = Instant::now();
        estrad.scoreboard(None).await?;
        full.push(micros(start.elapsed()));
    }
    let after = server.as_ref().map(Process::cpu_time).transpose()?;
    for _ in 0..args.rounds {
        let start = Instant::now();
        estrad.scoreboard(Some(&tag)).await?;
        unchanged.push(micros(start.elapsed()));
    }

    let run = format!("scoreboard of {} teams, {} questions", on.clients, args.questions);
    let mut report = Report::new(on, run);
    report.add("size", "KiB", size as f64 / 1024.0);
    report.add("in full, 50 %", "ms", f64::from(percentile(&mut full, 50.0)) / 1e3);
    report.add("in full, 99 %", "ms", f64::from(percentile(&mut full, 99.0)) / 1e3);
    if let Some((after, before)) = after.zip(before) {
        let each = (after - before).as_secs_f64() * 1e3 / args.rounds.max(1) as f64;
        report.add("server's CPU for one in full", "ms", each);
    }
    report.add("unchanged, 50 %", "ms", f64::from(percentile(&mut unchanged, 50.0)) / 1e3);
    Ok(report)
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
