//! Requests and answers, with what tests ask of them.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a server may take to answer and close.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends bytes and reads until the server closes.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let exchanged = tokio::time::timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(address).await.expect("connects");
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    });
    exchanged.await.expect("an answer in time")
}

/// A request in the making.
pub struct Request(pub(crate) reqwest::RequestBuilder);

impl From<reqwest::RequestBuilder> for Request {
    fn from(builder: reqwest::RequestBuilder) -> Self {
        Self(builder)
    }
}

impl Request {
    /// With a token.
    pub fn bearer(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// With a body as it is.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header("content-type", content_type).body(body.into()))
    }

    /// Sends it and waits for the whole answer.
    pub async fn send(self) -> Answer {
        let response = self.0.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        Answer { status, headers, bytes }
    }
}

/// An answer.
#[derive(Debug)]
#[expect(missing_docs, reason = "says itself")]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none, showing what it is.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {self:?} {:?}", self.text()))
    }

    /// The `pagination` header as JSON.
    ///
    /// # Panics
    /// When there is none.
    pub fn pagination(&self) -> Value {
        serde_json::from_str(self.header("pagination")).expect("a pagination header")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks the status and gives the body as JSON.
    ///
    /// # Panics
    /// When the status is another one, showing the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks the status and the stable word of an error.
    ///
    /// # Panics
    /// When either is another one, showing the body.
    #[track_caller]
    pub fn expect_error(self, status: u16, word: &str) -> Value {
        let text = self.text();
        let body = self.expect(status);
        assert_eq!(body["error"], word, "{text}");
        assert_eq!(body["code"], status, "{text}");
        assert!(body["message"].as_str().is_some_and(|m| !m.is_empty()), "{text}");
        body
    }
}
