//! `/api/competitions/{competition_id}/codes`

use std::collections::HashSet;

use estrad_domain::code::Code;
use estrad_domain::types::View;
use estrad_testkit::on_both_databases;
use serde_json::{Value, json};

use super::desk::{Desk, each};

on_both_databases! {
    async fn admins_and_operators_list_the_codes_and_no_other_screen_does(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        let codes = desk.get("/codes").await;
        assert_eq!(each(&codes, "view_type_id"), [2, 3, 4, 1, 1]);
        let none = Value::Null;
        let teams = [none.clone(), none.clone(), none, json!(1), json!(2)];
        assert_eq!(each(&codes, "team_id"), teams);
        assert!(each(&codes, "competition_id").iter().all(|id| *id == 1));
        let texts: HashSet<String> = each(&codes, "code")
            .iter()
            .map(|code| code.as_str().expect("a text").to_owned())
            .collect();
        assert_eq!(texts.len(), 5);
        assert!(texts.iter().all(|code| code.len() == 6 && Code::parse(code).is_ok()));
        let path = format!("/api/competitions/{}/codes", desk.id);
        for view in View::ALL {
            let screen = app.open_screen(desk.id, *view).await;
            let answer = app.get(&path).bearer(&screen).send().await;
            if *view == View::Operator {
                assert_eq!(answer.expect(200), codes);
            } else {
                answer.expect_error(401, "not_allowed");
            }
            let renewed = app.put(&format!("{path}/1")).bearer(&screen).send().await;
            renewed.expect_error(401, "not_allowed");
        }
        assert_eq!(desk.get("/codes").await, codes);
    }

    async fn renewing_a_code_puts_out_whoever_came_in_with_the_old_one(app: TestApp) {
        let desk = Desk::open(&app).await;
        app.start_presentation(desk.id).await;
        for old in app.codes(desk.id).await {
            let screens = [app.open_screen_with(&old).await, app.open_screen_with(&old).await];
            let others: Vec<_> =
                app.codes(desk.id).await.into_iter().filter(|code| code.id != old.id).collect();
            let other = app.open_screen_with(&others[0]).await;
            let renewed = desk.send("PUT", &format!("/codes/{}", old.id), None).await.expect(200);
            assert_eq!(renewed["id"], old.id.0);
            assert_eq!(renewed["view_type_id"], old.view.id());
            assert_eq!(renewed["team_id"], json!(old.team_id.map(|id| id.0)));
            assert_ne!(renewed["code"], old.code.as_str());
            for screen in &screens {
                let out = app.get("/api/auth/test").bearer(screen).send().await;
                out.expect_error(401, "token_revoked");
            }
            app.get("/api/auth/test").bearer(&other).send().await.expect(204);
            let body = json!({"code": old.code.as_str()});
            let unknown = app.post("/api/auth/code").json(&body).send().await;
            unknown.expect_error(404, "code_not_found");
            let body = json!({"code": renewed["code"]});
            app.post("/api/auth/code").json(&body).send().await.expect(200);
            assert!(desk.get("/codes").await.as_array().expect("a list").contains(&renewed));
        }
    }
}
