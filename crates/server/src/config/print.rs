//! The configuration in effect, as a file that says the same.

use std::fmt::Write as _;

use super::database_url;
use super::load::{Effective, Loaded};
use super::setting::{Preset, Secrecy, Value};

/// What stands in place of a secret. Too short to be one: what is printed here is not taken for a
/// secret by a server that reads it.
const MASK: &str = "********";

impl Loaded {
    /// The configuration in effect as TOML, with what each setting is for and its origin as
    /// comments. Secrets are masked; but for them, it can be read back.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        for effective in &self.effective {
            let (of, key) = effective.setting.section_and_key();
            if of != section {
                section = of;
                text.push_str(&format!("\n[{section}]\n"));
            }
            line(&mut text, key, effective);
        }
        text
    }
}

fn line(text: &mut String, key: &str, effective: &Effective) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# {}", effective.setting.about);
    // A path in the origin could end the comment.
    let origin = effective.origin.to_string().replace(char::is_control, " ");
    let _ = match (&effective.value, &effective.setting.preset) {
        (Some(value), _) => {
            writeln!(text, "{key} = {} # {origin}", toml_of(value, effective.setting.secrecy))
        }
        (None, Preset::Absent(instead) | Preset::Value(instead)) => {
            writeln!(text, "# {key} is not set: {instead}")
        }
    };
}

fn toml_of(value: &Value, secrecy: Secrecy) -> toml::Value {
    match (value, secrecy) {
        (_, Secrecy::Secret) => MASK.into(),
        (Value::Text(text), Secrecy::Password) => database_url::mask(text).into(),
        (Value::Number(number), _) => i64::from(*number).into(),
        (Value::Text(text), Secrecy::Open) => text.as_str().into(),
        (Value::List(entries), _) => entries.clone().into(),
    }
}
