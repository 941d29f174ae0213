//! A server with the demo competition, its screens, and a port that it keeps.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use estrad_domain::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::driver::{Client, Driver, Kind, Transport};
use crate::harness::{Demo, Home, ServerProcess};

/// The competition of the demo.
pub(crate) const COMPETITION: i64 = 1;

/// The demo, on stage.
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) address: SocketAddr,
    pub(crate) demo: Demo,
    server: Option<ServerProcess>,
}

impl Stage {
    /// Starts the server.
    pub(crate) fn open(home: Home) -> Self {
        let address = lasting_address();
        let (server, demo) = Demo::start_on(&home, &address.to_string());
        Self { home, address, demo, server: Some(server) }
    }

    /// A server that runs already, with whatever competition those codes open.
    pub(crate) fn of(home: Home, server: ServerProcess, demo: Demo) -> Self {
        Self { home, address: server.address, demo, server: Some(server) }
    }

    /// The server while it runs.
    pub(crate) fn server(&self) -> &ServerProcess {
        self.server.as_ref().expect("the server runs")
    }

    /// Ends the server without a word.
    pub(crate) fn kill(&mut self) {
        self.server.take().expect("the server runs").kill();
    }

    /// Has the server stop, with a word to everybody.
    pub(crate) fn stop(&mut self) {
        let ended = self.server.take().expect("it runs").stop();
        assert!(ended.status.success(), "{}", ended.log);
    }

    /// The memory that the server holds, in KiB; 0 where the system does not say (Linux does).
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server().id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Has it killed at this moment, without waiting for that.
    pub(crate) fn signal_kill(&self) {
        self.server().signal("KILL");
    }

    /// Starts it again with the same data and at the same address.
    pub(crate) fn restart(&mut self) {
        assert!(self.server.is_none());
        let server = ServerProcess::start_on(&self.home, &self.address.to_string(), "");
        self.server = Some(server);
    }

    /// The token of a screen: `Operator`, `Judge`, `Audience`, or the first `Team`.
    pub(crate) async fn token(&self, opens: &str) -> String {
        let opened = self.server().post("/api/auth/code").json(&self.demo.code(opens)).send().await;
        opened.expect(200)["access_token"].as_str().expect("a token").to_owned()
    }

    /// The administrator's token; a server that was started again has no passwords to show.
    pub(crate) async fn admin(&self) -> String {
        let [email, password, _] = &self.demo.users[0];
        self.server().log_in(email, password).await
    }

    /// How a client of that kind connects, with a token as it likes best.
    pub(crate) fn options(&self, kind: Kind, transport: Transport, token: &str) -> Value {
        let mut options = json!({
            "url": format!("http://{}", self.address),
            "transports": transport.names(),
        });
        match (kind, transport) {
            (Kind::Plain, _) => options["auth"] = json!({"token": token}),
            // As the front-end in use: of the polling requests only.
            (Kind::SocketIo40, Transport::Polling | Transport::Upgrade) => {
                options["polling_headers"] = json!({"Authorization": format!("Bearer {token}")});
            }
            (Kind::SocketIo2, _) => options["query"] = json!({"token": token}),
            _ => options["auth"] = json!({"token": token}),
        }
        options
    }

    /// A client with that screen, connected. An upgrade has been made where there is one.
    pub(crate) async fn screen(
        &self,
        driver: &Arc<Driver>,
        transport: Transport,
        opens: &str,
    ) -> Client {
        let token = self.token(opens).await;
        self.screen_with(driver, transport, &token, json!({})).await
    }

    /// The same with a token that is there, and more options.
    pub(crate) async fn screen_with(
        &self,
        driver: &Arc<Driver>,
        transport: Transport,
        token: &str,
        more: Value,
    ) -> Client {
        let mut options = self.options(driver.kind, transport, token);
        if let (Value::Object(options), Value::Object(more)) = (&mut options, more) {
            options.extend(more);
        }
        let mut client = driver.connect(options);
        client.report("open").await;
        // python-socketio is not open before it is upgraded.
        if transport == Transport::Upgrade && driver.kind != Kind::Python {
            client.report("upgraded").await;
        }
        client
    }

    /// An operator of the newest socket.io-client, who has started the presentation.
    pub(crate) async fn operator(&self) -> Client {
        let driver = Driver::start(Kind::SocketIo4);
        let mut operator = self.screen(&driver, Transport::Websocket, "Operator").await;
        assert_eq!(operator.expect("sync").await["seq"], 1);
        operator
    }
}

/// The time by this machine's clock, which is also the server's, in milliseconds since 1970.
pub(crate) fn now() -> i64 {
    SystemClock.now().timestamp_millis()
}

/// What of a `sync` the stage shows.
pub(crate) fn shown(sync: &Value) -> Value {
    let members = ["slide_order", "timer", "show_scoreboard"];
    members.map(|member| (member.to_owned(), sync[member].clone())).into_iter().collect()
}

/// A free port that no other program is given by the system: it is below those.
fn lasting_address() -> SocketAddr {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    loop {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let offset = std::process::id().wrapping_mul(7).wrapping_add(tried) % 10_000;
        let port = 20_000 + u16::try_from(offset).expect("below 10,000");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().expect("an address");
        }
    }
}
