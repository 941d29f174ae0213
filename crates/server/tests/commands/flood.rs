//! A server with few open files, and somebody who opens all the connections that they get.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::harness::{ServerProcess, on_both_databases};

const PATIENCE: Duration = Duration::from_secs(30);
/// A head that begins and does not end.
const DRIP: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ";

async fn connect(from: [u8; 4], to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::from(from), 0).into())?;
    socket.connect(to).await
}

/// The first line of an answer.
async fn health(from: [u8; 4], to: SocketAddr) -> String {
    let asked = async {
        let mut stream = connect(from, to).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await?;
        let said = String::from_utf8_lossy(&said).into_owned();
        std::io::Result::Ok(said.lines().next().unwrap_or_default().to_owned())
    };
    let said = tokio::time::timeout(PATIENCE, asked).await.expect("in time");
    said.unwrap_or_else(|error| error.to_string())
}

on_both_databases! {
    async fn the_server_says_that_it_is_well_while_a_flood_holds_its_share(home: Home) {
        let mut server = ServerProcess::start_with_files(&home, 256);
        server.first_admin();
        let mut flood = Vec::new();
        for _ in 0..300 {
            if let Ok(mut stream) = connect([127, 0, 0, 2], server.address).await {
                let _ = stream.write_all(DRIP).await;
                flood.push(stream);
            }
        }
        assert_eq!(health([127, 0, 0, 3], server.address).await, "HTTP/1.1 200 OK");
        server.get("/readyz").send().await.expect(200);
        // Also where many addresses take part.
        for address in 4..7 {
            for _ in 0..60 {
                if let Ok(stream) = connect([127, 0, 0, address], server.address).await {
                    flood.push(stream);
                }
            }
        }
        server.get("/readyz").send().await.expect(200);
        drop(flood);
        let ended = server.stop();
        assert!(ended.status.success(), "{}", ended.log);
        let told = ended.log.matches("connections are refused").count();
        assert!((1..=2).contains(&told), "once a minute: {}", ended.log);
    }
}
