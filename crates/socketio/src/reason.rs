//! Why a session, or its part in one namespace, came to an end.

/// Why it ended. `Display` gives the names that Socket.IO servers use, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CloseReason {
    /// The client left the namespace with a DISCONNECT packet.
    #[error("client namespace disconnect")]
    ClientDisconnect,
    /// The server put the client out of the namespace.
    #[error("server namespace disconnect")]
    ServerDisconnect,
    /// The server ended the session.
    #[error("forced server close")]
    ServerClose,
    /// The client ended the session, or its websocket is gone.
    #[error("transport close")]
    TransportClose,
    /// The client broke the rules of the transport, as with two polls at once.
    #[error("transport error")]
    TransportError,
    /// The client sent what can't be read, or what has no place here.
    #[error("parse error")]
    ParseError,
    /// A heartbeat was not answered, or none came.
    #[error("ping timeout")]
    PingTimeout,
    /// No namespace was joined in time.
    #[error("connect timeout")]
    ConnectTimeout,
    /// More was waiting for the client than its outbox holds.
    #[error("slow consumer")]
    SlowConsumer,
}

impl CloseReason {
    /// The code for the websocket's close frame (RFC 6455, section 7.4.1). Clients reconnect on all
    /// of them unless their own `disconnect()` came first.
    pub fn websocket_code(self) -> u16 {
        match self {
            Self::ClientDisconnect
            | Self::ServerDisconnect
            | Self::ServerClose
            | Self::TransportClose => 1000,
            Self::TransportError | Self::ParseError => 1002,
            Self::PingTimeout | Self::ConnectTimeout => 1008,
            Self::SlowConsumer => 1013,
        }
    }
}
