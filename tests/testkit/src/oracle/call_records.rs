//! The records of calls and of malicious-call traces, item by item in the words of the catalogue, and how they are held
//! against those of the collector.

use std::collections::BTreeMap;

use catalog::{Record, Value};
use model::event::Priority;
use model::{AcdNumber, Calendar, CallId, Moment, WorkCode};

use super::Recount;
use super::desk::{Part, Stage};
use super::segments::{Cut, Segment, Span, cut};
use super::tales::Line;

/// Most differences told.
const TOLD_MAX: usize = 40;

/// One record: its items but for its number. An item that is not there is blank.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row(BTreeMap<String, Value>);

/// Recounted records.
#[derive(Default)]
pub(super) struct Rows {
    /// By call, segment and end.
    calls: BTreeMap<(CallId, i64), (Moment, Row)>,
    malicious: Vec<(Moment, Row)>,
}

impl Row {
    pub fn number(&mut self, item: &str, value: impl Into<i64>) {
        self.0.insert(item.to_owned(), Value::Int(value.into()));
    }

    pub fn text(&mut self, item: &str, value: &str) {
        if !value.is_empty() {
            self.0.insert(item.to_owned(), Value::text(value));
        }
    }

    /// Local date and time of day as the tables write them.
    pub fn face(&mut self, calendar: &Calendar, at: Moment) {
        let local = calendar.local(at);
        let number = |format: &str| local.format(format).to_string().parse::<i64>().expect("digits");
        self.number("ROW_DATE", number("%Y%m%d"));
        self.number("ROW_TIME", number("%H%M"));
    }

    /// A record of the collector's without its number.
    pub fn of(record: &Record, number: u64, calendar: &Calendar) -> Row {
        let values = record.values(AcdNumber(1), number, calendar);
        let items = record.table().items().iter().map(|item| item.name.clone()).zip(values);
        let kept =
            |(item, value): &(String, Value)| *value != Value::Blank && !["SEQNUM", "SEQNO"].contains(&item.as_str());
        Row(items.filter(kept).collect())
    }

    /// What is different in another row, in words.
    fn differences(&self, told: &Row) -> Vec<String> {
        let mut items: Vec<&String> = self.0.keys().chain(told.0.keys()).collect();
        items.sort();
        items.dedup();
        let of = |row: &Row, item: &String| row.0.get(item).cloned().unwrap_or(Value::Blank);
        let differs = items.into_iter().filter(|item| of(self, item) != of(told, item));
        differs.map(|item| format!("{item} told {:?}, recounted {:?}", of(told, item), of(self, item))).collect()
    }
}

impl Recount {
    /// The records of all calls that are over, and of all requests to trace a caller.
    pub(super) fn write_rows(&self) -> Rows {
        let cut = cut(&self.tales, &self.parts, &self.told, self.now);
        let mut rows = Rows::default();
        let mut families: BTreeMap<usize, Vec<&Segment>> = BTreeMap::new();
        for segment in &cut.segments {
            families.entry(cut.survivor(segment.tale)).or_default().push(segment);
        }
        for (survivor, mut segments) in families {
            let Some(over_at) = self.tales[survivor].over_at else { continue };
            segments.sort_by_key(|segment| (segment.began_at, self.tales[segment.tale].call));
            let call = self.tales[segments[0].tale].call;
            let Some(ended_at) = self.all_over(&segments, over_at) else { continue };
            for (number, segment) in (1i64..).zip(segments) {
                let mut row = self.row(&cut, segment, over_at);
                row.number("CALLID", call.0 as i64);
                row.number("SEGMENT", number);
                self.when(&mut row, segment.began_at, ended_at);
                rows.calls.insert((call, number), (ended_at, row));
            }
        }
        rows.malicious = cut.malicious.iter().map(|asked| (asked.0, self.malicious_row(&cut, asked))).collect();
        rows
    }

