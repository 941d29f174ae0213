//! Names that are safe in URLs, in headers and on every file system, whatever was sent.

use estrad_domain::types::MediaType;

use crate::format::Format;

/// The most characters of a stem. With a number and an ending, a name has at most 100.
const MAX_STEM: usize = 80;
/// The most characters of what is taken for an ending.
const MAX_EXTENSION: usize = 5;
/// What the names of thumbnails begin with, before a `_`: stems must not, nor be it, as a number may
/// follow.
const THUMBNAIL: &str = "thumbnail";

/// A name in two parts, so that a number fits between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SafeName {
    /// 1 to 80 of `A-Za-z0-9._-`, with neither a dot nor a `_` at either end.
    pub(crate) stem: String,
    /// One that goes with the format, whatever the name said.
    pub(crate) extension: &'static str,
}

impl SafeName {
    /// Makes a safe name of the one that was sent. Of a path only the last part counts; accents are
    /// dropped, spaces become `_`, and whatever is not ASCII then is left out.
    pub(crate) fn new(sent: &str, format: Format) -> Self {
        let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain = plain(last);
        let (stem, ending) = match plain.rsplit_once('.') {
            Some((stem, ending)) if is_extension(ending) => (stem, ending.to_ascii_lowercase()),
            _ => (plain.as_str(), String::new()),
        };
        let extensions = format.extensions();
        let extension = extensions.iter().find(|known| **known == ending).unwrap_or(&extensions[0]);
        let mut stem = &stem[..stem.len().min(MAX_STEM)];
        loop {
            stem = stem.trim_matches(['.', '_']);
            let (start, rest) = stem.split_at(stem.len().min(THUMBNAIL.len()));
            if !start.eq_ignore_ascii_case(THUMBNAIL) || !(rest.is_empty() || rest.starts_with('_'))
            {
                break;
            }
            stem = rest;
        }
        let stem = match (stem, format.media_type()) {
            ("", MediaType::Image) => "image",
            ("", MediaType::Video) => "video",
            (stem, _) => stem,
        };
        Self { stem: stem.to_owned(), extension }
    }
}

fn is_extension(text: &str) -> bool {
    (1..=MAX_EXTENSION).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The name in ASCII.
fn plain(name: &str) -> String {
    let words = name.split_whitespace().map(|word| {
        let mut plain = String::new();
        for c in word.chars() {
            match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => plain.push(c),
                _ => plain.push_str(without_accent(c)),
            }
        }
        plain
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// The letters that names of files in the languages around us have.
fn without_accent(c: char) -> &'static str {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => "A",
        'æ' => "ae",
        'Æ' => "AE",
        'ç' => "c",
        'Ç' => "C",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ñ' => "n",
        'Ñ' => "N",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "O",
        'ß' => "ss",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(sent: &str) -> String {
        let name = SafeName::new(sent, Format::Png);
        format!("{}.{}", name.stem, name.extension)
    }

    #[test]
    fn names_stay_recognisable() {
        assert_eq!(png("bild.png"), "bild.png");
        assert_eq!(png("Min bild  2.PNG"), "Min_bild_2.png");
        assert_eq!(png("Blåbärstårta.png"), "Blabarstarta.png");
        assert_eq!(png("v1.2 final"), "v1.2_final.png");
    }

    #[test]
    fn the_content_decides_about_the_ending() {
        assert_eq!(png("bild.jpg"), "bild.png");
        assert_eq!(png("skript.php"), "skript.png");
        assert_eq!(SafeName::new("foto.JPEG", Format::Jpeg).extension, "jpeg");
        assert_eq!(SafeName::new("foto", Format::Jpeg).extension, "jpg");
    }

    #[test]
    fn tricks_come_to_nothing() {
        for (sent, name) in [
            ("../../etc/passwd", "passwd.png"),
            ("C:\\x", "x.png"),
            ("a\0b.png", "ab.png"),
            ("...", "image.png"),
            ("", "image.png"),
            ("../", "image.png"),
            (".htaccess", "htaccess.png"),
            ("火.png", "image.png"),
            ("thumbnail_x.png", "x.png"),
            ("_Thumbnail_.thumbnail_x.png", "x.png"),
            ("thumbnail_.png", "image.png"),
            ("THUMBNAIL.png", "image.png"),
            ("thumbnails.png", "thumbnails.png"),
            ("a\"b\r\nSet-Cookie: x.png", "ab_Set-Cookie_x.png"),
        ] {
            assert_eq!(png(sent), name, "{sent:?}");
        }
        assert_eq!(png(&"x".repeat(10_000)).len(), MAX_STEM + ".png".len());
    }

    proptest! {
        #[test]
        fn every_name_is_safe(sent in ".*") {
            let SafeName { stem, extension } = SafeName::new(&sent, Format::WebP);
            prop_assert!((1..=MAX_STEM).contains(&stem.len()));
            prop_assert!(stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
            prop_assert!(!stem.starts_with('.') && !stem.ends_with('.'));
            let numbered = format!("{stem}_1").to_ascii_lowercase();
            prop_assert!(!numbered.starts_with("thumbnail_"));
            prop_assert_eq!(extension, "webp");
        }
    }
}
