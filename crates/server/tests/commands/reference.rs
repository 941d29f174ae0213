//! Keeps tables in the documentation in step with those in the code.

use estrad_http::ErrorWord;
use estrad_realtime::Close;

#[test]
fn the_documented_errors_are_those_of_the_code() {
    let rows = ErrorWord::ALL.iter().map(|word| {
        let (status, word, sentence) = (word.status().as_u16(), word.as_str(), word.sentence());
        format!("| {status} | `{word}` | {sentence} |\n")
    });
    check("http.md", "errors", "| Status | `error` | Means |\n|---|---|---|\n", rows);
}

#[test]
fn the_documented_close_codes_are_those_of_the_code() {
    let rows = Close::ALL.iter().map(|close| {
        let again = if close.reconnect() { "yes, and resume" } else { "no" };
        format!("| {} | `{}` | {again} | {} |\n", close.code(), close.word(), close.sentence())
    });
    let head = "| Number | Reason | Connect again? | What happened |\n|---|---|---|---|\n";
    check("realtime.md", "closes", head, rows);
}

/// Compares the table of that name in the document, or writes it.
fn check(document: &str, name: &str, head: &str, rows: impl Iterator<Item = String>) {
    let begin =
        format!("<!-- {name}: begin (written by the tests from the table in the code) -->\n");
    let end = format!("<!-- {name}: end -->\n");
    let path = format!("{}/../../docs/{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the document");
    let (before, rest) = text.split_once(&begin).expect("the mark where the table begins");
    let (table, after) = rest.split_once(&end).expect("the mark where the table ends");
    let wanted = format!("\n{head}{}\n", rows.collect::<String>());
    if std::env::var_os("ESTRAD_TEST_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, format!("{before}{begin}{wanted}{end}{after}")).expect("writes");
    } else {
        assert_eq!(table, wanted, "run the tests with ESTRAD_TEST_BLESS=1 to write it anew");
    }
}
