//! The OpenAPI document.

/// `openapi/openapi.json` is for those who look before they run: it must be the one that is served.
#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == estrad_http::document_json(),
        "openapi/openapi.json is out of date: run `just openapi` and commit it"
    );
}
