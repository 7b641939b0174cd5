//! Every call of a real bank's call centre, month by month, as events of a switch.
//!
//! The raw months belong to the Technion (collected by Guedj and Mandelbaum) and lie outside this repository; where
//! they are not there, [`Month::load`] gives `None`. The data have real faults, which are taken as follows:
//!
//! * A time of day before the one it must follow, by more than half a day, is of the next day.
//! * Lengths are believed before ends: an answered call ends `ser_time` after it was answered.
//! * A queued call is answered when it leaves the queue, whatever the servers' own clock says.
//! * A negative VRU time is no time: the call arrives when it queues.
//! * A name that is on two calls at once is two positions; NO_SERVER is as many positions as are needed.
//! * Hang-ups that were never queued gave up in the vector; PHANTOM calls are disconnected there unqueued.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use chrono::{Datelike, NaiveDate, TimeZone, Weekday};
use chrono_tz::Tz;
use flate2::read::GzDecoder;
use model::event::{
    AgentAct, CallAct, Configuration, Delivery, Direction, Entry, Party, Priority, Skill, Skills, WorkMode,
};
use model::{
    Calendar, CallId, Event, EventBody, Extension, IntervalMinutes, LoginId, Moment, SplitId, TrunkGroupId, VdnId,
    VectorId,
};

/// Where the bank is.
pub const ZONE: Tz = Tz::Asia__Jerusalem;
/// The bank's call types, in the order of their split numbers from 1; another type is the last.
const TYPES: [&str; 7] = ["PS", "PE", "IN", "NE", "NW", "TT", "other"];
const TRUNKS: TrunkGroupId = TrunkGroupId(1);
/// A position logs out at the end of its last call if none follows for so long.
const IDLE_SECS: i64 = 3600;
/// Between two signs of life of the bank's switch.
const HEARTBEAT_SECS: i64 = 3600;
const HALF_DAY_SECS: i64 = 43_200;
const DAY_SECS: i64 = 86_400;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Served by an agent.
    Agent,
    /// The caller hung up.
    Hang,
    /// No call at all.
    Phantom,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Number among [`TYPES`], from 1.
    split: u32,
    server: String,
    priority: Priority,
    /// What became of it.
    pub outcome: Outcome,
    /// When it arrived.
    pub arrived_at: Moment,
    /// When it queued, if it did, and for how long.
    pub queued: Option<(Moment, i64)>,
    /// When it was answered, or else ended.
    left_at: Moment,
    /// Length of the service of an answered call.
    pub service_secs: i64,
    /// The date under which the file has it.
    pub date: NaiveDate,
    /// A service time that the file gives a call which no agent answered.
    pub unserved_secs: i64,
    /// A wait that the file gives a call which is taken as never queued.
    pub unqueued_secs: i64,
}

/// What an independent analyst counted in a day, over all calls whatever became of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DailyTotal {
    /// Calls.
    pub calls: u64,
    /// Of these, hung up.
    pub hung_up: u64,
    /// Mean time in the queue, to two decimals.
    pub mean_queue_secs: f64,
    /// Mean service time, to two decimals.
    pub mean_service_secs: f64,
}

/// The months of 1999 whose files are on this machine.
pub fn months() -> Vec<u32> {
    (1..=12).filter(|month| file_of(*month).is_some()).collect()
}

/// The daily totals of the year, or `None` if they are not on this machine.
pub fn daily_totals() -> Result<Option<BTreeMap<NaiveDate, DailyTotal>>> {
    let path = folder().join("anonymous_bank_1999_daily_totals.csv.gz");
    if !path.exists() {
        return Ok(None);
    }
    let mut text = String::new();
    let file = std::fs::File::open(&path).with_context(|| format!("opening {}", path.display()))?;
    GzDecoder::new(file).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
    let mut lines = text.lines();
    let headings: Vec<&str> = lines.next().context("the totals are empty")?.split(',').collect();
    let total = |line: &str| -> Result<(NaiveDate, DailyTotal)> {
        let record: BTreeMap<&str, &str> = headings.iter().copied().zip(line.split(',')).collect();
        let field = |name: &str| record.get(name).copied().with_context(|| format!("there is no {name}"));
        let total = DailyTotal {
            calls: field("total_calls")?.parse()?,
            hung_up: field("hangs")?.parse()?,
            mean_queue_secs: field("avg_queue_time")?.parse()?,
            mean_service_secs: field("avg_service_time")?.parse()?,
        };
        Ok((field("date")?.parse()?, total))
    };
    lines.map(|line| total(line).with_context(|| format!("{line:?}"))).collect::<Result<_>>().map(Some)
}

