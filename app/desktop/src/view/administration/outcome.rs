//! What became of the last change, in words.

use session::{ChangeRequest, ChangeState, MenuChange, Model, ShortcutChange};

use super::profiles::thing;
use super::{Line, LineKind};
use crate::view::counts::counted;

/// What became of the last change.
pub fn outcome(model: &Model) -> Option<Line> {
    let change = model.change.as_ref()?;
    let name = model.servers[change.which].name();
    let what = change_text(&change.change);
    let (kind, text) = match &change.state {
        ChangeState::Running => (LineKind::Info, format!("Asking {name} to {what}…")),
        ChangeState::Done { changed: true, text } => (LineKind::Good, told_by(name, text)),
        ChangeState::Done { changed: false, text } => (LineKind::Info, told_by(name, text)),
        ChangeState::Refused { why } | ChangeState::Overtaken { why } => {
            (LineKind::Problem, format!("Nothing was changed. {}", told_by(name, why)))
        }
        ChangeState::Unknown { why } => (
            LineKind::Caution,
            format!("{name} was asked to {what} and did not answer: {why}. Look whether it is so before you ask again"),
        ),
    };
    Some(Line { kind, text, is_outcome: change.state != ChangeState::Running })
}

/// What a server says, with its name before it where it does not begin with that itself.
fn told_by(name: &str, text: &str) -> String {
    let names_itself = text.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', ':', ',']));
    if names_itself { text.to_owned() } else { format!("{name}: {text}") }
}

/// A change in words that follow "to".
fn change_text(change: &ChangeRequest) -> String {
    match change {
        ChangeRequest::Collection(set) => format!("turn data collection of ACD {} {}", set.acd, on_off(set.on)),
        ChangeRequest::Interval(set) => {
            format!("set the storage interval of ACD {} to {} minutes", set.acd, u8::from(set.minutes))
        }
        ChangeRequest::Profile(set) => {
            let thing = thing(set.profile.of);
            format!("change the call profile of {thing} {} of ACD {}", set.profile.number, set.acd)
        }
        ChangeRequest::RemoveProfile(remove) => {
            format!("remove the call profile of {} {} of ACD {}", thing(remove.of), remove.number, remove.acd)
        }
        ChangeRequest::Summarize(asked) => {
            let of = asked.acd.map_or_else(|| "all ACDs".to_owned(), |acd| format!("ACD {acd}"));
            format!("make the {} summaries of {of} again from {} to {}", asked.level, asked.from, asked.to)
        }
        ChangeRequest::Storage(set) => {
            format!("change the data storage allocation of {} in ACD {}", set.element, set.acd)
        }
        ChangeRequest::Summarizing(set) => format!("change when the history of ACD {} is summed up", set.acd),
        ChangeRequest::Exception(set) => {
            format!("turn exception {} of {} {} {}", set.exception, set.of, set.numbers.join(", "), on_off(set.on))
        }
        ChangeRequest::Trace(set) => format!("turn the trace of agent {} {}", set.agent, on_off(set.on)),
        ChangeRequest::History(set) => format!("turn External Call History {}", on_off(set.on)),
        ChangeRequest::AddTimetable(add) => format!("add the timetable {}", add.name),
        ChangeRequest::ModifyTimetable(modify) => format!("change the timetable {}", modify.name),
        ChangeRequest::DeleteTimetable { owner, name } => format!("delete the timetable {name} of {owner}"),
        ChangeRequest::RunTimetable(run) => format!("run the timetable {}", run.name),
        ChangeRequest::EditTimetables(edit) => format!("edit all timetables of {}", whose(edit.owner.as_deref())),
        ChangeRequest::UndoTimetablesEdit(undo) => {
            format!("undo the last global edit of the timetables of {}", whose(undo.owner.as_deref()))
        }
        ChangeRequest::AddUser(add) => format!("add the user {}", add.user.name),
        ChangeRequest::ModifyUser(set) => format!("change the user {}", set.name),
        ChangeRequest::RemoveUser { name, .. } => format!("remove the user {name}"),
        ChangeRequest::Password { user: Some(user), .. } => format!("set the password of {user}"),
        ChangeRequest::Password { user: None, .. } => "change your password".to_owned(),
        ChangeRequest::Permissions(set) => format!("change what {} may", set.user),
        ChangeRequest::Mode(mode) => format!("switch to {mode} mode"),
        ChangeRequest::MasterAcd(acd) => format!("make ACD {acd} the master ACD"),
        ChangeRequest::Synonyms(set) => format!("change names of ACD {}", set.acd),
        ChangeRequest::AgentGroup(set) => format!("change the agent group {}", set.name),
        ChangeRequest::Calculation(set) => format!("change {} of the house", set.name),
        ChangeRequest::Shortcut(change) => match change {
            ShortcutChange::Add(add) => format!("keep the shortcut {}", add.name),
            ShortcutChange::Modify(modify) => format!("change the shortcut {}", modify.name),
            ShortcutChange::Delete { name, .. } => format!("delete the shortcut {name}"),
            ShortcutChange::Give(give) => format!("give {} a copy of the shortcut {}", give.to, give.name),
        },
        ChangeRequest::Menu(change) => {
            let verb = match change {
                MenuChange::Add(..) => "add",
                MenuChange::Modify(..) => "change",
                MenuChange::Delete { .. } => "delete",
            };
            format!("{verb} the main menu addition {}", change.name())
        }
        ChangeRequest::Peer(peer) => format!("sync to {} by timetables", peer.url),
        ChangeRequest::CallOff { what, .. } => format!("call off {what}"),
        ChangeRequest::RemovePeer => "sync to no server by timetables any more".to_owned(),
        ChangeRequest::Acknowledge(asked) => match &asked.ids {
            Some(ids) => format!("acknowledge {} of the maintenance error log", counted(ids.len(), "entry", "entries")),
            None => "acknowledge the maintenance error log".to_owned(),
        },
        ChangeRequest::Skills(set) => format!("have the switch change the skills of agent {}", set.agent),
    }
}

fn whose(owner: Option<&str>) -> &str {
    owner.unwrap_or("yours")
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
