//! The repository itself: who may depend on whom, how long things are, what the documents point at.
//!
//! Reads `cargo metadata` and the text of the files, and compiles nothing. Every rule stands in STYLE.md or
//! ARCHITECTURE.md with its reason; a rule that fails says which file and what to do. A separate lint program was
//! turned down: these rules are few, and a test is run by everybody.

mod circles;
mod files;
mod functions;
mod licences;
mod markdown;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use files::{attribute, code_lines, is_test, read, root, slashed, sources};
use functions::{Function, functions};
use licences::{allowed_licences, permits};
use markdown::{documents, headings, links, resolve};
use workspace::{Member, list, members, metadata, packages, text};

/// What each crate of the product may name of the others; a new arrow is a decision (docs/decisions).
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("catalog", &["model"]),
    ("report", &["catalog", "model"]),
    ("api", &["catalog", "model", "report"]),
    ("document", &["api", "catalog", "model", "report"]),
    ("certificate", &[]),
    ("client", &["api", "certificate", "model", "report"]),
    ("echi", &["catalog", "model"]),
    ("link", &["model"]),
    ("collector", &["catalog", "model"]),
    ("store", &["catalog", "model"]),
    ("backup", &["catalog", "model", "store"]),
    ("twin", &["api", "client", "model"]),
    (
        "daemon",
        &[
            "api",
            "backup",
            "catalog",
            "certificate",
            "client",
            "collector",
            "document",
            "echi",
            "link",
            "model",
            "report",
            "store",
            "twin",
        ],
    ),
    ("session", &["api", "catalog", "client", "model", "report", "twin"]),
    ("cli", &["api", "catalog", "client", "document", "echi", "model", "report", "session"]),
    ("desktop", &["api", "catalog", "document", "model", "report", "session"]),
    // The switch must not learn from the collector what it will be compared with.
    ("simulator", &["certificate", "link", "model"]),
];

/// Libraries that only one crate of the product may name, so that they can be exchanged there. Tests may reach
/// behind it.
const ONLY: &[(&str, &str)] = &[
    ("argon2", "daemon"),
    ("axum", "daemon"),
    ("axum-server", "daemon"),
    ("eframe", "desktop"),
    ("egui", "desktop"),
    ("egui_extras", "desktop"),
    ("egui_kittest", "desktop"),
    ("egui_tiles", "desktop"),
    ("krilla", "document"),
    ("object_store", "backup"),
    ("open", "desktop"),
    ("reqwest", "client"),
    ("rfd", "desktop"),
    ("rusqlite", "store"),
    ("russh", "daemon"),
    ("russh-sftp", "daemon"),
    ("rust_xlsxwriter", "document"),
    ("skrifa", "document"),
    ("zstd", "backup"),
];

/// Crates that do no I/O and own no clock, no thread and no runtime.
const PURE: &[&str] = &["api", "catalog", "collector", "document", "echi", "link", "model", "report"];

/// What a pure crate must not have under it, however far down.
const RUNTIMES: &[&str] = &["axum", "egui", "hyper", "libsqlite3-sys", "mio", "reqwest", "rustls", "socket2", "tokio"];

/// What a pure crate must not say outside its tests. The order of hash maps is watched by clippy.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "tokio::",
    "Instant::now",
    "Local::now",
    "SystemTime",
    "Utc::now",
    "async fn",
    ".await",
    "println!",
    "thread_local!",
];

/// Crates whose modules may name each other in circles. The collector's are one state machine: each act of an agent or a call changes
/// the others, and what it is cut into are kinds of acts, not layers.
const IN_CIRCLES: &[&str] = &["collector"];

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
/// One line for each item: the only files that may be long.
const ITEM_TABLES: &str = "shared/catalog/src/tables/";

