//! Long polling over actix.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpRequest, HttpResponse};
use estrad_socketio::payload::Encoding;
use estrad_socketio::{Dialect, PollAnswer, RequestError, Session, Sid, Ticket};
use futures_util::StreamExt;

use super::hub::{Hub, Member};
use super::refusal::Refusal;

/// How long a body may take: enough for a megabyte over a bad line.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);

/// A handshake.
pub(crate) fn open(
    hub: &Arc<Hub>,
    http: &HttpRequest,
    dialect: Dialect,
) -> Result<HttpResponse, Refusal> {
    let now = std::time::Instant::now();
    let (session, answer) = Session::polling(hub.config.clone(), dialect, Sid::new(), now);
    hub.admit(session, super::about(http)).handle_events();
    Ok(response(answer))
}

/// A poll: waits for something to send.
pub(crate) async fn get(member: Arc<Member>) -> Result<HttpResponse, RequestError> {
    let started = member.input(|session, now| session.poll_start(now));
    let ticket = started?;
    let _abandon = OnDrop(|| member.look(|session| session.poll_abandon(ticket)));
    let answer = member.until(|session| session.poll_take(ticket)).await;
    Ok(response(answer))
}

/// Packets from the client.
pub(crate) async fn post(
    member: Arc<Member>,
    http: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, RequestError> {
    let ticket = member.input(|session, now| session.post_start(now))?;
    let _abandon = OnDrop(|| member.look(|session| session.post_abandon(ticket)));
    let content_type =
        http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let encoding = Encoding::of_content_type(content_type.unwrap_or_default());
    let reading = read(&member, ticket, payload);
    let body = match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(body) => body?,
        Err(_) => return Err(RequestError::TooSlow(BODY_TIMEOUT)),
    };
    member.input(|session, now| session.post_body(ticket, encoding, body, now))?;
    member.look(|session| session.post_end(ticket))?;
    Ok(HttpResponse::Ok().content_type("text/html").body("ok"))
}

async fn read(
    member: &Member,
    ticket: Ticket,
    mut payload: Payload,
) -> Result<Bytes, RequestError> {
    let max = member.hub().config.max_payload;
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| RequestError::Malformed)?;
        if body.len() + chunk.len() > max {
            return Err(member.input(|session, _| session.post_too_large(ticket)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn response(answer: PollAnswer) -> HttpResponse {
    HttpResponse::Ok().content_type(answer.encoding.content_type()).body(answer.body)
}

/// Runs when a request ends, also where its client went away in the middle.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
