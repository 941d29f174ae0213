//! Ids that belong to something else: each has to belong to the one before it in the path.

use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::Desk;
use super::full;

/// Every route of a part, with a body that it would take: method, path, body.
///
/// The paths are those of the full competition: slide 1 with question 1 and component 1, question 1
/// with alternative 1, team 1 and code 1.
fn routes() -> Vec<(&'static str, &'static str, Value)> {
    let none = Value::Null;
    let question = "/slides/1/questions/1";
    let name = || json!({"name": "Tagen"});
    vec![
        ("GET", "/slides/1", none.clone()),
        ("PUT", "/slides/1", json!({"title": "Tagen", "order": 1})),
        ("DELETE", "/slides/1", none.clone()),
        ("POST", "/slides/1/copy", none.clone()),
        ("GET", "/slides/1/questions", none.clone()),
        ("POST", "/slides/1/questions", json!({"type_id": 1})),
        ("GET", question, none.clone()),
        ("PUT", question, name()),
        ("DELETE", question, none.clone()),
        ("GET", "/slides/1/questions/1/alternatives", none.clone()),
        ("POST", "/slides/1/questions/1/alternatives", none.clone()),
        ("GET", "/slides/1/questions/1/alternatives/1", none.clone()),
        ("PUT", "/slides/1/questions/1/alternatives/1", json!({"alternative": "Tagen"})),
        ("DELETE", "/slides/1/questions/1/alternatives/1", none.clone()),
        ("GET", "/slides/1/components", none.clone()),
        ("POST", "/slides/1/components", json!({"type_id": 1, "view_type_id": 1})),
        ("GET", "/slides/1/components/1", none.clone()),
        ("PUT", "/slides/1/components/1", json!({"text": "Tagen"})),
        ("DELETE", "/slides/1/components/1", none.clone()),
        ("POST", "/slides/1/components/1/copy/2", none.clone()),
        ("GET", "/teams/1", none.clone()),
        ("PUT", "/teams/1", name()),
        ("DELETE", "/teams/1", none.clone()),
        ("PUT", "/codes/1", none),
    ]
}

/// The path with another id after the segment; nothing where it has no such segment.
fn with_id(path: &str, of: &str, id: &str) -> Option<String> {
    let start = path.find(&format!("/{of}/"))? + of.len() + 2;
    let end = path[start..].find('/').map_or(path.len(), |at| start + at);
    Some(format!("{}{id}{}", &path[..start], &path[end..]))
}

/// The kinds of parts, with the word for one that is not there, and an id of one that belongs to
/// another parent in the same competition, where there are such.
const KINDS: [(&str, &str, Option<&str>); 6] = [
    ("slides", "slide_not_found", None),
    ("questions", "question_not_found", Some("3")),
    ("alternatives", "alternative_not_found", Some("4")),
    ("components", "component_not_found", None),
    ("teams", "team_not_found", None),
    ("codes", "code_not_found", None),
];

/// The word for a path whose `of` is not there: what is looked for is not always the segment at
/// fault, as a slide and the question on it are looked for at once.
fn word<'a>(path: &str, of: &'a str) -> &'a str {
    match of {
        "slides" if path.contains("/questions/") => "question_not_found",
        "slides" if path.contains("/components/") => "component_not_found",
        _ => KINDS.iter().find(|(kind, ..)| *kind == of).expect("a kind").1,
    }
}

