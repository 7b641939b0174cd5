//! Main menu additions: carried with their files, opened by whom it is permitted, and programs that are held within limits.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use api::{
    ErrorCode, MenuAddition, MenuFrame, MenuOutput, Permission, RunMenuAddition, SetMenuAddition, SetPermissions,
};
use client::Client;
use model::MenuKind;
use model::menu::FILE_BYTES_MAX;
use serde_json::{Value, from_str};
use session::{Command, MenuRequest, MenuStage, Model};
use testkit::{PASSWORD, Place, Site, SiteOptions, until};

use crate::cli::Server;
use crate::people::{add, code, signed_in};
use crate::switch_over::desk::{Desk, profile};

/// Says by what it was told where it runs, that its folder is empty, and something on the other way out.
const WHO: &str = "#!/bin/sh\necho \"$CMS_ROLE $CMS_SERVER $CMS_USER $CMS_ACD $CMS_MENU\"\nls -A\necho also told >&2\n";
/// So much of what a program says is shown.
const SAID_MAX: usize = 256 * 1024;

/// Two servers whose `cms.toml` says this of the menu.
fn servers(dir: &Path, menu: &str) -> Result<Site> {
    let mut site = Site::make(dir, &SiteOptions::default())?;
    for place in Place::BOTH {
        let file = site.folder(place).join("cms.toml");
        let text = std::fs::read_to_string(&file)?;
        std::fs::write(&file, format!("{text}\n{menu}"))?;
        site.run(place)?;
    }
    Ok(site)
}

fn written(dir: &Path, name: &str, content: &[u8]) -> Result<String> {
    let path = dir.join(name);
    std::fs::write(&path, content)?;
    path.to_str().map(str::to_owned).context("a path in UTF-8")
}

fn set(name: &str, kind: MenuKind, file_name: &str) -> SetMenuAddition {
    let file_name = Some(file_name.to_owned());
    SetMenuAddition { name: name.to_owned(), kind: Some(kind), file_name, ..SetMenuAddition::default() }
}

async fn add_program(by: &Client, name: &str, content: &str) -> Result<()> {
    by.add_menu_addition(&set(name, MenuKind::Program, "program.sh"), content.as_bytes().to_vec()).await?;
    Ok(())
}

async fn run(client: &Client, name: &str) -> Result<MenuOutput, client::ClientError> {
    client.run_menu_addition(&RunMenuAddition { name: name.to_owned(), acd: None }).await
}

fn names(known: &[MenuAddition]) -> Vec<&str> {
    known.iter().map(|known| known.name.as_str()).collect()
}

async fn permit(by: &Client, user: &str, of: &str, access: &str) -> Result<(), client::ClientError> {
    let permission = Permission { kind: "menu".to_owned(), acd: None, of: of.to_owned(), access: access.to_owned() };
    let permissions = vec![permission];
    by.set_permissions(&SetPermissions { user: user.to_owned(), reads_everything: None, permissions }).await.map(drop)
}

/// What a comparison finds of the main menu.
fn found(a: &Server, b: &Server) -> Result<Vec<Value>> {
    let ended = a.run(&[&["twin", "compare", "--json"][..], &b.as_twin()].concat());
    let told: Value = from_str(&ended.out).with_context(|| format!("{ended:?}"))?;
    let findings = told["findings"].as_array().cloned().unwrap_or_default();
    Ok(findings.into_iter().filter(|finding| finding["area"] == "main menu").collect())
}

