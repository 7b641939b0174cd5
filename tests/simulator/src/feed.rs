//! Runs a world against real time and keeps a native link to each server.
//!
//! One task owns the world and the numbered events; each link has a task of its own for its socket. The links meet
//! only in that numbering: whatever one server or one connection does, the other gets its events. This module may
//! read clocks and sockets; nothing it does changes what the world tells.

mod connection;
mod control;
mod fault;
mod pace;
mod status;
mod tls;

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use link::native::{Answer, Capacity, Identity, LinkError, SetSkills, SwitchSession};
use model::{AcdNumber, Event, Moment};
use tokio::sync::{mpsc, watch};

use crate::truth::Truth;
use crate::world::World;
use connection::{FromLink, ToLink};
use control::Command;
use pace::{Clock, Throttle};

pub use control::LinkControl;
pub use fault::{FaultError, LinkFault, ScheduledFault};
pub use pace::Pace;
pub use status::{FeedStatus, LinkState, LinkStatus};
pub use tls::LinkTls;

/// What a feed needs to know beside its world.
#[derive(Debug, Clone)]
pub struct FeedSettings {
    /// Number of the ACD that the world plays.
    pub acd: AcdNumber,
    /// Name of the switch, for people.
    pub name: String,
    /// The servers, as `HOST:PORT`.
    pub servers: Vec<String>,
    /// How the link to each of them is TLS, in their order; plain TCP where there is nothing.
    pub tls: Vec<LinkTls>,
    /// How fast switch time passes.
    pub pace: Pace,
    /// Ends when this much switch time has passed; `None`: until stopped.
    pub run_for: Option<Duration>,
    /// What the switch keeps for servers that are away.
    pub capacity: Capacity,
    /// Faults by plan.
    pub faults: Vec<ScheduledFault>,
}

impl FeedSettings {
    /// Real time from the world's start, for ever, without faults.
    pub fn new(acd: AcdNumber, servers: Vec<String>) -> Self {
        FeedSettings {
            acd,
            name: "Simulated switch".to_owned(),
            servers,
            tls: Vec::new(),
            pace: Pace::default(),
            run_for: None,
            capacity: Capacity::default(),
            faults: Vec::new(),
        }
    }
}

/// How a feed ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What really happened.
    pub truth: Truth,
    /// Events told.
    pub events: u64,
    /// Number of the last event; less than `events` if the numbering began anew.
    pub last_seq: u64,
    /// How each link stood at the end.
    pub links: Vec<LinkStatus>,
}