/// One month of calls.
pub struct Month {
    /// First moment of the month.
    pub start: Moment,
    /// First moment of the next one.
    pub end: Moment,
    /// The calls in the order of the file.
    pub calls: Vec<Call>,
}

/// A line of the queue log that an Asterisk PBX would have written of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logged {
    /// When.
    pub at: Moment,
    /// The call, numbered as in [`Month::events`].
    pub call: CallId,
    /// The queue.
    pub split: SplitId,
    /// What happened.
    pub verb: Verb,
}

/// What a queue log says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It queues.
    Enter,
    /// It is answered.
    Connect,
    /// It ends after an answer.
    Complete,
    /// The caller gives up.
    Abandon,
}

impl Verb {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Enter => "ENTERQUEUE",
            Verb::Connect => "CONNECT",
            Verb::Complete => "COMPLETECALLER",
            Verb::Abandon => "ABANDON",
        }
    }
}

/// Seconds of service of one position, with the call.
struct Shift {
    login: LoginId,
    since: Moment,
    until: Moment,
    splits: Vec<u32>,
}

impl Month {
    /// The month of 1999, or `None` if its file is not on this machine.
    pub fn load(month: u32) -> Result<Option<Month>> {
        let Some(path) = file_of(month) else { return Ok(None) };
        let file = std::fs::File::open(&path).with_context(|| format!("opening {}", path.display()))?;
        let mut text = String::new();
        GzDecoder::new(file).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
        Month::parse(month, &text).with_context(|| format!("in {}", path.display())).map(Some)
    }

    /// The month written in this text.
    pub fn parse(month: u32, text: &str) -> Result<Month> {
        let mut lines = text.lines();
        let headings: Vec<_> = lines.next().context("the file is empty")?.split('\t').collect();
        let mut calls = Vec::new();
        for (number, line) in (2..).zip(lines) {
            let record: BTreeMap<_, _> = headings.iter().copied().zip(line.split('\t')).collect();
            calls.push(Call::read(&record).with_context(|| format!("line {number}: {line:?}"))?);
        }
        let first = NaiveDate::from_ymd_opt(1999, month, 1).context("no such month")?;
        let next = first + chrono::Months::new(1);
        Ok(Month { start: midnight(first), end: midnight(next), calls })
    }

    /// The calls of the first so many whole weeks, Sunday to Saturday.
    ///
    /// # Errors
    /// If there are not so many.
    pub fn whole_weeks(&self, weeks: i64) -> Result<Month> {
        let calendar = Calendar { zone: ZONE, interval: IntervalMinutes::Half };
        let first = calendar.row_date(self.start);
        let sunday = (0..7).map(|day| first + chrono::Days::new(day)).find(|day| day.weekday() == Weekday::Sun);
        let sunday = sunday.context("a week has a Sunday")?;
        let next = sunday + chrono::TimeDelta::weeks(weeks);
        let (start, end) = (midnight(sunday), midnight(next));
        ensure!(end <= self.end, "there are no {weeks} whole weeks");
        let calls = self.calls.iter().filter(|call| (sunday..next).contains(&call.date)).cloned().collect();
        Ok(Month { start, end, calls })
    }

    /// What the queue log of an Asterisk PBX would hold of these calls, in the order of time.
    pub fn queue_log(&self) -> Vec<Logged> {
        let mut log = Vec::new();
        for (number, call) in (1..).zip(&self.calls) {
            let mut tell = |at, rank, verb| {
                log.push((rank, Logged { at, call: CallId(number), split: SplitId(call.split), verb }))
            };
            let through = call.queued.map(|(at, _)| at).or((call.outcome == Outcome::Agent).then_some(call.left_at));
            let Some(entered) = through.filter(|_| call.outcome != Outcome::Phantom) else { continue };
            tell(entered, Rank::Middle, Verb::Enter);
            if call.outcome == Outcome::Agent {
                tell(call.left_at, Rank::Middle, Verb::Connect);
                tell(call.ended_at(), Rank::Logout, Verb::Complete);
            } else {
                tell(call.left_at, Rank::Logout, Verb::Abandon);
            }
        }
        log.sort_by_key(|(rank, line)| (line.at, *rank));
        log.into_iter().map(|(_, line)| line).collect()
    }

