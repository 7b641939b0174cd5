//! "Worksheet for synchronizing the CMS servers after turning data collection on/off", and administration carried over.

use anyhow::{Context, Result};
use api::{Mode, Profile, Profiled, SetProfile, SetStorage, WorksheetKind};
use serde_json::Value;
use session::worksheets::Outcome;
use testkit::{Place, Site};

use super::{Centre, kept, step};
use crate::cli::Server;
use crate::heal::parcels;

/// By the command line, as an administrator at night follows it: both servers are changed in turn, times are recorded, nothing
/// is missing in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn collection_is_turned_off_and_on_by_the_command_line() -> Result<()> {
    let centre = Centre::open(301).await?;
    let (cms, other) = (Server::of(&centre.site, Place::A)?, Server::of(&centre.site, Place::B)?);
    let twin = other.as_twin();
    let run = |arguments: &[&str]| cms.run(&[&["worksheet"][..], arguments, &twin].concat());
    let go = |arguments: &[&str]| run(&[&["go", "--all"][..], arguments].concat());

    let ended = run(&["start", "collection", "--about", "keep hsplit longer"]);
    assert!(ended.code == Some(0) && ended.out.contains("Now step 1") && ended.out.contains("CMS-A"), "{ended:?}");
    let ended = go(&[]);
    assert!(ended.code == Some(3) && ended.err.contains("step 1 is done by a person"), "{ended:?}");
    assert_eq!(run(&["confirm", "--note", "all told"]).code, Some(0));
    let ended = go(&[]);
    assert!(ended.code == Some(3) && ended.err.contains("step 4 is done by a person"), "{ended:?}");
    assert!(ended.out.contains("single-user") && ended.out.contains("ACD 1 collection off 2026-"), "{ended:?}");
    for (place, off) in [(Place::A, true), (Place::B, false)] {
        let health = centre.site.client(place).await?.health(testkit::LIMIT).await?;
        assert_eq!((health.acds[0].collecting, health.mode == Mode::SingleUser), (!off, off), "{place:?}");
    }
    allocate(&centre, Place::A).await?;
    centre.let_pass(Place::B, 50).await?;
    assert_eq!(run(&["confirm", "--note", "hsplit 70 days"]).code, Some(0));
    let ended = go(&[]);
    assert!(ended.code == Some(3) && ended.out.contains("it was: hsplit 70 days"), "{ended:?}");
    assert!(ended.out.contains("CMS-A got") && ended.out.contains("restore 1"), "{ended:?}");
    allocate(&centre, Place::B).await?;
    centre.let_pass(Place::A, 50).await?;
    assert_eq!(run(&["confirm"]).code, Some(0));
    let ended = go(&[]);
    assert!(ended.code == Some(0) && ended.out.contains("the worksheet is done"), "{ended:?}");
    assert!(ended.out.contains("CMS-B got"), "{ended:?}");
    centre.check_equal().await?;

    let list: Vec<api::Worksheet> = serde_json::from_str(&run(&["list", "--json"]).out)?;
    let shown: Value = serde_json::from_str(&run(&["show", &list[0].id, "--json"]).out)?;
    assert_eq!((&shown["now"], &shown["worksheet"]["about"]), (&Value::Null, &"keep hsplit longer".into()));
    for word in ["primary-off", "primary-up", "secondary-off", "secondary-up"] {
        assert_eq!(step(&list[0], word).times.len(), 1, "{word} has its time: {list:?}");
    }
    let [a, b] = kept(&centre, &list[0].id).await?;
    assert!(a.is_some() && a == b, "both keep the same");
    let changes = cms.out(&["changes"]);
    assert!(changes.contains(&format!("worksheet {}", list[0].id)) && changes.contains("done"), "{changes}");
    Ok(())
}

async fn allocate(centre: &Centre, place: Place) -> Result<()> {
    let set = SetStorage {
        acd: Site::ACD,
        element: "splits".to_owned(),
        items: None,
        intrahour_days: Some(70),
        daily_days: None,
        weekly_weeks: None,
        monthly_months: None,
        records: None,
    };
    centre.site.client(place).await?.set_storage(&set).await?;
    Ok(())
}

/// The same by backup and restore, as the guide has it; the volumes are carried by hand when they are asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn collection_is_turned_off_and_on_with_backups() -> Result<()> {
    let centre = Centre::open(302).await?;
    let id = centre.pair().await?.start(WorksheetKind::Collection, true, "").await?.id;
    for (word, place, from) in [("primary", Place::A, Place::B), ("secondary", Place::B, Place::A)] {
        centre.walk_to(&id, Some(&format!("{word}-change"))).await?;
        centre.let_pass(from, 50).await?;
        centre.walk_to(&id, Some(&format!("{word}-history"))).await?;
        let (_, outcome) = centre.go(&id, false).await?;
        assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("does not see backup")), "{outcome:?}");
        crate::backup::carry(&centre.site, from, place)?;
    }
    let sheet = centre.walk_to(&id, None).await?;
    assert!(sheet.end.is_some_and(|end| !end.abandoned));
    centre.check_equal().await
}

fn level(seconds: u32) -> SetProfile {
    let profile = Profile {
        of: Profiled::Split,
        number: "1".to_owned(),
        service_level_secs: seconds,
        increments_secs: vec![5, 10],
    };
    SetProfile { acd: Site::ACD, profile }
}

