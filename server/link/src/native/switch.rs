//! The switch's end of the native links to all its servers: for the simulator, and for anyone who gives a switch
//! this protocol.
//!
//! One numbered sequence, one buffer, and a lane for each server. The servers never influence each other: a
//! server that is away only keeps the buffer filled, up to its capacity.

use model::event::LinkReason;
use model::{AcdNumber, Event, Moment};

use super::frame::{
    Answer, Frame, FrameBuffer, Hello, PumpUpBegin, RefuseCode, SetSkills, write_frame, write_snapshot_frame,
};
use super::outbox::{Capacity, Outbox};
use super::{LinkError, PROTOCOL, plausible};

/// What a switch says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Which ACD it is.
    pub acd: AcdNumber,
    /// For people to read.
    pub name: String,
    /// To be drawn anew, at random and not 0, whenever a `SwitchSession` is made.
    pub boot_id: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Down,
    Greeting,
    AwaitingSnapshot,
    Streaming { sent: u64 },
}

#[derive(Debug)]
struct Lane {
    phase: Phase,
    acknowledged: u64,
    /// Nothing before this event is offered again: the server could not take it.
    not_before: u64,
    buffer: FrameBuffer,
    /// To be sent before further events.
    output: Vec<u8>,
    /// What the server asked for.
    commands: Vec<SetSkills>,
}

/// The switch's side of its links. Servers are numbered from 0 in the order of configuration.
#[derive(Debug)]
pub struct SwitchSession {
    identity: Identity,
    takes_commands: bool,
    outbox: Outbox,
    in_flight: u64,
    lanes: Vec<Lane>,
}

impl SwitchSession {
    /// A switch that has just started and feeds `servers` servers.
    pub fn new(identity: Identity, servers: usize, capacity: Capacity) -> Self {
        let lane = || Lane {
            phase: Phase::Down,
            acknowledged: 0,
            not_before: 1,
            buffer: FrameBuffer::default(),
            output: Vec::new(),
            commands: Vec::new(),
        };
        SwitchSession {
            identity,
            takes_commands: false,
            outbox: Outbox::new(capacity),
            in_flight: capacity.in_flight.max(1),
            lanes: (0..servers).map(|_| lane()).collect(),
        }
    }

    /// Says to servers that connect from now on that commands are taken. Whoever says so looks for
    /// [`Self::take_commands`] and gives each its [`Self::answer`].
    #[must_use]
    pub fn taking_commands(mut self) -> Self {
        self.takes_commands = true;
        self
    }

    /// What the server asked for since the last time.
    pub fn take_commands(&mut self, server: usize) -> Vec<SetSkills> {
        std::mem::take(&mut self.lanes[server].commands)
    }

    /// Answers a command once it is decided; a server that is gone meanwhile gets no answer. Events that come of it are
    /// to be pushed before.
    pub fn answer(&mut self, server: usize, answer: Answer) {
        let lane = &mut self.lanes[server];
        if matches!(lane.phase, Phase::Streaming { .. }) {
            write_frame(&Frame::Answer(answer), &mut lane.output);
        }
    }

    /// Numbers an event and keeps it for all servers; gives its number. An event that a server would refuse is
    /// refused here, and gets no number.
    pub fn push(&mut self, event: &Event) -> Result<u64, LinkError> {
        plausible::check_sequenced(self.outbox.next_seq(), event)?;
        Ok(self.outbox.push(event))
    }

    /// The number that the next event will get.
    pub fn next_seq(&self) -> u64 {
        self.outbox.next_seq()
    }

    /// A connection to the server was made. `now` is the switch's clock.
    pub fn connected(&mut self, server: usize, now: Moment) {
        let oldest_seq = self.oldest_offered(server);
        let hello = Hello {
            protocol: PROTOCOL,
            acd: self.identity.acd,
            boot_id: self.identity.boot_id,
            switch_name: self.identity.name.clone(),
            oldest_seq,
            next_seq: self.outbox.next_seq(),
            now,
            takes_commands: self.takes_commands,
        };
        let lane = &mut self.lanes[server];
        lane.phase = Phase::Greeting;
        lane.buffer = FrameBuffer::default();
        lane.output.clear();
        lane.commands.clear();
        write_frame(&Frame::Hello(hello), &mut lane.output);
    }

    /// The connection to the server has ended, by whichever side.
    pub fn disconnected(&mut self, server: usize) {
        let lane = &mut self.lanes[server];
        lane.phase = Phase::Down;
        lane.output.clear();
    }

    /// Takes what the server sent, in whatever pieces. After an error the connection is to be closed; the switch
    /// may connect again after a pause.
    pub fn receive(&mut self, server: usize, bytes: &[u8]) -> Result<(), LinkError> {
        let mut buffer = std::mem::take(&mut self.lanes[server].buffer);
        let result = buffer.feed(bytes, |frame| self.take(server, frame));
        self.lanes[server].buffer = buffer;
        if result.is_err() {
            self.disconnected(server);
        }
        result
    }

