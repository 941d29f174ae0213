//! `estrad import`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Home, ServerProcess, on_both_databases};

const FILES: [&str; 4] = ["cities.json", "competitions.json", "questions.json", "teams.json"];

/// The small export of the import crate, in the home's directory `t8`, with one text of it
/// replaced.
fn with_export(home: Home, file: &str, change: impl Fn(String) -> String) -> Home {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/tests/data");
    FILES.iter().fold(home, |home, name| {
        let text = std::fs::read_to_string(data.join(name)).expect("the fixture");
        let text = if *name == file { change(text) } else { text };
        home.with_file(&format!("t8/{name}"), &text)
    })
}

/// The small export as it is.
pub(crate) fn with_whole_export(home: Home) -> Home {
    with_export(home, "", |text| text)
}

/// All competitions, as the administrator reads them.
async fn all_rich(server: &ServerProcess, token: &str) -> Vec<Value> {
    let found = server.get("/api/competitions/search?page_size=100").bearer(token).send().await;
    let mut all = Vec::new();
    for competition in found.expect(200).as_array().expect("a list") {
        let path = format!("/api/competitions/{}", competition["id"]);
        all.push(server.get(&path).bearer(token).send().await.expect(200));
    }
    all
}

fn count(value: &Value, list: &str) -> usize {
    value[list].as_array().map_or(0, Vec::len)
}

on_both_databases! {
    async fn an_export_is_brought_in_and_accounted_for(home: Home) {
        let home = with_whole_export(home);
        let (email, password) = home.create_ada();
        let printed = home.run("import t8 t8").printed();
        assert!(printed.contains("Provtävling 2019 (Brostad)\n5 questions became "), "{printed}");
        assert!(printed.contains("\nNot placed: The question \"Vilsen\" (q7) belongs"), "{printed}");
        assert_eq!(
            printed.lines().last(),
            Some(
                "Imported. Competitions: 3; questions: 6 (11 with their parts); slides: 7; teams: 3; \
                 answers: 13 placed, 3 noted; scores: 10 placed, 1 noted; pictures: 8 noted; \
                 not placed: 2."
            ),
            "{printed}"
        );

        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let all = all_rich(&server, &token).await;
        let told: Vec<_> = all
            .iter()
            .map(|c| (c["name"].as_str().unwrap_or_default(), count(c, "slides"), count(c, "teams")))
            .collect();
        assert_eq!(
            told,
            [("Provtävling", 6, 2), ("Provtävling (2)", 1, 1), ("Provtävling 2018", 0, 0)]
        );
    }

    async fn a_second_import_is_refused_whole(home: Home) {
        let home = with_whole_export(home);
        let (email, password) = home.create_ada();
        home.run("import t8 t8").printed();
        let refused =
            "there is a competition \"Provtävling\" of 2019 in Brostad already: nothing was imported";
        assert_eq!(home.run("import t8 t8").failed(), refused);
        // Now with one before it that would be new, in a city that would be, too.
        let home = with_export(home, "competitions.json", |text| {
            let new = text.lines().last().expect("a line").replace("000013", "000014");
            format!("{}\n{text}", new.replace("2018", "2017").replace("000009", "000008"))
        });
        assert_eq!(home.run("import t8 t8").failed(), refused);
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        assert_eq!(server.total(&token, "/api/competitions/search").await, 3);
        let cities = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        assert!(!cities.to_string().contains("000000000000000000000008"), "{cities}");
    }
}

#[test]
fn a_truncated_document_is_named_with_its_place() {
    let home = with_export(Home::new(), "teams.json", |text| text[..text.len() - 4].to_owned());
    assert_eq!(
        home.run("import t8 t8").failed(),
        "t8/teams.json, document 4: EOF while parsing a value at byte 731 (line 4, column 125)"
    );
    assert!(!home.path(".local").exists(), "nothing was written");
}

#[test]
fn a_missing_file_or_directory_is_named() {
    let home = with_whole_export(Home::new());
    std::fs::remove_file(home.path("t8/questions.json")).expect("removes");
    let said = home.run("import t8 t8").failed();
    assert!(said.starts_with("t8/questions.json can't be read: "), "{said}");
    let said = home.run("import t8 elsewhere").failed();
    assert!(said.starts_with("elsewhere/cities.json can't be read: "), "{said}");
    assert!(!home.path(".local").exists(), "nothing was written");
}

/// The export of 2019, which is not part of the repository: as for the tests of the import crate,
/// beside the workspace or where `ESTRAD_TEST_T8_DATA` says.
fn full_export() -> Option<PathBuf> {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/teknikattan-2019");
    let dir = std::env::var_os("ESTRAD_TEST_T8_DATA").map_or(beside, PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    // Not with a macro: what those print is kept back when a test passes.
    let told = format!("SKIPPED: the full T8 export is not there: {}\n", dir.display());
    std::io::stderr().write_all(told.as_bytes()).expect("stderr");
    None
}

on_both_databases! {
    async fn the_full_export_is_brought_in(home: Home) {
        let Some(dir) = full_export() else { return };
        let (email, password) = home.create_ada();
        let printed = home.run(&format!("import t8 {}", dir.display())).printed();
        let sum = printed.lines().last().unwrap_or_default();
        assert!(sum.starts_with("Imported. Competitions: 22; questions: 172 ("), "{sum}");
        assert!(sum.contains("; teams: 57; ") && sum.ends_with("; not placed: 0."), "{sum}");

        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let all = all_rich(&server, &token).await;
        assert_eq!(all.len(), 22);
        assert_eq!(all.iter().map(|competition| count(competition, "teams")).sum::<usize>(), 57);
    }
}
