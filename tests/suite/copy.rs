//! Copying a report: to a file, from a file, from server to server; who sees it then, and what is refused.

use std::path::Path;

use anyhow::Result;
use api::{AddUser, ErrorCode, ReportEntry, SaveReport, Scope, SetUser};
use client::{Address, Client, Trust};
use report::{Definition, find_built_in};
use session::{Command, CopyState, Which, read_report_file};
use testkit::{PASSWORD, Place, Site, SiteOptions};

use crate::switch_over::desk::{Desk, profile};

const BUILT_IN: &str = "Real-time/Split-Skill/Split-Skill Report";
/// Where a designer report of that name stands on a server.
const DESIGNED: &str = "Real-time/Designer/Split/Skill Report";

fn original() -> Definition {
    find_built_in(BUILT_IN).expect("a built-in report").clone()
}

fn from_file(file: &Path, scope: Scope) -> Command {
    Command::CopyFromFile { file: file.to_owned(), scope, rename: None, overwrite: false, house: None }
}

async fn done(desk: &mut Desk, command: Command) -> String {
    match desk.copy(command).await {
        CopyState::Done { what } => what,
        other => panic!("not done: {other:?}"),
    }
}

async fn exists(desk: &mut Desk, command: Command) -> (String, Command) {
    match desk.copy(command).await {
        CopyState::Exists { what, again } => (what, *again),
        other => panic!("nothing was in the way: {other:?}"),
    }
}

