//! `estrad openapi`: prints the OpenAPI document.

use super::{CommandError, output};

pub(super) fn run() -> Result<(), CommandError> {
    output::print(estrad_http::document_json())
}
