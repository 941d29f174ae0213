//! Cities: the regions that competitions, and the rights of editors, belong to.

use serde::Serialize;
use utoipa::ToSchema;

use crate::CityId;

/// A city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct City {
    #[expect(missing_docs, reason = "says itself")]
    pub id: CityId,
    /// Unique.
    #[schema(example = "Linköping")]
    pub name: String,
}
