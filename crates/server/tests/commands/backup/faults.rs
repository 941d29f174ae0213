//! What is wrong with a backup is found before anything is restored from it, and named.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use estrad_testkit::run_sql;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{about, copied, other_kind};
use crate::harness::{Home, on_both_databases};

/// Of an empty file.
pub(super) const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Says in the database that there is a picture.
pub(super) fn insert_picture(home: &Home) {
    run_sql(
        &home.location(),
        &format!(
            "INSERT INTO media (filename, type_id, content_type, content_hash, byte_size, created_at)
             VALUES ('a.png', 1, 'image/png', '{HASH}', 0, '2026-01-01 00:00:00')"
        ),
    );
    fs::create_dir_all(home.data("media")).expect("creates");
}

fn backed_up(home: &Home) {
    home.create_ada();
    insert_picture(home);
    fs::write(home.data("media").join(HASH), "").expect("writes");
    home.run("backup kept").printed();
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Changes the manifest, and its digest with it.
fn with_manifest(backup: &Path, change: impl FnOnce(&mut Value)) {
    let path = backup.join("manifest.json");
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
    change(&mut manifest);
    let text = manifest.to_string();
    let sum = format!("{}  manifest.json\n", sha256(text.as_bytes()));
    fs::write(backup.join("manifest.json.sha256"), sum).expect("writes");
    fs::write(path, text).expect("writes");
}

/// Changes the lines of a table as somebody would who knows what belongs together: the digests of
/// its file and of its lines with them.
fn with_lines(backup: &Path, table: &str, change: impl FnOnce(&mut Vec<String>)) {
    let name = format!("tables/{table}.jsonl.gz");
    let path = backup.join(&name);
    let mut text = String::new();
    let compressed = fs::read(&path).expect("readable");
    GzDecoder::new(&compressed[..]).read_to_string(&mut text).expect("gzip");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).expect("gzip");
    let compressed = gzip.finish().expect("gzip");
    with_manifest(backup, |manifest| {
        let of = |list: &str, key: &str, value: &str, manifest: &Value| {
            let entries = manifest[list].as_array().expect("a list");
            entries.iter().position(|entry| entry[key] == value).expect("an entry")
        };
        let file = of("files", "path", &name, manifest);
        let entry = of("tables", "name", table, manifest);
        manifest["files"][file]["bytes"] = json!(compressed.len());
        manifest["files"][file]["sha256"] = json!(sha256(&compressed));
        manifest["tables"][entry]["lines_sha256"] = json!(sha256(text.as_bytes()));
        manifest["tables"][entry]["rows"] = json!(lines.len());
    });
    fs::write(path, compressed).expect("writes");
}

fn cut_off(at: &Path) {
    let path = at.join("tables/users.jsonl.gz");
    let bytes = fs::read(&path).expect("readable");
    fs::write(path, &bytes[..bytes.len() / 2]).expect("writes");
}

fn swapped(at: &Path) {
    let [one, two] = ["users", "cities"].map(|table| at.join(format!("tables/{table}.jsonl.gz")));
    let (first, second) = (fs::read(&one).expect("readable"), fs::read(&two).expect("readable"));
    fs::write(one, second).expect("writes");
    fs::write(two, first).expect("writes");
}

fn tampered(at: &Path) {
    let path = at.join("tables/cities.jsonl.gz");
    let mut bytes = fs::read(&path).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("writes");
}

fn manifest_tampered(at: &Path) {
    let path = at.join("manifest.json");
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(path, text.replace("\"rows\": 1", "\"rows\": 2")).expect("writes");
}

fn escaping(at: &Path) {
    with_manifest(at, |manifest| manifest["files"][0]["path"] = json!("../../etc/passwd"));
}

type Change = fn(&Path);

/// What is done to a backup, and what is said of it.
const FAULTS: &[(Change, &str)] = &[
    (cut_off, "tables/users.jsonl.gz: it is cut off: "),
    (swapped, "2 faults:"),
    (
        |at| fs::write(at.join("media/x"), "").expect("writes"),
        "media/x: it is there, and the manifest",
    ),
    (|at| fs::write(at.join("extra"), "").expect("writes"), "extra: it is there, and the manifest"),
    (
        |at| fs::remove_file(at.join("tables/teams.jsonl.gz")).expect("removes"),
        "tables/teams.jsonl.gz: it is missing",
    ),
    (
        |at| fs::remove_file(at.join("media").join(HASH)).expect("removes"),
        "media/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855: it is missing",
    ),
    (tampered, "tables/cities.jsonl.gz: its content was changed"),
    (manifest_tampered, "manifest.json: it is not what manifest.json.sha256 says"),
    (
        |at| fs::remove_file(at.join("manifest.json")).expect("removes"),
        "manifest.json: it is not there: this is not a backup, or one that was not finished",
    ),
    (
        |at| with_manifest(at, |manifest| manifest["format"] = json!(2)),
        "manifest.json: it has the form 2, and this version reads 1",
    ),
    (
        |at| with_lines(at, "cities", Vec::clear),
        "line 1: city_id refers to a row of cities that is not there",
    ),
    (
        |at| with_lines(at, "cities", |lines| lines.push(lines[0].clone())),
        "line 2: its key does not come after the one before",
    ),
    (
        |at| with_lines(at, "cities", |lines| lines[0] = "[1, 2, \"lund\", 0]".to_owned()),
        "line 1: the value of name is not of the kind text",
    ),
    (escaping, "which no backup has"),
];

on_both_databases! {
    async fn each_is_named_and_nothing_is_restored(home: Home) {
        backed_up(&home);
        let other = other_kind(&home);
        for (number, (change, told)) in FAULTS.iter().enumerate() {
            let broken = format!("broken{number}");
            copied(&home.path("kept"), &home.path(&broken));
            change(&home.path(&broken));
            let said = home.run(&format!("verify-backup {broken}")).failed();
            assert!(said.starts_with(&format!("the backup {broken} is damaged; ")), "{said}");
            assert!(said.contains(told), "{told} is not in: {said}");
            let said = other.run(&about("restore", &home, &broken)).failed();
            assert!(said.contains(told), "{told} is not in: {said}");
        }
        let said = home.run("verify-backup broken1").failed();
        for table in ["users", "cities"] {
            assert!(said.contains(&format!("tables/{table}.jsonl.gz: ")), "{said}");
        }
        assert!(home.run("verify-backup nowhere").failed().contains("can't read nowhere"));
        // Nothing of all that has touched it.
        other.run(&about("restore", &home, "kept")).printed();
    }

    async fn a_backup_of_a_newer_version_is_left_to_that_one(home: Home) {
        backed_up(&home);
        with_manifest(&home.path("kept"), |manifest| {
            manifest["migrations"].as_array_mut().expect("a list").push(json!("29991231000000"));
        });
        let other = other_kind(&home);
        let said = other.run(&about("restore", &home, "kept")).failed();
        assert!(said.starts_with("the backup was made by a newer version of Estrad"), "{said}");
        assert!(said.contains("29991231000000"), "{said}");
    }
}
