//! A story is one line per event, `TIME WHO does what`, on one day of an ACD that keeps UTC and half-hour intervals:
//!
//! ```text
//! 09:00:00 agent 1001 logs in 1 2/3      splits, with levels after a slash
//! 09:00:00 agent 1001 avail              or: aux 3, acw, acw 7 (of call 7), unknown; `in 2` at the end for one skill
//! 09:01:00 call 7 queues 1 high
//! 09:01:10 call 7 rings 1001 for 1       or: direct 1, personal; the same after `answered`
//! trace 1001 on                          on the whole line after the time, like `rule`
//! profile of split 1 20 5 10             service level and increments, or `removed`
//! rule split 1 time-in-queue limit 60 over 2     or: agent 1 …, vdn, vector, trunk-group; `reason 5`, `off`
//! ```
//!
//! The interval rows that must come of it are written `09:00 hsplit 1: ITEM=VALUE …`: the items named must have these
//! values, and `only` as the first word says that all others, but the profile, must be zero.
//!
//! The records are written `7.1: ITEM=VALUE …`, call and segment first, one line for each record in their order;
//! `ITEM=` says that it must be blank.

use std::sync::Arc;

use catalog::{IntervalRows, LinkRow, LoginRow, Record, Value, table};
use chrono_tz::Tz;
use model::event::{
    AgentAct, CallAct, CallIdentity, CallStage, Configuration, Delivery, Direction, Entity, Entry, LinkReason, Party,
    Priority, Skill, Skills, WorkMode,
};
use model::{
    AcdNumber, AuxReason, Calendar, CallId, CallProfile, CollectedDigits, EqLoc, Event, EventBody, ExceptionElement,
    ExceptionKey, ExceptionKind, ExceptionRule, ExceptionScope, Extension, IntervalMinutes, LineKind, LoginId,
    LogoutReason, Moment, PhoneNumber, SplitId, TrunkGroupId, Ucid, UserToUser, VdnId, VectorId, WorkCode,
};

use crate::{Anomaly, Collector, Effect, Settings};

/// Midnight of the day all stories play on.
pub(super) const DAY: i64 = 1_795_392_000;

pub(super) fn settings() -> Settings {
    Settings::new(AcdNumber(1), Calendar { zone: Tz::UTC, interval: IntervalMinutes::Half })
}

/// What a story left behind.
pub(super) struct Told {
    pub collector: Collector,
    pub intervals: Vec<IntervalRows>,
    pub logins: Vec<LoginRow>,
    pub links: Vec<LinkRow>,
    pub records: Vec<(u64, Record)>,
    pub anomalies: Vec<Anomaly>,
    pub calendars: Vec<Calendar>,
}

/// Tells a story, checks the rows expected of it, and that nothing in it was impossible.
pub(super) fn check(story: &str, expected: &str) -> Told {
    let told = tell(story);
    assert!(told.anomalies.is_empty(), "nothing in the story should be impossible: {:?}", told.anomalies);
    told.expect(expected);
    told
}

pub(super) fn tell(story: &str) -> Told {
    tell_with(settings(), story)
}

pub(super) fn tell_with(settings: Settings, story: &str) -> Told {
    let mut told = Told {
        collector: Collector::new(settings),
        intervals: Vec::new(),
        logins: Vec::new(),
        links: Vec::new(),
        records: Vec::new(),
        anomalies: Vec::new(),
        calendars: Vec::new(),
    };
    told.go_on(story);
    told
}

