//! Prints how many events per second are applied, and how long a board takes, for a large ACD: 10,000 agents in three
//! splits each, 2,000 splits. The bare limit is a toy that only looks the call up and counts the event for its split.
//!
//! `cargo bench -p collector`

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use catalog::table;
use collector::{Collector, Effect, Settings};
use model::event::{AgentAct, CallAct, Delivery, Direction, Entry, Party, Priority, Skill, WorkMode};
use model::{
    AcdNumber, Calendar, CallId, EqLoc, Event, EventBody, Extension, IntervalMinutes, LoginId, Moment, SplitId,
    TrunkGroupId, VdnId, VectorId,
};

const AGENTS: u64 = 10_000;
const SPLITS: u64 = 2_000;
/// Calls that live at once.
const CALLS: u64 = 5_000;
const START: i64 = 1_795_392_000 + 9 * 3600;

fn main() {
    let mut collector = Collector::new(Settings::new(
        AcdNumber(1),
        Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half },
    ));
    let mut effects = Vec::new();
    for event in logins() {
        collector.apply(&event, &mut effects);
    }
    let at = |secs: u64| Moment(START + secs as i64);
    for round in 0..8 {
        let events: Vec<Event> =
            (round * 20..round * 20 + 20).flat_map(|wave| wave_of_calls(wave, CALLS, at(wave * 100))).collect();
        let (how, took) = match round % 2 {
            0 => ("one by one", timed(|| events.iter().for_each(|event| collector.apply(event, &mut effects)))),
            _ => ("looking ahead", timed(|| collector.apply_all(&events, &mut effects))),
        };
        let rate = events.len() as f64 / took.as_secs_f64();
        println!("{} events {how} in {:.3} s: {:.2} million events/s", events.len(), took.as_secs_f64(), rate / 1e6);
        effects.clear();
        let mut toy = Toy::default();
        let took = timed(|| events.iter().for_each(|event| toy.apply(event)));
        let rate = events.len() as f64 / took.as_secs_f64();
        println!("  bare limit, a toy: {:.2} million events/s ({} counted)", rate / 1e6, black_box(toy.counted()));
    }
    report_boards(&mut collector, &mut effects);
    let busy = collector.anomalies().values().sum::<u64>();
    println!("anomalies: {busy}; resident memory: {} MB", resident_mb());
}

fn report_boards(collector: &mut Collector, effects: &mut Vec<Effect>) {
    let mut previous = collector.board();
    for round in 0..5 {
        let from = Moment(collector.now().0 + 1);
        let events = wave_of_calls(1_000 + round, 400, from);
        events.iter().for_each(|event| collector.apply(event, effects));
        let took = timed(|| previous = collector.board());
        println!("board after {} events: {:.2} ms", events.len(), took.as_secs_f64() * 1e3);
    }
    let next = collector.now() + 1800;
    let close = timed(|| collector.apply(&Event { at: next, body: EventBody::Heartbeat }, effects));
    println!("interval close: {:.2} ms", close.as_secs_f64() * 1e3);
    let all = timed(|| previous = collector.board());
    println!("board with every row changed: {:.2} ms", all.as_secs_f64() * 1e3);
    let (cagent, mut rows) = (table("cagent").expect("a table"), 0u64);
    let items: Vec<usize> = (0..25).collect();
    let read = timed(|| {
        previous.for_each_row(cagent, &items, &mut |cells| rows += black_box(cells).len() as u64 / 25);
    });
    println!("reading 25 items of {rows} agent rows: {:.2} ms", read.as_secs_f64() * 1e3);
    let numbers: Vec<u64> = (0..rows * 25).collect();
    let mut copy = Vec::new();
    let bare = timed(|| copy = black_box(&numbers).clone());
    println!("  bare limit, copying as many numbers: {:.2} ms ({})", bare.as_secs_f64() * 1e3, copy.len());
}

/// The least that any collector does: it finds the call of an event and counts something for the call's split.
#[derive(Default)]
struct Toy {
    calls: HashMap<CallId, SplitId>,
    splits: HashMap<SplitId, u64>,
}

impl Toy {
    fn apply(&mut self, event: &Event) {
        let EventBody::Call { call, act } = &event.body else { return };
        if let CallAct::Queued { split, .. } = act {
            self.calls.insert(*call, *split);
        }
        if let Some(split) = self.calls.get(call) {
            *self.splits.entry(*split).or_default() += 1;
        }
        if let CallAct::Ended { .. } = act {
            self.calls.remove(call);
        }
    }

    fn counted(&self) -> u64 {
        (1..=SPLITS as u32).filter_map(|split| self.splits.get(&SplitId(split))).sum()
    }
}

#[expect(clippy::disallowed_methods, reason = "a measuring program, no part of the collector")]
fn timed(work: impl FnOnce()) -> Duration {
    let begin = std::time::Instant::now();
    work();
    begin.elapsed()
}

fn agent(number: u64) -> LoginId {
    LoginId::new(&(10_000 + number % AGENTS).to_string()).expect("a login ID")
}

fn split_of(number: u64) -> SplitId {
    SplitId((number % SPLITS) as u32 + 1)
}

fn logins() -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..AGENTS {
        let skills = (0..3).map(|nth| Skill::new(split_of(number + nth * 667), nth as u8 + 1)).collect();
        let extension = Extension::new(&(50_000 + number).to_string()).expect("an extension");
        let acts =
            [AgentAct::LoggedIn { extension, skills }, AgentAct::Mode { split: None, mode: WorkMode::Available }];
        let agent = agent(number);
        events.extend(acts.map(|act| Event { at: Moment(START), body: EventBody::Agent { agent, act } }));
    }
    events
}

/// Calls that run side by side, each from seizure to the end of the after-call work, within 90 seconds.
fn wave_of_calls(wave: u64, calls: u64, from: Moment) -> Vec<Event> {
    let vdn = |number: u64| VdnId::new(&(5_000 + number % 200).to_string()).expect("a VDN");
    let trunk = |number: u64| EqLoc::new(&format!("T{number}")).expect("a trunk");
    let mut events = Vec::with_capacity(calls as usize * 11);
    for step in 0..11u64 {
        for number in 0..calls {
            let id = CallId(wave * CALLS + number);
            let worker = wave * CALLS + number;
            let (agent, split) = (agent(worker), split_of(worker % AGENTS));
            let delivery = Delivery::Skill(split);
            let act = match step {
                0 => CallAct::TrunkSeized {
                    trunk: Some(trunk(number)),
                    group: TrunkGroupId((number % 40) as u32),
                    direction: Direction::In,
                },
                1 => CallAct::VdnEntered { vdn: vdn(number), entry: Entry::First },
                2 => CallAct::VectorEntered { vector: VectorId((number % 200) as u32), entry: Entry::First },
                3 => CallAct::Queued { split, priority: Priority::Medium },
                4 => CallAct::Ringing { agent, delivery },
                5 => CallAct::Answered { agent, delivery },
                6 => CallAct::Held { agent },
                7 => CallAct::Retrieved { agent },
                8 => CallAct::Ended { by: Party::Caller },
                _ => {
                    let mode = if step == 9 { WorkMode::Acw(Some(id)) } else { WorkMode::Available };
                    let at = from + if step == 9 { 64 } else { 80 };
                    events.push(Event {
                        at,
                        body: EventBody::Agent { agent, act: AgentAct::Mode { split: None, mode } },
                    });
                    continue;
                }
            };
            events.push(Event { at: from + step as i64 * 8, body: EventBody::Call { call: id, act } });
        }
    }
    events
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
