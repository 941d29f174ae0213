//! All clients are cut at once, as when the Wi-Fi of a hall drops, and come back.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use crate::cli::Storm;
use crate::client::Client;
use crate::crowd;
use crate::error::LoadError;
use crate::percentile::percentile;
use crate::process::Process;
use crate::report::Report;
use crate::target::Target;

/// Between a failed attempt and the next one.
const PAUSE: Duration = Duration::from_millis(50);

/// Cuts everyone but the operator, and waits until all have joined again. They all try at the same
/// moment: what does not fit into the server's queue of connections is tried again by the kernel
/// after a second, and that is part of the result.
pub(crate) async fn storm(args: &Storm, target: &Target) -> Result<Report, LoadError> {
    let on = &args.on;
    let (operator, _) = crowd::operator(target, on).await?;
    crowd::rest(operator);
    let entrance = Rc::new(target.for_audience().await?);
    let audience = crowd::audience(target, &entrance, on).await?;

    let server = on.server_pid.map(Process::of);
    let server_before = server.as_ref().map(Process::cpu_time).transpose()?;
    let own_before = Process::this().cpu_time()?;
    drop(audience);
    // Cutting them takes the generator a while, for which the server can do nothing.
    let cut = Instant::now();
    let (arrivals, mut arrived) = mpsc::unbounded_channel();
    for client in 0..on.clients {
        let (arrivals, entrance) = (arrivals.clone(), entrance.clone());
        let source = target.source(client);
        spawn_local(async move {
            let mut failures = 0;
            loop {
                match Client::join(&entrance, source).await {
                    Ok((client, _)) => {
                        // Whoever counts may have given up.
                        let _counted = arrivals.send((cut.elapsed(), failures));
                        return client.keep(|_told| {}).await;
                    }
                    Err(_refused) => failures += 1,
                }
                sleep(PAUSE).await;
            }
        });
    }
    let mut times = Vec::with_capacity(on.clients);
    let mut failures: u32 = 0;
    while times.len() < on.clients {
        let next = timeout(on.patience, arrived.recv()).await.ok().flatten();
        let stalled = LoadError::Stalled { received: times.len(), expected: on.clients };
        let (time, failed) = next.ok_or(stalled)?;
        times.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
        failures += failed;
    }
    let own = Process::this().cpu_time()? - own_before;
    let server_after = server.as_ref().map(Process::cpu_time).transpose()?;

    let mut report = Report::new(on, format!("{} clients cut at once", on.clients));
    for (name, percent) in
        [("first sync, 50 %", 50.0), ("first sync, 99 %", 99.0), ("all are back", 100.0)]
    {
        report.add(name, "ms", f64::from(percentile(&mut times, percent)) / 1e3);
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / on.clients.max(1) as f64;
    if let Some((after, before)) = server_after.zip(server_before) {
        report.add("server's CPU per client", "µs", each(after - before));
    }
    report.add("generator's CPU per client", "µs", each(own));
    report.add("failed attempts", "", f64::from(failures));
    Ok(report)
}