#[test]
fn crates_depend_on_each_other_as_decided() {
    let members = members();
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut problems = Vec::new();
    for member in &members {
        if member.folder.file_name().is_none_or(|folder| *folder != *member.name) {
            problems.push(format!(
                "{} lives in {}: folder and crate bear one name",
                member.name,
                member.folder.display()
            ));
        }
        let inside = member.dependencies.iter().filter(|name| names.contains(name.as_str()));
        match arrows.get(member.name.as_str()) {
            Some(allowed) => problems.extend(inside.filter(|name| !allowed.contains(&name.as_str())).map(|name| {
                format!("{} must not depend on {name}; if it has to, record why and add the arrow here", member.name)
            })),
            None if member.shelf == "tests" => {}
            None => problems.push(format!("{} is new: say in ARROWS what it may depend on", member.name)),
        }
    }
    none(&problems);
}

#[test]
fn modules_name_each_other_in_one_direction() {
    let mut problems = Vec::new();
    let ordered = |member: &&Member| !IN_CIRCLES.contains(&member.name.as_str()) && member.folder.join("src").is_dir();
    for member in members().iter().filter(ordered) {
        let folder = member.folder.join("src");
        let below = |path: &str| path.split_once("/src/").map(|(_, below)| below.to_owned());
        let files: Vec<(String, String)> = sources(&folder)
            .into_iter()
            .filter(|(path, _)| !is_test(path))
            .filter_map(|(path, source)| Some((below(&path)?, source)))
            .collect();
        let names = circles::names(files.iter().map(|(path, source)| (path.as_str(), source.as_str())));
        let Some(way) = circles::circle(&names) else { continue };
        let steps =
            way.windows(2).map(|step| format!("{} names {} in {}", step[0], step[1], names[&step[0]][&step[1]]));
        let steps: Vec<String> = steps.collect();
        problems.push(format!(
            "the modules of {} name each other in a circle: {}; move what both need into a module of its own",
            member.name,
            steps.join(", ")
        ));
    }
    none(&problems);
}

#[test]
fn shelves_stand_side_by_side() {
    let members = members();
    let shelves: BTreeMap<&str, &str> =
        members.iter().map(|member| (member.name.as_str(), member.shelf.as_str())).collect();
    let mut problems = Vec::new();
    for member in members.iter().filter(|member| member.shelf != "tests") {
        for name in &member.dependencies {
            match shelves.get(name.as_str()) {
                None | Some(&"shared") => {}
                Some(shelf) if *shelf == member.shelf => {}
                Some(shelf) => problems.push(format!("{}/{} depends on {shelf}/{name}", member.shelf, member.name)),
            }
        }
    }
    none(&problems);
}

#[test]
fn libraries_are_named_where_they_belong() {
    let only: BTreeMap<&str, &str> = ONLY.iter().copied().collect();
    let mut problems = Vec::new();
    for member in members() {
        for name in member.dependencies.iter().filter(|_| member.shelf != "tests") {
            if let Some(owner) = only.get(name.as_str()).filter(|owner| **owner != member.name) {
                problems.push(format!("{} names {name}, which is for {owner} alone", member.name));
            }
        }
        let manifest = read(&member.folder.join("Cargo.toml"));
        if !manifest.contains("[lints]\nworkspace = true") {
            problems.push(format!("{}'s Cargo.toml does not take the workspace's lints", member.name));
        }
    }
    none(&problems);
}

#[test]
fn pure_crates_have_no_runtime_under_them() {
    let metadata = metadata(&[]);
    let packages = packages(&metadata);
    let below: BTreeMap<&str, Vec<&str>> = list(&metadata["resolve"]["nodes"])
        .map(|node| {
            let normal = |dep: &&Value| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null());
            (text(&node["id"]), list(&node["deps"]).filter(normal).map(|dep| text(&dep["pkg"])).collect())
        })
        .collect();
    let mut problems = Vec::new();
    for (id, package) in packages.iter().filter(|(_, package)| PURE.contains(&text(&package["name"]))) {
        let mut reached = BTreeSet::from([*id]);
        let mut ahead = vec![*id];
        while let Some(id) = ahead.pop() {
            ahead.extend(below.get(id).into_iter().flatten().copied().filter(|next| reached.insert(next)));
        }
        let names = reached.iter().map(|id| text(&packages[id]["name"]));
        problems.extend(
            names.filter(|name| RUNTIMES.contains(name)).map(|name| format!("{} has {name} under it", package["name"])),
        );
    }
    none(&problems);
}

