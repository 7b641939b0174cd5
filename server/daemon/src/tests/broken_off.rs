//! What a server that was killed in the middle of it tells at its next start.

use model::{Moment, RunStatus};
use store::{Backup, Identity, LocalStore, Restore};

use super::{MakingImage, told};

#[test]
fn backups_restores_and_images_that_were_broken_off_are_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let identity = Identity {
        name: "CMS-A".to_owned(),
        role: "primary".to_owned(),
        server_id: "a1".to_owned(),
        created_at: Moment(0),
    };
    let mut local = LocalStore::create(&dir.path().join("local.db"), &identity).unwrap();
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
