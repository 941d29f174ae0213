//! What comes back is everything, on either database.

use std::fs;
use std::path::Path;

use estrad_testkit::files::{FORM, form, png};
use serde_json::{Value, json};

use super::{COMPETITION, Show, about, content, other_kind};
use crate::harness::{Home, ServerProcess, on_both_databases};

async fn uploaded(server: &ServerProcess, token: &str, content: &[u8]) -> Value {
    let body = form("image", "bild.png", content);
    let upload = server.post("/api/media/images").bearer(token).body(FORM, body);
    upload.send().await.expect(200)
}

on_both_databases! {
    async fn a_restored_server_goes_on_where_the_other_was(home: Home) {
        let (email, password) = home.create_ada();
        let export = concat!(env!("CARGO_MANIFEST_DIR"), "/../import/tests/data");
        home.run(&format!("import t8 {export}")).printed();
        let server = ServerProcess::start(&home, "");
        let ada = server.log_in(email, password).await;
        let image = uploaded(&server, &ada, &png(300, 200)).await;
        let gone = uploaded(&server, &ada, &png(30, 20)).await;
        let gone_path = format!("/api/media/images/{}", gone["id"]);
        server.request("DELETE", &gone_path).bearer(&ada).send().await.expect(204);

        // While the server runs.
        let printed = home.run("backup kept").printed();
        assert!(printed.starts_with("The backup kept is made: "), "{printed}");
        assert!(printed.contains("1 media files"), "{printed}");
        assert!(printed.ends_with("and the signing key.\n"), "{printed}");
        let said = home.run("verify-backup kept").printed();
        assert!(said.starts_with("The backup kept is whole. It was made on 20"), "{said}");

        let other = other_kind(&home);
        let printed = other.run(&about("restore", &home, "kept")).printed();
        assert!(printed.contains("nobody has to sign in again"), "{printed}");
        let restored = ServerProcess::start(&other, "");
        // The token of before, without a login.
        for path in ["/api/users", "/api/competitions/search", "/api/misc/cities", COMPETITION] {
            let before = server.get(path).bearer(&ada).send().await.expect(200);
            let after = restored.get(path).bearer(&ada).send().await.expect(200);
            assert_eq!(after, before, "{path}");
        }
        for name in ["bild.png", "thumbnail_bild.png"] {
            let path = format!("/static/images/{name}");
            let (before, after) = (server.get(&path).send().await, restored.get(&path).send().await);
            assert_eq!((after.status, after.bytes), (200, before.bytes), "{name}");
        }
        // The number of what was deleted is not given out again.
        let next = uploaded(&restored, &ada, &png(10, 10)).await;
        assert!(next["id"].as_i64() > gone["id"].as_i64(), "{next} {gone} {image}");
    }

    async fn a_presentation_goes_on_on_the_other_database(home: Home) {
        let show = Show::open(&home).await;
        show.answer(0, "first").await;
        show.answer(1, "second").await;
        let path = format!("{COMPETITION}/presentation");
        let state = show.server.get(&path).bearer(&show.operator).send().await.expect(200);
        let seq = state["seq"].clone();
        show.answer(0, "third").await;
        home.run("backup kept").printed();

        let other = other_kind(&home);
        other.run(&about("restore", &home, "kept")).printed();
        let restored = ServerProcess::start(&other, "");
        let at = format!("{COMPETITION}/scoreboard?at={seq}");
        let log = format!("{COMPETITION}/presentation/log");
        let (before, after) = (
            show.server.get(&log).bearer(&show.operator).send().await,
            restored.get(&log).bearer(&show.operator).send().await,
        );
        assert_eq!((after.status, after.text()), (200, before.text()));
        for path in [&path, &at, &show.answer_path(0)] {
            let before = show.server.get(path).bearer(&show.operator).send().await.expect(200);
            let after = restored.get(path).bearer(&show.operator).send().await.expect(200);
            assert_eq!(without_time(after), without_time(before), "{path}");
        }
        // The team's own token, and the next place in the log.
        let state = restored.get(&path).bearer(&show.operator).send().await.expect(200);
        let put = restored.request("PUT", &show.answer_path(0)).bearer(&show.teams[0].1);
        put.json(&json!({"answer": "fourth"})).send().await.expect(200);
        let next = restored.get(&path).bearer(&show.operator).send().await.expect(200);
        assert_eq!(next["seq"].as_i64(), state["seq"].as_i64().map(|seq| seq + 1));
    }

    async fn the_same_content_is_the_same_backup_whatever_the_database(home: Home) {
        let show = Show::open(&home).await;
        show.answer(0, "svar \u{1F600} \"'\\\n").await;
        show.server.stop();
        home.run("backup kept").printed();
        let other = other_kind(&home);
        other.run(&about("restore", &home, "kept")).printed();
        other.run("backup again").printed();
        let (first, again) = (content(&home.path("kept")), content(&other.path("again")));
        let names = |files: &[(std::path::PathBuf, Vec<u8>)]| -> Vec<_> {
            files.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&first), names(&again));
        for ((name, first), (_, again)) in first.iter().zip(&again) {
            assert!(first == again, "{}", name.display());
        }
    }

    async fn nothing_is_written_over_what_is_there(home: Home) {
        home.create_ada();
        let home = home.with_file("full/note.txt", "mine").with_file("file", "mine");
        std::fs::create_dir(home.path("empty")).expect("creates");
        for place in ["full", "file"] {
            let said = home.run(&format!("backup {place}")).failed();
            assert!(said.contains(&format!("{place} is there already")), "{said}");
        }
        assert_eq!(fs::read(home.path("full/note.txt")).expect("it is there"), b"mine");
        home.run("backup empty").printed();
        let said = home.run("backup empty").failed();
        assert!(said.contains("empty is there already"), "{said}");
        let said = home.run("restore empty").failed();
        assert!(said.contains(&format!("the database {} is not empty", home.location())), "{said}");
        let said = home.run("backup nowhere/at/all").failed();
        assert!(said.contains("can't write nowhere/at"), "{said}");
        assert!(leftovers(&home).is_empty(), "{:?}", leftovers(&home));
    }

    async fn a_database_that_is_not_there_is_not_made(home: Home) {
        let said = home.run("backup kept").failed();
        assert_eq!(said, format!("there is no database of Estrad's at {}", home.location()));
        assert!(!home.path("kept").exists());
        assert!(!home.data("estrad.db").exists());
    }

    async fn the_key_is_left_out_or_the_operators_own(home: Home) {
        home.create_ada();
        ServerProcess::start(&home, "").stop();
        home.run("backup with").printed();
        let printed = home.run("backup without --without-key").printed();
        assert!(printed.ends_with("and no signing key, as it was left out.\n"), "{printed}");
        let key = fs::read(home.path("with/signing.key")).expect("a key");
        assert_eq!(key, fs::read(home.data("signing.key")).expect("a key"));
        assert!(!home.path("without/signing.key").exists());
        #[cfg(unix)]
        for path in ["with", "with/signing.key", "with/tables/users.jsonl.gz", "with/manifest.json"] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(home.path(path)).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{path} is its owner's");
        }
        let other = other_kind(&home);
        let printed = other.run(&about("restore", &home, "without")).printed();
        assert!(printed.contains("everybody has to sign in again"), "{printed}");

        // A key that is there stays.
        let other = other_kind(&home).with_file(".local/share/estrad/signing.key", &"k".repeat(64));
        restrict(&other.data("signing.key"));
        let printed = other.run(&about("restore", &home, "with")).printed();
        assert!(printed.contains("everybody has to sign in again"), "{printed}");
        let key = fs::read_to_string(other.data("signing.key")).expect("a key");
        assert_eq!(key, "k".repeat(64));

        let home = home.with_variable("ESTRAD_JWT_SECRET", "a secret that all of the nodes know");
        let printed = home.run("backup setting").printed();
        assert!(printed.contains("keep jwt_secret yourself"), "{printed}");
        assert!(!home.path("setting/signing.key").exists());
    }

    async fn a_media_file_that_the_server_lost_does_not_stop_a_backup(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let ada = server.log_in(email, password).await;
        uploaded(&server, &ada, &png(300, 200)).await;
        for entry in fs::read_dir(home.data("media")).expect("media") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none() {
                fs::write(path, "rotten").expect("writes");
            }
        }
        let printed = home.run("backup kept").printed();
        assert!(printed.contains("was missing or damaged on the server already"), "{printed}");
        let said = home.run("verify-backup kept").printed();
        assert!(said.contains("was missing or damaged on the server already"), "{said}");
    }
}

/// An answer without the time at which it was given.
fn without_time(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.remove("server_time");
    }
    answer
}

/// What of unfinished backups is in a home.
pub(super) fn leftovers(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path("")).expect("a home");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.contains("unfinished")).collect()
}

fn restrict(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("chmod");
    }
    #[cfg(not(unix))]
    let _ = path;
}
