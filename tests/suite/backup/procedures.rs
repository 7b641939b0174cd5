//! Chapter 5 of the guide, and what its worksheets call for.

use std::process::Command;

use anyhow::{Context, Result};
use api::{
    ErrorCode, Job, LogCode, Mode, Profile, Profiled, RunBackup, RunRestore, SaveReport, Scope, SetCollection,
    SetException, SetProfile, SetTrace, UndoRestore,
};
use model::event::Configuration;
use model::{DataKind, Moment};
use store::AcdReader;
use testkit::digests::compare;
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use super::{Gap, carry, data, done, files, history, of};
use crate::cli::Server;
use crate::people::add;
use crate::running::Running;

/// "Restore the historical data of specific start/stop and dates/times": an incremental backup of the one server heals the
/// gap of the other, the heal outlives a restart that collects anew, and it can be taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_incremental_backup_heals_a_gap_and_can_be_taken_back() -> Result<()> {
    let mut gap = Gap::open(61).await?;
    let [a, before] = gap.digests().await?;
    let compared = compare(&a, &before);
    assert!(compared.missing + compared.incomplete > 1 && compared.differing == 0, "{compared:?}");

    let primary = Server::of(&gap.site, Place::A)?;
    let told = primary.out(&["backup", "run", "--data", "historical", "--mode", "incremental"]);
    assert!(told.contains("is done") && told.contains("read back and equal"), "{told}");
    let list = primary.out(&["backup", "list"]);
    assert!(list.starts_with("Backups completed today: 2\nStatus: Last backup finished at 20"), "{list}");
    assert!(list.contains("primary") && list.contains(&gap.full) && list.contains("incremental"), "{list}");
    let newest = list.lines().find(|line| line.contains("incremental")).context("the incremental one")?;
    let label = newest.split_whitespace().next().context("a label")?.to_owned();
    assert!(label.starts_with("CMS-") && label.ends_with("-XXHX-00-I") && newest.contains(&gap.full), "{newest}");
    let told = primary.out(&["backup", "verify", &label]);
    assert!(told.contains("is sound"), "{told}");
    let told = primary.out(&["backup", "describe", &label]);
    assert!(
        told.contains("incremental backup")
            && told.contains("all ACDs")
            && told.contains(&format!("builds on {}", gap.full)),
        "{told}"
    );

    gap.carry()?;
    let secondary = Server::of(&gap.site, Place::B)?;
    let plan: Job = serde_json::from_str(&secondary.out(&["restore", "plan", &label, "--json"]))?;
    let plan = plan.plan.context("a plan")?;
    let hsplit = plan.tables.iter().find(|line| line.table == "hsplit").context("hsplit is planned")?;
    assert!(hsplit.added + hsplit.replaced > 0 && hsplit.identical > 0, "{hsplit:?}");
    assert_eq!(gap.digests().await?[1], before, "a plan changes nothing");

    let told = secondary.out(&["restore", "run", &label]);
    assert!(told.contains("restore 1 of") && told.contains("cms restore undo 1"), "{told}");
    let [a, healed] = gap.digests().await?;
    assert_eq!(a, healed);
    check_rows(&gap)?;

    // A start that collects everything anew from the journal does not bring the gap back.
    gap.site.stop(Place::B);
    std::fs::remove_file(gap.site.folder(Place::B).join("acd/01/checkpoint"))?;
    gap.site.run(Place::B)?;
    let b = gap.site.client(Place::B).await?;
    until("the journal is archived again", async || {
        let status = b.status().await.ok()?;
        (status.acds[0].intervals >= before.len() as u64).then_some(())
    })
    .await;
    assert_eq!(gap.digests().await?[1], healed);

    let secondary = Server::of(&gap.site, Place::B)?;
    let told = secondary.out(&["restore", "undo", "1"]);
    assert!(told.contains("was taken back"), "{told}");
    assert_eq!(gap.digests().await?[1], before);
    let ended = secondary.run(&["restore", "undo", "1"]);
    assert!(ended.code == Some(3) && ended.err.contains("taken back already"), "{ended:?}");
    assert!(secondary.out(&["restore", "list"]).contains("historical data"));
    // Behind copies of restores that the list does not know any more.
    std::fs::create_dir(gap.site.folder(Place::B).join("restores/000041"))?;
    let again = secondary.out(&["restore", "run", &label]);
    assert!(again.contains("restore 42 of"), "{again}");
    assert_eq!(gap.digests().await?[1], healed);
    let changes = secondary.out(&["changes"]);
    assert!(changes.contains("historical data") && changes.contains(&label), "{changes}");
    Ok(())
}

