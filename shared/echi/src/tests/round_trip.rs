//! What is written is read again, whatever it is.

use arrayvec::ArrayString;
use catalog::{Value, table};
use model::{CallId, SplitId};
use proptest::prelude::*;

use super::sample::{bare, full, values};
use crate::{Encoder, FieldKind, Misfits, TABLE, Version, header, read};

fn written(version: Version, records: &[Vec<Value>]) -> (Vec<u8>, Misfits) {
    let (mut file, mut misfits) = (header(version, 5).to_vec(), Misfits::default());
    records.iter().for_each(|record| Encoder::new(version).binary(record, &mut file, &mut misfits));
    (file, misfits)
}

/// What a reader must find: the values of the version's fields, with zeros for numbers that are not known.
fn expected(version: Version, record: &[Value]) -> Vec<Value> {
    let table = table(TABLE).unwrap();
    let fields = version.fields().into_iter();
    let value = |name: &str, kind: FieldKind| match (&record[table.position(name).unwrap()], kind) {
        (Value::Blank, FieldKind::Number) if name.contains("SPLIT") => Value::Blank,
        (Value::Blank, FieldKind::Number | FieldKind::Flag(_)) => Value::Int(0),
        (value, _) => value.clone(),
    };
    fields.map(|field| value(field.name, field.kind)).collect()
}

#[test]
fn records_of_every_version_come_back() {
    let records = [values(&full()), values(&bare())];
    for version in Version::ALL {
        let (file, misfits) = written(version, &records);
        let found = read(&file).unwrap();
        assert_eq!((found.version, found.sequence), (version, 5));
        assert_eq!(found.records, records.iter().map(|record| expected(version, record)).collect::<Vec<_>>());
        assert_eq!(misfits.total(), 0);
    }
}

/// What becomes of one value that does not fit, in version 12.
#[track_caller]
fn check(name: &str, given: Value, found: Value) {
    let mut record = values(&full());
    record[table(TABLE).unwrap().position(name).unwrap()] = given;
    let (file, misfits) = written(Version::R12, &[record]);
    let position = Version::R12.fields().iter().position(|field| field.name == name).unwrap();
    assert_eq!(read(&file).unwrap().records[0][position], found, "{name}");
    assert_eq!(
        misfits.iter().map(|(name, count)| (name.to_owned(), count)).collect::<Vec<_>>(),
        [(name.to_owned(), 1)]
    );
}

#[test]
fn what_does_not_fit_is_counted() {
    check("SPLIT1", Value::Int(40_000), Value::Int(0));
    check("DISPIVECTOR", Value::Int(32_768), Value::Int(0));
    check("HELD", Value::Int(256), Value::Int(255));
    check("TALKTIME", Value::Int(1 << 33), Value::Int(i64::from(u32::MAX)));
    check("TALKTIME", Value::Int(-1), Value::Int(0));
    check("ASAI_UUI", Value::text(&"order=17 ".repeat(12)), Value::text(&"order=17 ".repeat(12)[..96]));
    // The first digits would be somebody else's.
    check("FIRSTVDN", Value::text("12345678"), Value::Blank);
    check("ANSLOGIN", Value::text("1000000017"), Value::Blank);
    check("CALLING_PTY", Value::text("+493012345678"), Value::Blank);
    check("ASAI_UUI", Value::text("Müller"), Value::text("M?ller"));
    check("LASTDIGITS", Value::text("1\t2"), Value::text("1?2"));
}

#[test]
fn a_long_call_number_keeps_its_low_half() {
    let record = catalog::CallRecord { call: CallId((3 << 32) + 70_001), ..full() };
    let (file, misfits) = written(Version::R181, &[values(&record)]);
    assert_eq!((&read(&file).unwrap().records[0][0], misfits.total()), (&Value::Int(70_001), 0));
}

proptest! {
    #[test]
    fn any_numbers_and_texts_come_back(
        call in any::<u32>(), secs in any::<u32>(), split in 0_u32..=32_767, held in any::<u8>(),
        strokes in any::<[u8; 9]>(), flags in any::<[bool; 8]>(), uui in "[ -~]{0,96}", party in "[!-~]{0,12}",
    ) {
        let record = catalog::CallRecord {
            call: CallId(u64::from(call)),
            talk_secs: secs,
            duration_secs: u32::MAX - secs,
            disposition_split: Some(SplitId(split)),
            held,
            strokes,
            assist: flags[0],
            audio: flags[1],
            conference: flags[2],
            direct_agent: flags[3],
            hold_abandoned: flags[4],
            malicious: flags[5],
            transferred: flags[6],
            agent_released: flags[7],
            user_to_user: ArrayString::from(&uui).unwrap(),
            calling_party: ArrayString::from(&party).unwrap(),
            ..full()
        };
        let record = values(&record);
        for version in Version::ALL {
            let (file, misfits) = written(version, std::slice::from_ref(&record));
            prop_assert_eq!(&read(&file).unwrap().records[0], &expected(version, &record));
            prop_assert_eq!(misfits.total(), 0);
        }
    }
}
