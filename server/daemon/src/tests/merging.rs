//! Journals with gaps, and what another server's events make of them.

use link::native::Position;
use model::event::LinkReason;
use model::{Event, EventBody, Moment};

use super::{Merging, Others, missed};
use crate::journal::{Batch, Entry, JournalWriter, Origin};

const BOOT: u64 = 7;

fn event(seq: u64) -> Event {
    Event { at: Moment(seq as i64), body: EventBody::Heartbeat }
}

/// Numbers are events of the sequence; `[9]` is a gap after which the switch tells again what is so as of number 9.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = Moment(0);
    let mut push = |snapshot, seq: Option<u64>, event: Event| {
        let position = seq.map(|seq| Position { boot: BOOT, seq });
        entries.push(Entry { index: entries.len() as u64 + 1, origin: Origin { position, snapshot }, event });
    };
    for word in text.split_whitespace() {
        match word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            None => {
                let seq = word.parse().expect("a number");
                at = Moment(seq as i64);
                push(false, Some(seq), event(seq));
            }
            Some(as_of) => {
                let as_of: u64 = as_of.parse().expect("a number");
                push(true, None, Event { at, body: EventBody::LinkDown { reason: LinkReason::SessionDown } });
                at = Moment(as_of as i64);
                push(true, None, Event { at, body: EventBody::PumpUpBegan });
                push(true, Some(as_of), Event { at, body: EventBody::PumpUpEnded });
            }
        }
    }
    entries
}

fn others(seqs: &[u64]) -> Others {
    seqs.iter().map(|seq| (Position { boot: BOOT, seq: *seq }, event(*seq))).collect()
}

fn word(event: &Event) -> String {
    match event.body {
        EventBody::LinkDown { .. } => format!("down@{}", event.at.0),
        EventBody::PumpUpBegan => "began".to_owned(),
        EventBody::PumpUpEnded => "ended".to_owned(),
        _ => event.at.0.to_string(),
    }
}

#[track_caller]
fn check(own: &str, seqs: &[u64], expect: &str) {
    let others = others(seqs);
    let mut merging = Merging::behind(None, Moment(0), &others);
    let mut told = Vec::new();
    let mut give = |event: &Event| told.push(word(event));
    entries(own).into_iter().for_each(|entry| merging.take(entry, &mut give));
    merging.end(&mut give);
    assert_eq!(told.join(" "), expect, "{own} with {seqs:?}");
}

#[test]
fn a_gap_is_filled_as_far_as_the_others_events_follow_each_other() {
    check("1 2 [5] 6", &[3, 4, 5], "1 2 3 4 5 6");
    check("1 2 [5] 6", &[1, 2, 3, 4, 5, 6, 7], "1 2 3 4 5 6");
    // The rest is lost as before, from the last event on.
    check("1 2 [5] 6", &[3, 4], "1 2 3 4 down@4 began ended 6");
    check("1 2 [5] 6", &[4, 5], "1 2 down@2 began ended 6");
    check("1 2 [5] 6", &[], "1 2 down@2 began ended 6");
    check("1 [3] 4 [6] 7", &[2, 3, 5], "1 2 3 4 5 down@5 began ended 7");
    // Nothing was missed, the switch only told again.
    check("1 2 [2] 3", &[], "1 2 3");
    // The very first pump-up is no gap.
    check("[2] 3", &[1, 2], "down@0 began ended 3");
}

#[test]
fn a_journal_that_lacks_events_without_a_gap_is_noticed() {
    let none = others(&[]);
    let is_torn = |own: &str| {
        let mut merging = Merging::behind(None, Moment(0), &none);
        entries(own).into_iter().for_each(|entry| merging.take(entry, &mut |_| {}));
        merging.is_torn()
    };
    assert!(!is_torn("[1] 2 3 [9] 10 11"));
    assert!(is_torn("[1] 2 3 5"));
    assert!(is_torn("[1] 2 [9] 11"));
}

#[test]
fn what_was_missed_is_told_by_numbers_and_times() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let all = entries("10 20 [50] 60 70 [90] 100");
    let mut writer = JournalWriter::new(dir.path(), 0);
    let mut batch = Batch::starting_at(1);
    all.iter().for_each(|entry| batch.push(entry.origin, &entry.event));
    writer.append(&batch)?;
    let found = |from, to| -> anyhow::Result<Vec<(u64, u64, i64, i64)>> {
        let missed = missed(dir.path(), Moment(from), Moment(to))?;
        Ok(missed.iter().map(|missed| (missed.from_seq, missed.to_seq, missed.from.0, missed.to.0)).collect())
    };
    assert_eq!(found(0, 200)?, [(21, 50, 20, 50), (71, 90, 70, 90)]);
    assert_eq!(found(30, 40)?, [(21, 50, 20, 50)]);
    assert_eq!(found(55, 65)?, []);
    assert_eq!(found(65, 75)?, [(71, 90, 70, 90)]);
    Ok(())
}
