//! Bytes that must never change: whole files of every version, and some places of version 181 written by hand.

use std::fs;
use std::path::Path;

use super::sample::{AT, bare, full, values};
use crate::{Encoder, Misfits, Version, header};

/// A file of both records.
fn file(version: Version) -> Vec<u8> {
    let encoder = Encoder::new(version);
    let mut file = header(version, 77).to_vec();
    let mut misfits = Misfits::default();
    for record in [full(), bare()] {
        encoder.binary(&values(&record), &mut file, &mut misfits);
    }
    assert_eq!(misfits.total(), 0, "{version}: {misfits:?}");
    file
}

#[test]
fn files_of_every_version_are_as_they_were() {
    for version in Version::ALL {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/data/echi/version-{version}.chr"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, file(version)).unwrap();
        }
        let golden = fs::read(&path).unwrap_or_default();
        assert!(file(version) == golden, "{} is not what is written: receivers would notice", path.display());
    }
}

#[test]
fn places_of_version_181_hold_what_a_receiver_looks_for() {
    let file = file(Version::R181);
    assert_eq!(file.len(), 8 + 2 * 720);
    assert_eq!(file[..8], [181, 0, 0, 0, 77, 0, 0, 0]);
    let (first, second) = file[8..].split_at(720);
    let int = |record: &[u8], at: usize| i64::from(u32::from_le_bytes(record[at..at + 4].try_into().unwrap()));
    let small = |record: &[u8], at: usize| i16::from_le_bytes(record[at..at + 2].try_into().unwrap());
    assert_eq!(int(first, 0), 70_001);
    // In local reckoning Berlin is an hour ahead in November.
    assert_eq!((int(first, 24), int(first, 28)), (AT.0 + 3600, AT.0));
    assert_eq!((int(first, 32), int(first, 36)), (AT.0 + 3851, AT.0 + 251));
    assert_eq!([68, 70, 72, 74, 76, 78, 80].map(|at| small(first, at)), [7, 12, 6, 12, 40, -1, 31]);
    assert_eq!([68, 70, 72, 74, 76, 78, 80].map(|at| small(second, at)), [0, -1, 0, -1, -1, -1, 0]);
    // Assist, conference, malicious, transferred; then agent released.
    assert_eq!(first[92..94], [0b1010_0101, 1]);
    assert_eq!(first[94..102], [2, 2, 5, 2, 2, 4, 9, 3]);
    assert_eq!(first[102..111], [1, 0, 3, 0, 0, 0, 0, 0, 9]);
    assert_eq!(&first[113..134], b"00001070011795428000\0");
    assert_eq!(&first[134..151], b"5101\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_eq!(&first[316..322], b"17\0\0\0\0");
    assert_eq!(&first[401..406], b"5101\0");
    assert_eq!(&first[537..553], b"order=17,line=3\0");
    assert!(second[113..].iter().all(|byte| *byte == 0));
}
