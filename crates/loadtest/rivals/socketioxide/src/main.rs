//! A plain socketioxide server over axum: one room, and a `sync` of one goes to all.
//!
//! Takes the port. It is as its documentation shows it, but for what the other servers here do, too:
//! `TCP_NODELAY`, without which the kernel would hold small frames back, and room for more
//! connections that wait to be accepted than tokio's 128.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::serve::ListenerExt as _;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use tokio::net::TcpSocket;

const ROOM: &str = "presentation";
/// How many connections may wait to be accepted.
const WAITING: u32 = 1024;

async fn on_connect(socket: SocketRef) {
    socket.on("sync", on_sync);
    socket.join(ROOM);
    let state = json!({"slide_order": 0, "seq": 0});
    if let Err(error) = socket.emit("sync", &state) {
        eprintln!("{error}");
    }
}

async fn on_sync(io: SocketIo, Data(change): Data<Value>) {
    if let Err(error) = io.to(ROOM).emit("sync", &change).await {
        eprintln!("{error}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("usage: rival-socketioxide PORT")?.parse()?;
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", on_connect);
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    let listener = socket.listen(WAITING)?.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("{error}");
        }
    });
    axum::serve(listener, axum::Router::new().layer(layer)).await?;
    Ok(())
}