impl Told {
    /// Tells more of the story.
    pub(super) fn go_on(&mut self, story: &str) {
        let mut effects = Vec::new();
        for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.collector.apply(&event(line), &mut effects);
        }
        for effect in effects {
            match effect {
                Effect::IntervalClosed(rows) => self.intervals.push(Arc::unwrap_or_clone(rows)),
                Effect::Login(row) => self.logins.push(row),
                Effect::Link(row) => self.links.push(row),
                Effect::Record { number, record } => self.records.push((number, record)),
                Effect::Anomaly(anomaly) => self.anomalies.push(anomaly),
                Effect::Calendar(calendar) => self.calendars.push(calendar),
            }
        }
    }

    /// Checks expected rows, one a line.
    pub(super) fn expect(&self, expected: &str) {
        for line in expected.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (row, items) = line.split_once(": ").unwrap_or_else(|| panic!("no colon in {line:?}"));
            let mut words = row.split(' ');
            let (time, table, key) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            let actual = self.items(time, table, key);
            let only = items.starts_with("only ");
            let wanted: Vec<(&str, u32)> = items
                .trim_start_matches("only ")
                .split_whitespace()
                .map(|item| item.split_once('=').map(|(name, value)| (name, value.parse().unwrap())).unwrap())
                .collect();
            for (name, value) in &wanted {
                let found = actual.iter().find(|(item, _)| item == name).map_or(0, |(_, value)| *value);
                assert_eq!(found, *value, "{name} of {row}; the row is {actual:?}");
            }
            if only {
                let is_profile = |item: &str| item.starts_with("PERIOD") || item == "SERVICELEVEL";
                let more: Vec<_> = actual
                    .iter()
                    .filter(|(item, _)| !is_profile(item) && !wanted.iter().any(|(name, _)| item == name))
                    .collect();
                assert!(more.is_empty(), "{row} has more than expected: {more:?}");
            }
        }
    }

    /// Checks the call records: each line is one of them, and there are no others.
    pub(super) fn expect_records(&self, expected: &str) {
        let lines: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let calls: Vec<_> = self.records.iter().filter(|(_, record)| matches!(record, Record::Call(_))).collect();
        let named = |item: &str, values: &[Value]| {
            let position = table("call_rec").unwrap().position(item).unwrap_or_else(|| panic!("no item {item}"));
            match &values[position] {
                Value::Blank => String::new(),
                Value::Text(text) => text.to_string(),
                Value::Int(number) => number.to_string(),
                other => format!("{other:?}"),
            }
        };
        let rows: Vec<_> =
            calls.iter().map(|(number, record)| record.values(settings().acd, *number, &settings().calendar)).collect();
        let found: Vec<_> =
            rows.iter().map(|values| format!("{}.{}", named("CALLID", values), named("SEGMENT", values))).collect();
        let wanted: Vec<_> = lines.iter().map(|line| line.split_once(':').expect("a colon").0).collect();
        assert_eq!(found, wanted, "{calls:?}");
        for (line, values) in lines.iter().zip(&rows) {
            let (record, items) = line.split_once(':').expect("a colon");
            for (item, value) in items.split_whitespace().map(|item| item.split_once('=').expect("an item")) {
                let value = if value.contains(':') { moment(value).0.to_string() } else { value.to_owned() };
                assert_eq!(named(item, values), value, "{item} of {record} in {calls:?}");
            }
        }
    }

    /// The items of a row that are not zero; empty if there is no such row.
    fn items(&self, time: &str, table: &str, key: &str) -> Vec<(String, u32)> {
        let start = moment(&format!("{time}:00"));
        let mut items = Vec::new();
        for rows in self.intervals.iter().filter(|rows| rows.interval.start == start) {
            rows.for_each(|row| {
                if row.table.name == table && row.key.join(",") == key {
                    let named = row.table.values().iter().zip(row.values);
                    items.extend(
                        named.filter(|(_, value)| **value != 0).map(|(item, value)| (item.name.clone(), *value)),
                    );
                }
            });
        }
        items
    }
}

/// The time of day of a moment of the day.
pub(super) fn time(at: Moment) -> String {
    let secs = at.0 - DAY;
    format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}

pub(super) fn moment(time: &str) -> Moment {
    let parts: Vec<i64> = time.split(':').map(|part| part.parse().unwrap()).collect();
    Moment(DAY + parts[0] * 3600 + parts[1] * 60 + parts[2])
}

