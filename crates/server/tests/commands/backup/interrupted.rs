//! SIGKILL in the middle. A pipe with a name instead of a file holds a command where the test wants it:
//! whoever opens it waits for the other.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::faults::{HASH, insert_picture};
use super::whole::leftovers;
use super::{about, copied, other_kind};
use crate::harness::{Home, ServerProcess, on_both_databases};

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo is there");
    assert!(made.success());
}

/// Waits until somebody reads the pipe.
fn meet(path: &Path) -> File {
    OpenOptions::new().write(true).open(path).expect("a reader comes")
}

/// Waits until there is an unfinished backup.
fn begun(home: &Home) -> Vec<String> {
    for _ in 0..6_000 {
        let found = leftovers(home);
        if !found.is_empty() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no backup begins");
}

fn start(home: &Home, arguments: &str) -> Child {
    let mut command = home.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("estrad starts")
}

fn kill(mut child: Child) {
    child.kill().expect("kills");
    child.wait().expect("ends");
}

on_both_databases! {
    async fn a_backup_that_was_killed_looks_like_none(home: Home) {
        home.create_ada();
        insert_picture(&home);
        let file = home.data("media").join(HASH);
        pipe(&file);
        // It comes as far as the pipe, which nobody writes to.
        let backup = start(&home, "backup kept");
        let left = begun(&home);
        kill(backup);
        assert!(!home.path("kept").exists());
        assert_eq!(leftovers(&home), left);
        let said = home.run(&format!("verify-backup {}", left[0])).failed();
        assert!(said.contains("one that was not finished"), "{said}");
        // It is in nobody's way.
        fs::remove_file(&file).expect("removes");
        fs::write(&file, "").expect("writes");
        home.run("backup kept").printed();
        home.run("verify-backup kept").printed();
    }

    async fn a_restore_that_was_killed_leaves_an_empty_database(home: Home) {
        let (email, password) = home.create_ada();
        home.run("backup kept").printed();
        // The last table: all others have been written by then, and not committed.
        copied(&home.path("kept"), &home.path("slow"));
        let name = "tables/login_failures.jsonl.gz";
        let content = fs::read(home.path("kept").join(name)).expect("readable");
        let file = home.path("slow").join(name);
        fs::remove_file(&file).expect("removes");
        pipe(&file);
        let other = other_kind(&home);
        let restore = start(&other, &about("restore", &home, "slow"));
        // It is read twice when it is checked.
        for _ in 0..2 {
            meet(&file).write_all(&content).expect("writes");
        }
        let reader = meet(&file);
        kill(restore);
        drop(reader);
        // What is not empty would be refused.
        other.run(&about("restore", &home, "kept")).printed();
        let server = ServerProcess::start(&other, "");
        server.log_in(email, password).await;
    }
}
