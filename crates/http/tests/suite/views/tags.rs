//! With `as_shown`, what somebody was sent is out of date when more is shown, and only then.

use estrad_testkit::on_both_databases;

use super::*;

const READ: [&str; 2] = ["", "/slides/2/questions/2/alternatives"];

async fn again(app: &TestApp, token: &str, path: &str, tag: &str) -> Answer {
    app.get(&format!("{PATH}{path}")).bearer(token).header("if-none-match", tag).send().await
}

on_both_databases! {
    async fn a_tag_holds_until_more_is_shown(app: TestApp) {
        store(&app, Views::AsShown).await;
        app.start_presentation(FINAL).await;
        let operator = app.open_screen(FINAL, View::Operator).await;
        let team = app.open_team(FINAL, 0).await;
        show(&app, 1).await;
        for path in READ {
            let first = get(&app, &team, path).await.header("etag").to_owned();
            assert_eq!(again(&app, &team, path, &first).await.status, 304, "{path}");
            // Back and forth shows nothing new.
            show(&app, 0).await;
            show(&app, 1).await;
            assert_eq!(again(&app, &team, path, &first).await.status, 304, "{path}");
        }
        let before = get(&app, &team, READ[1]).await;
        step(&app, &operator, 1).await.expect(200);
        let after = again(&app, &team, READ[1], before.header("etag")).await;
        assert_eq!((before.expect(200), markers(&after.text())), (json!([]), vec!["clue-1".into()]));
        let before = get(&app, &team, "").await;
        show(&app, 2).await;
        let after = again(&app, &team, "", before.header("etag")).await.expect(200);
        assert_eq!((orders(&before.expect(200)), orders(&after)), (vec![0, 1], vec![0, 1, 2]));
        // A new presentation shows less: nobody is told that they have it already.
        let before = get(&app, &team, "").await.header("etag").to_owned();
        app.end_presentation(FINAL).await;
        app.start_presentation(FINAL).await;
        assert_eq!(orders(&again(&app, &team, "", &before).await.expect(200)), [0]);
    }

    async fn other_views_make_other_tags(app: TestApp) {
        store(&app, Views::Legacy).await;
        let admin = app.admin().await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let tag = get(&app, &team, "").await.header("etag").to_owned();
        show(&app, 1).await;
        assert_eq!(again(&app, &team, "", &tag).await.status, 304, "legacy has all of it");
        let change = app.put(PATH).bearer(&admin).json(&json!({"views": "as_shown"}));
        change.send().await.expect(200);
        assert_eq!(orders(&again(&app, &team, "", &tag).await.expect(200)), [0, 1]);
    }
}
