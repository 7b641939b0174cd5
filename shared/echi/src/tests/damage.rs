//! Bytes that are no file of ours.

use super::sample::{full, values};
use crate::{Encoder, Misfits, ReadError, Version, header, read};

#[test]
fn what_is_no_file_is_said_to_be_none() {
    assert_eq!(read(&[]), Err(ReadError::NoHeader { len: 0 }));
    assert_eq!(read(&[181, 0, 0, 0, 1, 0, 0]), Err(ReadError::NoHeader { len: 7 }));
    assert_eq!(read(&[182, 0, 0, 0, 1, 0, 0, 0]), Err(ReadError::Version { version: 182 }));
    let text = read(b"70001,55,15,22").unwrap_err().to_string();
    assert!(text.contains("text form"), "{text}");
}

#[test]
fn a_file_that_is_cut_anywhere_says_in_which_record() {
    let mut file = header(Version::R12, 1).to_vec();
    for _ in 0..2 {
        Encoder::new(Version::R12).binary(&values(&full()), &mut file, &mut Misfits::default());
    }
    for len in 8..file.len() {
        let (records, rest) = ((len - 8) / 493, (len - 8) % 493);
        match read(&file[..len]) {
            Ok(found) => assert_eq!((found.records.len(), rest), (records, 0)),
            Err(error) => {
                let number = records + 1;
                let version = Version::R12;
                assert_eq!(error, ReadError::CutShort { version, number, rest, record_bytes: 493 });
            }
        }
    }
}