    /// When nobody had anything to do with the segments any more; `None` while somebody has.
    fn all_over(&self, segments: &[&Segment], over_at: Moment) -> Option<Moment> {
        let parts = segments.iter().flat_map(|segment| shares(segment));
        let ends = parts.map(|number| {
            let part = &self.parts[number];
            matches!(part.stage(), Stage::Over | Stage::Done).then(|| part.since().0)
        });
        ends.collect::<Option<Vec<Moment>>>().map(|ends| ends.into_iter().fold(over_at, Moment::max))
    }

    fn when(&self, row: &mut Row, began_at: Moment, ended_at: Moment) {
        let calendar = &self.rules.calendar;
        let local = |at: Moment| calendar.local(at).and_utc().timestamp();
        row.face(calendar, ended_at);
        row.number("SEGSTART", local(began_at));
        row.number("SEGSTART_UTC", began_at.0);
        row.number("SEGSTOP", local(ended_at));
        row.number("SEGSTOP_UTC", ended_at.0);
        row.number("UTC_TIMEZONE", (local(began_at) - began_at.0) / 60);
    }

    fn row(&self, cut: &Cut<'_>, segment: &Segment, over_at: Moment) -> Row {
        let mut row = Row::default();
        row.number("ACD", 1);
        row.number("DURATION", over_at.since(segment.began_at));
        let answered = segment.end.as_ref().and_then(|end| end.part).map(|part| &self.parts[part]);
        let phantom = answered.filter(|part| part.deeds.phantom);
        waits(&mut row, cut, segment, over_at, phantom.map_or(0, Part::on_secs));
        disposition(&mut row, segment, phantom.is_some());
        way(&mut row, segment);
        identity(&mut row, segment);
        self.add_shares(&mut row, segment);
        row
    }

    fn add_shares(&self, row: &mut Row, segment: &Segment) {
        let answered = segment.end.as_ref().and_then(|end| end.part).map(|part| &self.parts[part]);
        let made = segment.maker.as_ref().and_then(|maker| maker.part).map(|part| &self.parts[part]);
        let secs = |part: Option<&Part>, stage| part.map_or(0, |part| part.secs(stage));
        let really = answered.filter(|part| !part.deeds.phantom);
        row.number("TALKTIME", secs(really, Stage::Talking));
        row.number("ANSHOLDTIME", secs(really, Stage::Held));
        row.number("ACWTIME", secs(answered, Stage::Acw));
        row.number("CONSULTTIME", secs(made, Stage::Talking));
        row.number("ORIGHOLDTIME", secs(made, Stage::Held));
        let mine = |is: fn(&Part) -> bool| i64::from(answered.is_some_and(is));
        row.number("AGT_RELEASED", mine(|part| part.deeds.released));
        row.number("HOLDABN", mine(|part| part.deeds.hold_abandoned));
        let times_held = |part: &Part| part.stages.iter().filter(|(stage, ..)| *stage == Stage::Held).count();
        row.number("HELD", answered.map_or(0, times_held) as i64);
        let both = || answered.into_iter().chain(made);
        let one = |is: fn(&Part) -> bool| i64::from(both().any(is));
        row.number("ASSIST", one(|part| part.deeds.assists > 0));
        row.number("AUDIO", one(|part| part.deeds.audio));
        row.number("CONFERENCE", one(|part| part.deeds.conferences > 0));
        row.number("TRANSFERRED", one(|part| part.deeds.transfers > 0));
        row.number("MALICIOUS", one(|part| part.deeds.malicious));
        let mut codes: Vec<(u64, WorkCode)> = both().flat_map(|part| &part.deeds.codes).copied().collect();
        codes.sort_unstable();
        for (place, (_, code)) in (1..=5).zip(&codes) {
            row.text(&format!("CWC{place}"), code.as_str());
        }
        row.text("LASTCWC", codes.last().map_or("", |(_, code)| code.as_str()));
        for button in 1..=9 {
            let pressed = both().flat_map(|part| &part.deeds.strokes).filter(|stroke| **stroke == button);
            row.number(&format!("EVENT{button}"), pressed.count() as i64);
        }
    }

