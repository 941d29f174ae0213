//! Components: what is placed where on a slide, for each view.

use serde::Serialize;
use utoipa::ToSchema;

use crate::media::Media;
use crate::types::{ComponentType, View};
use crate::{ComponentId, QuestionId, SlideId};

/// The largest coordinate or size, in pixels.
pub const MAX_COORDINATE: i32 = 100_000;
/// The most components that a slide has.
pub const MAX_COMPONENTS: i64 = 500;

/// Something placed on a slide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Component {
    #[expect(missing_docs, reason = "says itself")]
    pub id: ComponentId,
    #[expect(missing_docs, reason = "says itself")]
    pub slide_id: SlideId,
    /// For which view it is placed.
    #[serde(rename = "view_type_id")]
    #[schema(rename = "view_type_id")]
    pub view: View,
    /// Pixels from the left.
    pub x: i32,
    /// Pixels from the top.
    pub y: i32,
    /// Width in pixels.
    pub w: i32,
    /// Height in pixels.
    pub h: i32,
    /// What it shows.
    #[serde(flatten)]
    #[schema(value_type = ComponentContentSchema)]
    pub content: ComponentContent,
}

/// What a component shows. Each type has its own member on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentContent {
    /// HTML.
    Text(String),
    /// A picture or a video: which of them, its media says.
    Image(Media),
    /// The form of a question of the same slide.
    Question(QuestionId),
}

impl ComponentContent {
    /// The type that goes with the content.
    pub fn component_type(&self) -> ComponentType {
        match self {
            Self::Text(_) => ComponentType::Text,
            Self::Image(_) => ComponentType::Image,
            Self::Question(_) => ComponentType::Question,
        }
    }
}

impl Serialize for ComponentContent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type_id", &self.component_type())?;
        match self {
            Self::Text(text) => map.serialize_entry("text", text)?,
            Self::Image(media) => map.serialize_entry("media", media)?,
            Self::Question(id) => map.serialize_entry("question_id", id)?,
        }
        map.end()
    }
}

/// What a component shows, by its type.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a shape")]
pub struct ComponentContentSchema {
    type_id: ComponentType,
    /// Of a text component only: its HTML.
    text: Option<String>,
    /// Of an image component only: an image, or a video (its `type_id` says which).
    media: Option<Media>,
    /// Of a question component only.
    question_id: Option<QuestionId>,
}

/// The longer side of an image when it is placed, in pixels.
const MAX_IMAGE_SIDE: i32 = 600;

/// How large a video is placed, whose size is not known: 16 to 9, as most are.
pub const VIDEO_SIZE_ON_SLIDE: (i32, i32) = (600, 338);

/// How large an image is placed: as it is, or scaled down so that its longer side is 600 pixels.
pub fn image_size_on_slide(width: i32, height: i32) -> (i32, i32) {
    let longer = width.max(height);
    if longer <= MAX_IMAGE_SIDE {
        return (width, height);
    }
    let scaled = |side: i32| {
        let scaled = i64::from(side) * i64::from(MAX_IMAGE_SIDE) / i64::from(longer);
        // At most 600, and something of the shorter side is left.
        i32::try_from(scaled).unwrap_or(MAX_IMAGE_SIDE).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_images_are_scaled_to_600_pixels() {
        assert_eq!(image_size_on_slide(300, 200), (300, 200));
        assert_eq!(image_size_on_slide(1200, 900), (600, 450));
        assert_eq!(image_size_on_slide(900, 1800), (300, 600));
        assert_eq!(image_size_on_slide(100_000, 1), (600, 1));
    }

    #[test]
    fn a_component_carries_the_member_of_its_type() {
        let component = Component {
            id: ComponentId(1),
            slide_id: SlideId(2),
            view: View::Team,
            x: 1,
            y: 2,
            w: 3,
            h: 4,
            content: ComponentContent::Question(QuestionId(9)),
        };
        assert_eq!(
            serde_json::to_value(&component).expect("serialises"),
            serde_json::json!({"id": 1, "slide_id": 2, "view_type_id": 1, "x": 1, "y": 2, "w": 3, "h": 4,
                "type_id": 3, "question_id": 9})
        );
    }
}
