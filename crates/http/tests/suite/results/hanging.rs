//! While the disk of the uploaded files hangs, a competition goes on.

use std::time::{Duration, SystemTime};

use estrad_testkit::files::{FORM, form, png};
use estrad_testkit::{StoreCall, TestApp, on_both_databases};
use futures_util::future::join;
use serde_json::json;

use super::*;

async fn upload(app: &TestApp, admin: &str, name: &str, content: &[u8]) -> Answer {
    app.post("/api/media/images")
        .bearer(admin)
        .body(FORM, form("image", name, content))
        .send()
        .await
}

/// Answers and gives points while something hangs; then lets it go on.
async fn play_on(app: &TestApp, admin: &str, call: StoreCall, number: i64) {
    app.store.hangs().await;
    let team = app.open_team(FINAL, 0).await;
    let answer = give(app, &team, 1, TEXT, &format!("{call:?}")).await.expect(200);
    assert_eq!(answer["answer"], format!("{call:?}"));
    let score = put(app, admin, "1/scores/1", json!({"score": number})).await.expect(200);
    assert_eq!(score["score"], number);
    // Nor does anything else that is written wait.
    let body = json!({"name": format!("Stad {call:?}")});
    app.post("/api/misc/cities").bearer(admin).json(&body).send().await.expect(200);
    app.store.open();
}

on_both_databases! {
    async fn answers_and_scores_are_recorded_while_the_disk_of_the_media_hangs(app: TestApp) {
        let admin = begin(&app).await;
        for (number, call) in [(1, StoreCall::Put), (2, StoreCall::Contains)] {
            app.store.close_for(call);
            let name = format!("{call:?}.png");
            let content = png(20, number);
            let (added, ()) = join(
                upload(&app, &admin, &name, &content),
                play_on(&app, &admin, call, number.into()),
            )
            .await;
            assert_eq!(added.expect(200)["filename"], name.as_str());
            assert_eq!(app.get(&format!("/static/images/{name}")).send().await.bytes, content);
        }
        app.store.close_for(StoreCall::Delete);
        let (deleted, ()) = join(
            app.delete("/api/media/images/1").bearer(&admin).send(),
            play_on(&app, &admin, StoreCall::Delete, 0),
        )
        .await;
        deleted.expect(204);
        app.store.close_for(StoreCall::List);
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let (swept, ()) =
            join(app.library.sweep_before(later), play_on(&app, &admin, StoreCall::List, 1)).await;
        swept.expect("sweeps");
        assert_eq!(app.get("/static/images/Contains.png").send().await.status, 200);
        assert_eq!(app.count("media_claims").await, 0);
    }

    async fn an_import_that_hangs_holds_nobody_up(app: TestApp) {
        let admin = begin(&app).await;
        upload(&app, &admin, "bild.png", &png(9, 9)).await.expect(200);
        let body = json!({"name": "Med bild", "year": 2026, "city_id": 1});
        let made = app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
        let path = format!("/api/competitions/{}", made["id"]);
        let body = json!({"background_image_id": 1});
        app.put(&path).bearer(&admin).json(&body).send().await.expect(200);
        let bundle = app.get(&format!("{path}/export")).bearer(&admin).send().await.bytes;
        app.delete(&path).bearer(&admin).send().await.expect(204);
        app.delete("/api/media/images/1").bearer(&admin).send().await.expect(204);

        app.store.close_for(StoreCall::Put);
        let import = app.post("/api/competitions/import?name=Igen").bearer(&admin);
        let (imported, ()) = join(
            import.body("application/zip", bundle).send(),
            play_on(&app, &admin, StoreCall::Put, 2),
        )
        .await;
        imported.expect(200);
        assert_eq!(app.get("/static/images/bild_1.png").send().await.bytes, png(9, 9));
    }
}
