//! Who may delete an uploaded file: whose it is.

use estrad_domain::types::Role;
use estrad_testkit::files::{FORM, form, mp4, png};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::uploaded;

/// A competition in a city, made by an admin.
async fn competition(app: &TestApp, admin: &str, city: &str) -> String {
    let city = app.city(city).await;
    let body = json!({"name": format!("T{city}"), "year": 2026, "city_id": city});
    let made = app.post("/api/competitions").bearer(admin).json(&body).send().await.expect(200);
    format!("/api/competitions/{}", made["id"])
}

/// Shows a text on the first slide, and gives the address of the component.
async fn show(app: &TestApp, admin: &str, competition: &str, text: &str) -> String {
    let read = app.get(competition).bearer(admin).send().await.expect(200);
    let components = format!("{competition}/slides/{}/components", read["slides"][0]["id"]);
    let body = json!({"type_id": 1, "view_type_id": 1, "text": text});
    let made = app.post(&components).bearer(admin).json(&body).send().await.expect(200);
    format!("{components}/{}", made["id"])
}

on_both_databases! {
    async fn editors_delete_their_own_and_their_citys_files_and_no_others(app: TestApp) {
        let admin = app.admin().await;
        let owner = app.editor("owner@test.se", "Umeå").await;
        let colleague = app.editor("colleague@test.se", "Umeå").await;
        let stranger = app.editor("stranger@test.se", "Kiruna").await;
        let delete = async |token: &str, path: &str| app.delete(path).bearer(token).send().await;

        let mut paths = Vec::new();
        for number in 1..=4 {
            let (id, _) = uploaded(&app, &owner, "bild.png", &png(5, number)).await;
            paths.push(format!("/api/media/images/{id}"));
        }
        let film = form("video", "film.mp4", &mp4(b"film"));
        let film = app.post("/api/media/videos").bearer(&owner).body(FORM, film).send().await;
        paths.push(format!("/api/media/videos/{}", film.expect(200)["id"]));
        for path in &paths {
            delete(&stranger, path).await.expect_error(401, "not_allowed");
        }
        delete(&owner, &paths[0]).await.expect(204);
        delete(&colleague, &paths[1]).await.expect(204);
        delete(&admin, &paths[2]).await.expect(204);
        delete(&colleague, &paths[4]).await.expect(204);
        for (token, path) in [(&stranger, &paths[0]), (&owner, &paths[1])] {
            delete(token, path).await.expect_error(404, "media_not_found");
        }
        delete(&owner, "/api/media/images/999999").await.expect_error(404, "media_not_found");

        // It stays the city's when who uploaded it has left.
        app.delete("/api/users/2").bearer(&admin).send().await.expect(204);
        delete(&stranger, &paths[3]).await.expect_error(401, "not_allowed");
        delete(&colleague, &paths[3]).await.expect(204);
        // Of nobody, it is the admins'.
        let nobodys = app.image("nobodys.png").await;
        let path = format!("/api/media/images/{nobodys}");
        delete(&colleague, &path).await.expect_error(401, "not_allowed");
        delete(&admin, &path).await.expect(204);
    }

    async fn what_another_city_shows_is_only_its_uploaders(app: TestApp) {
        let admin = app.admin().await;
        let owner = app.editor("owner@test.se", "Umeå").await;
        let colleague = app.editor("colleague@test.se", "Umeå").await;
        let (here, there) =
            (competition(&app, &admin, "Umeå").await, competition(&app, &admin, "Kiruna").await);
        let (id, name) = uploaded(&app, &owner, "bild.png", &png(5, 5)).await;
        let path = format!("/api/media/images/{id}");
        let delete = async |token: &str| app.delete(&path).bearer(token).send().await;
        let background = async |at: &str, id: Value| {
            let body = json!({"background_image_id": id});
            app.put(at).bearer(&admin).json(&body).send().await.expect(200);
        };

        // At home it is in the way of nobody's rights.
        background(&here, json!(id)).await;
        delete(&colleague).await.expect_error(409, "in_use");
        background(&here, json!(null)).await;

        let read = app.get(&there).bearer(&admin).send().await.expect(200);
        let slide = format!("{there}/slides/{}", read["slides"][0]["id"]);
        let text = format!("<img src=\"/static/images/{name}\">");
        let component = show(&app, &admin, &there, &text).await;
        for way in ["text", "background", "slide"] {
            match way {
                "text" => {}
                "background" => background(&there, json!(id)).await,
                _ => background(&slide, json!(id)).await,
            }
            delete(&colleague).await.expect_error(401, "not_allowed");
            delete(&owner).await.expect_error(409, "in_use");
            delete(&admin).await.expect_error(409, "in_use");
            match way {
                "text" => app.delete(&component).bearer(&admin).send().await.expect(204),
                "background" => { background(&there, json!(null)).await; Value::Null }
                _ => { background(&slide, json!(null)).await; Value::Null }
            };
        }
        let placed = format!("{slide}/components");
        let body = json!({"type_id": 2, "view_type_id": 1, "media_id": id});
        let placed_at = app.post(&placed).bearer(&admin).json(&body).send().await.expect(200);
        delete(&colleague).await.expect_error(401, "not_allowed");
        let placed = format!("{placed}/{}", placed_at["id"]);
        app.delete(&placed).bearer(&admin).send().await.expect(204);
        delete(&colleague).await.expect(204);
    }

    async fn a_file_stays_with_the_city_that_it_was_uploaded_for(app: TestApp) {
        let admin = app.admin().await;
        let owner = app.editor("owner@test.se", "Umeå").await;
        let umea = app.editor("umea@test.se", "Umeå").await;
        let (id, _) = uploaded(&app, &owner, "bild.png", &png(5, 5)).await;
        let kiruna = app.city("Kiruna").await;
        app.user("kiruna@test.se", "K", Role::Editor, kiruna).await;
        let kiruna_editor = app.log_in("kiruna@test.se").await;
        let body = json!({"city_id": kiruna});
        app.put("/api/users/2").bearer(&admin).json(&body).send().await.expect(200);
        let path = format!("/api/media/images/{id}");
        let refused = app.delete(&path).bearer(&kiruna_editor).send().await;
        refused.expect_error(401, "not_allowed");
        app.delete(&path).bearer(&umea).send().await.expect(204);
    }
}
