//! The files of `docs/deploy` fit the tree, the program and each other. No container engine and no
//! systemd runs in the tests; where `systemd-analyze` is there, it reads the unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use estrad_server::cli::Cli;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    let path = root().join("docs/deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The instructions of the Containerfile, each on one line.
fn instructions() -> Vec<(String, String)> {
    let text = read("Containerfile").replace("\\\n", " ");
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (word, rest) = line.split_once(' ').expect("an instruction and what it is about");
            (word.to_owned(), rest.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn of(instructions: &[(String, String)], word: &str) -> Vec<String> {
    let of = instructions.iter().filter(|(found, _)| found == word);
    of.map(|(_, rest)| rest.clone()).collect()
}

fn is_subcommand(name: &str) -> bool {
    Cli::command().find_subcommand(name).is_some()
}

#[test]
fn the_container_is_built_from_what_is_there() {
    let instructions = instructions();
    let ignored = read("Containerfile.dockerignore");
    let allowed: Vec<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    for copy in of(&instructions, "COPY").iter().filter(|copy| !copy.contains("--from=")) {
        let mut paths: Vec<&str> = copy.split(' ').collect();
        paths.pop();
        for path in paths {
            assert!(root().join(path).exists(), "{path} of COPY {copy}");
            assert!(allowed.contains(&path), "{path} is kept out of the build");
        }
    }
    // What the build needs besides Rust's own files.
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "migrations", "openapi"] {
        assert!(allowed.contains(&needed), "{needed}");
    }
    let rust = std::fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    let version =
        rust.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    let from = of(&instructions, "FROM");
    assert_eq!(from.len(), 2, "one stage builds, the other runs: {from:?}");
    assert!(from[0].contains(&format!("rust:{}", version.trim_matches('"'))), "{from:?}");
    assert!(from.iter().all(|image| !image.contains(":latest")), "{from:?}");
}

#[test]
fn the_container_runs_the_server_as_nobody_special() {
    let instructions = instructions();
    let last = instructions.iter().rposition(|(word, _)| word == "FROM").expect("a stage");
    let stage = &instructions[last..];
    let user = of(stage, "USER").pop().expect("a user");
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    let list = |word: &str| -> Vec<String> {
        let text = of(stage, word).pop().unwrap_or_else(|| panic!("no {word}"));
        let list = text[text.find('[').expect("a list")..].to_owned();
        serde_json::from_str(&list).expect("a list")
    };
    assert_eq!(list("ENTRYPOINT"), ["/usr/local/bin/estrad"]);
    assert!(is_subcommand(&list("CMD")[0]));
    let health = of(stage, "HEALTHCHECK").pop().expect("a check");
    let command = list("HEALTHCHECK");
    assert_eq!(command[0], "/usr/local/bin/estrad", "{health}");
    assert!(is_subcommand(&command[1]), "{health}");
    // The data is in a volume; everything else may be read-only.
    let environment = of(stage, "ENV").join(" ");
    let volume = list("VOLUME");
    assert!(environment.contains(&format!("ESTRAD_DATA_DIR={}", volume[0])), "{environment}");
    assert!(environment.contains("ESTRAD_LISTEN=0.0.0.0:5000"), "{environment}");
    assert_eq!(of(stage, "EXPOSE"), ["5000"]);
    assert!(of(stage, "RUN").iter().all(|run| !run.contains("curl")));
}

/// The settings of the unit, by section.
fn unit() -> BTreeMap<(String, String), Vec<String>> {
    let text = read("estrad.service");
    let (mut section, mut settings) = (String::new(), BTreeMap::<_, Vec<String>>::new());
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
        } else {
            let (name, value) = line.split_once('=').expect("a setting");
            let key = (section.clone(), name.to_owned());
            settings.entry(key).or_default().push(value.to_owned());
        }
    }
    settings
}

#[test]
fn the_unit_runs_the_server_and_never_gives_up() {
    let unit = unit();
    let get = |section: &str, name: &str| -> String {
        let key = (section.to_owned(), name.to_owned());
        unit.get(&key).unwrap_or_else(|| panic!("no {name} in [{section}]")).join(" ")
    };
    assert_eq!(get("Service", "ExecStart"), "/usr/local/bin/estrad serve");
    assert!(is_subcommand("serve"));
    // Again and again, and not at most five times in ten seconds.
    assert_eq!(get("Service", "Restart"), "on-failure");
    assert_eq!(get("Unit", "StartLimitIntervalSec"), "0");
    assert_eq!(get("Service", "RestartPreventExitStatus"), "2");
    assert!(get("Service", "LimitNOFILE").parse::<u32>().expect("a number") >= 65_536);
    // Longer than the server takes to stop, as `http.shutdown_timeout_seconds` says.
    let shutdown =
        estrad_server::config::Config::defaults(Path::new("/tmp")).expect("the defaults");
    let stop: u64 = get("Service", "TimeoutStopSec").parse().expect("a number");
    assert!(stop > shutdown.http.shutdown_timeout.as_secs());
    for hardening in [
        "NoNewPrivileges",
        "PrivateDevices",
        "PrivateTmp",
        "ProtectClock",
        "ProtectControlGroups",
        "ProtectHome",
        "ProtectHostname",
        "ProtectKernelLogs",
        "ProtectKernelModules",
        "ProtectKernelTunables",
        "RestrictNamespaces",
        "RestrictRealtime",
        "RestrictSUIDSGID",
        "LockPersonality",
        "MemoryDenyWriteExecute",
    ] {
        assert_eq!(get("Service", hardening), "yes", "{hardening}");
    }
    assert_eq!(get("Service", "ProtectSystem"), "strict");
    assert_eq!(get("Service", "CapabilityBoundingSet"), "");
}

/// The exposure that systemd finds, from 0 to 10: "OK" is below 5.
#[test]
fn systemd_understands_the_unit_where_it_is_there() {
    let path = root().join("docs/deploy/estrad.service");
    let mut analyze = Command::new("systemd-analyze");
    analyze.args(["security", "--offline=true", "--threshold=20"]).arg(&path);
    match analyze.output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr]
                .map(|text| String::from_utf8_lossy(&text).into_owned());
            let said = said.concat();
            assert!(output.status.success(), "{said}");
        }
        Err(error) => eprintln!("systemd-analyze is not here: {error}"),
    }
}