    fn malicious_row(&self, cut: &Cut<'_>, asked: &(Moment, usize, Option<Line>, Option<usize>)) -> Row {
        let (at, part, line, segment) = asked;
        let (part, segment) = (&self.parts[*part], segment.map(|number| &cut.segments[number]));
        let mut row = Row::default();
        row.number("ACD", 1);
        row.face(&self.rules.calendar, *at);
        row.number("ROW_TIME_UTC", at.0);
        row.text("LOGID", part.agent.as_str());
        row.text("EXTENSION", part.extension.as_ref().map_or("", |extension| extension.as_str()));
        if let Some(split) = part.way.split() {
            row.number("SPLIT", split.0);
        }
        trunk(&mut row, line.or(segment.and_then(|segment| segment.line)));
        row.text("VDN", segment.and_then(|segment| segment.vdns.last()).map_or("", |vdn| vdn.as_str()));
        row
    }
}

/// The agents' parts that the record tells of.
fn shares(segment: &Segment) -> impl Iterator<Item = usize> {
    let made = segment.maker.as_ref().and_then(|maker| maker.part);
    made.into_iter().chain(segment.end.as_ref().and_then(|end| end.part))
}

/// Seconds in a queue, ringing at nobody; seconds ringing; and the wait for the disposition.
fn waits(row: &mut Row, cut: &Cut<'_>, segment: &Segment, over_at: Moment, phantom_secs: u32) {
    let until = segment.end.as_ref().map_or(over_at, |end| end.at);
    let within = |spans: Option<&Vec<Span>>, second: i64| {
        spans.into_iter().flatten().any(|(from, to)| (from.0..to.0).contains(&second))
    };
    let (mut queue_secs, mut ring_secs) = (0u32, 0u32);
    for second in segment.began_at.0..until.0 {
        if within(cut.rang.get(&segment.tale), second) {
            ring_secs += 1;
        } else if within(cut.waited.get(&segment.tale), second) {
            queue_secs += 1;
        }
    }
    row.number("QUEUETIME", queue_secs);
    row.number("RINGTIME", ring_secs);
    let secs = match &segment.end {
        None if segment.is_on_its_way() => over_at.since(segment.began_at),
        Some(end) if !end.directly => end.secs + phantom_secs,
        _ => queue_secs + ring_secs,
    };
    row.number("DISPTIME", secs);
}

fn disposition(row: &mut Row, segment: &Segment, phantom: bool) {
    let end = segment.end.as_ref();
    let code = if phantom { 3 } else { end.map_or(7, |end| end.code) };
    row.number("DISPOSITION", code);
    // An agent's own call is counted with the agent's split, unless another had to do with it.
    let own = segment.maker.as_ref().filter(|_| [1, 4, 7].contains(&code)).and_then(|maker| maker.hand.split);
    if let Some(split) = end.and_then(|end| end.split).or(own) {
        row.number("DISPSPLIT", split.0);
    }
    let priority = match end.and_then(|end| end.priority) {
        None => 0,
        Some(Priority::Low) => 3,
        Some(Priority::Medium) => 4,
        Some(Priority::High) => 5,
        Some(Priority::Top) => 6,
    };
    row.number("DISPPRIORITY", priority);
    row.number("DISPSKLEVEL", end.map_or(0, |end| end.level));
    row.text("DISPVDN", segment.vdns.last().map_or("", |vdn| vdn.as_str()));
    if let Some(vector) = end.and_then(|end| end.vector) {
        row.number("DISPIVECTOR", vector.0);
    }
    row.text("ANSLOGIN", end.and_then(|end| end.agent.as_ref()).map_or("", |agent| agent.as_str()));
    row.number("ANSREASON", end.map_or(0, |end| end.aux));
    row.number("DA_QUEUED", i64::from(end.is_some_and(|end| end.direct)));
    let maker = segment.maker.as_ref();
    row.text("ORIGLOGIN", maker.map_or("", |maker| maker.hand.agent.as_str()));
    row.number("ORIGREASON", maker.and_then(|maker| maker.hand.aux).map_or(0, |reason| reason.0));
}

