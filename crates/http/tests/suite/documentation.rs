//! The OpenAPI document and its browser.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

/// Every operation that anybody may call, without a token.
const OPEN: [&str; 9] = [
    "GET /api/misc/types",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "GET /static/images/{filename}",
    "GET /static/videos/{filename}",
    "POST /api/auth/code",
    "POST /api/auth/login",
    "POST /api/auth/login/code",
];

fn document() -> Value {
    serde_json::from_str(estrad_http::document_json()).expect("JSON")
}

/// Every operation, as "METHOD path".
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("an object") {
        for method in ["get", "post", "put", "delete", "patch", "head", "options", "trace"] {
            if let Some(operation) = item.get(method) {
                all.insert(format!("{} {path}", method.to_uppercase()), operation.clone());
            }
        }
    }
    all
}

/// The path with numbers in its places.
fn filled(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "1" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// `openapi/openapi.json` is for those who look before they run: it must be the one that is served.
#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    if std::env::var_os("ESTRAD_TEST_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, estrad_http::document_json()).expect("writes");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == estrad_http::document_json(),
        "openapi/openapi.json is out of date: run `just openapi` and commit it"
    );
}

#[test]
fn every_operation_says_what_it_is_for_and_what_it_answers() {
    let document = document();
    let tags: HashSet<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter(|tag| tag["description"].as_str().is_some_and(|d| !d.is_empty()))
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = HashSet::new();
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|s| s.ends_with('.')), "{name}: summary");
        let own_tags = operation["tags"].as_array().expect("tags");
        assert_eq!(own_tags.len(), 1, "{name}");
        assert!(tags.contains(own_tags[0].as_str().expect("a tag")), "{name}: {own_tags:?}");
        assert!(ids.insert(operation["operationId"].clone()), "{name}: its id is another's too");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: no success");
        for (status, response) in responses {
            let content = response["content"].as_object();
            let schema = content.and_then(|c| c.values().next()).map(|c| &c["schema"]);
            match status.as_str() {
                "204" | "304" => assert!(content.is_none_or(|c| c.is_empty()), "{name} {status}"),
                s if s.starts_with('2') => {
                    assert!(schema.is_some_and(|s| s.is_object()), "{name} {status}: no schema");
                }
                _ => {
                    let problem = json!({"$ref": "#/components/schemas/Problem"});
                    assert_eq!(schema, Some(&problem), "{name} {status}");
                    let description = response["description"].as_str().unwrap_or_default();
                    assert!(!description.is_empty(), "{name} {status}: no description");
                }
            }
        }
        if name.contains('{') {
            let named: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            let in_path =
                name.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            assert_eq!(named, in_path, "{name}");
        }
    }
}

#[test]
fn every_answer_has_the_description_that_openapi_requires() {
    for (name, operation) in operations(&document()) {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let description = response["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{name} {status}");
        }
    }
}

/// A generated client sends and keeps a list of numbers as JSON, not as a file.
#[test]
fn bodies_that_are_files_are_binary() {
    let document = document();
    let mut files = 0;
    for (name, operation) in operations(&document) {
        let answers = operation["responses"].as_object().expect("responses").values();
        for body in answers.chain([&operation["requestBody"]]) {
            for (media_type, content) in body["content"].as_object().into_iter().flatten() {
                let schema = &content["schema"];
                if media_type != "application/json" {
                    assert_ne!(schema["type"], "array", "{name} {media_type}");
                    files += usize::from(schema["format"] == "binary");
                }
            }
        }
    }
    // The export, both types of the import, and images and videos, whole and in part.
    assert_eq!(files, 7);
}

#[test]
fn no_text_has_a_link_that_only_rustdoc_understands() {
    let text = estrad_http::document_json();
    for mark in ["[`", "`]", "crate::"] {
        let at = text.lines().find(|line| line.contains(mark));
        assert_eq!(at, None, "{mark}");
    }
}

