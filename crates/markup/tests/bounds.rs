//! Whatever comes in is answered soon, and once cleaned it stays as it is.

mod common;

use estrad_markup::{MAX_CHARACTERS, MAX_DEPTH, MarkupError, sanitise};
use proptest::prelude::*;

fn filled(piece: &str) -> String {
    piece.repeat(MAX_CHARACTERS / piece.chars().count())
}

#[test]
fn length_is_bounded_on_both_sides() {
    let most = "å".repeat(MAX_CHARACTERS);
    assert_eq!(sanitise(&most).as_deref(), Ok(most.as_str()));
    assert_eq!(sanitise(&"a".repeat(MAX_CHARACTERS + 1)), Err(MarkupError::TooLong));
    assert_eq!(sanitise(&"a".repeat(50_000_000)), Err(MarkupError::TooLong));
    // Each becomes `&amp;`.
    let longer = format!("{}{}", "&".repeat(9_000), "a".repeat(40_000));
    assert_eq!(sanitise(&longer), Err(MarkupError::TooLong));
    assert_eq!(sanitise(&filled("&")), Err(MarkupError::TooManyEscaped));
    let in_attribute = format!("<p title='{}'>x</p>", "\"".repeat(20_000));
    assert_eq!(sanitise(&in_attribute), Err(MarkupError::TooManyEscaped));
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    for piece in ["<div>", "<b>", "<a href=x><table>", "<p><b title=", "<svg><desc>", "<ul><li>"] {
        assert!(sanitise(&filled(piece)).is_err(), "{piece}");
    }
    assert_eq!(sanitise(&"<div>".repeat(100_000)), Err(MarkupError::TooLong));
    assert_eq!(sanitise(&filled("<div>")), Err(MarkupError::TooDeep));
    let deepest = format!("{}x{}", "<div>".repeat(MAX_DEPTH), "</div>".repeat(MAX_DEPTH));
    assert_eq!(sanitise(&deepest).as_deref(), Ok(deepest.as_str()));
}

/// Texts that make the work of some parsers grow with the square of their length, or worse. The
/// bound is generous: it is there for what would take minutes.
#[test]
fn no_text_takes_long() {
    let attributes: String = (0..9_000).map(|i| format!(" a{i}")).collect();
    let formatting: String = (0..150).map(|i| format!("<b title={i}>")).collect();
    let texts = [
        filled("<div>"),
        filled("<b>"),
        filled("</p>"),
        filled("<p>"),
        filled("<a>"),
        filled("<b></i>"),
        filled("<table>"),
        filled("<"),
        filled("&"),
        filled("&#"),
        format!("{}{}", "&".repeat(9_900), "a".repeat(15_000)),
        format!("{}{}", "<".repeat(9_900), "a".repeat(25_000)),
        filled("<!--"),
        filled("<p a=\""),
        filled("<svg>"),
        filled("<template>"),
        filled("<select><option>"),
        filled("<b><p></b>"),
        filled("<a><div></a>"),
        format!("<p{attributes}>x</p>"),
        formatting + &"<p>x".repeat(15_000),
        format!("<p style=\"{}\">x</p>", "color:red;".repeat(6_000)),
        format!("<p style=\"{}\">x</p>", "color:rgb(".repeat(6_000)),
        format!("<img src=\"{}static/images/a.png\">", "../".repeat(20_000)),
        format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(65_000)),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let _ = sanitise(&text);
        let taken = start.elapsed();
        println_if_slow(&text, taken);
        assert!(taken.as_secs() < 10, "{:?}… took {taken:?}", &text[..40]);
    }
}

#[expect(clippy::print_stdout, reason = "told by tests that fail, or on request")]
fn println_if_slow(text: &str, taken: std::time::Duration) {
    if taken.as_millis() > 100 {
        println!("{taken:?} for {:?}…", &text[..40]);
    }
}

/// Pieces of HTML, whole and broken, in any order.
fn any_html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<div>", "</div>", "<table>", "</table>",
            "<tr>", "<td>", "</td>", "<ul>", "<li>", "</ul>", "<a href=\"https://a.example\">",
            "</a>", "<pre>", "</pre>", "\n", "<br>", "<img src=\"uploads/a.png\">", "<h1>", "</h1>",
            "<span style=\"color:red;x:y\">", "</span>", "<svg>", "</svg>", "<math>", "<mtext>",
            "<script>", "</script>", "<style>", "</style>", "<select>", "</select>", "<option>",
            "<form>", "</form>", "<!--", "-->", "<template>", "</template>", "<caption>", "<col>",
            "<textarea>", "</textarea>", "<title>", "</title>", "<foreignObject>", "<video>",
            "<source src=x>", "</video>", "<noscript>", "</noscript>", "<button>", "</button>",
            "&nbsp;", "&lt;", "&amp;", "\"", "'", "<", ">", "=", "/", " onclick=x ", "<td colspan=2",
            "<dl>", "<dd>", "<dt>", "<ol start=\"2\">", "</ol>", "<center>", "<hr>", "</br>",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_cleaned_stays_as_it_is(html in any_html()) {
        if let Ok(cleaned) = sanitise(&html) {
            common::assert_harmless(&cleaned, &html);
            prop_assert_eq!(sanitise(&cleaned), Ok(cleaned.clone()));
        }
    }

    #[test]
    fn any_text_is_cleaned_or_refused(text in "\\PC{0,60}") {
        if let Ok(cleaned) = sanitise(&text) {
            common::assert_harmless(&cleaned, &text);
        }
    }
}
