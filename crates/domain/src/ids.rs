//! Identifiers, one type each, so that a team's id can't be passed where a slide's is meant.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = i64, example = 1)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A city: a region whose editors work on its competitions.
    CityId,
    /// A user of the administration.
    UserId,
    /// An uploaded image or video.
    MediaId,
    /// A competition.
    CompetitionId,
    /// A slide of a competition.
    SlideId,
    /// A question on a slide.
    QuestionId,
    /// An alternative (or row, statement, clue) of a question.
    AlternativeId,
    /// A component placed on a slide.
    ComponentId,
    /// A competing team.
    TeamId,
    /// The record of a code, which keeps its id when the code is renewed.
    CodeId,
    /// A stored answer.
    AnswerId,
    /// A stored score.
    ScoreId,
    /// One run of a competition.
    PresentationId,
}
