use std::path::Path;

use crate::administration::rules;

/// The table as it stands in `docs/operating.md`.
fn table() -> String {
    let mut table = "| operation | data collection | mode | server |\n|---|---|---|---|\n".to_owned();
    for rule in rules() {
        table += &format!("| {} | {} | {} | {} |\n", rule.what, rule.collection, rule.mode, rule.role);
    }
    table
}

#[test]
fn the_operating_page_has_the_table_of_what_is_refused_when() {
    const BEGIN: &str = "<!-- rules -->\n";
    const END: &str = "<!-- end of rules -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert!(shown == table(), "docs/operating.md is stale: run the tests with UPDATE_DOCS=1 and commit it");
}

#[test]
fn restores_need_what_the_field_asks_for() {
    fn check(what: &str, collection: &str, mode: &str) {
        let rules = rules();
        let rule = rules.iter().find(|rule| rule.what.contains(what)).unwrap_or_else(|| panic!("no rule for {what}"));
        assert_eq!((rule.collection.as_str(), rule.mode.as_str()), (collection, mode), "{what}");
    }
    check("restoring local system administration", "off", "single-user");
    check("restoring CMS system administration", "on or off", "single-user");
    check("restoring ACD-specific administration", "on or off", "single-user");
    check("restoring historical", "on or off", "either");
    check("specific tables", "on or off", "either");
    check("storage interval", "off", "either");
    check("master ACD", "off", "single-user");
    check("running a timetable", "on or off", "multi-user");
}
