//! Clients that know the wire, and can break its rules.

use std::time::Duration;

use actix_codec::{Decoder, Encoder};
use actix_http::ws::{Codec, Frame, Message};
use bytes::BytesMut;
use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::View;
use estrad_testkit::{Answer, TestApp};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A websocket, from the client's side.
pub(crate) struct Socket {
    stream: TcpStream,
    codec: Codec,
    buffer: BytesMut,
}

/// What a server says.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Text(String),
    Close(u16, String),
    /// The connection ended without a word.
    End,
}

impl Socket {
    /// Connects, and gives the head of the answer with it.
    ///
    /// # Errors
    /// The whole answer, where it is a refusal.
    pub(crate) async fn try_open(
        app: &TestApp,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<(Self, String), String> {
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            app.address
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(app.address).await.expect("connects");
        stream.write_all(request.as_bytes()).await.expect("writes");
        let mut buffer = BytesMut::new();
        let end = loop {
            let read = stream.read_buf(&mut buffer);
            let read = tokio::time::timeout(PATIENCE, read).await.expect("in time").expect("reads");
            let found = buffer.windows(4).position(|four| four == b"\r\n\r\n");
            match found {
                Some(at) if buffer.starts_with(b"HTTP/1.1 101") => break at + 4,
                _ if read == 0 => return Err(String::from_utf8_lossy(&buffer).into_owned()),
                _ => {}
            }
        };
        let head = String::from_utf8_lossy(&buffer.split_to(end)).into_owned();
        let codec = Codec::new().max_size(1 << 24).client_mode();
        Ok((Self { stream, codec, buffer }, head))
    }

    pub(crate) async fn open(app: &TestApp, path: &str) -> Self {
        Self::try_open(app, path, &[]).await.expect("a websocket").0
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.write(Message::Text(text.to_owned().into())).await;
    }

    pub(crate) async fn send_json(&mut self, value: Value) {
        self.send(&value.to_string()).await;
    }

    pub(crate) async fn write(&mut self, message: Message) {
        let mut bytes = BytesMut::new();
        self.codec.encode(message, &mut bytes).expect("encodes");
        self.raw(&bytes).await;
    }

    /// Sends several texts in one write.
    pub(crate) async fn burst(&mut self, texts: &[String]) {
        let mut bytes = BytesMut::new();
        for text in texts {
            self.codec.encode(Message::Text(text.clone().into()), &mut bytes).expect("encodes");
        }
        self.raw(&bytes).await;
    }

    /// Sends bytes as they are. The server may have closed already.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// What comes next, apart from pings.
    pub(crate) async fn next(&mut self) -> Said {
        loop {
            match self.codec.decode(&mut self.buffer).expect("a frame") {
                Some(Frame::Text(text)) => {
                    return Said::Text(String::from_utf8(text.to_vec()).expect("UTF-8"));
                }
                Some(Frame::Close(reason)) => {
                    let reason = reason.expect("with a number");
                    let word = reason.description.unwrap_or_default();
                    return Said::Close(reason.code.into(), word);
                }
                Some(Frame::Ping(_) | Frame::Pong(_)) => continue,
                Some(other) => panic!("{other:?}"),
                None => {}
            }
            let read = self.stream.read_buf(&mut self.buffer);
            match tokio::time::timeout(PATIENCE, read).await.expect("in time") {
                Ok(0) | Err(_) => return Said::End,
                Ok(_) => {}
            }
        }
    }

    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Said::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }

    /// The next message of the plain protocol.
    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.text().await).expect("JSON")
    }

    /// The next message of the plain protocol with that event.
    pub(crate) async fn event(&mut self, event: &str) -> Value {
        self.message(event).await["data"].take()
    }

    /// The same with what is beside its data.
    pub(crate) async fn message(&mut self, event: &str) -> Value {
        loop {
            let message = self.json().await;
            if message["event"] == event {
                return message;
            }
        }
    }

    /// The number and word that it is closed with, after whatever else was said.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Said::Text(_) => {}
                Said::Close(code, word) => return (code, word),
                Said::End => panic!("closed without a word"),
            }
        }
    }

    /// The next text that begins like this.
    pub(crate) async fn until(&mut self, start: &str) -> String {
        loop {
            let text = self.text().await;
            if text.starts_with(start) {
                return text;
            }
        }
    }
}

/// A competition with two slides and a team, and the token of its operator.
pub(crate) async fn operator(app: &TestApp) -> (CompetitionId, String) {
    let team = TeamDraft { name: "Lag 1".into(), ..TeamDraft::default() };
    let draft = CompetitionDraft {
        name: "Final".into(),
        year: 2026,
        slides: vec![SlideDraft::default(), SlideDraft::default()],
        teams: vec![team],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    let id = app.competition(draft, city).await;
    (id, app.open_screen(id, View::Operator).await)
}

/// A session of long polling.
pub(crate) struct Polling<'a> {
    app: &'a TestApp,
    pub(crate) sid: String,
    token: Option<String>,
}

impl<'a> Polling<'a> {
    pub(crate) async fn open(app: &'a TestApp, token: Option<&str>) -> Self {
        let mut request = app.get("/socket.io/?EIO=4&transport=polling");
        if let Some(token) = token {
            request = request.bearer(token);
        }
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let open: Value = serde_json::from_str(&answer.text()[1..]).expect("JSON");
        let sid = open["sid"].as_str().expect("a session").to_owned();
        Self { app, sid, token: token.map(str::to_owned) }
    }

    pub(crate) fn path(&self) -> String {
        format!("/socket.io/?EIO=4&transport=polling&sid={}", self.sid)
    }

    pub(crate) async fn poll(&self) -> Answer {
        let mut request = self.app.get(&self.path());
        if let Some(token) = &self.token {
            request = request.bearer(token);
        }
        request.send().await
    }

    pub(crate) async fn post(&self, body: &str) -> Answer {
        let mut request = self.app.post(&self.path());
        if let Some(token) = &self.token {
            request = request.bearer(token);
        }
        request.body("text/plain;charset=UTF-8", body).send().await
    }

    /// Polls until there is a packet that begins like this.
    pub(crate) async fn until(&self, start: &str) -> String {
        self.found(|packet| packet.starts_with(start)).await
    }

    /// Polls until there is such a packet.
    pub(crate) async fn found(&self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let answer = self.poll().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let text = answer.text();
            if let Some(packet) = text.split('\u{1e}').find(|packet| wanted(packet)) {
                return packet.to_owned();
            }
        }
    }
}
