use std::path::Path;

use crate::{endpoints, markdown, openapi_json};

#[test]
fn the_api_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let page = markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/api.md is stale: run the tests with UPDATE_DOCS=1 and commit it");
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let document = openapi_json();
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "no schema {name}");
    }
}

#[test]
fn only_what_must_be_is_open() {
    let open: Vec<_> = endpoints::all()
        .iter()
        .filter(|endpoint| endpoint.guard == endpoints::Guard::Open)
        .map(|endpoint| endpoint.path)
        .collect();
    assert_eq!(open, [endpoints::HEALTH, endpoints::OPENAPI, endpoints::LOGIN]);
}
