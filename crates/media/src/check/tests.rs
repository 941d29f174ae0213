//! What is taken for what.

use std::io::{Cursor, Write as _};

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::picture::THUMBNAIL_SIDE;

const IMAGES: [(Format, ImageFormat); 4] = [
    (Format::Png, ImageFormat::Png),
    (Format::Jpeg, ImageFormat::Jpeg),
    (Format::Gif, ImageFormat::Gif),
    (Format::WebP, ImageFormat::WebP),
];

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

fn rgb(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 9])).into()
}

fn check_bytes(bytes: &[u8], expected: MediaType) -> Result<Checked, MediaError> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("writes");
    check(&mut file, expected)
}

fn refused(bytes: &[u8], expected: MediaType) -> bool {
    matches!(check_bytes(bytes, expected), Err(MediaError::Unsupported))
}

#[test]
fn each_format_is_known_and_has_a_thumbnail_of_its_own_kind() {
    for (format, kind) in IMAGES {
        let checked = check_bytes(&encode(&rgb(300, 200), kind), MediaType::Image).expect("good");
        assert_eq!(checked.format, format);
        let ((width, height), thumbnail) = checked.picture.expect("a picture");
        assert_eq!((width, height), (300, 200));
        let small = image::load_from_memory_with_format(&thumbnail, kind).expect("decodes");
        assert_eq!((small.width(), small.height()), (THUMBNAIL_SIDE, 80));
    }
}

#[test]
fn small_images_are_not_enlarged_and_transparency_stays() {
    let clear: DynamicImage = RgbaImage::from_pixel(9, 5, image::Rgba([1, 2, 3, 0])).into();
    for kind in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let checked = check_bytes(&encode(&clear, kind), MediaType::Image).expect("good");
        let small = image::load_from_memory(&checked.picture.expect("one").1).expect("decodes");
        assert_eq!((small.width(), small.height()), (9, 5));
        assert_eq!(small.to_rgba8().get_pixel(0, 0)[3], 0, "{kind:?}");
    }
}

#[test]
fn other_kinds_of_pixels_do_for_a_thumbnail_too() {
    for image in [rgb(4, 3).to_luma16().into(), rgb(4, 3).to_rgba16().into(), rgb(4, 3).grayscale()]
    {
        let image: DynamicImage = image;
        check_bytes(&encode(&image, ImageFormat::Png), MediaType::Image).expect("good");
    }
    check_bytes(&encode(&rgb(4, 3).grayscale(), ImageFormat::Jpeg), MediaType::Image)
        .expect("good");
    // Of a line there is a line left.
    check_bytes(&encode(&rgb(3_000, 1), ImageFormat::Png), MediaType::Image).expect("good");
}

#[test]
fn a_photograph_is_shown_as_the_camera_was_held() {
    let plain = encode(&rgb(40, 20), ImageFormat::Jpeg);
    // Orientation 6: to be turned by 90 degrees.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(&exif);
    bytes.extend(&plain[2..]);
    let checked = check_bytes(&bytes, MediaType::Image).expect("good");
    let (dimensions, thumbnail) = checked.picture.expect("a picture");
    assert_eq!(dimensions, (20, 40));
    let small = image::load_from_memory(&thumbnail).expect("decodes");
    assert_eq!((small.width(), small.height()), (20, 40));
}

#[test]
fn nothing_follows_an_image() {
    for (format, kind) in IMAGES {
        let whole = encode(&rgb(30, 20), kind);
        for tail in [&b"PK\x03\x04"[..], b"<?php system('id');", b"\0", &whole] {
            let polyglot = [&whole[..], tail].concat();
            match format {
                // Cut off, as telephones append things.
                Format::Jpeg => {
                    let checked = check_bytes(&polyglot, MediaType::Image).expect("good");
                    assert_eq!(checked.byte_size, whole.len() as u64);
                    assert_eq!(checked.hash, ContentHash::of(&whole[..]).expect("hashes"));
                }
                _ => assert!(refused(&polyglot, MediaType::Image), "{format:?} {tail:?}"),
            }
        }
        assert!(refused(&[b"<html>", &whole[..]].concat(), MediaType::Image));
    }
}

