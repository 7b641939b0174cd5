//! The Debian packages and the service: what they say fits together, the service manager understands it, and the script
//! packs. Where `dpkg-deb` or `systemd-analyze` is not installed, that part has nothing to look at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging")
}

fn text(path: &str) -> String {
    let path = folder().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether a program is installed here.
fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The fields of a control file; a line that begins with a blank goes on.
fn fields(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().filter(|line| !line.starts_with(' '));
    lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{line:?} is no field"))).collect()
}

/// The settings of a unit, by section; one that is given again has all its values.
fn settings(unit: &str) -> BTreeMap<(String, String), Vec<String>> {
    let (mut section, mut settings) = (String::new(), BTreeMap::<_, Vec<_>>::new());
    for line in unit.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name.to_owned(),
            None => {
                let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line:?} is no setting"));
                settings.entry((section.clone(), name.to_owned())).or_default().push(value.to_owned());
            }
        }
    }
    settings
}

const PACKAGES: [(&str, &str, &str); 3] = [
    ("cms", "understudy-cms", "cms"),
    ("server", "understudy-server", "cms-server"),
    ("desktop", "understudy-desktop", "cms-supervisor"),
];

#[test]
fn control_files_name_what_there_is() {
    let script = text("build-deb.sh");
    for (folder, package, program) in PACKAGES {
        let control = text(&format!("{folder}/control"));
        let fields = fields(&control);
        assert_eq!(fields["Package"], package);
        for field in ["Version", "Architecture", "Maintainer", "Depends", "Description", "Section", "Priority"] {
            assert!(fields.contains_key(field), "{package} lacks {field}");
        }
        assert!(fields["Depends"].contains("libc6 (>= @GLIBC@)"), "{package}");
        if package != "understudy-cms" {
            // Both bring `cms` by the same package, so that they can be installed side by side.
            assert!(fields["Depends"].contains("understudy-cms (= @VERSION@)"), "{package}");
        }
        assert!(script.contains(&format!("begin {folder} {package}\nprogram {program}\n")), "{package}");
        assert!(script.contains(&format!("pack {program}\n")), "{package}");
    }
    let pages = script.lines().find_map(|line| line.strip_prefix("for page in ")).expect("the documents are listed");
    for page in pages.trim_end_matches("; do").split(' ') {
        let path = folder().join("../docs").join(format!("{page}.md"));
        assert!(path.exists(), "{} is packed and is not there", path.display());
    }
}

#[test]
fn the_unit_and_the_maintainer_scripts_agree() {
    let unit = text("server/cms-server.service");
    let settings = settings(&unit);
    let one = |section: &str, name: &str| -> &str {
        match settings.get(&(section.to_owned(), name.to_owned())).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("[{section}] {name} is {other:?}"),
        }
    };
    // What the program does (daemon::Service) is what the manager waits for.
    assert_eq!((one("Service", "Type"), one("Service", "NotifyAccess")), ("notify", "main"));
    assert_eq!(one("Service", "WatchdogSec"), "60s");
    // Whatever ends it, it comes back, and its memory is not left lying about.
    assert_eq!((one("Service", "Restart"), one("Unit", "StartLimitIntervalSec")), ("on-failure", "0"));
    assert_eq!(one("Service", "LimitCORE"), "0");
    let data = "/var/lib/understudy";
    assert_eq!(one("Service", "ExecStart"), format!("/usr/bin/cms-server run {data}"));
    assert_eq!(one("Unit", "ConditionPathExists"), format!("{data}/{}", daemon::config::FILE));
    assert_eq!(one("Service", "StateDirectory"), "understudy");
    assert_eq!(one("Service", "StandardOutput"), "journal");
    for (name, value) in [("ProtectSystem", "strict"), ("NoNewPrivileges", "yes"), ("CapabilityBoundingSet", "")] {
        assert_eq!(one("Service", name), value);
    }
    let user = one("Service", "User");
    let postinst = text("server/postinst");
    assert!(postinst.contains(&format!("useradd --system --user-group --home-dir {data}")), "{postinst}");
    assert!(postinst.contains(&format!("install -d -m 0700 -o {user} -g {user} {data}")), "{postinst}");
    for script in ["postinst", "prerm", "postrm"] {
        let script = text(&format!("server/{script}"));
        assert!(script.starts_with("#!/bin/sh\n") && script.contains("\nset -e\n"), "{script}");
        // A history is never deleted by a package manager.
        assert!(!script.contains("rm ") && !script.contains("userdel"), "{script}");
        assert!(script.contains("/run/systemd/system"), "it also works where systemd does not run: {script}");
    }
}

