//! What is done for a client of Socket.IO: one thing at a time, in order.

use std::sync::Arc;

use estrad_realtime::{Client, Close, EventError};
use estrad_socketio::AckId;
use serde_json::{Value, json};

use super::super::credentials::Credentials;
use super::super::reply;
use super::NAMESPACE;
use super::member::Member;

/// What has been done.
pub(super) enum Done {
    /// It was not let in; why, where the connection has a number for it.
    Refused(Option<Close>),
    Entered,
    Begun {
        joined: Result<(), EventError>,
    },
    Event {
        name: String,
        ack: Option<AckId>,
        result: Result<Value, EventError>,
    },
}

/// Lets a client in who has the right token, and into the room. It is told so once it is in there: what
/// it started is committed then.
pub(super) async fn enter(
    mut client: Box<Client>,
    member: Arc<Member>,
    credentials: Credentials,
) -> (Box<Client>, Done) {
    let token = match credentials.token {
        Some(token) => client.authenticate(&token).await,
        None => Err(Close::TokenMissing),
    };
    if let Err(close) = token {
        let data = reply::refusal(close);
        // Who is gone misses it.
        let _ = member.session().refuse(NAMESPACE, close.sentence(), Some(&data));
        return (client, Done::Refused(Some(close)));
    }
    let id = estrad_socketio::Sid::new().to_string();
    let admit = || {
        // Who is gone misses it.
        let _ = member.session().accept(NAMESPACE, &id);
    };
    let refuse = |error: &EventError| {
        let data = json!(error);
        let _ = member.session().refuse(NAMESPACE, &error.message, Some(&data));
    };
    let joined = client.join_acknowledged(credentials.resume, admit, refuse).await;
    let done = if joined.is_ok() { Done::Entered } else { Done::Refused(None) };
    (client, done)
}

/// Has a client join what it waited for.
pub(super) async fn begin_waited_for(mut client: Box<Client>) -> (Box<Client>, Done) {
    let joined = client.begun().await;
    (client, Done::Begun { joined })
}

/// Carries out an event.
pub(super) async fn carry_out(
    mut client: Box<Client>,
    name: String,
    data: Option<Value>,
    ack: Option<AckId>,
) -> (Box<Client>, Done) {
    let result = client.event(&name, data).await;
    (client, Done::Event { name, ack, result })
}