#[test]
fn pure_crates_stay_pure() {
    let mut problems = Vec::new();
    let mut bans = BTreeSet::new();
    for member in members().into_iter().filter(|member| PURE.contains(&member.name.as_str())) {
        bans.insert(read(&member.folder.join("clippy.toml")));
        for (path, source) in sources(&member.folder.join("src")) {
            if is_test(&path) {
                continue;
            }
            for (number, line) in code_lines(&source) {
                let said = IMPURE.iter().filter(|word| line.contains(**word));
                problems.extend(
                    said.map(|word| format!("{path}:{number}: {} is pure and must not say {word}", member.name)),
                );
            }
        }
    }
    none(&problems);
    // Clippy knows what a text scan cannot: which map a loop walks.
    assert_eq!(bans.len(), 1, "the pure crates' clippy.toml files differ");
}

#[test]
fn both_sides_of_the_wire_compile_everywhere() {
    let unix = ["std::os::unix", "nix::", "libc::"];
    let mut problems = Vec::new();
    for shelf in ["app", "shared"] {
        for (path, source) in sources(&root().join(shelf)) {
            let said = code_lines(&source).filter(|(_, line)| unix.iter().any(|word| line.contains(word)));
            problems.extend(said.map(|(number, _)| format!("{path}:{number}: nothing Unix-only in {shelf}/")));
        }
    }
    none(&problems);
}

#[test]
fn files_and_functions_are_short() {
    let mut problems = Vec::new();
    for (path, source) in sources(&root()) {
        let lines = source.lines().count();
        if lines > FILE_LINES_MAX && !path.starts_with(ITEM_TABLES) {
            problems.push(format!("{path} has {lines} lines; {FILE_LINES_MAX} is the most: find the seam in it"));
        }
        let long = functions(&source).into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX);
        problems.extend(long.map(|Function { name, line, lines }| {
            format!("{path}:{line}: `{name}` has {lines} lines; {FUNCTION_LINES_MAX} is the most")
        }));
    }
    none(&problems);
}

#[test]
fn a_plain_cargo_bench_runs_nothing_but_the_figures() {
    // Without `bench = false` cargo starts each unit test binary, too, to find no benchmark in it.
    let mut problems = Vec::new();
    for member in members() {
        let manifest = read(&member.folder.join("Cargo.toml"));
        let sections: Vec<&str> = manifest.split("\n[").collect();
        let off = |section: &&str| section.contains("bench = false");
        let bins = sections.iter().filter(|section| section.starts_with("[bin]]"));
        problems
            .extend(bins.filter(|bin| !off(bin)).map(|_| format!("{}: a [[bin]] lacks bench = false", member.name)));
        let lib = sections.iter().find(|section| section.starts_with("lib]"));
        if member.folder.join("src/lib.rs").exists() && !lib.is_some_and(off) {
            problems.push(format!("{}: [lib] lacks bench = false", member.name));
        }
        if member.folder.join("src/main.rs").exists() && !manifest.contains("[[bin]]") {
            problems.push(format!("{}: src/main.rs needs a [[bin]] with bench = false", member.name));
        }
    }
    none(&problems);
}

#[test]
fn every_crate_says_what_it_is() {
    let mut problems = Vec::new();
    for member in members() {
        for file in ["src/lib.rs", "src/main.rs"] {
            let path = member.folder.join(file);
            if path.exists() && !read(&path).starts_with("//! ") {
                problems.push(format!("{} does not begin with a `//!` header", path.display()));
            }
        }
    }
    none(&problems);
}

