//! What is done for a client of Socket.IO: one thing at a time, in order.

use std::sync::Arc;

use estrad_realtime::{Client, Close, EventError};
use estrad_socketio::AckId;
use serde_json::Value;

use super::super::credentials::Credentials;
use super::super::reply;
use super::NAMESPACE;
use super::member::Member;

/// What has been done.
pub(super) enum Done {
    Refused(Close),
    Entered { joined: Result<(), EventError> },
    Begun { joined: Result<(), EventError> },
    Event { name: String, ack: Option<AckId>, result: Result<Value, EventError> },
}

/// Lets a client in who has the right token, and into the room.
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
        return (client, Done::Refused(close));
    }
    let id = estrad_socketio::Sid::new().to_string();
    let accepted = member.session().accept(NAMESPACE, &id);
    let joined = match accepted {
        Ok(()) => client.join(credentials.resume).await,
        Err(_) => Ok(()),
    };
    (client, Done::Entered { joined })
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
