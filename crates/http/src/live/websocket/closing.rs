//! The end of a websocket (RFC 6455, 7).

use std::time::Duration;

use estrad_realtime::Close;

use super::read::Message;
use super::socket::Socket;

/// How long the peer may take to answer a close frame.
const GOODBYE: Duration = Duration::from_secs(1);

/// How a websocket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Ending {
    /// The connection is gone.
    Gone,
    /// The peer said goodbye.
    Answered,
    /// It is over, and neither side is at fault.
    Done,
    /// We close it for this.
    Closed(Close),
    /// We close it for this, and what the peer sends can't be read any more.
    Broken(Close),
}

/// Says goodbye, and waits a moment for the peer's, so that it gets to read ours.
pub(in super::super) async fn end(socket: &Socket, ending: Ending) {
    let (code, word) = match ending {
        Ending::Gone => return,
        Ending::Answered | Ending::Done => (1000, ""),
        Ending::Closed(close) | Ending::Broken(close) => (close.code(), close.word()),
    };
    match ending {
        // Whoever reads it in a log is to know what is allowed.
        Ending::Closed(Close::TooLarge) | Ending::Broken(Close::TooLarge) => {
            socket.push_close(code, &format!("{word}: at most {} bytes", socket.max()));
        }
        _ => socket.push_close(code, word),
    }
    if let Ending::Closed(Close::SlowConsumer | Close::TooManyConnections) = ending {
        // What the kernel takes of this is all that those get.
        let _ = socket.flush();
        return;
    }
    let goodbye = async {
        if std::future::poll_fn(|context| socket.poll_flush(context)).await.is_err() {
            return;
        }
        let mut more = ending != Ending::Answered;
        while more {
            let readable = std::future::poll_fn(|context| socket.poll_readable(context)).await;
            more = readable.is_ok()
                && match ending {
                    Ending::Broken(_) => socket.discard(),
                    _ => !said_goodbye(socket),
                };
        }
    };
    // Who does not answer has been told nevertheless.
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}

fn said_goodbye(socket: &Socket) -> bool {
    let mut answered = false;
    let read = socket.read(|message| answered |= message == Message::Close);
    answered || read.is_err()
}
