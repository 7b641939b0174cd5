//! Journals with gaps, and what another server's events make of them.

use api::MissedEvents;
use link::native::Position;
use model::event::LinkReason;
use model::{Event, EventBody, Moment};

use super::super::{Told, got, missed};
use super::Numbered;
use crate::journal::{Batch, Entry, JournalWriter, Origin};

const BOOT: u64 = 7;

/// Numbers are events of the sequence; `[9]` is a gap after which the switch tells again what is so as of number 9. `2/` before it
/// is another boot, `@50` behind it the time, which is else the number.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = Moment(0);
    let mut push = |snapshot, position, event: Event| {
        entries.push(Entry { index: entries.len() as u64 + 1, origin: Origin { position, snapshot }, event });
    };
    for word in text.split_whitespace() {
        let (boot, rest) = word.split_once('/').map_or((BOOT, word), |(boot, rest)| (number(boot), rest));
        let (what, time) = rest.split_once('@').map_or((rest, None), |(what, time)| (what, Some(number(time))));
        let as_of = what.strip_prefix('[').and_then(|what| what.strip_suffix(']'));
        let position = Some(Position { boot, seq: number(as_of.unwrap_or(what)) });
        let before = at;
        at = Moment(time.or(position.map(|position| position.seq)).unwrap_or_default() as i64);
        if as_of.is_none() {
            push(false, position, Event { at, body: EventBody::Heartbeat });
            continue;
        }
        push(true, None, Event { at: before, body: EventBody::LinkDown { reason: LinkReason::SessionDown } });
        push(true, None, Event { at, body: EventBody::PumpUpBegan });
        push(true, position, Event { at, body: EventBody::PumpUpEnded });
    }
    entries
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
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
    merged_with(own, &told(others))
}

