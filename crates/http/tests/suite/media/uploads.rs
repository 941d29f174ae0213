//! Uploading and finding again.

use estrad_domain::types::View;
use estrad_testkit::files::{FORM, form, form_of, image, mp4, png, webm};
use estrad_testkit::on_both_databases;
use image::ImageFormat;
use serde_json::json;

use super::{settle, upload, uploaded};

on_both_databases! {
    async fn images_are_added_as_the_old_server_did(app: TestApp) {
        let admin = app.admin().await;
        let content = png(300, 200);
        let first = upload(&app, &admin, "bild.png", &content).await.expect(200);
        let row = json!({"id": 1, "upload_by_id": 1, "type_id": 1, "filename": "bild.png"});
        assert_eq!(first, row);
        let second = upload(&app, &admin, "bild.png", &png(50, 50)).await.expect(200);
        assert_eq!(second["filename"], "bild_1.png");
        assert_eq!(uploaded(&app, &admin, "BILD.png", &png(51, 50)).await.1, "BILD_2.png");
        let read = app.get("/api/media/images/1").bearer(&admin).send().await.expect(200);
        assert_eq!(read, row);
        let missing = app.get("/api/media/images/999").bearer(&admin).send().await;
        missing.expect_error(404, "media_not_found");
        // Each content and its thumbnail.
        settle(&app, 6).await;
    }

    async fn every_format_is_taken_and_named_by_its_content(app: TestApp) {
        let admin = app.admin().await;
        for (format, sent, name, content_type) in [
            (ImageFormat::Png, "a.exe", "a.png", "image/png"),
            (ImageFormat::Jpeg, "b.png", "b.jpg", "image/jpeg"),
            (ImageFormat::Gif, "c", "c.gif", "image/gif"),
            (ImageFormat::WebP, "d.svg", "d.webp", "image/webp"),
        ] {
            let content = image(200, 400, format);
            assert_eq!(uploaded(&app, &admin, sent, &content).await.1, name);
            let got = app.get(&format!("/static/images/{name}")).send().await;
            assert_eq!((got.status, got.header("content-type")), (200, content_type));
            assert_eq!(got.bytes, content);
            let small = app.get(&format!("/static/images/thumbnail_{name}")).send().await;
            assert_eq!((small.status, small.header("content-type")), (200, content_type));
            let small = image::load_from_memory_with_format(&small.bytes, format).expect("decodes");
            assert_eq!((small.width(), small.height()), (60, 120));
        }
    }

    async fn the_same_content_is_kept_once(app: TestApp) {
        let admin = app.admin().await;
        let content = png(20, 10);
        let (first, one) = uploaded(&app, &admin, "a.png", &content).await;
        let (second, other) = uploaded(&app, &admin, "b.png", &content).await;
        let kept = settle(&app, 2).await;
        for (id, gone, left) in [(first, &one, 2), (second, &other, 0)] {
            let path = format!("/api/media/images/{id}");
            app.delete(&path).bearer(&admin).send().await.expect(204);
            let got = app.get(&format!("/static/images/{gone}")).send().await;
            got.expect_error(404, "media_not_found");
            settle(&app, left).await;
        }
        assert_eq!(kept[1], format!("{}.thumb", kept[0]));
    }

    async fn two_of_the_same_name_at_once_are_both_named(app: TestApp) {
        let admin = app.admin().await;
        let contents: Vec<_> = (1..9).map(|n| png(n, 3)).collect();
        let uploads = contents.iter().map(|content| uploaded(&app, &admin, "x.png", content));
        let mut names: Vec<_> =
            futures_util::future::join_all(uploads).await.into_iter().map(|(_, n)| n).collect();
        names.sort();
        let mut expected: Vec<_> = (1..8).map(|n| format!("x_{n}.png")).collect();
        expected.insert(0, "x.png".to_owned());
        expected.sort();
        assert_eq!(names, expected);
    }

    async fn the_same_content_at_once_is_kept_once(app: TestApp) {
        let admin = app.admin().await;
        let content = png(20, 10);
        let add = || uploaded(&app, &admin, "x.png", &content);
        let added = futures_util::future::join_all([add(), add(), add(), add()]).await;
        settle(&app, 2).await;
        // And is there as long as one of them is, in whatever order they come and go.
        let remove = |id: i64| {
            app.delete(&format!("/api/media/images/{id}")).bearer(&admin).send()
        };
        let (_, again) = futures_util::future::join(
            futures_util::future::join_all(added.iter().map(|(id, _)| remove(*id))),
            add(),
        )
        .await;
        settle(&app, 2).await;
        let got = app.get(&format!("/static/images/{}", again.1)).send().await;
        assert_eq!(got.bytes, content);
    }

    async fn images_are_listed_by_name_and_page(app: TestApp) {
        let admin = app.admin().await;
        for n in 1..=3 {
            uploaded(&app, &admin, &format!("Katt_{n}.png"), &png(n, 1)).await;
        }
        uploaded(&app, &admin, "hund.png", &png(1, 2)).await;
        let path = "/api/media/images?filename=kAtT_&page=2&page_size=2";
        let page = app.get(path).bearer(&admin).send().await;
        let header: serde_json::Value =
            serde_json::from_str(page.header("pagination")).expect("a header");
        assert_eq!((&header["total"], &header["page"]), (&json!(3), &json!(2)));
        let found = page.expect(200);
        assert_eq!(found.as_array().map(Vec::len), Some(1));
        assert_eq!(found[0]["filename"], "Katt_3.png");
    }

    async fn videos_go_the_same_way(app: TestApp) {
        let admin = app.admin().await;
        let send = |name: &'static str, content: Vec<u8>| {
            let body = form("video", name, &content);
            app.post("/api/media/videos").bearer(&admin).body(FORM, body).send()
        };
        let film = mp4(&[7; 100]);
        let row = send("film.mov", film.clone()).await.expect(200);
        assert_eq!(row["type_id"], 2);
        assert_eq!(row["filename"], "film.mp4");
        let name = send("film.webm", webm(b"x")).await.expect(200)["filename"].clone();
        assert_eq!(name, "film.webm");
        let got = app.get("/static/videos/film.mp4").header("range", "bytes=8-11").send().await;
        assert_eq!((got.status, &got.bytes[..]), (206, &b"isom"[..]));
        assert_eq!(got.header("content-type"), "video/mp4");
        // A video is no image, nor the other way round.
        app.get("/static/images/film.mp4").send().await.expect_error(404, "media_not_found");
        let as_image = app.get("/api/media/images/1").bearer(&admin).send().await;
        as_image.expect_error(404, "media_not_found");
        send("a.mp4", png(2, 2)).await.expect_error(400, "unsupported_file");
        upload(&app, &admin, "a.png", &film).await.expect_error(400, "unsupported_file");
        let videos = app.get("/api/media/videos").bearer(&admin).send().await.expect(200);
        assert_eq!(videos.as_array().map(Vec::len), Some(2));
        let images = app.get("/api/media/images").bearer(&admin).send().await.expect(200);
        assert_eq!(images, json!([]));
        app.delete("/api/media/videos/1").bearer(&admin).send().await.expect(204);
        settle(&app, 1).await;
    }

    async fn who_may_do_what(app: TestApp) {
        let admin = app.admin().await;
        let editor = app.editor("e@test.se", "Umeå").await;
        let (id, _) = uploaded(&app, &editor, "x.png", &png(2, 2)).await;
        let city = app.city("Umeå").await;
        let competition = app.competition(estrad_import::demo::competition(), city).await;
        let judge = {
            app.start_presentation(competition).await;
            app.open_screen(competition, View::Judge).await
        };
        let one = format!("/api/media/images/{id}");
        app.get(&one).bearer(&judge).send().await.expect(200);
        app.get(&one).send().await.expect_error(401, "token_missing");
        app.get("/api/media/images").bearer(&judge).send().await.expect_error(401, "not_allowed");
        app.delete(&one).bearer(&judge).send().await.expect_error(401, "not_allowed");
        upload(&app, &judge, "y.png", &png(3, 3)).await.expect_error(401, "not_allowed");
        // Before the body is looked at.
        let rubbish = app.post("/api/media/images").body(FORM, vec![0; 20_000_000]).send().await;
        rubbish.expect_error(401, "token_missing");
        app.delete(&one).bearer(&admin).send().await.expect(204);
        settle(&app, 0).await;
    }

    async fn whatever_a_browser_calls_the_file_its_content_counts(app: TestApp) {
        let admin = app.admin().await;
        let types =
            ["image/png", "image/x-png", "application/octet-stream", "text/plain", "x", ""];
        for (number, sent_as) in (1..).zip(types) {
            let head = format!(
                "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\nContent-Type: {sent_as}"
            );
            let body = form_of(&[(&head, &png(number, 2))]);
            let sent = app.post("/api/media/images").bearer(&admin).body(FORM, body).send().await;
            assert_eq!(sent.status, 200, "{sent_as}");
        }
        // A body that is the file itself has no name.
        for sent_as in ["image/png", "application/octet-stream"] {
            let bare = app.post("/api/media/images").bearer(&admin).body(sent_as, png(2, 2));
            bare.send().await.expect_error(415, "unsupported_media_type");
        }
    }

    async fn of_a_form_the_first_file_counts(app: TestApp) {
        let admin = app.admin().await;
        let send = |body: Vec<u8>| app.post("/api/media/images").bearer(&admin).body(FORM, body).send();
        let other = form("other", "bild.png", &png(2, 2));
        assert_eq!(send(other).await.expect_error(400, "missing_file")["field"], "image");
        send(b"--B--\r\n".to_vec()).await.expect_error(400, "missing_file");
        let (a, b) = (png(2, 2), png(3, 3));
        let both = form_of(&[
            ("Content-Disposition: form-data; name=\"note\"", b"hello"),
            ("Content-Disposition: form-data; name=\"image\"; filename=\"a.png\"", &a),
            ("Content-Disposition: form-data; name=\"image\"; filename=\"b.png\"", &b),
        ]);
        assert_eq!(send(both).await.expect(200)["filename"], "a.png");
        settle(&app, 2).await;
        let json = app.post("/api/media/images").bearer(&admin).json(&json!({})).send().await;
        json.expect_error(415, "unsupported_media_type");
        let none = app.post("/api/media/images").bearer(&admin).send().await;
        none.expect_error(415, "unsupported_media_type");
        let bare = app.post("/api/media/images").bearer(&admin);
        bare.body("multipart/form-data", "x").send().await.expect_error(400, "invalid_request");
    }
}
