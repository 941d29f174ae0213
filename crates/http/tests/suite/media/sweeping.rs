//! What a crash leaves is found at the next start.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use estrad_media::Swept;
use estrad_testkit::files::png;
use estrad_testkit::on_both_databases;

use super::{files, settle, uploaded};

on_both_databases! {
    async fn leftovers_go_and_the_rest_stays(app: TestApp) {
        let admin = app.admin().await;
        let (_, name) = uploaded(&app, &admin, "bild.png", &png(30, 30)).await;
        let good = settle(&app, 2).await;
        let at = |name: &str| app.media_directory().join(name);
        let orphan = "ab".repeat(32);
        let leftovers =
            [".upload-x1".to_owned(), orphan.clone(), format!("{orphan}.thumb"), "cd".repeat(32)];
        for name in &leftovers {
            fs::write(at(name), "left").expect("writes");
        }
        // Not ours, whatever it is.
        fs::write(at("lost+found"), "").expect("writes");

        // Too young to be judged.
        let made = File::open(at(&orphan)).and_then(|f| f.metadata()?.modified()).expect("a time");
        let hour = Duration::from_secs(3_600);
        let swept = app.library.sweep_before(made - hour).await.expect("sweeps");
        assert_eq!(swept, Swept::default());
        assert_eq!(files(&app).len(), 7);

        let old: SystemTime = made - 2 * hour;
        for name in files(&app) {
            let file = File::options().append(true).open(at(&name)).expect("opens");
            file.set_modified(old).expect("makes it old");
        }
        let swept = app.library.sweep_before(made - hour).await.expect("sweeps");
        assert_eq!(swept, Swept { temporary: 1, contents: 2 });
        fs::remove_file(at("lost+found")).expect("was left alone");
        assert_eq!(settle(&app, 2).await, good);
        assert_eq!(app.get(&format!("/static/images/{name}")).send().await.status, 200);
    }

    async fn what_is_left_where_bundles_are_received_goes(app: TestApp) {
        let directory = app.media_directory().join("tmp");
        fs::create_dir(&directory).expect("creates");
        fs::write(directory.join("half a bundle"), "left").expect("writes");
        let made = fs::metadata(directory.join("half a bundle")).and_then(|m| m.modified());
        let made = made.expect("a time");
        let swept = app.library.sweep_before(made).await.expect("sweeps");
        assert_eq!(swept, Swept::default());
        let swept = app.library.sweep_before(made + Duration::from_secs(1)).await.expect("sweeps");
        assert_eq!(swept, Swept { temporary: 1, contents: 0 });
        assert_eq!(fs::read_dir(&directory).expect("is there").count(), 0);
    }

    async fn a_content_that_was_swept_can_come_again(app: TestApp) {
        let admin = app.admin().await;
        let content = png(30, 30);
        let (id, _) = uploaded(&app, &admin, "bild.png", &content).await;
        let kept = settle(&app, 2).await;
        let saved: Vec<_> =
            kept.iter().map(|name| fs::read(app.media_directory().join(name)).expect("reads")).collect();
        let path = format!("/api/media/images/{id}");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        // As after a crash between the row and the files; one of them was cut short.
        fs::write(app.media_directory().join(&kept[0]), "half").expect("writes");
        let (_, name) = uploaded(&app, &admin, "bild.png", &content).await;
        assert_eq!(settle(&app, 2).await, kept);
        assert_eq!(app.get(&format!("/static/images/{name}")).send().await.bytes, saved[0]);
    }
}
