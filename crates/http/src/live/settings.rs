//! What the operator of the server may choose about live connections.

use std::time::Duration;

/// Times and bounds of live connections, of either protocol.
#[derive(Debug, Clone)]
pub struct LiveSettings {
    /// Connections at a time, altogether.
    pub max_connections: usize,
    /// Connections at a time from one address (for IPv6 its /64): a school often has only one.
    pub max_connections_per_address: usize,
    /// Connections at a time from one address that have not signed in. The oldest of them makes way for
    /// one more.
    pub max_waiting_per_address: usize,
    /// Messages that a client may send per second, over time.
    pub events_per_second: u32,
    /// Messages that it may send at once, after it was quiet.
    pub events_burst: u32,
    /// The most bytes of one message from a client.
    pub max_frame_bytes: usize,
    /// The most bytes that wait for one client. Who lets more pile up is disconnected.
    pub max_outbox_bytes: usize,
    /// How long a plain connection may take to bring its token.
    pub auth_timeout: Duration,
    /// How long a Socket.IO session may take to join.
    pub connect_timeout: Duration,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            max_connections: 20_000,
            max_connections_per_address: 2_000,
            max_waiting_per_address: 500,
            events_per_second: 50,
            events_burst: 200,
            max_frame_bytes: 64 * 1024,
            max_outbox_bytes: 256 * 1024,
            auth_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
        }
    }
}
