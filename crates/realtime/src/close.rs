//! Why the server ends a connection, with the numbers that websockets are closed with.
//!
//! Below 4500: connect again and resume. From 4500 on: connecting again the same way is of no use.
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
    /// The presentation has ended and can be resumed for a while: who comes back waits for it.
    Resumable = 4010, "resumable", reconnect, "The presentation has ended and may be resumed: connect again, and wait.";
    /// More bytes in one message than allowed.
    TooLarge = 1009, "too_large", stay, "The message is too large.";
    /// A text message that is no UTF-8.
    NotUtf8 = 1007, "not_utf8", stay, "The message is not UTF-8.";
    /// What the client sent breaks the rules of the protocol.
    BadMessage = 1002, "bad_message", stay, "The message can't be read.";
    /// No token came in time.
    TokenMissing = 4500, "token_missing", stay, "A token is needed.";
    /// The token is none of ours.
    TokenInvalid = 4501, "token_invalid", stay, "The token is not valid.";
    /// The token's time is over.
    TokenExpired = 4502, "token_expired", stay, "The token has expired.";
    /// The token was given up, or what it stands for is gone: a code renewed, a team deleted.
    TokenRevoked = 4503, "token_revoked", stay, "The token has been revoked.";
    /// More events than allowed.
    TooManyEvents = 4504, "too_many_events", stay, "Too many events.";
    /// More connections than allowed, from the address or altogether.
    TooManyConnections = 4505, "too_many_connections", stay, "Too many connections.";
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
        for close in Close::ALL.iter().filter(|close| close.code() >= 4000) {
            assert_eq!(close.reconnect(), close.code() < 4500, "{close:?}");
        }
    }

    #[test]
    fn numbers_and_words_are_of_one_each() {
        let numbers: HashSet<_> = Close::ALL.iter().map(|close| close.code()).collect();
        let words: HashSet<_> = Close::ALL.iter().map(|close| close.word()).collect();
        assert_eq!((numbers.len(), words.len()), (Close::ALL.len(), Close::ALL.len()));
    }
}