/// Why a feed could not go on.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The world told something the link does not carry.
    #[error("the simulated switch told an event that no server would take")]
    Event(#[source] LinkError),
    /// The state of the world does not fit the link.
    #[error("the simulated switch told a state that no server would take")]
    Snapshot(#[source] LinkError),
}

/// A world with its links.
#[derive(Debug)]
pub struct Feed {
    world: World,
    settings: FeedSettings,
    session: SwitchSession,
    links: Vec<Lane>,
    from_links: mpsc::Receiver<FromLink>,
    commands: mpsc::UnboundedReceiver<Command>,
    status: watch::Sender<FeedStatus>,
    events: u64,
    /// Planned faults still to come, soonest first; ends of faults are among them.
    plan: VecDeque<(Moment, fault::Change)>,
    stopping: bool,
}

/// The switch's view of one link.
#[derive(Debug)]
struct Lane {
    /// For orders to the link's task.
    orders: mpsc::UnboundedSender<ToLink>,
    /// For bytes on the present connection; dropping it closes the connection.
    bytes: Option<mpsc::UnboundedSender<Vec<u8>>>,
    /// Which connection it is; what older ones still say is ignored.
    epoch: u64,
    status: LinkStatus,
    /// When the server last acknowledged something new, or had nothing to.
    progress_at: Instant,
}

/// Most events told before the links are looked after again.
const BATCH: usize = 1_000;
/// How often a feed without anything to do looks at the clock.
const TICK: Duration = Duration::from_millis(20);
/// How long the end waits for servers to acknowledge.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long the end waits for a server whose link was lost.
const COME_BACK: Duration = Duration::from_secs(3);

impl Feed {
    /// A feed and its remote control. Links are opened by [`Feed::run`]; must be called inside a tokio runtime.
    pub fn new(world: World, settings: FeedSettings) -> (Self, LinkControl) {
        let (to_feed, from_links) = mpsc::channel(64);
        let (command, commands) = mpsc::unbounded_channel();
        let session = new_session(&settings);
        let mut links = Vec::new();
        for (number, address) in settings.servers.iter().enumerate() {
            let (orders, receiver) = mpsc::unbounded_channel();
            let tls = settings.tls.get(number).cloned();
            tokio::spawn(connection::run(number, address.clone(), tls, receiver, to_feed.clone()));
            links.push(Lane {
                orders,
                bytes: None,
                epoch: 0,
                status: LinkStatus::new(address.clone()),
                progress_at: Instant::now(),
            });
        }
        let plan = fault::plan(world.now(), &settings.faults);
        let (status, watch) = watch::channel(FeedStatus::new(world.now(), &settings.servers));
        let feed = Feed {
            world,
            settings,
            session,
            links,
            from_links,
            commands,
            status,
            events: 0,
            plan: plan.into(),
            stopping: false,
        };
        (feed, LinkControl::new(command, watch))
    }

    /// Runs until the time is over or [`LinkControl::stop`]; then waits a little for the last acknowledgements.
    pub async fn run(mut self) -> Result<Outcome, FeedError> {
        let start = self.world.now();
        let end = self.settings.run_for.map(|length| start + length.as_secs() as i64);
        let clock = Clock::start(self.settings.pace, start);
        let mut throttle = Throttle::new(self.settings.pace, self.settings.capacity.in_flight);
        let mut events = Vec::new();
        loop {
            let target = end.map_or(clock.target(), |end| end.min(clock.target()));
            let more = self.advance(target, &mut throttle, &mut events)?;
            self.obey_servers()?;
            self.serve_links()?;
            self.report(clock.is_caught_up(self.world.now()));
            let over = end.is_some_and(|end| self.world.now() >= end && self.world.next_at() > end);
            if self.stopping || over {
                break;
            }
            self.listen(if more { Duration::ZERO } else { TICK }).await;
        }
        self.say_farewell().await?;
        Ok(Outcome {
            truth: self.world.truth(),
            events: self.events,
            last_seq: self.session.next_seq() - 1,
            links: self.links.iter().map(|lane| lane.status.clone()).collect(),
        })
    }

    /// Lets the world go on towards `target`; whether it could go on at once.
    fn advance(&mut self, target: Moment, throttle: &mut Throttle, events: &mut Vec<Event>) -> Result<bool, FeedError> {
        for _ in 0..BATCH {
            if self.world.next_at() > target {
                self.world.run_until(target, events);
                break;
            }
            if !throttle.lets_go(self.world.next_at(), self.backlog(), self.all_streaming()) {
                return Ok(false);
            }
            while self.plan.front().is_some_and(|(at, _)| *at <= self.world.next_at()) {
                if let Some((_, change)) = self.plan.pop_front() {
                    self.change(change);
                }
            }
            self.world.step(events);
            for event in events.drain(..) {
                self.session.push(&event).map_err(FeedError::Event)?;
                self.events += 1;
            }
        }
        for event in events.drain(..) {
            self.session.push(&event).map_err(FeedError::Event)?;
            self.events += 1;
        }
        Ok(self.world.next_at() <= target)
    }

    /// Most events that a live link has yet to acknowledge; `None` without a live link.
    fn backlog(&self) -> Option<u64> {
        let told = self.session.next_seq() - 1;
        let live = |(number, lane): &(usize, &Lane)| self.session.is_streaming(*number) && lane.makes_progress();
        let lanes = self.links.iter().enumerate().filter(live);
        lanes.map(|(number, _)| told.saturating_sub(self.session.acknowledged(number))).max()
    }

    fn all_streaming(&self) -> bool {
        (0..self.links.len()).all(|number| self.session.is_streaming(number))
    }

    /// Pump-ups and bytes for every link that can take them.
    fn serve_links(&mut self) -> Result<(), FeedError> {
        for number in 0..self.links.len() {
            if self.session.wants_pump_up(number) {
                let snapshot = self.world.snapshot();
                let at = self.world.now();
                self.session.pump_up(number, at, None, &snapshot).map_err(FeedError::Snapshot)?;
                self.links[number].status.pump_ups += 1;
            }
            let output = self.session.take_output(number);
            if let Some(bytes) = self.links[number].bytes.as_ref().filter(|_| !output.is_empty()) {
                // A connection that has just closed says so by a message of its own.
                let _ = bytes.send(output);
            }
            let told = self.session.next_seq() - 1;
            let (acknowledged, streaming) = (self.session.acknowledged(number), self.session.is_streaming(number));
            let overdue = self.links[number].note_progress(acknowledged, streaming && acknowledged < told);
            if overdue {
                self.close(number, "the server has not acknowledged anything for too long".to_owned());
            }
        }
        Ok(())
    }

    /// Does what servers asked for: what comes of it is told to all of them, the answer to the one that asked.
    fn obey_servers(&mut self) -> Result<(), FeedError> {
        for number in 0..self.links.len() {
            for SetSkills { id, agent, skills } in self.session.take_commands(number) {
                let mut events = Vec::new();
                let refused = self.world.set_skills(agent, skills, &mut events).err();
                for event in events {
                    self.session.push(&event).map_err(FeedError::Event)?;
                    self.events += 1;
                }
                self.session.answer(number, Answer { id, refused });
            }
        }
        Ok(())
    }

    /// Waits for whatever comes first: a link, a command, or the time to look again.
    async fn listen(&mut self, wait: Duration) {
        tokio::select! {
            biased;
            Some(command) = self.commands.recv() => self.obey(command),
            Some(message) = self.from_links.recv() => self.hear(message),
            () = tokio::time::sleep(wait) => {}
        }
        while let Ok(command) = self.commands.try_recv() {
            self.obey(command);
        }
        while let Ok(message) = self.from_links.try_recv() {
            self.hear(message);
        }
    }

    fn hear(&mut self, message: FromLink) {
        match message {
            FromLink::Connected { link, epoch, bytes } => {
                let lane = &mut self.links[link];
                lane.epoch = epoch;
                lane.bytes = Some(bytes);
                lane.progress_at = Instant::now();
                lane.status.connected();
                self.session.connected(link, self.world.now());
            }
            FromLink::Received { link, epoch, bytes } if self.links[link].epoch == epoch => {
                if let Err(error) = self.session.receive(link, &bytes) {
                    self.close(link, error_chain(&error));
                }
            }
            FromLink::Closed { link, epoch, error } => {
                if self.links[link].epoch == epoch {
                    self.session.disconnected(link);
                    self.links[link].bytes = None;
                }
                self.links[link].status.lost(error);
            }
            FromLink::Received { .. } => {}
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Change(change) => self.change(change),
            Command::Truth(reply) => _ = reply.send(self.world.truth()),
            Command::Stop => self.stopping = true,
        }
    }

    fn change(&mut self, change: fault::Change) {
        match change {
            fault::Change::Begin(link, LinkFault::Restart) => self.restart(link),
            fault::Change::Begin(link, fault) => self.order(link, ToLink::Fault(fault)),
            fault::Change::End(link) => self.order(link, ToLink::Resume),
        }
    }

    fn order(&mut self, link: usize, order: ToLink) {
        if let Some(lane) = self.links.get_mut(link) {
            if let ToLink::Fault(fault) = &order {
                lane.status.fault = Some(*fault);
            } else {
                lane.status.fault = None;
            }
            // The task lives as long as the feed.
            let _ = lane.orders.send(order);
        }
    }

    /// The switch's end of the links starts anew: new numbering, every server has to be told the state again.
    fn restart(&mut self, link: usize) {
        for number in 0..self.links.len() {
            self.close(number, format!("the switch restarts its links (asked for on link {})", link + 1));
        }
        self.session = new_session(&self.settings);
    }

    fn close(&mut self, link: usize, why: String) {
        self.session.disconnected(link);
        let lane = &mut self.links[link];
        lane.bytes = None;
        lane.epoch = u64::MAX;
        lane.status.lost(why);
    }

    async fn say_farewell(&mut self) -> Result<(), FeedError> {
        let began = Instant::now();
        while began.elapsed() < FAREWELL && (0..self.links.len()).any(|number| self.owes(number, began.elapsed())) {
            self.obey_servers()?;
            self.serve_links()?;
            self.report(true);
            self.listen(TICK).await;
        }
        self.report(true);
        Ok(())
    }

    /// Whether the end should wait for this server: it still has to acknowledge something, and is there or may
    /// come back at once.
    fn owes(&self, number: usize, waited: Duration) -> bool {
        let status = &self.links[number].status;
        let may_return = status.connections > 0 && status.fault.is_none() && waited < COME_BACK;
        let there = self.session.is_streaming(number) || may_return;
        there && self.session.acknowledged(number) + 1 < self.session.next_seq()
    }

    fn report(&mut self, caught_up: bool) {
        let next = self.session.next_seq();
        for (number, lane) in self.links.iter_mut().enumerate() {
            lane.status.acknowledged = self.session.acknowledged(number);
            lane.status.note_streaming(self.session.is_streaming(number));
        }
        let (at, events) = (self.world.now(), self.events);
        let links = &self.links;
        self.status.send_if_modified(|status| {
            let changed = status.at != at || status.events != events || status.caught_up != caught_up;
            let same = status.links.iter().zip(links).all(|(old, lane)| *old == lane.status);
            if !changed && same {
                return false;
            }
            let links = links.iter().map(|lane| lane.status.clone()).collect();
            *status = FeedStatus { at, events, last_seq: next - 1, caught_up, links };
            true
        });
    }
}

impl Lane {
    /// Whether the world should wait for this server: it acknowledges, or has not had the time to.
    fn makes_progress(&self) -> bool {
        self.progress_at.elapsed() < pace::PATIENCE
    }

    /// Notes whether anything was acknowledged; whether the server has been owing for too long.
    fn note_progress(&mut self, acknowledged: u64, owes: bool) -> bool {
        if !owes || acknowledged != self.status.acknowledged {
            self.progress_at = Instant::now();
            self.status.acknowledged = acknowledged;
        }
        owes && self.progress_at.elapsed() > Duration::from_secs(link::native::ACK_SECS)
    }
}

fn new_session(settings: &FeedSettings) -> SwitchSession {
    // The standard library seeds every hasher at random: enough for a number that only has to be another one.
    let random = std::hash::RandomState::new().build_hasher().finish();
    let identity = Identity { acd: settings.acd, name: settings.name.clone(), boot_id: random.max(1) };
    SwitchSession::new(identity, settings.servers.len(), settings.capacity).taking_commands()
}

fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
