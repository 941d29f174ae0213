//! Keeps the table of errors in `docs/http.md` in step with the one in the code.

use estrad_http::ErrorWord;

const BEGIN: &str = "<!-- errors: begin (written by the tests from the table in the code) -->\n";
const END: &str = "<!-- errors: end -->\n";

#[test]
fn the_documented_errors_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/http.md");
    let text = std::fs::read_to_string(path).expect("docs/http.md");
    let (before, rest) = text.split_once(BEGIN).expect("the mark where the table begins");
    let (table, after) = rest.split_once(END).expect("the mark where the table ends");
    let rows: Vec<String> = ErrorWord::ALL
        .iter()
        .map(|word| {
            let (status, word, sentence) = (word.status().as_u16(), word.as_str(), word.sentence());
            format!("| {status} | `{word}` | {sentence} |\n")
        })
        .collect();
    let wanted = format!("\n| Status | `error` | Means |\n|---|---|---|\n{}\n", rows.concat());
    if std::env::var_os("ESTRAD_TEST_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, format!("{before}{BEGIN}{wanted}{END}{after}")).expect("writes");
    } else {
        assert_eq!(table, wanted, "run the tests with ESTRAD_TEST_BLESS=1 to write it anew");
    }
}