    /// How many calls had this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.calls.iter().filter(|call| call.outcome == outcome).count()
    }

    /// The switch's translations.
    pub fn configuration(&self) -> Vec<Event> {
        let group = Configuration::TrunkGroup { group: TRUNKS, name: "Public network".to_owned() };
        let mut told = vec![group];
        for (split, name) in (1..).zip(TYPES) {
            let (vector, name) = (VectorId(split), name.to_owned());
            told.push(Configuration::Split { split: SplitId(split), name: name.clone(), service_level_secs: Some(20) });
            told.push(Configuration::Vector { vector, name: name.clone() });
            told.push(Configuration::Vdn { vdn: vdn(split), name, vector: Some(vector), service_level_secs: Some(20) });
        }
        let event = |told| Event { at: self.start, body: EventBody::Configured(Box::new(told)) };
        told.into_iter().map(event).collect()
    }

    /// The whole month in the order of time, up to a little after its last call and its last interval.
    pub fn events(&self) -> Vec<Event> {
        let mut script = Script::default();
        let mut positions = Positions::default();
        let mut order: Vec<_> = (0..self.calls.len()).collect();
        order.sort_by_key(|&index| (self.calls[index].left_at, index));
        let mut at_position = BTreeMap::new();
        for index in order {
            let call = &self.calls[index];
            if call.outcome == Outcome::Agent {
                at_position.insert(index, positions.take(call));
            }
        }
        for (index, call) in self.calls.iter().enumerate() {
            script.call(CallId(index as u64 + 1), call, at_position.get(&index).copied());
        }
        for shift in positions.shifts() {
            script.shift(&shift);
        }
        let last = self.calls.iter().map(Call::ended_at).max().unwrap_or(self.end).max(self.end);
        // As every switch does that is heard: the bank's nights and Sundays are no leaps of its clock.
        let mut at = self.start;
        while at < last + 2 * IDLE_SECS {
            script.tell(at, Rank::Middle, EventBody::Heartbeat);
            at = at + HEARTBEAT_SECS;
        }
        script.tell(last + 2 * IDLE_SECS, Rank::Middle, EventBody::Heartbeat);
        script.events()
    }
}

impl Call {
    fn read(record: &BTreeMap<&str, &str>) -> Result<Call> {
        let field = |name: &str| record.get(name).copied().with_context(|| format!("there is no {name}"));
        let number = |name: &str| field(name)?.parse::<i64>().with_context(|| format!("{name} is no number"));
        let date = field("date")?;
        let day =
            NaiveDate::parse_from_str(&format!("19{date}"), "%Y%m%d").with_context(|| format!("date {date:?}"))?;
        let entered = day_secs(field("vru_entry")?)?;
        let later = |name: &str, than: i64| -> Result<i64> {
            let secs = day_secs(field(name)?)?;
            Ok(if secs + HALF_DAY_SECS < than { secs + DAY_SECS } else { secs })
        };
        let began = at_clock(day, entered);
        // On a day on which the clock changes, what a clock showed later in the call is as far away as it showed, if it showed that then.
        let at = |secs: i64| {
            let by_length = began + (secs - entered);
            let shown = ZONE.timestamp_opt(by_length.0, 0).single().map(|shown| shown.naive_local());
            if shown == Some(on_the_clock(day, secs)) { by_length } else { at_clock(day, secs) }
        };
        let queued = field("q_start")? != "0:00:00" || field("q_exit")? != "0:00:00";
        let queued = match queued {
            true => Some((at(later("q_start", entered)?), number("q_time")?.max(0))),
            false => None,
        };
        let outcome = match field("outcome")? {
            "AGENT" => Outcome::Agent,
            "HANG" => Outcome::Hang,
            "PHANTOM" => Outcome::Phantom,
            other => bail!("outcome {other:?} is not known"),
        };
        let vru_exit = at(later("vru_exit", entered)?);
        let arrived_at = began.min(queued.map_or(vru_exit, |(at, _)| at));
        let left_at = match (queued, outcome) {
            (Some((at, secs)), _) => at + secs,
            (None, Outcome::Agent) => at(later("ser_start", entered)?).max(arrived_at),
            (None, Outcome::Hang | Outcome::Phantom) => vru_exit.max(arrived_at),
        };
        let kind = field("type")?;
        let split = TYPES.iter().position(|known| *known == kind).unwrap_or(TYPES.len() - 1) as u32 + 1;
        let priority = if number("priority")? == 2 { Priority::High } else { Priority::Medium };
        let service_secs = if outcome == Outcome::Agent { number("ser_time")?.max(0) } else { 0 };
        let server = field("server")?.to_owned();
        let unserved_secs = if outcome == Outcome::Agent { 0 } else { number("ser_time")? };
        let told = outcome != Outcome::Phantom && queued.is_some();
        let unqueued_secs = if told { 0 } else { number("q_time")? };
        Ok(Call {
            split,
            server,
            priority,
            outcome,
            arrived_at,
            queued,
            left_at,
            service_secs,
            date: day,
            unserved_secs,
            unqueued_secs,
        })
    }