pub(super) fn event(line: &str) -> Event {
    let line = line.split_once("  ").map_or(line, |(line, _)| line);
    let words: Vec<&str> = line.split(' ').collect();
    Event { at: moment(words[0]), body: body(&words[1..]).unwrap_or_else(|| panic!("cannot read {line:?}")) }
}

fn body(words: &[&str]) -> Option<EventBody> {
    Some(match words {
        ["heartbeat"] => EventBody::Heartbeat,
        ["link", "down"] => EventBody::LinkDown { reason: LinkReason::SessionDown },
        ["pump-up", "begins"] => EventBody::PumpUpBegan,
        ["pump-up", "ends"] => EventBody::PumpUpEnded,
        ["clock", "was", before] => EventBody::ClockChanged { before: moment(before) },
        ["trunk", trunk, "busy"] => EventBody::TrunkMaintenance { trunk: EqLoc::new(trunk).ok()?, busy: true },
        ["trunk", trunk, "back"] => EventBody::TrunkMaintenance { trunk: EqLoc::new(trunk).ok()?, busy: false },
        ["trace", agent, on] => {
            let trace = Configuration::Trace { agent: LoginId::new(agent).ok()?, on: *on == "on" };
            EventBody::Configured(Box::new(trace))
        }
        ["rule", element, number, kind, rest @ ..] => {
            EventBody::Configured(Box::new(Configuration::Exception { rule: rule(element, number, kind, rest)? }))
        }
        ["profile", "of", of, number, rest @ ..] => EventBody::Configured(Box::new(profile(of, number, rest)?)),
        ["there", "is", "no", rest @ ..] => EventBody::Removed(entity(rest)?),
        ["there", "is", rest @ ..] => EventBody::Configured(Box::new(configuration(rest)?)),
        ["agent", agent, act @ ..] => {
            EventBody::Agent { agent: LoginId::new(agent).ok()?, act: agent_act(agent, act)? }
        }
        ["call", call, act @ ..] => EventBody::Call { call: CallId(call.parse().ok()?), act: call_act(act)? },
        _ => return None,
    })
}

fn profile(of: &str, number: &str, words: &[&str]) -> Option<Configuration> {
    let profile = match words {
        ["removed"] => None,
        [level, increments @ ..] => {
            let increments: Option<Vec<u32>> = increments.iter().map(|secs| secs.parse().ok()).collect();
            Some(CallProfile::checked(level.parse().ok()?, &increments?).ok()?)
        }
        [] => return None,
    };
    Some(match (of, profile) {
        ("split", Some(profile)) => Configuration::SplitProfile { split: number.parse().ok()?, profile },
        ("split", None) => Configuration::SplitProfileRemoved { split: number.parse().ok()? },
        ("vdn", Some(profile)) => Configuration::VdnProfile { vdn: number.parse().ok()?, profile },
        ("vdn", None) => Configuration::VdnProfileRemoved { vdn: number.parse().ok()? },
        _ => return None,
    })
}

