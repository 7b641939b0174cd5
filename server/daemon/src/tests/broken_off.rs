//! What a server that was killed in the middle of it tells at its next start.

use std::path::Path;

use api::LogCode;
use model::{Moment, RunStatus};
use store::{Backup, Identity, LocalStore, Restore, RestoredFrom, Restoring};

use super::{MakingImage, files_beside, mark, settle, told};

fn own_file(dir: &Path) -> LocalStore {
    let identity = Identity {
        name: "CMS-A".to_owned(),
        role: "primary".to_owned(),
        server_id: "a1".to_owned(),
        created_at: Moment(0),
    };
    LocalStore::create(&dir.join("local.db"), &identity).unwrap()
}

#[test]
fn backups_restores_and_images_that_were_broken_off_are_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut local = own_file(dir.path());
    assert_eq!(told(dir.path(), &local).unwrap(), []);
    let running = || RunStatus::Running;
    let backup = |label: &str, status| Backup { label: label.to_owned(), status, ..Backup::default() };
    local.note_backup(&backup("CMS-261123-01-XXHX-00-F", RunStatus::Done)).unwrap();
    local.note_backup(&backup("CMS-261123-02-XXHX-00-F", running())).unwrap();
    for (number, file) in [("000001", "LABEL-01.db.zst"), ("000002", "LABEL-01.db.part")] {
        local.note_restore(&Restore { label: "LABEL".to_owned(), status: running(), ..Restore::default() }).unwrap();
        std::fs::create_dir_all(dir.path().join("restores").join(number)).unwrap();
        std::fs::write(dir.path().join("restores").join(number).join(file), "").unwrap();
    }
    // A kill drops nothing.
    std::mem::forget(MakingImage::on("offsite", dir.path()));
    let found = told(dir.path(), &local).unwrap();
    let codes: Vec<&str> = found.iter().map(|(code, _)| code.word()).collect();
    assert_eq!(codes, ["backup-interrupted", "restore-interrupted", "restore-interrupted", "image-interrupted"]);
    let parts = ["CMS-261123-02-XXHX-00-F", "it had replaced nothing yet", "`cms restore undo 1`", "device offsite"];
    assert!(found.iter().zip(parts).all(|((_, text), part)| text.contains(part)), "{found:?}");
    local.note_interrupted().unwrap();
    drop(MakingImage::on("offsite", dir.path()));
    assert_eq!(told(dir.path(), &local).unwrap(), [], "each is told once, and what ended well never");
}

/// Killed between the last transaction and the note: each file says by itself whether its part is done.
#[test]
fn a_restore_that_only_lacked_its_note_is_done_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut local = own_file(dir.path());
    store::SystemStore::create(&dir.path().join("system.db")).unwrap();
    let running = || Restore { label: "LABEL".to_owned(), status: RunStatus::Running, ..Restore::default() };
    let restore = |local: &mut LocalStore, number: i64| {
        let (from, mark) = (RestoredFrom::Copy(Vec::new()), mark(number));
        let mark = Some(mark.as_str());
        local.restore(&mut Restoring { from, volumes: &[], pieces: &[], stood: None, mark, go_on: &mut |_| true })
    };
    // Of the first all is done, of the second one of two files, and the third was killed before it.
    for (number, files) in [(1, "local"), (2, "local\nsystem"), (3, "local")] {
        local.note_restore(&running()).unwrap();
        let folder = dir.path().join("restores").join(format!("{number:06}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(files_beside(&folder), files).unwrap();
    }
    restore(&mut local, 1).unwrap();
    let settled = settle(dir.path(), &mut local, Moment(7)).unwrap();
    assert_eq!(settled.len(), 1, "{settled:?}");
    assert!(settled[0].0 == LogCode::RestoreDone && settled[0].1.contains("restore 1 of LABEL"), "{settled:?}");
    restore(&mut local, 2).unwrap();
    assert_eq!(settle(dir.path(), &mut local, Moment(8)).unwrap(), []);
    let known = local.restores(10).unwrap();
    let states: Vec<RunStatus> = known.iter().rev().map(|restore| restore.status).collect();
    assert_eq!(states, [RunStatus::Done, RunStatus::Running, RunStatus::Running]);
    assert_eq!(known[2].finished_at, Some(Moment(7)));
}
