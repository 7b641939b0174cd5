//! Other programs must find out that a database is in use.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use model::AcdNumber;

use crate::AcdStore;

/// Whether this process holds a lock of POSIX on a file, as the system lists them.
fn is_locked(path: &Path) -> bool {
    let inode = fs::metadata(path).unwrap().ino().to_string();
    let process = std::process::id().to_string();
    fs::read_to_string("/proc/locks").unwrap().lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.contains(&"POSIX")
            && fields.contains(&&*process)
            && fields.iter().any(|field| field.ends_with(&format!(":{inode}")))
    })
}

/// Without the lock, a program that opens the file and closes it again takes away the log that the server goes on writing to.
#[test]
fn a_look_at_a_file_does_not_give_up_the_lock_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("01.db");
    let store = AcdStore::open(&path, AcdNumber(1)).unwrap();
    assert!(is_locked(&path), "the system lists the lock of an open store");
    let reader = store.reader().unwrap();
    drop(reader.another().unwrap());
    crate::check(&path).unwrap();
    assert!(is_locked(&path));
}
