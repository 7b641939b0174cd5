//! Tasks that restore, print, name things and make images.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use api::{LogCode, ModifyTimetable, RunBackup, SetSynonym, SetSynonyms};
use model::{DataKind, RunStatus};
use rusqlite::Connection;
use testkit::{ADMINISTRATOR, Place, Site};

use super::{HOUR, MIDNIGHT, MINUTE, Night, SUMMARY, ended, ended_after, logged, modify, timetable};
use crate::backup::{carry, data, done, files, of};

/// What a printer is given, and how it is called: a script that notes both, and fails where it is told to.
const PRINTER: &str =
    "if [ -e jammed ]; then echo 'the paper is jammed' >&2; exit 3; fi; echo \"$@\" > asked; cat > printed";

impl Night {
    /// The same, and a printer that takes this form; text unless it says otherwise.
    fn with_printer(form: &str) -> Result<Night> {
        let mut night = Night::with_scripts()?;
        night.write_script("lp.sh", &format!("cd '{}'\n{PRINTER}", night.scripts().display()))?;
        night.site.stop(Place::A);
        let path = night.site.folder(Place::A).join("cms.toml");
        let command = night.scripts().join("lp.sh");
        let text = std::fs::read_to_string(&path)?
            + &format!("\n[printing]\ncommand = [{command:?}, \"-d\", \"office\"]\n{form}\n");
        std::fs::write(&path, text)?;
        night.site.run(Place::A)?;
        Ok(night)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_is_printed_and_a_printer_that_fails_is_told() -> Result<()> {
    let night = Night::with_printer("")?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    let (client, other) = (night.site.client(Place::A).await?, night.site.client(Place::B).await?);
    let add = timetable("paper", "hourly :15", &[&format!("print '{SUMMARY}' splits=1-3")]);
    let none = other.add_timetable(&add).await.expect_err("nothing prints there").to_string();
    assert!(none.contains("[printing]") && none.contains("\"lp\""), "{none}");
    client.add_timetable(&add).await?;
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    assert_eq!(ended(&client, "paper").await.outcome, Some(RunStatus::Done));
    let read = |name: &str| std::fs::read_to_string(night.scripts().join(name));
    assert_eq!(read("asked")?, format!("-d office -t {SUMMARY}\n"));
    let printed = read("printed")?;
    assert!(printed.contains(SUMMARY) && printed.lines().count() > 3, "{printed}");

    std::fs::write(night.scripts().join("jammed"), "")?;
    night.clock.set(MIDNIGHT + HOUR + 15 * MINUTE);
    assert_eq!(ended_after(&client, ADMINISTRATOR, "paper", MIDNIGHT + HOUR).await.outcome, Some(RunStatus::Failed));
    let failed = logged(&client, LogCode::TaskFailed).await;
    assert!(failed[0].text.contains("was not printed") && failed[0].text.contains("the paper is jammed"), "{failed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_printer_is_given_a_pdf_where_the_server_says_so() -> Result<()> {
    let night = Night::with_printer("form = \"pdf\"")?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("paper", "hourly :15", &[&format!("print '{SUMMARY}' splits=1-3")])).await?;
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    assert_eq!(ended(&client, "paper").await.outcome, Some(RunStatus::Done));
    let printed = std::fs::read(night.scripts().join("printed"))?;
    assert!(printed.starts_with(b"%PDF-") && printed.trim_ascii_end().ends_with(b"%%EOF"), "{} bytes", printed.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn names_are_given_and_taken_by_a_timetable_as_by_its_owner() -> Result<()> {
    let night = Night::start()?;
    night.add_user("ann", false)?;
    let client = night.site.client(Place::A).await?;
    let wrong = client.add_timetable(&timetable("names", "daily 00:45", &["name nowhere 3 Nothing"])).await;
    assert!(wrong.is_err(), "there is no such section");
    let gives =
        timetable("names", "daily 00:15", &["name splits 3 Billing description='By night'", "name agents 1001 Ann"]);
    let ann = night.site.client_of(Place::A, "ann").await?;
    assert!(ann.add_timetable(&gives).await.is_err(), "she may not change the Dictionary");
    client.add_timetable(&gives).await?;
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    assert_eq!(ended(&client, "names").await.outcome, Some(RunStatus::Done));
    let named = client.synonyms(Site::ACD).await?;
    let named: Vec<_> =
        named.iter().map(|known| (known.section.as_str(), known.number.as_str(), known.name.as_str())).collect();
    assert_eq!(named, [("agents", "1001", "Ann"), ("splits", "3", "Billing")]);
    let changes = client.changes(10).await?;
    assert!(
        changes.iter().any(|change| change.user == ADMINISTRATOR && change.what == "name of split/skill 3"),
        "{changes:?}"
    );
    client.add_timetable(&timetable("no-names", "hourly :15", &["unname splits 3"])).await?;
    night.clock.set(MIDNIGHT + HOUR + 15 * MINUTE);
    assert_eq!(ended_after(&client, ADMINISTRATOR, "no-names", MIDNIGHT + HOUR).await.outcome, Some(RunStatus::Done));
    assert!(!client.synonyms(Site::ACD).await?.iter().any(|known| known.number == "3" && known.section == "splits"));

    // A secondary is for viewing unless it is taken over.
    let other = night.site.client(Place::B).await?;
    let viewing = other.add_timetable(&timetable("viewing", "hourly :15", &["name splits 3 Billing"])).await;
    let refused = viewing.expect_err("it could never be done here").to_string();
    assert!(refused.contains("is a secondary") && refused.contains("--take-over"), "{refused}");
    other.add_timetable(&timetable("taking", "hourly :15", &["name splits 4 Sales take-over"])).await?;
    night.clock.set(MIDNIGHT + 2 * HOUR + 15 * MINUTE);
    let outcome = async |name: &str| ended_after(&other, ADMINISTRATOR, name, MIDNIGHT + 2 * HOUR).await.outcome;
    assert_eq!(outcome("taking").await, Some(RunStatus::Done));
    Ok(())
}

/// Backups, an image and a restore that are due at the same minute come one after the other, and none of them fails for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_of_maintenance_that_are_due_at_once_wait_for_each_other() -> Result<()> {
    let night = Night::start()?;
    let client = night.site.client(Place::A).await?;
    let name = SetSynonym {
        section: "splits".to_owned(),
        number: "3".to_owned(),
        name: "Billing".to_owned(),
        description: String::new(),
    };
    client
        .set_synonyms(&SetSynonyms { acd: Site::ACD, synonyms: vec![name], take_over: false, was: Vec::new() })
        .await?;
    done(&client, client.run_backup(&data(&[DataKind::Acd])).await?).await?;
    let all = [
        ("one", "backup system,acd,historical"),
        ("two", "backup system,acd,historical"),
        ("three", "backup tables=users,split_pro"),
        ("whole", "image"),
        ("back", "restore last tables=synonyms"),
    ];
    for (name, task) in all {
        client.add_timetable(&timetable(name, "hourly :15", &[task])).await?;
    }
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    for (name, _) in all {
        let run = ended(&client, name).await;
        assert_eq!((run.outcome, run.outcome_text.as_str()), (Some(RunStatus::Done), "its task is done"), "{name}");
    }
    let known = client.backups().await?;
    assert_eq!(known.completed_today, 4);
    let images = client.images().await?.images;
    assert_eq!(images.len(), 1);

    // Whoever finds one of them going on reads whose it is.
    let begun: BTreeSet<String> = client.jobs().await?.into_iter().map(|job| job.by).collect();
    let timetables = all.iter().map(|(name, _)| format!("timetable {name:?} of cms"));
    assert_eq!(begun, timetables.chain(["cms".to_owned()]).collect::<BTreeSet<String>>());

    // All of it is dated by the clock by which it was due, not by the machine's.
    let by_hand = known.backups.last().context("the one made by hand")?;
    assert!(by_hand.made_at == MIDNIGHT && by_hand.label.contains("-261123-"), "{by_hand:?}");
    let due = MIDNIGHT + 15 * MINUTE;
    assert!(known.backups[..3].iter().all(|backup| backup.made_at == due), "{known:?}");
    assert!(known.asked_at == due && images[0].made_at == Some(due), "{images:?}");
    let restore = client.restores().await?.remove(0);
    assert_eq!((restore.started_at, restore.finished_at), (due, Some(due)));
    assert!(client.changes(1_000).await?.iter().all(|change| [MIDNIGHT, due].contains(&change.at)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_newest_backup_of_the_other_server_is_restored_each_night() -> Result<()> {
    let night = Night::start()?;
    let (a, b) = (night.site.client(Place::A).await?, night.site.client(Place::B).await?);
    let names = |name: &str| SetSynonyms {
        acd: Site::ACD,
        synonyms: vec![SetSynonym {
            section: "splits".to_owned(),
            number: "3".to_owned(),
            name: name.to_owned(),
            description: String::new(),
        }],
        take_over: false,
        was: Vec::new(),
    };
    let refused = b.add_timetable(&timetable("users", "daily 00:45", &["restore last system"])).await;
    let refused = refused.expect_err("it needs single-user mode").to_string();
    assert!(refused.contains("single-user mode") && refused.contains("name tables instead"), "{refused}");
    let refused = b.add_timetable(&timetable("kept", "daily 00:45", &["restore last tables=dcalloc"])).await;
    let refused = refused.expect_err("what belongs to one server needs it by tables, too").to_string();
    assert!(refused.contains("local system administration data needs single-user mode"), "{refused}");
    let task = "restore CMS-A/last tables=synonyms";
    b.add_timetable(&timetable("names", "hourly :15", &[task])).await?;
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    assert_eq!(ended(&b, "names").await.outcome, Some(RunStatus::Failed));
    let failed = logged(&b, LogCode::TaskFailed).await;
    assert!(failed[0].text.contains("no backup of CMS-A on device backup"), "{failed:?}");

    for (name, hour) in [("Billing", 1), ("Orders", 2)] {
        a.set_synonyms(&names(name)).await?;
        done(&a, a.run_backup(&data(&[DataKind::Acd])).await?).await?;
        carry(&night.site, Place::A, Place::B)?;
        night.clock.set(MIDNIGHT + hour * HOUR + 15 * MINUTE);
        assert_eq!(
            ended_after(&b, ADMINISTRATOR, "names", MIDNIGHT + hour * HOUR).await.outcome,
            Some(RunStatus::Done)
        );
        let there = b.synonyms(Site::ACD).await?;
        assert_eq!(there.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(), [name]);
    }
    let told = logged(&b, LogCode::RestoreDone).await;
    assert!(told[0].text.contains("takes it back"), "{told:?}");
    // With its copy of what was replaced, as by hand.
    let newest = b.restores().await?.remove(0);
    done(&b, b.undo_restore(newest.restore).await?).await?;
    assert_eq!(b.synonyms(Site::ACD).await?[0].name, "Billing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_image_of_the_server_is_made_by_a_timetable() -> Result<()> {
    let night = Night::start()?;
    let client = night.site.client(Place::A).await?;
    let unknown = client.add_timetable(&timetable("image", "daily 00:45", &["image device=tape"])).await;
    assert!(unknown.expect_err("there is none").to_string().contains("there is no device tape"));
    client.add_timetable(&timetable("image", "daily 00:45", &["image"])).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ended(&client, "image").await.outcome, Some(RunStatus::Done));
    let told = logged(&client, LogCode::ImageDone).await;
    assert!(told[0].text.contains("CMSADM-"), "{told:?}");
    let folder = night.site.folder(Place::A).join("backup/CMS-A");
    let volume = folder.join(files(&folder).first().context("there is a volume")?);
    let sound = tokio::task::block_in_place(|| daemon::verify_whole(&volume, &mut || true))?;
    assert!(sound.starts_with("sound: CMS-A"), "{sound}");
    Ok(())
}

/// Of timetables all tables are backed up or none; where one of them lacks all the same, the timetable is listed as unusable and
/// is never done.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_part_of_a_timetable_is_never_done() -> Result<()> {
    let night = Night::start()?;
    let client = night.site.client(Place::A).await?;
    for name in ["one", "two", "whole"] {
        client.add_timetable(&timetable(name, "daily 00:45", &["collection on"])).await?;
    }
    for table in ["ttsc", "ttsched", "ttsctasks"] {
        let asked = RunBackup { tables: vec![table.to_owned()], ..RunBackup::default() };
        let label = done(&client, client.run_backup(&asked).await?).await?.label.context("a label")?;
        let plan = done(&client, client.plan_restore(&of(&label)).await?).await?.plan.context("a plan")?;
        let planned: Vec<&str> = plan.tables.iter().map(|line| line.table.as_str()).collect();
        assert_eq!(planned, ["ttsc", "ttsched", "ttsctasks"], "{table}");
    }
    let file = Connection::open(night.site.folder(Place::A).join("system.db"))?;
    file.busy_timeout(testkit::LIMIT)?;
    file.execute_batch("DELETE FROM ttsched WHERE NAME = 'one'; DELETE FROM ttsctasks WHERE NAME = 'two'")?;
    let listed = client.timetables(None).await?;
    let why: Vec<(&str, &str)> = listed.iter().map(|known| (known.name.as_str(), known.unusable.as_str())).collect();
    assert!(why[0].0 == "one" && why[0].1.contains("has no schedule") && !listed[0].tasks.is_empty(), "{why:?}");
    assert!(why[1].0 == "two" && why[1].1.contains("has no tasks"), "{why:?}");
    assert_eq!(why[2..], [("whole", "")]);
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ended(&client, "whole").await.outcome, Some(RunStatus::Done));
    let two = ended(&client, "two").await;
    assert!(two.outcome == Some(RunStatus::Failed) && two.outcome_text.contains("has no tasks"), "{two:?}");
    // With a schedule it is whole again; without one there is nothing that could be changed.
    let named = ModifyTimetable { description: Some("mended".to_owned()), ..modify("one") };
    let refused = client.modify_timetable(&named).await.unwrap_err();
    assert!(refused.to_string().contains("has no schedule"), "{refused}");
    let named = ModifyTimetable { schedule: Some("daily 00:50".to_owned()), ..named };
    assert!(client.modify_timetable(&named).await?.changed);
    let one = client.timetables(None).await?.into_iter().find(|known| known.name == "one").context("one")?;
    assert_eq!((one.unusable.as_str(), one.description.as_str(), one.tasks.len()), ("", "mended", 1));
    night.clock.set(MIDNIGHT + 50 * MINUTE);
    assert_eq!(ended(&client, "one").await.outcome, Some(RunStatus::Done));
    client.delete_timetable(None, "one").await?;
    assert_eq!(client.timetables(None).await?.len(), 2);
    Ok(())
}
