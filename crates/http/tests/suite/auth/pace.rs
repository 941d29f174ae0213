//! How fast codes and passwords may be tried: nobody is locked out, and nobody can guess.

use std::time::Duration;

use estrad_domain::draft::CompetitionDraft;
use estrad_domain::quota::Rate;
use estrad_domain::types::View;
use estrad_testkit::{Answer, TestApp, TestSettings, on_both_databases};
use futures_util::future::{join_all, select};
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);

fn behind_a_proxy(codes: Rate) -> TestSettings {
    let mut settings = TestSettings::default();
    settings.auth.codes = codes;
    settings.http.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a net")];
    settings
}

/// Tries a password from an address, which the trusted proxy that we are vouches for.
async fn try_password(app: &TestApp, email: &str, password: &str, address: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/login").header("x-forwarded-for", address).json(&body).send().await
}

async fn try_code(app: &TestApp, code: &str, address: &str) -> Answer {
    let body = json!({"code": code});
    app.post("/api/auth/code").header("x-forwarded-for", address).json(&body).send().await
}

/// So many wrong tries, each as soon as it is evaluated.
async fn try_wrong(app: &TestApp, email: &str, address: &str, many: usize) {
    for _ in 0..many {
        let mut answer = try_password(app, email, "wrong", address).await;
        if answer.status == 429 {
            let pause = answer.header("retry-after").parse().expect("seconds");
            app.clock.advance(Duration::from_secs(pause));
            answer = try_password(app, email, "wrong", address).await;
        }
        answer.expect_error(401, "wrong_credentials");
    }
}

async fn metric(app: &TestApp, name: &str) -> String {
    let text = app.get("/metrics").send().await.text();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split(' ').nth(1)).expect("a metric").to_owned()
}

on_both_databases! {
    settings = behind_a_proxy(Rate { per_second: 50, burst: 300 });

    async fn after_wrong_passwords_the_next_is_evaluated_after_a_growing_pause(app: TestApp) {
        app.admin().await;
        let mut answers = Vec::new();
        for (email, address) in
            [("admin@test.se", "198.51.100.1"), ("nobody@test.se", "198.51.100.2")]
        {
            for _ in 0..5 {
                let wrong = try_password(&app, email, "wrong", address).await;
                wrong.expect_error(401, "wrong_credentials");
            }
            for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
                // The right one is not looked at either, and does not lengthen the pause.
                for password in ["password", "wrong"] {
                    let early = try_password(&app, email, password, address).await;
                    assert_eq!(early.header("retry-after"), pause.to_string());
                    answers.push(early.bytes.clone());
                    early.expect_error(429, "too_many_tries");
                }
                app.clock.advance(Duration::from_secs(pause));
                let wrong = try_password(&app, email, "wrong", address).await;
                wrong.expect_error(401, "wrong_credentials");
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "the answer does not tell which account exists");
        app.clock.advance(MINUTE);
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
        // All is forgotten with that.
        try_wrong(&app, "admin@test.se", "198.51.100.1", 5).await;
    }

    async fn wrong_passwords_hold_up_nobody_at_another_address_and_no_other_account(app: TestApp) {
        app.admin().await;
        app.editor("editor@test.se", "Linköping").await;
        try_wrong(&app, "admin@test.se", "198.51.100.1", 12).await;
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(429);
        try_password(&app, "admin@test.se", "password", "203.0.113.9").await.expect(200);
        try_password(&app, "editor@test.se", "password", "198.51.100.1").await.expect(200);
    }

    async fn when_an_account_is_tried_from_everywhere_known_addresses_are_served(app: TestApp) {
        app.admin().await;
        let known = "2001:db8:1:2::1";
        try_password(&app, "admin@test.se", "password", known).await.expect(200);
        for email in ["admin@test.se", "nobody@test.se"] {
            for network in 0..20 {
                for _ in 0..5 {
                    let address = format!("198.51.{network}.1");
                    try_password(&app, email, "wrong", &address).await.expect(401);
                }
            }
        }
        assert_eq!(metric(&app, "estrad_accounts_slowed_total").await, "2");
        for email in ["admin@test.se", "nobody@test.se"] {
            let late = try_password(&app, email, "password", "203.0.113.9").await;
            assert_eq!(late.header("retry-after"), "60");
            late.expect_error(429, "too_many_tries");
        }
        // A neighbour in the same network, and again after a wrong one.
        for _ in 0..3 {
            try_password(&app, "admin@test.se", "wrong", known).await.expect(401);
            try_password(&app, "admin@test.se", "password", "2001:db8:1:2::9").await.expect(200);
        }
        // One more is evaluated a minute.
        app.clock.advance(MINUTE);
        try_password(&app, "admin@test.se", "password", "203.0.113.9").await.expect(200);
        try_password(&app, "admin@test.se", "password", "203.0.113.9").await.expect(200);
    }

    async fn what_counts_no_more_is_swept(app: TestApp) {
        app.admin().await;
        try_wrong(&app, "admin@test.se", "198.51.100.1", 1).await;
        try_password(&app, "admin@test.se", "password", "198.51.100.2").await.expect(200);
        assert_eq!(app.count("login_failures").await, 4, "a try, of its account, and known addresses");
        app.clock.advance(Duration::from_secs(25 * 3_600));
        app.authenticator.sweep().await.expect("swept");
        assert_eq!(app.count("login_failures").await, 2);
        app.clock.advance(Duration::from_secs(180 * 24 * 3_600));
        app.authenticator.sweep().await.expect("swept");
        assert_eq!(app.count("login_failures").await, 0);
    }

    async fn right_passwords_at_once_are_all_let_in(app: TestApp) {
        app.admin().await;
        let all = (0..30).map(|_| try_password(&app, "admin@test.se", "password", "198.51.100.1"));
        for answer in join_all(all).await {
            answer.expect(200);
        }
    }

    async fn a_burst_of_passwords_gets_no_more_tries_than_one_after_the_other(app: TestApp) {
        app.admin().await;
        let all = (0..60).map(|_| try_password(&app, "admin@test.se", "wrong", "198.51.100.1"));
        let statuses: Vec<u16> = join_all(all).await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    }

    async fn wrong_codes_hold_up_no_password_and_no_code(app: TestApp) {
        app.admin().await;
        let codes = presented(&app).await;
        for _ in 0..150 {
            try_code(&app, "ZZZZZZ", "198.51.100.1").await.expect_error(404, "code_not_found");
        }
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
        for code in codes {
            try_code(&app, &code, "198.51.100.1").await.expect(200);
        }
        assert_eq!(app.count("login_failures").await, 2, "where the password came from, and no codes");
    }
}

