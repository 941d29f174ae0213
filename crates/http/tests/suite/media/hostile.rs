//! Uploads that mean harm, or went wrong on the way. None leaves anything behind.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use estrad_media::Limits;
use estrad_testkit::files::{FORM, form, image, png, png_with};
use estrad_testkit::{TestSettings, on_both_databases};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ImageFormat;

use super::{settle, upload, uploaded};

/// So many zeros, in a thousandth of the room.
fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let piece = vec![0; 1024 * 1024];
    for _ in 0..count / piece.len() {
        encoder.write_all(&piece).expect("compresses");
    }
    encoder.finish().expect("compresses")
}

/// Sends bytes as they are and gives what comes back before the connection is closed.
async fn raw(address: std::net::SocketAddr, bytes: Vec<u8>) -> String {
    let talk = move || {
        let mut stream = TcpStream::connect(address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        stream.write_all(&bytes).expect("sends");
        stream.shutdown(std::net::Shutdown::Write).expect("closes");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    actix_web::web::block(talk).await.expect("talks")
}

on_both_databases! {
    async fn images_that_would_fill_the_memory(app: TestApp) {
        // Made first: while this thread compresses, it can't see that a connection was closed.
        let bomb = png_with(3, 2, &zeros(64 * 1024 * 1024));
        let admin = app.admin().await;
        let started = Instant::now();
        for (width, height) in [(50_000, 50_000), (10_000, 10_000), (1, 8_193), (7_000, 7_000)] {
            let claims = png_with(width, height, &zeros(1024 * 1024));
            upload(&app, &admin, "x.png", &claims).await.expect_error(400, "image_too_large");
        }
        // More data than the head says: the rest is not looked at.
        let answer = upload(&app, &admin, "x.png", &bomb).await;
        assert!(matches!(answer.status, 200 | 400), "{}", answer.text());
        let kept = if answer.status == 200 { 2 } else { 0 };
        // Other formats with heads that lie.
        let mut gif = image(4, 4, ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xFF; 4]);
        upload(&app, &admin, "x.gif", &gif).await.expect_error(400, "image_too_large");
        let mut jpeg = image(16, 16, ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).expect("a frame");
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
        upload(&app, &admin, "x.jpg", &jpeg).await.expect_error(400, "image_too_large");
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        settle(&app, kept).await;
    }

    async fn files_that_are_two_things_at_once(app: TestApp) {
        let admin = app.admin().await;
        let good = png(9, 9);
        for (name, content) in [
            ("a.png", [&good[..], b"PK\x03\x04"].concat()),
            ("a.png", [&good[..], b"<?php"].concat()),
            ("a.html.png", [b"<html>", &good[..]].concat()),
            ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0<script>alert(1)</script>;".to_vec()),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
            ("a.png", b"text".to_vec()),
            ("a.png", Vec::new()),
            ("a.png", good[..good.len() - 1].to_vec()),
            ("a.png", good[..40].to_vec()),
        ] {
            upload(&app, &admin, name, &content).await.expect_error(400, "unsupported_file");
        }
        settle(&app, 0).await;
        let jpeg = image(9, 9, ImageFormat::Jpeg);
        let (_, name) = uploaded(&app, &admin, "a.jpg", &[&jpeg[..], b"PK\x03\x04"].concat()).await;
        assert_eq!(app.get(&format!("/static/images/{name}")).send().await.bytes, jpeg);
        settle(&app, 2).await;
    }

    async fn names_that_want_elsewhere(app: TestApp) {
        let admin = app.admin().await;
        let long = "x".repeat(10_000);
        for (n, (sent, name)) in [
            ("../../etc/passwd", "passwd.png"),
            ("C:\\\\x", "x.png"),
            ("....", "image.png"),
            ("", "image_1.png"),
            ("thumbnail_y.png", "y.png"),
            ("blå bär.png", "bla_bar.png"),
            ("火.png", "image_2.png"),
            ("a;b<c>&d.png", "abcd.png"),
            (&long, &format!("{}.png", &long[..80])),
        ].into_iter().enumerate() {
            let content = png(n as u32 + 1, 1);
            assert_eq!(uploaded(&app, &admin, sent, &content).await.1, name, "{sent:?}");
            assert_eq!(app.get(&format!("/static/images/{name}")).send().await.bytes, content);
        }
        let nul = upload(&app, &admin, "a\0b.png", &png(1, 1)).await;
        nul.expect_error(400, "invalid_request");
        settle(&app, 18).await;
    }

    async fn uploads_that_end_too_soon(app: TestApp) {
        let admin = app.admin().await;
        let body = form("image", "x.png", &png(300, 300));
        let head = |length: usize| format!(
            "POST /api/media/images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin}\r\n\
             Content-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n"
        );
        // The connection is cut.
        for sent in [0, 50, 1_000, body.len() - 200, body.len() - 1] {
            let cut = [head(body.len()).as_bytes(), &body[..sent]].concat();
            let answer = raw(app.address, cut).await;
            assert!(!answer.starts_with("HTTP/1.1 2"), "{sent} {answer}");
        }
        // Less was promised than the form needs.
        for length in [0, 50, 1_000, body.len() - 200] {
            let answer = raw(app.address, [head(length).as_bytes(), &body[..length]].concat()).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{length} {answer}");
        }
        settle(&app, 0).await;
        let whole = raw(app.address, [head(body.len()).as_bytes(), &body].concat()).await;
        assert!(whole.starts_with("HTTP/1.1 200 "), "{whole}");
        settle(&app, 2).await;
    }
}

mod small_limits {
    use super::*;

    on_both_databases! {
        settings = TestSettings {
            media: Limits { image_bytes: 200_000, video_bytes: 1_000 },
            ..TestSettings::default()
        };

        async fn files_that_are_too_large(app: TestApp) {
            let admin = app.admin().await;
            let too_large = vec![0; 200_001];
            upload(&app, &admin, "x.png", &too_large).await.expect_error(413, "file_too_large");
            let far = vec![0; 5_000_000];
            upload(&app, &admin, "x.png", &far).await.expect_error(413, "file_too_large");
            let other = form("other", "x.png", &far);
            let answer = app.post("/api/media/images").bearer(&admin).body(FORM, other).send().await;
            answer.expect_error(413, "file_too_large");
            // Without saying how long it is.
            for field in ["image", "other"] {
                let body = form(field, "x.png", &vec![0; 400_000]);
                let head = format!(
                    "POST /api/media/images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin}\r\n\
                     Content-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
                    body.len()
                );
                let sent = [head.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
                let answer = raw(app.address, sent).await;
                assert!(answer.starts_with("HTTP/1.1 413 "), "{field} {answer}");
            }
            settle(&app, 0).await;
            uploaded(&app, &admin, "x.png", &png(20, 20)).await;
        }
    }
}
