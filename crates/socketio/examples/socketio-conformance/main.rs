//! A server that is nothing but this crate's sessions with a fixed behaviour, for public clients and
//! protocol suites to be pointed at. `server` has the transport over actix, `server/app.rs` the
//! behaviour.

mod server;

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use estrad_socketio::Config;

/// A Socket.IO server for public clients and protocol suites.
#[derive(Debug, Parser)]
struct Flags {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// The path of Socket.IO.
    #[arg(long, default_value = "/socket.io/")]
    path: String,
    /// Milliseconds between two heartbeats.
    #[arg(long, default_value_t = 300)]
    ping_interval: u64,
    /// Milliseconds in which a heartbeat is to be answered.
    #[arg(long, default_value_t = 200)]
    ping_timeout: u64,
    /// Milliseconds in which a namespace is to be joined.
    #[arg(long, default_value_t = 45_000)]
    connect_timeout: u64,
    /// Milliseconds that an upgrade may take.
    #[arg(long, default_value_t = 10_000)]
    upgrade_timeout: u64,
    /// Bytes of one body or message.
    #[arg(long, default_value_t = 1_000_000)]
    max_payload: usize,
    /// Lets only those in who know this.
    #[arg(long)]
    token: Option<String>,
    /// Origins of the pages that may connect; all if there is none.
    #[arg(long, num_args = 1..)]
    allowed_origin: Vec<String>,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let flags = Flags::parse();
    let config = Config {
        ping_interval: Duration::from_millis(flags.ping_interval),
        ping_timeout: Duration::from_millis(flags.ping_timeout),
        connect_timeout: Duration::from_millis(flags.connect_timeout),
        upgrade_timeout: Duration::from_millis(flags.upgrade_timeout),
        max_payload: flags.max_payload,
        max_attachment_bytes: flags.max_payload,
        namespaces: vec!["/".into(), "/custom".into()],
        ..Config::default()
    };
    let settings = server::Settings {
        path: flags.path,
        config,
        token: flags.token,
        allowed_origins: flags.allowed_origin,
    };
    let (running, address) = server::start(flags.listen, settings)?;
    eprintln!("listening on {address}");
    running.await
}