/// "Synchronizing main menu additions": made on the primary. A backup carries them to the secondary with their files, where
/// the guide has the files copied by hand; so does a sync.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn synchronizing_main_menu_additions() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = servers(dir.path(), "[menu]\nprograms = true\n")?;
    let (a, b) = (Server::of(&site, Place::A)?, Server::of(&site, Place::B)?);
    let bytes: Vec<u8> = (0..=255).cycle().take(100_001).collect();
    let (plan, who) = (written(dir.path(), "plan.bin", &bytes)?, written(dir.path(), "who.sh", WHO.as_bytes())?);
    a.out(&["menu", "add", "Intranet", "--web", "https://intranet.example.com/a?b=1&c=2", "--place", "2"]);
    a.out(&["menu", "add", "Plan", "--document", &plan, "--description", "This week"]);
    let told = a.out(&["menu", "add", "Who", "--program", &who, "--place", "1"]);
    assert!(told.contains("user permissions set USER --menu 'Who'") && !told.contains("off on this server"), "{told}");
    add(&site.client(Place::A).await?, "ann", |_| {}).await?;
    a.out(&["user", "permissions", "set", "ann", "--menu", "plan", "--access", "read"]);
    assert_eq!(a.out(&["menu", "run", "Who"]), "primary CMS-A cms 1 Who\nalso told\n");

    let backup: api::Job = from_str(&a.out(&["backup", "run", "--data", "system", "--json"]))?;
    let label = backup.label.context("a label")?;
    assert_eq!(found(&a, &b)?.len(), 3, "the secondary has none yet");
    crate::backup::carry(&site, Place::A, Place::B)?;
    b.out(&["mode", "single-user"]);
    let plan: api::Job = from_str(&b.out(&["restore", "plan", &label, "--json"]))?;
    let tables = plan.plan.context("a plan")?.tables;
    let lines: Vec<u64> = tables.iter().filter(|line| line.table == "menu_add").map(|line| line.added).collect();
    assert_eq!(lines, [4], "three additions, and who may open one, are one table");
    b.out(&["restore", "run", &label]);
    b.out(&["mode", "multi-user"]);
    let saved = dir.path().join("saved.bin");
    let into = saved.to_str().context("a path in UTF-8")?;
    b.out(&["menu", "save", "plan", "--output", into]);
    assert!(std::fs::read(&saved)? == bytes, "the file is another one");
    assert_eq!(b.out(&["menu", "run", "Who"]), "secondary CMS-B cms 1 Who\nalso told\n");
    let listed: Vec<MenuAddition> = from_str(&b.out(&["menu", "list", "--json"]))?;
    let told: Vec<_> = listed.iter().map(|known| (known.name.as_str(), known.users.join(","))).collect();
    assert_eq!(told, [("Plan", "ann".to_owned()), ("Who", String::new()), ("Intranet", String::new())]);
    assert_eq!(listed[2].address, "https://intranet.example.com/a?b=1&c=2");
    assert_eq!(found(&a, &b)?, Vec::<Value>::new());

    // Another file under the same name is told by its digest.
    let other = written(dir.path(), "plan.bin", &[&bytes[..], &b"!"[..]].concat())?;
    a.out(&["menu", "modify", "Plan", "--document", &other]);
    let findings = found(&a, &b)?;
    assert!(
        findings.len() == 1 && findings[0]["thing"] == "Plan" && findings[0]["verdict"] == "differs",
        "{findings:?}"
    );
    let digests =
        [&findings[0]["here"], &findings[0]["there"]].map(|text| text.as_str().unwrap_or_default().to_owned());
    assert!(
        digests[0].contains("100002 bytes, SHA-256") && digests[1].contains("100001 bytes, SHA-256"),
        "{digests:?}"
    );

    let sync = |options: &[&str]| a.run(&[&["sync", "admin"][..], &b.as_target(), options].concat());
    let dry = sync(&["--dry-run"]);
    let line = dry.out.lines().find(|line| line.contains("menu_add") && line.contains("Plan")).context("it differs")?;
    assert!(line.contains("DIGEST") && !line.contains("CONTENT"), "{line}");
    let synced = sync(&[]);
    assert!(synced.code == Some(0), "{synced:?}");
    b.out(&["menu", "save", "Plan", "--output", into, "--overwrite"]);
    assert_eq!(std::fs::read(&saved)?.len(), bytes.len() + 1);
    a.out(&["menu", "delete", "Plan"]);
    let synced = sync(&[]);
    assert!(synced.code == Some(0), "{synced:?}");
    let b = site.client(Place::B).await?;
    assert_eq!(names(&b.menu().await?), ["Who", "Intranet"]);
    assert!(b.permissions("ann").await?.permissions.is_empty(), "what was permitted went with it");
    Ok(())
}

