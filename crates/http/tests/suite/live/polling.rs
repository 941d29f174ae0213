//! Long polling.

use estrad_testkit::{TestSettings, on_both_databases};

use super::support::{Polling, operator};

on_both_databases! {
    async fn a_session_of_polls(app: TestApp) {
        let (_, token) = operator(&app).await;
        let polling = Polling::open(&app, Some(&token)).await;
        let posted = polling.post("40").await;
        assert_eq!((posted.status, posted.text().as_str()), (200, "ok"));
        polling.until("40").await;
        let (sent, heard) = tokio::join!(
            polling.post(r#"421["sync",{"slide_order":1}]"#),
            polling.found(|packet| packet.contains(r#""slide_order":1"#))
        );
        assert_eq!(sent.text(), "ok");
        assert!(heard.starts_with(r#"42["sync""#), "{heard}");
        polling.post("41").await;
    }

    async fn handshakes_say_what_clients_need(app: TestApp) {
        for (path, start) in [
            ("/socket.io/?EIO=4&transport=polling", r#"0{"sid":""#),
            ("/socket.io?EIO=4&transport=polling", r#"0{"sid":""#),
        ] {
            let answer = app.get(path).send().await;
            assert_eq!(answer.status, 200);
            assert!(answer.text().starts_with(start), "{}", answer.text());
            assert_eq!(answer.header("content-type"), "text/plain; charset=UTF-8");
            assert_eq!(answer.header("cache-control"), "no-store");
            let packet = answer.text();
            for member in [
                r#""upgrades":["websocket"]"#,
                r#""pingInterval":25000"#,
                r#""pingTimeout":20000"#,
                r#""maxPayload":65536"#,
            ] {
                assert!(packet.contains(member), "{packet}");
            }
        }
        let old = app.get("/socket.io/?EIO=3&transport=polling").send().await;
        assert_eq!(old.status, 200);
        assert!(old.text().contains(r#"0{"sid":""#), "{}", old.text());
    }

    async fn refusals_have_their_sentences(app: TestApp) {
        for (method, path, sentence) in [
            ("GET", "/socket.io/?EIO=4&transport=nosuch", "Invalid transport nosuch"),
            ("GET", "/socket.io/?EIO=4&transport=websocket", "Bad request"),
            ("POST", "/socket.io/?EIO=4&transport=polling", "Method Not Supported"),
            ("PUT", "/socket.io/?EIO=4&transport=polling", "Method Not Supported"),
            ("GET", "/socket.io/?EIO=4&transport=polling&sid=nosuch", "Invalid session nosuch"),
        ] {
            let answer = app.request(method, path).send().await;
            assert_eq!((answer.status, answer.json()), (400, sentence.into()), "{method} {path}");
        }
        let foreign = app.get("/socket.io/?EIO=4&transport=polling");
        let foreign = foreign.header("origin", "https://evil.example").send().await;
        foreign.expect_error(403, "origin_not_allowed");
    }

    async fn two_polls_at_once_end_the_session(app: TestApp) {
        let (_, token) = operator(&app).await;
        let polling = Polling::open(&app, Some(&token)).await;
        polling.post("40").await;
        polling.until("40").await;
        // Whichever comes second is refused, and the first is answered with the end.
        let mut answers = Vec::new();
        while !answers.contains(&400) {
            let (one, other) = tokio::join!(polling.poll(), polling.poll());
            answers.extend([one.status, other.status]);
        }
        assert_eq!(polling.poll().await.status, 400);
    }
}

on_both_databases! {
    settings = {
        let mut settings = TestSettings::default();
        settings.http.cors_origins = vec!["https://show.example".to_owned()];
        settings
    };

    async fn pages_of_known_origins_may_ask_and_read(app: TestApp) {
        let path = "/socket.io/?EIO=4&transport=polling";
        let origin = "https://show.example";
        let asked = app
            .request("OPTIONS", path)
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let asked = asked.send().await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, origin));
        assert!(asked.header("access-control-allow-headers").contains("authorization"));
        let answer = app.get(path).header("origin", origin).send().await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, origin));
        let foreign = app.get(path).header("origin", "https://evil.example").send().await;
        assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (403, ""));
    }
}
