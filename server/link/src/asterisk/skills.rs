//! Skills that an administrator gives an agent: the manager actions that make it so, and what the PBX answers to them.
//!
//! A skill is a membership, its level the penalty. What the actions change comes back as events, on every connection; this
//! only asks. Members are added before others are taken away, so that nobody is in no queue in between.

use std::collections::BTreeMap;

use model::event::Skill;
use model::{LoginId, SplitId};

use super::Settings;
use super::actions::skill_action as action;
use super::numbering;
use super::roster::{Member, Roster};

/// Actions of one command that the PBX has not answered yet.
#[derive(Debug, Default)]
struct Asked {
    /// What each action is called, by its place.
    names: Vec<String>,
    left: usize,
    refused: Vec<String>,
}

/// Commands on their way.
#[derive(Debug, Default)]
pub(super) struct Commands(BTreeMap<u64, Asked>);

/// One action with what it is called in errors.
pub(super) type Change = (&'static str, String, Vec<(&'static str, String)>);

impl Commands {
    /// The bytes of all actions of a command.
    pub(super) fn ask(&mut self, id: u64, changes: &[Change]) -> Vec<u8> {
        let names = changes.iter().map(|(name, queue, _)| format!("{name} in {queue}")).collect();
        self.0.insert(id, Asked { names, left: changes.len(), refused: Vec::new() });
        let bytes = changes.iter().enumerate().map(|(place, (name, _, fields))| action(name, id, place, fields));
        bytes.collect::<Vec<_>>().concat()
    }

    /// Takes an answer; gives the outcome of the command once all its actions are answered.
    pub(super) fn answered(&mut self, id: u64, place: usize, refusal: Option<String>) -> Option<Result<(), String>> {
        let asked = self.0.get_mut(&id)?;
        let name = asked.names.get(place)?;
        asked.refused.extend(refusal.map(|why| format!("{name}: {why}")));
        asked.left -= 1;
        if asked.left > 0 {
            return None;
        }
        let Asked { names, refused, .. } = self.0.remove(&id)?;
        if refused.is_empty() {
            return Some(Ok(()));
        }
        let (failed, all, why) = (refused.len(), names.len(), refused.join("; "));
        Some(Err(format!("{failed} of {all} changes of queues were not made: {why}")))
    }

    /// The connection is gone, and with it every answer.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What has to change so that the agent has exactly these skills; nothing if it is so.
///
/// # Errors
/// Why it cannot be done, for people.
pub(super) fn changes(
    roster: &Roster,
    settings: &Settings,
    login: LoginId,
    wanted: &[Skill],
) -> Result<Vec<Change>, String> {
    let members: Vec<&Member> = roster.members_of(login).collect();
    let Some(first) = members.first() else {
        return Err(format!("agent {login} is in no queue of the PBX; log the agent in first"));
    };
    if wanted.is_empty() {
        return Err("an agent has at least one skill; log the agent out instead".to_owned());
    }
    if wanted.iter().any(|skill| skill.reserve > 0 || skill.percent > 0) {
        return Err("a PBX has skill levels, and neither reserve levels nor percentages".to_owned());
    }
    // A further membership is to change neither: without a reason an agent in AUX would be in AUX for none.
    let pause = roster.pause(settings, login);
    let wrapup_secs = members.iter().map(|member| member.wrapup_secs).find(|secs| *secs > 0);
    let split_of = |member: &Member| numbering::split(settings, &member.queue);
    let (mut changes, mut removals) = (Vec::new(), Vec::new());
    for skill in wanted {
        let penalty = skill.level.saturating_sub(1).to_string();
        let held: Vec<&&Member> = members.iter().filter(|member| split_of(member) == skill.split).collect();
        if held.is_empty() {
            let queue = queue_of(roster, settings, skill.split)?;
            let mut fields = vec![
                ("Queue", queue.clone()),
                ("Interface", first.interface.clone()),
                ("Penalty", penalty),
                ("Paused", u8::from(pause.is_some()).to_string()),
                ("MemberName", first.name.clone()),
                ("StateInterface", first.state_interface.clone()),
            ];
            fields.extend(pause.filter(|reason| !reason.is_empty()).map(|reason| ("Reason", reason.to_owned())));
            fields.extend(wrapup_secs.map(|secs| ("Wrapuptime", secs.to_string())));
            changes.push(("QueueAdd", queue, fields));
            continue;
        }
        for member in held.iter().filter(|member| member.level != skill.level) {
            let fields = vec![("Interface", member.interface.clone()), ("Penalty", penalty.clone())];
            let fields = fields.into_iter().chain([("Queue", member.queue.clone())]).collect();
            changes.push(("QueuePenalty", member.queue.clone(), fields));
        }
    }
    for member in members.iter().filter(|member| wanted.iter().all(|skill| skill.split != split_of(member))) {
        if !member.is_dynamic() {
            let queue = &member.queue;
            return Err(format!(
                "agent {login} is a member of {queue} by queues.conf or its database; it can only be changed there"
            ));
        }
        let fields = vec![("Queue", member.queue.clone()), ("Interface", member.interface.clone())];
        removals.push(("QueueRemove", member.queue.clone(), fields));
    }
    changes.append(&mut removals);
    Ok(changes)
}

/// The queue that is this split/skill: by the settings, by somebody who is in it, or by its number.
fn queue_of(roster: &Roster, settings: &Settings, split: SplitId) -> Result<String, String> {
    let named = settings.splits.iter().find(|(_, number)| **number == split).map(|(queue, _)| queue.clone());
    let known = || roster.queues().find(|queue| numbering::split(settings, queue) == split).map(str::to_owned);
    named.or_else(known).ok_or_else(|| {
        format!("it is not known which queue is split/skill {split}; name it under [acd.link.splits] in cms.toml")
    })
}
