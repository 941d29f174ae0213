//! The table of settings.
//!
//! To add a setting, add its row here and its field to [`super::types`], and run the tests with
//! `ESTRAD_TEST_BLESS=1` to bring `docs/configuration.md` up to date.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as ChoiceError, StrDeserializer};
use tracing_subscriber::EnvFilter;

use super::setting::{Kind, Preset, Secrecy, Setting};
use super::{DatabaseUrl, JwtSecret, TrustedProxies, WebOrigin};

/// The setting of this name, with its section.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// What most rows have in common.
const PLAIN: Setting = Setting {
    name: "",
    about: "",
    preset: Preset::Absent(""),
    kind: Kind::Number { min: 0, max: 0, set: |_, _| {} },
    variable: None,
    flag: None,
    secrecy: Secrecy::Open,
    retired: false,
};

/// One that was read once: a file that has it is still a good one.
const RETIRED: Setting = Setting {
    about: "Does nothing any more: nobody is locked out, tries are slowed down. It goes with the next major \
            release.",
    preset: Preset::Absent("not used"),
    retired: true,
    ..PLAIN
};

/// A number from 1 that goes nowhere.
const fn nothing(max: u32) -> Kind {
    Kind::Number { min: 1, max, set: |_, _| {} }
}

/// Every setting, those of a section together.
pub(super) static SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        about: "Where the server listens. Port 0 takes a free port.",
        preset: Preset::Value("127.0.0.1:5000"),
        kind: Kind::Text {
            expected: "an IP address with a port, such as 127.0.0.1:5000 or [::]:5000",
            set: |c, text| put(&mut c.listen, text.parse().map_err(|_| String::new())),
        },
        flag: Some("--listen"),
        ..PLAIN
    },
    Setting {
        name: "data_dir",
        about: "Where the database, the media and the signing key are kept. It is created when it \
                is not there.",
        preset: Preset::Absent("the platform's place, on Linux `~/.local/share/estrad`"),
        kind: Kind::Text {
            expected: "the path of a directory",
            set: |c, text| {
                let path = if text.is_empty() { Err(String::new()) } else { Ok(text.into()) };
                put(&mut c.data_dir, path)
            },
        },
        flag: Some("--data-dir"),
        ..PLAIN
    },
    Setting {
        name: "database_url",
        about: "The database: SQLite for one server, PostgreSQL for more.",
        preset: Preset::Absent("the SQLite file `estrad.db` in the data directory"),
        kind: Kind::Text {
            expected: "postgres://USER:PASSWORD@HOST/NAME or sqlite:PATH",
            set: |c, text| {
                put(&mut c.database_url, DatabaseUrl::parse(text).map(Some).map_err(say))
            },
        },
        variable: Some("DATABASE_URL"),
        flag: Some("--database-url"),
        secrecy: Secrecy::Password,
        ..PLAIN
    },
    Setting {
        name: "jwt_secret",
        about: "What tokens are signed with. Servers that share a database need the same. Whoever \
                has it can be anybody.",
        preset: Preset::Absent("the file `signing.key` in the data directory, made at first start"),
        kind: Kind::Text {
            expected: "a secret of 32 bytes or more",
            set: |c, text| {
                let secret = JwtSecret::parse(text).map(Some);
                put(&mut c.jwt_secret, secret.map_err(|bytes| format!("it has {bytes} bytes")))
            },
        },
        secrecy: Secrecy::Secret,
        ..PLAIN
    },
    Setting {
        name: "http.body_limit_bytes",
        about: "The largest body of a request that is not an upload, in bytes.",
        preset: Preset::Value("1048576"),
        kind: Kind::Number {
            min: 1_024,
            max: 64 * 1_024 * 1_024,
            set: |c, n| c.http.body_limit_bytes = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "http.cors_origins",
        about: "Web pages of other origins that may call the server. Pages that the server itself \
                or a proxy on the same origin delivers need not be named.",
        preset: Preset::Value(""),
        kind: Kind::List {
            expected: "a list of origins such as https://quiz.example.org",
            set: |c, entries| {
                let origins = entries.iter().map(|entry| {
                    WebOrigin::parse(entry).map_err(|why| format!("of {entry:?}: {why}"))
                });
                put(&mut c.http.cors_origins, origins.collect())
            },
        },
        ..PLAIN
    },
    Setting {
        name: "http.trusted_proxies",
        about: "Proxies that are believed when they say for whom they call \
                (`X-Forwarded-For` and the like). Name none that clients could pass for.",
        preset: Preset::Value(""),
        kind: Kind::List {
            expected: "a list of IP addresses and networks such as 10.0.0.0/8",
            set: |c, entries| {
                let proxies = TrustedProxies::parse(entries);
                put(
                    &mut c.http.trusted_proxies,
                    proxies.map_err(|bad| format!("{bad:?} is neither")),
                )
            },
        },
        ..PLAIN
    },
    Setting {
        name: "http.workers",
        about: "Threads that answer requests; 0 is one per core.",
        preset: Preset::Value("0"),
        kind: Kind::Number {
            min: 0,
            max: 256,
            set: |c, n| c.http.workers = NonZeroUsize::new(n as usize),
        },
        ..PLAIN
    },
    Setting {
        name: "http.shutdown_timeout_seconds",
        about: "How long requests may take to end when the server stops, in seconds.",
        preset: Preset::Value("10"),
        kind: Kind::Number {
            min: 1,
            max: 300,
            set: |c, n| c.http.shutdown_timeout = Duration::from_secs(n.into()),
        },
        ..PLAIN
    },
    Setting {
        name: "http.max_connections",
        about: "Connections at a time, live ones too; 0 is as many as the system allows open files, \
                without a quarter of them (at most 1,024) that the server keeps for itself. More \
                than that are never taken. Whoever comes then is answered 503.",
        preset: Preset::Value("0"),
        kind: Kind::Number {
            min: 0,
            max: 1_000_000,
            set: |c, n| c.http.max_connections = NonZeroUsize::new(n as usize),
        },
        ..PLAIN
    },
    Setting {
        name: "http.max_connections_per_address",
        about: "Connections at a time from one address (for IPv6, one /64), without live ones; \
                never more than three quarters of all. Whoever comes then is answered 429. Those of \
                trusted proxies are not counted.",
        preset: Preset::Value("1000"),
        kind: Kind::Number {
            min: 1,
            max: 1_000_000,
            set: |c, n| c.http.max_connections_per_address = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "auth.user_token_hours",
        about: "How long users stay logged in, in hours.",
        preset: Preset::Value("48"),
        kind: Kind::Number {
            min: 1,
            max: 720,
            set: |c, n| c.auth.user_token_lifetime = minutes(n * 60),
        },
        ..PLAIN
    },
    Setting {
        name: "auth.code_token_hours",
        about: "How long those who came in by a code (teams, judges, the audience, operators) stay \
                logged in, in hours.",
        preset: Preset::Value("8"),
        kind: Kind::Number {
            min: 1,
            max: 72,
            set: |c, n| c.auth.code_token_lifetime = minutes(n * 60),
        },
        ..PLAIN
    },
    Setting {
        name: "auth.codes_per_second",
        about: "How many codes that are tried from one address (for IPv6, one /64) are evaluated in a \
                second. What is tried faster waits in turns. A school often has only one address.",
        preset: Preset::Value("50"),
        kind: Kind::Number { min: 1, max: 10_000, set: |c, n| c.auth.codes_per_second = n },
        ..PLAIN
    },
    Setting {
        name: "auth.codes_burst",
        about: "How many of them are evaluated at once, when few were tried before: all of a hall that \
                opens its screens together.",
        preset: Preset::Value("300"),
        kind: Kind::Number { min: 1, max: 100_000, set: |c, n| c.auth.codes_burst = n },
        ..PLAIN
    },
    Setting { name: "auth.login_attempts", kind: nothing(1_000), ..RETIRED },
    Setting { name: "auth.login_lock_minutes", kind: nothing(10_080), ..RETIRED },
    Setting { name: "auth.address_attempts", kind: nothing(100_000), ..RETIRED },
    Setting { name: "auth.address_lock_minutes", kind: nothing(10_080), ..RETIRED },
    Setting {
        name: "auth.bcrypt_cost",
        about: "The cost of hashing a password: one more takes twice as long. It holds for \
                passwords that are set from then on.",
        preset: Preset::Value("12"),
        kind: Kind::Number { min: 10, max: 15, set: |c, n| c.auth.bcrypt_cost = n },
        ..PLAIN
    },
    Setting {
        name: "policy.editors_read",
        about: "Whether editors read the competitions of all cities or of their own only. They \
                change those of their own in either case.",
        preset: Preset::Value("all"),
        kind: Kind::Text {
            expected: "\"all\" or \"own\"",
            set: |c, text| put(&mut c.policy.editors_read, choice(text)),
        },
        ..PLAIN
    },
    Setting {
        name: "policy.views",
        about: "When teams and the audience may read the slides of a new competition: all from the \
                start (`legacy`), as the front-end in use needs, or each once it is shown \
                (`as_shown`). Each competition can say it for itself.",
        preset: Preset::Value("legacy"),
        kind: Kind::Text {
            expected: "\"legacy\" or \"as_shown\"",
            set: |c, text| put(&mut c.policy.views, choice(text)),
        },
        ..PLAIN
    },
    Setting {
        name: "privacy.retention_days",
        about: "After how many days without a change or a presentation a competition is erased, as \
                `estrad erase --older-than` does; 0 is never. See personal-data.md before setting it.",
        preset: Preset::Value("0"),
        kind: Kind::Number { min: 0, max: 36_500, set: |c, n| c.privacy.retention_days = n },
        ..PLAIN
    },
    Setting {
        name: "privacy.audit_days",
        about: "How many days entries of the audit log are kept; 0 is for ever.",
        preset: Preset::Value("365"),
        kind: Kind::Number { min: 0, max: 36_500, set: |c, n| c.privacy.audit_days = n },
        ..PLAIN
    },
    Setting {
        name: "live.grace_ms",
        about: "How long after the time is up an answer that was under way still counts, in \
                milliseconds.",
        preset: Preset::Value("500"),
        kind: Kind::Number {
            min: 0,
            max: 10_000,
            set: |c, n| c.live.grace = Duration::from_millis(n.into()),
        },
        ..PLAIN
    },
    Setting {
        name: "live.idle_hours",
        about: "After how long without anything happening a presentation is taken for forgotten \
                and ended, in hours.",
        preset: Preset::Value("12"),
        kind: Kind::Number { min: 1, max: 168, set: |c, n| c.live.idle = minutes(n * 60) },
        ..PLAIN
    },
    Setting {
        name: "live.resume_minutes",
        about: "How long a presentation can be resumed after its end, in minutes; 0 for not at all.",
        preset: Preset::Value("10"),
        kind: Kind::Number { min: 0, max: 1_440, set: |c, n| c.live.resumable = minutes(n) },
        ..PLAIN
    },
    Setting {
        name: "live.max_connections",
        about: "Live connections at a time, of all clients together.",
        preset: Preset::Value("20000"),
        kind: Kind::Number {
            min: 1,
            max: 1_000_000,
            set: |c, n| c.live.max_connections = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.max_connections_per_address",
        about: "Live connections at a time from one address (for IPv6, one /64). A school \
                often has only one address.",
        preset: Preset::Value("2000"),
        kind: Kind::Number {
            min: 1,
            max: 1_000_000,
            set: |c, n| c.live.max_connections_per_address = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.max_waiting_per_address",
        about: "Live connections at a time from one address that have not signed in yet; the oldest \
                makes way for one more. They are closed after 10 seconds (5 at `/ws`).",
        preset: Preset::Value("500"),
        kind: Kind::Number {
            min: 1,
            max: 1_000_000,
            set: |c, n| c.live.max_waiting_per_address = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.events_per_second",
        about: "Messages that a live client may send per second, over time.",
        preset: Preset::Value("50"),
        kind: Kind::Number { min: 1, max: 100_000, set: |c, n| c.live.events_per_second = n },
        ..PLAIN
    },
    Setting {
        name: "live.events_burst",
        about: "Messages that a live client may send at once, after it was quiet.",
        preset: Preset::Value("200"),
        kind: Kind::Number { min: 1, max: 1_000_000, set: |c, n| c.live.events_burst = n },
        ..PLAIN
    },
    Setting {
        name: "live.max_frame_bytes",
        about: "The largest message from a live client, in bytes.",
        preset: Preset::Value("65536"),
        kind: Kind::Number {
            min: 1_024,
            max: 16 * 1_024 * 1_024,
            set: |c, n| c.live.max_frame_bytes = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.max_outbox_bytes",
        about: "How much may wait for one live client that reads slowly, in bytes; then it is \
                disconnected, and resumes.",
        preset: Preset::Value("262144"),
        kind: Kind::Number {
            min: 16_384,
            max: 64 * 1_024 * 1_024,
            set: |c, n| c.live.max_outbox_bytes = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.writes_per_second",
        about: "Answers, scores and steps of one team, code or user that are taken in a second, over REST and \
                sockets together. A batch counts as all that is in it.",
        preset: Preset::Value("20"),
        kind: Kind::Number { min: 1, max: 100_000, set: |c, n| c.live.writes_per_second = n },
        ..PLAIN
    },
    Setting {
        name: "live.writes_burst",
        about: "And at once, after a pause. A larger batch is taken, and waited for afterwards.",
        preset: Preset::Value("200"),
        kind: Kind::Number { min: 1, max: 100_000, set: |c, n| c.live.writes_burst = n },
        ..PLAIN
    },
    Setting {
        name: "live.team_log_bytes",
        about: "Bytes in the log of a presentation that are about one team. Beyond that its answers are not \
                taken in that presentation any more.",
        preset: Preset::Value("33554432"),
        kind: Kind::Number {
            min: 65_536,
            max: 2_147_483_647,
            set: |c, n| c.live.team_log_bytes = n.into(),
        },
        ..PLAIN
    },
    Setting {
        name: "live.results_queue",
        about: "How many answers and scores may wait to be written; the next one is told that the \
                server is busy.",
        preset: Preset::Value("10000"),
        kind: Kind::Number {
            min: 1,
            max: 1_000_000,
            set: |c, n| c.live.results_queue = n as usize,
        },
        ..PLAIN
    },
    Setting {
        name: "live.results_group",
        about: "How many answers and scores may be written in one transaction. 1 makes each one a \
                transaction of its own, which is slower.",
        preset: Preset::Value("512"),
        kind: Kind::Number { min: 1, max: 10_000, set: |c, n| c.live.results_group = n as usize },
        ..PLAIN
    },
    Setting {
        name: "media.image_limit_bytes",
        about: "The largest image that can be uploaded, in bytes.",
        preset: Preset::Value("10485760"),
        kind: Kind::Number {
            min: 1_024,
            max: 64 * 1_024 * 1_024,
            set: |c, n| c.media.image_limit_bytes = n.into(),
        },
        ..PLAIN
    },
    Setting {
        name: "media.video_limit_bytes",
        about: "The largest video that can be uploaded, in bytes.",
        preset: Preset::Value("209715200"),
        kind: Kind::Number {
            min: 1_024,
            max: 4_000_000_000,
            set: |c, n| c.media.video_limit_bytes = n.into(),
        },
        ..PLAIN
    },
    Setting {
        name: "media.bundle_limit_bytes",
        about: "The largest bundle (a competition with its pictures) that can be imported over \
                HTTP, in bytes.",
        preset: Preset::Value("536870912"),
        kind: Kind::Number {
            min: 1_024,
            max: 4_000_000_000,
            set: |c, n| c.media.bundle_limit_bytes = n.into(),
        },
        ..PLAIN
    },
    Setting {
        name: "media.bundles_at_once",
        about: "Bundles that are received at once over HTTP, or wait for their turn after that; the \
                next one is told that the server is busy.",
        preset: Preset::Value("4"),
        kind: Kind::Number { min: 1, max: 64, set: |c, n| c.media.bundles_at_once = n },
        ..PLAIN
    },
    Setting {
        name: "media.bundles_total_bytes",
        about: "How much all of these may have together, in bytes: they take as much of the data \
                directory's disk, in `media/tmp`.",
        preset: Preset::Value("1073741824"),
        kind: Kind::Number {
            min: 1_024,
            max: 4_000_000_000,
            set: |c, n| c.media.bundles_total_bytes = n.into(),
        },
        ..PLAIN
    },
    Setting {
        name: "database.readers",
        about: "Connections to the database. SQLite has one more, for writing.",
        preset: Preset::Value("4"),
        kind: Kind::Number { min: 1, max: 64, set: |c, n| c.database.readers = n },
        ..PLAIN
    },
    Setting {
        name: "database.busy_timeout_ms",
        about: "How long to wait for a connection or a lock before a request fails as \"busy\", \
                in milliseconds.",
        preset: Preset::Value("5000"),
        kind: Kind::Number {
            min: 1,
            max: 600_000,
            set: |c, n| c.database.busy_timeout = Duration::from_millis(n.into()),
        },
        ..PLAIN
    },
    Setting {
        name: "log.filter",
        about: "What is logged: a level, or directives such as `info,estrad_http=debug`.",
        preset: Preset::Value("info,actix_server=warn"),
        kind: Kind::Text {
            expected: "a level (error, warn, info, debug, trace, off) or directives such as \
                       info,estrad_http=debug",
            set: |c, text| {
                let filter = if text.trim().is_empty() {
                    Err(String::new())
                } else {
                    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(say)
                };
                put(&mut c.log.filter, filter)
            },
        },
        ..PLAIN
    },
    Setting {
        name: "log.format",
        about: "What the log, on the standard error, looks like: for people (`pretty`), one JSON \
                object per line (`json`), or `pretty` on a terminal and `json` elsewhere (`auto`).",
        preset: Preset::Value("auto"),
        kind: Kind::Text {
            expected: "\"auto\", \"pretty\" or \"json\"",
            set: |c, text| put(&mut c.log.format, choice(text)),
        },
        ..PLAIN
    },
    Setting {
        name: "metrics.expose",
        about: "Who may read the metrics: callers on the same machine (`loopback`), everybody \
                (`public`) or nobody (`off`).",
        preset: Preset::Value("loopback"),
        kind: Kind::Text {
            expected: "\"loopback\", \"public\" or \"off\"",
            set: |c, text| put(&mut c.metrics.expose, choice(text)),
        },
        ..PLAIN
    },
];

/// Puts what was read into its field, if it was read.
fn put<T>(field: &mut T, read: Result<T, String>) -> Result<(), String> {
    *field = read?;
    Ok(())
}

fn say(error: impl std::error::Error) -> String {
    error.to_string()
}

/// Reads one of the words of an enum. What is expected instead stands in the row.
fn choice<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let word: StrDeserializer<'_, ChoiceError> = text.into_deserializer();
    T::deserialize(word).map_err(|_| String::new())
}

fn minutes(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 60)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::super::Config;
    use super::super::source::Raw;
    use super::*;

    #[test]
    fn names_and_variables_are_used_once_and_sections_stand_together() {
        let names: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        assert_eq!(names.len(), SETTINGS.len());
        let variables: BTreeSet<_> = SETTINGS.iter().map(Setting::variable).collect();
        assert_eq!(variables.len(), SETTINGS.len());
        let mut sections: Vec<_> = SETTINGS.iter().map(|s| s.section_and_key().0).collect();
        sections.dedup();
        assert_eq!(sections.len(), sections.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(sections[0], "", "TOML has what is outside of a section first");
    }

    #[test]
    fn every_setting_changes_the_configuration() {
        for setting in SETTINGS {
            let sample = match (&setting.kind, setting.name) {
                (Kind::Number { min, .. }, _) => (min + 1).to_string(),
                (Kind::List { .. }, "http.cors_origins") => "http://localhost:3000".to_owned(),
                (Kind::List { .. }, _) => "10.0.0.1".to_owned(),
                (_, "listen") => "[::1]:1".to_owned(),
                (_, "data_dir") => "/elsewhere".to_owned(),
                (_, "database_url") => "sqlite:a.db".to_owned(),
                (_, "jwt_secret") => "x".repeat(32),
                (_, "policy.editors_read") => "all".to_owned(),
                (_, "policy.views") => "legacy".to_owned(),
                (_, "log.filter") => "warn".to_owned(),
                (_, "log.format") => "pretty".to_owned(),
                (_, "metrics.expose") => "public".to_owned(),
                (_, name) => panic!("no sample for {name}"),
            };
            let before = Config::blank(Path::new("/data"));
            let mut after = before.clone();
            setting.apply(&mut after, &Raw::Text(sample)).expect(setting.name);
            assert_eq!(before == after, setting.retired, "{}", setting.name);
        }
    }

    #[test]
    fn numbers_are_held_to_their_bounds() {
        let mut config = Config::blank(Path::new("/data"));
        for setting in SETTINGS {
            let Kind::Number { min, max, .. } = setting.kind else { continue };
            for (number, fits) in [(min, true), (max, true), (max + 1, false)] {
                let raw = Raw::Text(number.to_string());
                assert_eq!(setting.apply(&mut config, &raw).is_ok(), fits, "{}", setting.name);
            }
            if let Some(below) = min.checked_sub(1) {
                let raw = Raw::Toml(i64::from(below).into());
                assert!(setting.apply(&mut config, &raw).is_err(), "{}", setting.name);
            }
        }
    }
}
