//! `/api/media` and the files under `/static`

mod claims;
mod deletion;
mod existing;
mod hostile;
mod owners;
mod serving;
mod sweeping;
mod uploads;
mod usage;

use estrad_testkit::files::{FORM, form};
use estrad_testkit::{Answer, TestApp};

/// Uploads an image.
async fn upload(app: &TestApp, token: &str, filename: &str, content: &[u8]) -> Answer {
    let body = form("image", filename, content);
    app.post("/api/media/images").bearer(token).body(FORM, body).send().await
}

/// Uploads an image that is taken, and gives its id and its name.
async fn uploaded(app: &TestApp, token: &str, filename: &str, content: &[u8]) -> (i64, String) {
    let answer = upload(app, token, filename, content).await.expect(200);
    let name = answer["filename"].as_str().expect("a name").to_owned();
    (answer["id"].as_i64().expect("an id"), name)
}

/// The names in the media directory, sorted.
fn files(app: &TestApp) -> Vec<String> {
    let entries = std::fs::read_dir(app.media_directory()).expect("a directory");
    let files = entries.map(|entry| entry.expect("an entry"));
    // All but the directory where bundles are received.
    let files = files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = files.map(|file| file.file_name());
    let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Waits until the directory has that many files: those of an upload that failed are removed a
/// moment after the answer.
async fn settle(app: &TestApp, count: usize) -> Vec<String> {
    for _ in 0..200 {
        if files(app).len() == count {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let names = files(app);
    assert_eq!(names.len(), count, "{names:?}");
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
    names
}
