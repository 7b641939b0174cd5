//! The collecting end of one native connection: bytes in, deliveries and bytes to send out.
//!
//! One session lives as long as one connection. What must outlive it, where collection stands, is the owner's to
//! keep: it comes in as [`Resume`] and goes out with every [`Delivery`].

use model::event::LinkReason;
use model::{AcdNumber, Event, EventBody, Moment};

use super::frame::{
    Ack, Answer, Frame, FrameBuffer, Hello, PumpUpBegin, Refuse, RefuseCode, SetSkills, Welcome, write_frame,
};
use super::wire::{decode_event, read_seq};
use super::{CommandError, LinkError, PROTOCOL, Position, plausible};

/// Far above any honest sequence number, and far enough below the end of `u64` to count on from.
const SEQ_MAX: u64 = u64::MAX >> 1;

/// Most characters of what a switch is told about an error, which may quote what the switch sent.
const REFUSE_TEXT_MAX: usize = 500;

/// Where collection stood when the last connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    /// Position of the last delivery that was kept; `None` if that delivery had none, or none is known. The
    /// switch is then asked for a pump-up.
    pub position: Option<Position>,
    /// Up to here everything is safe. The switch is asked for what comes behind it, because it need not keep what it is not asked
    /// for; what it tells again is passed over.
    pub safe: Option<Position>,
    /// Time of the last event that was kept; a loss of data is dated with it.
    pub last_at: Moment,
    /// Why the connection ended, for the loss of data, should it turn out to be one.
    pub reason: LinkReason,
}

/// An event as it is to be kept and applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What happened.
    pub event: Event,
    /// What may be resumed from and acknowledged once this delivery is kept: the event's own place, or with
    /// `PumpUpEnded` the last event that the pump-up includes. `None` inside a gap, from `LinkDown` up to the last
    /// event of the pump-up: nothing can be resumed from there.
    pub position: Option<Position>,
    /// Whether the event is not of the switch's numbered sequence: the marks of a gap and what is told in it.
    pub snapshot: bool,
}

#[derive(Debug)]
enum Phase {
    AwaitingHello,
    AwaitingPumpUp,
    Streaming { last: u64 },
    PumpingUp { as_of: u64, at: Moment },
    Failed(LinkError),
}

/// The server's side of one connection.
#[derive(Debug)]
pub struct ServerSession {
    acd: AcdNumber,
    /// Where collection stands; `None` until anything was ever collected.
    stand: Option<Resume>,
    phase: Phase,
    hello: Option<Hello>,
    /// Last event of this boot that is wholly delivered.
    delivered: u64,
    acknowledged: u64,
    ack_due: bool,
    buffer: FrameBuffer,
    output: Vec<u8>,
    answers: Vec<Answer>,
}