/// The rows make the digests that the list tells.
fn check_rows(gap: &Gap) -> Result<()> {
    let reader = AcdReader::open(&gap.site.folder(Place::B).join("acd/01.db"))?;
    for known in reader.digests(None, None)? {
        assert_eq!(reader.recomputed_digest(known.interval.start)?, Some(known.digest), "{}", known.interval.start);
    }
    Ok(())
}

/// A stretch is cut to whole intervals, and what lies outside stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn chosen_times_are_rounded_to_whole_intervals() -> Result<()> {
    let gap = Gap::open(62).await?;
    let [a, before] = gap.digests().await?;
    let first = compare(&a, &before).starts.first().copied().context("a gap")?;
    let client = gap.site.client(Place::A).await?;
    let label = done(&client, client.run_backup(&history(false)).await?).await?.label.context("a label")?;
    gap.carry()?;
    let b = gap.site.client(Place::B).await?;
    let asked = RunRestore { from: Some(first + 780), to: Some(first + 1140), ..of(&label) };
    done(&b, b.run_restore(&asked).await?).await?;
    let after = gap.digests().await?[1].clone();
    let changed: Vec<Moment> =
        after.iter().filter(|digest| !before.contains(digest)).map(|digest| digest.start).collect();
    assert_eq!(changed, [first]);
    let what = b.restores().await?.remove(0).what;
    let clock = (first + 780).to_string().replace('T', " ").replace('Z', "");
    assert!(what.contains(&format!(" from {clock} to ")), "by the clock of the ACD: {what}");
    let nowhere = RunRestore { from: Some(Moment(0)), to: Some(Moment(10)), ..of(&label) };
    let job = super::over(&b, b.run_restore(&nowhere).await?).await;
    assert!(job.text.contains("nothing of") && job.text.contains("its intervals begin between"), "{}", job.text);
    Ok(())
}

fn profile(number: &str, service_level_secs: u32) -> SetProfile {
    let profile =
        Profile { of: Profiled::Split, number: number.to_owned(), service_level_secs, increments_secs: vec![5, 10] };
    SetProfile { acd: Site::ACD, profile }
}

/// "Restore both the ACD-specific and CMS administration data from the full maintenance backup": whole tables are
/// replaced, the collector learns of it, and the running interval loses nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administration_is_carried_and_in_force_without_loss() -> Result<()> {
    let running = Running::start().await?;
    let site = &running.site;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let rule = SetException {
        acd: Site::ACD,
        of: "split".to_owned(),
        numbers: vec!["1".to_owned()],
        exception: "calls-waiting".to_owned(),
        reason: None,
        threshold: Some(3),
        limit_secs: None,
        on: true,
    };
    a.set_profile(&profile("1", 7)).await?;
    a.set_trace(&SetTrace { acd: Site::ACD, agent: "1001".parse()?, on: true }).await?;
    b.set_profile(&profile("2", 9)).await?;
    b.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    b.set_exception(&rule).await?;
    let full =
        done(&a, a.run_backup(&data(&[DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical])).await?)
            .await?;
    let label = full.label.context("a label")?;
    assert!(label.contains("-LSAX-00-F"), "{label}");
    carry(site, Place::A, Place::B)?;

    let wanted = RunRestore { data: vec![DataKind::Acd, DataKind::System], ..of(&label) };
    let plan = done(&b, b.plan_restore(&wanted).await?).await?.plan.context("a plan")?;
    assert!(plan.notes.iter().any(|note| note.contains("the running interval goes on")), "{:?}", plan.notes);
    let split_pro = plan.tables.iter().find(|line| line.table == "split_pro").context("split_pro")?;
    assert_eq!((split_pro.added, split_pro.removed), (1, 1));
    assert!(plan.obstacles.iter().any(|obstacle| obstacle.contains("cms mode single-user")), "{plan:?}");
    let refused = b.run_restore(&wanted).await.expect_err("others may be at work");
    assert!(refused.to_string().contains("cms mode single-user"), "{refused}");
    b.set_mode(Mode::SingleUser).await?;
    done(&b, b.run_restore(&wanted).await?).await?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(b.traces(Site::ACD).await?, ["1001"]);
    assert!(b.exceptions(Site::ACD).await?.is_empty());
    // In force, not only kept: all of it was entered into the sequence of events.
    until("the restored profiles are entered", async || {
        let entered = AcdReader::open(&site.folder(Place::B).join("acd/01.db")).ok()?.entered_before(u64::MAX).ok()?;
        let split = |number| {
            entered.iter().rev().find_map(|configuration| match configuration {
                Configuration::SplitProfile { split, profile } if split.0 == number => {
                    Some(Some(profile.service_level_secs))
                }
                Configuration::SplitProfileRemoved { split } if split.0 == number => Some(None),
                _ => None,
            })
        };
        ((split(1), split(2)) == (Some(Some(7)), Some(None))).then_some(())
    })
    .await;
    let health = b.health(LIMIT).await?;
    assert!(health.acds[0].collecting, "{health:?}");

    done(&b, b.undo_restore(1).await?).await?;
    b.set_mode(Mode::MultiUser).await?;
    let profiles = b.profiles(Site::ACD).await?;
    assert_eq!(profiles, [profile("2", 9).profile]);
    assert_eq!(b.traces(Site::ACD).await?, ["1002"]);
    assert_eq!(b.exceptions(Site::ACD).await?.len(), 1);
    Ok(())
}

