//! Who may do what, and what happens when rights are taken away.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estrad_domain::types::View;
use estrad_realtime::{Close, Revocation};
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, begin, competition};

on_both_databases! {
    async fn only_operators_step_through_it(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        for view in [View::Team, View::Judge, View::Audience] {
            let mut screen = hall.join(&app.open_screen(id, view).await).await;
            for (event, data) in [
                ("sync", json!({"slide_order": 1})),
                ("end_presentation", Value::Null),
                ("start_presentation", json!({"competition_id": id})),
                ("set_slide", json!({"slide_order": 1})),
                ("set_timer", json!({"timer": {"value": null, "enabled": false}})),
            ] {
                let error = screen.send(event, data).await.expect_err("refused");
                assert_eq!(error.code, "not_allowed", "{view:?} {event}");
            }
            if view != View::Judge {
                let asked = json!({"team_id": 1, "seconds": 5, "reason": "x"});
                let error = screen.send("reopen", asked).await.expect_err("refused");
                assert_eq!(error.code, "not_allowed", "{view:?}");
            }
        }
        assert_eq!(operator.sync(json!({"slide_order": 1})).await["seq"], 2);
    }

    async fn an_operator_of_another_competition_has_no_say(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let draft = estrad_domain::draft::CompetitionDraft {
            name: "Other".to_owned(),
            year: 2026,
            slides: vec![Default::default(), Default::default()],
            ..Default::default()
        };
        let other = app.competition(draft, app.city("Kiruna").await).await;
        let mut foreign = hall.join(&app.open_screen(other, View::Operator).await).await;
        foreign.expect("sync").await;
        for (event, data) in [
            ("set_slide", json!({"competition_id": id, "slide_order": 1})),
            ("end_presentation", json!({"competition_id": id})),
            ("start_presentation", json!({"competition_id": id})),
            ("join", json!({"competition_id": id})),
        ] {
            let error = foreign.send(event, data).await.expect_err("refused");
            assert_eq!(error.code, "not_allowed", "{event}");
        }
        assert_eq!(operator.sync(json!({"slide_order": 1})).await["seq"], 2);
    }

    async fn editors_step_in_for_operators_of_their_city(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let own = app.editor("own@test.se", "Linköping").await;
        let other = app.editor("other@test.se", "Kiruna").await;
        let start = json!({"competition_id": id});
        let mut other = hall.join(&other).await;
        let error = other.send("start_presentation", start.clone()).await.expect_err("refused");
        assert_eq!(error.code, "not_allowed");
        let mut own = hall.join(&own).await;
        own.send("start_presentation", start).await.expect("starts");
        own.expect("set_slide").await;
        // Watching is for all who may read it.
        other.send("join", json!({"competition_id": id})).await.expect("joins");
        assert_eq!(other.expect("sync").await["slide_order"], 0);
        let error = other.send("join", json!({"competition_id": 99})).await.expect_err("refused");
        assert_eq!(error.code, "competition_not_found");
    }

    async fn revoked_rights_reach_whoever_is_connected(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        let other = hall.join(&app.open_team(id, 1).await).await;
        let codes = app.codes(id).await;
        let code = codes.iter().find(|code| code.view == View::Team).expect("a code");
        app.live.revoke(Revocation::Code(code.code.as_str().to_owned())).await;
        assert_eq!(team.closed().await, Close::TokenRevoked);
        app.live.revoke(Revocation::Team(2.into())).await;
        assert_eq!(other.closed().await, Close::TokenRevoked);
        app.live.revoke(Revocation::Competition(id)).await;
        assert_eq!(operator.closed().await, Close::TokenRevoked);
    }

    async fn a_lost_notice_of_a_revocation_is_made_up_for(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (_, mut operator, token) = begin(&app, &hall).await;
        let caller_gone = "INSERT INTO revoked_tokens (jti, expires_at) VALUES ";
        let jti = jti_of(&token);
        app.sql(format!("{caller_gone} ('{jti}', '2030-01-01 00:00:00')")).await;
        // Nobody was told; the token is looked up again a minute later.
        operator.sync(json!({"slide_order": 1})).await;
        app.clock.advance(std::time::Duration::from_secs(61));
        let error = operator.send("sync", json!({"slide_order": 2})).await.expect_err("refused");
        assert_eq!(error.code, "token_revoked");
        assert_eq!(operator.closed().await, Close::TokenRevoked);
    }

    async fn clocks_can_be_compared(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let mut team = hall.join(&app.open_team(id, 0).await).await;
        let answer = team.send("time", json!({"t0": 17.5})).await.expect("is answered");
        assert_eq!(answer["t0"], 17.5);
        assert_eq!(answer["server_time"], 1_795_348_800_000_i64);
        let error = team.send("time", json!({"t0": "now"})).await.expect_err("refused");
        assert_eq!(error.field.as_deref(), Some("t0"));
    }
}

/// The id that a token carries in the open.
fn jti_of(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    claims["jti"].as_str().expect("an id").to_owned()
}