    fn ended_at(&self) -> Moment {
        self.left_at + self.service_secs
    }
}

/// Who sits where: every name has as many positions as it was on calls at once.
#[derive(Default)]
struct Positions {
    by_name: BTreeMap<String, Vec<Position>>,
    names: Vec<String>,
}

struct Position {
    login: LoginId,
    /// Calls as (answered, ended, split).
    calls: Vec<(Moment, Moment, u32)>,
}

impl Positions {
    /// The position that takes a call; calls are to be given in the order of their answers.
    fn take(&mut self, call: &Call) -> LoginId {
        if !self.by_name.contains_key(&call.server) {
            self.names.push(call.server.clone());
        }
        let number = 1 + self.names.iter().position(|name| *name == call.server).unwrap_or(0);
        let positions = self.by_name.entry(call.server.clone()).or_default();
        let free = |position: &Position| position.calls.last().is_none_or(|(_, ended, _)| *ended <= call.left_at);
        let index = positions.iter().position(free).unwrap_or_else(|| {
            let login = LoginId::new(&format!("{}", 1000 * number + positions.len())).expect("a few digits");
            positions.push(Position { login, calls: Vec::new() });
            positions.len() - 1
        });
        positions[index].calls.push((call.left_at, call.ended_at(), call.split));
        positions[index].login
    }

    /// When each position is staffed.
    fn shifts(&self) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        for position in self.by_name.values().flatten() {
            let mut open: Option<Shift> = None;
            for &(answered, ended, split) in &position.calls {
                match &mut open {
                    Some(shift) if answered - shift.until <= IDLE_SECS => {
                        shift.until = ended;
                        if !shift.splits.contains(&split) {
                            shift.splits.push(split);
                        }
                    }
                    _ => {
                        let shift = Shift { login: position.login, since: answered, until: ended, splits: vec![split] };
                        shifts.extend(open.replace(shift));
                    }
                }
            }
            shifts.extend(open);
        }
        shifts
    }
}

/// What comes first within one second: ends of what began before, then all that begins now, in the order of the
/// file; positions are staffed before and after their calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    End,
    Login,
    Middle,
    Logout,
}

#[derive(Default)]
struct Script {
    told: Vec<(Moment, Rank, EventBody)>,
}

impl Script {
    fn tell(&mut self, at: Moment, rank: Rank, body: EventBody) {
        self.told.push((at, rank, body));
    }