/// A local time without its offset is two moments in the hour that comes twice (decision 0043).
#[test]
fn local_times_for_people_tell_twice_from_once() {
    let mut problems = Vec::new();
    for (path, source) in sources(&root()) {
        let told_elsewhere =
            path.ends_with("shared/model/src/time.rs") || path.starts_with("tests/") || path.contains("/tests/");
        for (number, line) in code_lines(&source).filter(|_| !told_elsewhere) {
            if line.split_once(".local(").is_some_and(|(_, rest)| rest.contains(".format(")) {
                problems
                    .push(format!("{path}:{number}: use `minute_text`, `second_text` or `local_text` of the calendar"));
            }
        }
    }
    none(&problems);
}

#[test]
fn nothing_is_left_half_done() {
    // Put together here, so that this file does not find itself.
    let words = ["todo", "unimplemented", "dbg"].map(|word| format!("{word}!("));
    let mut problems = Vec::new();
    for (path, source) in sources(&root()) {
        for (number, line) in code_lines(&source) {
            let line = line.trim_start();
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                problems.push(format!("{path}:{number}: {word}…): finish it, or leave it out and say so"));
            }
            if line.starts_with("#[ignore") {
                problems.push(format!("{path}:{number}: an ignored test proves nothing; run it or delete it"));
            }
            let silences =
                ["#[allow(", "#![allow(", "#[expect(", "#![expect("].iter().any(|lint| line.starts_with(lint));
            if silences && !attribute(&source, number).contains("reason = ") {
                problems.push(format!("{path}:{number}: say why: #[expect(lint, reason = \"…\")]"));
            }
        }
        for name in ["utils", "common", "helpers", "manager"] {
            if path.ends_with(&format!("/{name}.rs")) || path.contains(&format!("/{name}/")) {
                problems.push(format!("{path}: name it after what it does, not `{name}`"));
            }
        }
    }
    none(&problems);
}

#[test]
fn licences_ask_for_no_more_than_a_notice() {
    let (allowed, exceptions) = allowed_licences(&read(&root().join("deny.toml")));
    let metadata = metadata(&[]);
    let mut problems = Vec::new();
    for package in packages(&metadata).values().filter(|package| !package["source"].is_null()) {
        let name = text(&package["name"]);
        let licence = package["license"].as_str().unwrap_or("no licence");
        let fits =
            permits(licence, &|id| allowed.contains(id) || exceptions.contains(&(name.to_owned(), id.to_owned())));
        if !fits {
            problems.push(format!("{name} is under {licence}, which deny.toml does not allow"));
        }
    }
    none(&problems);
}

#[test]
fn links_in_documents_lead_somewhere() {
    let root = root();
    let mut problems = Vec::new();
    for path in documents() {
        for (number, target) in links(&read(&root.join(&path))) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let target_path = if file.is_empty() { root.join(&path) } else { resolve(&path, file, &root) };
            if !target_path.exists() {
                problems.push(format!("{path}:{number}: {target} does not exist"));
            } else if !anchor.is_empty()
                && target_path.extension().is_some_and(|ending| ending == "md")
                && !headings(&read(&target_path)).contains(anchor)
            {
                problems.push(format!("{path}:{number}: {target} names no heading"));
            }
        }
    }
    none(&problems);
}

#[test]
fn every_document_can_be_found() {
    let root = root();
    let mut found = BTreeSet::from(["README.md".to_owned(), "ARCHITECTURE.md".to_owned()]);
    let mut ahead: Vec<String> = found.iter().cloned().collect();
    while let Some(path) = ahead.pop() {
        for (_, target) in links(&read(&root.join(&path))) {
            let file = target.split('#').next().unwrap_or_default();
            let Ok(full) = resolve(&path, file, &root).canonicalize() else { continue };
            let inside = full.strip_prefix(root.canonicalize().unwrap()).ok().map(slashed);
            if let Some(inside) = inside.filter(|inside| inside.ends_with(".md"))
                && found.insert(inside.clone())
            {
                ahead.push(inside);
            }
        }
    }
    let lost = documents().into_iter().filter(|path| path.starts_with("docs/") && !found.contains(path));
    none(&lost.map(|path| format!("no way leads from README.md or ARCHITECTURE.md to {path}")).collect::<Vec<_>>());
}

