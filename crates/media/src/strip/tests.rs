//! What goes and what stays.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::shape;

/// Anything of a person or a place in these files has this in it.
const SECRET: &[u8] = b"Storgatan 1, 55.7047N 13.1910E";

fn picture() -> DynamicImage {
    let image = RgbaImage::from_fn(24, 16, |x, y| image::Rgba([x as u8 * 9, y as u8 * 9, 7, 255]));
    DynamicImage::from(image)
}

fn encode(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture().to_rgb8().write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

/// EXIF as cameras write it: an orientation, and a maker's note.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II\x2A\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0]);
    exif.extend(b"\x7C\x92\x07\0");
    exif.extend((SECRET.len() as u32).to_le_bytes());
    exif.extend(38_u32.to_le_bytes());
    exif.extend([0; 4]);
    exif.extend(SECRET);
    exif
}

fn segment(kind: u8, data: &[&[u8]]) -> Vec<u8> {
    let data = data.concat();
    let mut segment = vec![0xFF, kind];
    segment.extend((data.len() as u16 + 2).to_be_bytes());
    segment.extend(data);
    segment
}

fn jpeg_with(segments: &[Vec<u8>]) -> Vec<u8> {
    let plain = encode(ImageFormat::Jpeg);
    [&plain[..2], &segments.concat(), &plain[2..]].concat()
}

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend(crc32fast::hash(&chunk[4..]).to_be_bytes());
    chunk
}

/// With chunks behind its head.
fn png_with(chunks: &[Vec<u8>]) -> Vec<u8> {
    let plain = encode(ImageFormat::Png);
    [&plain[..33], &chunks.concat(), &plain[33..]].concat()
}

fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = kind.to_vec();
    chunk.extend((data.len() as u32).to_le_bytes());
    chunk.extend(data);
    chunk.extend(vec![0; data.len() % 2]);
    chunk
}

