//! Which uploaded files a text shows: found, and given other names.
//!
//! This reads HTML as [`sanitise`](crate::sanitise) writes it, where a `<` that begins no tag is
//! escaped and values stand in double quotes. Any other text is read without a fault, but not as a
//! browser would.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::url::{IMAGES, VIDEOS, absolute_path, relative_path};

/// The attributes with addresses of files.
const FILE_ATTRIBUTES: [&str; 2] = ["src", "poster"];
/// What the name of a thumbnail begins with, before the name of its image.
const THUMBNAIL: &str = "thumbnail_";
/// The longest name that an uploaded file has is 100 bytes; no longer one is looked for.
const MAX_NAME: usize = 200;

/// Where an uploaded file is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// `/static/images`
    Images,
    /// `/static/videos`
    Videos,
}

impl Folder {
    fn path(self) -> &'static str {
        match self {
            Self::Images => IMAGES,
            Self::Videos => VIDEOS,
        }
    }
}

/// An uploaded file that a text shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upload {
    /// Where the text looks for it.
    pub folder: Folder,
    /// Its name; of a thumbnail that of its image. At most 200 of `A-Za-z0-9._-`.
    pub filename: String,
}

/// The uploaded files that a text shows as pictures, videos or posters. An address that names a host
/// counts when its path is one of ours: editors write the address of their own server so, too.
pub fn uploads(html: &str) -> BTreeSet<Upload> {
    Files { html, at: 0, in_tag: false }.map(|file| file.upload).collect()
}

/// The text with other names for uploaded files, where `new_name` gives one. An address that names a
/// host then loses it: what it shows is here.
pub fn rename_uploads(html: &str, new_name: impl Fn(&Upload) -> Option<String>) -> String {
    let mut renamed = String::with_capacity(html.len());
    let mut copied = 0;
    for file in (Files { html, at: 0, in_tag: false }) {
        let Some(name) = new_name(&file.upload) else { continue };
        if file.has_host {
            let thumbnail = if file.is_thumbnail { THUMBNAIL } else { "" };
            renamed.push_str(&html[copied..file.address.start]);
            renamed.push_str(&format!("/{}{thumbnail}{name}", file.upload.folder.path()));
            copied = file.address.end;
        } else {
            renamed.push_str(&html[copied..file.name.start]);
            renamed.push_str(&name);
            copied = file.name.end;
        }
    }
    renamed.push_str(&html[copied..]);
    renamed
}

/// An uploaded file where it stands in a text.
struct File {
    upload: Upload,
    address: Range<usize>,
    /// The part of the address that is the name, without what a thumbnail's begins with.
    name: Range<usize>,
    is_thumbnail: bool,
    has_host: bool,
}

impl File {
    /// The file of an address, if it is one of ours.
    fn of(html: &str, address: Range<usize>) -> Option<Self> {
        let text = &html[address.clone()];
        let absolute = absolute_path(text);
        let path = absolute.unwrap_or_else(|| relative_path(text));
        let (folder, mut rest) = [Folder::Images, Folder::Videos]
            .into_iter()
            .find_map(|folder| Some((folder, path.strip_prefix(folder.path())?)))?;
        while let Some(same) = rest.strip_prefix("./") {
            rest = same;
        }
        let is_thumbnail = folder == Folder::Images && rest.starts_with(THUMBNAIL);
        if is_thumbnail {
            rest = &rest[THUMBNAIL.len()..];
        }
        let length = rest.find(['?', '#']).unwrap_or(rest.len());
        let filename = decoded(&rest[..length])?;
        let start = address.end - rest.len();
        let upload = Upload { folder, filename };
        let name = start..start + length;
        Some(Self { upload, address, name, is_thumbnail, has_host: absolute.is_some() })
    }
}

/// A name without percent-encoding, if it is one that an uploaded file can have.
fn decoded(name: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || (bytes.next()? as char).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        };
        if !(byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) || decoded.len() >= MAX_NAME {
            return None;
        }
        decoded.push(char::from(byte));
    }
    (!decoded.is_empty()).then_some(decoded)
}

/// Goes through the tags of a text for the files in their attributes.
struct Files<'a> {
    html: &'a str,
    at: usize,
    in_tag: bool,
}

impl Iterator for Files<'_> {
    type Item = File;

    fn next(&mut self) -> Option<File> {
        loop {
            if !self.in_tag {
                self.at += self.html[self.at..].find('<')? + 1;
                self.in_tag = true;
                self.skip(|c| !c.is_ascii_whitespace() && c != '>');
            }
            self.skip(|c| c.is_ascii_whitespace() || c == '/');
            let name = self.skip(|c| !c.is_ascii_whitespace() && !matches!(c, '=' | '>' | '/'));
            let value = self.value();
            if FILE_ATTRIBUTES.contains(&&self.html[name])
                && let Some(file) = value.and_then(|value| File::of(self.html, value))
            {
                return Some(file);
            }
            match self.html[self.at..].chars().next() {
                None => return None,
                Some('>') => self.in_tag = false,
                Some(_) => {}
            }
        }
    }
}

