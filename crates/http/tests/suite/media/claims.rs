//! A row never refers to a file that is not there, whoever adds and removes at the same moment.

use estrad_domain::clock::Clock as _;
use estrad_media::ContentHash;
use estrad_testkit::files::png;
use estrad_testkit::{StoreCall, TestApp, on_both_databases};
use futures_util::future::join;

use super::{files, settle, upload, uploaded};

/// The hash of the only content that there is.
async fn only_content(app: &TestApp) -> ContentHash {
    let names = settle(app, 2).await;
    ContentHash::parse(&names[0]).expect("a hash")
}

on_both_databases! {
    async fn what_is_being_removed_is_put_again_only_when_it_is_gone(app: TestApp) {
        let admin = app.admin().await;
        let content = png(30, 30);
        let (id, _) = uploaded(&app, &admin, "bild.png", &content).await;
        app.store.close_for(StoreCall::Delete);
        let path = format!("/api/media/images/{id}");
        let again = async {
            app.store.hangs().await;
            let adding = upload(&app, &admin, "igen.png", &content);
            let opening = async {
                // It has claimed the content by the time that this has been answered, or waits.
                app.get("/api/media/images").bearer(&admin).send().await.expect(200);
                app.store.open();
            };
            join(adding, opening).await.0
        };
        let (deleted, added) = join(app.delete(&path).bearer(&admin).send(), again).await;
        deleted.expect(204);
        added.expect(200);
        settle(&app, 2).await;
        assert_eq!(app.get("/static/images/igen.png").send().await.bytes, content);
        assert_eq!(app.count("media_claims").await, 0);
    }

    async fn what_somebody_is_about_to_refer_to_is_not_removed(app: TestApp) {
        let admin = app.admin().await;
        let content = png(30, 30);
        let (id, _) = uploaded(&app, &admin, "bild.png", &content).await;
        app.store.close_for(StoreCall::Put);
        let meanwhile = async {
            app.store.hangs().await;
            let path = format!("/api/media/images/{id}");
            app.delete(&path).bearer(&admin).send().await.expect(204);
            assert_eq!(files(&app).iter().filter(|name| !name.starts_with('.')).count(), 2);
            app.store.open();
        };
        let (added, ()) = join(upload(&app, &admin, "igen.png", &content), meanwhile).await;
        added.expect(200);
        assert_eq!(app.get("/static/images/igen.png").send().await.bytes, content);
        assert_eq!(app.count("media_claims").await, 0);
    }

    async fn claims_that_a_crash_left_hold_nobody_back_for_ever(app: TestApp) {
        let admin = app.admin().await;
        let content = png(30, 30);
        let (id, _) = uploaded(&app, &admin, "bild.png", &content).await;
        let hash = only_content(&app).await;
        for kind in [1, 2] {
            app.sql(format!(
                "INSERT INTO media_claims (content_hash, kind, claimed_at) \
                 VALUES ('{hash}', {kind}, '{}')",
                app.clock.now().format("%Y-%m-%d %H:%M:%S%.6f"),
            ))
            .await;
        }
        app.clock.advance(std::time::Duration::from_secs(61 * 60));
        let admin = app.log_in("admin@test.se").await;
        upload(&app, &admin, "igen.png", &content).await.expect(200);
        let path = format!("/api/media/images/{id}");
        app.delete(&path).bearer(&admin).send().await.expect(204);
        assert_eq!(app.get("/static/images/igen.png").send().await.bytes, content);
        app.library.sweep().await.expect("sweeps");
        assert_eq!(app.count("media_claims").await, 0);
    }

    async fn a_file_that_went_before_its_row_was_there_is_put_again(app: TestApp) {
        let admin = app.admin().await;
        let content = png(30, 30);
        app.store.close_for(StoreCall::Contains);
        let meanwhile = async {
            app.store.hangs().await;
            // A server of the version before, which knows nothing of claims.
            for name in files(&app).iter().filter(|name| !name.starts_with('.')) {
                std::fs::remove_file(app.media_directory().join(name)).expect("removes");
            }
            app.store.open();
        };
        let (added, ()) = join(upload(&app, &admin, "bild.png", &content), meanwhile).await;
        added.expect(200);
        settle(&app, 2).await;
        assert_eq!(app.get("/static/images/bild.png").send().await.bytes, content);
    }
}
