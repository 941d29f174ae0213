//! Where the attachments of a packet belong: placeholders in its JSON.

use serde_json::Value;

/// Whether the placeholders in the values name each of `count` attachments exactly once.
pub(super) fn name_each_once(values: &[Value], count: usize) -> bool {
    let mut seen = vec![false; count];
    values.iter().all(|value| mark(value, &mut seen)) && seen.into_iter().all(|named| named)
}

/// Marks the attachments that the value names; false if one is unknown or named again. The depth of
/// values is bounded where they are parsed.
fn mark(value: &Value, seen: &mut [bool]) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| mark(item, seen)),
        Value::Object(members) if members.get("_placeholder") == Some(&Value::Bool(true)) => {
            let slot = members
                .get("num")
                .and_then(Value::as_u64)
                .and_then(|number| usize::try_from(number).ok())
                .and_then(|number| seen.get_mut(number));
            slot.is_some_and(|named| !std::mem::replace(named, true))
        }
        Value::Object(members) => members.values().all(|member| mark(member, seen)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_attachment_is_named_once() {
        let at = |number: i64| json!({"_placeholder": true, "num": number});
        assert!(name_each_once(&[], 0));
        assert!(name_each_once(&[at(1), json!({"deep": [at(0)]})], 2));
        assert!(!name_each_once(&[at(0)], 2));
        assert!(!name_each_once(&[at(0), at(0)], 1));
        assert!(!name_each_once(&[at(1)], 1));
        assert!(!name_each_once(&[at(-1)], 1));
        assert!(!name_each_once(&[json!({"_placeholder": true})], 1));
    }
}
