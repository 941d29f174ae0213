//! `estrad erase`

use estrad_testkit::run_sql;
use serde_json::{Value, json};

use crate::harness::{Home, ServerProcess, on_both_databases};

/// A competition with a team, made over HTTP; gives their ids.
async fn competition(server: &ServerProcess, token: &str, name: &str) -> (i64, i64) {
    let id = |answer: Value| answer["id"].as_i64().expect("an id");
    let body = json!({"name": name, "year": 2026, "city_id": 1});
    let made = server.post("/api/competitions").bearer(token).json(&body).send().await;
    let competition = id(made.expect(200));
    let path = format!("/api/competitions/{competition}/teams");
    let body = json!({"name": "Anna Andersson"});
    let made = server.post(&path).bearer(token).json(&body).send().await;
    (competition, id(made.expect(200)))
}

on_both_databases! {
    async fn a_team_and_a_competition_are_erased_while_the_server_runs(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let (id, team) = competition(&server, &token, "Final").await;

        let erase = format!("erase --team {team}");
        let counted = home.run(&format!("{erase} --dry-run")).printed();
        assert_eq!(
            counted,
            "Found: 0 competitions, 1 teams, 0 presentations, 0 log entries, 0 answers, 0 scores, \
             0 uploaded files.\nNothing was erased.\n"
        );
        let path = format!("/api/competitions/{id}/teams/{team}");
        let name = async || {
            let team = server.get(&path).bearer(&token).send().await.expect(200);
            team["name"].as_str().expect("a name").to_owned()
        };
        assert_eq!(name().await, "Anna Andersson");
        // Nobody sits there who could be asked.
        let refused = home.run_with_input(&erase, "yes\n").failed();
        assert!(refused.starts_with("nothing was erased: say --yes"), "{refused}");
        assert_eq!(name().await, "Anna Andersson");
        let erased = home.run(&format!("{erase} --yes")).printed();
        assert!(erased.starts_with("Erased: 0 competitions, 1 teams, "), "{erased}");
        assert_eq!(name().await, format!("Erased team {team}"));

        let erased = home.run(&format!("erase --competition {id} --yes")).printed();
        assert!(erased.starts_with("Erased: 1 competitions, 1 teams, "), "{erased}");
        let gone = server.get(&format!("/api/competitions/{id}")).bearer(&token).send().await;
        gone.expect_error(404, "competition_not_found");
        let gone = home.run(&format!("erase --competition {id} --yes")).failed();
        assert_eq!(gone, "there is no such competition or team");

        // What commands did is in the audit log.
        let log = server.get("/api/audit?page_size=100").bearer(&token).send().await.expect(200);
        let by_command: Vec<&Value> = log
            .as_array()
            .expect("a list")
            .iter()
            .filter(|entry| entry["by"] == "command")
            .map(|entry| &entry["action"])
            .collect();
        assert_eq!(by_command, ["erase", "erase", "admin create"]);
    }

    async fn what_is_old_is_erased_by_the_command_and_by_the_server(home: Home) {
        let (email, password) = home.create_ada();
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        competition(&server, &token, "New").await;
        let (old, _) = competition(&server, &token, "Old").await;
        let young = home.run("erase --older-than 90d --yes").printed();
        assert!(young.starts_with("Found: 0 competitions, "), "{young}");
        assert!(young.ends_with("Nothing was erased.\n"), "{young}");
        let age = |id: i64| {
            format!("UPDATE competitions SET updated_at = '2020-01-01 00:00:00' WHERE id = {id}")
        };
        run_sql(&home.location(), &age(old));
        let erased = home.run("erase --older-than 90d --yes").printed();
        assert!(erased.starts_with("Erased: 1 competitions, 1 teams, "), "{erased}");
        assert_eq!(server.total(&token, "/api/competitions/search").await, 1);

        let (old, _) = competition(&server, &token, "Old").await;
        run_sql(&home.location(), &age(old));
        drop(server);
        let home = home.with_variable("ESTRAD_PRIVACY_RETENTION_DAYS", "90");
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let gone = format!("/api/competitions/{old}");
        // It is done right after the start.
        for _ in 0..200 {
            if server.get(&gone).bearer(&token).send().await.status == 404 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        server.get(&gone).bearer(&token).send().await.expect_error(404, "competition_not_found");
        assert_eq!(server.total(&token, "/api/competitions/search").await, 1);
        let log = server.get("/api/audit?action=erase").bearer(&token).send().await.expect(200);
        assert_eq!(log[0]["by"], "server");
    }
}

#[test]
fn it_must_be_said_what_and_how_old() {
    let home = Home::new();
    for arguments in ["--older-than 2", "--older-than=", "--older-than 2h", "--older-than 0d"] {
        let refused = home.run(&format!("erase {arguments} --yes")).refused();
        assert!(refused.starts_with("--older-than: a whole number with d, w, m or y"), "{refused}");
    }
    for arguments in ["", "--team 1 --competition 1", "--yes"] {
        let run = home.command(&format!("erase {arguments}")).output().expect("estrad starts");
        assert_eq!(run.status.code(), Some(2), "{arguments}");
    }
    assert!(!home.path(".local").exists(), "nothing was written");
}
