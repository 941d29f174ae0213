//! Inline styles: the properties that editors set, with values that only look.
//!
//! This is no parser of CSS but a form that is far narrower than CSS: what does not fit it goes,
//! declaration by declaration. Without backslashes, comments and colons in a value there is nothing
//! in which another reading could hide.

/// The properties that are kept. None of them takes a text out of its place on the slide.
const PROPERTIES: [&str; 63] = [
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-spacing",
];

/// The functions that a value may have: colours.
const FUNCTIONS: [&str; 4] = ["rgb", "rgba", "hsl", "hsla"];

/// The most characters that a value has; a list of fonts is the longest that occurs.
const MAX_VALUE: usize = 300;

/// What is kept of a style attribute; nothing, if nothing is.
pub(crate) fn filter(style: &str) -> Option<String> {
    let kept: Vec<String> = style.split(';').filter_map(declaration).collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// One declaration in its canonical form.
fn declaration(text: &str) -> Option<String> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    // Nothing of ours has to be overruled.
    let value = value.trim().trim_end_matches("!important").trim_end();
    // `background` is the short form of much more, but of a plain colour too.
    let known = PROPERTIES.contains(&name.as_str());
    let plain_background = name == "background" && !value.contains(' ');
    ((known || plain_background) && is_harmless(value)).then(|| format!("{name}: {value};"))
}

fn is_harmless(value: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " #%.,+-_()/'\"".contains(c);
    !value.is_empty()
        && value.len() <= MAX_VALUE
        && value.chars().all(fits)
        && !value.contains("/*")
        && quotes_are_closed(value)
        && functions_are_known(value)
        && !has_negative(value)
}

fn quotes_are_closed(value: &str) -> bool {
    let mut open = None;
    for c in value.chars().filter(|c| matches!(c, '"' | '\'')) {
        match open {
            None => open = Some(c),
            Some(quote) if quote == c => open = None,
            Some(_) => {}
        }
    }
    open.is_none()
}

fn functions_are_known(value: &str) -> bool {
    let mut parts = value.split('(');
    let mut before = parts.next().unwrap_or_default();
    for inside in parts {
        let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || "-_".contains(c));
        let name = before[start.len()..].to_ascii_lowercase();
        if !FUNCTIONS.contains(&name.as_str()) || inside.matches(')').count() != 1 {
            return false;
        }
        before = inside;
    }
    value.matches('(').count() == value.matches(')').count()
}

/// Negative lengths would lay a text over others.
fn has_negative(value: &str) -> bool {
    let bytes = value.as_bytes();
    (0..bytes.len()).any(|at| {
        let starts = at == 0 || b" ,(/+".contains(&bytes[at - 1]);
        let number = bytes.get(at + 1).is_some_and(|b| b.is_ascii_digit() || *b == b'.');
        bytes[at] == b'-' && starts && number
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_set_is_kept_as_they_write_it() {
        for style in [
            "font-size: 24pt;",
            "font-size: 64px; margin: 0;",
            "text-align: center;",
            "color: rgb(224, 62, 45); background-color: #FFF;",
            "color: rgba(0 0 0 / 50%);",
            "font-family: 'times new roman', times, serif;",
            "font-family: \"comic sans ms\", sans-serif;",
            "border-collapse: collapse; width: 99.9542%; height: 36px;",
            "border: 1px solid rgb(0, 0, 0);",
            "float: left; display: block; margin-left: auto; margin-right: auto;",
            "list-style-type: lower-alpha;",
            "text-decoration: underline;",
        ] {
            assert_eq!(filter(style).as_deref(), Some(style));
        }
        assert_eq!(
            filter("COLOR:red !important;;x;width:1px").as_deref(),
            Some("color: red; width: 1px;")
        );
        assert_eq!(filter("background: yellow").as_deref(), Some("background: yellow;"));
    }

    #[test]
    fn what_does_more_than_look_goes() {
        for style in [
            "",
            "color",
            "color:",
            "position: fixed",
            "z-index: 9",
            "behavior: url(x.htc)",
            "-moz-binding: url(x)",
            "background: url(javascript:alert(1))",
            "background: red url(x)",
            "background-image: url('//x')",
            "list-style: url(x)",
            "color: expression(alert(1))",
            "width: exp/**/ression(alert(1))",
            "width: calc(100vw * 9)",
            "width: e\\78pression(alert(1))",
            "color: var(--x)",
            "font-family: 'x",
            "color: red}",
            "@import 'x'",
            "margin-left: -999px",
            "margin: 0 -.5em",
            "color: rgb(1,2,3",
            "color: rgb 1)(",
            "color: (1)",
            "content: 'x'",
            "transform: none",
            "opacity: 0",
            "color: re\nd",
        ] {
            assert_eq!(filter(style), None, "{style}");
        }
        assert!(filter(&format!("font-family: {}", "a".repeat(400))).is_none());
    }
}