    fn call(&mut self, id: CallId, call: &Call, position: Option<LoginId>) {
        let (split, vector) = (SplitId(call.split), VectorId(call.split));
        let mut tell = |at, rank, act| self.told.push((at, rank, EventBody::Call { call: id, act }));
        let seized = CallAct::TrunkSeized { trunk: None, group: TRUNKS, direction: Direction::In };
        tell(call.arrived_at, Rank::Middle, seized);
        tell(call.arrived_at, Rank::Middle, CallAct::VdnEntered { vdn: vdn(call.split), entry: Entry::First });
        tell(call.arrived_at, Rank::Middle, CallAct::VectorEntered { vector, entry: Entry::First });
        // A call that is answered without having queued passes through the queue in no time.
        let through = call.queued.map(|(at, _)| at).or(position.map(|_| call.left_at));
        if let Some(at) = through.filter(|_| call.outcome != Outcome::Phantom) {
            tell(at, Rank::Middle, CallAct::Queued { split, priority: call.priority });
        }
        match (call.outcome, position) {
            (Outcome::Agent, Some(agent)) => {
                tell(call.left_at, Rank::Middle, CallAct::Answered { agent, delivery: Delivery::Skill(split) });
                let ends = if call.service_secs > 0 { Rank::End } else { Rank::Middle };
                tell(call.ended_at(), ends, CallAct::Ended { by: Party::Caller });
                let free = AgentAct::Mode { split: None, mode: WorkMode::Available };
                self.told.push((call.ended_at(), ends, EventBody::Agent { agent, act: free }));
            }
            (Outcome::Phantom, _) => tell(call.left_at, Rank::Middle, CallAct::ForcedDisconnect { vdn_timer: true }),
            _ => tell(call.left_at, Rank::Middle, CallAct::Abandoned),
        }
    }

    fn shift(&mut self, shift: &Shift) {
        let skills: Skills = shift.splits.iter().map(|&split| Skill::new(SplitId(split), 1)).collect();
        let extension = Extension::new(shift.login.as_str()).expect("a login ID is short enough");
        let acts = [
            (shift.since, Rank::Login, AgentAct::LoggedIn { extension, skills }),
            (shift.since, Rank::Login, AgentAct::Mode { split: None, mode: WorkMode::Available }),
            (shift.until, Rank::Logout, AgentAct::LoggedOut { reason: None }),
        ];
        for (at, rank, act) in acts {
            self.tell(at, rank, EventBody::Agent { agent: shift.login, act });
        }
    }

    fn events(mut self) -> Vec<Event> {
        // Stable: what stands in one rank of one second keeps the order in which it was written.
        self.told.sort_by_key(|(at, rank, _)| (*at, *rank));
        self.told.into_iter().map(|(at, _, body)| Event { at, body }).collect()
    }
}

fn vdn(split: u32) -> VdnId {
    VdnId::new(&format!("{}", 7000 + split)).expect("four digits")
}

fn midnight(day: NaiveDate) -> Moment {
    at_clock(day, 0)
}

/// What a clock in the bank shows so many of its seconds after midnight.
fn on_the_clock(day: NaiveDate, secs: i64) -> chrono::NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::seconds(secs)
}

/// When it shows that.
fn at_clock(day: NaiveDate, secs: i64) -> Moment {
    Calendar { zone: ZONE, interval: IntervalMinutes::Half }.moment_at(on_the_clock(day, secs))
}

/// `H:MM:SS` in seconds.
fn day_secs(text: &str) -> Result<i64> {
    let parts: Vec<i64> =
        text.split(':').map(str::parse).collect::<Result<_, _>>().with_context(|| format!("{text:?}"))?;
    match parts[..] {
        [hours, minutes, secs] => Ok(hours * 3600 + minutes * 60 + secs),
        _ => bail!("{text:?} is no time of day"),
    }
}

/// The file of a month; `None` if it is not on this machine.
fn file_of(month: u32) -> Option<PathBuf> {
    let path = folder().join(format!("anonymous_bank_1999-{month:02}.tsv.gz"));
    path.exists().then_some(path)
}

