//! Two people at once: versions, tags, and orders that stay dense.

use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, QuestionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::{QuestionType, View};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

async fn competition(app: &TestApp, slides: usize) -> CompetitionId {
    let question = QuestionDraft::new("Q", QuestionType::Match, 2)
        .with_alternative("a", "1")
        .with_alternative("b", "2")
        .with_alternative("c", "3");
    let draft = CompetitionDraft {
        name: "Final".to_owned(),
        year: 2026,
        slides: (0..slides)
            .map(|n| SlideDraft {
                title: n.to_string(),
                questions: vec![question.clone()],
                ..SlideDraft::default()
            })
            .collect(),
        teams: vec![TeamDraft { name: "Team".to_owned(), ..TeamDraft::default() }],
        ..CompetitionDraft::default()
    };
    app.competition(draft, app.city("Linköping").await).await
}

/// The orders of the slides, which must be 0, 1, 2, … in the order they come.
fn assert_dense(slides: &Value, member: &str) {
    let mut orders: Vec<i64> = slides
        .as_array()
        .expect("a list")
        .iter()
        .map(|slide| slide[member].as_i64().expect("an order"))
        .collect();
    orders.sort_unstable();
    assert_eq!(orders, (0..orders.len() as i64).collect::<Vec<_>>());
}

on_both_databases! {
    async fn who_edits_what_somebody_else_changed_is_told(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, 1).await;
        let path = format!("/api/competitions/{id}");
        let seen = app.get(&path).bearer(&admin).send().await.header("etag").to_owned();

        let rename = |name: &str, tag: &str| {
            app.put(&path).bearer(&admin).header("if-match", tag).json(&json!({"name": name})).send()
        };
        let first = rename("First", &seen).await;
        let newer = first.header("etag").to_owned();
        assert_eq!(first.expect(200)["version"], 2);
        rename("Second", &seen).await.expect_error(412, "other_version");
        // Also on parts, which share the version of the whole, and for deleting.
        let slide = format!("{path}/slides/1");
        let late = app.put(&slide).bearer(&admin).header("if-match", &seen);
        late.json(&json!({"title": "x"})).send().await.expect_error(412, "other_version");
        let late = app.delete(&path).bearer(&admin).header("if-match", &seen).send().await;
        late.expect_error(412, "other_version");
        rename("Third", &newer).await.expect(200);
        rename("Fourth", "*").await.expect(200);
        rename("Fifth", "\"nonsense\"").await.expect_error(412, "other_version");
        // Without the header the last one wins, as before.
        let plain = app.put(&path).bearer(&admin).json(&json!({"name": "Last"})).send().await;
        assert_eq!(plain.expect(200)["version"], 5);
    }

    async fn every_change_of_a_part_raises_the_version(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, 2).await;
        let base = format!("/api/competitions/{id}");
        let changes = [
            ("POST", "/slides", json!({})),
            ("PUT", "/slides/1", json!({"title": "x"})),
            ("PUT", "/slides/1", json!({"order": 1})),
            ("POST", "/slides/1/copy", Value::Null),
            ("POST", "/slides/1/questions", json!({"type_id": 1})),
            ("PUT", "/slides/1/questions/1", json!({"name": "x"})),
            ("POST", "/slides/1/questions/1/alternatives", Value::Null),
            ("PUT", "/slides/1/questions/1/alternatives/1", json!({"correct_order": 1})),
            ("DELETE", "/slides/1/questions/1/alternatives/2", Value::Null),
            ("POST", "/slides/1/components", json!({"type_id": 1, "view_type_id": 1})),
            ("PUT", "/slides/1/components/1", json!({"x": 5})),
            ("POST", "/slides/1/components/1/copy/3", Value::Null),
            ("DELETE", "/slides/1/components/1", Value::Null),
            ("DELETE", "/slides/1/questions/1", Value::Null),
            ("POST", "/teams", json!({"name": "x"})),
            ("PUT", "/teams/1", json!({"name": "y"})),
            ("PUT", "/codes/1", Value::Null),
            ("DELETE", "/teams/1", Value::Null),
            ("DELETE", "/slides/1", Value::Null),
        ];
        let mut version = 1;
        for (method, path, body) in changes {
            let mut request = app.request(method, &format!("{base}{path}")).bearer(&admin);
            if !body.is_null() {
                request = request.json(&body);
            }
            let answer = request.send().await;
            assert!(answer.status < 300, "{method} {path}: {}", answer.text());
            version += 1;
            assert_eq!(answer.header("etag"), format!("\"{id}-{version}-all\""), "{method} {path}");
        }
    }

    async fn what_has_not_changed_is_not_sent_again(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, 3).await;
        app.start_presentation(id).await;
        let team = app.open_screen(id, View::Team).await;
        for token in [&admin, &team] {
            for path in ["", "/slides/1/components", "/slides/1/questions/1/alternatives"] {
                let path = format!("/api/competitions/{id}{path}");
                let first = app.get(&path).bearer(token).send().await;
                let tag = first.header("etag").to_owned();
                assert_eq!(first.header("cache-control"), "private, no-cache");
                let before = app.database.queries_sent();
                let again =
                    app.get(&path).bearer(token).header("if-none-match", &tag).send().await;
                assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
                assert_eq!(again.header("etag"), tag);
                // Two to know the caller, and one row of the competition.
                assert_eq!(app.database.queries_sent() - before, 3, "{path}");
            }
        }
        // What one may see is another thing than what another may see.
        let path = format!("/api/competitions/{id}");
        let of_admin = app.get(&path).bearer(&admin).send().await.header("etag").to_owned();
        let answer = app.get(&path).bearer(&team).header("if-none-match", &of_admin).send().await;
        assert_eq!(answer.status, 200);
    }

    async fn editors_who_move_slides_at_once_leave_the_order_dense(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, 6).await;
        let base = format!("/api/competitions/{id}/slides");
        let mut moves = Vec::new();
        for round in 0..4 {
            for slide in 1..=6 {
                let body = json!({"order": (slide * 5 + round * 3) % 6});
                let request = app.put(&format!("{base}/{slide}")).bearer(&admin).json(&body);
                moves.push(actix_web::rt::spawn(request.send()));
            }
            let request = app.post(&format!("{base}/{}/copy", round + 1)).bearer(&admin);
            moves.push(actix_web::rt::spawn(request.send()));
            let request = app.post(&base).bearer(&admin);
            moves.push(actix_web::rt::spawn(request.send()));
        }
        for answer in moves {
            let answer = answer.await.expect("an answer");
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let mut deletes = Vec::new();
        for slide in [2, 4, 7] {
            let request = app.delete(&format!("{base}/{slide}")).bearer(&admin);
            deletes.push(actix_web::rt::spawn(request.send()));
        }
        for answer in deletes {
            assert_eq!(answer.await.expect("an answer").status, 204);
        }
        let slides = app.get(&base).bearer(&admin).send().await.expect(200);
        assert_eq!(slides.as_array().map(Vec::len), Some(11));
        assert_dense(&slides, "order");
    }

    async fn both_orders_of_alternatives_stay_dense_whoever_moves_them(app: TestApp) {
        let admin = app.admin().await;
        let id = competition(&app, 1).await;
        let base = format!("/api/competitions/{id}/slides/1/questions/1/alternatives");
        let mut changes = Vec::new();
        for round in 0..4 {
            for alternative in 1..=3 {
                let body = json!({
                    "alternative_order": (alternative + round) % 3,
                    "correct_order": (alternative * 2 + round) % 3,
                });
                let request = app.put(&format!("{base}/{alternative}")).bearer(&admin).json(&body);
                changes.push(actix_web::rt::spawn(request.send()));
            }
            changes.push(actix_web::rt::spawn(app.post(&base).bearer(&admin).send()));
        }
        for answer in changes {
            let answer = answer.await.expect("an answer");
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        app.delete(&format!("{base}/1")).bearer(&admin).send().await.expect(204);
        let all = app.get(&base).bearer(&admin).send().await.expect(200);
        assert_eq!(all.as_array().map(Vec::len), Some(6));
        assert_dense(&all, "alternative_order");
        assert_dense(&all, "correct_order");
    }
}
