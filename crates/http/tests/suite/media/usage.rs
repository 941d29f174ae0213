//! What a text shows is used: it stays, it goes along, and it is known wherever the text came from.

use estrad_domain::CompetitionId;
use estrad_domain::draft::{CompetitionDraft, ComponentDraft, ContentDraft, SlideDraft};
use estrad_domain::types::View;
use estrad_persistence::{Database, Options};
use estrad_testkit::files::{FORM, form, mp4, png};
use estrad_testkit::{TestApp, on_both_databases};
use serde_json::{Value, json};

use super::uploaded;

/// Uploads a video and gives its id and its name.
async fn video(app: &TestApp, token: &str, filename: &str, content: &[u8]) -> (i64, String) {
    let body = form("video", filename, &mp4(content));
    let answer = app.post("/api/media/videos").bearer(token).body(FORM, body).send().await;
    let answer = answer.expect(200);
    let name = answer["filename"].as_str().expect("a name").to_owned();
    (answer["id"].as_i64().expect("an id"), name)
}

/// A competition with one slide, and on it a text for each view that is given.
async fn with_texts(app: &TestApp, name: &str, texts: &[String]) -> CompetitionId {
    let component = |text: &String| ComponentDraft {
        view: View::Audience,
        x: 0,
        y: 0,
        w: 10,
        h: 10,
        content: ContentDraft::Text(text.clone()),
    };
    let slide =
        SlideDraft { components: texts.iter().map(component).collect(), ..SlideDraft::default() };
    let mut draft = CompetitionDraft {
        name: name.to_owned(),
        year: 2026,
        slides: vec![slide],
        ..CompetitionDraft::default()
    };
    estrad_exchange::make_safe(&mut draft).expect("short texts");
    let city = app.city("Linköping").await;
    app.competition(draft, city).await
}

async fn rich(app: &TestApp, token: &str, id: CompetitionId) -> Value {
    app.get(&format!("/api/competitions/{id}")).bearer(token).send().await.expect(200)
}

/// The texts of the first slide.
async fn texts(app: &TestApp, token: &str, id: CompetitionId) -> Vec<String> {
    let rich = rich(app, token, id).await;
    let components = rich["slides"][0]["components"].as_array().expect("a list").clone();
    let text = |component: &Value| component["text"].as_str().expect("a text").to_owned();
    components.iter().map(text).collect()
}

/// Whether an image can't be deleted, as something shows it.
async fn is_in_use(app: &TestApp, token: &str, path: &str) -> bool {
    let answer = app.delete(path).bearer(token).send().await;
    if answer.status == 204 {
        return false;
    }
    answer.expect_error(409, "in_use");
    true
}

