//! What editors and imports write comes through.

mod common;

use estrad_import::demo;
use estrad_markup::sanitise;

/// What the rich text editor of the front-end in use writes, letter for letter.
const AS_IT_IS: &[&str] = &[
    "",
    "hej",
    "<p>R&amp;D: 1 &lt; 2</p>",
    "<p><span style=\"font-size: 24pt;\">0</span></p>",
    "<h1 style=\"font-size: 64px; margin: 0;\">Quick quiz</h1>",
    "<p style=\"text-align: center;\"><strong>Vad</strong> <em>är</em> <u>det</u>?</p>",
    "<p><span style=\"color: #e03e2d; background-color: #fbeeb8;\">Röd</span></p>",
    "<p><span style=\"text-decoration: underline;\">u</span><s>s</s><sub>2</sub><sup>3</sup></p>",
    "<p><span style=\"font-family: 'comic sans ms', sans-serif;\">x</span></p>",
    "<p style=\"padding-left: 40px; line-height: 1.5;\">x</p>",
    "<ul style=\"list-style-type: square;\">\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>",
    "<ol style=\"list-style-type: lower-alpha;\" start=\"3\">\n<li>a</li>\n</ol>",
    "<table style=\"border-collapse: collapse; width: 100%;\" border=\"1\"><colgroup><col style=\"width: 50%;\"><col style=\"width: 50%;\"></colgroup>\n<tbody>\n<tr>\n<td colspan=\"2\" style=\"width: 99.9542%; text-align: center;\">&nbsp;</td>\n</tr>\n<tr>\n<th scope=\"col\">a</th>\n<td rowspan=\"2\">b</td>\n</tr>\n</tbody>\n</table>",
    "<p><img style=\"float: left; display: block; margin-left: auto; margin-right: auto;\" src=\"/static/images/bild.png\" alt=\"\" width=\"200\" height=\"100\"></p>",
    "<p><img src=\"http://localhost:5000/static/images/a_b.png\"></p>",
    "<p><img src=\"../static/images/a.png\" alt=\"a\"></p>",
    "<p><img src=\"data:image/png;base64,iVBORw0KGgo=\"></p>",
    "<p><a href=\"https://example.org/a?b=c&amp;d=e\" target=\"_blank\" rel=\"noopener noreferrer\">x</a></p>",
    "<p><a href=\"mailto:a@example.org\" rel=\"noopener noreferrer\">x</a></p>",
    "<video style=\"width: 100%;\" autoplay=\"\" controls=\"\" loop=\"\" muted=\"\"><source src=\"uploads/a.mp4\" type=\"video/mp4\"></video>",
    "<video src=\"/static/videos/film.mp4\" poster=\"../static/images/a.png\" controls=\"\" preload=\"metadata\" playsinline=\"\"></video>",
    "<video controls=\"\"><source src=\"/static/videos/film.webm\" type=\"video/webm\"></video>",
    "<blockquote>\n<p>x</p>\n</blockquote>\n<hr>\n<pre>a\n  b</pre>\n<p><code>x</code><br>y</p>",
    "<p>Räkna ut 3 × 4 ÷ 2 – “så” … 😀</p>",
];

/// What is written otherwise afterwards, and means the same.
const RESPELT: &[(&str, &str)] = &[
    (
        "<p><span style='font-size: 24pt;'>0</span></p>",
        "<p><span style=\"font-size: 24pt;\">0</span></p>",
    ),
    ("<p>a<br />b</p><hr/>", "<p>a<br>b</p><hr>"),
    ("<p>&aring;&mdash;&middot;&Omega;&#39;</p>", "<p>å—·Ω'</p>"),
    ("<p>a<p>b", "<p>a</p><p>b</p>"),
    ("<P STYLE=\"COLOR:red\">a</P>", "<p style=\"color: red;\">a</p>"),
    ("<p id=\"x\" class=\"y\" data-mce-style=\"z\">a</p>", "<p>a</p>"),
    ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ("<p>a<!-- b --></p>", "<p>a</p>"),
    (
        "<a href=\"https://example.org\">x</a>",
        "<a href=\"https://example.org\" rel=\"noopener noreferrer\">x</a>",
    ),
    ("<a href=\"/admin\">x</a>", "<a rel=\"noopener noreferrer\">x</a>"),
    ("<form action=\"x\"><button>a</button></form>", "a"),
    ("<font color=\"red\">a</font>", "a"),
    ("<p>a</p><script>b</script><style>c</style>", "<p>a</p>"),
];

#[test]
fn what_an_editor_writes_is_kept_letter_for_letter() {
    for html in AS_IT_IS {
        assert_eq!(sanitise(html).as_deref(), Ok(*html));
    }
}

#[test]
fn other_spellings_become_the_usual_ones() {
    for (html, expected) in RESPELT {
        assert_eq!(sanitise(html).as_deref(), Ok(*expected), "{html}");
    }
}

/// Without the spelling of entities and of styles, which may change.
fn meaning(html: &str) -> String {
    html.replace("&middot;", "·").replace("&mdash;", "—").replace("&Omega;", "Ω")
}

#[test]
fn the_demo_is_kept_letter_for_letter() {
    use estrad_domain::draft::ContentDraft;
    let mut texts = 0;
    for slide in demo::competition().slides {
        for component in slide.components {
            if let ContentDraft::Text(html) = component.content {
                assert_eq!(sanitise(&html), Ok(meaning(&html)));
                texts += 1;
            }
        }
    }
    assert!(texts > 50);
}

/// Every text in the export of the old system that the importer is tested with.
#[test]
fn nothing_that_is_seen_of_an_import_is_lost() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../import/tests/data/questions.json");
    let file = std::fs::read_to_string(path).expect("the fixture");
    let mut texts = Vec::new();
    for question in serde_json::Deserializer::from_str(&file).into_iter::<serde_json::Value>() {
        collect(&question.expect("a question"), &mut texts);
    }
    assert!(texts.len() > 10);
    for html in texts {
        let cleaned = sanitise(&html).expect("short");
        common::assert_harmless(&cleaned, &html);
        for kept in ["<p", "<img", "src=\"", "<table", "<td", "<li", "<video", "width="] {
            let (before, after) = (html.matches(kept).count(), cleaned.matches(kept).count());
            assert_eq!(before, after, "{kept} in {html:?} and {cleaned:?}");
        }
    }
}

fn collect(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.contains('<') => texts.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        serde_json::Value::Object(map) => map.values().for_each(|item| collect(item, texts)),
        _ => {}
    }
}
