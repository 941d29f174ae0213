//! `estrad openapi`

use crate::harness::Home;

#[test]
fn the_committed_document_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    let committed = std::fs::read_to_string(path).expect("openapi/openapi.json");
    let home = Home::new();
    assert!(home.run("openapi").printed() == committed, "run `just openapi` and commit it");
    assert!(!home.path(".local").exists(), "nothing was written");
}
