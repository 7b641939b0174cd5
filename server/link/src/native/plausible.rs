//! What an event may say and where it may stand, beyond what its types already say. Both ends ask: the switch
//! before it numbers an event, the server before it hands one on.

use model::event::{AgentAct, CallAct, CallIdentity, Configuration, Entity, Skill, WorkMode};
use model::{Event, EventBody, Moment};

use super::LinkError;

/// Longest name, in characters.
const NAME_MAX: usize = 100;
/// Most skills of one agent.
const SKILLS_MAX: usize = 500;
/// Highest AUX or logout reason code.
const REASON_MAX: u8 = 99;
/// Highest kind of a caller's line: it has two digits.
const LINE_KIND_MAX: u8 = 99;

/// Checks an event of the numbered sequence.
pub(super) fn check_sequenced(seq: u64, event: &Event) -> Result<(), LinkError> {
    match &event.body {
        EventBody::LinkDown { .. } | EventBody::PumpUpBegan | EventBody::PumpUpEnded => {
            let kind = "link state";
            Err(LinkError::Misplaced { seq, kind, place: "on the link: each server notices it by itself" })
        }
        EventBody::Agent { act: AgentAct::Seen { .. }, .. } | EventBody::Call { act: CallAct::Seen { .. }, .. } => {
            Err(LinkError::Misplaced { seq, kind: "seen", place: "outside a pump-up" })
        }
        _ => check(seq, event),
    }
}

/// Checks an event of a pump-up.
pub(super) fn check_snapshot(event: &Event) -> Result<(), LinkError> {
    match &event.body {
        EventBody::Configured(_)
        | EventBody::TrunkMaintenance { .. }
        | EventBody::Agent { act: AgentAct::Seen { .. } | AgentAct::Mode { .. }, .. }
        | EventBody::Call { act: CallAct::Seen { .. } | CallAct::Identified { .. }, .. } => check(0, event),
        _ => Err(LinkError::Misplaced {
            seq: 0,
            kind: "change",
            place: "in a pump-up: only configured, trunk_maintenance, seen, mode and identified are",
        }),
    }
}

fn check(seq: u64, event: &Event) -> Result<(), LinkError> {
    fault(&event.body).map_or(Ok(()), |fault| Err(LinkError::Implausible { seq, fault }))
}

fn fault(body: &EventBody) -> Option<String> {
    match body {
        EventBody::Configured(configuration) => configuration_fault(configuration),
        EventBody::Agent { act, .. } => agent_fault(act),
        EventBody::Call { act: CallAct::StrokeCount { button, .. }, .. } => {
            (!(1..=9).contains(button)).then(|| format!("a stroke count button is 1 to 9, not {button}"))
        }
        EventBody::Call { act: CallAct::Identified { identity }, .. } => identity_fault(identity),
        EventBody::Call { act: CallAct::Seen { since, .. }, .. } => since_fault(*since),
        EventBody::Removed(Entity::AuxReason(reason)) => reason_fault(reason.0),
        EventBody::Removed(Entity::LogoutReason(reason)) => reason_fault(reason.0),
        _ => None,
    }
}

fn agent_fault(act: &AgentAct) -> Option<String> {
    let (skills, mode, logout) = match act {
        AgentAct::LoggedIn { skills, .. } | AgentAct::SkillsChanged { skills } => (&skills[..], None, None),
        AgentAct::LoggedOut { reason } => (&[][..], None, *reason),
        AgentAct::Mode { mode, .. } => (&[][..], Some(mode), None),
        AgentAct::Seen { skills, mode, .. } => (&skills[..], Some(mode), None),
    };
    if let AgentAct::Seen { since: Some(since), .. } = act
        && *since <= Moment(0)
    {
        return Some("since_micros of a seen agent is later than 1970-01-01, or absent".to_owned());
    }
    if skills.len() > SKILLS_MAX {
        return Some(format!("an agent has at most {SKILLS_MAX} skills, not {}", skills.len()));
    }
    let aux = mode.and_then(|mode| if let WorkMode::Aux(reason) = mode { reason_fault(reason.0) } else { None });
    skills.iter().find_map(skill_fault).or(aux).or_else(|| logout.and_then(|reason| reason_fault(reason.0)))
}

/// A time that is absent is read as the first moment of 1970.
fn since_fault(since: Moment) -> Option<String> {
    (since <= Moment(0)).then(|| "a seen call has since_micros, which is later than 1970-01-01".to_owned())
}

fn skill_fault(skill: &Skill) -> Option<String> {
    let Skill { split, level, reserve, percent } = *skill;
    if !(1..=16).contains(&level) {
        return Some(format!("the level of skill {split} is 1 to 16, not {level}"));
    }
    if reserve > 2 {
        return Some(format!("the reserve level of skill {split} is 0 to 2, not {reserve}"));
    }
    (percent > 100).then(|| format!("the percentage of skill {split} is 0 to 100, not {percent}"))
}

fn identity_fault(identity: &CallIdentity) -> Option<String> {
    let kind = identity.line_kind.filter(|kind| kind.0 > LINE_KIND_MAX);
    let ucid =
        identity.ucid.filter(|ucid| ucid.as_str().len() != 20 || !ucid.as_str().bytes().all(|b| b.is_ascii_digit()));
    kind.map(|kind| format!("a kind of line is 0 to {LINE_KIND_MAX}, not {kind}"))
        .or_else(|| ucid.map(|ucid| format!("a universal call ID has 20 digits, which {ucid:?} has not")))
}

fn configuration_fault(configuration: &Configuration) -> Option<String> {
    use Configuration as C;
    let (name, reason, profile) = match configuration {
        C::Split { name, .. }
        | C::Agent { name, .. }
        | C::Vdn { name, .. }
        | C::Vector { name, .. }
        | C::TrunkGroup { name, .. }
        | C::WorkCode { name, .. } => (name.as_str(), None, None),
        C::AuxReason { reason, name } => (name.as_str(), Some(reason.0), None),
        C::LogoutReason { reason, name } => (name.as_str(), Some(reason.0), None),
        C::SplitProfile { profile, .. } | C::VdnProfile { profile, .. } => ("", None, Some(profile)),
        C::Exception { rule } => return rule.fault(),
        C::Trunk { .. }
        | C::Interval { .. }
        | C::Zone { .. }
        | C::PhantomLimit { .. }
        | C::Trace { .. }
        | C::SplitProfileRemoved { .. }
        | C::VdnProfileRemoved { .. } => ("", None, None),
    };
    if name.len() > NAME_MAX && name.chars().count() > NAME_MAX {
        return Some(format!("a name has at most {NAME_MAX} characters, not {}", name.chars().count()));
    }
    reason.and_then(reason_fault).or_else(|| {
        let profile = profile?;
        model::CallProfile::checked(profile.service_level_secs, &profile.increments_secs).err()
    })
}

fn reason_fault(reason: u8) -> Option<String> {
    (reason > REASON_MAX).then(|| format!("a reason code is 0 to {REASON_MAX}, not {reason}"))
}
