//! What is kept: the elements, their attributes, and what may stand in them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::{style, url};

/// The elements that are kept.
pub const ELEMENTS: [&str; 56] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "video",
];

/// The elements that go with all that is in them. Of others that go, the text stays.
const WITH_CONTENT: [&str; 18] = [
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "frameset",
    "object",
    "embed",
    "applet",
    "noscript",
    "noembed",
    "noframes",
    "template",
    "title",
    "textarea",
    "select",
    "xmp",
    "plaintext",
];

/// The attributes that every kept element may have.
const GENERIC: [&str; 4] = ["style", "title", "lang", "dir"];

/// The attributes that an element may have besides those of all: `style`, `title`, `lang`, `dir`.
pub fn attributes(element: &str) -> &'static [&'static str] {
    match element {
        "a" => &["href", "target"],
        "img" => &["src", "alt", "width", "height", "border", "align"],
        "video" => &[
            "src",
            "poster",
            "width",
            "height",
            "controls",
            "loop",
            "muted",
            "autoplay",
            "playsinline",
            "preload",
        ],
        "source" => &["src", "type"],
        "table" => &["border", "cellpadding", "cellspacing", "width", "height", "align", "bgcolor"],
        "td" | "th" => {
            &["colspan", "rowspan", "width", "height", "align", "valign", "bgcolor", "scope"]
        }
        "tr" | "thead" | "tbody" | "tfoot" => &["align", "valign", "bgcolor"],
        "col" | "colgroup" => &["span", "width"],
        "ol" => &["start", "type", "reversed"],
        "ul" => &["type"],
        "li" => &["value"],
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => &["align"],
        _ => &[],
    }
}

/// The cleaner, made once.
pub(crate) fn cleaner() -> &'static Builder<'static> {
    static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let with_attributes = ELEMENTS.iter().filter(|element| !attributes(element).is_empty());
        let by_element: HashMap<_, _> =
            with_attributes.map(|e| (*e, attributes(e).iter().copied().collect())).collect();
        let mut builder = Builder::empty();
        builder
            .tags(HashSet::from(ELEMENTS))
            .clean_content_tags(HashSet::from(WITH_CONTENT))
            .generic_attributes(HashSet::from(GENERIC))
            .tag_attributes(by_element)
            // The first sieve; the second is ours, see `url`.
            .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
            .url_relative(UrlRelative::PassThrough)
            .strip_comments(true)
            .link_rel(Some("noopener noreferrer"))
            .attribute_filter(filter);
        builder
    });
    &CLEANER
}

/// What becomes of an attribute that may be there at all: its value, another one, or nothing.
fn filter<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    match (element, attribute) {
        (_, "style") => style::filter(value).map(Cow::Owned),
        ("a", "href") => url::is_link(value).then_some(Cow::Borrowed(value)),
        ("img", "src") => {
            (url::is_file(value) || url::is_inline_picture(value)).then_some(Cow::Borrowed(value))
        }
        (_, "src" | "poster") => url::is_file(value).then_some(Cow::Borrowed(value)),
        // Any other one is a name, by which pages that open each other share a window.
        (_, "target") => (value == "_blank").then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}
