//! What is shown, stays.

use estrad_testkit::files::png;
use estrad_testkit::on_both_databases;
use serde_json::json;

use super::{settle, upload, uploaded};

on_both_databases! {
    async fn an_image_in_use_stays(app: TestApp) {
        let admin = app.admin().await;
        let (id, name) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let body = json!({"name": "T", "year": 2026, "city_id": 1});
        let made = app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
        let competition = format!("/api/competitions/{}", made["id"]);
        let body = json!({"background_image_id": id});
        app.put(&competition).bearer(&admin).json(&body).send().await.expect(200);

        let path = format!("/api/media/images/{id}");
        app.delete(&path).bearer(&admin).send().await.expect_error(409, "in_use");
        settle(&app, 2).await;
        assert_eq!(app.get(&format!("/static/images/{name}")).send().await.status, 200);

        let body = json!({"background_image_id": null});
        app.put(&competition).bearer(&admin).json(&body).send().await.expect(200);
        app.delete(&path).bearer(&admin).send().await.expect(204);
        app.delete(&path).bearer(&admin).send().await.expect_error(404, "media_not_found");
        settle(&app, 0).await;
    }

    async fn a_name_is_given_out_once(app: TestApp) {
        let admin = app.admin().await;
        let (id, _) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let path = format!("/api/media/images/{id}");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        // Browsers keep the old one for a year.
        let again = upload(&app, &admin, "bild.png", &png(6, 6)).await.expect(200);
        assert_eq!(again["filename"], "bild_1.png");
    }

    async fn images_outlive_who_uploaded_them(app: TestApp) {
        let admin = app.admin().await;
        let editor = app.editor("e@test.se", "Umeå").await;
        let (id, _) = uploaded(&app, &editor, "bild.png", &png(5, 5)).await;
        app.delete("/api/users/2").bearer(&admin).send().await.expect(204);
        let path = format!("/api/media/images/{id}");
        let read = app.get(&path).bearer(&admin).send().await.expect(200);
        assert_eq!(read["upload_by_id"], json!(null));
    }
}
