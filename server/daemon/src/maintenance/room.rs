//! How much room restores take on the disk of the data folder.

use std::path::{Path, PathBuf};

use api::{ErrorBody, ErrorCode, RestoreLine, RestorePlan};
use backup::{Chosen, Manifest};

use super::{Maintenance, wrong};
use crate::files;

/// What a transaction takes of a file besides its rows: pages of it and of its log that change.
const OF_A_FILE_BYTES: u64 = 128 << 10;

/// Makes the folder in which volumes are unpacked, and refuses where they leave too little room.
pub(super) fn room_to_unpack(maintenance: &Maintenance, volumes: &[(PathBuf, Manifest)]) -> Result<(), ErrorBody> {
    let folder = maintenance.unpacked();
    let made = std::fs::create_dir_all(&folder);
    made.map_err(|error| wrong(format!("cannot make {}: {error}", folder.display())))?;
    let needed: u64 = volumes.iter().map(|(_, manifest)| manifest.bytes).sum();
    let free = free_bytes(&folder);
    // Nothing is wrong with the server: it is refused until somebody has made room.
    unpack_obstacle(needed, free).map_or(Ok(()), |why| Err(ErrorBody::new(ErrorCode::WrongState, why)))
}

/// What is to be said where so many bytes cannot be unpacked with as much room left for what is restored.
fn unpack_obstacle(needed: u64, free: u64) -> Option<String> {
    let both = needed.saturating_mul(2);
    let [unpacked, all, left] = [needed, both, free].map(megabytes);
    (both > free).then(|| {
        format!(
            "unpacking the backup takes {unpacked}, and as much must be free beside it for what is restored, {all} in all; only {left} \
             are free: make room first"
        )
    })
}

/// About how many bytes a restore needs beside its unpacked volumes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// For the copy of what will be replaced.
    pub(super) copy: u64,
    /// For what is put in its place, before it is in the files.
    pub(super) put: u64,
}

impl Room {
    /// As the rows of the backup are on average.
    pub(super) fn of(manifests: &[Manifest], plan: &RestorePlan) -> Room {
        let bytes: u64 = manifests.iter().map(|manifest| manifest.bytes).sum();
        let rows: u64 = manifests.iter().map(Manifest::rows).sum();
        let of = |rows_of: fn(&RestoreLine) -> u64| {
            let some: u64 = plan.tables.iter().map(rows_of).sum();
            u64::try_from(u128::from(bytes) * u128::from(some) / u128::from(rows.max(1))).unwrap_or(u64::MAX)
        };
        Room {
            copy: of(|line| line.replaced + line.identical + line.removed),
            put: of(|line| line.added + line.replaced + line.identical),
        }
    }

    /// What is to be said where so many bytes are too few.
    pub(super) fn obstacle(&self, free: u64) -> Option<String> {
        let Room { copy, put } = self;
        (copy.saturating_add(*put) > free).then(|| {
            format!(
                "what is replaced is copied before, which takes about {copy} bytes, and what is restored about {put}; only {free} are \
                 free beside the unpacked backup: make room first"
            )
        })
    }
}

/// About how many bytes the rows take that are chosen, as the rows of the backup are on average.
pub(super) fn to_put(manifests: &[Manifest], chosen: &Chosen) -> u64 {
    let bytes: u64 = manifests.iter().map(|manifest| manifest.bytes).sum();
    let all: u64 = manifests.iter().map(Manifest::rows).sum();
    let parts = manifests.iter().flat_map(|manifest| &manifest.parts);
    let some: u64 = parts.filter(|part| chosen.parts.contains_key(&part.stored_as)).map(|part| part.rows).sum();
    u64::try_from(u128::from(bytes) * u128::from(some) / u128::from(all.max(1))).unwrap_or(u64::MAX)
}

/// What is to be said where what is put into several files would not all find room: then nothing is begun.
pub(super) fn put_obstacle(put: u64, files: u64, free: u64) -> Option<String> {
    let needed = put.saturating_add(files.saturating_mul(OF_A_FILE_BYTES));
    let [all, left] = [needed, free].map(megabytes);
    (needed > free).then(|| {
        format!(
            "what is restored goes into {files} files and takes about {all}, and only {left} are free: make room first"
        )
    })
}

/// So that more is never told as less.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB ({bytes} bytes)", bytes as f64 / 1e6)
}

/// Bytes that may be written; where the system does not tell, nothing is refused for want of room.
pub(super) fn free_bytes(path: &Path) -> u64 {
    files::free_bytes(path).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Manifest, RestoreLine, RestorePlan, Room, put_obstacle, unpack_obstacle};

    /// A volume of a million bytes with a thousand rows.
    fn volume() -> Manifest {
        let told = r#"{"format":2,"label":"","volumes":1,"server":{"name":"","id":"","role":""},"product":"","made_at":0,
            "mode":"full","builds_on":null,"kinds":[],"tables":null,"acds":[],"left_out":[],"bytes":1000000,"sha256":"",
            "packed_bytes":0,"packed_sha256":"","parts":[{"name":"hsplit","kind":"historical","acd":1,
            "stored_as":"acd01_hsplit","rows":1000,"digest":"","places":null}]}"#;
        serde_json::from_str(told).unwrap()
    }

    /// What is wanted is never less than what is told to be there.
    #[test]
    fn all_that_unpacking_needs_is_told() {
        assert_eq!(unpack_obstacle(1_000_000, 2_000_000), None);
        let told = unpack_obstacle(2_424_832, 3_534_848).unwrap();
        assert!(told.contains("takes 2.4 MB") && told.contains("4.8 MB (4849664 bytes) in all"), "{told}");
        assert!(told.contains("only 3.5 MB (3534848 bytes) are free"), "{told}");
    }

    #[test]
    fn several_files_are_begun_only_with_room_for_all() {
        assert_eq!(put_obstacle(0, 2, 2 << 17), None);
        let told = put_obstacle(1, 2, 2 << 17).unwrap();
        assert!(told.contains("2 files") && told.contains("(262145 bytes)"), "{told}");
    }

    #[test]
    fn the_copy_of_what_is_replaced_is_counted() {
        let of = |added, replaced, identical, removed| {
            let none = RestoreLine::unchanged("hsplit", model::DataKind::Historical);
            let line = RestoreLine { added, replaced, identical, removed, ..none };
            Room::of(&[volume()], &RestorePlan { tables: vec![line], ..RestorePlan::default() })
        };
        assert_eq!(of(1_000, 0, 0, 0), Room { copy: 0, put: 1_000_000 });
        let all = of(200, 300, 500, 100);
        assert_eq!(all, Room { copy: 900_000, put: 1_000_000 });
        assert_eq!(all.obstacle(1_900_000), None);
        let told = all.obstacle(1_899_999).unwrap();
        assert!(told.contains("about 900000 bytes") && told.contains("only 1899999 are free"), "{told}");
        assert_eq!(Room::of(&[], &RestorePlan::default()), Room { copy: 0, put: 0 });
    }
}
