//! Every route that changes something, of the OpenAPI document: it leaves a line in the audit log, or it
//! is said here where else it is written down.

use std::collections::BTreeSet;

use estrad_domain::draft::{CompetitionDraft, SlideDraft};
use estrad_domain::types::Role;
use estrad_testkit::files::{FORM, form, png};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::entries;

/// Routes without a line, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/api/auth/login", "a login is a session"),
    ("/api/auth/code", "a screen is in the log of its presentation"),
    ("/api/auth/login/code", "the same"),
    ("/api/auth/logout", "a session that is over"),
];
/// What is below these is in the ledger of the competition.
const LEDGER: &[&str] = &[
    "/api/competitions/{competition_id}/presentation",
    "/api/competitions/{competition_id}/results",
    "/api/competitions/{competition_id}/teams/{team_id}/answers",
    "/api/competitions/{competition_id}/teams/{team_id}/scores",
];

/// A call that succeeds: method, route, what to put in its places, and the body.
type Step = (&'static str, &'static str, &'static [i64], Value);

/// A story in which everything is changed once, in an order in which it can be.
fn story() -> Vec<Step> {
    let name = |name: &str| json!({"name": name});
    let user = json!({
        "email": "new@test.se", "password": "gn8 kq2 mz7", "role_id": 2, "city_id": 1, "name": "Ny",
    });
    let component = json!({"type_id": 1, "view_type_id": 1, "text": "Hej"});
    vec![
        ("POST", "/api/misc/cities", &[], name("Kiruna")),
        ("PUT", "/api/misc/cities/{city_id}", &[2], name("Gällivare")),
        ("DELETE", "/api/misc/cities/{city_id}", &[2], json!({})),
        ("POST", "/api/users", &[], user),
        ("PUT", "/api/users", &[], name("Admina")),
        ("PUT", "/api/users/{user_id}", &[3], name("Nyare")),
        ("POST", "/api/users/{user_id}/password", &[3], json!({})),
        ("DELETE", "/api/users/{user_id}/sessions", &[3], json!({})),
        ("DELETE", "/api/users/{user_id}/sessions/{session_id}", &[2, 2], json!({})),
        ("DELETE", "/api/users/sessions/{session_id}", &[3], json!({})),
        ("DELETE", "/api/users/sessions", &[], json!({})),
        ("DELETE", "/api/users/{user_id}", &[3], json!({})),
        ("POST", "/api/competitions", &[], json!({"name": "Ett", "year": 2026, "city_id": 1})),
        ("PUT", "/api/competitions/{competition_id}", &[1], json!({"year": 2027})),
        ("POST", "/api/competitions/{competition_id}/copy", &[1], json!({})),
        ("POST", "/api/competitions/{competition_id}/teams", &[1], name("Lag")),
        ("PUT", "/api/competitions/{competition_id}/teams/{team_id}", &[1, 1], name("Laget")),
        ("PUT", "/api/competitions/{competition_id}/codes/{code_id}", &[1, 1], json!({})),
        ("DELETE", "/api/competitions/{competition_id}/teams/{team_id}", &[1, 1], json!({})),
        ("POST", "/api/competitions/{competition_id}/slides", &[1], json!({})),
        (
            "PUT",
            "/api/competitions/{competition_id}/slides/{slide_id}",
            &[1, 1],
            json!({"title": "T"}),
        ),
        (
            "POST",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions",
            &[1, 1],
            json!({"name": "F", "total_score": 1, "type_id": 3}),
        ),
        (
            "PUT",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}",
            &[1, 1, 1],
            name("Fråga"),
        ),
        (
            "POST",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives",
            &[1, 1, 1],
            json!({"alternative": "A", "correct": "1"}),
        ),
        (
            "PUT",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}",
            &[1, 1, 1, 1],
            json!({"alternative": "B"}),
        ),
        (
            "DELETE",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}/alternatives/{alternative_id}",
            &[1, 1, 1, 1],
            json!({}),
        ),
        (
            "POST",
            "/api/competitions/{competition_id}/slides/{slide_id}/components",
            &[1, 1],
            component,
        ),
        (
            "PUT",
            "/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}",
            &[1, 1, 1],
            json!({"x": 7}),
        ),
        (
            "POST",
            "/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}/copy/{view_type_id}",
            &[1, 1, 1, 2],
            json!({}),
        ),
        (
            "DELETE",
            "/api/competitions/{competition_id}/slides/{slide_id}/components/{component_id}",
            &[1, 1, 1],
            json!({}),
        ),
        (
            "DELETE",
            "/api/competitions/{competition_id}/slides/{slide_id}/questions/{question_id}",
            &[1, 1, 1],
            json!({}),
        ),
        ("POST", "/api/competitions/{competition_id}/slides/{slide_id}/copy", &[1, 1], json!({})),
        ("DELETE", "/api/competitions/{competition_id}/slides/{slide_id}", &[1, 1], json!({})),
        ("POST", "/api/media/images", &[], Value::Null),
        ("DELETE", "/api/media/images/{media_id}", &[1], json!({})),
        ("POST", "/api/media/videos", &[], Value::Null),
        ("DELETE", "/api/media/videos/{media_id}", &[2], json!({})),
        ("POST", "/api/competitions/import", &[], Value::Null),
        ("DELETE", "/api/competitions/{competition_id}", &[1], json!({})),
    ]
}

