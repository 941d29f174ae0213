//! Who must be heard of, and by when.

use std::time::Instant;

use crate::config::Config;
use crate::request::ProtocolVersion;

/// What a heartbeat asks for when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// Nothing yet.
    Fine,
    /// A ping to the client.
    Ping,
    /// The client is gone.
    Dead,
}

/// The heartbeat of a session. With Engine.IO 4 the server pings, with 3 the client does
/// (<https://socket.io/docs/v4/engine-io-protocol/#heartbeat>).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Heartbeat {
    /// Engine.IO 4: the next ping is due then.
    PingDue(Instant),
    /// The client has to be heard of until then.
    AnswerDue(Instant),
}

impl Heartbeat {
    pub(crate) fn new(protocol: ProtocolVersion, config: &Config, now: Instant) -> Self {
        match protocol {
            ProtocolVersion::V4 => Self::PingDue(now + config.ping_interval),
            ProtocolVersion::V3 => {
                Self::AnswerDue(now + config.ping_interval + config.ping_timeout)
            }
        }
    }

    /// The next moment at which [`Self::check`] has something to say.
    pub(crate) fn deadline(self) -> Instant {
        match self {
            Self::PingDue(at) | Self::AnswerDue(at) => at,
        }
    }

    pub(crate) fn check(&mut self, config: &Config, now: Instant) -> Beat {
        match *self {
            Self::PingDue(due) if now >= due => {
                // Counted from when it was due, so that a session ends after interval + timeout; but
                // a server that was late itself leaves the client half of the time.
                let fair = now + config.ping_timeout / 2;
                *self = Self::AnswerDue(fair.max(due + config.ping_timeout));
                Beat::Ping
            }
            Self::AnswerDue(due) if now >= due => Beat::Dead,
            _ => Beat::Fine,
        }
    }

    /// The client was heard of.
    pub(crate) fn heard(&mut self, protocol: ProtocolVersion, config: &Config, now: Instant) {
        match (*self, protocol) {
            // A pong to no ping.
            (Self::PingDue(_), ProtocolVersion::V4) => {}
            _ => *self = Self::new(protocol, config, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn config() -> Config {
        Config {
            ping_interval: Duration::from_millis(300),
            ping_timeout: Duration::from_millis(200),
            ..Config::default()
        }
    }

    #[test]
    fn the_server_pings_and_gives_up_after_interval_and_timeout() {
        let (config, start) = (config(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let mut beat = Heartbeat::new(ProtocolVersion::V4, &config, start);
        assert_eq!(beat.check(&config, at(299)), Beat::Fine);
        assert_eq!(beat.check(&config, at(301)), Beat::Ping);
        assert_eq!(beat.check(&config, at(499)), Beat::Fine);
        assert_eq!(beat.check(&config, at(500)), Beat::Dead);
        beat.heard(ProtocolVersion::V4, &config, at(400));
        assert_eq!(beat.deadline(), at(700));
        beat.heard(ProtocolVersion::V4, &config, at(600));
        assert_eq!(beat.deadline(), at(700), "unasked pongs postpone nothing");
    }

    #[test]
    fn the_client_of_engine_io_3_pings() {
        let (config, start) = (config(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let mut beat = Heartbeat::new(ProtocolVersion::V3, &config, start);
        assert_eq!(beat.check(&config, at(499)), Beat::Fine);
        beat.heard(ProtocolVersion::V3, &config, at(499));
        assert_eq!(beat.check(&config, at(998)), Beat::Fine);
        assert_eq!(beat.check(&config, at(999)), Beat::Dead);
    }
}
