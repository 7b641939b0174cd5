//! The table of events: which field number each kind and each member has. `proto/acd_link.proto` says the same
//! for everyone else, and a test holds the two together. Numbers are never reused.

use model::event::{
    AgentAct, CallAct, CallStage, Configuration, Delivery, Direction, Entity, Entry, LinkReason, Party, Priority,
    WorkMode,
};
use model::{CallId, EventBody, ExceptionScope, LoginId};

use super::WireError;
use super::bytes::{Fields, Value, put_message};
use super::field::{Field, Oneof, write_field};
use super::message::{oneof, plain_enum, read_members};

plain_enum!(Direction { 1 => In, 2 => Out });
plain_enum!(Priority { 1 => Low, 2 => Medium, 3 => High, 4 => Top });
plain_enum!(Entry { 1 => First, 2 => Routed, 3 => Returned });
plain_enum!(Party { 1 => Caller, 2 => Agent, 3 => Switch });
plain_enum!(LinkReason {
    91 => Started,
    92 => NewTranslations,
    93 => TurnedOff,
    94 => BusiedOut,
    95 => TimedOut,
    96 => ClockReset,
    97 => SessionDown,
});

oneof!(CallAct {
    2 => TrunkSeized { trunk = 1, group = 2, direction = 3 },
    3 => VdnEntered { vdn = 1, entry = 2 },
    4 => VectorEntered { vector = 1, entry = 2 },
    5 => Queued { split = 1, priority = 2 },
    6 => QueueLeft { split = 1 },
    7 => Ringing { agent = 1, delivery = 2 },
    8 => Answered { agent = 1, delivery = 2 },
    9 => Redirected { agent = 1 },
    10 => RingStopped { agent = 1 },
    11 => Held { agent = 1 },
    12 => Retrieved { agent = 1 },
    13 => Transferred { agent = 1, to = 2 },
    14 => Conferenced { agent = 1, with = 2 },
    15 => AgentLeft { agent = 1 },
    16 => Abandoned {},
    17 => ForcedBusy {},
    18 => ForcedDisconnect { vdn_timer = 1 },
    19 => Outflowed { interflow = 1 },
    20 => Connected { extension = 1 },
    21 => Dialed { agent = 1, off_switch = 2, adjunct = 3 },
    22 => FarEndAnswered {},
    23 => WorkCodeEntered { agent = 1, code = 2 },
    24 => StrokeCount { agent = 1, button = 2 },
    25 => Assist { agent = 1 },
    26 => AudioDifficulty { agent = 1 },
    27 => Ended { by = 1 },
    28 => Seen { since = 1, stage = 2 },
    29 => Identified { identity = 1 },
    30 => DigitsDialed { agent = 1, digits = 2 },
    31 => MaliciousTrace { agent = 1 },
});

oneof!(CallStage {
    1 => Waiting { split = 1, vdn = 2, priority = 3 },
    2 => Ringing { agent = 1, delivery = 2 },
    3 => Talking { agent = 1, delivery = 2 },
    4 => OnTrunk { trunk = 1, group = 2, direction = 3 },
});

oneof!(AgentAct {
    2 => LoggedIn { extension = 1, skills = 2 },
    3 => LoggedOut { reason = 1 },
    4 => Mode { split = 1, mode = 2 },
    5 => SkillsChanged { skills = 1 },
    6 => Seen { extension = 1, skills = 2, since = 3, mode = 4 },
});

oneof!(Configuration {
    1 => Split { split = 1, name = 2, service_level_secs = 3 },
    2 => Agent { agent = 1, name = 2 },
    3 => Vdn { vdn = 1, name = 2, vector = 3, service_level_secs = 4 },
    4 => Vector { vector = 1, name = 2 },
    5 => TrunkGroup { group = 1, name = 2 },
    6 => Trunk { trunk = 1, group = 2 },
    7 => WorkCode { code = 1, name = 2 },
    8 => AuxReason { reason = 1, name = 2 },
    9 => LogoutReason { reason = 1, name = 2 },
    10 => SplitProfile { split = 1, profile = 2 },
    11 => VdnProfile { vdn = 1, profile = 2 },
    12 => Interval { minutes = 1 },
    20 => Trace { agent = 1, on = 2 },
    21 => Exception { rule = 1 },
    22 => SplitProfileRemoved { split = 1 },
    23 => VdnProfileRemoved { vdn = 1 },
    24 => Zone { zone = 1 },
    25 => PhantomLimit { secs = 1 },
});

