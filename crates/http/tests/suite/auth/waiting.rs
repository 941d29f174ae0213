//! Opening a screen before the start, to wait for it.

use estrad_domain::CompetitionId;
use estrad_domain::code::CompetitionCode;
use estrad_domain::draft::{CompetitionDraft, QuestionDraft, SlideDraft, TeamDraft};
use estrad_domain::types::{QuestionType, View};
use estrad_testkit::{Answer, TestApp, on_both_databases};
use serde_json::{Value, json};

async fn competition(app: &TestApp) -> CompetitionId {
    let question = QuestionDraft::new("Fråga", QuestionType::Practical, 5);
    let draft = CompetitionDraft {
        name: "Final".into(),
        year: 2026,
        slides: vec![SlideDraft { questions: vec![question], ..SlideDraft::default() }],
        teams: vec![TeamDraft { name: "Lag 1".into(), ..TeamDraft::default() }],
        ..CompetitionDraft::default()
    };
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

async fn open(app: &TestApp, code: &CompetitionCode, wait: Value) -> Answer {
    let body = json!({"code": code.code.as_str(), "wait": wait});
    app.post("/api/auth/code").json(&body).send().await
}

/// What the token is told at each of a few addresses.
async fn status(app: &TestApp, token: &str, id: CompetitionId) -> Vec<(u16, String)> {
    let mut all = Vec::new();
    for path in [format!("/api/competitions/{id}"), "/api/media/images/1".to_owned()] {
        let answer = app.get(&path).bearer(token).send().await;
        let word = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        all.push((answer.status, word));
    }
    all
}

fn waits() -> Vec<(u16, String)> {
    vec![(401, "competition_not_active".to_owned()); 2]
}

on_both_databases! {
    async fn a_screen_opens_early_to_wait_and_may_do_everything_after_the_start(app: TestApp) {
        let id = competition(&app).await;
        app.image("a.png").await;
        let mut early = Vec::new();
        for code in app.codes(id).await {
            let mut opened = open(&app, &code, json!(true)).await.expect(200);
            let token = opened["access_token"].take();
            let token = token.as_str().expect("a token").to_owned();
            let mut expected = json!({
                "competition_id": id.0, "view": code.view.name(),
                "team_id": code.team_id.map(|id| id.0), "access_token": null,
            });
            if code.view == View::Operator {
                // It waits for nobody.
                assert_eq!(opened, expected);
                assert_eq!(status(&app, &token, id).await[0].0, 200);
                continue;
            }
            expected["waiting"] = true.into();
            assert_eq!(opened, expected);
            app.get("/api/auth/test").bearer(&token).send().await.expect(204);
            assert_eq!(status(&app, &token, id).await, waits());
            early.push(token);
        }
        app.start_presentation(id).await;
        for token in &early {
            assert!(status(&app, token, id).await.iter().all(|(status, _)| *status == 200));
        }
        // What has begun has begun.
        app.end_presentation(id).await;
        for token in &early {
            assert!(status(&app, token, id).await.iter().all(|(status, _)| *status == 200));
        }
    }

    async fn without_asking_nobody_waits(app: TestApp) {
        let id = competition(&app).await;
        let code = app.codes(id).await.into_iter().find(|code| code.view == View::Team);
        let code = code.expect("a code");
        for wait in [json!(false), Value::Null] {
            open(&app, &code, wait).await.expect_error(401, "competition_not_active");
        }
        let body = json!({"code": code.code.as_str()});
        let refused = app.post("/api/auth/code").json(&body).send().await;
        refused.expect_error(401, "competition_not_active");
        let odd = open(&app, &code, json!("perhaps")).await;
        assert_eq!(odd.expect_error(422, "validation_failed")["field"], "wait");
        // Who comes to what goes on does not wait.
        app.start_presentation(id).await;
        assert_eq!(open(&app, &code, json!(true)).await.expect(200).get("waiting"), None);
    }

    async fn after_an_end_it_is_waited_for_the_next_start(app: TestApp) {
        let id = competition(&app).await;
        app.image("a.png").await;
        app.start_presentation(id).await;
        app.end_presentation(id).await;
        let token = app.wait_as(id, View::Audience).await;
        assert_eq!(status(&app, &token, id).await, waits());
        app.start_presentation(id).await;
        assert_eq!(status(&app, &token, id).await[0].0, 200);
    }

    async fn what_is_entered_at_the_desk_starts_nothing(app: TestApp) {
        let (id, admin) = (competition(&app).await, app.admin().await);
        app.image("a.png").await;
        let token = app.wait_as(id, View::Audience).await;
        let path = format!("/api/competitions/{id}/teams/1/scores/1");
        app.put(&path).bearer(&admin).json(&json!({"score": 1})).send().await.expect(200);
        assert_eq!(app.count("presentations").await, 1);
        assert_eq!(status(&app, &token, id).await, waits());
    }

    async fn who_waits_may_log_out_and_is_put_out_with_the_code(app: TestApp) {
        let (id, admin) = (competition(&app).await, app.admin().await);
        let code = app.codes(id).await.into_iter().find(|code| code.view == View::Team);
        let code = code.expect("a code");
        let (one, other) = (app.wait_with(&code).await, app.wait_with(&code).await);
        app.post("/api/auth/logout").bearer(&one).send().await.expect(204);
        let gone = app.get("/api/auth/test").bearer(&one).send().await;
        gone.expect_error(401, "token_revoked");
        let path = format!("/api/competitions/{id}/codes/{}", code.id);
        app.put(&path).bearer(&admin).send().await.expect(200);
        let gone = app.get("/api/auth/test").bearer(&other).send().await;
        gone.expect_error(401, "token_revoked");
    }
}