/// "Main menu addition access": users see and open what is permitted to them, whatever else they may.
#[tokio::test(flavor = "multi_thread")]
async fn only_additions_that_are_permitted_are_seen_and_opened() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = servers(dir.path(), "[menu]\nprograms = true\n")?;
    let cms = site.client(Place::A).await?;
    add_program(&cms, "Who", WHO).await?;
    cms.add_menu_addition(&set("Roster", MenuKind::Document, "roster.txt"), b"early: Ann".to_vec()).await?;
    add(&cms, "ann", |add| add.reads_everything = true).await?;
    let ann = signed_in(site.server(Place::A), "ann").await?;
    assert!(ann.menu().await?.is_empty());
    for name in ["Who", "Roster", "Nothing of the kind"] {
        assert_eq!(code(ann.menu_file(name).await), Some(ErrorCode::NotPermitted), "{name}");
        assert_eq!(code(run(&ann, name).await), Some(ErrorCode::NotPermitted), "{name}");
    }
    let change = set("Roster", MenuKind::Document, "roster.txt");
    assert_eq!(code(ann.add_menu_addition(&change, b"mine".to_vec()).await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(ann.modify_menu_addition(&change, b"mine".to_vec()).await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(ann.delete_menu_addition("Roster", false).await), Some(ErrorCode::NotPermitted));

    permit(&cms, "ann", "roster", "read").await?;
    let seen = ann.menu().await?;
    assert_eq!(names(&seen), ["Roster"]);
    assert!(seen[0].users.is_empty(), "who else may is for administrators");
    assert_eq!(ann.menu_file("Roster").await?, b"early: Ann");
    assert_eq!(code(run(&ann, "Roster").await), Some(ErrorCode::BadRequest), "a document is not run");
    assert_eq!(code(run(&ann, "Who").await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(permit(&cms, "ann", "Roster", "write").await), Some(ErrorCode::BadRequest));
    assert_eq!(code(permit(&cms, "ann", "Rooster", "read").await), Some(ErrorCode::NotFound));
    permit(&cms, "ann", "all", "read").await?;
    assert_eq!(run(&ann, "Who").await?.text, "primary CMS-A ann 1 Who\nalso told\n");
    permit(&cms, "ann", "all", "none").await?;
    assert_eq!(names(&ann.menu().await?), ["Roster"]);
    let server = Server::of(&site, Place::A)?;
    let told = server.run_as("ann", PASSWORD, &["menu", "list"]);
    assert!(told.code == Some(0) && told.out.contains("Roster") && !told.out.contains("Who"), "{told:?}");
    let changes = server.out(&["changes"]);
    assert!(changes.contains("permissions of ann") && changes.contains("menu Roster: read"), "{changes}");

    // One that is called otherwise goes on being permitted; a new one of an old name does not begin so.
    let rename = |name: &str, to: &str| SetMenuAddition {
        name: name.to_owned(),
        rename: Some(to.to_owned()),
        ..SetMenuAddition::default()
    };
    cms.modify_menu_addition(&rename("Roster", "Shifts"), Vec::new()).await?;
    assert_eq!(names(&ann.menu().await?), ["Shifts"]);
    cms.delete_menu_addition("shifts", false).await?;
    cms.add_menu_addition(&set("Shifts", MenuKind::Document, "roster.txt"), b"late: Bob".to_vec()).await?;
    assert!(ann.menu().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_off_until_the_server_says_so() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = Server::of(&site, Place::A)?;
    let who = written(dir.path(), "who.sh", WHO.as_bytes())?;
    let told = cms.out(&["menu", "add", "Who", "--program", &who]);
    assert!(told.contains("set `programs = true` under [menu] in cms.toml"), "{told}");
    let refused = cms.run(&["menu", "run", "Who"]);
    let setting = refused.err.contains("set `programs = true` under [menu] in cms.toml");
    assert!(refused.code == Some(3) && setting && refused.out.is_empty(), "{refused:?}");
    // What needs no program is there all the same.
    assert_eq!(site.client(Place::A).await?.menu_file("Who").await?, WHO.as_bytes());
    Ok(())
}

/// A script that says its number and that of a process it leaves behind, and then goes on for ever.
fn endless(numbers: &Path) -> String {
    let file = numbers.display();
    format!("#!/bin/sh\necho begun\nsleep 3600 &\necho \"$$ $!\" > '{file}.new'\nmv '{file}.new' '{file}'\nwait\n")
}

/// Waits until none of the processes is left whose numbers stand in the file.
async fn all_gone(numbers: &Path) -> Result<()> {
    let text = std::fs::read_to_string(numbers)?;
    let folders: Vec<PathBuf> = text.split_whitespace().map(|pid| Path::new("/proc").join(pid)).collect();
    assert_eq!(folders.len(), 2, "{text}");
    // One that has ended and is not yet buried has no command line any more.
    let lives = |folder: &PathBuf| std::fs::read(folder.join("cmdline")).is_ok_and(|line| !line.is_empty());
    until("the program and what it has started are gone", async || (!folders.iter().any(lives)).then_some(())).await;
    Ok(())
}

/// The desktop shows what the program has said while it waits for the file, and how it ended after that.
async fn heard_on_the_desktop(site: &Site, go: &Path) -> Result<()> {
    let mut desk = Desk::sign_in(profile(site)?).await?;
    desk.send(Command::OpenMenu(Some(MenuRequest::Program { name: "Waits".to_owned(), acd: None })));
    let stage = |model: &Model| model.menu_opened.as_ref().map(|view| view.stage.clone());
    let says = MenuStage::Running("Frage\n".to_owned());
    desk.wait("its first line", move |model, _| stage(model).as_ref() == Some(&says)).await;
    std::fs::write(go, "")?;
    let outcome = "ended with exit status: 4".to_owned();
    let said = MenuOutput { text: "Frage\nGröße 3\n".to_owned(), cut: false, success: false, outcome };
    desk.wait("its end", move |model, _| stage(model) == Some(MenuStage::Said(said.clone()))).await;
    Ok(())
}

/// What a program says is told while it goes on: it waits for what only whoever has read its first line does.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_heard_line_by_line_while_it_runs() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = servers(dir.path(), "[menu]\nprograms = true\ntime_limit_secs = 240\n")?;
    let (cms, go) = (site.client(Place::A).await?, dir.path().join("go"));
    let waits = format!(
        "#!/bin/sh\necho Frage\nwhile [ ! -e '{}' ]; do sleep 0.05; done\nprintf 'Größe '\necho 3 >&2\nexit 4\n",
        go.display()
    );
    add_program(&cms, "Waits", &waits).await?;
    let asked = RunMenuAddition { name: "Waits".to_owned(), acd: None };
    let mut frames = cms.run_menu_addition_live(&asked).await?;
    let mut told = String::new();
    while told != "Frage\n" {
        match frames.next_frame().await?.context("it goes on")? {
            MenuFrame::Said { text } => told += &text,
            other => panic!("{other:?} after {told:?}"),
        }
    }
    std::fs::write(&go, "")?;
    let ended = loop {
        match frames.next_frame().await?.context("it goes on")? {
            MenuFrame::Said { text } => told += &text,
            other => break other,
        }
    };
    assert_eq!(told, "Frage\nGröße 3\n");
    let outcome = "ended with exit status: 4".to_owned();
    assert_eq!(ended, MenuFrame::Ended { cut: false, success: false, outcome });
    assert_eq!(frames.next_frame().await?, None);

    // So does the command line tell it.
    std::fs::remove_file(&go)?;
    let script = Server::of(&site, Place::A)?;
    let mut child = script.begin(&["menu", "run", "Waits"])?;
    let mut out = BufReader::new(child.stdout.take().context("it has an output")?);
    let (mut first, mut rest) = (String::new(), String::new());
    tokio::task::block_in_place(|| out.read_line(&mut first))?;
    assert_eq!(first, "Frage\n");
    std::fs::write(&go, "")?;
    tokio::task::block_in_place(|| out.read_to_string(&mut rest))?;
    assert_eq!((rest.as_str(), child.wait()?.code()), ("Größe 3\n", Some(1)));
    std::fs::remove_file(&go)?;
    heard_on_the_desktop(&site, &go).await?;

    // What cannot be run is refused before anything is told, and who stops reading ends the program.
    add_program(&cms, "Letter", "Dear all,\n").await?;
    let letter = RunMenuAddition { name: "Letter".to_owned(), acd: None };
    let refused = cms.run_menu_addition_live(&letter).await.map(drop).expect_err("it is no program");
    assert!(refused.refusal().is_some() && refused.to_string().contains("cannot be run"), "{refused}");
    let numbers = dir.path().join("numbers");
    add_program(&cms, "Endless", &endless(&numbers)).await?;
    let endless = RunMenuAddition { name: "Endless".to_owned(), acd: None };
    let frames = cms.run_menu_addition_live(&endless).await?;
    until("it runs", async || numbers.exists().then_some(())).await;
    drop(frames);
    all_gone(&numbers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_does_not_end_is_ended_with_all_that_it_started() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = servers(dir.path(), "[menu]\nprograms = true\ntime_limit_secs = 2\n")?;
    let numbers = dir.path().join("numbers");
    let file = written(dir.path(), "endless.sh", endless(&numbers).as_bytes())?;
    let cms = Server::of(&site, Place::A)?;
    cms.out(&["menu", "add", "Endless", "--program", &file]);
    let ended = cms.run(&["menu", "run", "Endless"]);
    assert!(ended.code == Some(1) && ended.err.contains("Endless was ended after 2 s"), "{ended:?}");
    assert_eq!(ended.out, "begun\n");
    all_gone(&numbers).await?;
    assert_eq!(std::fs::read_dir(site.folder(Place::A).join("programs"))?.count(), 0, "its folder went with it");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_ended_when_whoever_asked_for_it_is_gone_and_with_the_server() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = servers(dir.path(), "[menu]\nprograms = true\ntime_limit_secs = 240\n")?;
    let numbers = dir.path().join("numbers");
    let cms = site.client(Place::A).await?;
    add_program(&cms, "Endless", &endless(&numbers)).await?;
    let ask = || {
        let asking = cms.clone();
        tokio::spawn(async move { run(&asking, "Endless").await.map(drop) })
    };
    let runs = async || until("it runs", async || numbers.exists().then_some(())).await;
    let asking = ask();
    runs().await;
    asking.abort();
    all_gone(&numbers).await?;
    std::fs::remove_file(&numbers)?;
    let asking = ask();
    runs().await;
    tokio::task::block_in_place(|| site.stop(Place::A));
    all_gone(&numbers).await?;
    assert!(asking.await?.is_err(), "nobody has answered");
    Ok(())
}

/// The beginning of what a loud program says is shown, and that there was more; it is heard to its end.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_says_too_much_is_cut_and_one_that_fails_is_told() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = servers(dir.path(), "[menu]\nprograms = true\ntime_limit_secs = 240\n")?;
    let (cms, script) = (site.client(Place::A).await?, Server::of(&site, Place::A)?);
    let done = dir.path().join("done");
    let loud = format!("#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x\ntouch '{}'\n", done.display());
    add_program(&cms, "Loud", &loud).await?;
    let output = run(&cms, "Loud").await?;
    assert!(output.cut && output.success && output.text == "x".repeat(SAID_MAX), "{} bytes", output.text.len());
    assert!(done.exists(), "it was not ended for it");
    let told = script.run(&["menu", "run", "Loud"]);
    assert!(told.code == Some(0) && told.err.contains("Loud said more than is shown"), "{:?}", told.err);

    add_program(&cms, "Failing", "#!/bin/sh\necho no\nexit 3\n").await?;
    let failed = script.run(&["menu", "run", "Failing"]);
    assert!(failed.code == Some(1) && failed.out == "no\n" && failed.err.contains("exit status: 3"), "{failed:?}");
    let json: MenuOutput = from_str(&script.run(&["menu", "run", "Failing", "--json"]).out)?;
    assert_eq!((json.text.as_str(), json.success, json.cut), ("no\n", false, false));
    add_program(&cms, "Letter", "Dear all,\n").await?;
    let refused = run(&cms, "Letter").await.expect_err("it is no program");
    assert!(refused.to_string().contains("cannot be run") && refused.to_string().contains("#!/bin/sh"), "{refused}");
    // It is told what it asks for, and may not be told of what there is not.
    add_program(&cms, "Who", WHO).await?;
    let refused = script.run(&["menu", "run", "Who", "--acd", "7"]);
    assert!(refused.code == Some(3) && refused.err.contains("ACD 7"), "{refused:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_addition_is_refused_and_nothing_is_kept() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (cms, script) = (site.client(Place::A).await?, Server::of(&site, Place::A)?);
    let document = |name: &str, file: &str| set(name, MenuKind::Document, file);
    let web = |address: &str| SetMenuAddition {
        name: "Web".to_owned(),
        kind: Some(MenuKind::Web),
        address: Some(address.to_owned()),
        ..SetMenuAddition::default()
    };
    for (set, file, why) in [
        (document("Large", "large.bin"), vec![0; FILE_BYTES_MAX + 1], "1 byte to 4 MiB"),
        (document("Empty", "empty.txt"), Vec::new(), "1 byte to 4 MiB"),
        (document("Way", "../cms.toml"), vec![1], "a letter or digit first"),
        (document("all", "all.txt"), vec![1], "stands for all of them"),
        (document("A name of more than 20", "a.txt"), vec![1], "1 to 20 characters"),
        (SetMenuAddition { file_name: None, ..document("Nameless", "") }, vec![1], "file_name"),
        (SetMenuAddition { file_name: None, ..document("Without", "") }, Vec::new(), "needs its file"),
        (SetMenuAddition { kind: None, ..document("Kindless", "a.txt") }, vec![1], "what the addition opens"),
        (SetMenuAddition { place: Some(1_000), ..document("Far", "a.txt") }, vec![1], "0 to 999"),
        (web("file:///etc/passwd"), Vec::new(), "http:// or https://"),
        (web("intranet"), Vec::new(), "http:// or https://"),
        (SetMenuAddition { file_name: Some("a".to_owned()), ..web("https://a") }, vec![1], "has no file"),
    ] {
        let refused = cms.add_menu_addition(&set, file).await.expect_err("it cannot be");
        assert!(refused.refusal().is_some() && refused.to_string().contains(why), "{set:?}: {refused}");
    }
    assert!(cms.menu().await?.is_empty());
    let large = written(dir.path(), "large.bin", &vec![0; FILE_BYTES_MAX + 1])?;
    let refused = script.run(&["menu", "add", "Large", "--document", &large]);
    assert!(refused.code == Some(2) && refused.err.contains("at most 4 MiB"), "{refused:?}");
    // As large as may be.
    cms.add_menu_addition(&document("Large", "large.bin"), vec![7; FILE_BYTES_MAX]).await?;
    assert_eq!(cms.menu_file("Large").await?, vec![7; FILE_BYTES_MAX]);
    let twice = cms.add_menu_addition(&document("LARGE", "large.bin"), vec![1]).await;
    assert_eq!(code(twice), Some(ErrorCode::Exists));

    // Who changed what, by its digest and not by its bytes.
    let small = written(dir.path(), "small.txt", b"small")?;
    script.out(&["menu", "modify", "Large", "--document", &small, "--as", "Small"]);
    let same = script.out(&["menu", "modify", "Small", "--document", &small]);
    assert!(same.contains("is so already"), "{same}");
    let digest = store_digest(b"small");
    let changes = cms.changes(1).await?;
    let change = changes.first().context("it is recorded")?;
    assert_eq!((change.user.as_str(), change.what.as_str()), ("cms", "main menu addition Large"));
    assert!(change.before.contains("4194304 bytes, SHA-256") && change.after.contains(&digest), "{change:?}");
    let kept = written(dir.path(), "kept.txt", b"kept")?;
    let refused = script.run(&["menu", "save", "Small", "--output", &kept]);
    assert!(refused.code == Some(3) && refused.err.contains("--overwrite"), "{refused:?}");
    assert_eq!(std::fs::read(&kept)?, b"kept");
    Ok(())
}

fn store_digest(content: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As the Dictionary, the menu is for viewing on a secondary, until an administrator takes over.
#[tokio::test(flavor = "multi_thread")]
async fn the_menu_of_a_secondary_is_for_viewing() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = Server::of(&site, Place::B)?;
    let add = ["menu", "add", "Intranet", "--web", "https://intranet"];
    let refused = cms.run(&add);
    let told = refused.err.contains("there the main menu is for viewing") && refused.err.contains("--take-over");
    assert!(refused.code == Some(3) && told, "{refused:?}");
    cms.out(&[&add[..], &["--take-over"]].concat());
    assert!(cms.out(&["changes"]).contains("main menu addition Intranet (taken over on a secondary)"));
    assert_eq!(cms.run(&["menu", "delete", "Intranet"]).code, Some(3));
    assert_eq!(cms.run(&["menu", "modify", "Intranet", "--place", "3"]).code, Some(3));
    cms.out(&["menu", "modify", "Intranet", "--place", "3", "--take-over"]);
    assert!(cms.out(&["menu", "show", "Intranet"]).contains("https://intranet"));
    cms.out(&["menu", "delete", "Intranet", "--take-over"]);
    assert!(site.client(Place::B).await?.menu().await?.is_empty());
    Ok(())
}
