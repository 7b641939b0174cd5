//! Every test that `docs/procedures.md` names exists, and every procedure of this folder is in it.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

/// Names of all test functions below a folder.
fn tests_in(folder: &Path, into: &mut BTreeSet<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            tests_in(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path)?;
            let mut is_test = false;
            for line in text.lines().map(str::trim_start) {
                is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
                let name = line.split_once("fn ").map(|(_, rest)| rest.split('(').next().unwrap_or_default());
                if let Some(name) = name.filter(|_| is_test) {
                    into.insert(name.to_owned());
                    is_test = false;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn every_procedure_has_its_test() -> Result<()> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(suite.join("../../docs/procedures.md"))?;
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| guide"));
    let last = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let named: BTreeSet<String> = last.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    let mut known = BTreeSet::new();
    tests_in(suite, &mut known)?;
    let mut own = BTreeSet::new();
    tests_in(&suite.join("procedures"), &mut own)?;
    own.remove("every_procedure_has_its_test");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "docs/procedures.md names tests that do not exist: {unknown:?}");
    let untold: Vec<_> = own.difference(&named).collect();
    assert!(untold.is_empty(), "tests of procedures that docs/procedures.md does not name: {untold:?}");
    assert!(named.len() > 30, "{named:?}");
    Ok(())
}
