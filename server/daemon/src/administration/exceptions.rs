//! Administration of exceptions and agent traces. Rules and traces are kept in the ACD's administration tables and entered
//! as events of its sequence, on each server for itself.

use api::{Changed, ErrorBody, ErrorCode, Exception, SetException, SetTrace};
use model::event::Configuration;
use model::{AcdNumber, ExceptionKey, ExceptionRule, ExceptionScope, NameKind};

use super::{Administration, Recorded, numbers, running, unavailable};
use crate::auth::User;
use crate::causes::failed;
use crate::reports::Reports;

impl Administration {
    /// The rules for exceptions of an ACD, also those that are off.
    pub fn exceptions(&self, reports: &Reports, acd: AcdNumber) -> Result<Vec<Exception>, ErrorBody> {
        Ok(rules(reports, acd)?.iter().map(Exception::from).collect())
    }

    /// Puts rules into force, for several things at once. Nothing is changed if any of them is wrong.
    pub fn set_exception(&self, reports: &Reports, user: &User, set: &SetException) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let wrong = |why: String| ErrorBody::new(ErrorCode::BadRequest, why);
        let keys = set.keys().map_err(wrong)?;
        let things: Vec<(NameKind, String)> = keys.iter().map(|key| named(key.scope)).collect();
        things.iter().try_for_each(|(kind, number)| numbers::check(source, *kind, number))?;
        let untold = numbers::untold(source, things.iter().map(|(kind, number)| (*kind, number.as_str())));
        let _changing = self.changing_acds()?;
        let known = rules(reports, set.acd)?;
        let before = |key: ExceptionKey| {
            let usual = ExceptionRule { key, threshold: 0, limit_secs: 0, on: key.kind.is_on_by_default() };
            known.iter().find(|rule| rule.key == key).copied().unwrap_or(usual)
        };
        let changes = keys.into_iter().map(|key| {
            let before = before(key);
            let threshold = set.threshold.unwrap_or(before.threshold);
            let limit_secs = set.limit_secs.unwrap_or(before.limit_secs);
            let rule = ExceptionRule { key, threshold, limit_secs, on: set.on };
            rule.fault().map_or(Ok((before, rule)), |fault| Err(wrong(fault)))
        });
        let changes = changes.collect::<Result<Vec<_>, ErrorBody>>()?;
        let (mut changed, mut recorded) = (Vec::new(), Recorded::default());
        for (before, rule) in changes.into_iter().filter(|(before, rule)| before != rule) {
            let configuration = Configuration::Exception { rule };
            let kept = source.files.administer(&configuration);
            kept.and_then(|()| source.orders.enter(&configuration)).map_err(unavailable)?;
            let what = format!("exception {} of {}{}", rule.key.kind.name(), rule.key.scope, reason_text(&rule));
            recorded = recorded.and(self.record(user, Some(set.acd), &what, rule_text(&before), rule_text(&rule)));
            changed.push(what);
        }
        let state = if set.on { "is on and checked from now on" } else { "is off; its limits are kept" };
        let text = match changed.len() {
            0 => format!("exception {} is so already", set.exception),
            1 => format!("{} {state}{untold}", changed[0]),
            _ => format!("exception {} {state} for {} things{untold}", set.exception, changed.len()),
        };
        Ok(recorded.told(Changed { changed: !changed.is_empty(), text }))
    }

    /// The agents who are traced.
    pub fn traces(&self, reports: &Reports, acd: AcdNumber) -> Result<Vec<String>, ErrorBody> {
        let known = reports.archive(acd)?.traces().map_err(|error| failed("reading the agent traces", &error))?;
        Ok(known.into_iter().filter(|(_, on)| *on).map(|(agent, _)| agent.to_string()).collect())
    }

    /// Turns the trace of an agent on or off.
    pub fn set_trace(&self, reports: &Reports, user: &User, set: &SetTrace) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let _changing = self.changing_acds()?;
        let word = |on| if on { "on" } else { "off" };
        let agent = set.agent;
        let before = self.traces(reports, set.acd)?.iter().any(|known| known == agent.as_str());
        if before == set.on {
            return Ok(Changed {
                changed: false,
                text: format!("the trace of agent {agent} is {} already", word(set.on)),
            });
        }
        let configuration = Configuration::Trace { agent, on: set.on };
        source
            .files
            .administer(&configuration)
            .and_then(|()| source.orders.enter(&configuration))
            .map_err(unavailable)?;
        let recorded = self.record(user, Some(set.acd), format!("trace of agent {agent}"), word(before), word(set.on));
        let text = match set.on {
            true => format!(
                "every change of agent {agent}'s state is recorded from now on; turn it on at the other server too, so that \
                 either one has it{}",
                numbers::untold(source, std::iter::once((NameKind::Agent, agent.as_str())))
            ),
            false => format!("agent {agent} is no longer traced; what was recorded stays"),
        };
        Ok(recorded.told(Changed { changed: true, text }))
    }
}

fn rules(reports: &Reports, acd: AcdNumber) -> Result<Vec<ExceptionRule>, ErrorBody> {
    reports.archive(acd)?.exception_rules().map_err(|error| failed("reading the rules for exceptions", &error))
}

/// What a scope names, and its number.
fn named(scope: ExceptionScope) -> (NameKind, String) {
    match scope {
        ExceptionScope::Agents(split) | ExceptionScope::Split(split) => (NameKind::Split, split.to_string()),
        ExceptionScope::Vdn(vdn) => (NameKind::Vdn, vdn.to_string()),
        ExceptionScope::Vector(vector) => (NameKind::Vector, vector.to_string()),
        ExceptionScope::TrunkGroup(group) => (NameKind::TrunkGroup, group.to_string()),
    }
}

fn reason_text(rule: &ExceptionRule) -> String {
    rule.key.reason.map_or_else(String::new, |reason| format!(" with reason {reason}"))
}

fn rule_text(rule: &ExceptionRule) -> String {
    let on = if rule.on { "on" } else { "off" };
    let limit = match rule.key.kind.counting().is_timed() {
        true => format!(", time limit {} s", rule.limit_secs),
        false => String::new(),
    };
    format!("{on}{limit}, threshold {}", rule.threshold)
}
