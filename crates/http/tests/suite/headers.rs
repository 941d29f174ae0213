//! The headers of every kind of answer.

use estrad_testkit::{Answer, TestApp, TestSettings, on_both_databases};
use serde_json::json;

const FRONT_END: &str = "https://show.example.org";

fn settings() -> TestSettings {
    let mut settings = TestSettings::default();
    settings.http.cors_origins = vec![FRONT_END.to_owned(), "http://localhost:3000".to_owned()];
    settings.http.body_limit = 1024;
    settings
}

/// One answer of every kind, with where it comes from.
async fn all_kinds(app: &TestApp) -> Vec<(&'static str, Answer)> {
    let admin = app.admin().await;
    let post =
        |body: &str| app.post("/api/misc/cities").bearer(&admin).body("application/json", body);
    vec![
        ("/api 200", app.get("/api/users").bearer(&admin).send().await),
        ("/api 200 with a page", app.get("/api/users/search").bearer(&admin).send().await),
        ("/api 204", app.get("/api/auth/test").bearer(&admin).send().await),
        ("/api 400", post("{").send().await),
        ("/api 401", app.get("/api/users").send().await),
        ("/api 404 of a thing", app.get("/api/users/99").bearer(&admin).send().await),
        ("/api 404 of a route", app.get("/api/nosuch").send().await),
        ("/api 405", app.get("/api/auth/login").send().await),
        ("/api 409", app.delete("/api/misc/cities/1").bearer(&admin).send().await),
        ("/api 413", post(&"x".repeat(2000)).send().await),
        ("/api 422", post("{}").send().await),
        ("/api options", app.request("OPTIONS", "/api/users").send().await),
        ("/api head", app.request("HEAD", "/api/users").bearer(&admin).send().await),
        ("other 200", app.get("/healthz").send().await),
        ("other 404", app.get("/nosuch").send().await),
        ("page", app.get("/").send().await),
        ("asset", app.get("/docs/swagger-ui.css").send().await),
        ("document", app.get("/openapi.json").send().await),
        ("metrics", app.get("/metrics").send().await),
    ]
}

on_both_databases! {
    settings = settings();

    async fn every_answer_keeps_browsers_to_what_is_meant(app: TestApp) {
        for (kind, answer) in all_kinds(&app).await {
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{kind}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{kind}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{kind}");
            let policy = answer.header("content-security-policy");
            for part in ["default-src 'self'", "object-src 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(part), "{kind}: {policy}");
            }
            assert!(!policy.contains("script-src") && !policy.contains('*'), "{kind}: {policy}");
            assert_eq!(answer.header("server"), "", "{kind}");
        }
    }

    async fn answers_of_the_api_are_stored_nowhere_and_assets_are(app: TestApp) {
        for (kind, answer) in all_kinds(&app).await {
            let expected = match kind {
                "asset" => "public, max-age=3600",
                kind if kind.starts_with("/api") => "no-store",
                _ => continue,
            };
            assert_eq!(answer.header("cache-control"), expected, "{kind}");
        }
    }

    async fn every_answer_has_an_id_of_its_own(app: TestApp) {
        let mut seen = std::collections::HashSet::new();
        for (kind, answer) in all_kinds(&app).await {
            let id = answer.header("x-request-id").to_owned();
            assert_eq!(id.len(), 16, "{kind}: {id}");
            assert!(id.bytes().all(|b| b.is_ascii_hexdigit()), "{kind}: {id}");
            assert!(seen.insert(id), "{kind}");
        }
        // A client's own is not taken over into our log.
        let answer = app.get("/healthz").header("x-request-id", "mine").send().await;
        assert_ne!(answer.header("x-request-id"), "mine");
    }

    async fn configured_front_ends_may_read_answers_and_their_pages(app: TestApp) {
        let admin = app.admin().await;
        for origin in [FRONT_END, "http://localhost:3000"] {
            let found =
                app.get("/api/users/search").bearer(&admin).header("origin", origin).send().await;
            assert_eq!(found.header("access-control-allow-origin"), origin);
            let exposed = found.header("access-control-expose-headers").to_ascii_lowercase();
            for name in ["pagination", "x-request-id"] {
                assert!(exposed.split(", ").any(|exposed| exposed == name), "{exposed}");
            }
            assert_eq!(found.header("access-control-allow-credentials"), "");
            assert!(found.header("vary").to_ascii_lowercase().contains("origin"));
            let refused = app.get("/api/users").header("origin", origin).send().await;
            assert_eq!(
                (refused.status, refused.header("access-control-allow-origin")),
                (401, origin)
            );
            let unknown = app.get("/api/nosuch").header("origin", origin).send().await;
            assert_eq!(
                (unknown.status, unknown.header("access-control-allow-origin")),
                (404, origin)
            );
        }
    }

    async fn configured_front_ends_may_ask_before_they_send(app: TestApp) {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let answer = app
                .request("OPTIONS", "/api/competitions/1")
                .header("origin", FRONT_END)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization, content-type")
                .send()
                .await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("access-control-allow-origin"), FRONT_END);
            assert!(answer.header("access-control-allow-methods").contains(method));
            let headers = answer.header("access-control-allow-headers").to_ascii_lowercase();
            assert!(
                headers.contains("authorization") && headers.contains("content-type"),
                "{headers}"
            );
            assert_eq!(answer.header("access-control-max-age"), "3600");
        }
    }

    async fn other_origins_are_told_nothing(app: TestApp) {
        let admin = app.admin().await;
        for origin in [
            "https://evil.example",
            "https://show.example.org.evil.example",
            "http://show.example.org",
            "https://show.example.org:444",
            "null",
        ] {
            let found = app.get("/api/users").bearer(&admin).header("origin", origin).send().await;
            assert_eq!(
                (found.status, found.header("access-control-allow-origin")),
                (200, ""),
                "{origin}"
            );
            let preflight = app
                .request("OPTIONS", "/api/users")
                .header("origin", origin)
                .header("access-control-request-method", "PUT")
                .send()
                .await;
            assert_eq!(preflight.header("access-control-allow-origin"), "", "{origin}");
        }
    }

    async fn large_answers_are_compressed_for_those_who_take_it(app: TestApp) {
        let plain = app.get("/openapi.json").send().await;
        assert_eq!(plain.header("content-encoding"), "");
        let packed = app.get("/openapi.json").header("accept-encoding", "gzip").send().await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert!(packed.bytes.len() < plain.bytes.len() / 3);
    }
}

mod by_default {
    //! Without configured origins, only pages of the server itself read its answers.

    use super::*;

    on_both_databases! {
        async fn no_other_origin_is_let_in(app: TestApp) {
            let body = json!({"email": "a@test.se", "password": "x"});
            let answer =
                app.post("/api/auth/login").header("origin", FRONT_END).json(&body).send().await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (401, ""));
        }
    }
}