fn configuration(words: &[&str]) -> Option<Configuration> {
    Some(match words {
        ["split", split, name] => {
            Configuration::Split { split: SplitId(split.parse().ok()?), name: (*name).into(), service_level_secs: None }
        }
        ["split", split, name, "level", secs] => Configuration::Split {
            split: SplitId(split.parse().ok()?),
            name: (*name).into(),
            service_level_secs: Some(secs.parse().ok()?),
        },
        ["vdn", vdn, name, "vector", vector, "level", secs] => Configuration::Vdn {
            vdn: VdnId::new(vdn).ok()?,
            name: (*name).into(),
            vector: Some(VectorId(vector.parse().ok()?)),
            service_level_secs: Some(secs.parse().ok()?),
        },
        ["vdn", vdn, name, "vector", vector] => Configuration::Vdn {
            vdn: VdnId::new(vdn).ok()?,
            name: (*name).into(),
            vector: Some(VectorId(vector.parse().ok()?)),
            service_level_secs: None,
        },
        ["trunk", trunk, "of", group] => {
            Configuration::Trunk { trunk: EqLoc::new(trunk).ok()?, group: TrunkGroupId(group.parse().ok()?) }
        }
        ["aux", "reason", reason, name] => {
            Configuration::AuxReason { reason: AuxReason(reason.parse().ok()?), name: (*name).into() }
        }
        ["logout", "reason", reason, name] => {
            Configuration::LogoutReason { reason: LogoutReason(reason.parse().ok()?), name: (*name).into() }
        }
        ["work", "code", code, name] => {
            Configuration::WorkCode { code: WorkCode::new(code).ok()?, name: (*name).into() }
        }
        ["interval", minutes] => {
            Configuration::Interval { minutes: IntervalMinutes::try_from(minutes.parse::<u8>().ok()?).ok()? }
        }
        ["zone", zone] => Configuration::Zone { zone: zone.parse().ok()? },
        ["phantom", "limit", secs] => Configuration::PhantomLimit { secs: secs.parse().ok()? },
        _ => return None,
    })
}

fn entity(words: &[&str]) -> Option<Entity> {
    Some(match words {
        ["split", split] => Entity::Split(split.parse().ok()?),
        ["vdn", vdn] => Entity::Vdn(vdn.parse().ok()?),
        ["trunk", trunk] => Entity::Trunk(trunk.parse().ok()?),
        ["aux", "reason", reason] => Entity::AuxReason(reason.parse().ok()?),
        ["work", "code", code] => Entity::WorkCode(code.parse().ok()?),
        _ => return None,
    })
}

fn rule(element: &str, number: &str, kind: &str, words: &[&str]) -> Option<ExceptionRule> {
    let element: ExceptionElement = element.parse().ok()?;
    let kind = ExceptionKind::parse(element, kind).ok()?;
    let key = ExceptionKey { scope: ExceptionScope::parse(element, number).ok()?, kind, reason: None };
    let mut rule = ExceptionRule { key, threshold: 0, limit_secs: 0, on: true };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "limit" => rule.limit_secs = words.next()?.parse().ok()?,
            "over" => rule.threshold = words.next()?.parse().ok()?,
            "reason" => rule.key.reason = Some(AuxReason(words.next()?.parse().ok()?)),
            "off" => rule.on = false,
            _ => return None,
        }
    }
    Some(rule)
}

/// `1`, `1/2` with a level, `1/2/1` with a reserve level too, `1/2/1/80` with a percentage.
fn skills(words: &[&str]) -> Option<Skills> {
    let skill = |word: &&str| {
        let mut parts = word.split('/');
        let (split, level, reserve) = (parts.next()?, parts.next().unwrap_or("1"), parts.next().unwrap_or("0"));
        let skill = Skill::new(SplitId(split.parse().ok()?), level.parse().ok()?);
        let percent = parts.next().map_or(Some(skill.percent), |percent| percent.parse().ok())?;
        Some(Skill { reserve: reserve.parse().ok()?, percent, ..skill })
    };
    words.iter().map(skill).collect()
}

/// Agents sit at the extension with their number less 1000.
fn extension(agent: &str) -> Option<Extension> {
    Extension::new(&(agent.parse::<u32>().ok()? - 1000).to_string()).ok()
}

fn work_mode(words: &[&str]) -> Option<WorkMode> {
    Some(match words {
        ["avail"] => WorkMode::Available,
        ["aux", reason] => WorkMode::Aux(AuxReason(reason.parse().ok()?)),
        ["acw"] => WorkMode::Acw(None),
        ["acw", call] => WorkMode::Acw(Some(CallId(call.parse().ok()?))),
        ["unknown"] => WorkMode::Unknown,
        _ => return None,
    })
}