/// Local data goes only onto the server it came from, and only while nothing is collected.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn local_data_stays_with_its_server_and_needs_collection_off() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let label = done(&a, a.run_backup(&data(&[DataKind::Local])).await?).await?.label.context("a label")?;
    carry(&site, Place::A, Place::B)?;
    let refused = b.run_restore(&of(&label)).await.expect_err("it is another server's");
    assert!(refused.to_string().contains("can be restored only there"), "{refused}");
    a.set_mode(Mode::SingleUser).await?;
    let refused = a.run_restore(&of(&label)).await.expect_err("it collects");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::WrongState));
    assert!(refused.to_string().contains("cms collection off --acd 1"), "{refused}");

    a.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    let set = api::SetStorage {
        acd: Site::ACD,
        element: "splits".to_owned(),
        items: Some(77),
        intrahour_days: Some(99),
        daily_days: None,
        weekly_weeks: None,
        monthly_months: None,
        records: None,
    };
    a.set_storage(&set).await?;
    let splits = async || -> Result<u32> {
        let view = a.storage(Site::ACD).await?;
        let splits = view.elements.iter().find(|element| element.element == "splits").context("splits")?;
        Ok(splits.intrahour_days)
    };
    assert_eq!(splits().await?, 99);
    // What is beyond a smaller allocation is let go for good: nobody does that without having been told.
    let job = super::over(&a, a.run_restore(&of(&label)).await?).await;
    let caution = "less is kept of ACD 1 by it: 62 days of intervals of splits where 99 are kept now";
    assert!(job.code == Some(ErrorCode::NeedsYes) && job.text.contains(caution), "{job:?}");
    let plan = job.plan.context("what it would do")?;
    assert!(plan.cautions.len() == 1 && a.restores().await?.is_empty(), "{plan:?}");
    let asked =
        tokio::task::block_in_place(|| Server::of(&site, Place::A).map(|cms| cms.run(&["restore", "run", &label])))?;
    assert!(asked.code == Some(3) && asked.err.contains("add --yes") && asked.err.contains(caution), "{asked:?}");
    assert_eq!(splits().await?, 99);
    done(&a, a.run_restore(&RunRestore { yes: true, ..of(&label) }).await?).await?;
    assert_eq!(splits().await?, 62);
    done(&a, a.undo_restore(1).await?).await?;
    assert_eq!(splits().await?, 99);

    // The way back and forward may be as little for good as the restore was.
    let forward = UndoRestore { restore: 1, forward: true, ..UndoRestore::default() };
    let job = super::over(&a, a.undo(&forward).await?).await;
    assert!(job.code == Some(ErrorCode::NeedsYes) && job.text.contains(caution), "{job:?}");
    assert!(job.plan.is_some_and(|plan| plan.for_good));
    let words = ["restore", "undo", "1", "--forward"];
    let asked = tokio::task::block_in_place(|| Server::of(&site, Place::A).map(|cms| cms.run(&words)))?;
    assert!(asked.code == Some(3) && asked.err.contains("for good what the caution names"), "{asked:?}");
    assert_eq!(splits().await?, 99);
    done(&a, a.undo(&UndoRestore { yes: true, ..forward }).await?).await?;
    assert_eq!(splits().await?, 62);
    Ok(())
}