/// Trunk, VDNs, vector and queues.
fn way(row: &mut Row, segment: &Segment) {
    trunk(row, segment.line);
    let names = ["FIRSTVDN", "VDN2", "VDN3", "VDN4", "VDN5", "VDN6", "VDN7", "VDN8", "VDN9"];
    for (item, vdn) in names.into_iter().zip(&segment.vdns) {
        row.text(item, vdn.as_str());
    }
    if let Some(vector) = segment.vectors.first() {
        row.number("FIRSTIVECTOR", vector.0);
    }
    for (item, split) in ["SPLIT1", "SPLIT2", "SPLIT3"].into_iter().zip(&segment.splits) {
        row.number(item, split.0);
    }
}

fn trunk(row: &mut Row, line: Option<Line>) {
    if let Some((group, trunk)) = line {
        row.number("TKGRP", group.0);
        row.text("EQLOC", trunk.as_ref().map_or("", |trunk| trunk.as_str()));
    }
}

fn identity(row: &mut Row, segment: &Segment) {
    let known = segment.named.as_deref().cloned().unwrap_or_default();
    let maker = segment.maker.as_ref();
    row.text("UCID", known.ucid.as_ref().map_or("", |ucid| ucid.as_str()));
    let extension = maker.and_then(|maker| maker.hand.extension.as_ref()).map_or("", |extension| extension.as_str());
    row.text("CALLING_PTY", known.calling_party.as_ref().map_or(extension, |number| number.as_str()));
    row.text("CALLING_II", &known.line_kind.map_or(String::new(), |kind| format!("{:02}", kind.0)));
    let dialed = maker.and_then(|maker| maker.digits).or(known.dialed_number);
    row.text("DIALED_NUM", dialed.as_ref().map_or("", |number| number.as_str()));
    row.text("LASTDIGITS", known.collected_digits.as_ref().map_or("", |digits| digits.as_str()));
    let uui = known.user_to_user.as_ref().map_or("", |text| text.as_str());
    row.text("ASAI_UUI", uui);
    row.number("UUI_LEN", uui.len() as i64);
}

impl Rows {
    /// Every difference to the collector's records of calls that were over before `through`, in words.
    pub fn call_differences(&self, records: &[(u64, Record)], calendar: &Calendar, through: Moment) -> Vec<String> {
        let mut told = BTreeMap::new();
        let mut found = Vec::new();
        let mut last = (0, CallId(0), 0);
        for (number, record) in records {
            let Record::Call(call) = record else { continue };
            let (id, segment) = (call.call, i64::from(call.segment));
            if *number <= last.0 || Record::moment_of(*number) != call.ended_at {
                found.push(format!("call {id}.{segment} has the number {number} after {}", last.0));
            }
            if segment != 1 && (id, segment) != (last.1, last.2 + 1) {
                found.push(format!("call {id}.{segment} stands after {}.{}", last.1, last.2));
            }
            last = (*number, id, segment);
            if call.ended_at < through && told.insert((id, segment), Row::of(record, *number, calendar)).is_some() {
                found.push(format!("call {id}.{segment} has two records"));
            }
        }
        let recounted: BTreeMap<_, _> = self.calls.iter().filter(|(_, (ended_at, _))| *ended_at < through).collect();
        for (key, (ended_at, row)) in &recounted {
            let name = format!("call {}.{} of {}", key.0, key.1, calendar.local(*ended_at));
            match told.get(*key) {
                None => found.push(format!("{name} has no record; recounted {row:?}")),
                Some(told) => found.extend(row.differences(told).iter().map(|differs| format!("{name}: {differs}"))),
            }
        }
        let more = told.iter().filter(|(key, _)| !recounted.contains_key(*key));
        found.extend(more.map(|(key, row)| format!("call {}.{} is only told: {row:?}", key.0, key.1)));
        found.truncate(TOLD_MAX);
        found
    }

    /// The same for requests to trace callers, which are told at once.
    pub fn malicious_differences(&self, records: &[(u64, Record)], calendar: &Calendar) -> Vec<String> {
        let told = records.iter().filter(|(_, record)| matches!(record, Record::Malicious(_)));
        let told: Vec<_> = told.map(|(number, record)| (record.at(), Row::of(record, *number, calendar))).collect();
        if told == self.malicious { Vec::new() } else { vec![format!("told {told:?}, recounted {:?}", self.malicious)] }
    }
}