fn agent_act(agent: &str, words: &[&str]) -> Option<AgentAct> {
    Some(match words {
        ["logs", "in", rest @ ..] => AgentAct::LoggedIn { extension: extension(agent)?, skills: skills(rest)? },
        ["logs", "out"] => AgentAct::LoggedOut { reason: None },
        ["logs", "out", reason] => AgentAct::LoggedOut { reason: Some(LogoutReason(reason.parse().ok()?)) },
        ["has", rest @ ..] => AgentAct::SkillsChanged { skills: skills(rest)? },
        ["seen", "in", split, "since", since, mode @ ..] => AgentAct::Seen {
            extension: extension(agent)?,
            skills: skills(&[split])?,
            since: Some(moment(since)),
            mode: work_mode(mode)?,
        },
        ["seen", "in", split, mode @ ..] => AgentAct::Seen {
            extension: extension(agent)?,
            skills: skills(&[split])?,
            since: None,
            mode: work_mode(mode)?,
        },
        [mode @ .., "in", split] => {
            AgentAct::Mode { split: Some(SplitId(split.parse().ok()?)), mode: work_mode(mode)? }
        }
        mode => AgentAct::Mode { split: None, mode: work_mode(mode)? },
    })
}

fn delivery(words: &[&str]) -> Option<Delivery> {
    Some(match words {
        ["for", split] => Delivery::Skill(SplitId(split.parse().ok()?)),
        ["direct", split] => Delivery::DirectAgent(SplitId(split.parse().ok()?)),
        ["personal"] => Delivery::Extension,
        _ => return None,
    })
}

fn priority(word: &str) -> Option<Priority> {
    Some(match word {
        "low" => Priority::Low,
        "medium" => Priority::Medium,
        "high" => Priority::High,
        "top" => Priority::Top,
        _ => return None,
    })
}

fn party(word: &str) -> Option<Party> {
    Some(match word {
        "caller" => Party::Caller,
        "agent" => Party::Agent,
        "switch" => Party::Switch,
        _ => return None,
    })
}

fn entry(words: &[&str]) -> Option<Entry> {
    Some(match words {
        [] => Entry::First,
        ["routed"] => Entry::Routed,
        ["returned"] => Entry::Returned,
        _ => return None,
    })
}

