//! Files as browsers get them.

use estrad_testkit::files::png;
use estrad_testkit::on_both_databases;

use super::{files, uploaded};

on_both_databases! {
    async fn files_come_with_what_browsers_have_to_know(app: TestApp) {
        let admin = app.admin().await;
        let content = png(300, 300);
        uploaded(&app, &admin, "bild.png", &content).await;
        let got = app.get("/static/images/bild.png").send().await;
        for (name, value) in [
            ("content-type", "image/png"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("content-disposition", "inline; filename=\"bild.png\""),
            ("accept-ranges", "bytes"),
        ] {
            assert_eq!(got.header(name), value, "{name}");
        }
        assert_eq!(got.header("content-length"), content.len().to_string());
        assert_eq!(got.header("content-encoding"), "");
        assert_eq!(got.bytes, content);
        let head = app.request("HEAD", "/static/images/bild.png").send().await;
        assert_eq!((head.status, head.bytes.len()), (200, 0));
        assert_eq!(head.header("content-length"), content.len().to_string());
        let small = app.get("/static/images/thumbnail_bild.png").send().await;
        assert_ne!(small.header("etag"), got.header("etag"));
    }

    async fn who_has_it_does_not_get_it_again(app: TestApp) {
        let admin = app.admin().await;
        uploaded(&app, &admin, "bild.png", &png(30, 30)).await;
        let get = || app.get("/static/images/bild.png");
        let tag = get().send().await.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let got = get().header("if-none-match", &known).send().await;
            assert_eq!((got.status, got.bytes.len()), (304, 0), "{known}");
            assert_eq!(got.header("etag"), tag);
            assert_ne!(got.header("cache-control"), "");
        }
        assert_eq!(get().header("if-none-match", "\"other\"").send().await.status, 200);
    }

    async fn parts_of_a_file(app: TestApp) {
        let admin = app.admin().await;
        // More than one piece.
        let content = png(400, 400);
        assert!(content.len() > 70_000, "{}", content.len());
        uploaded(&app, &admin, "bild.png", &content).await;
        let size = content.len();
        let get = |range: &str| app.get("/static/images/bild.png").header("range", range);
        for (range, first, last) in [
            ("bytes=0-0".to_owned(), 0, 0),
            ("bytes=1-7".to_owned(), 1, 7),
            (format!("bytes=100-{}", size * 2), 100, size - 1),
            ("bytes=69000-".to_owned(), 69_000, size - 1),
            ("bytes=-5".to_owned(), size - 5, size - 1),
        ] {
            let got = get(&range).send().await;
            assert_eq!(got.status, 206, "{range}");
            assert_eq!(got.header("content-range"), format!("bytes {first}-{last}/{size}"));
            assert_eq!(got.bytes, content[first..=last], "{range}");
        }
        let beyond = get(&format!("bytes={size}-")).send().await;
        assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
        beyond.expect_error(416, "range_not_satisfiable");
        for range in ["bytes=0-1,4-5", "bytes=5-1", "pages=1-2", "bytes"] {
            let got = get(range).send().await;
            assert_eq!((got.status, got.bytes.len()), (200, size), "{range}");
        }
        let other = get("bytes=0-1").header("if-range", "\"other\"").send().await;
        assert_eq!((other.status, other.bytes.len()), (200, size));
    }

    async fn nothing_else_is_served(app: TestApp) {
        let admin = app.admin().await;
        uploaded(&app, &admin, "bild.png", &png(30, 30)).await;
        let blob = files(&app).remove(0);
        for name in [
            "none.png", "BILD.png", "thumbnail_none.png", "thumbnail_thumbnail_bild.png",
            "..%2Festrad.db", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5Cx", "bild.png%00", "%FF",
            &blob, &"x".repeat(5_000),
        ] {
            let got = app.get(&format!("/static/images/{name}")).send().await;
            assert_eq!(got.status, 404, "{name}");
            assert_eq!(got.json()["code"], 404, "{name}");
        }
        let posted = app.post("/static/images/bild.png").send().await;
        posted.expect_error(405, "method_not_allowed");
    }
}