/// Saved reports travel; passwords do not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn system_data_carries_reports_and_leaves_passwords() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let mut definition = a.report("Split/Skill Report").await?.definition;
    definition.name = "Mine".to_owned();
    let save = SaveReport::new(definition, Scope::Global, false);
    a.save_report(&save).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?.label.context("a label")?;
    carry(&site, Place::A, Place::B)?;
    add(&b, "eva", |_| {}).await?;
    b.set_mode(Mode::SingleUser).await?;
    let plan = done(&b, b.plan_restore(&of(&label)).await?).await?.plan.context("a plan")?;
    assert_eq!(plan.cautions, ["users who are not in the backup go, and can sign in here no more: eva"]);
    done(&b, b.run_restore(&RunRestore { expect: Some(plan.digest), ..of(&label) }).await?).await?;
    assert!(b.reports().await?.iter().any(|report| report.name == "Mine"));
    // Signing in goes by the password that this server has.
    let again = site.client(Place::B).await?;
    again.login(ADMINISTRATOR, PASSWORD).await?;
    done(&b, b.undo_restore(1).await?).await?;
    assert!(b.reports().await?.iter().all(|report| report.name != "Mine"));
    let log = b.maintenance_log(true, 100).await?;
    let told = log.iter().filter(|entry| entry.code == LogCode::RestoreDone && entry.text.contains("asked for by cms"));
    assert_eq!(told.count(), 2, "restored, and taken back: {log:?}");
    Ok(())
}

/// Chosen tables are restored beside people who work, and taken back likewise; whole kinds of data want others signed out both
/// times.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn taking_a_restore_back_needs_what_the_restore_needed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    a.set_profile(&profile("1", 7)).await?;
    let label =
        done(&a, a.run_backup(&data(&[DataKind::System, DataKind::Acd])).await?).await?.label.context("a label")?;
    let table = || vec!["split_pro".to_owned()];
    let alone = RunBackup { tables: table(), ..RunBackup::default() };
    let alone = done(&a, a.run_backup(&alone).await?).await?.label.context("a label")?;
    let level = async || -> Result<u32> { Ok(a.profiles(Site::ACD).await?[0].service_level_secs) };
    let chosen = RunRestore { tables: table(), ..of(&label) };
    for (number, asked) in [(1, chosen), (2, of(&alone))] {
        a.set_profile(&profile("1", 9)).await?;
        done(&a, a.run_restore(&asked).await?).await?;
        assert_eq!(level().await?, 7);
        done(&a, a.undo_restore(number).await?).await?;
        assert_eq!(level().await?, 9, "restore {number} is taken back in multi-user mode");
    }
    let whole = RunRestore { data: vec![DataKind::Acd], ..of(&label) };
    let refused = a.run_restore(&whole).await.expect_err("others may be at work");
    assert!(refused.to_string().contains("cms mode single-user"), "{refused}");
    a.set_mode(Mode::SingleUser).await?;
    done(&a, a.run_restore(&whole).await?).await?;
    a.set_mode(Mode::MultiUser).await?;
    let refused = a.undo_restore(3).await.expect_err("others may be at work again");
    assert!(refused.to_string().contains("cms mode single-user"), "{refused}");
    a.set_mode(Mode::SingleUser).await?;
    done(&a, a.undo_restore(3).await?).await?;
    assert_eq!(level().await?, 9);
    Ok(())
}

