//! Frames: a length of four bytes, big-endian, and as many bytes of protobuf `Frame`.
//!
//! An event inside a frame stays as bytes here; whether it is worth decoding is for the session to say.

use model::event::Skills;
use model::{AcdNumber, LoginId, Moment};

use super::LinkError;
use super::wire::{Field, Fields, WireError, plain_enum, put_message, record};

/// Longest frame in bytes, without its four bytes of length.
pub const FRAME_MAX: u32 = 1 << 20;

/// First frame of a connection, from the switch: who it is and from where it can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Protocol version the switch speaks.
    pub protocol: u32,
    /// Which ACD it is.
    pub acd: AcdNumber,
    /// Drawn anew whenever the numbering of events starts again; never 0.
    pub boot_id: u64,
    /// The switch's name for people to read.
    pub switch_name: String,
    /// Oldest event that can still be sent; equals `next_seq` if none.
    pub oldest_seq: u64,
    /// Number the next new event will get.
    pub next_seq: u64,
    /// The switch's clock.
    pub now: Moment,
    /// Whether the switch takes commands. One that does not is never sent any.
    pub takes_commands: bool,
}

/// The server's answer: what it wants next. Without `want_seq` it wants a pump-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Welcome {
    pub want_seq: Option<u64>,
    pub protocol: u32,
}

/// The server does not take the link, or not any longer. The connection ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refuse {
    /// Why, for the switch's program.
    pub code: RefuseCode,
    /// Why, for people.
    pub text: String,
}

/// Why a server refuses a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefuseCode {
    /// It speaks another protocol version.
    Version,
    /// The link is for another ACD.
    Acd,
    /// A frame that is none, or that may not come now.
    Protocol,
    /// An event that cannot be read or cannot be; the switch must pump up and not send it again.
    Event,
    /// Another connection is already feeding this ACD.
    Busy,
    /// Boot id or sequence numbers cannot be.
    Position,
    /// The server is stopping, or data collection for this ACD is turned off; try again later.
    Closed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ack {
    pub seq: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PumpUpBegin {
    pub as_of_seq: u64,
    pub at: Moment,
    pub reason: Option<model::event::LinkReason>,
}

/// A command: gives an agent exactly these skills. From the server, only to a switch that takes commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSkills {
    /// The answer bears it, too. Unique on its connection.
    pub id: u64,
    /// The agent.
    pub agent: LoginId,
    /// All skills from now on; in which order the agent holds them is for the switch to say.
    pub skills: Skills,
}

/// What became of a command. What it changed is told by ordinary events, to every server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Of the command.
    pub id: u64,
    /// Why it was not done; absent if it was.
    pub refused: Option<String>,
}

plain_enum!(RefuseCode {
    1 => Version,
    2 => Acd,
    3 => Protocol,
    4 => Event,
    5 => Busy,
    6 => Position,
    7 => Closed,
});
record!(Hello { protocol = 1, acd = 2, boot_id = 3, switch_name = 4, oldest_seq = 5, next_seq = 6, now = 7,
    takes_commands = 8 });
record!(Welcome { want_seq = 1, protocol = 2 });
record!(Refuse { code = 1, text = 2 });
record!(Ack { seq = 1 });
record!(PumpUpBegin { as_of_seq = 1, at = 2, reason = 3 });
record!(SetSkills { id = 1, agent = 2, skills = 3 });
record!(Answer { id = 1, refused = 2 });

/// One frame. Events are still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    Event(&'a [u8]),
    Hello(Hello),
    Welcome(Welcome),
    Refuse(Refuse),
    Ack(Ack),
    PumpUpBegin(PumpUpBegin),
    Snapshot(&'a [u8]),
    PumpUpEnd,
    SetSkills(SetSkills),
    Answer(Answer),
}

const EVENT: u32 = 1;
const HELLO: u32 = 2;
const WELCOME: u32 = 3;
const REFUSE: u32 = 4;
const ACK: u32 = 5;
const PUMP_UP_BEGIN: u32 = 6;
const SNAPSHOT: u32 = 7;
const PUMP_UP_END: u32 = 8;
const SET_SKILLS: u32 = 9;
const ANSWER: u32 = 10;