impl ServerSession {
    /// A session for a connection that was just accepted. Without `resume`, nothing was ever collected from this
    /// ACD: the first pump-up is then no loss of data.
    pub fn new(acd: AcdNumber, resume: Option<Resume>) -> Self {
        ServerSession {
            acd,
            stand: resume,
            phase: Phase::AwaitingHello,
            hello: None,
            delivered: 0,
            acknowledged: 0,
            ack_due: false,
            buffer: FrameBuffer::default(),
            output: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Takes what came over the connection, in whatever pieces, and appends what it says. After an error the
    /// deliveries made before it are good; [`Self::take_output`] tells the switch why, and the connection is to be
    /// closed. From then on every call gives the same error.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<Delivery>) -> Result<(), LinkError> {
        if let Phase::Failed(error) = &self.phase {
            return Err(error.clone());
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = buffer.feed(bytes, |frame| self.take(frame, out));
        self.buffer = buffer;
        if let Err(error) = &result {
            self.fail(error.refuse_code(), error.in_full(), error.clone());
        }
        result
    }

    /// Promises the switch that everything up to `position` is safe and need not be sent again. To be called only
    /// once that is true; positions of an earlier boot are ignored.
    pub fn acknowledge(&mut self, position: Position) {
        let ours = self.hello.as_ref().is_some_and(|hello| hello.boot_id == position.boot);
        // What an earlier connection brought may become safe while this one is at a pump-up, which waits for nothing but the snapshot.
        let flowing = matches!(self.phase, Phase::Streaming { .. } | Phase::PumpingUp { .. });
        let sure = position.seq.min(self.delivered);
        if ours && flowing && sure > self.acknowledged {
            self.acknowledged = sure;
            self.ack_due = true;
            if let Some(stand) = &mut self.stand {
                stand.safe = Some(Position { boot: position.boot, seq: self.acknowledged });
            }
        }
    }

    /// Turns the switch away, or ends the link from this side.
    pub fn refuse(&mut self, code: RefuseCode, text: &str) {
        if !matches!(self.phase, Phase::Failed(_)) {
            self.fail(code, text.to_owned(), LinkError::Refused { code, text: text.to_owned() });
        }
    }

    /// Bytes to send, in order; empty if none.
    pub fn take_output(&mut self) -> Vec<u8> {
        if std::mem::take(&mut self.ack_due) {
            write_frame(&Frame::Ack(Ack { seq: self.acknowledged }), &mut self.output);
        }
        std::mem::take(&mut self.output)
    }

    /// Asks the switch to give an agent exactly these skills; the answer bears the same number.
    ///
    /// # Errors
    /// Why it cannot be asked now.
    pub fn set_skills(&mut self, command: SetSkills) -> Result<(), CommandError> {
        let takes = self.hello.as_ref().is_some_and(|hello| hello.takes_commands);
        match &self.phase {
            Phase::Streaming { .. } if takes => {
                write_frame(&Frame::SetSkills(command), &mut self.output);
                Ok(())
            }
            Phase::Streaming { .. } => Err(CommandError::NotTaken),
            _ => Err(CommandError::NotUp),
        }
    }

    /// What became of commands since the last time.
    pub fn take_answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    /// What the switch said of itself, once it did.
    pub fn hello(&self) -> Option<&Hello> {
        self.hello.as_ref()
    }

    /// Whether the switch is telling its present state, or has been asked to: the link is in transition.
    pub fn is_pumping_up(&self) -> bool {
        matches!(self.phase, Phase::AwaitingPumpUp | Phase::PumpingUp { .. })
    }

    /// Where collection stands after everything delivered so far, for the session that follows this one.
    pub fn resume(&self) -> Option<Resume> {
        self.stand
    }

    fn fail(&mut self, code: RefuseCode, text: String, error: LinkError) {
        if std::mem::take(&mut self.ack_due) {
            write_frame(&Frame::Ack(Ack { seq: self.acknowledged }), &mut self.output);
        }
        let text = text.chars().take(REFUSE_TEXT_MAX).collect();
        write_frame(&Frame::Refuse(Refuse { code, text }), &mut self.output);
        self.phase = Phase::Failed(error);
    }

    fn take(&mut self, frame: Frame<'_>, out: &mut Vec<Delivery>) -> Result<(), LinkError> {
        match (&self.phase, frame) {
            (Phase::Streaming { last }, Frame::Event(bytes)) => self.take_event(*last, bytes, out),
            (Phase::AwaitingHello, Frame::Hello(hello)) => self.take_hello(hello),
            (Phase::Streaming { .. } | Phase::AwaitingPumpUp, Frame::PumpUpBegin(begin)) => {
                self.begin_pump_up(&begin, out)
            }
            (Phase::PumpingUp { .. }, Frame::Snapshot(bytes)) => {
                let event = decode_event(bytes).map_err(|source| LinkError::Event { seq: 0, source })?;
                plausible::check_snapshot(&event)?;
                self.deliver(event, None, true, out);
                Ok(())
            }
            (Phase::PumpingUp { as_of, at }, Frame::PumpUpEnd) => {
                let (as_of, at) = (*as_of, *at);
                self.deliver(Event { at, body: EventBody::PumpUpEnded }, Some(as_of), true, out);
                self.phase = Phase::Streaming { last: as_of };
                Ok(())
            }
            (Phase::Streaming { .. } | Phase::PumpingUp { .. }, Frame::Answer(answer)) => {
                self.answers.push(answer);
                Ok(())
            }
            (phase, frame) => Err(LinkError::Unexpected { found: frame.name(), expected: expected(phase) }),
        }
    }

    fn take_hello(&mut self, hello: Hello) -> Result<(), LinkError> {
        let Hello { protocol, acd, boot_id: boot, oldest_seq, next_seq, .. } = hello;
        if protocol != PROTOCOL {
            return Err(LinkError::Version { theirs: protocol, ours: PROTOCOL });
        }
        if acd != self.acd {
            return Err(LinkError::WrongAcd { theirs: acd, ours: self.acd });
        }
        if boot == 0 || oldest_seq == 0 || oldest_seq > next_seq || next_seq > SEQ_MAX {
            return Err(LinkError::Hello { boot, oldest_seq, next_seq });
        }
        let known = self.stand.and_then(|stand| stand.position).filter(|known| known.boot == boot);
        if let Some(Position { seq: known, .. }) = known.filter(|known| known.seq >= next_seq) {
            return Err(LinkError::Rewound { boot, known, next_seq });
        }
        let known = known.map(|known| known.seq);
        let safe = self.stand.and_then(|stand| stand.safe).filter(|safe| safe.boot == boot);
        self.delivered = known.unwrap_or(0);
        self.acknowledged = safe.map_or(0, |safe| safe.seq).min(self.delivered);
        let reachable = known.filter(|known| known + 1 >= oldest_seq);
        self.phase = reachable.map_or(Phase::AwaitingPumpUp, |last| Phase::Streaming { last });
        self.hello = Some(hello);
        let want_seq = reachable.map(|_| oldest_seq.max(self.acknowledged + 1));
        write_frame(&Frame::Welcome(Welcome { want_seq, protocol: PROTOCOL }), &mut self.output);
        Ok(())
    }

    fn take_event(&mut self, last: u64, bytes: &[u8], out: &mut Vec<Delivery>) -> Result<(), LinkError> {
        let seq = read_seq(bytes).map_err(|source| LinkError::Event { seq: last + 1, source })?;
        if seq != last + 1 {
            let repeated = (1..=last).contains(&seq);
            return if repeated { Ok(()) } else { Err(LinkError::Skipped { expected: last + 1, found: seq }) };
        }
        let event = decode_event(bytes).map_err(|source| LinkError::Event { seq, source })?;
        plausible::check_sequenced(seq, &event)?;
        self.deliver(event, Some(seq), false, out);
        self.phase = Phase::Streaming { last: seq };
        Ok(())
    }

    fn begin_pump_up(&mut self, begin: &PumpUpBegin, out: &mut Vec<Delivery>) -> Result<(), LinkError> {
        let PumpUpBegin { as_of_seq: as_of, at, reason } = *begin;
        if as_of < self.delivered || as_of > SEQ_MAX {
            return Err(LinkError::PumpUpPosition { as_of, known: self.delivered });
        }
        if let Some(stand) = self.stand {
            let reason = reason.unwrap_or(stand.reason);
            self.deliver(Event { at: stand.last_at, body: EventBody::LinkDown { reason } }, None, true, out);
        }
        self.deliver(Event { at, body: EventBody::PumpUpBegan }, None, true, out);
        self.phase = Phase::PumpingUp { as_of, at };
        Ok(())
    }

    fn deliver(&mut self, event: Event, seq: Option<u64>, snapshot: bool, out: &mut Vec<Delivery>) {
        let boot = self.hello.as_ref().map_or(0, |hello| hello.boot_id);
        let position = seq.map(|seq| Position { boot, seq });
        self.delivered = seq.unwrap_or(self.delivered);
        let safe = self.stand.and_then(|stand| stand.safe);
        self.stand = Some(Resume { position, safe, last_at: event.at, reason: LinkReason::SessionDown });
        out.push(Delivery { event, position, snapshot });
    }
}

fn expected(phase: &Phase) -> &'static str {
    match phase {
        Phase::AwaitingHello => "hello",
        Phase::AwaitingPumpUp => "pump_up_begin",
        Phase::Streaming { .. } => "event or pump_up_begin",
        Phase::PumpingUp { .. } => "snapshot or pump_up_end",
        Phase::Failed(_) => "nothing",
    }
}
