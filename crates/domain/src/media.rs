//! Uploaded images and videos.

use serde::Serialize;
use utoipa::ToSchema;

use crate::types::MediaType;
use crate::{MediaId, UserId};

/// A file that competitions can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Media {
    #[expect(missing_docs, reason = "says itself")]
    pub id: MediaId,
    /// Unique, and usable in a URL as it is.
    #[schema(example = "bild.png")]
    pub filename: String,
    #[expect(missing_docs, reason = "says itself")]
    #[serde(rename = "type_id")]
    #[schema(rename = "type_id")]
    pub media_type: MediaType,
    /// Who uploaded it; null when that user is gone.
    pub upload_by_id: Option<UserId>,
}