/// What somebody changes between the plan and the restore does not go without having been shown, whether or not it is so many rows
/// as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_is_done_only_as_its_plan_was_shown() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    a.set_profile(&profile("1", 7)).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::Acd])).await?).await?.label.context("a label")?;
    let asked = RunRestore { tables: vec!["split_pro".to_owned()], ..of(&label) };
    a.set_profile(&profile("1", 9)).await?;
    let mut plan = done(&a, a.plan_restore(&asked).await?).await?.plan.context("a plan")?;
    for (change, (replaced, removed)) in [(profile("1", 11), (1, 0)), (profile("2", 9), (1, 1))] {
        a.set_profile(&change).await?;
        let before = a.profiles(Site::ACD).await?;
        let expect = Some(plan.digest.clone());
        let job = super::over(&a, a.run_restore(&RunRestore { expect, ..asked.clone() }).await?).await;
        assert!(job.code == Some(ErrorCode::Overtaken) && job.text.contains("nothing was restored"), "{job:?}");
        plan = job.plan.context("what would happen now")?;
        let line = plan.tables.first().context("split_pro")?;
        assert_eq!((line.replaced, line.removed), (replaced, removed));
        assert_eq!(a.profiles(Site::ACD).await?, before);
    }
    assert!(a.restores().await?.is_empty());
    let job = done(&a, a.run_restore(&RunRestore { expect: Some(plan.digest), ..asked }).await?).await?;
    assert!(job.text.contains("is done: 0 rows added, 1 replaced, 1 removed"), "{}", job.text);
    assert_eq!(a.profiles(Site::ACD).await?, [profile("1", 7).profile]);
    Ok(())
}

/// What was changed since a restore is told before that is taken back, and comes again with it when it is taken forward.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_is_taken_back_with_a_plan_and_forward_again() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    a.set_profile(&profile("1", 7)).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::Acd])).await?).await?.label.context("a label")?;
    a.set_profile(&profile("1", 9)).await?;
    let asked = RunRestore { tables: vec!["split_pro".to_owned()], ..of(&label) };
    done(&a, a.run_restore(&asked).await?).await?;
    let back = UndoRestore { restore: 1, ..UndoRestore::default() };
    let plan = async |asked: &UndoRestore| -> Result<api::RestorePlan> {
        let dry_run = UndoRestore { dry_run: true, ..asked.clone() };
        done(&a, a.undo(&dry_run).await?).await?.plan.context("a plan")
    };
    assert_eq!(plan(&back).await?.changed_since, Some(0));
    a.set_profile(&profile("2", 11)).await?;
    let shown = plan(&back).await?;
    assert_eq!(shown.changed_since, Some(1));
    // A command that was told nothing more shows that and leaves it alone.
    let changed = a.profiles(Site::ACD).await?;
    let refused = Server::of(&site, Place::A)?.run(&["restore", "undo", &back.restore.to_string()]);
    assert!(refused.code == Some(3) && refused.err.contains("CAUTION") && refused.err.contains("--yes"), "{refused:?}");
    assert_eq!(a.profiles(Site::ACD).await?, changed);
    assert!(shown.cautions[0].contains("changed since restore 1, and replaced now: split_pro of ACD 1 "), "{shown:?}");
    a.set_profile(&profile("3", 5)).await?;
    let restored = a.profiles(Site::ACD).await?;
    let job = super::over(&a, a.undo(&UndoRestore { expect: Some(shown.digest), ..back.clone() }).await?).await;
    assert!(job.code == Some(ErrorCode::Overtaken) && job.plan.is_some(), "{job:?}");
    assert_eq!(a.profiles(Site::ACD).await?, restored);

    let forward = UndoRestore { forward: true, ..back.clone() };
    assert_eq!(
        a.undo(&forward).await.expect_err("nothing is back").refusal().map(|body| body.code),
        Some(ErrorCode::WrongState)
    );
    for _ in 0..2 {
        let expect = Some(plan(&back).await?.digest);
        done(&a, a.undo(&UndoRestore { expect, ..back.clone() }).await?).await?;
        assert_eq!(a.profiles(Site::ACD).await?, [profile("1", 9).profile]);
        assert!(a.restores().await?[0].can_go_forward);
        assert_eq!(plan(&forward).await?.changed_since, Some(0));
        done(&a, a.undo(&forward).await?).await?;
        assert_eq!(a.profiles(Site::ACD).await?, restored);
        assert!(a.restores().await?[0].undone_at.is_none());
    }
    Ok(())
}

