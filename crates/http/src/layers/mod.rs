//! What every request and answer passes, from the outside in.

mod connection;
mod head;
mod observe;
mod security_headers;

pub(crate) use connection::watch_connection;
pub(crate) use head::answer_head_like_get;
pub(crate) use observe::{REQUEST_ID, observe, request_id};
pub(crate) use security_headers::add_security_headers;
