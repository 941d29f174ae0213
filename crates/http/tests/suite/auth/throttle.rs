//! The throttle that stands before passwords and codes.

use std::time::Duration;

use estrad_auth::Limit;
use estrad_domain::draft::CompetitionDraft;
use estrad_domain::types::View;
use estrad_testkit::{Answer, TestApp, TestSettings, on_both_databases};
use serde_json::json;

const LOCK: Duration = Duration::from_secs(600);

fn settings(account: u32, address: u32) -> TestSettings {
    let mut settings = TestSettings::default();
    settings.auth.account_limit = Limit { attempts: account, lock: LOCK };
    settings.auth.address_limit = Limit { attempts: address, lock: LOCK };
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

on_both_databases! {
    settings = settings(3, 100);

    async fn an_account_locks_after_three_wrong_passwords_whether_it_exists_or_not(app: TestApp) {
        app.admin().await;
        let mut answers = Vec::new();
        for (email, address) in
            [("admin@test.se", "198.51.100.1"), ("nobody@test.se", "198.51.100.2")]
        {
            for _ in 0..3 {
                try_password(&app, email, "wrong", address)
                    .await
                    .expect_error(401, "wrong_credentials");
            }
            // From elsewhere too: it is the account that is locked, and the right password is not
            // even looked at.
            let locked = try_password(&app, email, "password", "203.0.113.9").await;
            assert_eq!(locked.header("retry-after"), "600");
            answers.push(locked.bytes.clone());
            locked.expect_error(429, "too_many_tries");
        }
        assert_eq!(answers[0], answers[1], "the answer does not tell which account exists");
    }

    async fn a_lock_runs_out(app: TestApp) {
        app.admin().await;
        for _ in 0..3 {
            try_password(&app, "admin@test.se", "wrong", "198.51.100.1").await.expect(401);
        }
        app.clock.advance(LOCK - Duration::from_secs(1));
        let locked = try_password(&app, "admin@test.se", "password", "198.51.100.1").await;
        assert_eq!(locked.header("retry-after"), "1");
        locked.expect_error(429, "too_many_tries");
        app.clock.advance(Duration::from_secs(1));
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
    }

    async fn tries_while_locked_do_not_lengthen_the_lock(app: TestApp) {
        app.admin().await;
        for _ in 0..3 {
            try_password(&app, "admin@test.se", "wrong", "198.51.100.1").await.expect(401);
        }
        app.clock.advance(LOCK / 2);
        try_password(&app, "admin@test.se", "wrong", "198.51.100.1").await.expect(429);
        app.clock.advance(LOCK / 2);
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
    }

    async fn the_right_password_makes_the_wrong_ones_forgotten(app: TestApp) {
        app.admin().await;
        for _ in 0..3 {
            for _ in 0..2 {
                try_password(&app, "admin@test.se", "wrong", "198.51.100.1").await.expect(401);
            }
            try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
        }
    }

    async fn a_burst_of_passwords_gets_no_more_tries_than_one_after_the_other(app: TestApp) {
        app.admin().await;
        let burst = (0..24).map(|n| {
            let address = format!("198.51.100.{n}");
            let app = &app;
            async move { try_password(app, "admin@test.se", "wrong", &address).await.status }
        });
        let statuses = futures_util::future::join_all(burst).await;
        let tried = statuses.iter().filter(|status| **status == 401).count();
        assert_eq!(tried, 3, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    }

    async fn one_account_being_locked_leaves_the_others_alone(app: TestApp) {
        app.admin().await;
        app.editor("editor@test.se", "Linköping").await;
        for _ in 0..3 {
            try_password(&app, "admin@test.se", "wrong", "198.51.100.1").await.expect(401);
        }
        try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(429);
        try_password(&app, "editor@test.se", "password", "198.51.100.1").await.expect(200);
    }
}

mod of_addresses {
    //! The address is counted over all accounts and codes.

    use super::*;

    on_both_databases! {
        settings = settings(100, 3);

        async fn an_address_locks_over_all_accounts_and_codes_and_others_go_on(app: TestApp) {
            app.admin().await;
            for email in ["a@test.se", "b@test.se"] {
                try_password(&app, email, "wrong", "198.51.100.1").await.expect(401);
            }
            try_code(&app, "ZZZZZZ", "198.51.100.1").await.expect_error(404, "code_not_found");
            let locked = try_password(&app, "admin@test.se", "password", "198.51.100.1").await;
            assert_eq!(locked.header("retry-after"), "600");
            locked.expect_error(429, "too_many_tries");
            try_code(&app, "ZZZZZZ", "198.51.100.1").await.expect_error(429, "too_many_tries");
            try_password(&app, "admin@test.se", "password", "198.51.100.2").await.expect(200);
            app.clock.advance(LOCK);
            try_password(&app, "admin@test.se", "password", "198.51.100.1").await.expect(200);
        }

        async fn only_wrong_codes_are_counted(app: TestApp) {
            let city = app.city("Linköping").await;
            let draft = CompetitionDraft { name: "Final".into(), year: 2026, ..Default::default() };
            let id = app.competition(draft, city).await;
            let codes = app.codes(id).await;
            let code_of =
                |view| codes.iter().find(|c| c.view == view).expect("a code").code.as_str();
            for _ in 0..5 {
                try_code(&app, code_of(View::Operator), "198.51.100.1").await.expect(200);
                try_code(&app, code_of(View::Judge), "198.51.100.1")
                    .await
                    .expect_error(401, "competition_not_active");
                try_code(&app, "short", "198.51.100.1").await.expect_error(401, "malformed_code");
            }
            for _ in 0..3 {
                try_code(&app, "ZZZZZZ", "198.51.100.1").await.expect(404);
            }
            let locked = try_code(&app, code_of(View::Operator), "198.51.100.1").await;
            assert_eq!(locked.header("retry-after"), "600");
            locked.expect_error(429, "too_many_tries");
        }

        async fn what_a_client_writes_before_the_proxy_does_is_not_believed(app: TestApp) {
            for claimed in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
                let forwarded = format!("{claimed}, 198.51.100.1");
                try_code(&app, "ZZZZZZ", &forwarded).await.expect(404);
            }
            try_code(&app, "ZZZZZZ", "192.0.2.4, 198.51.100.1").await.expect(429);
        }

        async fn a_burst_of_codes_gets_no_more_tries_than_one_after_the_other(app: TestApp) {
            let burst = (0..24).map(|n| {
                let (app, code) = (&app, format!("ZZZZ{n:02}"));
                async move { try_code(app, &code, "198.51.100.1").await.status }
            });
            let statuses = futures_util::future::join_all(burst).await;
            let tried = statuses.iter().filter(|status| **status == 404).count();
            assert_eq!(tried, 3, "{statuses:?}");
            assert!(statuses.iter().all(|status| matches!(status, 404 | 429)), "{statuses:?}");
        }

        async fn a_household_with_ipv6_is_one_address(app: TestApp) {
            for last in 1..=3 {
                try_code(&app, "ZZZZZZ", &format!("2001:db8:1:2::{last}")).await.expect(404);
            }
            try_code(&app, "ZZZZZZ", "2001:db8:1:2:ffff::9").await.expect(429);
            try_code(&app, "ZZZZZZ", "2001:db8:1:3::1").await.expect(404);
        }
    }
}

mod without_a_trusted_proxy {
    //! Whoever calls directly is taken by the address of the connection.

    use super::*;

    fn direct() -> TestSettings {
        let mut settings = settings(100, 3);
        settings.http.trusted_proxies.clear();
        settings
    }

    on_both_databases! {
        settings = direct();

        async fn a_forwarded_address_changes_nothing(app: TestApp) {
            for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
                try_code(&app, "ZZZZZZ", address).await.expect(404);
            }
            try_code(&app, "ZZZZZZ", "192.0.2.4").await.expect_error(429, "too_many_tries");
        }
    }
}
