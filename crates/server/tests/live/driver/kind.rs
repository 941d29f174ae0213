//! Which clients there are, and how they can connect.

/// A public client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// socket.io-client 4.0.1, which the front-end in use has.
    SocketIo40,
    /// The newest socket.io-client 4.
    SocketIo4,
    /// socket.io-client 2: Engine.IO 3.
    SocketIo2,
    /// python-socketio.
    Python,
    /// A plain websocket.
    Plain,
    /// Chromium with the page of the examples.
    Browser,
}

impl Kind {
    /// What the programs call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SocketIo40 => "io4.0",
            Self::SocketIo4 => "io4",
            Self::SocketIo2 => "io2",
            Self::Python => "python",
            Self::Plain => "ws",
            Self::Browser => "browser",
        }
    }
}

/// How a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Polling,
    /// Polling first.
    Upgrade,
    Websocket,
}

impl Transport {
    /// What clients of Socket.IO call it.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Polling => &["polling"],
            Self::Upgrade => &["polling", "websocket"],
            Self::Websocket => &["websocket"],
        }
    }
}
