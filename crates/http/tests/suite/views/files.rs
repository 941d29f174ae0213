//! With `as_shown`, files have names that nobody can guess.

use estrad_testkit::files::{FORM, form, mp4, png};
use estrad_testkit::on_both_databases;

use super::*;

/// A competition of two slides, with the ids 1 and 2, and its files.
struct Exhibition {
    admin: String,
    /// Behind all slides, on the first one, in a text there, and behind the second.
    images: [(i64, String); 4],
    /// On the first slide.
    film: (i64, String),
}

async fn upload(
    app: &TestApp,
    admin: &str,
    kind: &str,
    name: &str,
    content: &[u8],
) -> (i64, String) {
    let sent = app.post(&format!("/api/media/{kind}s")).bearer(admin);
    let media = sent.body(FORM, form(kind, name, content)).send().await.expect(200);
    (media["id"].as_i64().expect("an id"), media["filename"].as_str().expect("a name").to_owned())
}

async fn exhibit(app: &TestApp, views: &str) -> Exhibition {
    let admin = app.admin().await;
    let mut images = Vec::new();
    for (size, name) in [(5, "hall.png"), (6, "tower.png"), (7, "text.png"), (8, "later.png")] {
        images.push(upload(app, &admin, "image", name, &png(size, size)).await);
    }
    let film = upload(app, &admin, "video", "film.mp4", &mp4(b"film")).await;
    let images: [(i64, String); 4] = images.try_into().expect("four");
    let send = |method: &'static str, path: String, body: Value| {
        app.request(method, &path).bearer(&admin).json(&body).send()
    };
    let body = json!({"name": "Final", "city_id": 1, "year": 2026, "views": views});
    send("POST", "/api/competitions".to_owned(), body).await.expect(200);
    send("PUT", PATH.to_owned(), json!({"background_image_id": images[0].0})).await.expect(200);
    send("POST", format!("{PATH}/slides"), json!({})).await.expect(200);
    let body = json!({"background_image_id": images[3].0});
    send("PUT", format!("{PATH}/slides/2"), body).await.expect(200);
    let text = format!("<img src=\"/static/images/{}\">", images[2].1);
    for body in [
        json!({"type_id": 2, "view_type_id": 3, "media_id": images[1].0}),
        json!({"type_id": 1, "view_type_id": 3, "text": text}),
        json!({"type_id": 2, "view_type_id": 3, "media_id": film.0}),
    ] {
        send("POST", format!("{PATH}/slides/1/components"), body).await.expect(200);
    }
    let team = send("POST", format!("{PATH}/teams"), json!({"name": "A"}));
    team.await.expect(200);
    Exhibition { admin, images, film }
}

/// The names of what is behind all slides, on the first, in a text there, and of the film.
fn names(rich: &Value) -> [String; 4] {
    let components = &rich["slides"][0]["components"];
    let text = components[1]["text"].as_str().expect("a text");
    let in_text = text.split("/static/images/").nth(1).expect("a picture");
    let name = |value: &Value| value["filename"].as_str().expect("a name").to_owned();
    [
        name(&rich["background_image"]),
        name(&components[0]["media"]),
        in_text.split('"').next().expect("a name").to_owned(),
        name(&components[2]["media"]),
    ]
}

async fn served(app: &TestApp, path: &str) -> bool {
    let answer = app.get(path).send().await;
    if answer.status != 200 {
        answer.expect_error(404, "media_not_found");
        return false;
    }
    true
}

/// Whether an image is served under a name, which its thumbnail always is, too.
async fn shows(app: &TestApp, name: &str) -> bool {
    let whole = served(app, &format!("/static/images/{name}")).await;
    assert_eq!(served(app, &format!("/static/images/thumbnail_{name}")).await, whole, "{name}");
    whole
}

