//! Bundles out and in again, and files that are none.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use estrad_bundle::{Bundle, Document, Limits, MediaFile, ReadError, read, write};
use estrad_domain::MediaId;
use estrad_domain::draft::CompetitionDraft;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const PICTURE: &[u8] = b"not really a picture";

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn demo() -> CompetitionDraft {
    let mut draft = estrad_import::demo::competition();
    draft.background_image = Some(MediaId(7));
    draft
}

fn media() -> BTreeMap<MediaId, MediaFile> {
    let file = MediaFile { filename: "bild.png".to_owned(), sha256: hash(PICTURE) };
    [(MediaId(7), file)].into()
}

fn bundle() -> Vec<u8> {
    let document = Document::new(&demo(), &media()).expect("a document");
    let out = write(Cursor::new(Vec::new()), &document, |_| Ok(PICTURE)).expect("a bundle");
    out.into_inner()
}

fn read_bytes(bytes: &[u8]) -> Result<Bundle, ReadError> {
    read(Cursor::new(bytes), Limits::default(), tempfile::tempfile)
}

/// A zip of these files.
fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        zip.start_file(*name, options).expect("a file");
        zip.write_all(content).expect("content");
    }
    zip.finish().expect("a zip").into_inner()
}

/// The document of the demo, changed as text.
fn document_with(from: &str, to: &str) -> String {
    let document = Document::new(&demo(), &media()).expect("a document");
    let json = serde_json::to_string(&document).expect("JSON");
    assert!(json.contains(from), "{from} is not there to be replaced");
    json.replacen(from, to, 1)
}

#[test]
fn a_competition_comes_back_as_it_was_and_goes_out_as_the_same_bytes() {
    let bytes = bundle();
    let mut bundle = read_bytes(&bytes).expect("a bundle");
    let mut content = Vec::new();
    let file = bundle.media.get_mut(&hash(PICTURE)).expect("the picture");
    file.read_to_end(&mut content).expect("reads");
    assert_eq!(content, PICTURE);

    // Another server gives the picture another id.
    let ids = [("bild.png".to_owned(), MediaId(99))].into();
    let draft = bundle.draft(&ids).expect("a draft");
    assert_eq!(CompetitionDraft { background_image: Some(MediaId(7)), ..draft.clone() }, demo());
    let media = [(MediaId(99), bundle.document.media()[0].clone())].into();
    let document = Document::new(&draft, &media).expect("a document");
    let again = write(Cursor::new(Vec::new()), &document, |_| Ok(PICTURE)).expect("a bundle");
    assert_eq!(again.into_inner(), bytes);
}

#[test]
fn a_document_of_another_kind_or_version_is_told_apart_from_a_broken_one() {
    for (from, to) in [("\"version\":1", "\"version\":2"), ("estrad-competition", "something-else")]
    {
        let zip = zip_of(&[("competition.json", document_with(from, to).as_bytes())]);
        assert!(matches!(read_bytes(&zip), Err(ReadError::UnknownFormat(_))), "{to}");
    }
    for (from, to) in [
        ("\"year\":2026", "\"year\":\"x\""),
        ("\"year\":2026", "\"year\":2026,\"id\":5"),
        ("\"type\":\"Text\"", "\"type\":\"Riddle\""),
        ("\"view\":\"Team\"", "\"view\":\"Nobody\""),
        ("\"background_image\":\"bild.png\"", "\"background_image\":\"other.png\""),
        ("{\"format\"", "{\"format"),
    ] {
        let json = document_with(from, to);
        let entry = format!("media/{}", hash(PICTURE));
        let zip = zip_of(&[("competition.json", json.as_bytes()), (&entry, PICTURE)]);
        let error = read_bytes(&zip).expect_err(to);
        assert!(matches!(error, ReadError::Document(_)), "{to}: {error}");
    }
}

#[test]
fn a_competition_that_breaks_a_rule_is_refused_with_the_place() {
    let json = document_with("\"year\":2026", "\"year\":-3");
    let entry = format!("media/{}", hash(PICTURE));
    let zip = zip_of(&[("competition.json", json.as_bytes()), (&entry, PICTURE)]);
    match read_bytes(&zip) {
        Err(ReadError::Draft(error)) => assert_eq!(error.at, "year"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_taken_only_as_the_document_names_them() {
    let json = document_with("\"name\"", "\"name\"");
    let json = json.as_bytes();
    let entry = format!("media/{}", hash(PICTURE));
    let refused = |files: &[(&str, &[u8])]| match read_bytes(&zip_of(files)) {
        Err(ReadError::Entry { name, problem }) => (name, problem),
        other => panic!("{other:?}"),
    };
    let (name, problem) = refused(&[("competition.json", json)]);
    assert_eq!((name, problem), (entry.clone(), "is not there"));
    let (_, problem) = refused(&[("competition.json", json), (&entry, b"something else")]);
    assert_eq!(problem, "has another content than its name says");
    for stray in ["../../etc/passwd", "/etc/passwd", "media/../x", "media/evil.png", "C:\\x"] {
        let (name, problem) =
            refused(&[("competition.json", json), (&entry, PICTURE), (stray, b"x")]);
        assert_eq!((name.as_str(), problem), (stray, "is not named in competition.json"));
    }
    let json = document_with(&hash(PICTURE), "../../../etc/passwd");
    let (_, problem) = refused(&[("competition.json", json.as_bytes())]);
    assert_eq!(problem, "is not named by the SHA-256 of its content");
}

#[test]
fn what_unpacks_to_more_than_there_may_be_is_not_unpacked() {
    let zeros = vec![b' '; 32 * 1024 * 1024];
    let bomb = zip_of(&[("competition.json", &zeros)]);
    assert!(bomb.len() < 100 * 1024, "it is small while packed");
    assert!(matches!(read_bytes(&bomb), Err(ReadError::TooLarge(_))));

    let limits = Limits { media_file: 5, ..Limits::default() };
    let error = read(Cursor::new(bundle()), limits, tempfile::tempfile).expect_err("too large");
    assert!(matches!(error, ReadError::TooLarge(_)));
    let limits = Limits { media_total: 5, ..Limits::default() };
    let error = read(Cursor::new(bundle()), limits, tempfile::tempfile).expect_err("too large");
    assert!(matches!(error, ReadError::TooLarge(_)));
    let limits = Limits { media_files: 0, ..Limits::default() };
    let error = read(Cursor::new(bundle()), limits, tempfile::tempfile).expect_err("too many");
    assert!(matches!(error, ReadError::TooLarge(_)));
}

#[test]
fn a_directory_of_very_many_files_is_not_even_opened() {
    let names: Vec<String> = (0..3_000).map(|number| format!("media/{number}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    let many = zip_of(&files);
    assert!(matches!(read_bytes(&many), Err(ReadError::TooLarge(_))));
    // Not a zip as a whole, as its end is missing: the entries are counted before that is seen.
    assert!(matches!(read_bytes(&many[..many.len() - 22]), Err(ReadError::TooLarge(_))));
}

#[test]
fn what_is_no_zip_or_has_no_document_is_said_to_be_none() {
    assert!(matches!(read_bytes(b""), Err(ReadError::NotABundle(_))));
    assert!(matches!(read_bytes(b"PK\x03\x04 and so on"), Err(ReadError::NotABundle(_))));
    assert!(matches!(read_bytes(&zip_of(&[("x", b"y")])), Err(ReadError::NoDocument)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_bundle_is_refused_or_read_and_nothing_else(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = bundle();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = read_bytes(&bytes);
        let _ = read_bytes(&bytes[..cut.index(bytes.len())]);
    }
}