fn merged_with(own: &str, others: &[Told]) -> String {
    let mut merging = Numbered::behind(None, Moment(0), others);
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

/// What a server makes of its journal and of what the other one has of that which it missed, as a heal has it.
fn healed(own: &str, other: &str) -> anyhow::Result<String> {
    let (here, there) = (tempfile::tempdir()?, tempfile::tempdir()?);
    written(here.path(), own)?;
    written(there.path(), other)?;
    let missed = missed(here.path(), Moment(0), Moment(200))?;
    Ok(merged_with(own, &super::super::got(there.path(), &missed, 100)?))
}

#[track_caller]
fn check_both(one: &str, other: &str, expect: &str) -> anyhow::Result<()> {
    assert_eq!(healed(one, other)?, expect, "{one} with {other}");
    assert_eq!(healed(other, one)?, expect, "{other} with {one}");
    Ok(())
}

/// The switch was restarted with its clock set back, and once more later.
#[test]
fn what_a_boot_told_stays_in_it_when_the_clock_was_set_back() -> anyhow::Result<()> {
    let one = "1/52 1/53 2/[0]@50 2/1@51 2/2@60 3/[0]@66 3/1@67 3/[4]@70 3/5@71";
    let other = "1/52 1/53 2/[0]@50 2/1@51 2/2@60 3/[0]@66 3/1@67 3/2@68 3/3@69 3/4@70 3/5@71";
    let both = "52 53 down@53 began as-of-53 51 60 down@60 began as-of-66 67 68 69 70 71";
    check_both(one, other, both)?;
    // Nothing comes along that tells where the last boot belongs.
    check(one, "3/[0]@66 3/1@67 3/2@68 3/3@69 3/4@70 3/5@71", both);
    // The other one was told again before something that this one missed, too, and it has its own gap.
    let (one, other) = (
        "1/50 1/51 2/[0]@40 2/1@41 2/2@60 3/[0]@66 3/1@67 3/[4]@70 3/5@71",
        "1/50 1/51 1/52 1/53 2/[1]@41 2/2@60 3/[1]@67 3/2@68 3/3@69 3/4@70 3/5@71",
    );
    check_both(one, other, "50 51 52 53 down@53 began as-of-53 41 60 down@60 began as-of-66 67 68 69 70 71")
}

/// Of what only the other one heard, a boot may be a part as a whole.
#[test]
fn a_boot_of_which_one_server_heard_nothing_is_taken_from_the_other_one() -> anyhow::Result<()> {
    let (without, with) = ("1/52 1/53 3/[0]@66 3/1@67", "1/52 1/53 2/[0]@50 2/1@51 2/2@60 3/[0]@66 3/1@67");
    check_both(without, with, "52 53 down@53 began as-of-53 51 60 down@60 began as-of-66 67")?;
    // What did not come along of it is lost, from the last event on.
    let with_a_hole = "1/53 2/[0]@50 2/1@51 2/3@60 3/[0]@66 3/1@67";
    check(without, with_a_hole, "52 53 down@53 began as-of-53 51 down@53 began as-of-66 67");
    // Without a proof of where it belongs it is left out.
    check(without, "2/[0]@50 2/1@51 2/2@60", "52 53 down@53 began as-of-66 67");
    Ok(())
}

/// Of the same event, the first telling counts.
#[test]
fn of_two_that_were_told_as_of_the_same_event_both_take_the_first() -> anyhow::Result<()> {
    check_both("1/52 1/53 2/[0]@60 2/1@70", "1/52 1/53 2/[0]@65 2/1@70", "52 53 down@53 began as-of-60 70")
}

/// A journal of nine events in three boots, of which those in the mask were heard. The clock was set back before the second.
fn journal_of_boots(mask: u32) -> String {
    let heard = |event: u32| mask & (1 << event) != 0;
    let mut words = Vec::new();
    for event in (0..9).filter(|event| heard(*event)) {
        let (boot, seq) = (event / 3 + 1, event % 3 + 1);
        let at = 100 + event * 10 - if boot == 2 { 25 } else { 0 };
        if event > 0 && (seq == 1 || !heard(event - 1)) {
            words.push(format!("{boot}/[{}]@{}", seq - 1, at - 1));
        }
        words.push(format!("{boot}/{seq}@{at}"));
    }
    words.join(" ")
}

/// Both come to what a server would have heard that heard whatever any of them did. One of them heard something of each boot.
#[test]
fn both_servers_come_to_the_same_over_three_boots() {
    let both_hear = 1 | 1 << 8;
    let masks = || (0..1_u32 << 9).filter(|mask| mask & both_hear == both_hear);
    for a in masks().filter(|mask| mask & 0b111_000 != 0) {
        for b in masks() {
            let (of_a, of_b) = (journal_of_boots(a), journal_of_boots(b));
            let both = merged(&journal_of_boots(a | b), "");
            check(&of_a, &of_b, &both);
            check(&of_b, &of_a, &both);
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

/// A journal of which the first records were let go: what was missed before its beginning, or across it, is filled by nothing,
/// because the rest would take the place of more.
#[test]
fn what_a_journal_has_let_go_in_part_is_not_given() -> std::io::Result<()> {
    let events = |first: u64, last: u64| {
        let mut batch = Batch::starting_at(first);
        for seq in first..=last {
            let origin = Origin { position: Some(Position { boot: BOOT, seq }), snapshot: false };
            batch.push(origin, &Event { at: Moment(seq as i64), body: EventBody::Heartbeat });
        }
        batch
    };
    let given = |first: u64, from: u64, to: u64| -> std::io::Result<usize> {
        let folder = tempfile::tempdir()?;
        JournalWriter::new(folder.path(), first - 1).append(&events(first, 40))?;
        let (at, until) = (Moment(from as i64), Moment(to as i64));
        let missed = MissedEvents { boot: BOOT, from_seq: from, to_seq: to, from: at, to: until };
        Ok(got(folder.path(), &[missed], 100)?.len())
    };
    assert_eq!(given(1, 5, 9)?, 5);
    assert_eq!(given(20, 25, 29)?, 5);
    assert_eq!(given(20, 15, 25)?, 0, "it begins with the twentieth");
    assert_eq!(given(20, 5, 9)?, 0);
    Ok(())
}
