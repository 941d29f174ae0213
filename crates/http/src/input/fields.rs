//! The members of a body or a query, taken one by one.

use serde_json::{Map, Value};

use super::Field;
use crate::problem::FieldErrors;

/// Something that is read from members.
pub(crate) trait Request: Sized {
    /// Takes what it needs; what is wrong is noted in `fields`, and then there is no value.
    fn take_from(fields: &mut Fields) -> Option<Self>;
}

/// The most members of a list's things that are said to be wrong.
const MOST_ERRORS: usize = 20;

/// The members that have not been taken yet, and what was wrong with those that were.
pub(crate) struct Fields {
    members: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self { members, errors: FieldErrors::new() }
    }

    /// Whether there is such a member, which was not taken yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Takes a member.
    pub(crate) fn take<T: Field>(&mut self, name: &str) -> Option<T> {
        let value = match self.members.remove(name) {
            Some(value) => T::read(value),
            None => T::absent(),
        };
        value.map_err(|sentence| self.note(name, sentence)).ok()
    }

    /// Takes a member that is a list of 1 to `most` things with members of their own. What is wrong
    /// with one of these is noted under its place, as `answers[3].answer`.
    pub(crate) fn take_list<T: Request>(&mut self, name: &str, most: usize) -> Option<Vec<T>> {
        let items = match self.members.remove(name) {
            Some(Value::Array(items)) => items,
            Some(_) => return self.note_none(name, "Not a valid list."),
            None => return self.note_none(name, "Missing data for required field."),
        };
        if items.is_empty() {
            return self.note_none(name, "Shorter than minimum length 1.");
        }
        if items.len() > most {
            return self.note_none(name, format!("Longer than maximum length {most}."));
        }
        let mut list = Some(Vec::with_capacity(items.len()));
        for (place, item) in items.into_iter().enumerate() {
            let place = format!("{name}[{place}]");
            let Value::Object(members) = item else {
                list = self.note_none(&place, "Invalid input type.");
                continue;
            };
            let mut fields = Self::new(members);
            let read = T::take_from(&mut fields);
            fields.refuse_the_rest();
            match fields.finish(read) {
                Ok(read) => {
                    if let Some(list) = &mut list {
                        list.push(read);
                    }
                }
                Err(errors) => {
                    list = None;
                    for (field, sentences) in errors {
                        self.errors.insert(format!("{place}.{field}"), sentences);
                    }
                }
            }
            // Enough to see what is wrong, and no answer many times as long as the request.
            if self.errors.len() >= MOST_ERRORS {
                return None;
            }
        }
        list
    }

    fn note_none<T>(&mut self, name: &str, sentence: impl Into<String>) -> Option<T> {
        self.note(name, sentence);
        None
    }

    /// Notes what is wrong with a member.
    pub(crate) fn note(&mut self, name: &str, sentence: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_default().push(sentence.into());
    }

    /// Refuses the members that nobody took.
    pub(crate) fn refuse_the_rest(&mut self) {
        for (name, _) in std::mem::take(&mut self.members) {
            // A name can be as long as the body: the answer need not be.
            let name: String = name.chars().take(100).collect();
            self.note(&name, "Unknown field.");
        }
    }

    /// The request, or what was wrong.
    pub(crate) fn finish<T>(self, request: Option<T>) -> Result<T, FieldErrors> {
        match request {
            Some(request) if self.errors.is_empty() => Ok(request),
            _ => Err(self.errors),
        }
    }
}

/// Declares what a request consists of.
///
/// Every member's type is a [`Field`]: a plain type is required, an `Option` may be left out, and a
/// `Clearable` may also be null.
macro_rules! request {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        $vis struct $name {
            $( $(#[$field_meta])* $field_vis $field: $type, )*
        }

        impl $crate::input::Request for $name {
            fn take_from(fields: &mut $crate::input::Fields) -> Option<Self> {
                // All are taken before any is missed: every field at fault is named.
                $( let $field = fields.take::<$type>(stringify!($field)); )*
                Some(Self { $( $field: $field?, )* })
            }
        }
    };
}

pub(crate) use request;