/// The bank's folder under the one that `UNDERSTUDY_SHARED` names, else under `shared` beside the checkout.
fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("UNDERSTUDY_SHARED").map_or_else(beside, PathBuf::from).join("data/bank")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "vru_line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\t\
                            q_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver";

    /// A month of one call; times as `entry exit q_start q_exit q_time outcome ser_start ser_exit ser_time`.
    fn call(times: &str) -> Call {
        call_of("990131", times)
    }

    fn call_of(date: &str, times: &str) -> Call {
        let f: Vec<_> = times.split(' ').collect();
        let line = format!(
            "AA0101\t1\t0\t2\tPS\t{date}\t{}\t{}\t0\t{}\t{}\t{}\t{}\t{}\t{}\t{}\tDORIT",
            f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]
        );
        let month = date[2..4].parse().expect("a month");
        Month::parse(month, &format!("{HEADINGS}\n{line}\n")).expect("the line can be read").calls.remove(0)
    }

    /// Seconds after the day's midnight of arrival, queueing, leaving the queue, and the end.
    #[track_caller]
    fn check(times: &str, expected: (i64, Option<i64>, i64, i64)) {
        let call = call(times);
        let midnight = midnight(NaiveDate::from_ymd_opt(1999, 1, 31).expect("a day"));
        let secs = |at: Moment| at - midnight;
        let found =
            (secs(call.arrived_at), call.queued.map(|(at, _)| secs(at)), secs(call.left_at), secs(call.ended_at()));
        assert_eq!(found, expected, "{times}");
    }

    #[test]
    fn faults_of_the_data_are_taken_as_described() {
        check("0:01:00 0:01:05 0:01:05 0:01:35 30 AGENT 0:01:34 0:02:34 60", (60, Some(65), 95, 155));
        check("0:01:00 0:01:05 0:00:00 0:00:00 0 AGENT 0:01:06 0:01:16 10", (60, None, 66, 76));
        // A negative VRU time.
        check("0:02:00 0:01:20 0:01:20 0:02:20 60 HANG 0:00:00 0:00:00 0", (80, Some(80), 140, 140));
        // Over midnight, in the queue and in service.
        check("23:59:50 23:59:55 23:59:55 0:00:05 10 AGENT 0:00:05 0:01:05 60", (86_390, Some(86_395), 86_405, 86_465));
        // A service whose end lies before its start: its length is believed.
        check("0:01:00 0:01:00 0:01:00 0:01:00 0 AGENT 0:01:00 0:00:30 500", (60, Some(60), 60, 560));
        // Joins and gives up in one second; a hang-up with a service time.
        check("0:01:00 0:01:10 0:01:10 0:01:10 0 HANG 0:01:10 0:01:40 30", (60, Some(70), 70, 70));
    }

    /// The clocks went forward on 2 April 1999 at 02:00, and back on 3 September at 02:00.
    #[test]
    fn on_a_day_on_which_the_clock_changes_a_call_is_where_the_clock_showed_it() {
        let secs = |date: &str, day: (u32, u32), times: &str| {
            let call = call_of(date, times);
            let midnight = midnight(NaiveDate::from_ymd_opt(1999, day.0, day.1).expect("a day"));
            (call.arrived_at - midnight, call.left_at - midnight)
        };
        let spring = |times: &str| secs("990402", (4, 2), times);
        assert_eq!(spring("1:00:00 1:00:05 1:00:05 1:00:35 30 HANG 0:00:00 0:00:00 0"), (3_600, 3_635));
        assert_eq!(spring("9:00:00 9:00:05 9:00:05 9:00:35 30 HANG 0:00:00 0:00:00 0"), (8 * 3_600, 8 * 3_600 + 35));
        assert_eq!(spring("23:59:50 23:59:55 23:59:55 0:00:05 10 HANG 0:00:00 0:00:00 0"), (82_790, 82_805));
        let over = spring("1:59:50 3:00:05 3:00:05 3:00:35 30 HANG 0:00:00 0:00:00 0");
        assert_eq!(over, (7_190, 7_235), "there was no hour between");
        let autumn = |times: &str| secs("990903", (9, 3), times);
        assert_eq!(autumn("9:00:00 9:00:05 9:00:05 9:00:35 30 HANG 0:00:00 0:00:00 0"), (10 * 3_600, 10 * 3_600 + 35));
    }

    #[test]
    fn a_name_on_two_calls_at_once_is_two_positions() {
        let one = call("0:01:00 0:01:00 0:01:00 0:01:00 0 AGENT 0:01:00 0:02:00 60");
        let other = call("0:01:30 0:01:30 0:01:30 0:01:30 0 AGENT 0:01:30 0:02:30 60");
        let later = call("0:02:00 0:02:00 0:02:00 0:02:00 0 AGENT 0:02:00 0:03:00 60");
        let mut positions = Positions::default();
        let taken = [one, other, later].map(|call| positions.take(&call).to_string());
        assert_eq!(taken, ["1000", "1001", "1000"]);
    }
}
