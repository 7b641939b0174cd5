//! Users who are removed by a sync or a restore: what was theirs is nobody's, and comes to nobody who is called alike later.

use anyhow::Result;
use api::{AddTimetable, AddUser, ErrorCode, RunBackup, RunOn, RunRestore, SetPassword, SetUser, TimetableTask};
use client::Client;
use testkit::{Place, Site};

use super::{Both, permit, quiet};
use crate::backup::{done, of};
use crate::people::{add, client, code};

const FIRST: &str = "of the first one";

async fn set_password(by: &Client, user: &str) -> Result<()> {
    by.set_password(&SetPassword { user: Some(user.to_owned()), old: None, new: FIRST.to_owned() }).await?;
    Ok(())
}

async fn add_without_password(by: &Client, name: &str) -> Result<String> {
    let user = SetUser { name: name.to_owned(), ..SetUser::default() };
    Ok(by.add_user(&AddUser { user, password: None, reads_everything: false }).await?.text)
}

/// A password goes with its user, and comes back with the user if just that is taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_removed_users_password_lets_nobody_in() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    let Both { a, b, cms_b, .. } = &both;
    let lets_in = async |user: &str| -> Result<bool> {
        let tried = client(site.server(Place::B))?.login(user, FIRST).await;
        anyhow::ensure!(tried.is_ok() || code(client(site.server(Place::B))?.login(user, FIRST).await).is_some());
        Ok(tried.is_ok())
    };
    for name in ["zora", "zeno"] {
        add(a, name, |_| {}).await?;
    }
    both.synced(0, &[]);
    for name in ["zora", "zeno"] {
        set_password(b, name).await?;
        assert!(lets_in(name).await?);
        a.remove_user(name, None, false).await?;
    }
    let removed = both.synced(0, &[]);
    cms_b.out(&["restore", "undo", &removed["restore"].to_string()]);
    assert!(lets_in("zora").await?, "the same user as before, and nothing else has happened");
    cms_b.out(&["restore", "undo", &removed["restore"].to_string(), "--forward"]);
    cms_b.out(&["restore", "undo", &removed["restore"].to_string()]);
    assert!(lets_in("zora").await?);
    both.synced(0, &[]);

    // By hand, and by the next sync.
    add_without_password(b, "zora").await?;
    assert!(!b.user("zora").await?.has_password);
    assert!(!lets_in("zora").await?, "somebody else's password");
    b.remove_user("zora", None, false).await?;
    add_without_password(a, "zeno").await?;
    let told = both.synced(0, &[]);
    let text = told["text"].as_str().unwrap_or_default();
    assert!(text.contains("no password on CMS-B") && text.contains("zeno"), "{text}");
    assert!(!b.user("zeno").await?.has_password);

    // By a restore.
    let users = RunBackup { tables: vec!["users".to_owned()], ..RunBackup::default() };
    let label = done(b, b.run_backup(&users).await?).await?.label.expect("it has a label");
    add(b, "yara", |add| add.password = Some(FIRST.to_owned())).await?;
    let with_yara = done(b, b.run_backup(&users).await?).await?.label.expect("it has a label");
    done(b, b.run_restore(&RunRestore { yes: true, ..of(&label) }).await?).await?;
    assert_eq!(code(b.user("yara").await), Some(ErrorCode::NotFound));
    let back = done(b, b.run_restore(&of(&with_yara)).await?).await?;
    assert!(back.text.contains("yara") && !lets_in("yara").await?, "{}", back.text);
    Ok(())
}

