//! The formats that are taken.

use estrad_domain::types::MediaType;

/// A format of a file, found out from its content.
///
/// SVG is not among them: it is a document that can carry scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "says itself")]
pub enum Format {
    Png,
    Jpeg,
    Gif,
    WebP,
    Mp4,
    WebM,
}

impl Format {
    /// Every format there is.
    pub const ALL: &'static [Self] =
        &[Self::Png, Self::Jpeg, Self::Gif, Self::WebP, Self::Mp4, Self::WebM];
    /// How many bytes [`Format::of`] wants to see.
    pub const MAGIC_LENGTH: usize = 12;

    /// The format that a file begins like; whether it is one, is found out later.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::Mp4),
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Self::WebM),
            _ => None,
        }
    }

    /// Whether it is an image or a video.
    pub const fn media_type(self) -> MediaType {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::WebP => MediaType::Image,
            Self::Mp4 | Self::WebM => MediaType::Video,
        }
    }

    /// The media type that it is served as.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
        }
    }

    /// The endings that names of such files may keep, the usual one first.
    pub(crate) const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Gif => &["gif"],
            Self::WebP => &["webp"],
            Self::Mp4 => &["mp4", "m4v"],
            Self::WebM => &["webm"],
        }
    }
}
