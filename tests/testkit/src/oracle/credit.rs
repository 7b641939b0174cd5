//! What finished parts and visits are worth. A part is finished when the agent's after-call work is; a visit when
//! the call has left the VDN and all parts in it are finished. Each counts wholly in the interval of that moment.

use std::collections::BTreeSet;

use model::event::{Entry, Priority};
use model::{CallProfile, Moment, WorkCode};

use super::Recount;
use super::book::Key;
use super::calls::{GaveUp, Outcome, Rings, Wait, split_key, vdn_key};
use super::desk::{Base, Part, Stage, Way};

/// A row at the moment when something is credited to it.
struct Credit<'a> {
    book: &'a mut super::Book,
    at: Moment,
    key: Key,
}

impl Credit<'_> {
    fn add(&mut self, item: &str, amount: u32) {
        self.book.add(self.at, &self.key, item, amount);
    }
}

pub(super) fn code_key(code: WorkCode) -> Key {
    ("hcwc", code.as_str().to_owned())
}

/// When a part was finished; `None` while it is not.
fn finished_at(part: &Part) -> Option<Moment> {
    matches!(part.stage(), Stage::Over | Stage::Done).then(|| part.since().0)
}

/// Seconds from when the call for one agent queued or rang, whichever was first, until it ceased to ring.
fn waited_secs(part: &Part) -> u32 {
    let Some((_, began_at, _)) = part.stages.first() else { return 0 };
    let rang = part.had(Stage::Ringing);
    let until = part.stages.get(usize::from(rang)).map_or(*began_at, |(_, at, _)| *at);
    let queued_at = part.wait.as_ref().map_or(*began_at, |wait| wait.since);
    until.since(queued_at.min(*began_at))
}

impl Recount {
    pub(super) fn credit_parts(&mut self) {
        let parts = std::mem::take(&mut self.parts);
        for part in &parts {
            let answered = part.had(Stage::Over);
            if let (Some(at), true) = (finished_at(part), answered) {
                if let Way::Skill(split) = part.way {
                    self.credit_split(split_key(split), at, part);
                } else if let (Some(split), None) = (part.counted_in, part.way.split()) {
                    credit_extension(&mut Credit { book: &mut self.book, at, key: split_key(split) }, part, false);
                }
                self.credit_agent(at, part);
                self.credit_codes(at, part);
            } else if finished_at(part).is_some() {
                self.credit_ring(part);
            }
        }
        self.parts = parts;
    }

    /// Each code as often as it was entered, and the times of the part once.
    fn credit_codes(&mut self, at: Moment, part: &Part) {
        let codes: BTreeSet<WorkCode> = part.deeds.codes.iter().map(|(_, code)| *code).collect();
        for code in codes {
            let times = part.deeds.codes.iter().filter(|(_, entered)| *entered == code).count();
            let mut row = Credit { book: &mut self.book, at, key: code_key(code) };
            row.add("ACDCALLS", times as u32);
            row.add("ACDTIME", part.secs(Stage::Talking));
            row.add("ACWTIME", part.secs(Stage::Acw));
        }
    }

