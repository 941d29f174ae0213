//! Who joins, and what they are told then.

use estrad_domain::types::View;
use estrad_realtime::Close;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::harness::{Hall, begin, competition};

fn shown(sync: &Value) -> Value {
    let members = ["slide_order", "timer", "show_scoreboard"];
    members.map(|member| (member.to_owned(), sync[member].clone())).into_iter().collect()
}

on_both_databases! {
    async fn an_operator_starts_and_the_others_join(app: TestApp) {
        let hall = Hall::of(&app.live);
        let id = competition(&app).await;
        let token = app.open_screen(id, View::Operator).await;
        let operator = hall.join(&token).await;
        let started = operator.expect("sync").await;
        let nothing = json!({"value": null, "enabled": false});
        assert_eq!(
            shown(&started),
            json!({"slide_order": 0, "timer": nothing, "show_scoreboard": false})
        );
        // A second one joins what goes on.
        let second = hall.join(&token).await.expect("sync").await;
        assert_eq!(second["presentation_id"], started["presentation_id"]);
        assert_eq!(second["seq"], 1);
        for view in [View::Judge, View::Audience, View::Team] {
            let screen = hall.join(&app.open_screen(id, view).await).await;
            assert_eq!(shown(&screen.expect("sync").await), shown(&started), "{view:?}");
        }
    }

    async fn late_joiners_get_the_whole_state(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        operator.sync(json!({"slide_order": 1})).await;
        operator.sync(json!({"timer": {"value": 1, "enabled": true}, "show_scoreboard": true})).await;
        let late = hall.join(&app.open_screen(id, View::Audience).await).await;
        let sync = late.expect("sync").await;
        let deadline = sync["server_time"].as_i64().expect("a time") + 30_000;
        assert_eq!(
            shown(&sync),
            json!({
                "slide_order": 1,
                "timer": {"value": deadline, "enabled": true},
                "show_scoreboard": true,
            })
        );
        assert_eq!(sync["seq"], 3);
        assert!(sync.get("recovered").is_none());
    }

    async fn whoever_comes_before_the_start_hears_nothing(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_screen(id, View::Audience).await;
        operator.send("end_presentation", Value::Null).await.expect("ends");
        // The token is good; there is nothing to join.
        let mut waiting = hall.join(&token).await;
        drop(operator);
        let token = app.open_screen(id, View::Operator).await;
        let mut operator = hall.join(&token).await;
        operator.sync(json!({"slide_order": 1})).await;
        operator.up_to(2).await;
        assert_eq!(waiting.waiting(), 0);
        // Asking again joins.
        waiting.send("join", json!({})).await.expect("joins");
        assert_eq!(waiting.expect("sync").await["slide_order"], 1);
    }

    async fn nobody_misses_what_happens_while_they_join(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let token = app.open_screen(id, View::Audience).await;
        let changes = async {
            for change in 0..60 {
                operator.sync(json!({"slide_order": change % 4})).await;
            }
        };
        let joins = async {
            let mut clients = Vec::new();
            for _ in 0..20 {
                clients.push(hall.join(&token).await);
            }
            clients
        };
        let ((), clients) = tokio::join!(changes, joins);
        for client in clients {
            let seen = client.up_to(61).await;
            let seqs: Vec<i64> = seen.iter().map(|(_, data)| data["seq"].as_i64().expect("a seq")).collect();
            let first = seqs[0];
            assert_eq!(seqs, (first..=61).collect::<Vec<_>>());
        }
    }

    async fn operators_and_judges_are_told_who_is_there(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, operator, _) = begin(&app, &hall).await;
        let team = hall.join(&app.open_team(id, 0).await).await;
        let audience = hall.join(&app.open_screen(id, View::Audience).await).await;
        let waiting_for = |wanted: Value| {
            let operator = &operator;
            async move {
                loop {
                    let (name, data) = operator.next().await;
                    if name == "presence" && data == wanted {
                        return;
                    }
                }
            }
        };
        let all = json!({"teams": {"1": 1}, "judges": 0, "audience": 1, "operators": 1});
        waiting_for(all).await;
        drop(audience);
        waiting_for(json!({"teams": {"1": 1}, "judges": 0, "audience": 0, "operators": 1})).await;
        // Others are not told.
        assert_eq!(team.next().await.0, "sync");
        assert_eq!(team.waiting(), 0);
    }

    async fn the_words_of_the_first_front_end_are_answered_in_kind(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, mut operator, _) = begin(&app, &hall).await;
        let mut old = hall.join(&app.open_screen(id, View::Operator).await).await;
        old.expect("sync").await;
        old.send("start_presentation", json!({"competition_id": id})).await.expect("joins");
        assert_eq!(old.expect("set_slide").await, json!({"slide_order": 0}));
        old.expect("set_timer").await;
        old.send("set_slide", json!({"competition_id": id, "slide_order": 1})).await.expect("is done");
        assert_eq!(old.expect("set_slide").await, json!({"slide_order": 1}));
        old.expect("set_timer").await;
        assert_eq!(operator.expect("sync").await["slide_order"], 1);
        let timer = json!({"value": 5, "enabled": true});
        old.send("set_timer", json!({"competition_id": id, "timer": timer})).await.expect("is done");
        assert_eq!(old.expect("set_timer").await["timer"]["enabled"], true);
        let refused = old.send("set_slide", json!({"slide_order": 1, "timer": timer})).await;
        assert_eq!(refused.expect_err("refused").code, "validation_failed");
        old.send("end_presentation", json!({"competition_id": id})).await.expect("ends");
        old.expect("end_presentation").await;
        operator.expect("sync").await;
        operator.expect("end_presentation").await;
        let _ = &mut operator;
    }

    async fn a_user_joins_with_a_code(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let admin = app.admin().await;
        let mut user = hall.join(&admin).await;
        assert_eq!(user.waiting(), 0);
        let wrong = user.send("join_presentation", json!({"code": "AAAAAA"})).await;
        assert_eq!(wrong.expect_err("refused").code, "code_not_found");
        let codes = app.codes(id).await;
        let code = codes.iter().find(|code| code.view == View::Audience).expect("a code");
        user.send("join_presentation", json!({"code": code.code.as_str()})).await.expect("joins");
        assert_eq!(user.expect("set_slide").await, json!({"slide_order": 0}));
        // It is a screen of the audience now.
        let refused = user.send("sync", json!({"slide_order": 1})).await;
        assert_eq!(refused.expect_err("refused").code, "not_allowed");
    }

    async fn a_code_is_typed_to_a_socket_as_to_an_address(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        app.sql("UPDATE codes SET code = 'L2X4QZ', folded = '12X4QZ' WHERE view_type_id = 3".to_owned()).await;
        app.admin().await;
        for typed in ["l2x-4qz", " I2X 4QZ", "Ｌ２Ｘ４ＱＺ"] {
            let mut user = hall.join(&app.log_in("admin@test.se").await).await;
            user.send("join_presentation", json!({"code": typed})).await.expect("joins");
            assert_eq!(user.expect("set_slide").await, json!({"slide_order": 0}), "{typed:?}");
            // A screen names its own code, however it is typed.
            let mut screen = hall.client(&app.open_screen(id, View::Audience).await).await;
            screen.send("join_presentation", json!({"code": typed})).await.expect("joins");
        }
        let mut screen = hall.client(&app.open_screen(id, View::Audience).await).await;
        for typed in ["L2X4QQ", "", &"l2x4qz ".repeat(1_000)] {
            let error = screen.send("join_presentation", json!({"code": typed})).await;
            assert_eq!(error.expect_err("refused").code, "not_allowed", "{typed:.20}");
        }
    }

    async fn who_can_not_join_now_is_to_connect_again(app: TestApp) {
        let hall = Hall::of(&app.live);
        let (id, _operator, _) = begin(&app, &hall).await;
        let mut team = hall.client(&app.open_team(id, 0).await).await;
        app.sql("UPDATE presentations SET shown = 'unreadable'".to_owned()).await;
        assert_eq!(team.client.join(None).await.expect_err("fails").code, "internal");
        assert_eq!(team.closed().await, Close::Unavailable);
    }
}
