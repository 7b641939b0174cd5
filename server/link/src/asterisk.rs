//! The asterisk dialect: a PBX's Manager Interface, whose `app_queue` events become the vocabulary of `model`.
//!
//! A [`Session`] is given the bytes of one connection after another and gives back what to send and what happened. It
//! never opens a socket and has no clock: time is the PBX's own. Two sessions on two servers that hear the same PBX give
//! the same events, because those follow from timestamped events alone; see `translator`.
//!
//! Turned down: asking the PBX for totals. Its counters miss calls and are zeroed without a word.

mod actions;
mod calls;
mod identity;
mod look;
mod notice;
mod numbering;
mod outbox;
mod own_calls;
mod phone_calls;
mod queue_calls;
mod roster;
mod settings;
mod skills;
mod snapshot;
#[cfg(test)]
mod tests;
mod translator;
mod wire;

pub use notice::{Notice, Refusal};
pub use settings::{Settings, SettingsError};

use model::event::{LinkReason, Skill};
use model::{Event, EventBody, LoginId, Moment};

use look::Look;
use skills::Commands;
use snapshot::Snapshot;
use translator::Translator;
use wire::{Block, Frame, Reader};

/// The PBX's clock may step back this far without being called changed: its threads stamp events on their own.
const STEP_BACK_MICROS: i64 = 5_000_000;
/// A step forward of more than this is a change of the clock: a healthy link is asked for the time far more often.
const STEP_FORWARD_MICROS: i64 = 600_000_000;
/// What the PBX says of its clock is believed up to this much earlier: events trail their time.
const LAG_MICROS: i64 = 2_000_000;
/// How long after the lists a pump-up waits for an event to date it, by the PBX's clock.
const QUIET_MICROS: i64 = 5_000_000;
/// Most blocks kept while lists are outstanding.
const EARLY_MAX: usize = 100_000;

/// What a session wants done, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the PBX.
    Send(Vec<u8>),
    /// Something happened.
    Deliver(Event),
    /// What became of a command: `None` if it was done, else why it was not.
    Answered(u64, Option<String>),
    /// Something the administrator should know; the link goes on.
    Notice(Notice),
    /// The link is of no use until somebody changes something: close it, show the reason, try again later.
    Refused(Refusal),
}

#[derive(Debug)]
enum Stage {
    /// No connection, or one that was refused.
    Closed,
    /// The banner is awaited.
    Greeting,
    /// The answer to the login is awaited.
    LoggingIn,
    /// Lists are read. Blocks that come after the queues were told wait for the rest.
    Listing { snapshot: Snapshot, early: Vec<(i64, Block)> },
    /// Events flow, but while the queues are looked at.
    Up(Look),
}

/// One PBX's link, over all its connections.
#[derive(Debug)]
pub struct Session {
    reader: Reader,
    stage: Stage,
    translator: Translator,
    /// Latest time told: of an event, or of the clock.
    latest_micros: Option<i64>,
    /// Whether anything was delivered that a loss of the link ends.
    collecting: bool,
    uptime_secs: Option<i64>,
    booted_seen: bool,
    commands: Commands,
    /// How often this connection was asked for the queues while it was up.
    looks: u64,
}

impl Session {
    /// A session that is not connected. Check the settings first.
    pub fn new(settings: Settings) -> Self {
        Session {
            reader: Reader::default(),
            stage: Stage::Closed,
            translator: Translator::new(settings),
            latest_micros: None,
            collecting: false,
            uptime_secs: None,
            booted_seen: false,
            commands: Commands::default(),
            looks: 0,
        }
    }

    /// A connection was made; the PBX speaks first.
    pub fn connected(&mut self) {
        self.reader = Reader::default();
        self.stage = Stage::Greeting;
        (self.uptime_secs, self.booted_seen, self.looks) = (None, false, 0);
    }

    /// The secret for the next connection.
    pub fn set_secret(&mut self, secret: String) {
        self.translator.settings.secret = secret;
    }

