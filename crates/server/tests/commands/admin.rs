//! `estrad admin`

use estrad_testkit::run_sql;
use serde_json::{Value, json};

use crate::harness::{Home, ServerProcess, on_both_databases};

const CREATE: &str = "admin create --name Eve --password-stdin";

on_both_databases! {
    async fn an_administrator_is_made_while_the_server_runs(home: Home) {
        let server = ServerProcess::start(&home, "");
        let (email, password) = home.create_ada();
        let token = server.log_in(email, password).await;
        let user = server.get("/api/users").bearer(&token).send().await.expect(200);
        let cities = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        let named = |name: &str| -> Value {
            let cities = cities.as_array().expect("a list").iter();
            cities.clone().find(|city| city["name"] == name).cloned().unwrap_or_default()
        };
        assert_eq!(user["role_id"], 1);
        assert_eq!(user["city_id"], named("Lund")["id"], "the city was made: {cities}");

        let bea = format!("{CREATE} --email bea@example.org --city Lund");
        home.run_with_input(&bea, "long enough\r\n").printed();
        let token = server.log_in("bea@example.org", "long enough").await;
        let again = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        assert_eq!(again, cities, "the city was found");
    }

    async fn a_taken_email_is_refused_whole(home: Home) {
        let (email, password) = home.create_ada();
        let taken = format!("{CREATE} --email ADA@example.org --city Kiruna");
        assert_eq!(
            home.run_with_input(&taken, "long enough\n").failed(),
            "there is a user with the email ada@example.org already"
        );
        let server = ServerProcess::start(&home, "");
        let token = server.log_in(email, password).await;
        let cities = server.get("/api/misc/cities").bearer(&token).send().await.expect(200);
        assert_eq!(cities, json!([{"id": 1, "name": "Lund"}]), "no city was left behind");
    }

    async fn what_was_tried_wrong_is_forgotten_by_account_and_by_address(home: Home) {
        let (email, password) = home.create_ada();
        // A setting of before is read, and does nothing.
        let home = home.with_variable("ESTRAD_AUTH_LOGIN_ATTEMPTS", "1");
        let server = ServerProcess::start(&home, "");
        let unlocks = [
            (format!("--email {email}"), email),
            ("--address 127.0.0.1".to_owned(), "127.0.0.1"),
        ];
        for (arguments, what) in unlocks {
            server.try_log_in(email, "wrong password").await.expect_error(401, "wrong_credentials");
            // As after many more.
            let many = "UPDATE login_failures SET failures = 40 WHERE subject LIKE 'try:%'";
            run_sql(&home.location(), many);
            let early = server.try_log_in(email, password).await;
            early.expect_error(429, "too_many_tries");
            let unlock = format!("admin unlock {arguments}");
            let forgotten = format!("The failed logins of {what} are forgotten.\n");
            assert_eq!(home.run(&unlock).printed(), forgotten);
            server.log_in(email, password).await;
            let none = format!("There were no failed logins of {what}.\n");
            assert_eq!(home.run(&unlock).printed(), none);
        }
        let log = server.stop().log;
        let told = "does nothing any more";
        assert!(log.contains(told) && log.contains("auth.login_attempts"), "{log}");
    }
}

#[test]
fn what_is_no_email_name_or_password_is_refused() {
    let home = Home::new();
    for (arguments, input, said) in [
        ("--email ada --city Lund", "long enough\n", "--email: "),
        ("--email ada@example.org --city Lund", "short\n", "the password: Shorter than"),
        ("--email ada@example.org --city Lund", "", "the password: Shorter than"),
        ("--email ada@example.org --city Lund", "\nlong enough\n", "the password: Shorter than"),
        ("--email ada@example.org --city=", "long enough\n", "--city: "),
        ("--email ada@example.org --city \u{3164}", "long enough\n", "--city: Must have something"),
        (
            "--email ada@example.org --city Lund",
            "Password1\n",
            "the password: It is one of the most",
        ),
    ] {
        let refused = home.run_with_input(&format!("{CREATE} {arguments}"), input).refused();
        assert!(refused.starts_with(said), "{refused}");
        assert!(!refused.contains("short"), "{refused}");
    }
    let long = "x".repeat(72);
    let refused = home
        .run_with_input(&format!("{CREATE} --email ada@example.org --city Lund"), &long)
        .refused();
    assert!(refused.starts_with("the password: Longer than"), "{refused}");
    assert!(!home.path(".local").exists(), "nothing was written");
}
