//! The workspace as cargo sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::files::root;

pub(super) struct Member {
    pub(super) name: String,
    /// `app`, `server`, `shared` or `tests`.
    pub(super) shelf: String,
    pub(super) folder: PathBuf,
    /// Everything its Cargo.toml names, for whatever use.
    pub(super) dependencies: BTreeSet<String>,
}

/// What cargo knows, for this platform alone: a build has fetched no more than that.
pub(super) fn metadata(extra: &[&str]) -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let output = Command::new(&cargo).current_dir(root()).args(arguments).output().expect("cargo runs");
        assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo writes UTF-8")
    };
    let about = run(&["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let base = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    serde_json::from_str(&run(&[&base, extra].concat())).expect("cargo writes JSON")
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn packages(metadata: &Value) -> BTreeMap<&str, &Value> {
    list(&metadata["packages"]).map(|package| (text(&package["id"]), package)).collect()
}

pub(super) fn members() -> Vec<Member> {
    let metadata = metadata(&["--no-deps"]);
    let member = |package: &Value| {
        let folder =
            Path::new(text(&package["manifest_path"])).parent().expect("a manifest lies in a folder").to_owned();
        let shelf = folder.parent().and_then(Path::file_name).expect("a crate lies on a shelf");
        Member {
            name: text(&package["name"]).to_owned(),
            shelf: shelf.to_string_lossy().into_owned(),
            dependencies: list(&package["dependencies"]).map(|dep| text(&dep["name"]).to_owned()).collect(),
            folder,
        }
    };
    list(&metadata["packages"]).map(member).collect()
}
