//! Stopping when the system says so.

use std::io;

use estrad_http::ServerHandle;

/// Waits for the signal to stop, then stops the server, within the time that is set for it.
pub(super) async fn on_signal(server: ServerHandle) {
    match signal().await {
        Ok(name) => tracing::info!(signal = name, "stopping"),
        // Without signals the server can't be asked to stop; it can still serve.
        Err(error) => {
            tracing::error!(%error, "can't wait for signals");
            return;
        }
    }
    server.stop().await;
}

#[cfg(unix)]
async fn signal() -> io::Result<&'static str> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}

#[cfg(not(unix))]
async fn signal() -> io::Result<&'static str> {
    tokio::signal::ctrl_c().await.map(|()| "Ctrl-C")
}