/// The routes of the document that change something, with the action that each names.
fn writing() -> BTreeSet<(String, String, String)> {
    let document: Value = serde_json::from_str(estrad_http::document_json()).expect("JSON");
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let elsewhere = ELSEWHERE.iter().any(|(route, _)| route == path)
                || LEDGER.iter().any(|ledger| path.starts_with(ledger));
            if method != "get" && !elsewhere {
                let action = operation["x-permission"].as_str().unwrap_or_default();
                routes.insert((method.to_uppercase(), path.clone(), action.to_owned()));
            }
        }
    }
    routes
}

fn fill(path: &str, ids: &[i64]) -> String {
    let mut filled = path.to_owned();
    for id in ids {
        let (start, end) = (filled.find('{').expect("a place"), filled.find('}').expect("its end"));
        filled.replace_range(start..=end, &id.to_string());
    }
    filled
}

/// A competition to take in.
async fn bundle(app: &TestApp, admin: &str) -> Vec<u8> {
    let slides = vec![SlideDraft::default()];
    let draft = CompetitionDraft { name: "Ut".into(), year: 2026, slides, ..Default::default() };
    let id = app.competition(draft, 1.into()).await;
    let path = format!("/api/competitions/{id}/export");
    let bundle = app.get(&path).bearer(admin).send().await;
    app.delete(&format!("/api/competitions/{id}")).bearer(admin).send().await.expect(204);
    bundle.bytes
}

async fn call(app: &TestApp, admin: &str, (method, path, ids, body): &Step) {
    let request = app.request(method, &fill(path, ids)).bearer(admin);
    let request = match *path {
        "/api/media/images" => request.body(FORM, form("image", "a.png", &png(3, 2))),
        "/api/media/videos" => {
            request.body(FORM, form("video", "a.mp4", &estrad_testkit::files::mp4(&[7; 100])))
        }
        "/api/competitions/import" => request.body("application/zip", bundle(app, admin).await),
        _ => request.json(body),
    };
    let answer = request.send().await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.text());
}

on_both_databases! {
    async fn no_route_changes_anything_without_a_line(app: TestApp) {
        let admin = app.admin().await;
        app.user("other@test.se", "Other", Role::Admin, 1.into()).await;
        // Session 2 is the other's, 3 and 4 are more of the caller.
        for email in ["other@test.se", "admin@test.se", "admin@test.se"] {
            app.log_in(email).await;
        }
        let mut left = writing();
        for step in story() {
            let before = app.count("audit_log").await;
            call(&app, &admin, &step).await;
            let (method, path, ..) = step;
            let newest = entries(&app, &admin, "").await.swap_remove(0);
            assert!(app.count("audit_log").await > before, "{method} {path} leaves no line");
            let action = newest["action"].as_str().expect("an action").to_owned();
            assert!(left.remove(&(method.to_owned(), path.to_owned(), action)), "{method} {path}: {newest}");
            assert_eq!(newest["user_id"], 1, "{method} {path}: {newest}");
            let named = newest["target_ids"].as_array().expect("ids").len();
            // Somebody who is signed in nowhere may be signed out everywhere.
            assert!(named > 0 || path == "/api/users/{user_id}/sessions", "{method} {path} is about nothing: {newest}");
        }
        assert!(left.is_empty(), "say in the story how these are called: {left:#?}");
    }
}
