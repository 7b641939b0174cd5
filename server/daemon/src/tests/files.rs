//! Files that take the place of others.

use crate::files::replace_beside;

/// Reports of two timetables that write the same file at the same minute.
#[test]
fn many_replace_the_same_file_and_it_is_always_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("splits.csv");
    std::thread::scope(|scope| {
        for writer in 0..8u8 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..20 {
                    replace_beside(path, &format!("{writer}.new"), &[&[writer; 5_000]]).expect("nobody takes it away");
                    let found = std::fs::read(path).expect("it is there");
                    assert!(found.len() == 5_000 && found.iter().all(|byte| *byte == found[0]), "{}", found.len());
                }
            });
        }
    });
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
}
