//! Clients connect and are silent.

use std::rc::Rc;

use tokio::time::sleep;

use crate::cli::Idle;
use crate::crowd;
use crate::error::LoadError;
use crate::process::Process;
use crate::report::Report;
use crate::target::Target;

/// Reads what the server has resident before and after the clients joined. What the kernel keeps
/// for their connections is not in it.
pub(crate) async fn idle(args: &Idle, target: &Target) -> Result<Report, LoadError> {
    let on = &args.on;
    let server = on.server_pid.map(Process::of);
    let server = server.ok_or(LoadError::Usage("idle needs the --server-pid"))?;
    let (operator, _) = crowd::operator(target, on).await?;
    crowd::rest(operator);
    sleep(args.settle).await;
    let before = server.resident()?;
    let entrance = Rc::new(target.for_audience().await?);
    for client in crowd::audience(target, &entrance, on).await? {
        crowd::rest(client);
    }
    sleep(args.settle).await;
    let after = server.resident()?;

    let mut report = Report::new(on, format!("{} idle clients", on.clients));
    report.add("resident before", "MiB", before as f64 / 1024.0);
    report.add("resident with them", "MiB", after as f64 / 1024.0);
    let each = (after as f64 - before as f64) / on.clients.max(1) as f64;
    report.add("per client", "KiB", each);
    Ok(report)
}
