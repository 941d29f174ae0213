//! How bundles are received: whatever they are called, and no more than there is a place for.

use std::io::Write as _;
use std::net::TcpStream;

use estrad_media::SpoolLimits;
use estrad_testkit::{Answer, TestApp, TestSettings, files, on_both_databases};
use serde_json::json;

const IMPORT: &str = "/api/competitions/import";

/// A bundle of a small competition that is not there any more.
async fn bundle(app: &TestApp, admin: &str) -> Vec<u8> {
    let body = json!({"name": "Final", "year": 2026, "city_id": 1});
    let made = app.post("/api/competitions").bearer(admin).json(&body).send().await.expect(200);
    let path = format!("/api/competitions/{}", made["id"]);
    let export = app.get(&format!("{path}/export")).bearer(admin).send().await;
    assert_eq!(export.status, 200);
    app.delete(&path).bearer(admin).send().await.expect(204);
    export.bytes
}

async fn import(app: &TestApp, admin: &str, name: &str, bundle: &[u8]) -> Answer {
    let path = format!("{IMPORT}?name={name}");
    app.post(&path).bearer(admin).body("application/zip", bundle).send().await
}

/// Begins to send a bundle and stops in the middle.
fn half_sent(app: &TestApp, admin: &str, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).expect("connects");
    let head = format!(
        "POST {IMPORT}?name=Halv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin}\r\n\
         Content-Type: application/zip\r\nContent-Length: {}\r\n\r\n",
        bytes + 1
    );
    stream.write_all(head.as_bytes()).expect("sends");
    stream.write_all(&vec![b'P'; bytes]).expect("sends");
    stream.set_nonblocking(true).expect("a stream");
    stream
}

/// Imports again and again while the answer has that status; meanwhile something is done each time.
async fn import_while(
    status: u16,
    app: &TestApp,
    admin: &str,
    bundle: &[u8],
    mut meanwhile: impl FnMut(),
) -> Answer {
    for _ in 0..200 {
        let answer = import(app, admin, "Nu", bundle).await;
        if answer.status != status {
            return answer;
        }
        if status == 200 {
            let path = format!("/api/competitions/{}", answer.json()["id"]);
            app.delete(&path).bearer(admin).send().await.expect(204);
        }
        meanwhile();
        actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("always {status}");
}

/// One more that is being sent is too much; when it is given up, there is room again.
async fn one_is_too_many(app: &TestApp, admin: &str, bundle: &[u8], sent: usize) {
    let mut stream = half_sent(app, admin, sent);
    let refused = import_while(200, app, admin, bundle, || {
        // It came when another one had the place, and was refused itself.
        if matches!(stream.peek(&mut [0]), Ok(1)) {
            stream = half_sent(app, admin, sent);
        }
    });
    let refused = refused.await;
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    refused.expect_error(503, "busy");
    drop(stream);
    import_while(503, app, admin, bundle, || {}).await.expect(200);
    let left = std::fs::read_dir(app.media_directory().join("tmp")).expect("is there").count();
    assert_eq!(left, 0, "nothing stays of what was received");
}

on_both_databases! {
    async fn a_bundle_is_taken_whatever_it_is_called(app: TestApp) {
        let admin = app.admin().await;
        let bundle = bundle(&app, &admin).await;
        let types = [
            "application/zip",
            "Application/Zip; charset=binary",
            "application/x-zip-compressed",
            "application/octet-stream",
        ];
        for (number, sent_as) in types.iter().enumerate() {
            let post = app.post(&format!("{IMPORT}?name=T{number}")).bearer(&admin);
            let answer = post.body(sent_as, bundle.clone()).send().await;
            assert_eq!(answer.status, 200, "{sent_as}: {}", answer.text());
        }
        for field in ["bundle", "file"] {
            let form = files::form(field, "final.zip", &bundle);
            let post = app.post(&format!("{IMPORT}?name={field}")).bearer(&admin);
            let made = post.body(files::FORM, form).send().await.expect(200);
            assert_eq!(made["name"], field);
        }
        let mut untyped = format!(
            "POST {IMPORT}?name=Untyped HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Authorization: Bearer {admin}\r\nContent-Length: {}\r\n\r\n",
            bundle.len()
        )
        .into_bytes();
        untyped.extend(&bundle);
        assert!(app.raw(untyped).await.starts_with("HTTP/1.1 200 "));

        for sent_as in ["text/plain", "application/json", "application/x-www-form-urlencoded", "image/png"] {
            let post = app.post(IMPORT).bearer(&admin).body(sent_as, bundle.clone());
            post.send().await.expect_error(415, "unsupported_media_type");
        }
        let form = files::form("image", "final.zip", &bundle);
        let other = app.post(IMPORT).bearer(&admin).body(files::FORM, form).send().await;
        assert_eq!(other.expect_error(400, "missing_file")["field"], "bundle");
    }
}

on_both_databases! {
    settings = {
        let mut settings = TestSettings::default();
        settings.http.bundles = SpoolLimits { files: 1, ..SpoolLimits::default() };
        settings
    };

    async fn no_more_bundles_are_received_than_there_are_places(app: TestApp) {
        let admin = app.admin().await;
        let bundle = bundle(&app, &admin).await;
        one_is_too_many(&app, &admin, &bundle, 1).await;
    }
}

on_both_databases! {
    settings = {
        let mut settings = TestSettings::default();
        settings.http.bundles = SpoolLimits { files: 9, bytes: 10_000 };
        settings
    };

    async fn no_more_bytes_are_received_than_the_disk_is_for(app: TestApp) {
        let admin = app.admin().await;
        let bundle = bundle(&app, &admin).await;
        assert!(bundle.len() < 9_000);
        one_is_too_many(&app, &admin, &bundle, 9_999).await;
        // What would never fit is said to be too large.
        let never = import(&app, &admin, "Aldrig", &vec![0; 10_001]).await;
        never.expect_error(413, "file_too_large");
    }
}
