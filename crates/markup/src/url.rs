//! Which addresses pictures, videos and links may have.
//!
//! Browsers drop tabs and line breaks from addresses and take a backslash for a slash, so that an
//! address means another than it seems to. Those with either are refused; nothing is repaired.

/// Where our own files are: the images and videos of this server, and those of the old system, which
/// an import leaves to be replaced.
const FOLDERS: [&str; 3] = [IMAGES, VIDEOS, "uploads/"];
/// Where the images of this server are.
pub(crate) const IMAGES: &str = "static/images/";
/// Where the videos of this server are.
pub(crate) const VIDEOS: &str = "static/videos/";

/// The pictures that may stand in the address itself: those that are never more than pictures.
const INLINE: [&str; 4] = [
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
];

/// Whether a link may lead there: to another site, or a mail.
pub(crate) fn is_link(address: &str) -> bool {
    is_plain(address) && (is_absolute(address) || after(address, "mailto:").is_some())
}

/// Whether a picture or video may come from there: another site, or the folders of uploads.
pub(crate) fn is_file(address: &str) -> bool {
    is_plain(address) && (is_absolute(address) || is_uploaded(address))
}

/// Whether it is a picture written out in full.
pub(crate) fn is_inline_picture(address: &str) -> bool {
    let base64 = |c: u8| c.is_ascii_alphanumeric() || b"+/=".contains(&c);
    INLINE
        .iter()
        .filter_map(|start| after(address, start))
        .any(|data| !data.is_empty() && data.bytes().all(base64))
}

fn is_plain(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c == '\\')
}

/// The rest of an address that starts like this, in any case.
fn after<'a>(address: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = address.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

fn is_absolute(address: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|start| after(address, start));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// The path of an address on this site, without what leads up to its root: editors write addresses
/// as seen from their page.
pub(crate) fn relative_path(address: &str) -> &str {
    let mut path = address.strip_prefix("./").unwrap_or(address);
    while let Some(rest) = path.strip_prefix("../") {
        path = rest;
    }
    path.strip_prefix('/').unwrap_or(path)
}

/// The path of an address that names a host, without its first slash.
pub(crate) fn absolute_path(address: &str) -> Option<&str> {
    let after_scheme = ["https://", "http://"].iter().find_map(|start| after(address, start))?;
    Some(after_scheme.split_once('/')?.1)
}

fn is_uploaded(address: &str) -> bool {
    let path = relative_path(address);
    let inside = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder));
    // `%2e` is a point as well.
    let climbs = |path: &str| path.to_ascii_lowercase().replace("%2e", ".").contains("..");
    inside.is_some_and(|name| !name.is_empty() && !climbs(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_from_other_sites_and_from_uploads() {
        for good in [
            "https://example.org/a.png",
            "HTTP://example.org/a.png?b=c#d",
            "http://localhost:5000/static/images/a.png",
            "http://[::1]/a.png",
            "/static/images/a.png",
            "static/images/a.png",
            "../static/images/a.png",
            "/static/videos/a.mp4",
            "../../static/videos/a.webm",
            "uploads/a b.jpg",
            "/uploads/å.mp4",
        ] {
            assert!(is_file(good), "{good}");
        }
        for bad in [
            "",
            "//example.org/a.png",
            "https:example.org",
            "https:///a",
            "/api/auth/logout",
            "a.png",
            "static/images/",
            "/static/images/../../api/auth/logout",
            "/static/images/%2e%2E/x",
            "/static/videos/",
            "/static/videos/../../api/auth/logout",
            "/static\\images/a.png",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/a.png",
            "blob:https://example.org/1",
        ] {
            assert!(!is_file(bad), "{bad}");
        }
    }

    #[test]
    fn links_lead_elsewhere() {
        assert!(is_link("https://example.org") && is_link("MailTo:a@example.org?subject=x"));
        for bad in ["#top", "/admin", "javascript:alert(1)", "mailto\u{9}:x", "data:text/html,x"] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn inline_pictures_are_pictures_only() {
        assert!(is_inline_picture("data:image/png;base64,iVBORw0KGgo="));
        for bad in [
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:text/html;base64,PHN2Zz4=",
            "data:image/png,<svg>",
            "data:image/png;base64,",
            "data:image/png;base64,a,b",
        ] {
            assert!(!is_inline_picture(bad), "{bad}");
        }
    }
}