on_both_databases! {
    async fn what_a_text_shows_can_not_be_deleted_until_no_text_shows_it(app: TestApp) {
        let admin = app.admin().await;
        let (image, image_name) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let (poster, poster_name) = uploaded(&app, &admin, "affisch.png", &png(6, 6)).await;
        let (film, film_name) = video(&app, &admin, "film.mp4", b"film").await;
        let id = with_texts(&app, "T", &[]).await;
        let slide = rich(&app, &admin, id).await["slides"][0]["id"].clone();
        let components = format!("/api/competitions/{id}/slides/{slide}/components");
        let text = format!(
            "<p><img src=\"/static/images/{image_name}\"></p><video controls=\"\" \
             poster=\"../static/images/{poster_name}\"><source src=\"/static/videos/{film_name}\" \
             type=\"video/mp4\"></video>"
        );
        let body = json!({"type_id": 1, "view_type_id": 3, "text": text});
        let made = app.post(&components).bearer(&admin).json(&body).send().await.expect(200);
        assert_eq!(made["text"], text, "a video is kept as it was written");
        let component = format!("{components}/{}", made["id"]);
        let files = [
            format!("/api/media/images/{image}"),
            format!("/api/media/images/{poster}"),
            format!("/api/media/videos/{film}"),
        ];
        for file in &files {
            assert!(is_in_use(&app, &admin, file).await, "{file}");
        }

        // A copy shows them as well, and goes on when the text that was copied says something else.
        let copy = app.post(&format!("{component}/copy/1")).bearer(&admin).send().await.expect(200);
        let body = json!({"text": "<p>Ingen bild</p>"});
        app.put(&component).bearer(&admin).json(&body).send().await.expect(200);
        for file in &files {
            assert!(is_in_use(&app, &admin, file).await, "{file}");
        }
        let copy = format!("{components}/{}", copy["id"]);
        let body = json!({"text": format!("<img src=\"/static/images/{image_name}\">")});
        app.put(&copy).bearer(&admin).json(&body).send().await.expect(200);
        assert!(is_in_use(&app, &admin, &files[0]).await);
        assert!(!is_in_use(&app, &admin, &files[1]).await);
        assert!(!is_in_use(&app, &admin, &files[2]).await);
        app.delete(&copy).bearer(&admin).send().await.expect(204);
        assert!(!is_in_use(&app, &admin, &files[0]).await);
    }

    async fn copies_of_slides_and_competitions_use_what_their_texts_show(app: TestApp) {
        let admin = app.admin().await;
        let (image, name) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let path = format!("/api/media/images/{image}");
        let id = with_texts(&app, "T", &[format!("<img src=\"/static/images/{name}\">")]).await;
        let slide = rich(&app, &admin, id).await["slides"][0]["id"].clone();
        let slide = format!("/api/competitions/{id}/slides/{slide}");
        app.post(&format!("{slide}/copy")).bearer(&admin).send().await.expect(200);
        app.delete(&slide).bearer(&admin).send().await.expect(204);
        assert!(is_in_use(&app, &admin, &path).await, "a copied slide");

        let copy = format!("/api/competitions/{id}/copy");
        let copy = app.post(&copy).bearer(&admin).send().await.expect(200);
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        assert!(is_in_use(&app, &admin, &path).await, "a copied competition");
        app.delete(&format!("/api/competitions/{}", copy["id"])).bearer(&admin).send().await.expect(204);
        assert!(!is_in_use(&app, &admin, &path).await);
    }

    async fn a_file_that_gets_a_name_which_a_text_says_is_used(app: TestApp) {
        let admin = app.admin().await;
        let text = "<img src=\"/static/images/senare.png\">".to_owned();
        let id = with_texts(&app, "T", &[text]).await;
        let (image, name) = uploaded(&app, &admin, "senare.png", &png(5, 5)).await;
        assert_eq!(name, "senare.png");
        let path = format!("/api/media/images/{image}");
        assert!(is_in_use(&app, &admin, &path).await);
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        assert!(!is_in_use(&app, &admin, &path).await);
    }

    async fn texts_from_before_are_looked_through_when_the_database_is_opened(app: TestApp) {
        let admin = app.admin().await;
        let (image, name) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let shows = format!("<img src=\"/static/images/{name}\">");
        let mut all = vec!["<p>x</p>".to_owned(); 450];
        all[301] = shows.clone();
        all[449] = shows;
        with_texts(&app, "T", &all).await;
        // As a server of the version before left them.
        app.sql("DELETE FROM text_media; UPDATE components SET text_indexed = FALSE".to_owned()).await;
        let options = Options::new(app.database.location().clone());
        actix_web::web::block(move || Database::open(&options)).await.expect("runs").expect("opens");
        assert_eq!(app.count("text_media").await, 2);
        assert_eq!(app.count("components WHERE NOT text_indexed").await, 0);
        assert!(is_in_use(&app, &admin, &format!("/api/media/images/{image}")).await);
    }

    async fn bundles_carry_what_texts_show_and_imports_name_it_anew(app: TestApp) {
        let admin = app.admin().await;
        let (image, image_name) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        let (film, film_name) = video(&app, &admin, "film.mp4", b"film").await;
        assert_eq!((image_name.as_str(), film_name.as_str()), ("bild.png", "film.mp4"));
        let shows = [
            "<p>bild.png<img src=\"/static/images/bild.png\" alt=\"bild.png\"></p>".to_owned(),
            "<video src=\"../static/videos/film.mp4\" \
             poster=\"http://old.example/static/images/thumbnail_bild.png\"></video>".to_owned(),
        ];
        let id = with_texts(&app, "T", &shows).await;
        let export = |id| format!("/api/competitions/{id}/export");
        let bundle = app.get(&export(id)).bearer(&admin).send().await;
        assert_eq!(bundle.status, 200);

        // On a server where they are not any more: their names were given out, so they get others.
        app.delete(&format!("/api/competitions/{id}")).bearer(&admin).send().await.expect(204);
        app.delete(&format!("/api/media/images/{image}")).bearer(&admin).send().await.expect(204);
        app.delete(&format!("/api/media/videos/{film}")).bearer(&admin).send().await.expect(204);
        let import = app.post("/api/competitions/import").bearer(&admin);
        let made = import.body("application/zip", bundle.bytes.clone()).send().await.expect(200);
        let id = CompetitionId(made["id"].as_i64().expect("an id"));
        assert_eq!(
            texts(&app, &admin, id).await,
            [
                "<p>bild.png<img src=\"/static/images/bild_1.png\" alt=\"bild.png\"></p>",
                "<video src=\"../static/videos/film_1.mp4\" \
                 poster=\"/static/images/thumbnail_bild_1.png\"></video>",
            ]
        );
        let film = app.get("/static/videos/film_1.mp4").send().await;
        assert_eq!((film.status, film.bytes), (200, mp4(b"film")));
        assert!(is_in_use(&app, &admin, "/api/media/images/3").await);
        assert!(is_in_use(&app, &admin, "/api/media/videos/4").await);

        // What is there under its name already is used as it is.
        let bundle = app.get(&export(id)).bearer(&admin).send().await.bytes;
        let import = app.post("/api/competitions/import?name=Igen").bearer(&admin);
        let again = import.body("application/zip", bundle).send().await.expect(200);
        let again = CompetitionId(again["id"].as_i64().expect("an id"));
        assert_eq!(texts(&app, &admin, again).await, texts(&app, &admin, id).await);
        assert_eq!(app.count("media").await, 2);
    }

    async fn a_video_is_placed_like_an_image_and_goes_along_in_bundles(app: TestApp) {
        let admin = app.admin().await;
        let (film, _) = video(&app, &admin, "film.mp4", b"film").await;
        let id = with_texts(&app, "T", &[]).await;
        let slide = rich(&app, &admin, id).await["slides"][0]["id"].clone();
        let competition = format!("/api/competitions/{id}");
        let components = format!("{competition}/slides/{slide}/components");
        let body = json!({"type_id": 2, "view_type_id": 3, "media_id": film});
        let made = app.post(&components).bearer(&admin).json(&body).send().await.expect(200);
        let media = json!({"id": film, "filename": "film.mp4", "type_id": 2, "upload_by_id": 1});
        assert_eq!((&made["type_id"], &made["media"]), (&json!(2), &media));
        assert_eq!((&made["w"], &made["h"]), (&json!(600), &json!(338)));
        let component = format!("{components}/{}", made["id"]);
        // One takes the other's place.
        let (image, _) = uploaded(&app, &admin, "bild.png", &png(5, 5)).await;
        for (other, type_id) in [(image, 1), (film, 2)] {
            let body = json!({"media_id": other, "w": 320});
            let edited = app.put(&component).bearer(&admin).json(&body).send().await.expect(200);
            assert_eq!((&edited["media"]["type_id"], &edited["w"]), (&json!(type_id), &json!(320)));
        }
        assert!(is_in_use(&app, &admin, &format!("/api/media/videos/{film}")).await);
        let body = json!({"type_id": 2, "view_type_id": 3, "media_id": 99});
        let refused = app.post(&components).bearer(&admin).json(&body).send().await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "media_id");
        // A background is an image.
        let body = json!({"background_image_id": film});
        let refused = app.put(&competition).bearer(&admin).json(&body).send().await;
        assert_eq!(refused.expect_error(422, "validation_failed")["field"], "background_image_id");

        let bundle = app.get(&format!("{competition}/export")).bearer(&admin).send().await.bytes;
        let import = app.post("/api/competitions/import?name=Igen").bearer(&admin);
        let made = import.body("application/zip", bundle).send().await.expect(200);
        let imported = rich(&app, &admin, CompetitionId(made["id"].as_i64().expect("an id"))).await;
        assert_eq!(imported["slides"][0]["components"][0]["media"], media);
    }
}
