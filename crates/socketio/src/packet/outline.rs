//! What can be known of an event whose arguments are not taken, without building anything of them.
//!
//! The parser skips values without recursion, and without a look at what escapes stand for.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

/// Whether the text is an array that begins with a string: the arguments of an event.
pub(super) fn is_event(text: &str) -> bool {
    let inside = text.trim_ascii_start().strip_prefix('[').map(str::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with('"'))
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The name of the event, where that itself can be read.
pub(super) fn name(text: &str) -> Option<String> {
    serde_json::from_str::<Name>(text).ok().map(|Name(name)| name)
}

struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct First;

        impl<'de> Visitor<'de> for First {
            type Value = Name;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array that begins with a string")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Name, A::Error> {
                let name = values.next_element()?.unwrap_or_default();
                while values.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Name(name))
            }
        }

        deserializer.deserialize_seq(First)
    }
}
