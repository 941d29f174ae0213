//! Saying no to a connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::limits::{Connections, Refused};

/// How long a refused connection stays, so that its client gets to read why.
const LINGER: Duration = Duration::from_secs(1);
/// The most bytes of its request that are read and dropped meanwhile.
const MAX_DROPPED: u64 = 64 * 1024;

/// Answers and closes. Of many at once most are closed right away.
pub(crate) async fn refuse(connections: Arc<Connections>, mut stream: TcpStream, why: Refused) {
    let said = async {
        // The buffer of a new connection is empty, so this does not wait.
        stream.write_all(connections.answer(why)).await?;
        stream.shutdown().await?;
        let Some(_lingering) = connections.linger() else { return Ok(()) };
        // Closing with something unread would reset the connection, and take the answer back.
        let mut request = stream.take(MAX_DROPPED);
        let mut bytes = [0; 1024];
        while request.read(&mut bytes).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Who does not take it has been told nevertheless.
    let _ = tokio::time::timeout(LINGER, said).await;
}