    fn credit_split(&mut self, key: Key, at: Moment, part: &Part) {
        let profile = self.profile(&key, at);
        let unqueued = Wait {
            split: model::SplitId(0),
            priority: Priority::Medium,
            since: at,
            first: true,
            flowed: false,
            backup: true,
            for_one: false,
            rings: Rings::default(),
        };
        let answered_at = part.stages.iter().find(|(stage, ..)| *stage == Stage::Talking).map_or(at, |(_, at, _)| *at);
        let wait = part.wait.as_ref().unwrap_or(&unqueued);
        let secs = part.wait.as_ref().map_or(0, |wait| answered_at.since(wait.since));
        self.book.raise(at, &key, "MAXOCWTIME", secs.into());
        let mut row = Credit { book: &mut self.book, at, key };
        row.add("CALLSOFFERED", 1);
        row.add("INFLOWCALLS", u32::from(!wait.first) + u32::from(wait.flowed));
        row.add("RINGCALLS", wait.rings.calls);
        row.add("RINGTIME", wait.rings.secs);
        row.add("NOANSREDIR", wait.rings.redirected);
        if part.deeds.phantom {
            return credit_phantom(&mut row, part, secs + part.on_secs(), Some(&profile));
        }
        row.add("ACDCALLS", 1);
        row.add(&format!("ACDCALLS{}", profile.bin(secs) + 1), 1);
        row.add("ACCEPTABLE", u32::from(secs <= profile.service_level_secs));
        row.add("ANSTIME", secs);
        row.add("ACDTIME", part.secs(Stage::Talking));
        row.add("ACWTIME", part.secs(Stage::Acw));
        row.add("BACKUPCALLS", u32::from(wait.backup || part.reserve > 0));
        credit_reserve(&mut row, part.reserve);
        credit_placed(&mut row, part);
        let by_priority = match wait.priority {
            Priority::Low => "LOWCALLS",
            Priority::Medium => "MEDCALLS",
            Priority::High => "HIGHCALLS",
            Priority::Top => "TOPCALLS",
        };
        row.add(by_priority, u32::from(part.wait.is_some()));
        credit_deeds(&mut row, part);
    }

    fn agent_row(&mut self, at: Moment, part: &Part) -> Option<Credit<'_>> {
        let split = part.counted_with()?;
        let key = ("hagent", format!("{split},{},{}", part.agent, part.extension?));
        Some(Credit { book: &mut self.book, at, key })
    }

    fn credit_agent(&mut self, at: Moment, part: &Part) {
        let Some(mut row) = self.agent_row(at, part) else { return };
        let (talk, acw, held) = (part.secs(Stage::Talking), part.secs(Stage::Acw), part.secs(Stage::Held));
        let ring = part.secs(Stage::Ringing);
        let released = u32::from(part.deeds.released);
        if part.way.split().is_some() {
            row.add("RINGCALLS", u32::from(part.had(Stage::Ringing)));
            row.add("RINGTIME", ring);
            row.add("ANSRINGTIME", ring);
        }
        if part.deeds.phantom {
            return credit_phantom(&mut row, part, ring + part.on_secs(), None);
        }
        match part.way {
            Way::Skill(_) => {
                row.add("ACDCALLS", 1);
                row.add("ACDTIME", talk);
                row.add("ACWTIME", acw);
                row.add("ACD_RELEASE", released);
                credit_reserve(&mut row, part.reserve);
                credit_placed(&mut row, part);
            }
            Way::Direct(_) => {
                row.add("DA_ACDCALLS", 1);
                row.add("DA_ACDTIME", talk);
                row.add("DA_ACWTIME", acw);
                row.add("DA_ANSTIME", waited_secs(part));
                row.add("DA_RELEASE", released);
            }
            Way::In | Way::Out { .. } => credit_extension(&mut row, part, true),
        }
        row.add("HOLDACDTIME", if part.way.split().is_some() { held } else { 0 });
        credit_deeds(&mut row, part);
    }

    /// Ringing that the agent did not answer counts at once.
    fn credit_ring(&mut self, part: &Part) {
        let (at, secs, waited) = (part.since().0, part.secs(Stage::Ringing), waited_secs(part));
        let direct = matches!(part.way, Way::Direct(_));
        if part.way.split().is_none() {
            return;
        }
        let (abandoned, redirected) = (part.abandoned, part.redirected);
        let Some(mut row) = self.agent_row(at, part) else { return };
        row.add("RINGCALLS", 1);
        row.add("RINGTIME", secs);
        row.add("NOANSREDIR", u32::from(redirected));
        let (name, secs) = match (abandoned, direct) {
            (true, true) => ("DA_ABN", waited),
            (true, false) => ("ABN", secs),
            (false, true) => ("DA_OTHER", waited),
            (false, false) => return,
        };
        row.add(&format!("{name}CALLS"), 1);
        row.add(&format!("{name}TIME"), secs);
    }

    pub(super) fn credit_visits(&mut self) {
        for number in 0..self.visits.len() {
            let parts: Vec<Part> = self.parts.iter().filter(|part| part.visit == Some(number)).cloned().collect();
            let ended: Option<Vec<Moment>> = parts.iter().map(finished_at).collect();
            let left_at = self.visits[number].left_at;
            let at = left_at.zip(ended).map(|(left, ended)| ended.into_iter().fold(left, Moment::max));
            if let Some(at) = at {
                self.credit_visit(number, at, &parts);
            }
        }
    }

    fn credit_visit(&mut self, number: usize, at: Moment, parts: &[Part]) {
        let visit = self.visits[number].clone();
        let profile = self.profile(&vdn_key(visit.vdn), at);
        let (outcome, secs) = visit.outcome.unwrap_or((Outcome::Outflow { interflow: false }, 0));
        self.book.raise(at, &visit.key(), "MAXOCWTIME", secs.into());
        let mut row = Credit { book: &mut self.book, at, key: visit.key() };
        let acd = || parts.iter().filter(|part| part.way.split().is_some() && !part.deeds.phantom);
        let sum = |stage| acd().map(|part| part.secs(stage)).sum::<u32>();
        let real = || parts.iter().filter(|part| !part.deeds.phantom);
        let held: u32 = real().map(|part| part.secs(Stage::Held)).sum();
        row.add("INCALLS", 1);
        row.add("INTIME", secs + sum(Stage::Talking) + held);
        row.add("INFLOWCALLS", u32::from(visit.entry == Entry::Routed));
        row.add("RETURNCALLS", u32::from(visit.entry == Entry::Returned));
        row.add("ACDTIME", sum(Stage::Talking));
        row.add("ACWTIME", sum(Stage::Acw));
        row.add("HOLDTIME", held);
        row.add("HOLDACDTIME", sum(Stage::Held));
        row.add("HOLDCALLS", u32::from(real().any(|part| part.had(Stage::Held))));
        row.add("HOLDACDCALLS", u32::from(acd().any(|part| part.had(Stage::Held))));
        row.add("HOLDABNCALLS", u32::from(real().any(|part| part.deeds.hold_abandoned)));
        row.add("TRANSFERRED", real().map(|part| part.deeds.transfers).sum());
        row.add("RINGCALLS", visit.rings.calls);
        row.add("RINGTIME", visit.rings.secs);
        row.add("NOANSREDIR", visit.rings.redirected);
        let others = parts.iter().filter(|part| part.way.split().is_none());
        let elsewhere = visit.connected_at.zip(visit.left_at).map_or(0, |(from, to)| to.since(from));
        row.add("CONNTALKTIME", elsewhere + others.map(|part| part.secs(Stage::Talking)).sum::<u32>());
        if let Outcome::Answered { .. } = outcome {
            credit_reserve(&mut row, visit.reserve);
        }
        credit_outcome(&mut row, (outcome, visit.reserve), secs, &profile);
    }
}