fn call_act(words: &[&str]) -> Option<CallAct> {
    let agent = |id: &str| LoginId::new(id).ok();
    let call = |id: &str| id.parse().ok().map(CallId);
    let direction = |way: &str| Some(if way == "in" { Direction::In } else { Direction::Out });
    Some(match words {
        ["trunk", trunk, "of", group, way] => CallAct::TrunkSeized {
            trunk: Some(EqLoc::new(trunk).ok()?),
            group: TrunkGroupId(group.parse().ok()?),
            direction: direction(way)?,
        },
        ["vdn", vdn, how @ ..] => CallAct::VdnEntered { vdn: VdnId::new(vdn).ok()?, entry: entry(how)? },
        ["vector", vector, how @ ..] => {
            CallAct::VectorEntered { vector: VectorId(vector.parse().ok()?), entry: entry(how)? }
        }
        ["queues", split] => CallAct::Queued { split: SplitId(split.parse().ok()?), priority: Priority::Medium },
        ["queues", split, word] => CallAct::Queued { split: SplitId(split.parse().ok()?), priority: priority(word)? },
        ["leaves", "queue", split] => CallAct::QueueLeft { split: SplitId(split.parse().ok()?) },
        ["rings", who, how @ ..] => CallAct::Ringing { agent: agent(who)?, delivery: delivery(how)? },
        ["answered", who, how @ ..] => CallAct::Answered { agent: agent(who)?, delivery: delivery(how)? },
        ["redirected", who] => CallAct::Redirected { agent: agent(who)? },
        ["stops", "ringing", who] => CallAct::RingStopped { agent: agent(who)? },
        ["held", who] => CallAct::Held { agent: agent(who)? },
        ["retrieved", who] => CallAct::Retrieved { agent: agent(who)? },
        ["transferred", who] => CallAct::Transferred { agent: agent(who)?, to: None },
        ["transferred", who, "to", other] => CallAct::Transferred { agent: agent(who)?, to: call(other) },
        ["conferenced", who] => CallAct::Conferenced { agent: agent(who)?, with: None },
        ["conferenced", who, "with", other] => CallAct::Conferenced { agent: agent(who)?, with: call(other) },
        ["left", "by", who] => CallAct::AgentLeft { agent: agent(who)? },
        ["abandoned"] => CallAct::Abandoned,
        ["busy"] => CallAct::ForcedBusy,
        ["disconnected"] => CallAct::ForcedDisconnect { vdn_timer: false },
        ["disconnected", "by", "timer"] => CallAct::ForcedDisconnect { vdn_timer: true },
        ["flows", "out"] => CallAct::Outflowed { interflow: false },
        ["flows", "off"] => CallAct::Outflowed { interflow: true },
        ["connected", station] => CallAct::Connected { extension: Extension::new(station).ok()? },
        ["dialed", who] => CallAct::Dialed { agent: agent(who)?, off_switch: false, adjunct: false },
        ["dialed", who, "off"] => CallAct::Dialed { agent: agent(who)?, off_switch: true, adjunct: false },
        ["far", "end", "answers"] => CallAct::FarEndAnswered,
        ["code", code, who] => CallAct::WorkCodeEntered { agent: agent(who)?, code: WorkCode::new(code).ok()? },
        ["stroke", button, who] => CallAct::StrokeCount { agent: agent(who)?, button: button.parse().ok()? },
        ["assist", who] => CallAct::Assist { agent: agent(who)? },
        ["audio", who] => CallAct::AudioDifficulty { agent: agent(who)? },
        ["malicious", who] => CallAct::MaliciousTrace { agent: agent(who)? },
        ["digits", number, who] => CallAct::DigitsDialed { agent: agent(who)?, digits: PhoneNumber::new(number).ok()? },
        ["identified", rest @ ..] => CallAct::Identified { identity: identity(rest)?.into() },
        ["ended", by] => CallAct::Ended { by: party(by)? },
        ["seen", "since", since, stage @ ..] => CallAct::Seen { since: moment(since), stage: call_stage(stage)? },
        _ => return None,
    })
}

/// `from 5551 line 27 to 7000 entered 42 ucid 00001000021795395600 uui hello`, any of it.
fn identity(words: &[&str]) -> Option<CallIdentity> {
    let mut identity = CallIdentity::default();
    for pair in words.chunks(2) {
        match pair {
            ["from", number] => identity.calling_party = Some(PhoneNumber::new(number).ok()?),
            ["line", kind] => identity.line_kind = Some(LineKind(kind.parse().ok()?)),
            ["to", number] => identity.dialed_number = Some(PhoneNumber::new(number).ok()?),
            ["entered", digits] => identity.collected_digits = Some(CollectedDigits::new(digits).ok()?),
            ["ucid", ucid] => identity.ucid = Some(Ucid::new(ucid).ok()?),
            ["uui", text] => identity.user_to_user = Some(UserToUser::new(text).ok()?),
            _ => return None,
        }
    }
    Some(identity)
}

fn call_stage(words: &[&str]) -> Option<CallStage> {
    Some(match words {
        ["waiting", split] => {
            CallStage::Waiting { split: SplitId(split.parse().ok()?), vdn: None, priority: Priority::Medium }
        }
        ["ringing", who, how @ ..] => CallStage::Ringing { agent: LoginId::new(who).ok()?, delivery: delivery(how)? },
        ["talking", who, how @ ..] => CallStage::Talking { agent: LoginId::new(who).ok()?, delivery: delivery(how)? },
        _ => return None,
    })
}