/// The designer reports that a user finds on a server.
async fn designed(client: &Client) -> Result<Vec<ReportEntry>> {
    let mut found = client.reports().await?;
    found.retain(|entry| entry.scope != Scope::BuiltIn);
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn to_a_file_and_from_a_file() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let file = dir.path().join("report.cmsreport");

    let to_file = Command::CopyToFile { path: BUILT_IN.to_owned(), file: file.clone(), overwrite: false };
    assert!(done(&mut desk, to_file.clone()).await.contains("report.cmsreport"));
    assert_eq!(read_report_file(&file)?.definition, original());

    std::fs::write(&file, "somebody's notes")?;
    let (what, again) = exists(&mut desk, to_file).await;
    assert!(what.contains("report.cmsreport exists already (not a report file)"), "{what}");
    assert_eq!(std::fs::read_to_string(&file)?, "somebody's notes");
    done(&mut desk, again).await;
    assert_eq!(read_report_file(&file)?.definition, original());

    // By its name people mean the one that comes with the product, until somebody says otherwise.
    let CopyState::Namesake { what, again } = desk.copy(from_file(&file, Scope::Personal)).await else {
        panic!("a built-in report is shadowed without a word");
    };
    assert!(what.starts_with(BUILT_IN), "{what}");
    assert_eq!(designed(&site.client(Place::A).await?).await?, []);
    assert!(done(&mut desk, *again).await.contains("Designer"));
    let client = site.client(Place::A).await?;
    let first = client.report(DESIGNED).await?;
    assert_eq!((first.entry.scope, first.entry.owner.as_deref()), (Scope::Personal, Some("cms")));
    assert_eq!(Definition { path: original().path, ..first.definition }, original());

    let mut changed = original();
    changed.description = "Changed on this PC.".to_owned();
    session::write_report_file(&file, &changed.clone().into(), true)?;
    let (what, again) = exists(&mut desk, from_file(&file, Scope::Personal)).await;
    assert!(what.contains("personal, saved by cms"), "{what}");
    assert_eq!(client.report(DESIGNED).await?.definition.description, original().description);
    done(&mut desk, again).await;
    assert_eq!(client.report(DESIGNED).await?.definition.description, changed.description);

    let rename = Some("Morning".to_owned());
    done(&mut desk, Command::CopyFromFile { file, scope: Scope::Global, rename, overwrite: false, house: None }).await;
    let names: Vec<_> = designed(&client).await?.into_iter().map(|entry| (entry.name, entry.scope)).collect();
    assert_eq!(names, [("Morning".to_owned(), Scope::Global), (original().name, Scope::Personal)]);
    desk.wait("the desk's own list has them too", |model, _| {
        model.library.iter().filter(|entry| entry.scope != Scope::BuiltIn).count() == 2
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn from_one_server_straight_to_the_other_and_back() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let copy = |path: &str, to, rename: Option<&str>| Command::CopyToServer {
        path: path.to_owned(),
        to,
        scope: Scope::Global,
        rename: rename.map(str::to_owned),
        overwrite: false,
        house: None,
    };
    let to_b = copy(BUILT_IN, Which::Secondary, Some("Standby"));
    assert!(done(&mut desk, to_b.clone()).await.contains("\"Standby\" was copied from the primary to the secondary"));
    let [a, b] = [site.client(Place::A).await?, site.client(Place::B).await?];
    assert_eq!(designed(&a).await?, []);
    let there = b.report("Real-time/Designer/Standby").await?;
    assert_eq!(there.definition.blocks, original().blocks);

    let (what, again) = exists(&mut desk, to_b).await;
    assert!(what.contains("Real-time/Designer/Standby (global, saved by cms"), "{what}");
    done(&mut desk, again).await;

    done(&mut desk, copy("Real-time/Designer/Standby", Which::Primary, None)).await;
    assert_eq!(a.report("Real-time/Designer/Standby").await?.definition, there.definition);
    // The desk works at the primary still.
    assert_eq!(desk.model.serving, Some(Which::Primary));
    Ok(())
}

/// Nothing of them reaches a server, and the person learns why.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_newer_and_foreign_files_are_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let sound = report::write_file(&original());
    let torn = sound[..sound.len() / 2].to_owned();
    let changed = sound.replace("ABNCALLS", "ACDCALLS");
    assert_ne!(changed, sound);
    let files = [
        (torn.as_bytes().to_vec(), "damaged: line"),
        (changed.into_bytes(), "damaged: its checksum"),
        (sound.replace("\"version\": 1", "\"version\": 99").into_bytes(), "newer than the 2 that this program reads"),
        (b"PK\x03\x04and so on".to_vec(), "a ZIP archive or an office document"),
        (b"".to_vec(), "an empty file"),
        (br#"{"format": "another", "version": 1}"#.to_vec(), "JSON of another program"),
        (vec![b' '; 5 * 1024 * 1024], "too large for a report file"),
    ];
    for (number, (content, why)) in files.into_iter().enumerate() {
        let file = dir.path().join(format!("{number}.cmsreport"));
        std::fs::write(&file, content)?;
        let CopyState::Failed { why: told } = desk.copy(from_file(&file, Scope::Global)).await else {
            panic!("{why} was taken");
        };
        assert!(told.contains(why) && told.contains(&format!("{number}.cmsreport")), "{why}: {told}");
    }
    let missing = desk.copy(from_file(&dir.path().join("missing"), Scope::Global)).await;
    assert!(matches!(&missing, CopyState::Failed { why } if why.contains("cannot read")), "{missing:?}");
    let nowhere = dir.path().join("no/such/folder/r.cmsreport");
    let to_file = Command::CopyToFile { path: BUILT_IN.to_owned(), file: nowhere, overwrite: false };
    let failed = desk.copy(to_file).await;
    assert!(matches!(&failed, CopyState::Failed { why } if why.contains("cannot write")), "{failed:?}");
    assert_eq!(designed(&site.client(Place::A).await?).await?, []);
    Ok(())
}

/// A second person on the primary, who administers nothing.
async fn add_ann(site: &Site) -> Result<()> {
    let user = SetUser { name: "ann".to_owned(), full_name: Some("Ann Archer".to_owned()), ..SetUser::default() };
    let add = AddUser { user, password: Some(PASSWORD.to_owned()), reads_everything: true };
    site.client(Place::A).await?.add_user(&add).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_report_is_seen_by_its_owner_alone() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    add_ann(&site).await?;
    let server = site.server(Place::A);
    let trust = Trust::Fingerprint(server.fingerprint()?.parse()?);
    let ann = Client::new(Address { url: server.url(), trust })?;
    assert!(!ann.login("ann", PASSWORD).await?.administrator);
    let cms = site.client(Place::A).await?;
    let save = |name: &str, description: &str, scope| {
        let definition = Definition { name: name.to_owned(), description: description.to_owned(), ..original() };
        SaveReport::new(definition, scope, false)
    };
    cms.save_report(&save("Shared", "by cms", Scope::Global)).await?;
    cms.save_report(&save("Own", "by cms", Scope::Personal)).await?;

    let names = async |client: &Client| -> Result<Vec<String>> {
        Ok(designed(client).await?.into_iter().map(|entry| entry.name).collect())
    };
    assert_eq!((names(&cms).await?, names(&ann).await?), (vec!["Own".into(), "Shared".into()], vec!["Shared".into()]));
    let code = |error: client::ClientError| error.refusal().map(|body| body.code);
    assert_eq!(ann.report("Own").await.map_err(code).err(), Some(Some(ErrorCode::NotFound)));

    // The same name is free for her, and hers comes first for her only.
    ann.save_report(&save("Own", "by ann", Scope::Personal)).await?;
    assert_eq!(ann.report("Own").await?.definition.description, "by ann");
    assert_eq!(cms.report("Own").await?.definition.description, "by cms");

    assert_eq!(ann.delete_report("Shared").await.map_err(code).err(), Some(Some(ErrorCode::NotPermitted)));
    let replace = SaveReport { overwrite: true, ..save("Shared", "by ann", Scope::Global) };
    assert_eq!(ann.save_report(&replace).await.map_err(code).err(), Some(Some(ErrorCode::NotPermitted)));
    assert_eq!(ann.report("Shared").await?.definition.description, "by cms");
    cms.delete_report("Shared").await?;
    assert_eq!(names(&ann).await?, ["Own"]);
    Ok(())
}

/// At the very same time: who saves a global report first has it, and nobody replaces it who may not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_save_a_global_report_at_once_the_second_is_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut by = Vec::new();
    for name in ["ann", "ben", "cleo", "dora"] {
        crate::people::add(&site.client(Place::A).await?, name, |add| add.reads_everything = true).await?;
        by.push((name, crate::people::signed_in(site.server(Place::A), name).await?));
    }
    for round in 0..20 {
        let each = by.iter().map(|(name, client)| {
            let definition =
                Definition { name: format!("Round {round}"), description: (*name).to_owned(), ..original() };
            let save = SaveReport { overwrite: true, ..SaveReport::new(definition, Scope::Global, false) };
            let (name, client) = (*name, client.clone());
            tokio::spawn(async move { client.save_report(&save).await.map(|_| name) })
        });
        let mut saved = Vec::new();
        for done in each.collect::<Vec<_>>() {
            match done.await? {
                Ok(name) => saved.push(name),
                Err(error) => {
                    let code = error.refusal().map(|body| body.code);
                    assert_eq!(code, Some(ErrorCode::NotPermitted), "{error}");
                }
            }
        }
        assert_eq!(saved.len(), 1, "round {round}");
        assert_eq!(by[0].1.report(&format!("Round {round}")).await?.definition.description, saved[0]);
    }
    Ok(())
}

/// Exports go where a person says, which need not be a plain file that is to be made anew.
#[test]
fn a_link_stays_one_a_private_file_stays_private_and_a_device_is_written_to() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let (file, link) = (dir.path().join("mine.csv"), dir.path().join("latest.csv"));
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    session::write_whole(&link, b"new").unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"new");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    // Standing for a device: written to by its path, and no file afterwards either.
    let pipe = dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    session::write_whole(&pipe, b"through").unwrap();
    assert_eq!(reader.join().unwrap(), b"through");
    assert!(!std::fs::metadata(&pipe).unwrap().is_file());
}
