//! Websockets over actix.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, ProtocolError};
use estrad_socketio::{CloseReason, Dialect, Frame, Output, RequestError, Session, Sid, Ticket};

use super::hub::{Hub, Member};
use super::refusal::Refusal;

/// How long a close frame may take to a client that may not be reading.
const GOODBYE: Duration = Duration::from_millis(100);

/// A session that begins on a websocket.
pub(crate) fn open(
    hub: &Arc<Hub>,
    http: &HttpRequest,
    payload: Payload,
    dialect: Dialect,
) -> Result<HttpResponse, Refusal> {
    let (response, socket, stream) = actix_ws::handle(http, payload)?;
    let (session, ticket) =
        Session::websocket(hub.config.clone(), dialect, Sid::new(), Instant::now());
    let member = hub.admit(session, super::about(http));
    member.handle_events();
    actix_web::rt::spawn(run(member, ticket, socket, bounded(stream, hub)));
    Ok(response)
}

/// A websocket for a session that polls.
pub(crate) fn upgrade(
    member: &Arc<Member>,
    http: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    let opened = member.input(|session, now| session.websocket_open(now));
    let ticket = match opened {
        Ok(ticket) => ticket,
        // The reference server accepts such a websocket and closes it.
        Err(RequestError::TransportMismatch) => {
            let (response, socket, _) = actix_ws::handle(http, payload)?;
            actix_web::rt::spawn(close(socket, CloseReason::TransportError));
            return Ok(response);
        }
        Err(error) => return Err(error.into()),
    };
    let (response, socket, stream) = match actix_ws::handle(http, payload) {
        Ok(parts) => parts,
        Err(error) => {
            member.input(|session, _| session.websocket_closed(ticket));
            return Err(error.into());
        }
    };
    let stream = bounded(stream, member.hub());
    actix_web::rt::spawn(run(member.clone(), ticket, socket, stream));
    Ok(response)
}

fn bounded(stream: actix_ws::MessageStream, hub: &Hub) -> AggregatedMessageStream {
    let max = hub.config.max_payload;
    stream.max_frame_size(max).aggregate_continuations().max_continuation_size(max)
}

/// Carries messages in both directions until one side ends.
async fn run(
    member: Arc<Member>,
    ticket: Ticket,
    mut socket: actix_ws::Session,
    mut stream: AggregatedMessageStream,
) {
    let reason = loop {
        let output = |session: &mut Session| match session.websocket_next(ticket) {
            Output::Wait => None,
            output => Some(output),
        };
        let sent = tokio::select! {
            output = member.until(output) => match output {
                Output::Send(frame) => send(&member, ticket, &mut socket, frame).await,
                Output::Close(reason) => break reason,
                Output::Wait => true,
            },
            message = stream.recv() => match message {
                Some(message) => receive(&member, ticket, &mut socket, message).await,
                None => false,
            },
        };
        if !sent {
            break CloseReason::TransportClose;
        }
    };
    member.input(|session, _| session.websocket_closed(ticket));
    close(socket, reason).await;
}

/// Sends a message, unless the session ends while the client does not read; false if it did.
async fn send(
    member: &Member,
    ticket: Ticket,
    socket: &mut actix_ws::Session,
    frame: Frame,
) -> bool {
    let sending = async {
        match frame {
            Frame::Text(text) => socket.text(String::from(text)).await,
            Frame::Binary(data) => socket.binary(data).await,
        }
    };
    let over = member.until(|session| session.closed());
    tokio::select! {
        biased;
        sent = sending => sent.is_ok(),
        _ = over => {
            member.input(|session, _| session.websocket_closed(ticket));
            false
        }
    }
}

/// Takes a message; false if it was the last.
async fn receive(
    member: &Member,
    ticket: Ticket,
    socket: &mut actix_ws::Session,
    message: Result<AggregatedMessage, ProtocolError>,
) -> bool {
    let frame = match message {
        Ok(AggregatedMessage::Text(text)) => Frame::Text(String::from(text).into()),
        Ok(AggregatedMessage::Binary(data)) => Frame::Binary(data),
        Ok(AggregatedMessage::Ping(data)) => return socket.pong(&data).await.is_ok(),
        Ok(AggregatedMessage::Pong(_)) => return true,
        Ok(AggregatedMessage::Close(_)) | Err(_) => return false,
    };
    member.input(|session, now| session.websocket_frame(ticket, frame, now));
    true
}

async fn close(socket: actix_ws::Session, reason: CloseReason) {
    let code = CloseCode::from(reason.websocket_code());
    let goodbye = socket.close(Some((code, reason.to_string()).into()));
    // Who reads nothing gets no goodbye.
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
}
