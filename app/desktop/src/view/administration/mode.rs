//! The mode of a server: one or many, who set it, what is refused in which state, and the master ACD.

use api::{Mode, ModeRule, ModeView, Operation, Role};
use model::AcdNumber;
use report::Level;
use session::{ChangeRequest, ModeData, Model, Which};

use super::{Confirm, acd_calendar, acd_name, moment_text, other_name};
use crate::view::cells::CellView;

/// The mode in facts: name, text.
pub fn facts(model: &Model, known: &ModeData) -> Vec<(&'static str, String)> {
    let mode = &known.mode;
    let calendar = acd_calendar(model, Some(mode.master_acd));
    let since = match (mode.since, mode.by.is_empty()) {
        (Some(since), false) => format!("{} by {}", moment_text(since, calendar.as_ref()), mode.by),
        _ => "the server's first start".to_owned(),
    };
    let who = match mode.mode {
        Mode::MultiUser => "Everybody who has a password on this server may sign in",
        Mode::SingleUser => "One administrator alone is signed in; all others are told so and let in again afterwards",
    };
    vec![
        ("Means", who.to_owned()),
        ("So since", since),
        ("Master ACD", format!("{}, whose clock stands for what belongs to no ACD", acd_name(model, mode.master_acd))),
    ]
}

/// What is refused in which state, in the order of the columns: operation, data collection, mode, server, and whether it can be
/// done now.
pub fn rows(model: &Model, known: &ModeData) -> Vec<[CellView; 5]> {
    let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
    let collecting: Vec<AcdNumber> =
        health.into_iter().flat_map(|health| &health.acds).filter(|acd| acd.collecting).map(|acd| acd.acd).collect();
    let row = |rule: &ModeRule| {
        let [operation, collection, mode, role] = rule.words().map(|text| CellView { text, level: Level::Normal });
        [operation, collection, mode, role, now(rule, &known.mode, &collecting)]
    };
    known.rules.iter().map(row).collect()
}

/// Whether an operation would be refused now, as far as this client can tell.
fn now(rule: &ModeRule, ModeView { mode, role, .. }: &ModeView, collecting: &[AcdNumber]) -> CellView {
    let refused = |text: String| CellView { text, level: Level::Caution };
    if rule.role == Some(Role::Primary) && *role != Role::Primary {
        return refused(
            "refused: done on the primary, or here by an administrator who takes over on its page".to_owned(),
        );
    }
    if rule.mode.is_some_and(|needed| needed != *mode) {
        return refused(format!("refused: the server is in {mode} mode"));
    }
    match (rule.collection_off, collecting) {
        (true, [_, ..]) => {
            let acds: Vec<String> = collecting.iter().map(AcdNumber::to_string).collect();
            refused(format!("refused where data are collected: ACD {}", acds.join(", ")))
        }
        _ => CellView { text: "possible".to_owned(), level: Level::Normal },
    }
}

/// The question before others are signed out.
pub fn single_user(model: &Model, which: Which, known: &ModeData) -> Confirm {
    let here = model.servers[which].name();
    let me = model.profile.as_ref().map_or("", |profile| profile.user.as_str());
    let mut lines = vec![format!(
        "Everybody else is signed out of {here} at once, and told that it is in single-user mode, since when, and that {me} set it"
    )];
    lines.push(match other_name(model) {
        Some(other) => format!("Data collection goes on, and people can work on {other} meanwhile"),
        None => "Data collection goes on; the profile names no other server on which people could work".to_owned(),
    });
    lines.extend(refused_in(Mode::SingleUser, known));
    lines.push("It stays so, over a restart as well, until somebody switches back".to_owned());
    Confirm {
        title: format!("Switch {here} to single-user mode?"),
        lines,
        button: format!("Sign all others out of {here}"),
        dangerous: true,
        which,
        change: ChangeRequest::Mode(Mode::SingleUser),
    }
}

/// What needs the other mode than this one.
fn refused_in(mode: Mode, known: &ModeData) -> Option<String> {
    let rules = known.rules.iter().filter(|rule| rule.mode.is_some_and(|needed| needed != mode));
    let what: Vec<&str> = rules.map(|rule| rule.operation.what()).collect();
    (!what.is_empty()).then(|| format!("Refused meanwhile: {}", what.join(", ")))
}

/// The question before another master ACD is chosen.
pub fn master_acd(model: &Model, which: Which, acd: AcdNumber) -> Confirm {
    let here = model.servers[which].name();
    let mut lines = vec![format!("The clock of {} stands for what belongs to no ACD on {here}", acd_name(model, acd))];
    lines.extend(other_name(model).map(|other| format!("Choose the same on {other}")));
    Confirm {
        title: format!("Make {} the master ACD?", acd_name(model, acd)),
        lines,
        button: format!("Choose it on {here}"),
        dangerous: false,
        which,
        change: ChangeRequest::MasterAcd(acd),
    }
}

/// Whether the master ACD can be chosen now, or what must come first.
pub fn may_choose_master(model: &Model, known: &ModeData, may: &Result<(), String>) -> Result<(), String> {
    may.clone()?;
    let rule = known.rules.iter().find(|rule| rule.operation == Operation::MasterAcd);
    let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
    let is_collecting = health.is_some_and(|health| health.acds.iter().any(|acd| acd.collecting));
    let Some(rule) = rule else { return Ok(()) };
    match rule.mode.filter(|needed| *needed != known.mode.mode) {
        Some(needed) => Err(format!("Switch to {needed} mode first")),
        None if rule.collection_off && is_collecting => Err("Turn data collection of all ACDs off first".to_owned()),
        None => Ok(()),
    }
}
