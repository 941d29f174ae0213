//! What nobody should send: each refused with a stable word, none of it half-done, and the server
//! still answering afterwards.

use estrad_testkit::{Answer, TestApp, on_both_databases};
use serde_json::{Value, json};

/// The limit of a body in the test settings.
const BODY_LIMIT: usize = 1024 * 1024;

/// An admin, an editor and a competition, and what the statistics say of them.
async fn seed(app: &TestApp) -> (String, Value) {
    let admin = app.admin().await;
    app.editor("editor@test.se", "Linköping").await;
    let body = json!({"name": "Final", "year": 2026, "city_id": 1});
    app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
    let state = state(app, &admin).await;
    (admin, state)
}

/// Everything that could have been written half.
async fn state(app: &TestApp, token: &str) -> Value {
    let read = async |path: &str| app.get(path).bearer(token).send().await.expect(200);
    json!([
        read("/api/misc/statistics").await,
        read("/api/misc/cities").await,
        read("/api/users/search?page_size=100").await,
        read("/api/competitions/1").await,
        app.count("slides").await,
        app.count("codes").await,
    ])
}

/// The routes that take a body.
const WRITES: [(&str, &str); 9] = [
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/code"),
    ("POST", "/api/users"),
    ("PUT", "/api/users"),
    ("PUT", "/api/users/2"),
    ("POST", "/api/misc/cities"),
    ("PUT", "/api/misc/cities/1"),
    ("POST", "/api/competitions"),
    ("PUT", "/api/competitions/1"),
];

async fn send(
    app: &TestApp,
    token: &str,
    (method, path): (&str, &str),
    body: impl Into<Vec<u8>>,
) -> Answer {
    app.request(method, path).bearer(token).body("application/json", body).send().await
}

#[track_caller]
fn expect_field(answer: Answer, place: &str, field: &str) {
    let text = answer.text();
    let body = answer.expect_error(422, "validation_failed");
    assert_eq!(body["field"], field, "{text}");
    assert!(body["errors"][place][field][0].as_str().is_some_and(|s| !s.is_empty()), "{text}");
}

