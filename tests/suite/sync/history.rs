//! A sync that heals the secondary's history, too: what it missed is there afterwards, one way only, and what could not be fetched
//! is said beside what was synced.

use anyhow::Result;
use api::{AddUser, Conflicts, Mode, PackAdministration, SetPassword, SetUser};
use client::{Client, ClientError};
use session::twin::{HealError, Pushed, Pushing, Step};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site};

use super::{Both, REFUSED, quiet, set_level};
use crate::heal::merging::{heal, undisturbed};
use crate::heal::{Missed, Outage, cut, parcels};
use crate::people::{add, signed_in};

async fn push(
    from: &Client,
    to: &Client,
    tell: &mut (dyn FnMut(&Step) + Send),
    history: bool,
) -> Result<Pushed, HealError> {
    let (asked, to_primary, dry_run) = (PackAdministration::default(), false, false);
    Pushing {
        from,
        to,
        asked,
        conflicts: Conflicts::Keep,
        to_primary,
        from_another: false,
        history,
        dry_run,
        expect: None,
        tell,
    }
    .run()
    .await
}

/// The link of the secondary was down twice: a dry run changes nothing, the sync makes both the same, the next one finds nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sync_fetches_what_the_secondary_missed() -> Result<()> {
    let missed = Missed::open(111, 4, &[cut(45, 30), cut(140, 20)]).await?;
    let intervals = missed.check_gap().await?;
    let both = Both::of(&missed.site).await?;
    set_level(&both.a, "1", 30).await?;
    let (before, wanted) = (missed.digests(Place::B).await?, missed.digests(Place::A).await?);

    let dry = both.sync(&["--history", "--dry-run"]);
    assert!(dry.code == Some(0) && dry.out.contains("split_pro") && dry.out.contains("hsplit"), "{dry:?}");
    assert_eq!(missed.digests(Place::B).await?, before);
    assert!(both.b.restores().await?.is_empty());

    let told = both.synced(0, &["--history"]);
    assert_eq!(told["history"]["healed"][0]["intervals"], intervals, "{told}");
    assert_eq!(told["history"]["comparison"]["same"], true, "{told}");
    assert_eq!([missed.digests(Place::A).await?, missed.digests(Place::B).await?], [wanted.clone(), wanted]);
    assert_eq!(both.level(&both.b, "1").await?, Some(30));
    let compared = both.cms_a.run(&[&["twin", "compare"][..], &both.cms_b.as_twin()].concat());
    assert_eq!(compared.code, Some(0), "{compared:?}");

    let again = both.synced(0, &["--history"]);
    assert!(again["restore"].is_null() && again["history"]["healed"] == serde_json::json!([]), "{again}");
    for place in Place::BOTH {
        assert!(parcels(&missed.site, place).is_empty(), "{place:?} keeps a parcel");
    }
    // Each part is taken back by itself, the later one first.
    for restore in ["2", "1"] {
        both.cms_b.out(&["restore", "undo", restore]);
    }
    assert_eq!(missed.digests(Place::B).await?, before);
    assert_eq!(both.level(&both.b, "1").await?, None);
    Ok(())
}

/// Each has missed another part of the same half hour: the secondary is whole, the primary is left as it is and named, and is healed
/// when somebody says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sync_heals_one_way_and_names_what_the_primary_lacks() -> Result<()> {
    const HOURS: i64 = 3;
    let outages = [Outage { place: Place::A, minute: 33, minutes: 6 }, cut(42, 7)];
    let missed = Missed::open(96, HOURS, &outages).await?;
    let expected = undisturbed(Missed::scenario(96), HOURS);
    let both = Both::of(&missed.site).await?;
    let primary = missed.digests(Place::A).await?;
    let on_both =
        primary.iter().zip(missed.digests(Place::B).await?).filter(|(a, b)| a.incomplete && b.incomplete).count();
    assert!(on_both > 0, "no interval lacks data on both");

    let ended = both.sync(&["--history"]);
    assert!(ended.code == Some(1) && ended.err.contains("the history of CMS-B and CMS-A is not the same"), "{ended:?}");
    assert!(ended.out.contains("collected again, and whole now"), "{ended:?}");
    assert_eq!(missed.digests(Place::B).await?, expected);
    assert_eq!(missed.digests(Place::A).await?, primary, "a sync writes to the secondary alone");
    assert_eq!(heal(&missed.site, Place::A, Place::B)?.code, Some(0));
    assert_eq!(missed.digests(Place::A).await?, expected);
    Ok(())
}

