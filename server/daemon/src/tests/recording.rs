//! Nothing is begun that could not be recorded.

use std::path::Path;

use api::{Changed, ErrorCode};
use store::StoreError;

use super::{Recorded, TO_RECORD_BYTES, recordable};

#[test]
fn a_change_is_refused_where_its_record_would_find_no_room() {
    let path = Path::new("local.db");
    assert_eq!(recordable(Ok(()), path, Some(TO_RECORD_BYTES)), Ok(()));
    assert_eq!(recordable(Ok(()), path, None), Ok(()), "not every system tells");
    let full = recordable(Ok(()), path, Some(TO_RECORD_BYTES - 1)).unwrap_err();
    assert_eq!(full.code, ErrorCode::Unavailable);
    assert!(full.message.contains("nothing was changed") && full.message.contains("131071 bytes"), "{full}");
    let waits = recordable(Err(StoreError::Full { path: path.to_owned() }), path, None).unwrap_err();
    assert!(waits.message.contains("what was done before could not be recorded yet"), "{waits}");
}

/// What is in force is never told as not done.
#[test]
fn a_change_that_could_not_be_recorded_is_told_as_done() {
    let path = Path::new("local.db").to_owned();
    let changed = || Changed { changed: true, text: "it is so".to_owned() };
    assert_eq!(Recorded::of(Ok(())).told(changed()), changed());
    let told = Recorded::of(Ok(())).and(Recorded::of(Err(StoreError::Full { path }))).told(changed());
    assert!(told.changed && !told.text.contains("nothing was changed"), "{told:?}");
    assert!(told.text.starts_with("it is so; this could not be recorded yet (no room left on the disk"), "{told:?}");
}
