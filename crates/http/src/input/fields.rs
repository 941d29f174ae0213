//! The members of a body or a query, taken one by one.

use serde_json::{Map, Value};

use super::Field;
use crate::problem::FieldErrors;

/// Something that is read from members.
pub(crate) trait Request: Sized {
    /// Takes what it needs; what is wrong is noted in `fields`, and then there is no value.
    fn take_from(fields: &mut Fields) -> Option<Self>;
}

/// The members that have not been taken yet, and what was wrong with those that were.
pub(crate) struct Fields {
    members: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self { members, errors: FieldErrors::new() }
    }

    /// Takes a member.
    pub(crate) fn take<T: Field>(&mut self, name: &str) -> Option<T> {
        let value = match self.members.remove(name) {
            Some(value) => T::read(value),
            None => T::absent(),
        };
        value.map_err(|sentence| self.note(name, sentence)).ok()
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