impl Oneof for Delivery {
    const NAME: &'static str = "Delivery";

    fn write_variant(&self, out: &mut Vec<u8>) {
        match self {
            Delivery::Skill(split) => split.write(1, out),
            Delivery::DirectAgent(split) => split.write(2, out),
            Delivery::Extension => ().write(3, out),
        }
    }

    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError> {
        Ok(Some(match number {
            1 => Delivery::Skill(Field::read(value, "Delivery.skill")?),
            2 => Delivery::DirectAgent(Field::read(value, "Delivery.direct_agent")?),
            3 => <()>::read(value, "Delivery.extension").map(|()| Delivery::Extension)?,
            _ => return Ok(None),
        }))
    }
}

impl Oneof for ExceptionScope {
    const NAME: &'static str = "ExceptionScope";

    fn write_variant(&self, out: &mut Vec<u8>) {
        match self {
            ExceptionScope::Agents(split) => split.write(1, out),
            ExceptionScope::Split(split) => split.write(2, out),
            ExceptionScope::Vdn(vdn) => vdn.write(3, out),
            ExceptionScope::Vector(vector) => vector.write(4, out),
            ExceptionScope::TrunkGroup(group) => group.write(5, out),
        }
    }

    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError> {
        Ok(Some(match number {
            1 => ExceptionScope::Agents(Field::read(value, "ExceptionScope.agents")?),
            2 => ExceptionScope::Split(Field::read(value, "ExceptionScope.split")?),
            3 => ExceptionScope::Vdn(Field::read(value, "ExceptionScope.vdn")?),
            4 => ExceptionScope::Vector(Field::read(value, "ExceptionScope.vector")?),
            5 => ExceptionScope::TrunkGroup(Field::read(value, "ExceptionScope.trunk_group")?),
            _ => return Ok(None),
        }))
    }
}

impl Oneof for WorkMode {
    const NAME: &'static str = "WorkMode";

    fn write_variant(&self, out: &mut Vec<u8>) {
        match self {
            WorkMode::Available => ().write(1, out),
            WorkMode::Aux(reason) => reason.write(2, out),
            WorkMode::Acw(None) => ().write(3, out),
            WorkMode::Acw(Some(call)) => call.write(4, out),
            WorkMode::Unknown => ().write(5, out),
        }
    }

    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError> {
        Ok(Some(match number {
            1 => <()>::read(value, "WorkMode.available").map(|()| WorkMode::Available)?,
            2 => WorkMode::Aux(Field::read(value, "WorkMode.aux")?),
            3 => <()>::read(value, "WorkMode.acw").map(|()| WorkMode::Acw(None))?,
            4 => WorkMode::Acw(Some(Field::read(value, "WorkMode.acw_of")?)),
            5 => <()>::read(value, "WorkMode.unknown").map(|()| WorkMode::Unknown)?,
            _ => return Ok(None),
        }))
    }
}

impl Oneof for Entity {
    const NAME: &'static str = "Entity";

    fn write_variant(&self, out: &mut Vec<u8>) {
        match self {
            Entity::Split(split) => split.write(1, out),
            Entity::Agent(agent) => agent.write(2, out),
            Entity::Vdn(vdn) => vdn.write(3, out),
            Entity::Vector(vector) => vector.write(4, out),
            Entity::TrunkGroup(group) => group.write(5, out),
            Entity::Trunk(trunk) => trunk.write(6, out),
            Entity::WorkCode(code) => code.write(7, out),
            Entity::AuxReason(reason) => reason.write(8, out),
            Entity::LogoutReason(reason) => reason.write(9, out),
        }
    }

    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError> {
        Ok(Some(match number {
            1 => Entity::Split(Field::read(value, "Entity.split")?),
            2 => Entity::Agent(Field::read(value, "Entity.agent")?),
            3 => Entity::Vdn(Field::read(value, "Entity.vdn")?),
            4 => Entity::Vector(Field::read(value, "Entity.vector")?),
            5 => Entity::TrunkGroup(Field::read(value, "Entity.trunk_group")?),
            6 => Entity::Trunk(Field::read(value, "Entity.trunk")?),
            7 => Entity::WorkCode(Field::read(value, "Entity.work_code")?),
            8 => Entity::AuxReason(Field::read(value, "Entity.aux_reason")?),
            9 => Entity::LogoutReason(Field::read(value, "Entity.logout_reason")?),
            _ => return Ok(None),
        }))
    }
}

