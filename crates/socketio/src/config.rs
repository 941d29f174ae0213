//! What a session allows: times and bounds. Everything a client can make grow is bounded here.

use std::sync::Arc;
use std::time::Duration;

/// Times and bounds of all sessions of one server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Pause between two heartbeats, also told to the client.
    pub ping_interval: Duration,
    /// How long the other side may take to answer one, also told to the client.
    pub ping_timeout: Duration,
    /// How long a session may exist without having joined a namespace.
    pub connect_timeout: Duration,
    /// How long a websocket may take from its opening to the end of the upgrade.
    pub upgrade_timeout: Duration,
    /// How long a session that the server ends waits for its last packets to be fetched.
    pub close_timeout: Duration,
    /// Bytes of one polling body or one websocket message, in either direction; also told to the
    /// client. A single packet that is larger still leaves, alone.
    pub max_payload: usize,
    /// Bytes from the client that nobody has asked for yet: to hold as much as its transport reads before
    /// it looks at them, and more than one body.
    pub max_inbox_bytes: usize,
    /// Packets in one body from the client.
    pub max_packets_in: usize,
    /// Packets in one answer to a poll. Python's client refuses more than 16.
    pub max_packets_out: usize,
    /// Bytes that wait for one client. One that lets more pile up is disconnected.
    pub max_outbox_bytes: usize,
    /// Binary attachments of one packet from the client.
    pub max_attachments: usize,
    /// Bytes of all attachments of one packet from the client.
    pub max_attachment_bytes: usize,
    /// Namespaces that one session may have joined at a time.
    pub max_namespaces: usize,
    /// Emitted events per namespace whose acknowledgement is awaited.
    pub max_pending_acks: usize,
    /// Bounds of the JSON inside a packet.
    pub json: JsonLimits,
    /// The namespaces that exist, each beginning with `/`.
    pub namespaces: Vec<Arc<str>>,
}

/// Bounds of the JSON inside one packet.
#[derive(Debug, Clone, Copy)]
pub struct JsonLimits {
    /// Arrays and objects inside one another; at most 127, where the JSON parser itself stops.
    pub max_depth: usize,
    /// Values of all depths: each costs more memory than its bytes on the wire.
    pub max_values: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        Self { max_depth: 32, max_values: 100_000 }
    }
}

impl Default for Config {
    /// The reference server's times, one namespace `/`.
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(45),
            upgrade_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(5),
            max_payload: 1_000_000,
            max_inbox_bytes: 2_000_000,
            max_packets_in: 16_384,
            max_packets_out: 15,
            max_outbox_bytes: 4 << 20,
            max_attachments: 16,
            max_attachment_bytes: 1_000_000,
            max_namespaces: 8,
            max_pending_acks: 1_024,
            json: JsonLimits::default(),
            namespaces: vec!["/".into()],
        }
    }
}