#[test]
fn everything_that_the_document_refers_to_is_in_it() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(to) if name == "$ref" => {
                            found.insert(to.clone());
                        }
                        _ => references(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("of this document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn a_token_is_asked_for_by_all_but_the_open_operations() {
    let document = document();
    assert_eq!(document["security"], json!([{"bearer": []}]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let open: Vec<String> = operations(&document)
        .into_iter()
        .filter(|(_, operation)| operation.get("security").is_some())
        .map(|(name, operation)| {
            assert_eq!(operation["security"], json!([{}]), "{name}");
            name
        })
        .collect();
    assert_eq!(open, OPEN);
}

on_both_databases! {
    async fn every_documented_operation_is_served_and_asks_for_a_token_as_documented(app: TestApp) {
        for (name, operation) in operations(&document()) {
            let (method, path) = name.split_once(' ').expect("a method and a path");
            let answer = app.request(method, &filled(path)).send().await;
            if OPEN.contains(&name.as_str()) {
                let expected = match operation.get("requestBody") {
                    Some(_) => 422,
                    // There is no file of that name.
                    None if path.starts_with("/static/") => 404,
                    None => 200,
                };
                assert_eq!(answer.status, expected, "{name} {}", answer.text());
            } else {
                answer.expect_error(401, "token_missing");
            }
        }
    }

    async fn what_a_documented_address_does_not_take_is_405_also_beside_one_with_an_id(app: TestApp) {
        let admin = app.admin().await;
        let document = document();
        for (path, item) in document["paths"].as_object().expect("an object") {
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
                if item.get(method.to_lowercase()).is_some() {
                    continue;
                }
                let answer = app.request(method, &filled(path)).bearer(&admin).send().await;
                assert!(!answer.header("allow").contains(method), "{method} {path}");
                assert!(answer.header("allow").contains("OPTIONS"), "{method} {path}");
                answer.expect_error(405, "method_not_allowed");
            }
        }
    }

    async fn the_document_is_served_as_json(app: TestApp) {
        let answer = app.get("/openapi.json").send().await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.text(), estrad_http::document_json());
        assert!(
            answer.json()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1"))
        );
    }

    async fn browsers_get_the_icon_that_they_ask_for(app: TestApp) {
        let icon = app.get("/favicon.ico").send().await;
        assert_eq!(icon.status, 200);
        assert_eq!(icon.header("content-type"), "image/vnd.microsoft.icon");
        // An icon file (reserved, type 1) with one picture, which is a PNG.
        assert_eq!(icon.bytes[..6], [0, 0, 1, 0, 1, 0]);
        assert_eq!(&icon.bytes[22..26], b"\x89PNG");
    }

    async fn the_browser_is_at_both_addresses_with_all_that_it_loads(app: TestApp) {
        let docs = app.get("/docs").send().await;
        for path in ["/", "/docs", "/docs/"] {
            let page = app.get(path).send().await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert_eq!(page.text(), docs.text());
        }
        let html = docs.text();
        let base = html.split("<base href=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(base, Some("/docs/"));
        let mut loaded = 0;
        for attribute in ["src=\"", "href=\""] {
            for rest in html.split(attribute).skip(1) {
                let target = rest.split('"').next().expect("a closing quote");
                if target == "/docs/" {
                    continue;
                }
                assert!(!target.contains("//"), "{target} is elsewhere");
                let path = format!("/docs/{}", target.trim_start_matches("./"));
                let asset = app.get(&path).send().await;
                assert_eq!(asset.status, 200, "{path}");
                assert!(!asset.bytes.is_empty(), "{path}");
                let kind = match path.rsplit('.').next() {
                    Some("js") => "javascript",
                    Some("css") => "text/css",
                    _ => "image/",
                };
                assert!(asset.header("content-type").contains(kind), "{path}");
                loaded += 1;
            }
        }
        assert!(loaded >= 5, "{html}");
        // The policy lets no script run that stands in the page itself.
        assert!(
            html.split("<script").skip(1).all(|script| {
                script.split_once('>').is_some_and(|(attributes, rest)| {
                    attributes.contains("src=") && rest.trim_start().starts_with("</script>")
                })
            }),
            "{html}"
        );
        let start = app.get("/docs/swagger-initializer.js").send().await.text();
        assert!(start.contains("\"/openapi.json\""), "{start}");
        assert!(!start.contains("http://") && !start.contains("https://"), "{start}");
    }
}
