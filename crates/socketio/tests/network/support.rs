//! A server of one's own per test, and a client that speaks in raw packets.

use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Bytes;
use awc::http::{Method, StatusCode};
use awc::ws::{Frame, Message};
use estrad_socketio::Config;
use futures_util::{Sink, SinkExt, Stream, StreamExt};

use crate::server::{self, Settings};

/// Long enough for anything, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
pub(crate) struct Site {
    pub(crate) address: String,
}

/// A websocket.
pub(crate) struct Socket {
    sink: Pin<Box<dyn Sink<Message, Error = ()>>>,
    stream: Pin<Box<dyn Stream<Item = Frame>>>,
}

/// The times of the public suites.
pub(crate) fn settings() -> Settings {
    let config = Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        namespaces: vec!["/".into(), "/custom".into()],
        ..Config::default()
    };
    Settings { path: "/socket.io/".into(), config, token: None, allowed_origins: Vec::new() }
}

/// Like [`settings`], for tests that send no heartbeats.
pub(crate) fn patient() -> Settings {
    let mut settings = settings();
    settings.config.ping_interval = Duration::from_secs(25);
    settings
}

impl Site {
    pub(crate) fn start(settings: Settings) -> Self {
        let (server, address) = server::start("127.0.0.1:0".parse().unwrap(), settings).unwrap();
        actix_web::rt::spawn(server);
        Self { address: address.to_string() }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        query: &str,
        body: impl Into<Bytes>,
    ) -> (StatusCode, String) {
        let client = awc::Client::builder().timeout(PATIENCE).finish();
        let url = format!("http://{}/socket.io/?{query}", self.address);
        let mut response = client.request(method, url).send_body(body.into()).await.unwrap();
        let body = response.body().await.unwrap();
        (response.status(), String::from_utf8(body.into()).unwrap())
    }

    pub(crate) async fn get(&self, query: &str) -> (StatusCode, String) {
        self.send(Method::GET, query, "").await
    }

    /// The status of what should be refused.
    pub(crate) async fn status(&self, query: &str) -> u16 {
        self.get(query).await.0.as_u16()
    }

    /// A session on polling: its id.
    pub(crate) async fn open(&self) -> String {
        let (status, body) = self.get("EIO=4&transport=polling").await;
        assert_eq!(status, StatusCode::OK);
        let open: serde_json::Value = serde_json::from_str(&body[1..]).unwrap();
        open["sid"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn poll(&self, sid: &str) -> (StatusCode, String) {
        self.get(&format!("EIO=4&transport=polling&sid={sid}")).await
    }

    pub(crate) async fn post(&self, sid: &str, body: impl Into<Bytes>) -> (StatusCode, String) {
        self.send(Method::POST, &format!("EIO=4&transport=polling&sid={sid}"), body).await
    }

    /// A websocket, if it is let in.
    pub(crate) async fn socket(&self, query: &str) -> Option<Socket> {
        let url = format!("http://{}/socket.io/?{query}", self.address);
        let (_, framed) =
            awc::Client::new().ws(url).max_frame_size(2 << 20).connect().await.ok()?;
        let (sink, stream) = framed.split();
        Some(Socket {
            sink: Box::pin(sink.sink_map_err(drop)),
            stream: Box::pin(stream.filter_map(async |frame| frame.ok())),
        })
    }

    /// A websocket with its handshake read.
    pub(crate) async fn websocket(&self) -> Socket {
        let mut socket = self.socket("EIO=4&transport=websocket").await.unwrap();
        assert!(socket.text().await.starts_with("0{"));
        socket
    }

    /// A websocket in the main namespace, greetings read.
    pub(crate) async fn joined(&self) -> Socket {
        let mut socket = self.websocket().await;
        socket.send("40").await;
        assert!(socket.text().await.starts_with("40{"));
        assert_eq!(socket.text().await, r#"42["auth",{}]"#);
        socket
    }
}

impl Socket {
    pub(crate) async fn send(&mut self, text: &str) {
        self.sink.send(Message::Text(text.to_owned().into())).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, data: &'static [u8]) {
        self.sink.send(Message::Binary(Bytes::from_static(data))).await.unwrap();
    }

    /// The next message, pings of the server left out; none once it is closed.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next()).await.unwrap()? {
                Frame::Text(text) if text == "2" => {}
                Frame::Text(data) | Frame::Binary(data) => return Some(data),
                Frame::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// The next message, which is text.
    pub(crate) async fn text(&mut self) -> String {
        String::from_utf8(self.next().await.unwrap().into()).unwrap()
    }

    /// The next message, pings of the server included.
    pub(crate) async fn any_text(&mut self) -> String {
        match self.stream.next().await.unwrap() {
            Frame::Text(text) => String::from_utf8(text.into()).unwrap(),
            other => panic!("text: {other:?}"),
        }
    }

    /// Waits for the end.
    pub(crate) async fn closed(&mut self) {
        while self.next().await.is_some() {}
    }

    /// An event there and back: the connection works.
    pub(crate) async fn works(&mut self) {
        self.send(r#"42["message","x"]"#).await;
        assert_eq!(self.text().await, r#"42["message-back","x"]"#);
    }
}