    /// Takes bytes as they came. Any chunking gives the same outputs.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<Output>) {
        let mut reader = std::mem::take(&mut self.reader);
        reader.read(bytes, |frame| self.frame(frame, out));
        self.reader = reader;
    }

    /// Asks for the PBX's time. To be called whenever nothing was heard for some seconds: the answer is a heartbeat.
    pub fn ping(&mut self, out: &mut Vec<Output>) {
        if matches!(self.stage, Stage::Listing { .. } | Stage::Up(_)) {
            out.push(Output::Send(actions::ping()));
        }
    }

    /// Has the PBX give an agent exactly these skills. The outcome comes as [`Output::Answered`], what it changed as events.
    pub fn set_skills(&mut self, id: u64, agent: LoginId, wanted: &[Skill], out: &mut Vec<Output>) {
        if !self.is_up() {
            return out.push(Output::Answered(id, Some("the link is not up".to_owned())));
        }
        let Translator { roster, settings, .. } = &self.translator;
        match skills::changes(roster, settings, agent, wanted) {
            Ok(changes) if changes.is_empty() => out.push(Output::Answered(id, None)),
            Ok(changes) => out.push(Output::Send(self.commands.ask(id, &changes))),
            Err(why) => out.push(Output::Answered(id, Some(why))),
        }
    }

    /// Says goodbye; the program closes the connection then.
    pub fn log_off(&mut self, out: &mut Vec<Output>) {
        if !matches!(self.stage, Stage::Closed | Stage::Greeting) {
            out.push(Output::Send(actions::logoff()));
        }
    }

    /// The connection is gone. A half block is dropped; what was collected ends at the last time told.
    pub fn disconnected(&mut self, reason: LinkReason, out: &mut Vec<Output>) {
        self.lose(reason);
        self.stage = Stage::Closed;
        self.commands.clear();
        self.flush(out);
    }

    /// Whether the PBX's state has been told and events flow.
    pub fn is_up(&self) -> bool {
        matches!(self.stage, Stage::Up(_))
    }

    /// Whether the PBX has let this connection in.
    pub fn is_signed_in(&self) -> bool {
        matches!(self.stage, Stage::Listing { .. } | Stage::Up(_))
    }

    fn frame(&mut self, frame: Frame, out: &mut Vec<Output>) {
        match frame {
            _ if matches!(self.stage, Stage::Closed) => {}
            Frame::Banner(line) if line.starts_with("Asterisk Call Manager/") => {
                self.stage = Stage::LoggingIn;
                out.push(Output::Send(actions::login(&self.translator.settings)));
            }
            Frame::Banner(line) => self.refuse(Refusal::NotAsterisk { line }, out),
            Frame::Malformed(fault) => out.push(Output::Notice(Notice::Malformed { fault })),
            Frame::Block(block) if block.field("Event").is_some() => self.event(block, out),
            Frame::Block(block) => self.response(&block, out),
        }
        self.flush(out);
    }

    fn response(&mut self, block: &Block, out: &mut Vec<Output>) {
        let failed = block.text("Response") == "Error";
        let username = self.translator.settings.username.clone();
        let message = || block.text("Message").chars().take(200).collect::<String>();
        if let Some((id, place)) = actions::skill_command(block.text("ActionID")) {
            if let Some(outcome) = self.commands.answered(id, place, failed.then(message)) {
                out.push(Output::Answered(id, outcome.err()));
            }
            return;
        }
        match (&mut self.stage, block.text("ActionID")) {
            (Stage::LoggingIn, _) if failed => self.refuse(Refusal::LoginFailed { username, message: message() }, out),
            (Stage::LoggingIn, _) => {
                self.stage = Stage::Listing { snapshot: Snapshot::default(), early: Vec::new() };
                out.push(Output::Send(actions::pump_up()));
            }
            (Stage::Listing { snapshot, .. }, actions::CHANNELS) if failed => {
                snapshot.channels_done = true;
                let action = "CoreShowChannels";
                out.push(Output::Notice(Notice::ActionRefused { action, username, message: message() }));
                self.settle(out);
            }
            (Stage::Listing { .. }, actions::QUEUES) if failed => {
                // Without them nothing is ever collected.
                self.refuse(Refusal::NoQueues { username, message: message() }, out);
            }
            (_, id) if id.starts_with(actions::LOOK) => self.look_answered(id, failed, block.micros(), out),
            _ => {
                if let Some(micros) = block.micros() {
                    self.clock(micros, out);
                }
            }
        }
    }

    fn event(&mut self, block: Block, out: &mut Vec<Output>) {
        if matches!(self.stage, Stage::Greeting | Stage::LoggingIn) {
            return;
        }
        match (block.event(), block.micros()) {
            ("FullyBooted", None) => self.booted(&block, out),
            (_, Some(micros)) => self.dated(micros, block, out),
            (_, None) if block.field("ActionID").is_some() => self.listed(&block, out),
            (_, None) if block.field("Privilege").is_some() => self.refuse(Refusal::NoTimestamps, out),
            (_, None) => out.push(Output::Notice(Notice::BadEvent {
                event: block.event().chars().take(40).collect(),
                fault: "it has neither Timestamp nor ActionID",
            })),
        }
    }

    /// An asynchronous event, the same on every connection.
    fn dated(&mut self, micros: i64, block: Block, out: &mut Vec<Output>) {
        match &mut self.stage {
            Stage::Listing { snapshot, .. } if !snapshot.queues_done => {
                // What the lists will say anyway; only the number that a caller dialled is not in them, and what phones do
                // between the two lists.
                snapshot.take(&block);
            }
            Stage::Listing { snapshot, early } => {
                let waited = early.first().map_or(0, |(first, _)| micros - first);
                early.push((micros, block));
                if !snapshot.channels_done && (waited > QUIET_MICROS || early.len() >= EARLY_MAX) {
                    snapshot.channels_done = true;
                }
                self.settle(out);
            }
            Stage::Up(_) => self.live(micros, block, out),
            Stage::Closed | Stage::Greeting | Stage::LoggingIn => {}
        }
    }

    fn live(&mut self, micros: i64, block: Block, out: &mut Vec<Output>) {
        if let Some(block) = self.keep_while_looking(micros, block, out) {
            if !self.is_up() {
                // All is asked for anew, and the lists will say it.
                return self.dated(micros, block, out);
            }
            self.advance(micros);
            self.understand(micros, &block);
            if block.event() == "Reload" {
                self.look(micros, out);
            }
        }
    }

    fn understand(&mut self, micros: i64, block: &Block) {
        if !self.translator.take(block, micros) {
            self.translator.heartbeat(micros);
        }
    }

    /// Follows the clock; says so if it was set.
    fn advance(&mut self, micros: i64) {
        if let Some(latest) = self.latest_micros.filter(|latest| jumped(*latest, micros)) {
            let before = Moment::from_micros(latest);
            self.translator.clock_changed(micros - latest);
            let at = Moment::from_micros(micros);
            self.translator.out.push(Event { at, body: EventBody::ClockChanged { before } });
            self.latest_micros = Some(micros);
        }
        self.latest_micros = self.latest_micros.max(Some(micros));
    }

    /// The answer to a ping: the PBX's clock now. Events of the last moments may still be on their way.
    fn clock(&mut self, micros: i64, out: &mut Vec<Output>) {
        match &mut self.stage {
            Stage::Listing { snapshot, .. } => {
                let taken = *snapshot.taken_micros.get_or_insert(micros);
                if snapshot.queues_done && snapshot.channels_done && micros - taken >= QUIET_MICROS {
                    self.up(micros - LAG_MICROS, out);
                }
            }
            Stage::Up(_) => self.sure(micros, micros - LAG_MICROS, out),
            Stage::Closed | Stage::Greeting | Stage::LoggingIn => {}
        }
    }

    /// The clock says `micros`, and nothing that happened up to `sure` is still on its way.
    fn sure(&mut self, micros: i64, sure: i64, out: &mut Vec<Output>) {
        if self.is_looking(micros, out) {
            return self.note_clock(micros, sure);
        }
        if !self.is_up() {
            return;
        }
        if self.latest_micros.is_none_or(|latest| sure > latest || jumped(latest, sure)) {
            if self.look_is_due(sure, out) {
                return self.note_clock(micros, sure);
            }
            self.advance(sure);
            self.translator.pass(sure);
            self.translator.heartbeat(sure);
        }
    }

    /// An entry of a list.
    fn listed(&mut self, block: &Block, out: &mut Vec<Output>) {
        match &mut self.stage {
            // A look that was given up for them may still be answered.
            Stage::Listing { .. } if block.text("ActionID").starts_with(actions::LOOK) => {}
            Stage::Listing { snapshot, .. } => {
                snapshot.take(block);
                if snapshot.queues_done
                    && let Some(refusal) = snapshot.clash(&self.translator.settings)
                {
                    return self.refuse(refusal, out);
                }
                self.settle(out);
            }
            Stage::Up(look) => look.listed(block),
            Stage::Closed | Stage::Greeting | Stage::LoggingIn => {}
        }
    }

    fn booted(&mut self, block: &Block, out: &mut Vec<Output>) {
        self.booted_seen = true;
        self.uptime_secs = block.number("Uptime");
        let too_early = match &self.stage {
            Stage::Listing { snapshot, .. } => snapshot.queues_done,
            Stage::Up(_) => true,
            Stage::Closed | Stage::Greeting | Stage::LoggingIn => false,
        };
        if too_early {
            // The lists were taken before the queues were loaded.
            self.start_over(LinkReason::SessionDown, out);
        }
    }

    /// What was collected ends at the last time told, and all that is so is asked for anew.
    fn start_over(&mut self, reason: LinkReason, out: &mut Vec<Output>) {
        self.lose(reason);
        self.stage = Stage::Listing { snapshot: Snapshot::default(), early: Vec::new() };
        out.push(Output::Send(actions::pump_up()));
    }

    fn lose(&mut self, reason: LinkReason) {
        self.let_flow();
        self.translator.clear();
        if std::mem::take(&mut self.collecting)
            && let Some(micros) = self.latest_micros
        {
            let event = Event { at: Moment::from_micros(micros), body: EventBody::LinkDown { reason } };
            self.translator.out.push(event);
        }
    }

    /// Tells the lists as soon as they are whole and an event dates them.
    fn settle(&mut self, out: &mut Vec<Output>) {
        let Stage::Listing { snapshot, early } = &mut self.stage else { return };
        if !snapshot.queues_done || !snapshot.channels_done {
            return;
        }
        let Some(&(micros, _)) = early.first() else { return };
        let early = std::mem::take(early);
        self.up(micros, out);
        for (micros, block) in early {
            self.live(micros, block, out);
        }
    }

    fn up(&mut self, micros: i64, out: &mut Vec<Output>) {
        let Stage::Listing { snapshot, .. } = std::mem::replace(&mut self.stage, Stage::Up(Look::default())) else {
            return;
        };
        self.notice_start(micros, out);
        // However long the link was down, the clock ran on; only a step back needs telling.
        if self.latest_micros.is_some_and(|latest| micros > latest) {
            self.latest_micros = Some(micros);
        }
        self.advance(micros);
        self.translator.at_micros = micros;
        self.translator.pump_up(&snapshot);
        self.collecting = true;
    }

    fn notice_start(&mut self, micros: i64, out: &mut Vec<Output>) {
        if !self.booted_seen {
            out.push(Output::Notice(Notice::ClassMissing {
                username: self.translator.settings.username.clone(),
                class: "system",
                symptom: "it was not told that the PBX is fully booted",
            }));
        }
        if let (Some(uptime_secs), Some(latest)) = (self.uptime_secs, self.latest_micros)
            && micros.saturating_sub(uptime_secs.saturating_mul(1_000_000)) > latest
        {
            out.push(Output::Notice(Notice::Restarted { uptime_secs }));
        }
    }

    /// What was kept for a list that will not come any more is understood without it.
    fn let_flow(&mut self) {
        let Stage::Up(look) = &mut self.stage else { return };
        for (micros, block) in look.abandon() {
            self.advance(micros);
            self.understand(micros, &block);
        }
    }

    fn refuse(&mut self, refusal: Refusal, out: &mut Vec<Output>) {
        self.stage = Stage::Closed;
        out.push(Output::Refused(refusal));
    }

    fn flush(&mut self, out: &mut Vec<Output>) {
        for notice in self.translator.notices.drain(..).chain(self.translator.roster.notices.drain(..)) {
            out.push(Output::Notice(notice));
        }
        self.translator.out.drain(|event| out.push(Output::Deliver(event)));
    }
}

/// Whether the clock was set between two times.
fn jumped(latest: i64, micros: i64) -> bool {
    micros < latest - STEP_BACK_MICROS || micros > latest + STEP_FORWARD_MICROS
}
