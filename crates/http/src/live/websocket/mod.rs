//! One websocket (RFC 6455), from the side of the server: frames over a connection that is upgraded
//! already. Everything happens on the thread that the connection is on.
//!
//! The protocols above give and take messages. Whoever only listens costs a socket and some hundred
//! bytes: buffers are the thread's.

mod closing;
mod read;
mod socket;
mod write;

#[cfg(test)]
mod tests;

pub(super) use closing::{Ending, end};
pub(super) use read::{CHUNK, Fault, Message};
pub(super) use socket::Socket;