fn credit_outcome(row: &mut Credit<'_>, (outcome, reserve): (Outcome, u8), secs: u32, profile: &CallProfile) {
    let (bin, in_time) = (profile.bin(secs) + 1, u32::from(secs <= profile.service_level_secs));
    let other = !matches!(outcome, Outcome::Answered { .. } | Outcome::Abandoned(_));
    row.add("OTHERCALLS", u32::from(other));
    row.add("OTHERTIME", if other { secs } else { 0 });
    let (calls, time) = match outcome {
        Outcome::Answered { .. } => ("ACDCALLS", "ANSTIME"),
        Outcome::Abandoned(_) => ("ABNCALLS", "ABNTIME"),
        Outcome::Connected => ("CONNECTCALLS", "CONNECTTIME"),
        Outcome::Busy => ("BUSYCALLS", "BUSYTIME"),
        Outcome::Disconnected { .. } => ("DISCCALLS", "DISCTIME"),
        Outcome::Outflow { .. } => ("OUTFLOWCALLS", "OUTFLOWTIME"),
    };
    row.add(calls, 1);
    row.add(time, secs);
    match outcome {
        Outcome::Answered { backup } => row.add("BACKUPCALLS", u32::from(backup || reserve > 0)),
        Outcome::Abandoned(gave_up) => {
            row.add(&format!("ABNCALLS{bin}"), 1);
            row.add("SLVLABNS", in_time);
            row.add("PHANTOMABNS", u32::from(gave_up == GaveUp::Phantom));
            row.add("ABNQUECALLS", u32::from(gave_up == GaveUp::InQueue));
            row.add("ABNRINGCALLS", u32::from(gave_up == GaveUp::Ringing));
        }
        Outcome::Disconnected { timer } => row.add("VDISCCALLS", u32::from(timer)),
        Outcome::Outflow { interflow } => {
            row.add("INTERFLOWCALLS", u32::from(interflow));
            row.add("SLVLOUTFLOWS", in_time);
        }
        Outcome::Connected | Outcome::Busy => {}
    }
    if matches!(outcome, Outcome::Answered { .. } | Outcome::Connected) {
        row.add(&format!("ANSCONNCALLS{bin}"), 1);
        row.add("ACCEPTABLE", in_time);
    }
}

