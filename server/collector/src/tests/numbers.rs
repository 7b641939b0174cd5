//! Numbers of records: rising, coming once, and the same after a replay.

use catalog::{CallRecord, Disposition, ExceptionOf, ExceptionRow, MaliciousRow, Record};
use model::{CallId, Event, EventBody, LoginId, Moment, SplitId};

use super::story::{DAY, settings};
use crate::{Collector, Effect};

fn exception(at: i64) -> Record {
    let of = ExceptionOf::Split { split: SplitId(1) };
    Record::Exception(ExceptionRow { at: Moment(DAY + at), kind: 30, threshold: 1, limit_secs: 0, of })
}

fn malicious(at: i64) -> Record {
    Record::Malicious(MaliciousRow {
        at: Moment(DAY + at),
        agent: LoginId::new("1001").unwrap(),
        extension: None,
        split: None,
        trunk_group: None,
        trunk: None,
        vdn: None,
    })
}

/// The numbers of some records, as second of the day and place in it.
fn numbers(collector: &mut Collector, records: impl IntoIterator<Item = Record>) -> Vec<(i64, u64)> {
    records.into_iter().for_each(|record| _ = collector.record(record));
    let place = |effect| match effect {
        Effect::Record { number, .. } => ((number >> 16) as i64 - DAY, number & 0xFFFF),
        other => panic!("not a record: {other:?}"),
    };
    std::mem::take(&mut collector.out).into_iter().map(place).collect()
}

#[test]
fn numbers_count_anew_in_each_second_and_table() {
    let mut collector = Collector::new(settings());
    let records = [exception(10), exception(10), malicious(10), exception(10), exception(11), malicious(12)];
    assert_eq!(numbers(&mut collector, records), [(10, 0), (10, 1), (10, 0), (10, 2), (11, 0), (12, 0)]);
}

#[test]
fn a_clock_set_back_gives_no_number_a_second_time() {
    let mut collector = Collector::new(settings());
    let records = [exception(100), exception(40), exception(99), exception(100), exception(101)];
    assert_eq!(numbers(&mut collector, records), [(100, 0), (100, 1), (100, 2), (100, 3), (101, 0)]);
}

#[test]
fn a_full_second_overflows_into_the_next() {
    let mut collector = Collector::new(settings());
    let found = numbers(&mut collector, (0..65_538).map(|_| exception(5)).chain([exception(6), exception(7)]));
    assert_eq!(found[65_535..], [(5, 65_535), (6, 0), (6, 1), (6, 2), (7, 0)]);
}

#[test]
fn a_checkpoint_goes_on_with_the_same_numbers() {
    let mut whole = Collector::new(settings());
    whole.apply(&Event { at: Moment(DAY), body: EventBody::Heartbeat }, &mut Vec::new());
    numbers(&mut whole, [exception(10), exception(10)]);
    let saved = postcard::to_stdvec(&whole).unwrap();
    let mut again: Collector = postcard::from_bytes(&saved).unwrap();
    let rest = || [exception(10), exception(11)];
    assert_eq!(numbers(&mut whole, rest()), numbers(&mut again, rest()));
}

#[test]
fn the_number_of_the_last_call_record_is_known_after_a_replay() {
    let mut collector = Collector::new(settings());
    assert_eq!(collector.last_call_record(), 0);
    let call = CallRecord::bare(CallId(1), Moment(DAY), Moment(DAY + 9), Disposition::Answered);
    let number = collector.record(Record::Call(Box::new(call)));
    numbers(&mut collector, [malicious(12)]);
    assert_eq!((collector.last_call_record(), number), (number, ((DAY + 9) << 16) as u64));
    let saved = postcard::to_stdvec(&collector).unwrap();
    assert_eq!(postcard::from_bytes::<Collector>(&saved).unwrap().last_call_record(), number);
}
