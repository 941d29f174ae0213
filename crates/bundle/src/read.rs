//! Reading a bundle that anybody may have made.
//!
//! Nothing is unpacked by the name that the zip gives it, and no size that it claims is believed:
//! files are read as far as they may go and no further, and each has to have the content that the
//! document says.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use estrad_domain::MediaId;
use estrad_domain::draft::{CompetitionDraft, check};
use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::document::{Document, FORMAT, VERSION};
use crate::error::ReadError;
use crate::{DOCUMENT, media_entry};

/// How large a bundle may be, unpacked.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the document.
    pub document: u64,
    /// Bytes of one media file.
    pub media_file: u64,
    /// Bytes of all media files together.
    pub media_total: u64,
    /// Media files.
    pub media_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            document: 16 * MIB,
            media_file: 200 * MIB,
            media_total: 1024 * MIB,
            media_files: 1_000,
        }
    }
}

/// A bundle that was read.
#[derive(Debug)]
pub struct Bundle {
    #[expect(missing_docs, reason = "says itself")]
    pub document: Document,
    /// The content of its pictures by their SHA-256, in files that are gone when dropped; each is
    /// at its beginning.
    pub media: BTreeMap<String, File>,
}

impl Bundle {
    /// The draft, whose pictures are known by these ids here.
    ///
    /// # Errors
    /// [`ReadError::Document`]; [`ReadError::Draft`] when it breaks a rule.
    pub fn draft(&self, media: &BTreeMap<String, MediaId>) -> Result<CompetitionDraft, ReadError> {
        let draft = self.document.to_draft(media)?;
        check(&draft)?;
        Ok(draft)
    }
}

/// Reads a bundle. The competition in it is checked for its shape and its rules, not for being
/// safe to show: texts are yet to be sanitised, and pictures to be looked at.
/// What is in it is put into files that `new_file` makes.
///
/// # Errors
/// [`ReadError`].
pub fn read<R: Read + Seek>(
    mut input: R,
    limits: Limits,
    mut new_file: impl FnMut() -> io::Result<File>,
) -> Result<Bundle, ReadError> {
    refuse_many_entries(&mut input, limits)?;
    let mut zip = ZipArchive::new(input).map_err(not_a_bundle)?;
    if zip.len() > limits.media_files + 1 {
        return Err(ReadError::TooLarge(format!("more than {} files", limits.media_files + 1)));
    }
    let document = read_document(&mut zip, limits)?;
    let mut media = BTreeMap::new();
    let mut room = limits.media_total;
    let mut filenames = HashSet::new();
    for file in document.media() {
        let name = media_entry(&file.sha256);
        let wrong = |problem| ReadError::Entry { name: name.clone(), problem };
        if !is_hash(&file.sha256) {
            return Err(wrong("is not named by the SHA-256 of its content"));
        }
        if !filenames.insert(&file.filename) {
            return Err(ReadError::Document(format!("two media are called {:?}", file.filename)));
        }
        if media.contains_key(&file.sha256) {
            continue;
        }
        let content = read_media(&mut zip, &name, limits.media_file.min(room), &mut new_file)?;
        if content.sha256 != file.sha256 {
            return Err(wrong("has another content than its name says"));
        }
        room -= content.bytes;
        media.insert(file.sha256.clone(), content.file);
    }
    let named: HashSet<String> =
        media.keys().map(|hash| media_entry(hash)).chain([DOCUMENT.to_owned()]).collect();
    for name in zip.file_names() {
        let name = name.map_err(not_a_bundle)?;
        if !named.contains(&*name) {
            let name = name.chars().take(200).collect();
            return Err(ReadError::Entry { name, problem: "is not named in competition.json" });
        }
    }
    let bundle = Bundle { document, media };
    // Which ids the pictures will have is not known yet; that they are all there can be.
    let stand_ins = (0..).zip(bundle.document.media());
    let ids = stand_ins.map(|(id, file)| (file.filename.clone(), MediaId(id))).collect();
    check(&bundle.document.to_draft(&ids)?)?;
    Ok(bundle)
}

/// What each entry of a zip's directory begins with (APPNOTE.TXT 6.3.10, 4.3.12).
const ENTRY: [u8; 4] = *b"PK\x01\x02";

/// Refuses a file in which there could be far more entries than there may be, before any is read:
/// opening a zip takes memory for each of them, and a large file has room for millions.
///
/// Pictures may contain the same four bytes by chance: about once in four gigabytes.
fn refuse_many_entries<R: Read + Seek>(input: &mut R, limits: Limits) -> Result<(), ReadError> {
    let most = 2 * (limits.media_files + 1);
    let mut entries = 0;
    let mut matched = 0;
    let mut buffer = vec![0; 64 * 1024];
    input.seek(SeekFrom::Start(0))?;
    loop {
        let count = input.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        for &byte in &buffer[..count] {
            // No part of the four bytes begins like the whole, but for the first.
            matched = match byte {
                _ if byte == ENTRY[matched] => matched + 1,
                _ if byte == ENTRY[0] => 1,
                _ => 0,
            };
            if matched == ENTRY.len() {
                matched = 0;
                entries += 1;
            }
        }
        if entries > most {
            return Err(ReadError::TooLarge(format!("more than {} files", limits.media_files + 1)));
        }
    }
    input.seek(SeekFrom::Start(0))?;
    Ok(())
}

fn not_a_bundle(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        other => ReadError::NotABundle(other.to_string()),
    }
}

fn read_document<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    limits: Limits,
) -> Result<Document, ReadError> {
    let entry = zip.by_name(DOCUMENT).map_err(|error| match error {
        ZipError::FileNotFound => ReadError::NoDocument,
        other => not_a_bundle(other),
    })?;
    let mut json = Vec::new();
    entry.take(limits.document + 1).read_to_end(&mut json).map_err(broken)?;
    if json.len() as u64 > limits.document {
        return Err(ReadError::TooLarge(format!(
            "{DOCUMENT} has more than {} bytes",
            limits.document
        )));
    }
    // What it is comes first: a newer document may have members that are not known here.
    let value: serde_json::Value =
        serde_json::from_slice(&json).map_err(|e| ReadError::Document(e.to_string()))?;
    if value["format"] != FORMAT || value["version"] != VERSION {
        let of = format!("{} {}", value["format"], value["version"]);
        return Err(ReadError::UnknownFormat(of.chars().take(100).collect()));
    }
    // Read from the text again for the line and column of what is wrong.
    serde_json::from_slice(&json).map_err(|e| ReadError::Document(e.to_string()))
}

/// A media file, out of the zip.
struct Content {
    file: File,
    bytes: u64,
    sha256: String,
}

fn read_media<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    name: &str,
    limit: u64,
    new_file: &mut impl FnMut() -> io::Result<File>,
) -> Result<Content, ReadError> {
    let mut entry = zip.by_name(name).map_err(|error| match error {
        ZipError::FileNotFound => {
            ReadError::Entry { name: name.to_owned(), problem: "is not there" }
        }
        other => not_a_bundle(other),
    })?;
    let mut file = new_file()?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = [0; 64 * 1024];
    loop {
        let count = entry.read(&mut buffer).map_err(broken)?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        if bytes > limit {
            return Err(ReadError::TooLarge(format!("{name} has more than {limit} bytes")));
        }
        hash.update(&buffer[..count]);
        file.write_all(&buffer[..count])?;
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(Content { file, bytes, sha256: hex(&hash.finalize()) })
}

/// Broken compression, or a checksum that does not fit, comes as an error of reading.
fn broken(error: io::Error) -> ReadError {
    ReadError::NotABundle(error.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