on_both_databases! {
    async fn files_have_names_that_nobody_can_guess(app: TestApp) {
        let Exhibition { admin, images, film } = exhibit(&app, "as_shown").await;
        app.start_presentation(FINAL).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let random = names(&get(&app, &audience, "").await.expect(200));
        for token in [&admin, &judge] {
            assert_eq!(names(&get(&app, token, "").await.expect(200)), random, "the same to all");
        }
        for name in &random {
            assert!(name.len() == 32 && name.bytes().all(|c| c.is_ascii_hexdigit()), "{name}");
        }
        for name in &random[..3] {
            assert!(shows(&app, name).await);
        }
        for (_, name) in &images {
            assert!(!shows(&app, name).await, "{name} can be guessed");
        }
        assert!(served(&app, &format!("/static/videos/{}", random[3])).await);
        assert!(!served(&app, &format!("/static/videos/{}", film.1)).await);
        // Also in parts, and in what changes answer.
        let parts = get(&app, &audience, "/slides/1/components").await.expect(200);
        assert_eq!(parts[0]["media"]["filename"], json!(random[1]));
        assert!(parts[1]["text"].as_str().is_some_and(|text| text.contains(&random[2])));
        let change = app.put(&format!("{PATH}/slides/1/components/1")).bearer(&admin);
        let changed = change.json(&json!({"x": 5})).send().await.expect(200);
        assert_eq!(changed["media"]["filename"], json!(random[1]));
        let found = app.get("/api/competitions/search").bearer(&admin).send().await.expect(200);
        assert_eq!(found[0]["background_image"]["filename"], json!(random[0]));
        let slide = get(&app, &admin, "/slides/2").await.expect(200);
        let later = slide["background_image"]["filename"].as_str().expect("a name").to_owned();
        assert!(later != images[3].1 && shows(&app, &later).await);
        // No route tells teams and the audience of the name before the slide is shown.
        let all = get(&app, &audience, "").await.text();
        assert!(!all.contains(&later));
    }

    async fn with_legacy_files_keep_their_names(app: TestApp) {
        let Exhibition { admin, images, film } = exhibit(&app, "legacy").await;
        app.start_presentation(FINAL).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let [back, on, text, _] = &images;
        let plain = [back, on, text, &film].map(|(_, name)| name.clone());
        for token in [&admin, &audience] {
            assert_eq!(names(&get(&app, token, "").await.expect(200)), plain);
        }
        for (_, name) in &images {
            assert!(shows(&app, name).await);
        }
        let read = app.get(&format!("/api/media/images/{}", images[3].0)).bearer(&audience);
        assert_eq!(read.send().await.expect(200)["filename"], json!(images[3].1));
    }

    async fn a_file_that_is_used_both_ways_has_both_names(app: TestApp) {
        let Exhibition { admin, images, .. } = exhibit(&app, "as_shown").await;
        let (id, name) = &images[1];
        let random = names(&get(&app, &admin, "").await.expect(200))[1].clone();
        assert!(!shows(&app, name).await);
        let body = json!({"name": "Open", "city_id": 1, "year": 2026});
        app.post("/api/competitions").bearer(&admin).json(&body).send().await.expect(200);
        let path = "/api/competitions/2";
        let change = app.put(path).bearer(&admin).json(&json!({"background_image_id": id}));
        assert_eq!(change.send().await.expect(200)["background_image"]["filename"], json!(name));
        assert!(shows(&app, name).await && shows(&app, &random).await);
        assert_eq!(names(&get(&app, &admin, "").await.expect(200))[1], random);
        app.delete(path).bearer(&admin).send().await.expect(204);
        assert!(!shows(&app, name).await && shows(&app, &random).await);
        // What is not used at all has the name that it was uploaded with.
        let (_, unused) = upload(&app, &admin, "image", "unused.png", &png(9, 9)).await;
        assert!(shows(&app, &unused).await);
    }

    async fn a_text_is_stored_with_the_names_that_files_were_uploaded_with(app: TestApp) {
        let Exhibition { admin, images, .. } = exhibit(&app, "as_shown").await;
        let path = format!("{PATH}/slides/1/components/2");
        let read = app.get(&path).bearer(&admin).send().await.expect(200);
        let text = read["text"].as_str().expect("a text");
        // An editor sends back what was read, and adds to it by the name of an upload.
        let text = format!("{text}<img src=\"/static/images/thumbnail_{}\">", images[1].1);
        let saved = app.put(&path).bearer(&admin).json(&json!({"text": text}));
        let saved = saved.send().await.expect(200);
        let random = names(&get(&app, &admin, "").await.expect(200));
        let expected = format!(
            "<img src=\"/static/images/{}\"><img src=\"/static/images/thumbnail_{}\">",
            random[2], random[1],
        );
        assert_eq!(saved["text"], json!(expected));
        let image = format!("/api/media/images/{}", images[2].0);
        app.delete(&image).bearer(&admin).send().await.expect_error(409, "in_use");
        // With other views it is read as it is stored.
        let change = app.put(PATH).bearer(&admin).json(&json!({"views": "legacy"}));
        change.send().await.expect(200);
        let plain = app.get(&path).bearer(&admin).send().await.expect(200);
        assert_eq!(plain["text"], json!(format!(
            "<img src=\"/static/images/{}\"><img src=\"/static/images/thumbnail_{}\">",
            images[2].1, images[1].1,
        )));
        assert!(shows(&app, &images[2].1).await);
    }

    async fn screens_read_about_files_once_they_are_shown(app: TestApp) {
        let Exhibition { images, .. } = exhibit(&app, "as_shown").await;
        app.start_presentation(FINAL).await;
        let team = app.open_team(FINAL, 0).await;
        let audience = app.open_screen(FINAL, View::Audience).await;
        let judge = app.open_screen(FINAL, View::Judge).await;
        let read = |token: &str, id: i64| {
            app.get(&format!("/api/media/images/{id}")).bearer(token).send()
        };
        for token in [&team, &audience] {
            for (id, name) in &images[..3] {
                let media = read(token, *id).await.expect(200);
                assert_ne!(media["filename"], json!(name));
                assert_eq!(media.get("uploaded_as"), None);
            }
            let (hidden, absent) = (read(token, images[3].0).await, read(token, 999).await);
            assert_eq!(hidden.json(), absent.json());
            hidden.expect_error(404, "media_not_found");
        }
        let media = read(&judge, images[3].0).await.expect(200);
        assert_ne!(media["filename"], json!(images[3].1));
        show(&app, 1).await;
        for token in [&team, &audience] {
            assert_eq!(read(token, images[3].0).await.expect(200), media);
        }
    }

    async fn lists_of_files_say_how_they_are_served(app: TestApp) {
        let Exhibition { admin, images, .. } = exhibit(&app, "as_shown").await;
        let (_, unused) = upload(&app, &admin, "image", "unused.png", &png(9, 9)).await;
        let list = app.get("/api/media/images").bearer(&admin).send().await.expect(200);
        let list = list.as_array().expect("a list").clone();
        for (media, (id, name)) in list.iter().zip(&images) {
            assert_eq!((&media["id"], &media["uploaded_as"]), (&json!(id), &json!(name)));
            assert!(shows(&app, media["filename"].as_str().expect("a name")).await);
        }
        assert_eq!(list[4]["filename"], json!(unused));
        assert_eq!(list[4].get("uploaded_as"), None);
        let found = app.get("/api/media/images?filename=tower").bearer(&admin).send().await;
        assert_eq!(found.expect(200)[0], list[1], "they are found by the name that people know");
    }

    async fn copies_and_bundles_of_what_is_shown_are_whole(app: TestApp) {
        let Exhibition { admin, images, .. } = exhibit(&app, "as_shown").await;
        let rich = names(&get(&app, &admin, "").await.expect(200));
        let copy = app.post(&format!("{PATH}/copy")).bearer(&admin).send().await.expect(200);
        assert_eq!(copy["background_image"]["filename"], json!(rich[0]));
        let bundle = app.get(&format!("{PATH}/export")).bearer(&admin).send().await;
        let import = app.post("/api/competitions/import?name=Imported").bearer(&admin);
        let import = import.body("application/zip", bundle.bytes).send().await.expect(200);
        assert_eq!(import["background_image"]["filename"], json!(rich[0]), "it is there already");
        for id in [&copy["id"], &import["id"]] {
            let path = format!("/api/competitions/{id}");
            assert_eq!(names(&app.get(&path).bearer(&admin).send().await.expect(200)), rich);
        }
        assert_eq!(app.count("media").await, 5);
        assert!(!shows(&app, &images[2].1).await);
    }
}