on_both_databases! {
    async fn parts_of_another_competition_are_not_there(app: TestApp) {
        let desk = Desk::open(&app).await;
        let city = app.city("Linköping").await;
        let mut other = full([1.into(), 2.into(), 3.into()]);
        other.name = "Annan".into();
        let other = app.competition(other, city).await;
        let rich = async || {
            let path = format!("/api/competitions/{other}");
            app.get(&path).bearer(&desk.admin).send().await.expect(200)
        };
        let (before, others_before) = (desk.everything().await, rich().await);
        for (method, path, body) in routes() {
            // All of the path is of the first competition, but asked of the other.
            let request = app.request(method, &format!("/api/competitions/{other}{path}"));
            let request = request.bearer(&desk.admin);
            let request = if body.is_null() { request } else { request.json(&body) };
            let answer = request.send().await;
            assert_eq!(answer.status, 404, "{method} {path} {}", answer.text());
            let of = path.split('/').nth(1).expect("a kind");
            answer.expect_error(404, word(path, of));
            // The first part is its own, what is below it is of another's.
            for (of, word, _) in KINDS {
                let below = path.rfind(&format!("/{of}/")).is_some_and(|at| at > 0);
                if !below {
                    continue;
                }
                let theirs = match of {
                    "questions" => others_before["slides"][0]["questions"][0]["id"].to_string(),
                    "components" => others_before["slides"][0]["components"][0]["id"].to_string(),
                    _ => others_before["slides"][0]["questions"][0]["alternatives"][0]["id"]
                        .to_string(),
                };
                let path = with_id(path, of, &theirs).expect("has one");
                let body = (!body.is_null()).then(|| body.clone());
                let answer = desk.send(method, &path, body).await;
                assert_eq!(answer.status, 404, "{method} {path} {}", answer.text());
                answer.expect_error(404, word);
            }
        }
        assert_eq!(desk.everything().await, before);
        assert_eq!(rich().await, others_before);
    }

    async fn parts_of_another_parent_are_not_there(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        let mut tried = 0;
        for (method, path, body) in routes() {
            // Slide 2 is there, but has neither question 1 nor component 1.
            let elsewhere = with_id(path, "slides", "2")
                .filter(|_| path.contains("/questions/") || path.contains("/components/"));
            let wrong = KINDS.iter().filter_map(|(of, _, id)| with_id(path, of, (*id)?));
            for wrong in wrong.chain(elsewhere) {
                let body = (!body.is_null()).then(|| body.clone());
                let answer = desk.send(method, &wrong, body).await;
                assert_eq!(answer.status, 404, "{method} {wrong} {}", answer.text());
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
        assert_eq!(desk.everything().await, before);
    }

    async fn what_is_no_id_is_not_there_at_any_level(app: TestApp) {
        let desk = Desk::open(&app).await;
        let before = desk.everything().await;
        let ids = [
            "0",
            "-1",
            "999",
            "9223372036854775807",
            "9223372036854775808",
            "null",
            "undefined",
            "abc",
            "1.0",
            "%00",
            "1%20",
        ];
        for (method, path, body) in routes() {
            for (of, ..) in KINDS {
                for id in ids {
                    let Some(wrong) = with_id(path, of, id) else { continue };
                    let body = (!body.is_null()).then(|| body.clone());
                    let answer = desk.send(method, &wrong, body).await;
                    assert_eq!(answer.status, 404, "{method} {wrong} {}", answer.text());
                    let error = answer.json();
                    assert!(error["error"].as_str().is_some_and(|w| w.ends_with("not_found")));
                    assert!(error["message"].is_string(), "{method} {wrong} {error}");
                }
            }
        }
        assert_eq!(desk.everything().await, before);
    }

    async fn parts_of_a_competition_that_is_not_there_are_not_there(app: TestApp) {
        let admin = app.admin().await;
        let lists = ["/slides", "/teams", "/codes", "/slides/1/components"];
        let lists = lists.map(|path| ("GET", path, Value::Null));
        for (method, path, body) in routes().into_iter().chain(lists) {
            for id in ["1", "0", "-1", "null", "undefined", "9223372036854775808"] {
                let request = app.request(method, &format!("/api/competitions/{id}{path}"));
                let request = request.bearer(&admin);
                let request = if body.is_null() { request } else { request.json(&body) };
                request.send().await.expect_error(404, "competition_not_found");
            }
        }
    }
}
