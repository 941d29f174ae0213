//! Health and metrics: `/healthz`, `/readyz`, `/metrics`.

use estrad_http::MetricsAccess;
use estrad_testkit::{Backend, TestApp, TestSettings, on_both_databases, run};
use serde_json::json;

fn metrics(access: MetricsAccess) -> TestSettings {
    let mut settings = TestSettings::default();
    settings.http.metrics = access;
    settings
}

on_both_databases! {
    async fn a_fresh_server_is_alive_and_ready(app: TestApp) {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(app.get(path).send().await.expect(200), json!({"status": "ok"}));
        }
    }

    async fn a_database_with_another_schema_is_not_ready(app: TestApp) {
        app.sql("DELETE FROM __diesel_schema_migrations".to_owned()).await;
        app.get("/readyz").send().await.expect_error(503, "database_unavailable");
        app.get("/healthz").send().await.expect(200);
    }

    async fn metrics_count_requests_by_route_and_not_by_path(app: TestApp) {
        let admin = app.admin().await;
        for id in [1, 2, 3] {
            app.get(&format!("/api/users/{id}")).bearer(&admin).send().await;
        }
        app.get("/api/nosuch/1").send().await;
        app.get("/api/nosuch/2").send().await;
        app.request("BREW", "/api/users").send().await;
        let answer = app.get("/metrics").send().await;
        assert_eq!(
            answer.header("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        let text = answer.text();
        let value = |labels: &str| {
            let line = format!("estrad_http_requests_total{{{labels}}} ");
            text.lines().find_map(|l| l.strip_prefix(&line)).map(str::to_owned)
        };
        let user = "method=\"GET\",route=\"/api/users/{user_id}\"";
        assert_eq!(value(&format!("{user},status=\"200\"")).as_deref(), Some("1"), "{text}");
        assert_eq!(value(&format!("{user},status=\"404\"")).as_deref(), Some("2"), "{text}");
        assert_eq!(
            value("method=\"GET\",route=\"\",status=\"404\"").as_deref(),
            Some("2"),
            "{text}"
        );
        assert!(text.contains("method=\"other\"") && !text.contains("BREW"), "{text}");
        assert!(!text.contains("/api/users/1"), "{text}");
        let statements =
            text.lines().find_map(|l| l.strip_prefix("estrad_database_statements_total "));
        assert!(
            statements.is_some_and(|count| count.parse::<u64>().is_ok_and(|n| n > 0)),
            "{text}"
        );
        assert!(text.contains("estrad_http_request_duration_seconds_bucket{le="), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }
}

mod only_from_the_same_machine {
    //! The default.

    use super::*;

    on_both_databases! {
        settings = metrics(MetricsAccess::Loopback);

        async fn metrics_are_for_callers_here_and_not_for_those_behind_a_proxy(app: TestApp) {
            assert!(app.get("/metrics").send().await.text().contains("estrad_"));
            for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
                let refused = app.get("/metrics").header(header, "127.0.0.1").send().await;
                refused.expect_error(404, "route_not_found");
            }
        }
    }
}

mod switched_off {
    //! Nobody reads them.

    use super::*;

    on_both_databases! {
        settings = metrics(MetricsAccess::Off);

        async fn there_are_no_metrics(app: TestApp) {
            let (off, nowhere) =
                (app.get("/metrics").send().await, app.get("/nosuch").send().await);
            assert_eq!(off.bytes, nowhere.bytes);
            off.expect_error(404, "route_not_found");
        }
    }
}

/// SQLite's file does not go away; a PostgreSQL server does.
#[test]
fn a_lost_database_is_not_ready_and_comes_back_by_itself() {
    let mut settings = TestSettings::default();
    settings.http.workers = 1;
    run(Backend::Postgres, settings, async |app: TestApp| {
        let admin = app.admin().await;
        app.cut_off_database(true).await;
        let lost = app.get("/readyz").send().await;
        assert_eq!(lost.header("retry-after"), "1");
        lost.expect_error(503, "database_unavailable");
        app.get("/healthz").send().await.expect(200);
        let refused = app.get("/api/users").bearer(&admin).send().await;
        assert_eq!(refused.header("retry-after"), "1");
        let body = refused.expect_error(503, "database_unavailable");
        assert!(!body.to_string().contains("postgres"), "{body}");
        app.cut_off_database(false).await;
        app.get("/readyz").send().await.expect(200);
        app.get("/api/users").bearer(&admin).send().await.expect(200);
    });
}
