//! Worksheets that another version of the program wrote: read as far as they can be, never lost, never gone on with by guess.

use anyhow::{Context, Result};
use api::{StepState, WorksheetKind};
use model::Moment;
use testkit::{Place, Site, SiteOptions};

use crate::cli::Server;

const REFUSED: Option<i32> = Some(3);

/// As a server keeps it, with a field and a step that this version does not have.
const LATER: &str = r#"{"id":"moving-1","kind":"moving","edition":3,"started_at":1795392000,"started_by":"cms",
    "changed_at":1795392600,"changed_by":"ann","moved":"yes","about":"new rooms","steps":[
    {"step":"pack","state":"done","at":1795392300,"by":"ann","text":"in 40 boxes"},{"step":"drive","state":"parked"}]}"#;
/// One with steps that this version has otherwise, and one as it was kept before administration was carried.
const OTHER: &str = r#"{"id":"administration-2","kind":"administration","edition":2,"started_at":1795392000,"started_by":"cms",
    "changed_at":1795392700,"changed_by":"cms","steps":[{"step":"single-user","state":"done","by":"cms","text":"it is"},
    {"step":"tell-everybody","state":"to_do"},{"step":"multi-user","state":"to_do"}]}"#;
const BEFORE: &str = r#"{"id":"administration-3","kind":"administration","edition":1,"started_at":1795392000,
    "started_by":"cms","changed_at":1795392800,"changed_by":"cms","steps":[{"step":"backup","state":"to_do"},
    {"step":"single-user","state":"to_do"},{"step":"administration","state":"to_do"},
    {"step":"passwords","state":"to_do"},{"step":"multi-user","state":"to_do"},{"step":"compare","state":"to_do"}]}"#;

fn keep(site: &mut Site, sheets: &[(&str, u64, &str)]) -> Result<()> {
    site.stop(Place::A);
    let mut local = store::LocalStore::open(&store::DataFolder::new(site.folder(Place::A)).local())?;
    for (id, edition, sheet) in sheets {
        assert!(local.keep_worksheet(id, *edition, Moment(1_795_392_600), sheet)?);
    }
    drop(local);
    tokio::task::block_in_place(|| site.run(Place::A))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worksheet_that_cannot_be_read_is_told_and_stays_as_it_is() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    keep(&mut site, &[("moving-1", 3, LATER)])?;
    let told = site.client(Place::A).await?.worksheets().await?;
    let sheet = told.first().context("it is told")?;
    assert_eq!((sheet.kind, sheet.edition, sheet.about.as_str()), (WorksheetKind::Unknown, 3, "new rooms"));
    assert_eq!((sheet.steps[0].state, sheet.steps[1].state), (StepState::Done, StepState::ToDo));
    assert!(sheet.unreadable.as_ref().is_some_and(|why| why.contains("moved")), "{sheet:?}");
    let (a, b) = (Server::of(&site, Place::A)?, Server::of(&site, Place::B)?);
    let cms = |arguments: &[&str]| a.run(&[&["worksheet"], arguments, &b.as_twin()].concat());
    let listed = cms(&["list"]);
    assert!(listed.out.contains("moving-1") && listed.out.contains("CANNOT BE READ"), "{listed:?}");
    let shown = cms(&["show", "moving-1"]);
    assert!(shown.out.contains("pack (a step of another version)") && shown.out.contains("in 40 boxes"), "{shown:?}");
    assert!(shown.out.contains("It stays as it is. Go on with it by a program of the version"), "{shown:?}");
    for act in [&["go", "moving-1"][..], &["abandon", "moving-1", "--why", "old"]] {
        let refused = cms(act);
        assert!(refused.code == REFUSED && refused.err.contains("It stays as it is"), "{refused:?}");
    }
    // It stands in nobody's way.
    let begun = cms(&["start", "administration"]);
    assert_eq!(begun.code, Some(0), "{begun:?}");
    site.stop(Place::A);
    let local = store::LocalStore::open(&store::DataFolder::new(site.folder(Place::A)).local())?;
    assert_eq!(local.worksheet("moving-1")?.as_deref(), Some(LATER));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worksheet_of_an_earlier_form_goes_on_or_says_what_comes_next() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    keep(&mut site, &[("administration-2", 2, OTHER)])?;
    let (a, b) = (Server::of(&site, Place::A)?, Server::of(&site, Place::B)?);
    let shown = a.run(&[&["worksheet", "show"][..], &b.as_twin()].concat());
    assert!(shown.out.contains("tell-everybody (a step of another version)"), "{shown:?}");
    assert!(shown.out.contains("give it up with a reason, and begin a new one"), "{shown:?}");
    let gone = a.run(&[&["worksheet", "go"][..], &b.as_twin()].concat());
    assert!(gone.code == REFUSED && gone.err.contains("cannot be gone on with"), "{gone:?}");
    let ended = a.run(&[&["worksheet", "abandon", "--why", "begun anew"][..], &b.as_twin()].concat());
    assert_eq!(ended.code, Some(0), "{ended:?}");

    // As it was begun: by backup.
    keep(&mut site, &[("administration-3", 1, BEFORE)])?;
    let a = Server::of(&site, Place::A)?;
    let gone = a.run(&[&["worksheet", "go"][..], &b.as_twin()].concat());
    assert_eq!(gone.code, Some(0), "{gone:?}");
    assert_eq!(site.client(Place::A).await?.backups().await?.backups.len(), 1);
    Ok(())
}
