//! Metadata of files from before.

use estrad_media::ContentHash;
use estrad_testkit::files::jpeg;
use estrad_testkit::{TestApp, on_both_databases};

use super::{files, uploaded};

const SECRET: &[u8] = b"55.7047N 13.1910E";

/// The same photograph as a camera writes it: with a comment.
fn with_comment(plain: &[u8]) -> Vec<u8> {
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xFE, 0, SECRET.len() as u8 + 2]);
    bytes.extend(SECRET);
    bytes.extend(&plain[2..]);
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    ContentHash::of(bytes).expect("in memory").to_string()
}

async fn served(app: &TestApp, name: &str) -> Vec<u8> {
    let answer = app.get(&format!("/static/images/{name}")).send().await;
    assert_eq!(answer.status, 200);
    answer.bytes.to_vec()
}

on_both_databases! {
    async fn an_upload_is_stored_without_metadata(app: TestApp) {
        let admin = app.admin().await;
        let plain = jpeg(40, 30);
        let (_, name) = uploaded(&app, &admin, "a.jpg", &with_comment(&plain)).await;
        assert_eq!(served(&app, &name).await, plain);
    }

    async fn files_from_before_keep_their_names_and_lose_their_metadata(app: TestApp) {
        let admin = app.admin().await;
        let plain = jpeg(40, 30);
        let (_, one) = uploaded(&app, &admin, "one.jpg", &plain).await;
        let (_, two) = uploaded(&app, &admin, "two.jpg", &jpeg(50, 30)).await;
        // As an earlier release stored it.
        let (old, new) = (with_comment(&plain), sha256(&plain));
        let folder = app.media_directory();
        std::fs::write(folder.join(sha256(&old)), &old).expect("writes");
        std::fs::rename(
            folder.join(format!("{new}.thumb")),
            folder.join(format!("{}.thumb", sha256(&old))),
        )
        .expect("renames");
        std::fs::remove_file(folder.join(&new)).expect("removes");
        let hashes = format!("SET content_hash = '{}' WHERE content_hash = '{new}'", sha256(&old));
        app.sql(format!("UPDATE media {hashes}")).await;
        assert_eq!(served(&app, &one).await, old);
        let untouched = served(&app, &two).await;

        let seen = app.library.strip_existing(true).await.expect("looks");
        assert_eq!((seen.seen, seen.stripped, seen.failed), (2, 1, 0));
        assert_eq!(served(&app, &one).await, old, "only looked at");
        let done = app.library.strip_existing(false).await.expect("strips");
        assert_eq!((done.stripped, done.failed), (1, 0));
        assert_eq!(served(&app, &one).await, plain);
        assert_eq!(served(&app, &two).await, untouched);
        let thumbnail = app.get(&format!("/static/images/thumbnail_{one}")).send().await;
        assert_eq!(thumbnail.status, 200);
        assert!(!files(&app).contains(&sha256(&old)), "the old one is gone");
        let again = app.library.strip_existing(false).await.expect("strips");
        assert_eq!((again.seen, again.stripped, again.failed), (2, 0, 0));
    }
}
