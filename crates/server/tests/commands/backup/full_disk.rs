//! A disk that is full: a file system of a few KiB, where the system lets tests mount one.

use std::process::Command;

use crate::harness::on_both_databases;

/// A shell as the root of a name space of its own.
fn unshare(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command
}

on_both_databases! {
    async fn it_is_called_that_and_nothing_is_left(home: Home) {
        let mount = "mount -t tmpfs -o size=16k none small";
        std::fs::create_dir(home.path("small")).expect("creates");
        let possible = unshare(mount).current_dir(home.path("")).output();
        if !possible.is_ok_and(|output| output.status.success()) {
            eprintln!("no file system can be mounted here");
            return;
        }
        home.create_ada();
        let script = format!("{mount}; \"$0\" backup small/kept; status=$?; ls -A small; exit $status");
        let estrad = home.command("");
        let mut command = unshare(&script);
        command.arg(estrad.get_program()).env_clear().current_dir(home.path(""));
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(estrad.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().expect("unshare is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let told = "estrad: error: there is no room left on the disk of ";
        assert!(said.starts_with(told) && said.contains("/small/"), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing is left there");
    }
}
