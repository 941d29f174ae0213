//! One operator changes slides, and everyone hears of it.

use std::rc::Rc;
use std::time::Instant;

use tokio::task::spawn_local;

use crate::board::Board;
use crate::cli::FanOut;
use crate::client::{Client, Speaker, Told};
use crate::crowd;
use crate::error::LoadError;
use crate::percentile::percentile;
use crate::process::Process;
use crate::report::Report;
use crate::target::Target;

/// Sends broadcasts, as many at a time as asked for, and sees them reach everyone.
pub(crate) async fn fan_out(args: &FanOut, target: &Target) -> Result<Report, LoadError> {
    let on = &args.on;
    let (operator, base) = crowd::operator(target, on).await?;
    let entrance = Rc::new(target.for_audience().await?);
    let audience = crowd::audience(target, &entrance, on).await?;
    // The operator hears what it sent, as everyone does.
    let listeners = audience.len() + 1;
    let board = Rc::new(Board::new(base, listeners, on.patience));
    let speaker = operator.speaker();
    for client in audience.into_iter().chain([operator]) {
        listen(client, &board);
    }

    let send = Sending { board: &board, speaker: &speaker, target, in_flight: args.in_flight };
    send.broadcasts(args.warm_up).await?;
    board.end_warm_up();

    let server = on.server_pid.map(Process::of);
    let server_before = server.as_ref().map(Process::cpu_time).transpose()?;
    let own_before = Process::this().cpu_time()?;
    let start = Instant::now();
    send.broadcasts(args.rounds).await?;
    let took = start.elapsed();
    let own = Process::this().cpu_time()? - own_before;
    let server_after = server.as_ref().map(Process::cpu_time).transpose()?;

    let deliveries = (args.rounds * listeners) as f64;
    let mut timings = board.timings();
    let run = format!("fan-out to {} clients, {} in flight", on.clients, args.in_flight);
    let mut report = Report::new(on, run);
    report.add("deliveries", "1/s", deliveries / took.as_secs_f64());
    report.add("latency, 50 %", "ms", millis(percentile(&mut timings.latencies, 50.0)));
    report.add("latency, 99 %", "ms", millis(percentile(&mut timings.latencies, 99.0)));
    report.add("first to last, 50 %", "ms", millis(percentile(&mut timings.spreads, 50.0)));
    if let Some((after, before)) = server_after.zip(server_before) {
        let cpu = (after - before).as_secs_f64();
        report.add("server's CPU per delivery", "µs", cpu * 1e6 / deliveries);
        report.add("server's share of a core", "%", cpu * 100.0 / took.as_secs_f64());
    }
    report.add("generator's CPU per delivery", "µs", own.as_secs_f64() * 1e6 / deliveries);
    Ok(report)
}

struct Sending<'a> {
    board: &'a Board,
    speaker: &'a Speaker,
    target: &'a Target,
    in_flight: usize,
}

impl Sending<'_> {
    /// Sends so many, and waits until they have reached everyone.
    async fn broadcasts(&self, count: usize) -> Result<(), LoadError> {
        for _ in 0..count {
            self.board.below(self.in_flight).await?;
            let number = self.board.send();
            self.speaker.sync(&self.target.change(number % 2, number)).await?;
        }
        self.board.below(1).await
    }
}

fn listen(client: Client, board: &Rc<Board>) {
    let board = board.clone();
    spawn_local(async move {
        let hear = |told| {
            if let Told::Sync(number) = told {
                board.hear(number);
            }
        };
        let ended = client.keep(hear).await;
        board.fail(ended);
    });
}

fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1e3
}
