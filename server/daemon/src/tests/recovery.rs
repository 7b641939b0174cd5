//! The state from a journal alone: all of it, and one whose beginning has gone.

use std::ops::ControlFlow;
use std::path::Path;

use api::LogCode;
use collector::Effect;
use link::native::Position;
use model::event::{AgentAct, LinkReason};
use model::{AcdNumber, Event, EventBody, IntervalMinutes, LoginId, Moment};

use crate::config::{AcdConfig, LinkConfig};
use crate::journal::{Batch, JournalWriter, Origin};
use crate::{RecoveredState, Replayed, recover_collector};

/// 2026-11-23 09:00 UTC.
const NINE: Moment = Moment(1_795_424_400);
const HALF_HOUR: i64 = 1_800;

fn config() -> AcdConfig {
    AcdConfig {
        number: AcdNumber(1),
        name: "Test".to_owned(),
        zone: "UTC".parse().unwrap(),
        interval_minutes: IntervalMinutes::Half,
        phantom_abandon_secs: 0,
        link: LinkConfig::Native { listen: "127.0.0.1:0".parse().unwrap(), tls: None },
    }
}

/// A journal whose first record has this index: a heartbeat each half hour from nine on, some events instead.
fn write(folder: &Path, first_index: u64, hours: i64, others: &[(i64, EventBody)]) {
    let journal = folder.join("journal");
    std::fs::create_dir_all(&journal).unwrap();
    let mut writer = JournalWriter::new(&journal, first_index - 1);
    let mut batch = Batch::starting_at(first_index);
    let beats = (0..=2 * hours).map(|number| (number * HALF_HOUR, EventBody::Heartbeat));
    let mut events: Vec<(i64, EventBody)> = beats.chain(others.iter().cloned()).collect();
    events.sort_by_key(|(secs, _)| *secs);
    for (seq, (secs, body)) in (1..).zip(events) {
        let origin = Origin { position: Some(Position { boot: 7, seq }), snapshot: false };
        batch.push(origin, &Event { at: NINE + secs, body });
    }
    writer.append(&batch).unwrap();
}

/// The state, and the intervals that were told: start in half hours from nine on, and whether they lack data.
fn recover(folder: &Path) -> (RecoveredState, Vec<(i64, bool)>) {
    let mut told = Vec::new();
    let each = |replayed: Replayed| {
        if let Replayed::Effect(Effect::IntervalClosed(rows)) = replayed {
            told.push(((rows.interval.start.0 - NINE.0) / HALF_HOUR, rows.incomplete));
        }
    };
    let state =
        recover_collector(folder, &config(), |_| Ok(Vec::new()), each, |_| ControlFlow::Continue(())).unwrap().unwrap();
    (state, told)
}

fn logout(secs: i64) -> (i64, EventBody) {
    let agent = LoginId::new("4711").unwrap();
    (secs, EventBody::Agent { agent, act: AgentAct::LoggedOut { reason: None } })
}

#[test]
fn a_whole_journal_counts_from_its_first_record() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 1, 2, &[]);
    let (state, told) = recover(folder.path());
    assert_eq!(told, [(0, false), (1, false), (2, false), (3, false)]);
    assert!(state.position.is_some());
}

/// Who was there before is not known, so rows made of the rest would be told as whole and be wrong.
#[test]
fn a_journal_without_its_beginning_counts_from_the_next_pump_up() {
    let folder = tempfile::tempdir().unwrap();
    let pump_up = [
        logout(900),
        (3_600, EventBody::LinkDown { reason: LinkReason::TimedOut }),
        (4_000, EventBody::PumpUpBegan),
        (4_001, EventBody::PumpUpEnded),
    ];
    write(folder.path(), 501, 3, &pump_up);
    let (state, told) = recover(folder.path());
    assert_eq!(told, [(2, true), (3, false), (4, false), (5, false)]);
    assert!(state.position.is_some());
}

/// The switch is then asked what is so, instead of going on where it was.
#[test]
fn without_any_pump_up_nothing_counts_and_the_switch_has_to_tell_anew() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 501, 3, &[logout(900)]);
    let (state, told) = recover(folder.path());
    assert_eq!(told, []);
    assert!(state.position.is_none());
    assert_eq!(state.index, 508, "what is journalled next follows");
}

/// Damage in the middle is told by its code; the torn end of a batch, as a kill leaves it, is not.
#[test]
fn damage_that_a_start_finds_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let codes = |state: RecoveredState| state.damages.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>();
    write(folder.path(), 1, 4, &[]);
    let segment = folder.path().join("journal/00000000000000000001.journal");
    let whole = std::fs::read(&segment).unwrap();
    std::fs::write(&segment, &whole[..whole.len() - 3]).unwrap();
    assert_eq!(codes(recover(folder.path()).0), []);
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0xff;
    std::fs::write(&segment, damaged).unwrap();
    std::fs::write(folder.path().join("checkpoint"), "none").unwrap();
    assert_eq!(codes(recover(folder.path()).0), [LogCode::CheckpointDamaged, LogCode::JournalDamaged]);
}
