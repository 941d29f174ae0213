//! Requests as the connection sees them: when they begin and end, and whether their body was read.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use std::rc::Rc;

use crate::connection::{AnswerBody, Phase, RequestBody};

/// Says when a request is served. An answer to a request whose body was not read closes the connection:
/// else whatever is still sent would be read to its end.
pub(crate) async fn watch_connection<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<AnswerBody>, Error> {
    let serving = request.conn_data::<Rc<Phase>>().map(Phase::serve);
    let body = has_body(request.headers()).then(|| {
        let (body, payload) = RequestBody::watch(request.take_payload());
        request.set_payload(payload);
        body
    });
    let mut response = next.call(request).await?;
    if has_rest(body).await {
        response.response_mut().head_mut().set_connection_type(actix_http::ConnectionType::Close);
        if let Some(serving) = &serving {
            serving.leaves_rest();
        }
    }
    Ok(response.map_body(|_, body| AnswerBody::new(BoxBody::new(body), serving)))
}

/// Whether more of the body is to come.
async fn has_rest(body: Option<RequestBody>) -> bool {
    let Some(body) = body else { return false };
    if body.has_arrived() {
        return false;
    }
    // What came together with the head is read once this waits.
    tokio::task::yield_now().await;
    !body.has_arrived()
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}
