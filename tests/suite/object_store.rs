//! Backups on an object store: made, verified, restored on the other server, and everything that a store can do wrong.

use std::path::Path;

use anyhow::{Context, Result};
use api::{Job, JobState, Mode, NameBackup, Profile, Profiled, RunBackup, RunRestore, SetCollection, SetProfile};
use client::Client;
use daemon::WholeTarget;
use model::{DataKind, RunStatus};
use testkit::{EventFeed, LIMIT, ObjectServer, Place, Site, SiteOptions, StoreFault, until};

use crate::backup::{data, done, files, over};
use crate::day::Day;

const DEVICE: &str = "offsite";

/// Two servers with the same store as device; the primary has collected a day, the secondary nothing.
struct Offsite {
    store: ObjectServer,
    site: Site,
    day: Day,
    dir: tempfile::TempDir,
}

impl Offsite {
    async fn open(seed: u64) -> Result<Offsite> {
        let dir = tempfile::tempdir()?;
        let store = ObjectServer::start().await?;
        let mut site = Site::make(dir.path(), &SiteOptions::default())?;
        for place in Place::BOTH {
            configure(site.folder(place), &store.endpoint(), "secret of the store")?;
            site.run(place)?;
        }
        let day = Day::small(seed);
        let (snapshot, events) = day.split_pump_up();
        let link = [site.link(Place::A)];
        let mut feed = EventFeed::new(Site::ACD, &link, day.scenario.start, snapshot);
        tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
        site.digests_through(Place::A, day.end).await?;
        Ok(Offsite { store, site, day, dir })
    }

    /// What a backup that goes wrong says; nothing of it counts or is left.
    async fn refusal(&self, fault: StoreFault) -> Result<String> {
        self.store.goes_wrong(fault);
        let client = self.site.client(Place::A).await?;
        let job = over(&client, client.run_backup(&onto(&[DataKind::System])).await?).await;
        self.store.goes_wrong(StoreFault::None);
        assert_eq!(job.state, JobState::Failed, "{}", job.text);
        let listed = client.backups().await?;
        assert!(listed.backups.is_empty(), "{:?}", listed.backups);
        assert_eq!(listed.last_state, Some(RunStatus::Failed));
        assert!(listed.status.contains(&job.text), "{} tells {}", listed.status, job.text);
        let outgoing = self.site.folder(Place::A).join("restores/outgoing");
        assert_eq!(files(&outgoing), Vec::<String>::new());
        Ok(job.text)
    }
}

fn configure(folder: &Path, endpoint: &str, secret: &str) -> Result<()> {
    let file = folder.join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    let device = format!(
        "\n[[backup.device]]\nname = \"{DEVICE}\"\nbucket = \"{}\"\nprefix = \"site\"\nendpoint = \"{endpoint}\"\n\
         access_key = \"{}\"\nsecret_file = \"store.secret\"\nkeep = 1\n",
        ObjectServer::BUCKET,
        ObjectServer::ACCESS_KEY
    );
    std::fs::write(&file, text + &device)?;
    std::fs::write(folder.join("store.secret"), format!("{secret}\n"))?;
    Ok(())
}