fn webp_with(flags: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let plain = encode(ImageFormat::WebP);
    let head = webp_chunk(b"VP8X", &[flags, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    let body = [&b"WEBP"[..], &head, &plain[12..], &chunks.concat()].concat();
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

fn gif_extension(label: u8, name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut extension = vec![0x21, label];
    for block in [name, data] {
        if !block.is_empty() {
            extension.push(block.len() as u8);
            extension.extend(block);
        }
    }
    extension.push(0);
    extension
}

/// With extensions before its trailer.
fn gif_with(extensions: &[Vec<u8>]) -> Vec<u8> {
    let plain = encode(ImageFormat::Gif);
    let (body, trailer) = plain.split_at(plain.len() - 1);
    [body, &extensions.concat(), trailer].concat()
}

fn has_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

fn pixels(bytes: &[u8], format: ImageFormat) -> (RgbaImage, Orientation) {
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().expect("a head");
    let orientation = decoder.orientation().expect("an orientation");
    (DynamicImage::from_decoder(decoder).expect("decodes").to_rgba8(), orientation)
}

/// Strips an image that has the secret in it, and compares what is seen before and after.
fn stripped(bytes: &[u8], format: Format, kind: ImageFormat) -> Vec<u8> {
    assert!(has_secret(bytes) && shape::of_image(bytes, format).is_some());
    let stripped = image(bytes, format).expect("something goes");
    assert!(!has_secret(&stripped));
    assert!(stripped.len() < bytes.len());
    assert_eq!(shape::of_image(&stripped, format), Some(shape::Tail::None));
    assert_eq!(pixels(bytes, kind), pixels(&stripped, kind), "looks the same");
    assert_eq!(image(&stripped, format), None, "nothing goes twice");
    stripped
}

#[test]
fn a_photograph_keeps_its_pixels_its_colours_and_which_way_up_it_is() {
    let icc = segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", b"a profile"]);
    let bytes = jpeg_with(&[
        segment(0xE1, &[b"Exif\0\0", &exif(6)]),
        segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET]),
        icc.clone(),
        segment(0xE2, &[b"MPF\0", SECRET]),
        segment(0xED, &[b"Photoshop 3.0\0", SECRET]),
        segment(0xFE, &[SECRET]),
    ]);
    let kept = stripped(&bytes, Format::Jpeg, ImageFormat::Jpeg);
    assert_eq!(pixels(&kept, ImageFormat::Jpeg).1, Orientation::Rotate90);
    assert!(kept.windows(icc.len()).any(|window| window == icc));
    // The rest is the plain file, byte by byte.
    let plain = encode(ImageFormat::Jpeg);
    assert!(kept.ends_with(&plain[20..]));
}

#[test]
fn a_photograph_that_is_not_turned_keeps_no_exif_at_all() {
    let bytes = jpeg_with(&[segment(0xE1, &[b"Exif\0\0", &exif(1)])]);
    assert_eq!(stripped(&bytes, Format::Jpeg, ImageFormat::Jpeg), encode(ImageFormat::Jpeg));
}

#[test]
fn the_small_picture_in_the_head_of_a_photograph_goes() {
    let plain = encode(ImageFormat::Jpeg);
    // A thumbnail of 1 by n pixels, whose three bytes each are the secret.
    let side = SECRET.len() as u8 / 3;
    let jfif = segment(0xE0, &[b"JFIF\0\x01\x02\x01\0\x48\0\x48", &[1, side], SECRET]);
    let bytes = [&plain[..2], &jfif, &plain[20..]].concat();
    let kept = stripped(&bytes, Format::Jpeg, ImageFormat::Jpeg);
    assert_eq!(&kept[2..20], segment(0xE0, &[b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"]));
}

#[test]
fn a_png_keeps_what_says_how_colours_are_meant() {
    let gamma = png_chunk(b"gAMA", &45_455_u32.to_be_bytes());
    let bytes = png_with(&[
        gamma.clone(),
        png_chunk(b"tEXt", &[b"Author\0", SECRET].concat()),
        png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()),
        png_chunk(b"eXIf", &exif(8)),
        png_chunk(b"tIME", &[7, 0xEA, 11, 25, 12, 0, 0]),
        png_chunk(b"prVt", SECRET),
    ]);
    let kept = stripped(&bytes, Format::Png, ImageFormat::Png);
    assert_eq!(pixels(&kept, ImageFormat::Png).1, Orientation::Rotate270);
    assert!(kept.windows(gamma.len()).any(|window| window == gamma));
    assert!(!kept.windows(4).any(|window| window == b"tIME"));
}

#[test]
fn a_webp_says_no_longer_that_it_has_what_was_taken() {
    let (exif, xmp) = (webp_chunk(b"EXIF", &exif(3)), webp_chunk(b"XMP ", SECRET));
    let kept = stripped(
        &webp_with(0x0C, &[exif, xmp.clone(), webp_chunk(b"priv", SECRET)]),
        Format::WebP,
        ImageFormat::WebP,
    );
    assert_eq!(kept[20], 0x08);
    assert_eq!(pixels(&kept, ImageFormat::WebP).1, Orientation::Rotate180);
    let kept = stripped(&webp_with(0x04, &[xmp]), Format::WebP, ImageFormat::WebP);
    assert_eq!(kept[20], 0);
    assert_eq!(kept.len(), encode(ImageFormat::WebP).len() + 18);
}

#[test]
fn a_gif_keeps_how_often_it_repeats() {
    let repeats = gif_extension(0xFF, b"NETSCAPE2.0", &[1, 0, 0]);
    let bytes = gif_with(&[
        gif_extension(0xFE, SECRET, b""),
        repeats.clone(),
        gif_extension(0xFF, b"XMP DataXMP", SECRET),
    ]);
    let kept = stripped(&bytes, Format::Gif, ImageFormat::Gif);
    assert_eq!(kept, gif_with(&[repeats]));
}

fn mp4_box(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(content);
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A track of two samples in one chunk.
fn track(handler: &[u8; 4], chunk_at: u32, sizes: [u32; 2]) -> Vec<u8> {
    let times = words(&[0, 3_900_000_000, 3_900_000_001, 1]);
    let table = mp4_box(
        b"stbl",
        &[
            &mp4_box(b"stsc", &[&words(&[0, 1, 1, 2, 1])]),
            &mp4_box(b"stsz", &[&words(&[0, 0, 2, sizes[0], sizes[1]])]),
            &mp4_box(b"stco", &[&words(&[0, 1, chunk_at])]),
        ],
    );
    let handler = [&words(&[0, 0])[..], handler, &words(&[0, 0, 0]), b"Camera of Ada\0"].concat();
    mp4_box(
        b"trak",
        &[
            &mp4_box(b"tkhd", &[&times]),
            &mp4_box(
                b"mdia",
                &[
                    &mp4_box(b"mdhd", &[&times]),
                    &mp4_box(b"hdlr", &[&handler]),
                    &mp4_box(b"minf", &[&table]),
                ],
            ),
            &mp4_box(b"udta", &[SECRET]),
        ],
    )
}

/// A film whose data come first, with a track of pictures and one of places.
fn film() -> Vec<u8> {
    let brands = mp4_box(b"ftyp", &[b"isom\0\0\x02\0isomavc1"]);
    let data = mp4_box(b"mdat", &[b"the pictures!", SECRET]);
    let pictures = brands.len() as u32 + 8;
    let places = pictures + 13;
    let length = SECRET.len() as u32;
    let moov = mp4_box(
        b"moov",
        &[
            &mp4_box(b"mvhd", &[&words(&[0, 3_900_000_000, 3_900_000_001, 1])]),
            &track(b"vide", pictures, [6, 7]),
            &track(b"meta", places, [10, length - 10]),
            &mp4_box(b"udta", &[&mp4_box(b"\xA9xyz", &[SECRET])]),
            &mp4_box(b"meta", &[SECRET]),
        ],
    );
    [brands, data, moov, mp4_box(b"uuid", &[&[7; 16], SECRET]), mp4_box(b"free", &[SECRET])]
        .concat()
}

fn blanked(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    let mut file = Cursor::new(bytes.to_vec());
    let changed = video(&mut file, format).expect("in memory");
    let after = file.into_inner();
    assert_eq!(after.len(), bytes.len());
    assert_eq!(changed, after != bytes);
    changed.then_some(after)
}

#[test]
fn a_film_loses_its_places_and_times_where_they_stand() {
    let bytes = film();
    let kept = blanked(&bytes, Format::Mp4).expect("something goes");
    assert!(!has_secret(&kept));
    assert!(shape::is_video(&mut Cursor::new(&kept), Format::Mp4).expect("in memory"));
    for gone in [&b"Camera of Ada"[..], b"xyz", &3_900_000_000_u32.to_be_bytes()] {
        assert!(!kept.windows(gone.len()).any(|window| window == gone), "{gone:?}");
    }
    // What is shown is there, at its place.
    let at = bytes.windows(13).position(|window| window == b"the pictures!").expect("there");
    assert_eq!(&kept[at..at + 13], b"the pictures!");
    assert_eq!(kept.windows(4).filter(|window| window == b"trak").count(), 1);
    assert_eq!(blanked(&kept, Format::Mp4), None, "nothing goes twice");
}

#[test]
fn a_table_of_a_film_that_points_elsewhere_blanks_nothing() {
    let brands = mp4_box(b"ftyp", &[b"isom\0\0\x02\0isomavc1"]);
    let moov = mp4_box(b"moov", &[&track(b"meta", 4, [4, 12])]);
    let bytes = [brands, mp4_box(b"mdat", &[b"x"]), moov].concat();
    let kept = blanked(&bytes, Format::Mp4).expect("something goes");
    assert!(shape::is_video(&mut Cursor::new(&kept), Format::Mp4).expect("in memory"));
}

fn element(id: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = id.to_vec();
    bytes.extend((content.len() as u64 | 1 << 56).to_be_bytes());
    bytes.extend(content);
    bytes
}

fn webm(cluster: &[u8]) -> Vec<u8> {
    let head = element(b"\x1A\x45\xDF\xA3", &[b"\x42\x82\x84webm"]);
    let info = element(
        b"\x15\x49\xA9\x66",
        &[
            b"\xBF\x84\x01\x02\x03\x04",
            &element(b"\x44\x61", &[&[1; 8]]),
            &element(b"\x7B\xA9", &[SECRET]),
            &element(b"\x4D\x80", &[b"Lavf"]),
        ],
    );
    let name = element(b"\x53\x6E", &[SECRET]);
    let tracks = element(b"\x16\x54\xAE\x6B", &[&element(b"\xAE", &[b"\xD7\x81\x01", &name])]);
    let tags = element(b"\x12\x54\xC3\x67", &[SECRET, &[0; 200]]);
    let attached = element(b"\x19\x41\xA4\x69", &[SECRET]);
    let segment = element(b"\x18\x53\x80\x67", &[&info, &tracks, cluster, &tags, &attached]);
    [head, segment].concat()
}

#[test]
fn a_webm_gets_room_where_its_tags_were() {
    let pictures = b"\xE7\x81\x00\xA3\x8Apictures!!";
    let known = element(b"\x1F\x43\xB6\x75", &[pictures]);
    let live = [b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF", &pictures[..]].concat();
    for cluster in [known, live] {
        let bytes = webm(&cluster);
        assert!(has_secret(&bytes));
        let kept = blanked(&bytes, Format::WebM).expect("something goes");
        assert!(!has_secret(&kept));
        assert!(shape::is_video(&mut Cursor::new(&kept), Format::WebM).expect("in memory"));
        let at = bytes.windows(10).position(|window| window == b"pictures!!").expect("there");
        assert_eq!(&kept[at..at + 10], b"pictures!!");
        assert!(kept.windows(4).any(|window| window == b"Lavf"), "it has to be there");
        assert_eq!(blanked(&kept, Format::WebM), None, "nothing goes twice");
    }
}

proptest! {
    /// However broken a file is: nothing panics, nothing gets larger, and what comes out is taken as
    /// before.
    #[test]
    fn no_file_is_too_broken_to_be_stripped(
        which in 0..6_usize,
        noise in proptest::collection::vec(any::<(u16, u8)>(), 0..6),
        cut in 0..60_usize,
    ) {
        let secret_png = png_with(&[png_chunk(b"tEXt", SECRET), png_chunk(b"eXIf", &exif(5))]);
        let secret_webp = webp_with(0x08, &[webp_chunk(b"EXIF", &exif(6))]);
        let samples = [
            (Format::Jpeg, jpeg_with(&[segment(0xE1, &[b"Exif\0\0", &exif(6)])])),
            (Format::Png, secret_png),
            (Format::WebP, secret_webp),
            (Format::Gif, gif_with(&[gif_extension(0xFE, SECRET, b"")])),
            (Format::Mp4, film()),
            (Format::WebM, webm(&element(b"\x1F\x43\xB6\x75", &[b"\xE7\x81\x00"]))),
        ];
        let (format, mut bytes) = samples[which].clone();
        for (place, value) in noise {
            let place = usize::from(place) % bytes.len();
            bytes[place] = value;
        }
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        if let Some(stripped) = image(&bytes, format) {
            prop_assert!(stripped.len() <= bytes.len());
            prop_assert_eq!(image(&stripped, format), None);
        }
        if let Some(after) = blanked(&bytes, format) {
            let was = shape::is_video(&mut Cursor::new(&bytes), format).expect("in memory");
            let is = shape::is_video(&mut Cursor::new(&after), format).expect("in memory");
            prop_assert_eq!(was, is);
        }
    }
}