#[test]
fn cut_images_are_refused() {
    for (format, kind) in IMAGES {
        let whole = encode(&rgb(30, 20), kind);
        for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
            assert!(refused(&whole[..length], MediaType::Image), "{format:?} {length}");
        }
    }
}

#[test]
fn what_only_begins_like_an_image_is_none() {
    for bytes in [
        &b"GIF89a=1;alert(document.domain);//"[..],
        b"GIF89a/*\0\0\0\0\0*/=1;",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n<html>",
        b"\xFF\xD8\xFF\xE0<script>",
        b"RIFF\x04\0\0\0WEBP",
        b"BM",
        b"%PDF-1.7",
        b"",
    ] {
        // Text read as a number of pixels is a large one.
        assert!(check_bytes(bytes, MediaType::Image).is_err(), "{bytes:?}");
        assert!(refused(bytes, MediaType::Video), "{bytes:?}");
    }
}

fn boxes(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, data) in parts {
        bytes.extend((data.len() as u32 + 8).to_be_bytes());
        bytes.extend(*kind);
        bytes.extend(*data);
    }
    bytes
}

#[test]
fn an_mp4_is_boxes_of_a_known_brand_to_its_end() {
    let brand = b"isom\0\0\x02\0isomavc1";
    let whole = boxes(&[(b"ftyp", brand), (b"moov", &[0; 9]), (b"mdat", &[1; 5])]);
    let checked = check_bytes(&whole, MediaType::Video).expect("good");
    assert_eq!(checked.format, Format::Mp4);
    assert!(checked.picture.is_none());
    assert!(refused(&whole, MediaType::Image));
    assert!(refused(&[&whole[..], b"PK\x03\x04 and so on"].concat(), MediaType::Video));
    assert!(refused(&whole[..whole.len() - 1], MediaType::Video));
    let heic = b"heic\0\0\0\0mif1heic";
    assert!(refused(&boxes(&[(b"ftyp", heic), (b"moov", &[])]), MediaType::Video));
    assert!(refused(&boxes(&[(b"ftyp", brand), (b"mdat", &[])]), MediaType::Video));
    assert!(refused(&boxes(&[(b"ftyp", brand), (b"ftyp", brand)]), MediaType::Video));
    assert!(refused(b"\0\0\0\0ftypisom", MediaType::Video));
    assert!(refused(b"\0\0\0\x01ftyp\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", MediaType::Video));
}

#[test]
fn a_webm_says_so_and_its_segment_is_the_rest() {
    let head = b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67";
    let whole = [&head[..], b"\x83abc"].concat();
    assert_eq!(check_bytes(&whole, MediaType::Video).expect("good").format, Format::WebM);
    let live = [&head[..], b"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFFabc"].concat();
    check_bytes(&live, MediaType::Video).expect("good");
    assert!(refused(&[&whole[..], b"PK"].concat(), MediaType::Video));
    let matroska = b"\x1A\x45\xDF\xA3\x8B\x42\x82\x88matroska\x18\x53\x80\x67\x80";
    assert!(refused(matroska, MediaType::Video));
}

proptest! {
    /// Whatever comes after the magic bytes is looked at without a fault.
    #[test]
    fn no_file_is_too_broken(
        which in 0..Format::ALL.len(),
        cut in 0..400_usize,
        noise in proptest::collection::vec(any::<(u16, u8)>(), 0..4),
        tail in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let samples = [
            encode(&rgb(9, 7), ImageFormat::Png),
            encode(&rgb(9, 7), ImageFormat::Jpeg),
            encode(&rgb(9, 7), ImageFormat::Gif),
            encode(&rgb(9, 7), ImageFormat::WebP),
            boxes(&[(b"ftyp", b"isom\0\0\x02\0isomavc1"), (b"moov", &[0; 9])]),
            b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\x83abc".to_vec(),
        ];
        let mut bytes = samples[which].clone();
        for (place, value) in noise {
            let place = usize::from(place) % bytes.len();
            bytes[place] = value;
        }
        bytes.truncate(bytes.len().max(cut) - cut.min(bytes.len()) / 4);
        bytes.extend(tail);
        for expected in [MediaType::Image, MediaType::Video] {
            let _ = check_bytes(&bytes, expected);
        }
    }
}