fn onto(kinds: &[DataKind]) -> RunBackup {
    RunBackup { device: Some(DEVICE.to_owned()), ..data(kinds) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_on_an_object_store_is_verified_and_restored_on_the_other_server() -> Result<()> {
    let offsite = Offsite::open(81).await?;
    let [a, b] = [offsite.site.client(Place::A).await?, offsite.site.client(Place::B).await?];
    let first = done(&a, a.run_backup(&onto(&[DataKind::Historical])).await?).await?;
    let made = done(&a, a.run_backup(&onto(&[DataKind::Historical])).await?).await?;
    let label = made.label.context("a backup has a label")?;
    let gone = first.label.context("a backup has a label")?;
    assert!(
        made.text.contains("s3://cms/site/CMS-A") && made.text.contains(&format!("let go: {gone}")),
        "{}",
        made.text
    );
    assert_eq!(offsite.store.names(), [format!("site/CMS-A/{label}-01.db.zst")]);

    let named = NameBackup { label: label.clone(), device: Some(DEVICE.to_owned()) };
    let sound = done(&a, a.verify_backup(&named).await?).await?;
    assert!(sound.text.contains("is sound"), "{}", sound.text);
    let described = b.backup(&named).await?;
    assert_eq!((described.backup.server.as_str(), described.backup.device.as_str()), ("CMS-A", DEVICE));

    let asked = RunRestore { label, device: Some(DEVICE.to_owned()), ..RunRestore::default() };
    done(&b, b.run_restore(&asked).await?).await?;
    let [kept, restored] = offsite.site.both_digests_through(offsite.day.end).await?;
    assert_eq!(kept, restored);
    assert_eq!(kept, offsite.day.collect().digests());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_with_the_store_is_told_and_nothing_counts() -> Result<()> {
    let offsite = Offsite::open(82).await?;
    let told = offsite.refusal(StoreFault::Refuses).await?;
    assert!(told.contains("AccessDenied") && told.contains("access_key and secret_file"), "{told}");
    let told = offsite.refusal(StoreFault::ReadOnly).await?;
    assert!(told.contains("This key may only read") && told.contains(".uploading"), "{told}");
    let told = offsite.refusal(StoreFault::Shortens).await?;
    assert!(told.contains("what was read back is not what was written"), "{told}");
    let told = offsite.refusal(StoreFault::Changes).await?;
    assert!(told.contains("what was read back is not what was written"), "{told}");
    let told = offsite.refusal(StoreFault::Forgets).await?;
    assert!(told.contains("is not in the store any more"), "{told}");
    assert_eq!(offsite.store.names(), Vec::<String>::new());

    // After all that it works.
    let client = offsite.site.client(Place::A).await?;
    let label = done(&client, client.run_backup(&onto(&[DataKind::System])).await?).await?.label.context("a label")?;
    offsite.store.stop();
    let listed = client.backups().await?;
    let problem = listed.problems.first().context("the device cannot be read")?;
    assert!(problem.contains("offsite") && problem.contains("no connection"), "{problem}");
    let named = NameBackup { label, device: Some(DEVICE.to_owned()) };
    let told = client.verify_backup(&named).await.expect_err("the store is gone").to_string();
    assert!(told.contains("check the network, and `endpoint`"), "{told}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_answer_does_not_keep_the_server_from_stopping() -> Result<()> {
    let mut offsite = Offsite::open(83).await?;
    offsite.store.goes_wrong(StoreFault::Hangs);
    let client = offsite.site.client(Place::A).await?;
    let started = client.run_backup(&onto(&[DataKind::System])).await?;
    assert_eq!(client.job(started).await?.state, JobState::Running);
    tokio::task::block_in_place(|| offsite.site.stop(Place::A));
    offsite.store.goes_wrong(StoreFault::None);
    offsite.site.run(Place::A)?;
    let listed = offsite.site.client(Place::A).await?.backups().await?;
    assert!(listed.backups.is_empty());
    assert_eq!(offsite.store.names(), Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_goes_to_a_store_and_comes_back_whole() -> Result<()> {
    let offsite = Offsite::open(84).await?;
    let folder = offsite.site.folder(Place::A);
    let made = tokio::task::block_in_place(|| daemon::back_up_whole(folder, &WholeTarget::default(), &mut |_| true))?;
    let names = offsite.store.names();
    assert_eq!(names.len(), made.volumes.len());
    assert!(made.volumes[0].0.display().to_string().starts_with("s3://cms/site/CMS-A/CMSADM-"));
    let fetched = offsite.dir.path().join("fetched");
    std::fs::create_dir(&fetched)?;
    for name in &names {
        let file = fetched.join(name.rsplit('/').next().context("a name")?);
        std::fs::write(file, offsite.store.object(name).context("it is there")?)?;
    }
    let any = fetched.join(files(&fetched).first().context("a volume")?);
    let told = tokio::task::block_in_place(|| daemon::verify_whole(&any, &mut || true))?;
    assert!(told.starts_with("sound: CMS-A (primary)"), "{told}");
    let findings = tokio::task::block_in_place(|| daemon::check(folder));
    let device = findings.iter().find(|finding| finding.what == "device offsite").context("the device is looked at")?;
    assert!(device.is_right(), "{}", device.problem);
    Ok(())
}

/// A restore that was planned and begun, and the state of the server is another one when its volumes are there.
async fn refused_in_its_middle(
    offsite: &Offsite,
    client: &Client,
    asked: &RunRestore,
    meanwhile: impl AsyncFnOnce() -> Result<()>,
) -> Result<Job> {
    // So that what the volumes say of themselves is known already.
    let plan = done(client, client.plan_restore(asked).await?).await?.plan.context("a plan")?;
    assert_eq!(plan.obstacles, [""; 0]);
    offsite.store.goes_wrong(StoreFault::Holds);
    let started = client.run_restore(asked).await?;
    until("the restore waits for its volume", async || {
        client.job(started).await.ok().filter(|job| job.step.contains("unpacking"))
    })
    .await;
    meanwhile().await?;
    offsite.store.goes_wrong(StoreFault::None);
    let job = over(client, started).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    assert!(job.text.contains("nothing was restored"), "{}", job.text);
    let listed = client.restores().await?.remove(0);
    assert!(listed.status == RunStatus::Failed && listed.detail == job.text, "{listed:?}");
    let undone = done(client, client.undo_restore(listed.restore).await?).await?;
    assert!(undone.text.contains("had replaced nothing"), "{}", undone.text);
    Ok(job)
}

/// What was allowed when it began need not be so when it comes to the first change: then nothing is changed, and it says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_not_allowed_any_more_in_its_middle_changes_nothing() -> Result<()> {
    let offsite = Offsite::open(85).await?;
    let [a, b] = [offsite.site.client(Place::A).await?, offsite.site.client(Place::B).await?];
    let [other_a, other_b] = [offsite.site.client(Place::A).await?, offsite.site.client(Place::B).await?];
    let label = done(&a, a.run_backup(&onto(&[DataKind::Local, DataKind::System, DataKind::Acd])).await?)
        .await?
        .label
        .context("a label")?;
    let asked = |data: DataKind| RunRestore {
        label: label.clone(),
        device: Some(DEVICE.to_owned()),
        data: vec![data],
        ..RunRestore::default()
    };

    // Everybody may work again.
    let profile =
        Profile { of: Profiled::Split, number: "1".to_owned(), service_level_secs: 30, increments_secs: vec![5, 10] };
    b.set_profile(&SetProfile { acd: Site::ACD, profile: profile.clone() }).await?;
    b.set_mode(Mode::SingleUser).await?;
    let job = refused_in_its_middle(&offsite, &b, &asked(DataKind::Acd), async || {
        other_b.set_mode(Mode::MultiUser).await?;
        Ok(())
    })
    .await?;
    assert!(job.text.contains("possible only in single-user mode"), "{}", job.text);
    assert_eq!(b.profiles(Site::ACD).await?, [profile]);
    // Between plan and run it is refused before anything begins.
    let refused = b.run_restore(&asked(DataKind::Acd)).await.expect_err("others may be at work").to_string();
    assert!(refused.contains("possible only in single-user mode") && b.restores().await?.len() == 1, "{refused}");

    // Data are collected again.
    a.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    a.set_mode(Mode::SingleUser).await?;
    let job = refused_in_its_middle(&offsite, &a, &asked(DataKind::Local), async || {
        other_a.set_collection(&SetCollection { acd: Site::ACD, on: true }).await?;
        Ok(())
    })
    .await?;
    assert!(job.text.contains("data collection of ACD 1 is off"), "{}", job.text);
    // In the state that it needs it is done.
    a.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    done(&a, a.run_restore(&asked(DataKind::Local)).await?).await?;
    Ok(())
}