/// An answer that was none: the whole time was the caller's wait. A split judges it, too.
fn credit_phantom(row: &mut Credit<'_>, part: &Part, secs: u32, profile: Option<&CallProfile>) {
    row.add("PHANTOMABNS", 1);
    row.add("ABNCALLS", 1);
    row.add("ABNTIME", secs);
    if let Some(profile) = profile {
        row.add(&format!("ABNCALLS{}", profile.bin(secs) + 1), 1);
        row.add("SLVLABNS", u32::from(secs <= profile.service_level_secs));
        row.add("O_ABNCALLS", u32::from(part.placed));
    }
}

fn credit_reserve(row: &mut Credit<'_>, level: u8) {
    if level > 0 {
        row.add(&format!("ACDCALLS_R{level}"), 1);
    }
}

/// Calls that an adjunct placed count twice: among all, and for themselves.
fn credit_placed(row: &mut Credit<'_>, part: &Part) {
    if part.placed {
        row.add("O_ACDCALLS", 1);
        row.add("O_ACDTIME", part.secs(Stage::Talking));
        row.add("O_ACWTIME", part.secs(Stage::Acw));
    }
}

fn credit_deeds(row: &mut Credit<'_>, part: &Part) {
    row.add("HOLDCALLS", u32::from(part.had(Stage::Held)));
    row.add("HOLDTIME", part.secs(Stage::Held));
    row.add("HOLDABNCALLS", u32::from(part.deeds.hold_abandoned));
    row.add("TRANSFERRED", part.deeds.transfers);
    row.add("CONFERENCE", part.deeds.conferences);
    row.add("ASSISTS", part.deeds.assists);
    for button in &part.deeds.strokes {
        row.add(&format!("EVENT{button}"), 1);
    }
}

/// Extension calls; `agent`: in the agent's own row, which tells a little more than the split's.
fn credit_extension(row: &mut Credit<'_>, part: &Part, agent: bool) {
    let secs = part.secs(Stage::Talking);
    let (in_acw, direct) = match part.base {
        Base::Acw { direct, .. } => (true, direct),
        Base::Aux | Base::Holding(_) => (false, false),
    };
    let name = if in_acw { "ACW" } else { "AUX" };
    let Way::Out { off, adjunct } = part.way else {
        row.add(&format!("{name}INCALLS"), 1);
        row.add(&format!("{name}INTIME"), secs);
        if direct {
            row.add("DA_ACWINCALLS", 1);
            row.add("DA_ACWINTIME", secs);
        }
        return;
    };
    row.add(&format!("{name}OUTCALLS"), 1);
    row.add(&format!("{name}OUTTIME"), secs);
    row.add(&format!("{name}OUTADJCALLS"), u32::from(adjunct));
    row.add("ACDAUXOUTCALLS", u32::from(matches!(part.base, Base::Holding(_))));
    if off {
        row.add(&format!("{name}OUTOFFCALLS"), 1);
        row.add(&format!("{name}OUTOFFTIME"), secs);
    }
    if direct {
        row.add("DA_ACWOCALLS", 1);
        row.add("DA_ACWOTIME", secs);
        if agent {
            row.add("DA_ACWOADJCALLS", u32::from(adjunct));
            row.add("DA_ACWOOFFCALLS", u32::from(off));
            row.add("DA_ACWOOFFTIME", if off { secs } else { 0 });
        }
    }
}
