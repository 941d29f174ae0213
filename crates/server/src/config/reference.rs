//! Keeps the table in `docs/configuration.md` in step with the table in the code.

use std::fmt::Write as _;
use std::path::Path;

use super::setting::{Preset, Setting};
use super::table::SETTINGS;

const BEGIN: &str = "<!-- settings: begin (written by the tests from the table in the code) -->\n";
const END: &str = "<!-- settings: end -->\n";

fn reference() -> String {
    let mut text = String::new();
    let mut section = None;
    for setting in SETTINGS {
        let (of, _) = setting.section_and_key();
        if section != Some(of) {
            section = Some(of);
            text.push_str(&heading(of));
        }
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            setting.name,
            said_by(setting),
            default(setting),
            escape(&setting.expected()),
            escape(setting.about),
        )
        .expect("a string takes it");
    }
    text
}

fn heading(section: &str) -> String {
    let title = match section {
        "" => "### Outside of a section".to_owned(),
        section => format!("### `[{section}]`"),
    };
    let columns = "| Setting | Environment, flag | Default | Takes | What it is for |";
    format!("\n{title}\n\n{columns}\n|---|---|---|---|---|\n")
}

fn said_by(setting: &Setting) -> String {
    let variable = format!("`{}`", setting.variable());
    setting.flag.map_or(variable.clone(), |flag| format!("{variable}, `{flag}`"))
}

fn default(setting: &Setting) -> String {
    match setting.preset {
        Preset::Value("") => "none".to_owned(),
        Preset::Value(value) => format!("`{value}`"),
        Preset::Absent(instead) => instead.to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[test]
fn the_documented_table_is_the_one_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let text = std::fs::read_to_string(&path).expect("docs/configuration.md");
    let (before, rest) = text.split_once(BEGIN).expect("the mark where the table begins");
    let (table, after) = rest.split_once(END).expect("the mark where the table ends");
    let wanted = format!("{}\n", reference());
    if std::env::var_os("ESTRAD_TEST_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).expect("writes");
    } else {
        assert_eq!(table, wanted, "run the tests with ESTRAD_TEST_BLESS=1 to write it anew");
    }
}