/// Whoever is called at night looks a code up, whichever page its table stands on.
#[test]
fn every_code_of_the_maintenance_error_log_is_in_a_table_of_the_documents() {
    let pages = documents().into_iter().filter(|path| path.starts_with("docs/operating"));
    let pages: Vec<String> = pages.map(|path| read(&root().join(path))).collect();
    let is_in_a_table = |code: &&api::LogCode| {
        let word = format!("`{code}`");
        pages.iter().any(|page| page.lines().any(|line| line.starts_with("| `") && line.contains(&word)))
    };
    let missing = api::LogCode::ALL.iter().filter(|code| !is_in_a_table(code));
    let missing: Vec<String> = missing
        .map(|code| format!("{code} is in no table of docs/operating*: say what it means and what to do"))
        .collect();
    none(&missing);
}

#[test]
fn decisions_are_numbered_without_a_hole() {
    let mut names: Vec<String> = documents()
        .iter()
        .filter_map(|path| path.strip_prefix("docs/decisions/"))
        .filter(|name| *name != "README.md")
        .map(str::to_owned)
        .collect();
    names.sort();
    assert!(!names.is_empty(), "docs/decisions is empty");
    for (name, number) in names.iter().zip(1..) {
        let text = read(&root().join("docs/decisions").join(name));
        assert!(name.starts_with(&format!("{number:04}-")), "{name} should be number {number:04}");
        assert!(text.starts_with(&format!("# {number:04} ")), "{name} should begin with `# {number:04} Title`");
    }
}

#[test]
fn the_changelog_tells_of_this_version() {
    let text = read(&root().join("CHANGELOG.md"));
    assert!(text.starts_with("# Changelog\n"), "CHANGELOG.md begins with `# Changelog`");
    let versions: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let newest = versions.first().expect("CHANGELOG.md has a version").split(' ').next();
    assert_eq!(newest, Some(env!("CARGO_PKG_VERSION")), "the first version is the one that is being built");
    for version in versions {
        let (number, date) = version.split_once(' ').unwrap_or((version, ""));
        let numbers: Vec<_> = number.split('.').map(str::parse::<u32>).collect();
        assert!(numbers.len() == 3 && numbers.iter().all(Result::is_ok), "`## {version}`: MAJOR.MINOR.PATCH");
        assert!(date == "(unreleased)" || date.len() == "(2026-11-23)".len(), "`## {version}`: a date or (unreleased)");
    }
}

#[test]
fn the_rules_find_what_they_look_for() {
    let source =
        "fn one() {}\nimpl A {\n    pub(crate) async fn two(\n        a: u8,\n    ) -> u8 {\n        a\n    }\n}\n";
    let found = functions(source);
    assert_eq!(found, [Function { name: "two".to_owned(), line: 3, lines: 5 }]);

    let permissive = |id: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&id);
    let check = |licence: &str, fits: bool| assert_eq!(permits(licence, &permissive), fits, "{licence}");
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("GPL-3.0-only OR MIT", true);
    check("MIT/GPL-3.0-only", true);
    check("MIT AND GPL-3.0-only", false);
    check("(MIT OR GPL-3.0-only) AND Apache-2.0", true);
    check("MIT OR Apache-2.0 AND GPL-3.0-only", true);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("no licence", false);

    let page = "[a](b.md#c)\n```\n[x](y)\n```\n`[z](z)` ![p](q.png) [w](https://w) [s](#t)\n";
    assert_eq!(links(page), [(1, "b.md#c".to_owned()), (5, "q.png".to_owned()), (5, "#t".to_owned())]);
    assert!(headings("## Link: up, down & `gap`\n").contains("link-up-down--gap"));
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n  {}\n", problems.join("\n  "));
}
