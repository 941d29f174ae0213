//! Whether an answer of ours is as good as the recorded one to a client that knows only that.
//!
//! Everything recorded must be there: the status, the headers that clients read, every member with
//! the same value. Members more than that are listed here. Ids may come out differently where the
//! old server gave out an id a second time, which ours never does: such cases say so in the table,
//! and from then on the recorded id stands for ours.

use std::collections::{BTreeSet, HashMap};

use estrad_testkit::Answer;
use serde_json::{Map, Value};

use super::example::Example;

/// Members that errors of ours have beside the recorded ones.
const MORE_IN_ERRORS: &[&str] = &["code", "status", "message", "error", "field", "msg", "reason"];
/// Members that answers of ours have beside the recorded ones.
const MORE_ELSEWHERE: &[&str] =
    &["version", "fractions_allowed", "views", "timer_restart", "negative_allowed"];
/// Members with values of a moment, or in words for people: only their type counts.
const VOLATILE: &[&str] = &["access_token", "message", "msg"];

/// What the recorded ids and codes are called by ours, by what they are of.
#[derive(Default)]
pub(super) struct Ids {
    ids: HashMap<(&'static str, i64), i64>,
    codes: HashMap<String, String>,
}

impl Ids {
    /// The path with our ids in it.
    pub(super) fn in_path(&self, path: &str) -> String {
        let mut before = "";
        let mut ours = Vec::new();
        for segment in path.split('/') {
            let id = collection(before).zip(segment.parse().ok()).map(|(of, id)| self.id(of, id));
            ours.push(id.map_or_else(|| segment.to_owned(), |id| id.to_string()));
            before = segment;
        }
        ours.join("/")
    }

    /// The body of a request with our ids and codes in it.
    pub(super) fn in_body(&self, body: &Value) -> Value {
        let Value::Object(members) = body else { return body.clone() };
        let ours = members.iter().map(|(name, value)| {
            let value = match (of_member(name, ""), value) {
                (Some(of), Value::Number(id)) => id.as_i64().map(|id| self.id(of, id).into()),
                (_, Value::String(code)) if name == "code" => {
                    self.codes.get(code).map(|code| code.clone().into())
                }
                _ => None,
            };
            (name.clone(), value.unwrap_or_else(|| members[name].clone()))
        });
        Value::Object(ours.collect())
    }

    fn id(&self, of: &'static str, recorded: i64) -> i64 {
        self.ids.get(&(of, recorded)).copied().unwrap_or(recorded)
    }
}

/// What is missing or different, one sentence each.
pub(super) fn answers(
    example: &Example,
    answer: &Answer,
    ids: &mut Ids,
    new_ids: bool,
) -> Vec<String> {
    let mut differences = Vec::new();
    if answer.status != example.status {
        differences.push(format!("{} and not {}", answer.status, example.status));
        return differences;
    }
    for (name, recorded) in &example.headers {
        let ours = answer.header(name);
        let same = match name.as_str() {
            "pagination" => {
                let json = |text| serde_json::from_str::<Value>(text).ok();
                json(ours).is_some() && json(ours) == json(recorded)
            }
            "allow" => set(ours) == set(recorded),
            _ => ours.split(';').next() == recorded.split(';').next(),
        };
        if !same {
            differences.push(format!("the header {name} is {ours:?} and not {recorded:?}"));
        }
    }
    if !example.answer.is_null() {
        let ours: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        let of = example.path.split(['/', '?']).rev().find_map(collection).unwrap_or_default();
        let more = if answer.status < 400 { MORE_ELSEWHERE } else { MORE_IN_ERRORS };
        let mut comparison = Comparison { ids, new_ids, more, differences: &mut differences };
        comparison.values(&example.answer, &ours, of, "the answer");
    }
    differences
}

fn set(list: &str) -> BTreeSet<&str> {
    list.split(',').map(str::trim).collect()
}

/// The kind of thing that a segment of a path, or a member with a list, is about.
fn collection(name: &str) -> Option<&'static str> {
    Some(match name {
        "slides" => "slides",
        "questions" | "scores" => "questions",
        "alternatives" | "answers" => "alternatives",
        "components" => "components",
        "teams" => "teams",
        "codes" => "codes",
        "competitions" => "competitions",
        "users" => "users",
        "cities" => "cities",
        "images" | "media" | "background_image" => "images",
        _ => return None,
    })
}