/// A volume opens with what everybody has.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_volume_opens_with_standard_tools() -> Result<()> {
    let running = Running::start().await?;
    let a = running.site.client(Place::A).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::System, DataKind::Acd, DataKind::Historical])).await?)
        .await?
        .label
        .context("a label")?;
    let folder = running.site.folder(Place::A).join("backup/CMS-A");
    assert_eq!(files(&folder), [format!("{label}-01.db.zst")]);
    let opened = running.dir().join("opened.db");
    let unpacked =
        Command::new("zstd").args(["-q", "-d", "-o"]).arg(&opened).arg(folder.join(&files(&folder)[0])).status();
    let Ok(unpacked) = unpacked else {
        println!("skipped: there is no zstd on this machine");
        return Ok(());
    };
    assert!(unpacked.success());
    let select = |sql: &str| Command::new("sqlite3").arg(&opened).arg(sql).output();
    let Ok(rows) = select("SELECT count(*) > 0, sum(ACDCALLS) >= 0 FROM acd01_hsplit") else {
        println!("skipped: there is no sqlite3 on this machine");
        return Ok(());
    };
    assert_eq!(String::from_utf8(rows.stdout)?, "1|1\n");
    let manifest = select("SELECT VALUE FROM manifest WHERE KEY = 'label'")?;
    assert_eq!(String::from_utf8(manifest.stdout)?, format!("{label}-01\n"));
    // Nothing in it is anybody's password.
    let columns = select("SELECT count(*) FROM pragma_table_info('system_users') WHERE name LIKE '%password%'")?;
    assert_eq!(String::from_utf8(columns.stdout)?, "0\n");
    let bytes = std::fs::read(&opened)?;
    assert!(!bytes.windows(7).any(|some| some == b"$argon2"), "a password hash is in the volume");
    Ok(())
}

/// Specific tables, as the guide's second method for the Dictionary does it; the label tells the kinds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn specific_tables_are_carried_alone() -> Result<()> {
    let running = Running::start().await?;
    let (a, b) = (running.site.client(Place::A).await?, running.site.client(Place::B).await?);
    a.set_profile(&profile("1", 7)).await?;
    b.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    let tables = |names: &[&str]| RunBackup {
        tables: names.iter().map(|name| (*name).to_owned()).collect(),
        ..RunBackup::default()
    };
    let label = done(&a, a.run_backup(&tables(&["split_pro"])).await?).await?.label.context("a label")?;
    assert!(label.contains("-XXMX-00-F"), "{label}");
    carry(&running.site, Place::A, Place::B)?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(b.profiles(Site::ACD).await?, [profile("1", 7).profile]);
    assert_eq!(b.traces(Site::ACD).await?, ["1002"], "other tables stay");
    let refused = a.run_backup(&tables(&["f_status"])).await.expect_err("it is not kept");
    assert!(refused.to_string().contains("does not forecast"), "{refused}");
    Ok(())
}

/// The daily check: how many backups were completed today, and how the last one went.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_incremental_backup_needs_a_full_one_first() -> Result<()> {
    let running = Running::start().await?;
    let a = running.site.client(Place::A).await?;
    let refused = a.run_backup(&history(true)).await.expect_err("there is no full one");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::WrongState));
    assert!(refused.to_string().contains("make one first"), "{refused}");
    assert_eq!(a.backups().await?.status, "No backup was made yet");
    done(&a, a.run_backup(&history(false)).await?).await?;
    let second = done(&a, a.run_backup(&history(true)).await?).await?;
    let backups = a.backups().await?;
    assert_eq!(backups.completed_today, 2);
    assert!(backups.status.starts_with("Last backup finished at "), "{}", backups.status);
    assert_eq!(backups.backups.len(), 2);
    assert_eq!(Some(&backups.backups[0].label), second.label.as_ref());
    assert!(backups.devices[0].volumes_needed >= 1);
    assert!(!second.text.contains("LOOK"), "{}", second.text);
    let full = &backups.backups[1].label;
    let folder = running.site.folder(Place::A).join("backup/CMS-A");
    for name in files(&folder).iter().filter(|name| name.starts_with(full.trim_end_matches('F'))) {
        std::fs::remove_file(folder.join(name))?;
    }
    let third = done(&a, a.run_backup(&history(true)).await?).await?;
    assert!(third.text.contains(&format!("newer than {full}, which is not whole on any device")), "{}", third.text);
    until("nothing is lost by it", async || {
        let health = a.health(LIMIT).await.ok()?;
        health.acds.first().filter(|acd| acd.archive_problem.is_empty()).map(|_| ())
    })
    .await;
    Ok(())
}
