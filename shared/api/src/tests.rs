use std::collections::BTreeSet;
use std::path::Path;

use model::AcdNumber;

use crate::{
    LogCode, ModeRule, Operation, Refresh, ReportRequest, TableName, TypedRequest, endpoints, markdown, openapi_json,
};

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
fn one_of_what_is_kept_is_one() {
    let amounts = [(crate::KEPT[0], 62, 1), (crate::KEPT[2], 104, 0), ("records", 9, 1), (crate::KEPT[1], 1, 1)];
    let less = [
        "1 day of intervals where 62 are kept now",
        "0 weeks of weekly rows where 104 are kept now",
        "1 record where 9 are kept now",
    ];
    assert_eq!(crate::less_is_kept(amounts), less);
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

#[test]
fn a_report_is_typed_as_it_is_read() {
    for (refresh, inputs) in [
        (Refresh::Secs(5), vec![]),
        (Refresh::Once, vec![("splits", "1;3;Billing desk"), ("dates", "-7:0")]),
        (Refresh::AsItHappens, vec![("acd", "7"), ("name", "it's \"new\" = here"), ("refresh", "9")]),
    ] {
        let inputs = inputs.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let path = "Real-time/Designer/My \"own\" report".to_owned();
        let request = ReportRequest { path: path.clone(), acd: AcdNumber(2), inputs, refresh };
        let read: TypedRequest = request.typed().parse().unwrap();
        let (acd, refresh) = (Some(AcdNumber(2)), Some(refresh));
        assert_eq!(read, TypedRequest { path, acd, refresh, inputs: request.inputs });
    }
}

#[test]
fn a_typed_report_with_a_fault_says_what_to_write() {
    for (text, part) in [
        ("", "names no report"),
        ("\"Agent Report", "is not closed"),
        ("\"Agent Report\" acd=one", "one"),
        ("\"Agent Report\" refresh=soon", "as-it-happens"),
        ("\"Agent Report\" agents", "NAME=VALUE"),
        ("\"Agent Report\" agents=1 agents=2", "given twice"),
    ] {
        let why = text.parse::<TypedRequest>().unwrap_err();
        assert!(why.contains(part), "{text}: {why}");
    }
    let bare: TypedRequest = "VDN".parse().unwrap();
    assert_eq!((bare.acd, bare.refresh, bare.inputs.len()), (None, None, 0));
}

/// What a newer server ties to its state is listed, not refused as a whole.
#[test]
fn an_operation_of_a_newer_server_is_read() {
    let json = r#"{"operation": "dance", "collection_off": true, "mode": "single-user", "role": "primary"}"#;
    let rule: ModeRule = serde_json::from_str(json).unwrap();
    assert_eq!(rule.operation, Operation::Unknown);
    assert_eq!(rule.words()[1..], ["off", "single-user", "primary"]);
}

/// A code of a newer server is shown, carried on and compared as the word that it is.
#[test]
fn a_code_of_the_error_log_is_its_word_on_the_wire() {
    for code in LogCode::ALL.iter().cloned().chain([LogCode::Unknown("of-a-newer-server".to_owned())]) {
        let json = serde_json::to_string(&code).unwrap();
        assert_eq!(json, format!("\"{}\"", code.word()));
        assert_eq!(serde_json::from_str::<LogCode>(&json).unwrap(), code);
    }
    let words: BTreeSet<&str> = LogCode::ALL.iter().map(LogCode::word).collect();
    assert_eq!(words.len(), LogCode::ALL.len());
}

#[test]
fn a_table_that_is_not_kept_is_of_no_kind_of_data() {
    let told = r#"{"table":"f_cday","data":"","why_not":"this server does not forecast"}"#;
    let table: TableName = serde_json::from_str(told).unwrap();
    assert_eq!(table.data, None);
    assert_eq!(serde_json::to_string(&table).unwrap(), told);
    let wrong = serde_json::from_str::<TableName>(r#"{"table":"f_cday","data":"forecast"}"#).unwrap_err().to_string();
    assert!(wrong.contains("there are local, system"), "{wrong}");
}
