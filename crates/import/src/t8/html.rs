//! As much of HTML as it takes to see what a text holds. Texts themselves are kept as they are.

/// Elements that show something without any text in them.
const SHOWN_WITHOUT_TEXT: [&str; 10] =
    ["img", "video", "audio", "iframe", "object", "embed", "svg", "canvas", "table", "hr"];

/// Whether nothing of it would be seen, as of `<p>&nbsp;</p>`.
pub(super) fn is_blank(html: &str) -> bool {
    plain(html).is_empty() && !tags(html).any(|tag| SHOWN_WITHOUT_TEXT.contains(&tag.as_str()))
}

/// The text without its tags, a line for each block, without empty lines.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // Beyond this no tag is closed, and there is no use in looking for that at each bracket.
    let last_close = html.rfind('>').unwrap_or(0);
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with('<') {
            take_tag(rest, html.len() - rest.len() < last_close, &mut text)
        } else {
            take_entity(rest, &mut text)
        };
        rest = &rest[taken..];
    }
    text.push_str(rest);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A text as HTML that shows it.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Every picture or video that is referred to: files of the old system, and those of other sites.
pub(super) fn pictures(html: &str) -> Vec<String> {
    let mut found: Vec<(usize, &str)> = html
        .match_indices("uploads/")
        // An address that is whole is found below.
        .filter(|(at, _)| !html[..*at].ends_with('/'))
        .map(|(at, _)| (at, until_delimiter(&html[at..])))
        .collect();
    for quote in ["src=\"http", "src='http"] {
        let starts = html.match_indices(quote).map(|(at, _)| at + "src=\"".len());
        found.extend(starts.map(|at| (at, until_delimiter(&html[at..]))));
    }
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

fn until_delimiter(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || "\"'<>();".contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// The names of the opening tags.
fn tags(html: &str) -> impl Iterator<Item = String> {
    html.match_indices('<').map(|(at, _)| tag_name(&html[at + 1..]))
}

fn tag_name(after_bracket: &str) -> String {
    let name = after_bracket.chars().take_while(char::is_ascii_alphanumeric);
    name.map(|c| c.to_ascii_lowercase()).collect()
}

/// How many bytes a tag takes. A `<` that opens none is text.
fn take_tag(rest: &str, may_close: bool, text: &mut String) -> usize {
    let inner = &rest[1..];
    let name = tag_name(inner.strip_prefix('/').unwrap_or(inner));
    let opens = may_close && (!name.is_empty() || inner.starts_with('!'));
    match opens.then(|| rest.find('>')).flatten() {
        Some(end) => {
            if matches!(name.as_str(), "br" | "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3") {
                text.push('\n');
            } else if matches!(name.as_str(), "td" | "th") {
                text.push(' ');
            }
            end + 1
        }
        None => {
            text.push('<');
            1
        }
    }
}

/// How many bytes an entity takes. One that isn't known stays as it is.
fn take_entity(rest: &str, text: &mut String) -> usize {
    let end = rest.bytes().take(LONGEST_ENTITY).position(|b| b == b';');
    let name = end.map(|end| &rest[1..end]);
    let decoded = name.and_then(|name| Some((decode(name)?, name.len() + 2)));
    let (c, taken) = decoded.unwrap_or(('&', 1));
    text.push(c);
    taken
}

fn decode(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|c| *c != '\0');
    }
    ENTITIES.iter().find(|(entity, _)| *entity == name).map(|(_, c)| *c)
}

/// With the characters around its name, in bytes.
const LONGEST_ENTITY: usize = 12;

/// Those that editors write for Swedish and its neighbours, and for what mathematics needs.
const ENTITIES: [(&str, char); 50] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("aring", 'å'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("Aring", 'Å'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("eacute", 'é'),
    ("Eacute", 'É'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("uuml", 'ü'),
    ("Uuml", 'Ü'),
    ("ccedil", 'ç'),
    ("ntilde", 'ñ'),
    ("aelig", 'æ'),
    ("AElig", 'Æ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
    ("szlig", 'ß'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("middot", '·'),
    ("bull", '•'),
    ("deg", '°'),
    ("micro", 'µ'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("frac12", '½'),
    ("times", '×'),
    ("divide", '÷'),
    ("minus", '−'),
    ("plusmn", '±'),
    ("le", '≤'),
    ("ge", '≥'),
    ("rarr", '→'),
    ("larr", '←'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blank_is_what_shows_nothing() {
        for html in ["", "<p></p>", "<p>&nbsp;</p>\n<p><br /></p>", "<!-- x -->"] {
            assert!(is_blank(html), "{html}");
        }
        for html in ["x", "<p><img src=\"a\" /></p>", "1 < 2", "<VIDEO><source></VIDEO>"] {
            assert!(!is_blank(html), "{html}");
        }
    }

    #[test]
    fn plain_text_keeps_lines_and_letters() {
        assert_eq!(
            plain("<p>\n<img src=\"a\" /><br />\nM&aring;n&#108;andningen\n</p>"),
            "Månlandningen"
        );
        assert_eq!(plain("a &lt; b &amp; c<br/>1 < 2, R&D; <b>d</b>"), "a < b & c\n1 < 2, R&D; d");
        assert_eq!(plain(&escape("<b>&</b>")), "<b>&</b>");
    }

    #[test]
    fn every_reference_to_a_picture_is_found() {
        let html = "<img src=\"uploads/a b.jpg\"> <video><source src='uploads/c-D_1.mp4'></video> \
                    <img src=\"https://example.org/uploads/d.png\" />";
        assert_eq!(
            pictures(html),
            ["uploads/a", "uploads/c-D_1.mp4", "https://example.org/uploads/d.png"]
        );
        assert_eq!(pictures("uploads/e.png"), ["uploads/e.png"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(html in "([<>&;#/\"' a-z]|uploads/|src=\"http|å|&aring;){0,40}") {
            is_blank(&html);
            plain(&html);
            pictures(&html);
        }
    }
}
