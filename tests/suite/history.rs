//! External Call History with real servers: files that an independent reader accepts, kills, and moving from one server to
//! the other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use catalog::Value;

/// The published layouts, in the folder that `UNDERSTUDY_SHARED` names, else in `shared` beside the checkout.
fn layouts() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("UNDERSTUDY_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join("reference/echi-layouts.json")).filter(|path| path.exists())
}

/// Holds files against a reader that knows the published layouts alone. Says how many records both found alike; `None` if
/// there is no Python or there are no layouts.
fn independent_reader(files: &[PathBuf]) -> Result<Option<usize>> {
    let Some(layouts) = layouts() else {
        println!("skipped: the published layouts are not there (UNDERSTUDY_SHARED)");
        return Ok(None);
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("history/reader.py");
    let output = match Command::new("python3").arg(script).arg(layouts).args(files).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: python3 cannot be run: {error}");
            return Ok(None);
        }
    };
    ensure!(output.status.success(), "the reader refused a file: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let mut records = 0;
    for (path, line) in files.iter().zip(text.lines()) {
        let theirs: serde_json::Value = serde_json::from_str(line)?;
        let ours = echi::read(&std::fs::read(path)?)?;
        assert_eq!(theirs["version"], ours.version.number(), "{}", path.display());
        assert_eq!(theirs["sequence"], ours.sequence, "{}", path.display());
        let theirs = theirs["records"].as_array().context("records are a list")?;
        assert_eq!(theirs.len(), ours.records.len(), "{}", path.display());
        for (theirs, ours_values) in theirs.iter().zip(&ours.records) {
            for (field, value) in ours.version.fields().iter().zip(ours_values) {
                let found = match value {
                    Value::Int(number) => theirs[field.name] == *number,
                    Value::Text(text) => theirs[field.name] == **text,
                    // A split that was not queued to, or an empty text.
                    _ => theirs[field.name] == -1 || theirs[field.name] == "",
                };
                assert!(found, "{}: {} is {value:?} and {}", path.display(), field.name, theirs[field.name]);
            }
            records += 1;
        }
    }
    Ok(Some(records))
}

#[test]
fn an_independent_reader_agrees_on_every_version() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/echi");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    assert_eq!(files.len(), 6, "one file for each version");
    if let Some(records) = independent_reader(&files)? {
        assert_eq!(records, 12);
    }
    Ok(())
}
