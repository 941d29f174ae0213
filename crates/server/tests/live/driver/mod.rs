//! Programs that are public clients, driven by lines of JSON.

mod client;
mod kind;

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

pub(crate) use client::Client;
pub(crate) use kind::{Kind, Transport};

/// Where the clients are installed, set by `cargo xtask test`.
const FOLDER_VARIABLE: &str = "ESTRAD_TEST_CLIENTS";

/// A program with clients of one kind; killed when dropped.
pub(crate) struct Driver {
    pub(crate) kind: Kind,
    child: Child,
    input: Mutex<ChildStdin>,
    listeners: Arc<Mutex<HashMap<u32, UnboundedSender<Value>>>>,
    last: AtomicU32,
}

impl Driver {
    /// Starts the program, without a client yet.
    pub(crate) fn start(kind: Kind) -> Arc<Self> {
        let folder = folder();
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/clients");
        let mut command = match kind {
            Kind::Python => {
                let mut python = Command::new(folder.join("venv/bin/python"));
                python.arg(scripts.join("driver.py"));
                python
            }
            Kind::Browser => {
                let mut node = Command::new(node(&folder));
                node.arg(scripts.join("browser.js")).arg(&folder);
                node
            }
            _ => {
                let mut node = Command::new(node(&folder));
                node.arg(scripts.join("driver.js")).arg(&folder).arg(kind.name());
                node
            }
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{:?} can't be started ({error}): {HOW_TO}", command.get_program())
        });
        let input = Mutex::new(child.stdin.take().expect("an input"));
        let output = BufReader::new(child.stdout.take().expect("an output"));
        let listeners = Arc::new(Mutex::new(HashMap::<u32, UnboundedSender<Value>>::new()));
        let told = listeners.clone();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
                let number = said["client"].as_u64().and_then(|number| u32::try_from(number).ok());
                let told = told.lock().expect("the listeners");
                if let Some(listener) = number.and_then(|number| told.get(&number)) {
                    // Who is dropped no longer listens.
                    let _ = listener.send(said);
                }
            }
            // Whoever waits learns that the program has ended.
            told.lock().expect("the listeners").clear();
        });
        Arc::new(Self { kind, child, input, listeners, last: AtomicU32::new(0) })
    }

    /// A client that connects with these options.
    pub(crate) fn connect(self: &Arc<Self>, options: Value) -> Client {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, reports) = unbounded_channel();
        self.listeners.lock().expect("the listeners").insert(number, sender);
        let client = Client::new(self.clone(), number, reports);
        client.tell("connect", options);
        client
    }

    fn tell(&self, client: u32, action: &str, mut more: Value) {
        more["client"] = client.into();
        more["action"] = action.into();
        let line = json!(more).to_string();
        let mut input = self.input.lock().expect("the input");
        writeln!(input, "{line}").expect("the program listens");
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const HOW_TO: &str = "the live tests drive public clients, which `cargo xtask test` installs. For \
    single tests run `cargo xtask clients` and set the variable ESTRAD_TEST_CLIENTS as it says.";

/// The Node among the clients, where the machine's was too old for them.
fn node(clients: &Path) -> PathBuf {
    let own = clients.join("node_modules/node/bin/node");
    if own.is_file() { own } else { PathBuf::from("node") }
}

fn folder() -> PathBuf {
    let folder = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join("node_modules").is_dir());
    folder.unwrap_or_else(|| panic!("{FOLDER_VARIABLE} names no folder with clients: {HOW_TO}"))
}
