//! What is not synced: towards a primary, by who may not, of what belongs to one server, and what is no parcel of another one.

use anyhow::Result;
use api::{ErrorCode, Mode, PARCELS_DEVICE, PackAdministration, RunRestore, Started, TakeAdministration};
use model::{DataKind, Feature};
use testkit::{PASSWORD, Place, Site, SiteOptions};

use super::{Both, REFUSED, permit, quiet, set_level};
use crate::backup::{carry, data, done, of};
use crate::cli::Server;
use crate::people::{add, code, signed_in};

/// Administration goes to the secondary. The other way it has to be asked for, and that stands in the record.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_primary_is_written_to_only_when_somebody_says_so() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    add(&both.b, "ann", |_| {}).await?;
    let back = |options: &[&str]| both.cms_b.run(&[&["sync", "admin"][..], &both.cms_a.as_target(), options].concat());
    for options in [&[][..], &["--dry-run"], &["--conflicts", "replace"]] {
        let refused = back(options);
        assert!(refused.code == REFUSED && refused.err.contains("--to-primary"), "{refused:?}");
    }
    assert!(both.a.restores().await?.is_empty() && both.a.users().await?.len() == 1);
    let forced = back(&["--to-primary"]);
    assert!(forced.code == Some(0) && forced.out.contains("CMS-A is the primary"), "{forced:?}");
    assert_eq!(both.a.users().await?.len(), 2);
    let changes = both.cms_a.out(&["changes"]);
    assert!(changes.contains("synced from CMS-B, although this server is the primary"), "{changes}");
    Ok(())
}

/// Whoever signs in to the wrong server does not overwrite a site's administration with that of another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administration_of_another_site_is_not_taken_in_without_a_word() -> Result<()> {
    let dirs = [tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?];
    let (site, other) = (quiet(dirs[0].path())?, quiet(dirs[1].path())?);
    let both = Both::of(&site).await?;
    set_level(&both.a, "1", 30).await?;
    both.synced(0, &[]);
    let wrong = Server::of(&other, Place::A)?;
    let from_wrong = |options: &[&str]| wrong.run(&[&["sync", "admin"][..], &both.cms_b.as_target(), options].concat());
    for options in [&[][..], &["--dry-run"], &["--conflicts", "replace"]] {
        let refused = from_wrong(options);
        assert!(refused.err.contains("--from-another") && refused.err.contains("was another one"), "{refused:?}");
        assert_ne!(refused.code, Some(0));
    }
    assert_eq!(both.level(&both.b, "1").await?, Some(30));
    let taken = from_wrong(&["--from-another"]);
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert_eq!(both.level(&both.b, "1").await?, None);
    // From now on that one is known, and the first one is not.
    assert_eq!(from_wrong(&[]).code, Some(0));
    assert!(both.sync(&[]).err.contains("--from-another"));
    let zone = SiteOptions { zone: chrono_tz::Europe::Berlin, ..SiteOptions::default() };
    let far = Site::start(dirs[2].path(), &zone)?;
    let far = Server::of(&far, Place::A)?
        .run(&[&["sync", "admin"][..], &both.cms_b.as_target(), &["--from-another"]].concat());
    assert!(far.err.contains("is in zone Europe/Berlin on CMS-A and in UTC on CMS-B"), "{far:?}");
    Ok(())
}