/// The secondary refuses while history is on its way: the administration is there, the history as it was, and the next sync does
/// what is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_secondary_that_refuses_half_way_gets_the_rest_the_next_time() -> Result<()> {
    let missed = Missed::open(112, 4, &[cut(45, 30)]).await?;
    missed.check_gap().await?;
    let (before, wanted) = (missed.digests(Place::B).await?, missed.digests(Place::A).await?);
    let Both { a, b, .. } = Both::of(&missed.site).await?;
    let administrator = |user: &mut AddUser| user.user = SetUser { administrator: Some(true), ..user.user.clone() };
    add(&a, "ann", administrator).await?;
    push(&a, &b, &mut |_| {}, false).await?;
    set_level(&a, "1", 30).await?;
    let set = SetPassword { user: Some("ann".to_owned()), old: None, new: PASSWORD.to_owned() };
    b.set_password(&set).await?;
    let ann = signed_in(missed.site.server(Place::B), "ann").await?;
    let set =
        |mode: Mode| tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ann.set_mode(mode)));
    let mut sign_out = |step: &Step| {
        if step.what.starts_with("carrying") && step.what.contains("-XXHX-") {
            set(Mode::SingleUser).expect("an administrator may");
        }
    };
    let pushed = push(&a, &b, &mut sign_out, true).await?;
    let Some(Err(error)) = &pushed.healed else { panic!("the user was signed out: {pushed:?}") };
    assert!(matches!(error, HealError::Client(ClientError::Refused { url, .. }) if url == b.url()), "{error}");
    assert!(pushed.restore.is_some());
    set(Mode::MultiUser)?;
    b.login(ADMINISTRATOR, PASSWORD).await?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(missed.digests(Place::B).await?, before);
    for place in Place::BOTH {
        assert!(parcels(&missed.site, place).is_empty(), "{place:?} keeps a parcel");
    }

    let pushed = push(&a, &b, &mut |_| {}, true).await?;
    assert!(pushed.restore.is_none() && pushed.report.conflicts == 0, "{pushed:?}");
    assert!(pushed.healed.is_some_and(|healed| healed.is_ok_and(|healed| healed.comparison.is_clean())));
    assert_eq!(missed.digests(Place::B).await?, wanted);
    Ok(())
}

/// Servers of two zones are hardly of one switch: nothing is carried before somebody has set that right, with or without history.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_of_two_zones_are_not_synced() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = quiet(dir.path())?;
    site.stop(Place::B);
    let settings = site.folder(Place::B).join("cms.toml");
    let text = std::fs::read_to_string(&settings)?;
    let elsewhere = text.replace("zone = \"UTC\"", "zone = \"Asia/Tokyo\"");
    assert_ne!(text, elsewhere);
    std::fs::write(&settings, elsewhere)?;
    site.run(Place::B)?;
    let both = Both::of(&site).await?;
    set_level(&both.a, "1", 30).await?;
    let before = both.level(&both.b, "1").await?;
    for options in [&[][..], &["--history"]] {
        let ended = both.sync(options);
        let why = "ACD 1 is in zone UTC on CMS-A and in Asia/Tokyo on CMS-B, so nothing was synced";
        assert!(ended.code == REFUSED && ended.err.contains(why), "{ended:?}");
    }
    assert_eq!(both.level(&both.b, "1").await?, before);
    Ok(())
}