#[test]
fn shells_and_the_service_manager_understand_it() -> Result<()> {
    for script in ["build-deb.sh", "server/postinst", "server/prerm", "server/postrm"] {
        let output = Command::new("sh").arg("-n").arg(folder().join(script)).output()?;
        assert!(output.status.success(), "{script}: {}", said(&output));
    }
    if !is_there("systemd-analyze") {
        return Ok(());
    }
    // The program itself need not be installed where the test runs.
    let dir = tempfile::tempdir()?;
    let unit = dir.path().join("cms-server.service");
    std::fs::write(&unit, text("server/cms-server.service").replace("/usr/bin/cms-server", "/bin/true"))?;
    let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&unit).output()?;
    assert!(output.status.success() && !said(&output).contains("cms-server.service:"), "{}", said(&output));
    // From 0 (nothing is open) to 10, told in tenths.
    let security = ["security", "--offline=true", "--threshold=15"];
    let output = Command::new("systemd-analyze").args(security).arg(&unit).output()?;
    assert!(output.status.success(), "the sandbox has become weaker: {}", said(&output));
    Ok(())
}

/// The script, with some other programs in the place of ours: what comes out unpacks to what a machine needs.
#[test]
fn the_script_makes_packages_that_unpack() -> Result<()> {
    if !["dpkg-deb", "objdump", "strip"].into_iter().all(is_there) {
        return Ok(());
    }
    let dir = tempfile::tempdir()?;
    let (bin, out) = (dir.path().join("bin"), dir.path().join("out"));
    std::fs::create_dir(&bin)?;
    for (_, _, program) in PACKAGES {
        std::fs::copy("/bin/true", bin.join(program)).context("/bin/true stands for a program")?;
    }
    let script = folder().join("build-deb.sh");
    let output = Command::new("sh").arg(script).arg("--bin").arg(&bin).arg("--out").arg(&out).output()?;
    assert!(output.status.success(), "{}", said(&output));
    let root = dir.path().join("root");
    for (_, package, program) in PACKAGES {
        let found = std::fs::read_dir(&out)?.filter_map(Result::ok).map(|entry| entry.path());
        let version = env!("CARGO_PKG_VERSION");
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{package}_{version}_")))
        };
        let file = found.into_iter().find(named).with_context(|| format!("{package} was not made"))?;
        let control = Command::new("dpkg-deb").arg("-f").arg(&file).output()?;
        let control = said(&control);
        let fields = fields(&control);
        assert_eq!((fields["Package"], fields["Version"]), (package, version), "{control}");
        let left = ["@VERSION@", "@ARCHITECTURE@", "@GLIBC@", "@SIZE@", "@MAINTAINER@"];
        assert!(left.iter().all(|place| !control.contains(place)), "{control}");
        let unpacked = Command::new("dpkg-deb").arg("-x").arg(&file).arg(&root).output()?;
        assert!(unpacked.status.success(), "{}", said(&unpacked));
        assert!(root.join("usr/bin").join(program).exists());
        let copyright = std::fs::read_to_string(root.join("usr/share/doc").join(package).join("copyright"))?;
        assert!(copyright.contains("MIT") && copyright.contains("Apache License"), "{package}");
    }
    assert!(root.join("usr/lib/systemd/system/cms-server.service").exists());
    let documents = root.join("usr/share/doc/understudy-server");
    assert!(documents.join("operating.md").exists());
    for chapter in std::fs::read_dir(folder().join("../docs/operating"))? {
        let chapter = documents.join("operating").join(chapter?.file_name());
        assert!(chapter.exists(), "{} is packed", chapter.display());
    }
    assert!(root.join("usr/share/applications/cms-supervisor.desktop").exists());
    let scripts = dir.path().join("control");
    let server = std::fs::read_dir(&out)?.filter_map(Result::ok).map(|entry| entry.path());
    let server =
        server.into_iter().find(|path| path.to_string_lossy().contains("understudy-server_")).context("made")?;
    Command::new("dpkg-deb").arg("-e").arg(server).arg(&scripts).status()?;
    for script in ["postinst", "prerm", "postrm"] {
        assert!(scripts.join(script).exists(), "{script} is packed");
    }
    Ok(())
}
