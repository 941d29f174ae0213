//! Files to upload, and forms to upload them with.

use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// An image that differs from pixel to pixel.
fn pattern(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, y: u32| Rgb([(x * 7) as u8, (y * 11) as u8, (x ^ y) as u8]);
    RgbImage::from_fn(width, height, pixel).into()
}

/// An image of that format.
///
/// # Panics
/// When the format has no such images.
pub fn image(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = pattern(width, height);
    if format == ImageFormat::WebP {
        image.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).expect("encodes");
    } else {
        image.write_to(&mut bytes, format).expect("encodes");
    }
    bytes.into_inner()
}

/// A PNG of that size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    image(width, height, ImageFormat::Png)
}

/// A JPEG of that size.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    image(width, height, ImageFormat::Jpeg)
}

/// A PNG of which the head says a size and the data is something else, compressed.
pub fn png_with(width: u32, height: u32, compressed: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &head[..]), (b"IDAT", compressed), (b"IEND", &[])] {
        bytes.extend((data.len() as u32).to_be_bytes());
        let checked: Vec<u8> = kind.iter().chain(data).copied().collect();
        bytes.extend(&checked);
        bytes.extend(crc(&checked).to_be_bytes());
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

/// The outermost parts of an MP4, which is all that is looked at, with something in it.
pub fn mp4(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, data) in
        [(b"ftyp", &b"isom\0\0\x02\0isommp41"[..]), (b"moov", &[0; 8]), (b"mdat", content)]
    {
        bytes.extend((data.len() as u32 + 8).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
    }
    bytes
}

/// The outermost parts of a WebM, with something in it of at most 100 bytes.
pub fn webm(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67".to_vec();
    bytes.push(0x80 | content.len() as u8);
    bytes.extend(content);
    bytes
}

/// The type of the bodies that [`form`] makes.
pub const FORM: &str = "multipart/form-data; boundary=B";

/// A form with one file.
pub fn form(field: &str, filename: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{filename}\"");
    form_of(&[(&head, content)])
}

/// A form of parts: their heads and contents.
pub fn form_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend(format!("--B\r\n{head}\r\n\r\n").bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    body
}