// The kinds of event. Numbers 1 and 2 of the message are its sequence number and its time.
impl Oneof for EventBody {
    const NAME: &'static str = "Event";

    fn write_variant(&self, out: &mut Vec<u8>) {
        match self {
            EventBody::Heartbeat => ().write(3, out),
            EventBody::Call { call, act } => put_message(4, out, |out| {
                write_field(call, 1, out);
                act.write_variant(out);
            }),
            EventBody::Agent { agent, act } => put_message(5, out, |out| {
                agent.write(1, out);
                act.write_variant(out);
            }),
            EventBody::Configured(configuration) => configuration.write(6, out),
            EventBody::Removed(entity) => entity.write(7, out),
            EventBody::TrunkMaintenance { trunk, busy } => put_message(8, out, |out| {
                trunk.write(1, out);
                write_field(busy, 2, out);
            }),
            EventBody::ClockChanged { before } => put_message(9, out, |out| write_field(before, 1, out)),
            EventBody::LinkDown { reason } => put_message(10, out, |out| reason.write(1, out)),
            EventBody::PumpUpBegan => ().write(11, out),
            EventBody::PumpUpEnded => ().write(12, out),
        }
    }

    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError> {
        Ok(Some(match number {
            3 => <()>::read(value, "Event.heartbeat").map(|()| EventBody::Heartbeat)?,
            4 => read_call(value)?,
            5 => read_agent(value)?,
            6 => EventBody::Configured(Box::new(Configuration::read(value, "Event.configured")?)),
            7 => EventBody::Removed(Entity::read(value, "Event.removed")?),
            8 => read_members!(
                value.bytes("Event.trunk_maintenance")?,
                [EventBody::TrunkMaintenance],
                "TrunkMaintenance",
                [trunk = 1, busy = 2]
            ),
            9 => read_members!(
                value.bytes("Event.clock_changed")?,
                [EventBody::ClockChanged],
                "ClockChanged",
                [before = 1]
            ),
            10 => read_members!(value.bytes("Event.link_down")?, [EventBody::LinkDown], "LinkDown", [reason = 1]),
            11 => <()>::read(value, "Event.pump_up_began").map(|()| EventBody::PumpUpBegan)?,
            12 => <()>::read(value, "Event.pump_up_ended").map(|()| EventBody::PumpUpEnded)?,
            _ => return Ok(None),
        }))
    }
}

fn read_call(value: Value<'_>) -> Result<EventBody, WireError> {
    let mut call = CallId(0);
    let mut act = None;
    let mut fields = Fields::new(value.bytes("Event.call")?);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => call = CallId::read(value, "CallEvent.call")?,
            _ => act = CallAct::read_variant(number, value)?.or(act),
        }
    }
    let act = act.ok_or(WireError::NoVariant { message: "CallEvent" })?;
    Ok(EventBody::Call { call, act })
}

fn read_agent(value: Value<'_>) -> Result<EventBody, WireError> {
    let mut agent = None;
    let mut act = None;
    let mut fields = Fields::new(value.bytes("Event.agent")?);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => agent = Some(LoginId::read(value, "AgentEvent.agent")?),
            _ => act = AgentAct::read_variant(number, value)?.or(act),
        }
    }
    let agent = agent.ok_or(WireError::Missing { field: "AgentEvent.agent" })?;
    let act = act.ok_or(WireError::NoVariant { message: "AgentEvent" })?;
    Ok(EventBody::Agent { agent, act })
}
