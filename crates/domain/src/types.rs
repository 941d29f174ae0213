//! The enumerations with ids that are fixed by the wire contract.

use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

/// An id and the name that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedId {
    /// The fixed id.
    #[schema(example = 1)]
    pub id: i64,
    /// The fixed English name.
    #[schema(value_type = String, example = "Text")]
    pub name: &'static str,
}

/// An id that is not one of the fixed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{id} is not the id of a {of}")]
pub struct UnknownId {
    of: &'static str,
    id: i64,
}

macro_rules! fixed_ids {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// Every value, by id.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The fixed id on the wire and in the database.
            pub const fn id(self) -> i64 {
                match self { $(Self::$variant => $id,)+ }
            }

            /// The fixed English name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The value with this id, if there is one.
            pub fn from_id(id: i64) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)+ _ => None }
            }

            /// The value with this name, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($label => Some(Self::$variant),)+ _ => None }
            }

            /// All of them as id and name, by id.
            pub fn catalogue() -> Vec<NamedId> {
                Self::ALL.iter().map(|v| NamedId { id: v.id(), name: v.name() }).collect()
            }
        }

        impl TryFrom<i64> for $name {
            type Error = UnknownId;

            fn try_from(id: i64) -> Result<Self, UnknownId> {
                Self::from_id(id).ok_or(UnknownId { of: stringify!($name), id })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.id())
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let legend: Vec<String> =
                    Self::ALL.iter().map(|v| format!("{} {}", v.id(), v.name())).collect();
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .description(Some(legend.join(", ")))
                    .enum_values(Some(Self::ALL.iter().map(|v| v.id())))
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

fixed_ids! {
    /// What a user of the administration may do.
    Role {
        /// Everything, in every city.
        Admin = 1, "Admin";
        /// Builds the competitions of the own city.
        Editor = 2, "Editor";
    }
}

fixed_ids! {
    /// What a code opens: one of the screens of a competition.
    View {
        /// A team in its booth, answering.
        Team = 1, "Team";
        /// A judge, reading answers and scoring.
        Judge = 2, "Judge";
        /// The projector and everyone watching.
        Audience = 3, "Audience";
        /// Whoever drives the presentation.
        Operator = 4, "Operator";
    }
}

fixed_ids! {
    /// What an uploaded file is.
    MediaType {
        /// A still or animated image.
        Image = 1, "Image";
        /// A video.
        Video = 2, "Video";
    }
}

fixed_ids! {
    /// What a component shows.
    ComponentType {
        /// Formatted text.
        Text = 1, "Text";
        /// A picture.
        Image = 2, "Image";
        /// A question of the slide, as a form that fits its type.
        Question = 3, "Question";
    }
}

fixed_ids! {
    /// How a question is answered.
    ///
    /// The first five keep the wire form of the front-ends in use. In all of them the answers are
    /// given per alternative.
    QuestionType {
        /// A short text, given at the question's one alternative.
        Text = 1, "Text";
        /// Done by hand, scored by the judges; no digital answer.
        Practical = 2, "Practical";
        /// Any number of alternatives: "1" or "0" for each.
        Multiple = 3, "Multiple";
        /// Exactly one alternative: "1" for it, "0" for the others.
        Single = 4, "Single";
        /// Pairs: each alternative with one of the right-hand texts.
        Match = 5, "Match";
        /// A number at the one alternative, with a tolerance.
        Number = 6, "Number";
        /// A longer text at the one alternative.
        LongText = 7, "Long text";
        /// Statements, one an alternative: "1" for true, "0" for false.
        TrueFalse = 8, "True or false";
        /// Clues, one an alternative, that all lead to the same word; one text for each.
        ClueLadder = 9, "Clue ladder";
        /// A series of short items in order, each a sub-question.
        Quiz = 10, "Quiz";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_lead_back_to_their_value() {
        for &view in View::ALL {
            assert_eq!(View::from_id(view.id()), Some(view));
            assert_eq!(View::from_name(view.name()), Some(view));
        }
        for &kind in QuestionType::ALL {
            assert_eq!(QuestionType::from_id(kind.id()), Some(kind));
            assert_eq!(QuestionType::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Role::from_id(0), None);
        assert_eq!(View::from_name("team"), None);
    }

    #[test]
    fn the_ids_of_the_front_end_in_use_stand() {
        let names: Vec<_> = QuestionType::ALL[..5].iter().map(|t| (t.id(), t.name())).collect();
        assert_eq!(
            names,
            [(1, "Text"), (2, "Practical"), (3, "Multiple"), (4, "Single"), (5, "Match")]
        );
    }
}