    /// Whether the server needs the present state, by [`Self::pump_up`], before it can be sent further events.
    pub fn wants_pump_up(&self, server: usize) -> bool {
        let lane = &self.lanes[server];
        match lane.phase {
            Phase::AwaitingSnapshot => true,
            Phase::Streaming { sent } => sent + 1 < self.oldest_offered(server) && self.room(server, sent) > 0,
            Phase::Down | Phase::Greeting => false,
        }
    }

    /// Tells the server the present state: `snapshot` is what is so at `at`, after every event pushed so far.
    /// `reason` says why the events in between are not told, if the switch knows better than the server.
    pub fn pump_up(
        &mut self,
        server: usize,
        at: Moment,
        reason: Option<LinkReason>,
        snapshot: &[Event],
    ) -> Result<(), LinkError> {
        snapshot.iter().try_for_each(plausible::check_snapshot)?;
        let as_of_seq = self.outbox.next_seq() - 1;
        let lane = &mut self.lanes[server];
        if !matches!(lane.phase, Phase::AwaitingSnapshot | Phase::Streaming { .. }) {
            return Ok(());
        }
        write_frame(&Frame::PumpUpBegin(PumpUpBegin { as_of_seq, at, reason }), &mut lane.output);
        snapshot.iter().for_each(|event| write_snapshot_frame(event, &mut lane.output));
        write_frame(&Frame::PumpUpEnd, &mut lane.output);
        lane.phase = Phase::Streaming { sent: as_of_seq };
        Ok(())
    }

    /// Bytes to send to the server: at most one window of events beyond what it has acknowledged.
    pub fn take_output(&mut self, server: usize) -> Vec<u8> {
        let mut output = std::mem::take(&mut self.lanes[server].output);
        let Phase::Streaming { sent } = self.lanes[server].phase else { return output };
        if sent + 1 < self.oldest_offered(server) {
            return output;
        }
        let waiting = self.outbox.next_seq() - 1 - sent;
        let until = sent + waiting.min(self.room(server, sent));
        if until > sent {
            output.extend_from_slice(self.outbox.frames(sent + 1, until + 1));
            self.lanes[server].phase = Phase::Streaming { sent: until };
        }
        output
    }

    /// Whether the server has greeted and is being told events.
    pub fn is_streaming(&self, server: usize) -> bool {
        matches!(self.lanes[server].phase, Phase::Streaming { .. })
    }

    /// The last event that the server has acknowledged, in this boot of the switch; 0 if none.
    pub fn acknowledged(&self, server: usize) -> u64 {
        self.lanes[server].acknowledged
    }

    fn oldest_offered(&self, server: usize) -> u64 {
        self.outbox.oldest_seq().max(self.lanes[server].not_before)
    }

    /// How many more events may be on their way to the server.
    fn room(&self, server: usize, sent: u64) -> u64 {
        self.in_flight.saturating_sub(sent.saturating_sub(self.lanes[server].acknowledged))
    }

    fn take(&mut self, server: usize, frame: Frame<'_>) -> Result<(), LinkError> {
        let last = self.outbox.next_seq() - 1;
        let oldest = self.oldest_offered(server);
        let lane = &mut self.lanes[server];
        match (lane.phase, frame) {
            (_, Frame::Refuse(refuse)) => {
                if refuse.code == RefuseCode::Event {
                    lane.not_before = last + 1;
                }
                Err(LinkError::Refused { code: refuse.code, text: refuse.text })
            }
            (Phase::Greeting, Frame::Welcome(welcome)) => match welcome.want_seq {
                Some(seq) if seq == 0 || seq > last + 1 => Err(LinkError::NeverSent { seq, last }),
                Some(seq) if seq >= oldest => {
                    lane.acknowledged = seq - 1;
                    lane.phase = Phase::Streaming { sent: seq - 1 };
                    Ok(())
                }
                _ => {
                    lane.phase = Phase::AwaitingSnapshot;
                    Ok(())
                }
            },
            (Phase::Streaming { sent }, Frame::Ack(ack)) if ack.seq <= sent => {
                lane.acknowledged = lane.acknowledged.max(ack.seq);
                let safe = self.lanes.iter().map(|lane| lane.acknowledged).min().unwrap_or(0);
                self.outbox.discard_through(safe);
                Ok(())
            }
            (Phase::Streaming { .. }, Frame::Ack(ack)) => Err(LinkError::NeverSent { seq: ack.seq, last }),
            (Phase::Streaming { .. }, Frame::SetSkills(command)) if self.takes_commands => {
                lane.commands.push(command);
                Ok(())
            }
            (Phase::Greeting, frame) => Err(LinkError::Unexpected { found: frame.name(), expected: "welcome" }),
            (_, frame) => Err(LinkError::Unexpected { found: frame.name(), expected: "ack" }),
        }
    }
}