/// What is to be administered on the primary, and the worksheet that carries it to the step of that.
async fn administered(centre: &Centre, by_backup: bool) -> Result<String> {
    let a = centre.site.client(Place::A).await?;
    a.set_profile(&level(33)).await?;
    crate::people::add(&a, "ann", |_| {}).await?;
    let id = centre.pair().await?.start(WorksheetKind::Administration, by_backup, "").await?.id;
    centre.walk_to(&id, Some("administration")).await?;
    Ok(id)
}

/// The rest of it: the plan, the passwords, and that both are the same.
async fn check_carried(centre: &Centre, id: &str) -> Result<()> {
    let (a, b) = (centre.site.client(Place::A).await?, centre.site.client(Place::B).await?);
    let (_, outcome) = centre.go(id, false).await?;
    let Outcome::Asks(plans) = outcome else { panic!("a plan: {outcome:?}") };
    assert!(plans[0].plan.tables.iter().any(|line| line.table == "split_pro" && line.added == 1), "{plans:?}");
    assert!(b.profiles(Site::ACD).await?.is_empty(), "a plan changes nothing");
    centre.walk_to(id, Some("passwords")).await?;
    let (_, outcome) = centre.go(id, false).await?;
    assert!(matches!(&outcome, Outcome::Person(told) if told.contains("ann")), "{outcome:?}");
    let sheet = centre.walk_to(id, None).await?;
    assert!(step(&sheet, "passwords").text.contains("without a password on CMS-B: ann"), "{sheet:?}");
    let b = centre.site.client(Place::B).await?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(b.health(testkit::LIMIT).await?.mode, Mode::MultiUser);
    Ok(())
}

/// What was administered on the primary is on the secondary afterwards, without a device that both see, and with the plan shown
/// before; it is kept that a user has no password there. Nothing is left on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administration_is_carried_to_the_secondary() -> Result<()> {
    let centre = Centre::open(303).await?;
    let id = administered(&centre, false).await?;
    check_carried(&centre, &id).await?;
    for place in Place::BOTH {
        assert!(parcels(&centre.site, place).is_empty(), "{place:?} keeps a parcel");
        let known = centre.site.client(place).await?.backups().await?;
        assert!(known.backups.is_empty(), "a parcel is no backup: {known:?}");
    }
    Ok(())
}

/// The guide's way: over a device, and where both see none, with volumes that are copied by hand.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administration_is_restored_from_a_backup() -> Result<()> {
    let centre = Centre::open(304).await?;
    let id = administered(&centre, true).await?;
    let (_, outcome) = centre.go(&id, false).await?;
    assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("does not see backup")), "{outcome:?}");
    crate::backup::carry(&centre.site, Place::A, Place::B)?;
    check_carried(&centre, &id).await
}

/// The server that is written to goes while the parcel is carried, and again between the plan and the yes: nothing is changed, and
/// nothing is restored of which nobody has seen the plan.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_yes_is_to_the_plan_that_was_shown() -> Result<()> {
    let mut centre = Centre::open(305).await?;
    let id = administered(&centre, false).await?;
    let pair = centre.pair().await?;
    let mut sheet = pair.worksheet(Some(&id)).await?;
    let site = &mut centre.site;
    let mut go = |progress: &session::twin::Step| {
        if progress.what.starts_with("carrying") {
            tokio::task::block_in_place(|| site.stop(Place::B));
        }
    };
    let outcome = pair.go(&mut sheet, None, true, &mut go).await?;
    assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("cannot be reached")), "{outcome:?}");
    assert!(parcels(&centre.site, Place::A).is_empty(), "CMS-A keeps a parcel");
    centre.site.run(Place::B)?;
    let (sheet, outcome) = centre.go(&id, false).await?;
    let shown = step(&sheet, "administration").label.clone();
    assert!(matches!(&outcome, Outcome::Asks(_)) && shown.starts_with("CMS-A/"), "{outcome:?} {shown}");
    assert_eq!(parcels(&centre.site, Place::B).len(), 1, "it waits for the yes");

    centre.site.stop(Place::B);
    centre.site.run(Place::B)?;
    centre.site.client(Place::A).await?.set_profile(&level(44)).await?;
    let (_, outcome) = centre.go(&id, true).await?;
    assert!(matches!(&outcome, Outcome::Asks(_)), "its parcel is gone with the start: {outcome:?}");
    let b = centre.site.client(Place::B).await?;
    assert!(b.profiles(Site::ACD).await?.is_empty() && b.restores().await?.is_empty());
    // What is changed after the plan was shown is not in it.
    centre.site.client(Place::A).await?.set_profile(&level(55)).await?;
    // What somebody changes where it is restored is shown before it goes.
    b.set_profile(&level(66)).await?;
    let (_, outcome) = centre.go(&id, true).await?;
    let Outcome::Asks(plans) = outcome else { panic!("another plan: {outcome:?}") };
    let line = plans[0].plan.tables.iter().find(|line| line.table == "split_pro").context("split_pro")?;
    assert_eq!((line.added, line.replaced), (0, 1), "{plans:?}");
    assert_eq!(b.profiles(Site::ACD).await?, [level(66).profile]);
    let (_, outcome) = centre.go(&id, true).await?;
    assert!(matches!(&outcome, Outcome::Done(told) if told.contains(" replaced, ")), "{outcome:?}");
    assert_eq!(b.profiles(Site::ACD).await?, [level(44).profile]);
    Ok(())
}
