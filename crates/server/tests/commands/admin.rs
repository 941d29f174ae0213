//! `estrad admin`

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

    async fn a_locked_account_is_unlocked(home: Home) {
        let (email, password) = home.create_ada();
        let home = home.with_variable("ESTRAD_AUTH_LOGIN_ATTEMPTS", "2");
        let server = ServerProcess::start(&home, "");
        for _ in 0..2 {
            server.try_log_in(email, "wrong password").await.expect_error(401, "wrong_credentials");
        }
        let locked = server.try_log_in(email, password).await;
        assert!(locked.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0));
        locked.expect_error(429, "too_many_tries");

        let unlock = format!("admin unlock --email {email}");
        assert_eq!(
            home.run(&unlock).printed(),
            format!("The failed logins of {email} are forgotten.\n")
        );
        server.log_in(email, password).await;
        assert_eq!(
            home.run(&unlock).printed(),
            format!("There were no failed logins of {email}.\n")
        );
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