impl Files<'_> {
    /// Passes over characters of a kind; where they stood.
    fn skip(&mut self, of_kind: impl Fn(char) -> bool) -> Range<usize> {
        let rest = &self.html[self.at..];
        let length = rest.find(|c| !of_kind(c)).unwrap_or(rest.len());
        self.at += length;
        self.at - length..self.at
    }

    /// Passes over the value of an attribute, if it has one; where it stood.
    fn value(&mut self) -> Option<Range<usize>> {
        if !self.html[self.at..].starts_with('=') {
            return None;
        }
        self.at += 1;
        if !self.html[self.at..].starts_with('"') {
            return Some(self.skip(|c| !c.is_ascii_whitespace() && c != '>'));
        }
        self.at += 1;
        let value = self.skip(|c| c != '"');
        // The closing quote, but in a text that is cut off.
        self.at = (self.at + 1).min(self.html.len());
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sanitise;

    fn found(html: &str) -> Vec<(Folder, String)> {
        uploads(html).into_iter().map(|upload| (upload.folder, upload.filename)).collect()
    }

    #[test]
    fn pictures_videos_and_posters_are_found_however_they_are_addressed() {
        use Folder::{Images, Videos};
        for (address, folder, name) in [
            ("/static/images/a.png", Images, "a.png"),
            ("static/images/a.png", Images, "a.png"),
            ("../../static/images/A_b-1.png", Images, "A_b-1.png"),
            ("/static/images/./a.png?x=1&y=2#z", Images, "a.png"),
            ("/static/images/thumbnail_a.png", Images, "a.png"),
            ("/static/images/%61.png", Images, "a.png"),
            ("http://localhost:5000/static/images/a.png", Images, "a.png"),
            ("/static/videos/a.mp4", Videos, "a.mp4"),
        ] {
            for tag in ["<img src='X'>", "<video poster='X'></video>", "<p><b><source src='X'>"] {
                let html = sanitise(&tag.replace('X', address)).expect("short");
                assert_eq!(found(&html), [(folder, name.to_owned())], "{html}");
            }
        }
    }

    #[test]
    fn nothing_else_is_taken_for_a_file() {
        for html in [
            "src=\"/static/images/a.png\"",
            "&lt;img src=\"/static/images/a.png\"&gt;",
            "<p title=\"<img src=&quot;/static/images/a.png&quot;>\">x</p>",
            "<img alt=\"/static/images/a.png\">",
            "<img src=\"https://example.org/a.png\">",
            "<img src=\"uploads/a.png\">",
            "<img src=\"/static/images/\">",
            "<img src=\"/static/images/a/b.png\">",
            "<img src=\"/static/images/a%00.png\">",
            "<img src=\"/static/images/%zz%\">",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
            "<a href=\"https://example.org/static/images/a.png\">x</a>",
            "<",
            "<img src=\"",
            "<img src=",
        ] {
            assert_eq!(found(html), [], "{html}");
        }
    }

    #[test]
    fn files_get_other_names_and_nothing_else_changes() {
        let html = "<p title=\"a.png\">a.png<img src=\"../static/images/a.png?x\" alt=\"a.png\">\
            <img src=\"/static/images/thumbnail_a.png\"><img src=\"http://x/static/images/a.png\">\
            <video src=\"/static/videos/b.mp4\" poster=\"/static/images/c.png\"></video></p>";
        let renamed = rename_uploads(html, |upload| match upload.filename.as_str() {
            "a.png" => Some("a_1.png".to_owned()),
            "b.mp4" => Some("b_12.mp4".to_owned()),
            _ => None,
        });
        assert_eq!(
            renamed,
            "<p title=\"a.png\">a.png<img src=\"../static/images/a_1.png?x\" alt=\"a.png\">\
            <img src=\"/static/images/thumbnail_a_1.png\"><img src=\"/static/images/a_1.png\">\
            <video src=\"/static/videos/b_12.mp4\" poster=\"/static/images/c.png\"></video></p>"
        );
        assert_eq!(sanitise(&renamed).as_deref(), Ok(renamed.as_str()));
    }

    proptest! {
        /// Whatever an editor writes: what is stored of it is read as the cleaner wrote it.
        #[test]
        fn every_text_is_read(html in "(<(img|p|video) ?(src|alt|poster)?=?[\"']?(/static/images/)?[a-z.<>&;\"' ]{0,9}){0,6}") {
            uploads(&html);
            if let Ok(clean) = sanitise(&html) {
                let same = rename_uploads(&clean, |upload| Some(upload.filename.clone()));
                prop_assert_eq!(sanitise(&same), Ok(same.clone()));
                let again: Vec<_> = uploads(&same).into_iter().collect();
                prop_assert_eq!(again, uploads(&clean).into_iter().collect::<Vec<_>>());
            }
        }
    }
}