/// The kind of thing whose id a member holds; `of` is what the object itself is.
fn of_member(name: &str, of: &'static str) -> Option<&'static str> {
    Some(match name {
        "id" => of,
        "slide_id" => "slides",
        "question_id" => "questions",
        "question_alternative_id" => "alternatives",
        "team_id" => "teams",
        "competition_id" => "competitions",
        "city_id" => "cities",
        "media_id" | "background_image_id" => "images",
        _ => return None,
    })
}

struct Comparison<'a> {
    ids: &'a mut Ids,
    new_ids: bool,
    more: &'static [&'static str],
    differences: &'a mut Vec<String>,
}

impl Comparison<'_> {
    fn values(&mut self, recorded: &Value, ours: &Value, of: &'static str, at: &str) {
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => self.members(recorded, ours, of, at),
            (Value::Array(recorded), Value::Array(ours)) if recorded.len() == ours.len() => {
                for (place, (recorded, ours)) in recorded.iter().zip(ours).enumerate() {
                    self.values(recorded, ours, of, &format!("{at}[{place}]"));
                }
            }
            _ if recorded == ours => {}
            _ => self.differences.push(format!("{at} is {ours} and not {recorded}")),
        }
    }

    fn members(
        &mut self,
        recorded: &Map<String, Value>,
        ours: &Map<String, Value>,
        of: &'static str,
        at: &str,
    ) {
        for name in ours.keys() {
            if !recorded.contains_key(name) && !self.more.contains(&name.as_str()) {
                self.differences.push(format!("{at} has {name} too"));
            }
        }
        for (name, recorded) in recorded {
            let Some(ours) = ours.get(name) else {
                self.differences.push(format!("{at} has no {name}"));
                continue;
            };
            let at = format!("{at}.{name}");
            if VOLATILE.contains(&name.as_str()) {
                if !ours.is_string() {
                    self.differences.push(format!("{at} is {ours}"));
                }
                continue;
            }
            let kind = of_member(name, of);
            match (kind, recorded.as_i64(), ours.as_i64()) {
                (Some(kind), Some(recorded), Some(ours)) => self.id(kind, recorded, ours, &at),
                _ if name == "code" && recorded.is_string() => self.code(recorded, ours, &at),
                _ => self.values(recorded, ours, collection(name).unwrap_or(of), &at),
            }
        }
    }

    fn id(&mut self, of: &'static str, recorded: i64, ours: i64, at: &str) {
        if self.new_ids {
            self.ids.ids.insert((of, recorded), ours);
        } else if self.ids.id(of, recorded) != ours {
            self.differences.push(format!("{at} is {ours} and not {}", self.ids.id(of, recorded)));
        }
    }

    fn code(&mut self, recorded: &Value, ours: &Value, at: &str) {
        let (Some(recorded), Some(ours)) = (recorded.as_str(), ours.as_str()) else {
            self.differences.push(format!("{at} is {ours}"));
            return;
        };
        let known = self.ids.codes.get(recorded).map_or(recorded, String::as_str);
        if self.new_ids {
            self.ids.codes.insert(recorded.to_owned(), ours.to_owned());
        } else if known != ours {
            self.differences.push(format!("{at} is {ours} and not {known}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(recorded: Value, ours: Value) -> usize {
        let mut found = Vec::new();
        let mut ids = Ids::default();
        let mut comparison = Comparison {
            ids: &mut ids,
            new_ids: false,
            more: &["version"],
            differences: &mut found,
        };
        comparison.values(&recorded, &ours, "slides", "");
        found.len()
    }

    #[test]
    fn what_is_missing_more_or_different_is_found() {
        assert_eq!(
            differences(json!({"id": 1, "a": [1]}), json!({"version": 2, "a": [1], "id": 1})),
            0
        );
        assert_eq!(differences(json!({"a": 1}), json!({})), 1);
        assert_eq!(differences(json!({}), json!({"b": 1})), 1);
        assert_eq!(differences(json!({"a": [1, 2]}), json!({"a": [1]})), 1);
        assert_eq!(differences(json!({"a": 1}), json!({"a": "1"})), 1);
        assert_eq!(differences(json!({"id": 1}), json!({"id": 2})), 1);
        assert_eq!(differences(json!({"message": "x"}), json!({"message": null})), 1);
    }
}