impl<'a> Frame<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut fields = Fields::new(bytes);
        let mut frame = None;
        while let Some((number, value)) = fields.next()? {
            frame = Some(match number {
                EVENT => Frame::Event(value.bytes("Frame.event")?),
                HELLO => Frame::Hello(Field::read(value, "Frame.hello")?),
                WELCOME => Frame::Welcome(Field::read(value, "Frame.welcome")?),
                REFUSE => Frame::Refuse(Field::read(value, "Frame.refuse")?),
                ACK => Frame::Ack(Field::read(value, "Frame.ack")?),
                PUMP_UP_BEGIN => Frame::PumpUpBegin(Field::read(value, "Frame.pump_up_begin")?),
                SNAPSHOT => Frame::Snapshot(value.bytes("Frame.snapshot")?),
                PUMP_UP_END => <()>::read(value, "Frame.pump_up_end").map(|()| Frame::PumpUpEnd)?,
                SET_SKILLS => Frame::SetSkills(Field::read(value, "Frame.set_skills")?),
                ANSWER => Frame::Answer(Field::read(value, "Frame.answer")?),
                _ => continue,
            });
        }
        frame.ok_or(WireError::NoVariant { message: "Frame" })
    }

    /// What the frame is called in errors.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Frame::Event(_) => "event",
            Frame::Hello(_) => "hello",
            Frame::Welcome(_) => "welcome",
            Frame::Refuse(_) => "refuse",
            Frame::Ack(_) => "ack",
            Frame::PumpUpBegin(_) => "pump_up_begin",
            Frame::Snapshot(_) => "snapshot",
            Frame::PumpUpEnd => "pump_up_end",
            Frame::SetSkills(_) => "set_skills",
            Frame::Answer(_) => "answer",
        }
    }
}

/// Appends a whole frame, length included.
pub(super) fn write_frame(frame: &Frame<'_>, out: &mut Vec<u8>) {
    framed(out, |out| match frame {
        Frame::Event(bytes) => put_message(EVENT, out, |out| out.extend_from_slice(bytes)),
        Frame::Hello(hello) => hello.write(HELLO, out),
        Frame::Welcome(welcome) => welcome.write(WELCOME, out),
        Frame::Refuse(refuse) => refuse.write(REFUSE, out),
        Frame::Ack(ack) => ack.write(ACK, out),
        Frame::PumpUpBegin(begin) => begin.write(PUMP_UP_BEGIN, out),
        Frame::Snapshot(bytes) => put_message(SNAPSHOT, out, |out| out.extend_from_slice(bytes)),
        Frame::PumpUpEnd => ().write(PUMP_UP_END, out),
        Frame::SetSkills(command) => command.write(SET_SKILLS, out),
        Frame::Answer(answer) => answer.write(ANSWER, out),
    });
}

/// Appends an event frame without a detour through the event's bytes.
pub(super) fn write_event_frame(seq: u64, event: &model::Event, out: &mut Vec<u8>) {
    framed(out, |out| put_message(EVENT, out, |out| super::wire::write_event(seq, event, out)));
}

/// Appends one event of a snapshot.
pub(super) fn write_snapshot_frame(event: &model::Event, out: &mut Vec<u8>) {
    framed(out, |out| put_message(SNAPSHOT, out, |out| super::wire::write_event(0, event, out)));
}

fn framed(out: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    content(out);
    let length = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// Cuts a byte stream into frames, however it arrives.
#[derive(Debug, Default)]
pub(super) struct FrameBuffer {
    /// The beginning of a frame whose end has not come yet.
    partial: Vec<u8>,
}

impl FrameBuffer {
    /// Hands every complete frame to `take`, stopping at the first error.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Frame<'_>) -> Result<(), LinkError>,
    ) -> Result<(), LinkError> {
        let mut rest = bytes;
        if !self.partial.is_empty() {
            let mut joined = std::mem::take(&mut self.partial);
            let whole = fill(&mut joined, &mut rest)?;
            if whole {
                take(read_whole(&joined[4..])?)?;
                joined.clear();
            }
            self.partial = joined;
            if !whole {
                return Ok(());
            }
        }
        while let Some((length, body)) = split_length(rest)? {
            let Some((frame, after)) = body.split_at_checked(length) else { break };
            take(read_whole(frame)?)?;
            rest = after;
        }
        self.partial.extend_from_slice(rest);
        Ok(())
    }
}

/// Moves bytes from `rest` until `joined` holds a whole frame; whether it does.
fn fill(joined: &mut Vec<u8>, rest: &mut &[u8]) -> Result<bool, LinkError> {
    while joined.len() < 4 {
        let Some((byte, after)) = rest.split_first() else { return Ok(false) };
        joined.push(*byte);
        *rest = after;
    }
    let Some((length, body)) = split_length(joined)? else { return Ok(false) };
    let missing = (length - body.len()).min(rest.len());
    let complete = body.len() + missing == length;
    joined.extend_from_slice(&rest[..missing]);
    *rest = &rest[missing..];
    Ok(complete)
}

fn split_length(bytes: &[u8]) -> Result<Option<(usize, &[u8])>, LinkError> {
    let Some((length, body)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    let len = u32::from_be_bytes(*length);
    if len > FRAME_MAX {
        return Err(LinkError::FrameTooLong { len, limit: FRAME_MAX });
    }
    Ok(Some((len as usize, body)))
}

fn read_whole(bytes: &[u8]) -> Result<Frame<'_>, LinkError> {
    Frame::read(bytes).map_err(|source| LinkError::Frame { len: bytes.len(), source })
}