/// The codes of a competition that is presented.
async fn presented(app: &TestApp) -> Vec<String> {
    let city = app.city("Lund").await;
    let draft = CompetitionDraft { name: "Final".into(), year: 2026, ..Default::default() };
    let id = app.competition(draft, city).await;
    app.start_presentation(id).await;
    let codes = app.codes(id).await;
    assert!(codes.iter().any(|code| code.view == View::Operator));
    codes.iter().map(|code| code.code.as_str().to_owned()).collect()
}

mod of_codes {
    //! Codes that are tried faster than they are evaluated.

    use super::*;

    on_both_databases! {
        settings = behind_a_proxy(Rate { per_second: 20, burst: 3 });

        async fn codes_beyond_the_burst_wait_and_are_evaluated(app: TestApp) {
            let wrong = (0..20).map(|n| {
                let (app, code) = (&app, format!("ZZZZ{n:02}"));
                async move { try_code(app, &code, "198.51.100.1").await.status }
            });
            let statuses = join_all(wrong).await;
            assert!(statuses.iter().all(|status| *status == 404), "{statuses:?}");
            assert_eq!(metric(&app, "estrad_codes_slowed_total").await, "1");
        }

        async fn more_than_five_seconds_of_work_is_not_taken_on(app: TestApp) {
            let wrong = (0..160).map(|_| try_code(&app, "ZZZZZZ", "198.51.100.1"));
            let mut refused = 0;
            for answer in join_all(wrong).await {
                if answer.status == 404 {
                    continue;
                }
                assert_eq!(answer.header("retry-after"), "5");
                answer.expect_error(429, "too_many_tries");
                refused += 1;
            }
            assert!(refused > 0, "100 wait at most");
        }
    }
}

mod a_flood {
    //! Somebody tries codes as fast as they can, from the address that all of the hall has.

    use super::*;

    on_both_databases! {
        async fn a_right_code_is_let_in_while_somebody_floods(app: TestApp) {
            let codes = presented(&app).await;
            let one = async |number: usize| loop {
                let body = json!({"code": format!("Z{:05}", number)});
                app.post("/api/auth/code").json(&body).send().await;
            };
            let flood = Box::pin(join_all((0..200).map(one)));
            let hall = Box::pin(async {
                // Once the burst is used up, over connections of their own.
                while metric(&app, "estrad_codes_slowed_total").await == "0" {
                    tokio::task::yield_now().await;
                }
                for code in &codes {
                    let body = json!({"code": code}).to_string();
                    let length = body.len();
                    let request = format!(
                        "POST /api/auth/code HTTP/1.1\r\nHost: estrad\r\nConnection: close\r\n\
                         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                    );
                    let answer = tokio::time::timeout(5 * Duration::from_secs(1), app.raw(&request));
                    let answer = answer.await.expect("is answered in five seconds");
                    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                }
            });
            select(flood, hall).await;
        }
    }
}
