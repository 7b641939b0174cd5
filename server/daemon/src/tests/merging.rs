//! Journals with gaps, and what another server's events make of them.

use api::MissedEvents;
use link::native::Position;
use model::event::LinkReason;
use model::{Event, EventBody, Moment};

use super::super::{Told, missed};
use super::Numbered;
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

fn told(text: &str) -> Vec<Told> {
    entries(text).into_iter().map(Told::from).collect()
}

fn word(event: &Event) -> String {
    match event.body {
        EventBody::LinkDown { .. } => format!("down@{}", event.at.0),
        EventBody::PumpUpBegan => "began".to_owned(),
        EventBody::PumpUpEnded => format!("as-of-{}", event.at.0),
        _ => event.at.0.to_string(),
    }
}

fn merged(own: &str, others: &str) -> String {
    let others = told(others);
    let mut merging = Numbered::behind(None, Moment(0), &others);
    let mut given = Vec::new();
    let mut give = |event: &Event| given.push(word(event));
    told(own).into_iter().for_each(|told| merging.take(told, &mut give));
    merging.end(&mut give);
    given.join(" ")
}

#[track_caller]
fn check(own: &str, others: &str, expect: &str) {
    assert_eq!(merged(own, others), expect, "{own} with {others}");
}

#[test]
fn a_gap_is_filled_as_far_as_the_others_events_follow_each_other() {
    check("1 2 [5] 6", "3 4 5", "1 2 3 4 5 6");
    check("1 2 [5] 6", "1 2 3 4 5 6 7", "1 2 3 4 5 6");
    // The rest is lost as before, from the last event on.
    check("1 2 [5] 6", "3 4", "1 2 3 4 down@4 began as-of-5 6");
    check("1 2 [5] 6", "4 5", "1 2 down@2 began as-of-5 6");
    check("1 2 [5] 6", "", "1 2 down@2 began as-of-5 6");
    check("1 [3] 4 [6] 7", "2 3 5", "1 2 3 4 5 down@5 began as-of-6 7");
    // Nothing was missed, the switch only told again.
    check("1 2 [2] 3", "", "1 2 3");
    // The very first pump-up is no gap.
    check("[2] 3", "1 2", "down@0 began as-of-2 3");
}

#[test]
fn where_neither_heard_who_was_told_again_first_goes_on() {
    check("1 2 [9] 10", "3 4 [7] 8 9 10", "1 2 3 4 down@4 began as-of-7 8 9 10");
    check("1 2 3 4 [7] 8 9", "1 2 [9]", "1 2 3 4 down@4 began as-of-7 8 9");
    check("1 2 3 4 [9] 10", "1 2 [7] 8 9 10", "1 2 3 4 down@4 began as-of-7 8 9 10");
    check("1 2 [9] 10", "3 [5] 6 [8] 9 10", "1 2 3 down@3 began as-of-5 6 down@6 began as-of-8 9 10");
}

/// A journal of events 1 to `last`, of which those in the mask were heard.
fn journal_of(mask: u32, last: u32) -> String {
    let heard = |seq: u32| mask & (1 << (seq - 1)) != 0;
    let word = |seq: u32| match (heard(seq), seq < last && heard(seq + 1)) {
        (true, _) => Some(seq.to_string()),
        (false, true) => Some(format!("[{seq}]")),
        (false, false) => None,
    };
    (1..=last).filter_map(word).collect::<Vec<_>>().join(" ")
}

/// Whatever two servers heard: both come to the same, nothing that one of them heard is missing, and a loss is told exactly where
/// neither heard anything.
#[test]
fn both_servers_come_to_the_same_with_everything_that_any_of_them_heard() {
    const LAST: u32 = 9;
    let both_hear = 1 | 1 << (LAST - 1);
    let masks = || (0..1 << LAST).filter(|mask| mask & both_hear == both_hear);
    for a in masks() {
        for b in masks() {
            let (of_a, of_b) = (journal_of(a, LAST), journal_of(b, LAST));
            let one = merged(&of_a, &of_b);
            assert_eq!(one, merged(&of_b, &of_a), "{of_a} and {of_b}");
            let heard: Vec<u32> = one.split(' ').filter_map(|word| word.parse().ok()).collect();
            let either: Vec<u32> = (1..=LAST).filter(|seq| (a | b) & (1 << (seq - 1)) != 0).collect();
            assert_eq!(heard, either, "{of_a} and {of_b}: {one}");
            let dark = (1..LAST).filter(|seq| (a | b) >> (seq - 1) & 0b11 == 0b01).count();
            assert_eq!(one.matches("down").count(), dark, "{of_a} and {of_b}: {one}");
        }
    }
}

#[test]
fn a_journal_that_lacks_events_without_a_gap_is_noticed() {
    let is_torn = |own: &str| {
        let mut merging = Numbered::behind(None, Moment(0), &[]);
        told(own).into_iter().for_each(|told| merging.take(told, &mut |_| {}));
        merging.is_torn()
    };
    assert!(!is_torn("[1] 2 3 [9] 10 11"));
    assert!(is_torn("[1] 2 3 5"));
    assert!(is_torn("[1] 2 [9] 11"));
}

#[test]
fn what_the_other_one_missed_is_given_with_the_losses_of_the_own_link() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    written(dir.path(), "10 20 30 [50] 60 70 80 90 100")?;
    let missed = [MissedEvents { boot: BOOT, from_seq: 11, to_seq: 60, from: Moment(10), to: Moment(60) }];
    let got = super::super::got(dir.path(), &missed, 100)?;
    let words: Vec<String> = got.iter().map(|told| word(&told.event)).collect();
    assert_eq!(words.join(" "), "20 30 down@30 began as-of-50 60");
    assert!(super::super::got(dir.path(), &missed, 3).is_err());
    Ok(())
}

fn written(folder: &std::path::Path, text: &str) -> anyhow::Result<()> {
    let mut batch = Batch::starting_at(1);
    entries(text).iter().for_each(|entry| batch.push(entry.origin, &entry.event));
    Ok(JournalWriter::new(folder, 0).append(&batch)?)
}

#[test]
fn what_was_missed_is_told_by_numbers_and_times() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    written(dir.path(), "10 20 [50] 60 70 [90] 100")?;
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