on_both_databases! {
    async fn a_body_that_is_no_json_is_a_400_on_every_route(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let deep = "[".repeat(100_000);
        let deep_object = "{\"name\":".repeat(50_000);
        let bodies: Vec<Vec<u8>> = vec![
            b"{not json".to_vec(),
            b"{\"name\": \"x\"".to_vec(),
            b"{\"name\": \"x\",}".to_vec(),
            b"{'name': 'x'}".to_vec(),
            b"{\"name\": \"x\"} {}".to_vec(),
            b"{\"name\": NaN}".to_vec(),
            b"\xEF\xBB\xBF{\"name\": \"x\"}".to_vec(),
            b" ".to_vec(),
            b"{\"name\": \"\xff\xfe\"}".to_vec(),
            // Halves of characters.
            br#"{"name": "\ud800"}"#.to_vec(),
            br#"{"name": "\udc00\ud800"}"#.to_vec(),
            br#"{"\ud800": 1}"#.to_vec(),
            b"{\"name\": \"a\0b\"}".to_vec(),
            deep.clone().into_bytes(),
            deep_object.into_bytes(),
            format!("{{\"name\": {deep}").into_bytes(),
            b"{\"name\": 1e999999}".to_vec(),
        ];
        for route in WRITES {
            for body in &bodies {
                let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                let answer = send(&app, &admin, route, body.clone()).await;
                assert_eq!(answer.status, 400, "{route:?} {shown} {}", answer.text());
                answer.expect_error(400, "invalid_json");
            }
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn json_that_is_no_object_is_told_so(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for route in WRITES {
            for body in ["[]", "[{\"name\": \"x\"}]", "null", "1", "\"name\"", "true"] {
                expect_field(send(&app, &admin, route, body).await, "json", "_schema");
            }
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn every_field_at_fault_is_named_at_once(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let cases = [
            ("POST", "/api/users", json!({}), vec!["city_id", "email", "password", "role_id"]),
            (
                "POST",
                "/api/users",
                json!({"email": 1, "password": 2, "role_id": "x", "city_id": [], "name": {}}),
                vec!["city_id", "email", "name", "password", "role_id"],
            ),
            (
                "POST",
                "/api/competitions",
                json!({"name": "", "year": 0, "city_id": null, "id": 7}),
                vec!["city_id", "id", "name", "year"],
            ),
            (
                "PUT",
                "/api/competitions/1",
                json!({"name": 1, "year": "abc", "city_id": 1.5, "background_image_id": "x"}),
                vec!["background_image_id", "city_id", "name", "year"],
            ),
            ("POST", "/api/misc/cities", json!({"nam": "x"}), vec!["nam", "name"]),
            (
                "PUT",
                "/api/users",
                json!({"role_id": 1, "city_id": 1, "id": 1}),
                vec!["city_id", "id", "role_id"],
            ),
            (
                "POST",
                "/api/auth/login",
                json!({"email": null, "password": null}),
                vec!["email", "password"],
            ),
        ];
        for (method, path, body, fields) in cases {
            let answer = app.request(method, path).bearer(&admin).json(&body).send().await;
            let body = answer.expect_error(422, "validation_failed");
            let named: Vec<&String> =
                body["errors"]["json"].as_object().expect("an object").keys().collect();
            assert_eq!(named, fields, "{path}");
            assert_eq!(body["field"], fields[0], "{path}");
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn numbers_are_whole_and_within_what_they_can_be(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for number in [
            "9223372036854775808",
            "-9223372036854775809",
            "1e300",
            "1.5",
            "true",
            "\"1x\"",
            "\"\"",
            "[1]",
            "{}",
            "null",
            "123456789012345678901234567890",
        ] {
            let body = format!("{{\"name\": \"x\", \"city_id\": {number}}}");
            expect_field(
                send(&app, &admin, ("POST", "/api/competitions"), body).await,
                "json",
                "city_id",
            );
        }
        // Ids that nothing has, as large and as small as they come.
        for number in ["9223372036854775807", "-9223372036854775808", "0", "-1", "4294967297"] {
            let body = format!("{{\"name\": \"x\", \"city_id\": {number}}}");
            expect_field(
                send(&app, &admin, ("POST", "/api/competitions"), body).await,
                "json",
                "city_id",
            );
            let body = format!("{{\"background_image_id\": {number}}}");
            expect_field(
                send(&app, &admin, ("PUT", "/api/competitions/1"), body).await,
                "json",
                "background_image_id",
            );
        }
        for year in ["0", "-1", "10000", "4294969322", "9223372036854775807"] {
            let body = format!("{{\"year\": {year}}}");
            expect_field(
                send(&app, &admin, ("PUT", "/api/competitions/1"), body).await,
                "json",
                "year",
            );
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn ids_in_paths_are_ids_or_nothing_is_there(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let ids = [
            "0",
            "-1",
            "999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "abc",
            "1.0",
            "1e0",
            "0x1",
            "%31%00",
            "1%20",
            "null",
            "undefined",
            "%00",
            "%ff",
            "%C3%A5",
            "1;drop",
        ];
        let routes = [
            ("GET", "/api/users/", "user_not_found"),
            ("PUT", "/api/users/", "user_not_found"),
            ("DELETE", "/api/users/", "user_not_found"),
            ("PUT", "/api/misc/cities/", "city_not_found"),
            ("DELETE", "/api/misc/cities/", "city_not_found"),
            ("GET", "/api/competitions/", "competition_not_found"),
            ("PUT", "/api/competitions/", "competition_not_found"),
            ("DELETE", "/api/competitions/", "competition_not_found"),
        ];
        for (method, path, word) in routes {
            for id in ids {
                let answer = app
                    .request(method, &format!("{path}{id}"))
                    .bearer(&admin)
                    .json(&json!({"name": "x"}))
                    .send()
                    .await;
                assert_eq!(answer.status, 404, "{method} {path}{id} {}", answer.text());
                answer.expect_error(404, word);
            }
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn names_have_254_characters_at_most_and_one_at_least(app: TestApp) {
        let (admin, _) = seed(&app).await;
        let routes = [
            (("POST", "/api/misc/cities"), json!({})),
            (("PUT", "/api/misc/cities/1"), json!({})),
            (("POST", "/api/competitions"), json!({"city_id": 1})),
            (("PUT", "/api/competitions/1"), json!({})),
            (("PUT", "/api/users"), json!({})),
        ];
        for (place, (route, body)) in routes.into_iter().enumerate() {
            // Characters, not bytes: the longest takes 1016 of those. Each route has its own, as
            // names of cities are unique.
            let character = ["😀", "🦀", "🎉", "🐙", "🌍"][place];
            for (name, good) in [
                (character.repeat(254), true),
                (character.repeat(255), false),
                ("x".repeat(10_000), false),
                (String::new(), false),
                ("a\u{0}b".to_owned(), false),
            ] {
                let mut body = body.clone();
                body["name"] = json!(name);
                let answer = send(&app, &admin, route, body.to_string()).await;
                if good {
                    answer.expect(200);
                } else {
                    expect_field(answer, "json", "name");
                }
            }
        }
    }

    async fn nul_characters_are_refused_wherever_texts_are_taken(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let user =
            json!({"email": "b@test.se", "password": "kalle på taket", "role_id": 2, "city_id": 1});
        for (field, value) in
            [("name", "a\0"), ("email", "a\0@test.se"), ("password", "1234\x005678")]
        {
            let mut body = user.clone();
            body[field] = json!(value);
            expect_field(
                send(&app, &admin, ("POST", "/api/users"), body.to_string()).await,
                "json",
                field,
            );
        }
        let login = json!({"email": "admin@test.se", "password": "pass\0word"});
        expect_field(
            send(&app, &admin, ("POST", "/api/auth/login"), login.to_string()).await,
            "json",
            "password",
        );
        let code = json!({"code": "ABC\x0012"});
        expect_field(
            send(&app, &admin, ("POST", "/api/auth/code"), code.to_string()).await,
            "json",
            "code",
        );
        for path in ["/api/users/search?name=%00", "/api/competitions/search?name=a%00b"] {
            expect_field(app.get(path).bearer(&admin).send().await, "query", "name");
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn of_a_member_that_comes_twice_the_last_one_counts(app: TestApp) {
        let (admin, _) = seed(&app).await;
        let body = "{\"name\": \"Första\", \"name\": \"Andra\"}";
        let edited = send(&app, &admin, ("PUT", "/api/competitions/1"), body).await.expect(200);
        assert_eq!(edited["name"], "Andra");
    }

    async fn bodies_of_other_types_are_refused_and_never_passed_over(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=B",
            "application/xml",
            "text/json",
            "json",
        ] {
            let send = async |method, path: &str| {
                app.request(method, path)
                    .bearer(&admin)
                    .body(kind, "{\"name\": \"Kiruna\"}")
                    .send()
                    .await
            };
            // Where something is missing, that is said, as the old server did.
            expect_field(send("POST", "/api/misc/cities").await, "json", "name");
            send("PUT", "/api/competitions/1").await.expect_error(415, "unsupported_media_type");
            send("PUT", "/api/users").await.expect_error(415, "unsupported_media_type");
        }
        assert_eq!(state(&app, &admin).await, before);
        for kind in
            ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"]
        {
            let body = "{\"name\": \"Kiruna\"}";
            app.put("/api/competitions/1").bearer(&admin).body(kind, body).send().await.expect(200);
        }
    }

    async fn a_body_over_the_limit_is_refused_declared_or_not(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let fits = format!("{{\"name\": \"{}\"}}", "x".repeat(BODY_LIMIT - 12));
        assert_eq!(fits.len(), BODY_LIMIT);
        expect_field(
            send(&app, &admin, ("PUT", "/api/competitions/1"), fits.clone()).await,
            "json",
            "name",
        );
        let over = fits + " ";
        send(&app, &admin, ("PUT", "/api/competitions/1"), over)
            .await
            .expect_error(413, "body_too_large");

        let head = format!(
            "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {admin}\r\n\
             content-type: application/json\r\nconnection: close\r\n"
        );
        let declared = app.raw(format!("{head}content-length: 99999999999\r\n\r\n{{")).await;
        assert!(declared.starts_with("HTTP/1.1 413 "), "{declared}");
        assert!(declared.contains("body_too_large"), "{declared}");
        let chunk = "x".repeat(0x10000);
        let chunks = format!("10000\r\n{chunk}\r\n").repeat(17);
        let chunked =
            app.raw(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")).await;
        assert!(chunked.starts_with("HTTP/1.1 413 "), "{}", &chunked[..chunked.len().min(300)]);
        assert!(chunked.contains("body_too_large"));
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn requests_that_are_no_http_are_refused_and_the_server_goes_on(app: TestApp) {
        let (admin, before) = seed(&app).await;
        let token = format!("authorization: Bearer {admin}\r\nconnection: close\r\n");
        for request in [
            "nonsense\r\n\r\n".to_owned(),
            format!("GET /api/users HTTP/9.9\r\nhost: x\r\n{token}\r\n"),
            format!(
                "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}content-length: abc\r\n\r\n{{}}"
            ),
            format!(
                "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}content-length: -1\r\n\r\n{{}}"
            ),
            format!(
                "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"
            ),
            format!(
                "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}content-length: 2\r\ncontent-length: 3\r\n\r\n{{}} "
            ),
            format!(
                "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}content-length: 14\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{{\"name\":\"x\"}}"
            ),
        ] {
            let answer = app.raw(&request).await;
            assert!(!answer.starts_with("HTTP/1.1 2"), "{request} {answer}");
            assert!(!answer.starts_with("HTTP/1.1 5"), "{request} {answer}");
        }
        // A body that breaks off is not taken for what has arrived of it.
        let broken = format!(
            "PUT /api/competitions/1 HTTP/1.1\r\nhost: x\r\n{token}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\ne\r\n{{\"name\": \"x\" }}\r\nzz\r\n"
        );
        let answer = app.raw(&broken).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn queries_are_read_as_far_as_they_can_be(app: TestApp) {
        let (admin, _) = seed(&app).await;
        let get = async |query: &str| {
            app.get(&format!("/api/competitions/search?{query}")).bearer(&admin).send().await
        };
        for good in [
            "nosuch=1",
            "nosuch",
            "&&&",
            "=",
            "=1",
            "name",
            "page",
            "name=%zz",
            "name=%",
            "name=%e4",
            "name=%ff%fe",
            "page=1&page_size=1&x[]=1",
            "page=9223372036854775807",
            "page_size=9223372036854775807&page=9223372036854775807",
            "page=%201",
            "year=-9223372036854775808",
            "city_id=-1",
        ] {
            assert_eq!(get(good).await.status, 200, "{good}");
        }
        for (bad, field) in [
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=abc", "page"),
            ("page=1.5", "page"),
            ("page=9223372036854775808", "page"),
            ("page_size=0", "page_size"),
            ("page_size=-5", "page_size"),
            ("year=abc", "year"),
            ("year=99999999999999999999", "year"),
            ("city_id=one", "city_id"),
        ] {
            expect_field(get(bad).await, "query", field);
        }
        expect_field(get(&format!("name={}", "x".repeat(1025))).await, "query", "name");
        assert_eq!(get(&format!("name={}", "x".repeat(1024))).await.status, 200);
        assert_eq!(get(&format!("nosuch={}", "x".repeat(20_000))).await.status, 200);
        let users = app.get("/api/users/search?role_id=x").bearer(&admin).send().await;
        expect_field(users, "query", "role_id");
    }

    async fn a_head_of_a_request_that_never_ends_is_refused(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for request in [
            format!(
                "GET /api/users/search?name={} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
                "x".repeat(200_000)
            ),
            format!(
                "GET /api/users HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-long: {}\r\n\r\n",
                "x".repeat(200_000)
            ),
            format!(
                "GET /api/users HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{}\r\n",
                "x-many: 1\r\n".repeat(2_000)
            ),
        ] {
            let answer = app.raw(&request).await;
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
                "{}",
                &answer[..answer.len().min(200)]
            );
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn methods_that_an_address_does_not_take_are_told_which_it_does(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for (path, allow) in [
            ("/api/auth/login", "POST, OPTIONS"),
            ("/api/auth/test", "GET, HEAD, OPTIONS"),
            ("/api/users", "GET, HEAD, POST, PUT, OPTIONS"),
            ("/api/users/2", "GET, HEAD, PUT, DELETE, OPTIONS"),
            ("/api/users/search", "GET, HEAD, OPTIONS"),
            ("/api/competitions", "POST, OPTIONS"),
            ("/api/competitions/search", "GET, HEAD, OPTIONS"),
            ("/api/competitions/1", "GET, HEAD, PUT, DELETE, OPTIONS"),
            ("/api/competitions/1/copy", "POST, OPTIONS"),
            ("/api/misc/cities/1", "PUT, DELETE, OPTIONS"),
            ("/healthz", "GET, HEAD, OPTIONS"),
            ("/", "GET, HEAD, OPTIONS"),
            ("/docs", "GET, HEAD, OPTIONS"),
            ("/openapi.json", "GET, HEAD, OPTIONS"),
        ] {
            let options = app.request("OPTIONS", path).send().await;
            assert_eq!((options.status, options.header("allow")), (200, allow), "{path}");
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "PROPFIND"] {
                if allow.contains(method) {
                    continue;
                }
                let refused = app.request(method, path).bearer(&admin).send().await;
                assert_eq!(refused.header("allow"), allow, "{method} {path}");
                refused.expect_error(405, "method_not_allowed");
            }
        }
        assert_eq!(state(&app, &admin).await, before);
    }

    async fn head_is_get_without_the_body(app: TestApp) {
        let (admin, _) = seed(&app).await;
        for path in [
            "/api/misc/types",
            "/api/users",
            "/api/users/search",
            "/api/competitions/1",
            "/healthz",
            "/",
            "/openapi.json",
        ] {
            let get = app.get(path).bearer(&admin).send().await;
            let head = app.request("HEAD", path).bearer(&admin).send().await;
            assert_eq!(head.status, 200, "{path}");
            assert!(head.bytes.is_empty());
            for name in ["content-type", "pagination", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{path} {name}");
            }
        }
        let missing = app.request("HEAD", "/api/users").send().await;
        assert_eq!((missing.status, missing.bytes.len()), (401, 0));
        let unknown = app.request("HEAD", "/api/nosuch").send().await;
        assert_eq!((unknown.status, unknown.bytes.len()), (404, 0));
    }

    async fn trailing_slashes_are_passed_over(app: TestApp) {
        let (admin, _) = seed(&app).await;
        for path in [
            "/api/users/",
            "/api/users/2/",
            "/api/competitions/1/",
            "/api/competitions/search/?page=1",
            "/docs/",
            "/healthz/",
        ] {
            assert_eq!(app.get(path).bearer(&admin).send().await.status, 200, "{path}");
        }
        let login = json!({"email": "admin@test.se", "password": "password"});
        app.post("/api/auth/login/").json(&login).send().await.expect(200);
    }

    async fn unknown_addresses_are_a_404_in_json(app: TestApp) {
        let (admin, before) = seed(&app).await;
        for path in [
            "/api",
            "/api/nosuch",
            "/api/users/1/2",
            "/nosuch",
            "/api/../etc/passwd",
            "/docs/nosuch.js",
            "/docs/..%2f..%2fCargo.toml",
            "/api/%00",
            "/%ff",
            "/openapi.yaml",
            "/static/nosuch.png",
            "/socket.io.js",
            "/API/USERS",
        ] {
            // Whatever stands behind /docs/ could be a file of the browser.
            let methods = if path.starts_with("/docs/") { 1 } else { 3 };
            for method in &["GET", "POST", "OPTIONS"][..methods] {
                let answer = app.request(method, path).bearer(&admin).send().await;
                assert_eq!(answer.status, 404, "{method} {path} {}", answer.text());
                assert_eq!(answer.header("content-type"), "application/json", "{path}");
                answer.expect_error(404, "route_not_found");
            }
        }
        assert_eq!(state(&app, &admin).await, before);
    }
}
