//! The running server, and the guard that it ends with us.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::URL_VARIABLE;
use super::install::find_or_install;
use crate::program::{self, Failure};

/// Makes, keeps and removes the server.
///
/// A shell does this rather than this process, as a process that is killed removes nothing: the
/// shell notices by the end of its input.
const KEEPER: &str = include_str!("keeper.sh");

/// A running server. It is gone when this is dropped, and soon after this process has ended in
/// any other way.
#[derive(Debug)]
pub(crate) struct Server {
    keeper: Child,
    url: String,
}

impl Server {
    /// Starts a server in a directory of its own, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// PostgreSQL is not installed and cannot be, or does not start (the keeper says why).
    pub(crate) fn start() -> Result<Self, Failure> {
        let programs = find_or_install()?;
        let port = free_port()
            .map_err(|error| Failure::Message(format!("no free port on 127.0.0.1: {error}")))?;
        let mut shell = Command::new("sh");
        shell
            .args(["-c", KEEPER, "keeper"])
            .arg(programs)
            .arg(port.to_string())
            // Ctrl-C at a terminal reaches a whole group. The keeper must outlive us.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let keeper = shell.spawn().map_err(|error| program::cannot_start(&shell, &error))?;

        let url = format!("postgres://estrad@127.0.0.1:{port}/postgres");
        let mut server = Self { keeper, url };
        if server.is_ready() { Ok(server) } else { Err(Failure::Exit(1)) }
    }

    /// Where tests connect to, as a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a program that is told of the server, and that ends before it.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), Failure> {
        command.env(URL_VARIABLE, &self.url);
        let mut child = command.spawn().map_err(|error| program::cannot_start(command, &error))?;
        self.tell(&child.id().to_string());
        let status = child.wait();
        self.tell("");
        program::judge(status.map_err(|error| program::cannot_start(command, &error))?)
    }

    /// Waits for the keeper's one word.
    fn is_ready(&mut self) -> bool {
        let mut word = String::new();
        let Some(output) = self.keeper.stdout.as_mut() else { return false };
        BufReader::new(output).read_line(&mut word).is_ok() && word == "ready\n"
    }

    /// Tells the keeper which process is to end with us. A keeper that is gone needs no telling.
    fn tell(&self, process: &str) {
        if let Some(mut input) = self.keeper.stdin.as_ref() {
            let _ = writeln!(input, "{process}");
        }
    }
}

impl Drop for Server {
    /// Ends the keeper's input and waits until the server and its directory are gone.
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("cannot wait for the PostgreSQL server to stop: {error}");
        }
    }
}

/// A port that was free a moment ago, which is as much as one can know.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
