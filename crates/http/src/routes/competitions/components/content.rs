//! What a component shows, out of the members of a request: each type has its own.

use estrad_domain::text::Html;
use estrad_domain::types::ComponentType;
use estrad_domain::{MediaId, QuestionId};
use estrad_persistence::queries::components::NewContent;

use crate::problem::Problem;

/// The content of a component to be. What belongs to another type is refused.
pub(super) fn required(
    component_type: ComponentType,
    text: Option<Html>,
    media_id: Option<MediaId>,
    question_id: Option<QuestionId>,
) -> Result<NewContent, Problem> {
    let content = changed(text, media_id, question_id)?;
    let missing = |field| Problem::body_field(field, "Missing data for required field.");
    match (component_type, content) {
        (ComponentType::Text, Some(content @ NewContent::Text(_)))
        | (ComponentType::Image, Some(content @ NewContent::Image(_)))
        | (ComponentType::Question, Some(content @ NewContent::Question(_))) => Ok(content),
        // The front-end in use makes the box first and writes into it afterwards.
        (ComponentType::Text, None) => Ok(NewContent::Text(String::new())),
        (ComponentType::Text, _) => Err(missing("text")),
        (ComponentType::Image, _) => Err(missing("media_id")),
        (ComponentType::Question, _) => Err(missing("question_id")),
    }
}

/// The content that is given, if one is.
pub(super) fn changed(
    text: Option<Html>,
    media_id: Option<MediaId>,
    question_id: Option<QuestionId>,
) -> Result<Option<NewContent>, Problem> {
    let other = |field| Problem::body_field(field, "Belongs to another type of component.");
    match (text, media_id, question_id) {
        (None, None, None) => Ok(None),
        (Some(text), None, None) => Ok(Some(NewContent::Text(text.into_string()))),
        (None, Some(id), None) => Ok(Some(NewContent::Image(id))),
        (None, None, Some(id)) => Ok(Some(NewContent::Question(id))),
        (Some(_), Some(_), _) => Err(other("media_id")),
        (_, _, Some(_)) => Err(other("question_id")),
    }
}

/// Something that the request refers to does not exist.
pub(super) fn missing_reference(field: &str) -> Problem {
    Problem::body_field(field, "There is no such thing.")
}

/// Makes a text safe to be shown on other people's screens. A large one takes a while: call it
/// where blocking is allowed.
pub(super) fn sanitise(content: NewContent) -> Result<NewContent, Problem> {
    match content {
        NewContent::Text(html) => Ok(NewContent::Text(estrad_markup::sanitise(&html)?)),
        other => Ok(other),
    }
}