/// What is permitted goes with the user, whoever has changed it, and whoever owns something that stays is not removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rights_go_with_the_user_and_an_owner_stays() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    let Both { a, b, .. } = &both;
    for name in ["ann", "bob"] {
        add(a, name, |_| {}).await?;
        permit(a, name, &[("feature", None, "reports"), ("acd", Some(Site::ACD), "")]).await?;
    }
    both.synced(0, &[]);
    // Changed on the secondary, which would be conflicts.
    let more = [("feature", None, "timetable"), ("acd", Some(Site::ACD), ""), ("splits", Some(Site::ACD), "1")];
    permit(b, "ann", &more).await?;
    a.remove_user("ann", None, false).await?;
    assert_eq!(both.synced(0, &["--conflicts", "refuse"])["report"]["conflicts"], 0);
    add(a, "ann", |_| {}).await?;
    both.synced(0, &[]);
    let known = b.permissions("ann").await?;
    assert!(known.permissions.is_empty(), "rights of somebody else: {known:?}");

    b.add_timetable(&AddTimetable {
        owner: Some("bob".to_owned()),
        name: "bobs".to_owned(),
        description: String::new(),
        acd: Site::ACD,
        schedule: "daily 03:00".to_owned(),
        run_on: Some(RunOn::ThisServer),
        after_failure: None,
        after_missing: None,
        tasks: vec![TimetableTask {
            acd: Site::ACD,
            task: "report 'Split/Skill Summary Daily' to bobs.csv splits=1 dates=-1".to_owned(),
        }],
    })
    .await?;
    a.remove_user("bob", None, false).await?;
    for rule in ["keep", "replace"] {
        let kept = both.synced(1, &["--conflicts", rule]);
        let lines = kept["report"]["lines"].as_array().cloned().unwrap_or_default();
        let bob = lines.iter().find(|line| line["table"] == "users" && line["key"] == "bob").expect("he is told of");
        assert!(bob["why"].as_str().is_some_and(|why| why.contains("bob still owns the timetables bobs")), "{bob}");
        b.user("bob").await?;
    }
    b.remove_user("bob", Some("cms"), false).await?;
    both.synced(0, &[]);
    Ok(())
}

/// Carried without the rights, a user goes and leaves them; the next one of that name has none of them, whichever way that one comes. Taking
/// back that the user went brings the same one again, with all.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rights_that_a_user_left_are_not_the_next_ones() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    let Both { a, b, cms_b, .. } = &both;
    let rights = [("feature", None, "reports"), ("acd", Some(Site::ACD), ""), ("splits", Some(Site::ACD), "1")];
    let permitted = async |name: &str| -> Result<usize> { Ok(b.permissions(name).await?.permissions.len()) };
    let ways: [&[&str]; 3] = [&["--data", "system"], &["--tables", "users"], &[]];
    for (number, way) in ways.into_iter().enumerate() {
        let name = format!("dora{number}");
        add(a, &name, |_| {}).await?;
        permit(a, &name, &rights).await?;
        both.synced(0, &[]);
        assert_eq!(permitted(&name).await?, rights.len());
        a.remove_user(&name, None, false).await?;
        let part = if way.is_empty() { ways[0] } else { way };
        let removed = both.synced(0, part)["restore"].to_string();
        cms_b.out(&["restore", "undo", &removed]);
        assert_eq!(permitted(&name).await?, rights.len(), "the same user as before");
        cms_b.out(&["restore", "undo", &removed, "--forward"]);
        add(a, &name, |_| {}).await?;
        let anew = both.synced(0, way)["restore"].to_string();
        assert_eq!(permitted(&name).await?, 0, "by {way:?}");
        // What went with that comes back with its undoing, for the first one; and forward again it is not the next one's.
        cms_b.out(&["restore", "undo", &anew]);
        cms_b.out(&["restore", "undo", &removed]);
        assert_eq!(permitted(&name).await?, rights.len(), "the first one again, by {way:?}");
        cms_b.out(&["restore", "undo", &removed, "--forward"]);
        cms_b.out(&["restore", "undo", &anew, "--forward"]);
        assert_eq!(permitted(&name).await?, 0, "the next one again, by {way:?}");
    }

    // By a backup of the users alone.
    let users = RunBackup { tables: vec!["users".to_owned()], ..RunBackup::default() };
    let without = done(b, b.run_backup(&users).await?).await?.label.expect("it has a label");
    add(b, "fred", |_| {}).await?;
    let with = done(b, b.run_backup(&users).await?).await?.label.expect("it has a label");
    permit(b, "fred", &rights).await?;
    done(b, b.run_restore(&RunRestore { yes: true, ..of(&without) }).await?).await?;
    done(b, b.run_restore(&of(&with)).await?).await?;
    assert_eq!(permitted("fred").await?, 0);
    Ok(())
}