/// What a restore brought by hand is known to the first sync: what was changed since is a conflict.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_restore_brought_is_known_to_the_first_sync() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    let Both { a, b, .. } = &both;
    for split in ["1", "2"] {
        set_level(a, split, 30).await?;
    }
    let label = done(a, a.run_backup(&data(&[DataKind::Acd])).await?).await?.label.expect("it has a label");
    carry(&site, Place::A, Place::B)?;
    b.set_mode(Mode::SingleUser).await?;
    let restored = done(b, b.run_restore(&of(&label)).await?).await?.restore.expect("it has a number");
    b.set_mode(Mode::MultiUser).await?;
    set_level(b, "1", 40).await?;
    for split in ["1", "2"] {
        set_level(a, split, 50).await?;
    }
    let told = both.synced(1, &["--data", "acd"]);
    assert_eq!(told["report"]["conflicts"], 1, "{told}");
    assert_eq!((both.level(b, "1").await?, both.level(b, "2").await?), (Some(40), Some(50)));
    let log = b.syncs().await?;
    let known = log.iter().find(|sync| sync.restore == Some(restored)).expect("it is in the log of syncs");
    assert!(known.report.as_ref().is_some_and(|report| report.what.contains(&label)), "{known:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_administration_is_synced_and_only_by_administrators() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    for client in [&both.a, &both.b] {
        add(client, "ann", |_| {}).await?;
    }
    let ended = both.cms_a.run_as("ann", PASSWORD, &[&["sync", "admin"][..], &both.cms_b.as_target()].concat());
    assert!(ended.code == REFUSED && ended.err.contains("only an administrator"), "{ended:?}");
    let ann = signed_in(site.server(Place::B), "ann").await?;
    let take = TakeAdministration {
        label: "CMS-A/CMS-261126-01-XSAX-00-F".to_owned(),
        conflicts: api::Conflicts::Replace,
        dry_run: true,
        to_primary: false,
        from_another: false,
        expect: None,
    };
    assert_eq!(code(ann.take_administration(&take).await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(ann.syncs().await), Some(ErrorCode::NotPermitted));
    assert_eq!(code(ann.peer().await), Some(ErrorCode::NotPermitted));
    let check = |options: &[&str], told: &str| {
        let ended = both.sync(options);
        assert!(ended.code == REFUSED && ended.err.contains(told), "{options:?}: {ended:?}");
    };
    check(&["--data", "local"], "belong to one server alone");
    check(&["--data", "historical"], "--history");
    check(&["--tables", "dcalloc"], "are not synced");
    check(&["--tables", "nothing"], "there is no table nothing");
    check(&["--acd", "7"], "ACD 7");
    assert!(both.b.restores().await?.is_empty());
    Ok(())
}

/// What a sync does tells of users and what each may: who may only look how backups stand is not told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_sync_does_is_told_to_administrators_alone() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    add(&both.a, "eve", |add| add.user.room = Some("1.07".to_owned())).await?;
    add(&both.b, "ann", |_| {}).await?;
    permit(&both.b, "ann", &[("feature", None, Feature::Maintenance.word())]).await?;
    let dry = both.sync(&["--dry-run"]);
    assert!(dry.code == Some(0) && dry.out.contains("1.07"), "{dry:?}");
    let ann = signed_in(site.server(Place::B), "ann").await?;
    let mut syncs = 0;
    for job in 1..=5 {
        let Ok(known) = both.b.job(Started { job }).await else { continue };
        let told = ann.job(Started { job }).await?;
        assert_eq!((told.state, &told.text, told.sync), (known.state, &known.text, None));
        syncs += usize::from(known.sync.is_some());
    }
    assert_eq!(syncs, 1);
    Ok(())
}

/// A parcel of the very server is refused where it is taken in, and a parcel of history is none of administration.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_parcel_of_another_kind_is_not_taken_in() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    set_level(&both.a, "1", 30).await?;
    let packed = done(&both.a, both.a.pack_administration(&PackAdministration::default()).await?).await?;
    let label = packed.label.unwrap_or_default();
    let volume = format!("{}-01", label.rsplit('/').next().unwrap_or_default());
    let own = both.a.carry_volume(&both.a, &label, &volume, |_| {}).await;
    assert!(own.is_err_and(|error| error.to_string().contains("this very server")));
    both.a.carry_volume(&both.b, &label, &volume, |_| {}).await?;
    // What came for a sync is restored by the rules of restores, and those want single-user mode.
    let asked = RunRestore { label, device: Some(PARCELS_DEVICE.to_owned()), ..RunRestore::default() };
    let refused = both.b.run_restore(&asked).await;
    assert_eq!(code(refused), Some(ErrorCode::WrongState));
    assert_eq!(both.b.profiles(Site::ACD).await?.len(), 0);
    Ok(())
}
