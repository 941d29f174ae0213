//! A running `estrad serve`.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};

use estrad_testkit::{Answer, Request};
use serde_json::{Value, json};

use super::Home;
use super::lines::Lines;

/// The process; killed when dropped.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) log: Lines,
    pub(crate) printed: Lines,
    client: reqwest::Client,
}

/// What is left of a server.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) log: String,
    pub(crate) printed: String,
}

impl ServerProcess {
    /// Starts a server on a free port of the loopback, with these arguments besides.
    pub(crate) fn start(home: &Home, arguments: &str) -> Self {
        Self::start_on(home, "127.0.0.1:0", arguments)
    }

    /// Starts a server that listens here, and waits until it says where that is.
    pub(crate) fn start_on(home: &Home, listen: &str, arguments: &str) -> Self {
        Self::start_until(home, listen, arguments, "listening")
    }

    /// Starts a server and waits until it says this, with its address.
    pub(crate) fn start_until(home: &Home, listen: &str, arguments: &str, said: &str) -> Self {
        Self::spawn(home.command(&format!("serve --listen {listen} {arguments}")), said)
    }

    /// Starts a server that may open so many files and no more.
    pub(crate) fn start_with_files(home: &Home, files: u32) -> Self {
        let estrad = home.command("serve --listen 127.0.0.1:0");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]);
        command.arg(estrad.get_program()).args(estrad.get_args()).env_clear();
        command.envs(estrad.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(home.path(""));
        Self::spawn(command, "listening")
    }

    fn spawn(mut command: Command, said: &str) -> Self {
        // Hashing as such is tested elsewhere.
        command.env("ESTRAD_AUTH_BCRYPT_COST", "10");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("estrad starts");
        let printed = Lines::of(child.stdout.take().expect("an output"));
        let mut log = Lines::of(child.stderr.take().expect("a log"));
        let mut first = log.next().expect("a line");
        // A slow machine may have it wait for its database first.
        if !first.contains(&format!("\"message\":\"{said}\"")) {
            assert!(
                first.contains("waiting for the database"),
                "the first line says where: {first}"
            );
            let seen = log.through(&format!("\"message\":\"{said}\""));
            first = seen.lines().last().unwrap_or_default().to_owned();
        }
        let line: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{first}"));
        let address = line["address"].as_str().and_then(|url| url.strip_prefix("http://"));
        let address = address.and_then(|a| a.parse().ok()).unwrap_or_else(|| panic!("{first}"));
        let client = reqwest::Client::builder().build().expect("a client");
        Self { child, address, log, printed, client }
    }

    /// Begins a request.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        let method = method.parse().expect("a method");
        self.client.request(method, format!("http://{}{path}", self.address)).into()
    }

    /// Begins a GET.
    pub(crate) fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// Begins a POST.
    pub(crate) fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// Tries to sign in.
    pub(crate) async fn try_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.post("/api/auth/login").json(&body).send().await
    }

    /// Signs in and gives the token.
    pub(crate) async fn log_in(&self, email: &str, password: &str) -> String {
        let answer = self.try_log_in(email, password).await.expect(200);
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// How many there are of what a search finds.
    pub(crate) async fn total(&self, token: &str, search: &str) -> u64 {
        let answer = self.get(search).bearer(token).send().await;
        let header: Value = serde_json::from_str(answer.header("pagination")).expect("JSON");
        answer.expect(200);
        header["total"].as_u64().expect("a number")
    }

    /// Waits for the announcement of the first administrator; gives the email and the password.
    pub(crate) fn first_admin(&mut self) -> (String, String) {
        let shown = self.printed.through("  password  ");
        let after = |title: &str| {
            let line = shown.lines().find_map(|line| line.trim().strip_prefix(title));
            line.unwrap_or_else(|| panic!("{shown}")).trim().to_owned()
        };
        (after("email"), after("password"))
    }

    /// The process, as the system numbers it.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends the process a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id();
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {id}")]).status();
        assert!(sent.expect("a shell").success());
    }

    /// Asks the process to end and waits for it.
    pub(crate) fn stop(self) -> Ended {
        self.signal("TERM");
        self.end()
    }

    /// Ends the process without a word.
    pub(crate) fn kill(self) -> Ended {
        self.signal("KILL");
        self.end()
    }

    /// Waits for the process to end.
    pub(crate) fn end(mut self) -> Ended {
        let nothing = || Lines::of(std::io::empty());
        // The outputs end with the process, and waiting for them has a bound.
        let log = std::mem::replace(&mut self.log, nothing()).all();
        let printed = std::mem::replace(&mut self.printed, nothing()).all();
        let status = self.child.wait().expect("it has ended");
        Ended { status, log, printed }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
