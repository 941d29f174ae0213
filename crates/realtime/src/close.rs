//! Why the server ends a connection, with the numbers that websockets are closed with.
//!
//! Below 4500: connect again and resume. From 4500 on: connecting again the same way is of no use. 4504
//! and 4505 were sent by earlier versions, and mean nothing else in later ones.
//! Where the standard has a number for it (RFC 6455, section 7.4.1), it is that one.

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $word:literal, $again:ident, $sentence:literal;)+) => {
        /// Why the server ends a connection.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Close { $($(#[$doc])* $name,)+ }

        impl Close {
            /// All of them, as documented.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The number in the websocket's close frame.
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)+ }
            }

            /// A stable word for programs; also the reason in the close frame.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Whether the client should connect again (and resume).
            pub const fn reconnect(self) -> bool {
                match self { $(Self::$name => again!($again),)+ }
            }

            /// What happened, for people.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

macro_rules! again {
    (reconnect) => {
        true
    };
    (stay) => {
        false
    };
}

close_codes! {
    /// The server stops or starts again.
    Restart = 1012, "restart", reconnect, "The server restarts.";
    /// Its outbox is full: the client reads more slowly than it is sent to.
    SlowConsumer = 4000, "slow_consumer", reconnect, "The client does not keep up.";
    /// Nothing was heard of it for too long.
    Silent = 4001, "silent", reconnect, "Nothing was heard of the client for too long.";
    /// The server itself fell behind: what it missed can be resumed.
    Behind = 4002, "behind", reconnect, "The server fell behind.";
    /// The server could not look something up; try again.
    Unavailable = 4003, "unavailable", reconnect, "The server can't do this now.";
    /// More messages than allowed, for longer than it could wait.
    TooManyEvents = 4004, "too_many_events", reconnect, "Too many events.";
    /// More connections than allowed, from the address or altogether.
    TooManyConnections = 4005, "too_many_connections", reconnect, "Too many connections.";
    /// The presentation has ended and can be resumed for a while: who comes back waits for it.
    Resumable = 4010, "resumable", reconnect, "The presentation has ended and may be resumed: connect again, and wait.";
    /// More bytes in one message than allowed.
    TooLarge = 1009, "too_large", reconnect, "The message is too large.";
    /// A text message that is no UTF-8.
    NotUtf8 = 1007, "not_utf8", reconnect, "The message is not UTF-8.";
    /// What the client sent breaks the framing: where the next message begins can't be known. A message
    /// that is wrong in itself is answered by an event `error` instead.
    BadMessage = 1002, "bad_message", reconnect, "The message can't be read.";
    /// No token came in time.
    TokenMissing = 4500, "token_missing", stay, "A token is needed.";
    /// The token is none of ours.
    TokenInvalid = 4501, "token_invalid", stay, "The token is not valid.";
    /// The token's time is over.
    TokenExpired = 4502, "token_expired", stay, "The token has expired.";
    /// The token was given up, or what it stands for is gone: a code renewed, a team deleted.
    TokenRevoked = 4503, "token_revoked", stay, "The token has been revoked.";
    /// The presentation is over.
    Ended = 4506, "ended", stay, "The presentation is over.";
}

impl Close {
    /// Whether the presentation has ended. Who asked for that is still told that it was done.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Ended | Self::Resumable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_say_whether_to_reconnect() {
        for close in Close::ALL {
            assert_eq!(close.reconnect(), close.code() < 4500, "{close:?}");
            assert!(![4504, 4505].contains(&close.code()), "{close:?}");
        }
    }

    #[test]
    fn numbers_and_words_are_of_one_each() {
        let numbers: HashSet<_> = Close::ALL.iter().map(|close| close.code()).collect();
        let words: HashSet<_> = Close::ALL.iter().map(|close| close.word()).collect();
        assert_eq!((numbers.len(), words.len()), (Close::ALL.len(), Close::ALL.len()));
    }
}
