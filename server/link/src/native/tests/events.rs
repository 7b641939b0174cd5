//! Arbitrary events, all that `model` can express, and those that a switch may send.

use chrono_tz::Tz;
use model::event::{
    AgentAct, CallAct, CallIdentity, CallStage, Configuration, Delivery, Direction, Entity, Entry, LinkReason, Party,
    Priority, Skill, Skills, WorkMode,
};
use model::{
    AuxReason, CallId, CallProfile, CollectedDigits, EqLoc, Event, EventBody, ExceptionElement, ExceptionKey,
    ExceptionKind, ExceptionRule, ExceptionScope, Extension, IntervalMinutes, LineKind, LoginId, LogoutReason, Moment,
    PhoneNumber, SplitId, TrunkGroupId, Ucid, UserToUser, VdnId, VectorId, WorkCode,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::native::plausible::{check_sequenced, check_snapshot};
use crate::native::wire::{decode_event, encode_event};

macro_rules! text_strategy {
    ($name:ident -> $id:ident) => {
        fn $name() -> impl Strategy<Value = $id> + Clone {
            "[0-9A-Za-zäß@ ]{1,8}".prop_filter_map("blank at an end", |text| $id::new(&text).ok())
        }
    };
}

text_strategy!(login -> LoginId);
text_strategy!(extension -> Extension);
text_strategy!(vdn -> VdnId);
text_strategy!(trunk -> EqLoc);
text_strategy!(code -> WorkCode);
text_strategy!(number -> PhoneNumber);
text_strategy!(digits -> CollectedDigits);
text_strategy!(user_to_user -> UserToUser);

fn ucid() -> impl Strategy<Value = Ucid> + Clone {
    prop_oneof![9 => "[0-9]{20}", 1 => "[0-9a]{1,20}"].prop_map(|text| Ucid::new(&text).expect("no blanks"))
}

fn identity() -> impl Strategy<Value = CallIdentity> {
    let of_line = of((0u8..120).prop_map(LineKind));
    (of(number()), of_line, of(number()), of(digits()), of(ucid()), of(user_to_user())).prop_map(
        |(calling_party, line_kind, dialed_number, collected_digits, ucid, user_to_user)| CallIdentity {
            calling_party,
            line_kind,
            dialed_number,
            collected_digits,
            ucid,
            user_to_user,
        },
    )
}

fn split() -> impl Strategy<Value = SplitId> + Clone {
    prop_oneof![Just(0), 1u32..3000, any::<u32>()].prop_map(SplitId)
}

fn call() -> impl Strategy<Value = CallId> + Clone {
    prop_oneof![0u64..1000, any::<u64>()].prop_map(CallId)
}

fn moment() -> impl Strategy<Value = Moment> + Clone {
    prop_oneof![Just(0), 1_700_000_000i64..1_900_000_000, -9_000_000_000_000..9_000_000_000_000i64].prop_map(Moment)
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop_oneof![Just(String::new()), "\\PC{0,20}", "[a-z]{90,130}"]
}

fn skills() -> impl Strategy<Value = Skills> + Clone {
    let skill = (split(), any::<(u8, u8, u8)>(), 1u8..=16).prop_map(|(split, (level, reserve, percent), sane)| {
        if level < 128 { Skill::new(split, sane) } else { Skill { split, level, reserve, percent } }
    });
    vec(skill, 0..7).prop_map(Skills::from)
}

fn group() -> impl Strategy<Value = TrunkGroupId> + Clone {
    any::<u32>().prop_map(TrunkGroupId)
}

fn direction() -> impl Strategy<Value = Direction> + Clone {
    select(vec![Direction::In, Direction::Out])
}

fn entry() -> impl Strategy<Value = Entry> + Clone {
    select(vec![Entry::First, Entry::Routed, Entry::Returned])
}

fn priority() -> impl Strategy<Value = Priority> + Clone {
    select(vec![Priority::Low, Priority::Medium, Priority::High, Priority::Top])
}

fn delivery() -> impl Strategy<Value = Delivery> + Clone {
    prop_oneof![split().prop_map(Delivery::Skill), split().prop_map(Delivery::DirectAgent), Just(Delivery::Extension)]
}

fn mode() -> impl Strategy<Value = WorkMode> + Clone {
    prop_oneof![
        Just(WorkMode::Available),
        (0u8..120).prop_map(|reason| WorkMode::Aux(AuxReason(reason))),
        of(call()).prop_map(WorkMode::Acw),
        Just(WorkMode::Unknown),
    ]
}

fn reason() -> impl Strategy<Value = LinkReason> + Clone {
    use LinkReason::*;
    select(vec![Started, NewTranslations, TurnedOff, BusiedOut, TimedOut, ClockReset, SessionDown])
}

fn profile() -> impl Strategy<Value = CallProfile> + Clone {
    (any::<u32>(), vec(0u32..500, 0..11)).prop_map(|(service_level_secs, mut increments)| {
        increments.sort_unstable();
        CallProfile { service_level_secs, increments_secs: increments.into() }
    })
}

fn configuration() -> impl Strategy<Value = Configuration> {
    use Configuration as C;
    let vector = || any::<u32>().prop_map(VectorId);
    prop_oneof![
        (split(), name(), of(any::<u32>())).prop_map(|(split, name, service_level_secs)| C::Split {
            split,
            name,
            service_level_secs
        }),
        (login(), name()).prop_map(|(agent, name)| C::Agent { agent, name }),
        (vdn(), name(), of(vector()), of(any::<u32>())).prop_map(|(vdn, name, vector, service_level_secs)| C::Vdn {
            vdn,
            name,
            vector,
            service_level_secs
        }),
        (vector(), name()).prop_map(|(vector, name)| C::Vector { vector, name }),
        (group(), name()).prop_map(|(group, name)| C::TrunkGroup { group, name }),
        (trunk(), group()).prop_map(|(trunk, group)| C::Trunk { trunk, group }),
        (code(), name()).prop_map(|(code, name)| C::WorkCode { code, name }),
        (0u8..120, name()).prop_map(|(reason, name)| C::AuxReason { reason: AuxReason(reason), name }),
        (0u8..120, name()).prop_map(|(reason, name)| C::LogoutReason { reason: LogoutReason(reason), name }),
        (split(), profile()).prop_map(|(split, profile)| C::SplitProfile { split, profile }),
        (vdn(), profile()).prop_map(|(vdn, profile)| C::VdnProfile { vdn, profile }),
        select(vec![IntervalMinutes::Quarter, IntervalMinutes::Half, IntervalMinutes::Hour])
            .prop_map(|minutes| C::Interval { minutes }),
        (login(), any::<bool>()).prop_map(|(agent, on)| C::Trace { agent, on }),
        rule().prop_map(|rule| C::Exception { rule }),
        split().prop_map(|split| C::SplitProfileRemoved { split }),
        vdn().prop_map(|vdn| C::VdnProfileRemoved { vdn }),
        select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Kathmandu]).prop_map(|zone| C::Zone { zone }),
        any::<u32>().prop_map(|secs| C::PhantomLimit { secs }),
    ]
}

fn rule() -> impl Strategy<Value = ExceptionRule> {
    let ids = (split(), vdn(), any::<u32>());
    let values = (of(0u8..120), prop_oneof![0u16..1000, any::<u16>()], 0u32..30_000, any::<bool>());
    (select(ExceptionKind::ALL), ids, values).prop_map(|(kind, (split, vdn, number), values)| {
        let scope = match kind.element() {
            ExceptionElement::Agent => ExceptionScope::Agents(split),
            ExceptionElement::Split => ExceptionScope::Split(split),
            ExceptionElement::Vdn => ExceptionScope::Vdn(vdn),
            ExceptionElement::Vector => ExceptionScope::Vector(VectorId(number)),
            ExceptionElement::TrunkGroup => ExceptionScope::TrunkGroup(TrunkGroupId(number)),
        };
        let (reason, threshold, limit_secs, on) = values;
        let key = ExceptionKey { scope, kind, reason: reason.map(AuxReason) };
        ExceptionRule { key, threshold, limit_secs, on }
    })
}

fn entity() -> impl Strategy<Value = Entity> {
    prop_oneof![
        split().prop_map(Entity::Split),
        login().prop_map(Entity::Agent),
        vdn().prop_map(Entity::Vdn),
        any::<u32>().prop_map(|number| Entity::Vector(VectorId(number))),
        group().prop_map(Entity::TrunkGroup),
        trunk().prop_map(Entity::Trunk),
        code().prop_map(Entity::WorkCode),
        (0u8..120).prop_map(|reason| Entity::AuxReason(AuxReason(reason))),
        (0u8..120).prop_map(|reason| Entity::LogoutReason(LogoutReason(reason))),
    ]
}

fn agent_act() -> impl Strategy<Value = AgentAct> {
    use AgentAct as A;
    prop_oneof![
        (extension(), skills()).prop_map(|(extension, skills)| A::LoggedIn { extension, skills }),
        of((0u8..120).prop_map(LogoutReason)).prop_map(|reason| A::LoggedOut { reason }),
        (of(split()), mode()).prop_map(|(split, mode)| A::Mode { split, mode }),
        skills().prop_map(|skills| A::SkillsChanged { skills }),
        (extension(), skills(), of(moment()), mode()).prop_map(|(extension, skills, since, mode)| A::Seen {
            extension,
            skills,
            since,
            mode
        }),
    ]
}

fn stage() -> impl Strategy<Value = CallStage> {
    prop_oneof![
        (split(), of(vdn()), priority()).prop_map(|(split, vdn, priority)| CallStage::Waiting { split, vdn, priority }),
        (login(), delivery()).prop_map(|(agent, delivery)| CallStage::Ringing { agent, delivery }),
        (login(), delivery()).prop_map(|(agent, delivery)| CallStage::Talking { agent, delivery }),
        (of(trunk()), group(), direction()).prop_map(|(trunk, group, direction)| CallStage::OnTrunk {
            trunk,
            group,
            direction
        }),
    ]
}

fn call_act() -> impl Strategy<Value = CallAct> {
    use CallAct as C;
    let route = prop_oneof![
        (of(trunk()), group(), direction()).prop_map(|(trunk, group, direction)| C::TrunkSeized {
            trunk,
            group,
            direction
        }),
        (vdn(), entry()).prop_map(|(vdn, entry)| C::VdnEntered { vdn, entry }),
        (any::<u32>().prop_map(VectorId), entry()).prop_map(|(vector, entry)| C::VectorEntered { vector, entry }),
        (split(), priority()).prop_map(|(split, priority)| C::Queued { split, priority }),
        split().prop_map(|split| C::QueueLeft { split }),
        any::<bool>().prop_map(|interflow| C::Outflowed { interflow }),
        extension().prop_map(|extension| C::Connected { extension }),
        (moment(), stage()).prop_map(|(since, stage)| C::Seen { since, stage }),
    ];
    let at_agent = prop_oneof![
        (login(), delivery()).prop_map(|(agent, delivery)| C::Ringing { agent, delivery }),
        (login(), delivery()).prop_map(|(agent, delivery)| C::Answered { agent, delivery }),
        login().prop_map(|agent| C::Redirected { agent }),
        login().prop_map(|agent| C::RingStopped { agent }),
        login().prop_map(|agent| C::Held { agent }),
        login().prop_map(|agent| C::Retrieved { agent }),
        (login(), of(call())).prop_map(|(agent, to)| C::Transferred { agent, to }),
        (login(), of(call())).prop_map(|(agent, with)| C::Conferenced { agent, with }),
        login().prop_map(|agent| C::AgentLeft { agent }),
        (login(), any::<(bool, bool)>()).prop_map(|(agent, (off_switch, adjunct))| C::Dialed {
            agent,
            off_switch,
            adjunct
        }),
    ];
    let extras = prop_oneof![
        (login(), code()).prop_map(|(agent, code)| C::WorkCodeEntered { agent, code }),
        (login(), 0u8..12).prop_map(|(agent, button)| C::StrokeCount { agent, button }),
        login().prop_map(|agent| C::Assist { agent }),
        login().prop_map(|agent| C::AudioDifficulty { agent }),
        identity().prop_map(|identity| C::Identified { identity: identity.into() }),
        (login(), number()).prop_map(|(agent, digits)| C::DigitsDialed { agent, digits }),
        login().prop_map(|agent| C::MaliciousTrace { agent }),
    ];
    let endings = prop_oneof![
        Just(C::Abandoned),
        Just(C::ForcedBusy),
        any::<bool>().prop_map(|vdn_timer| C::ForcedDisconnect { vdn_timer }),
        Just(C::FarEndAnswered),
        select(vec![Party::Caller, Party::Agent, Party::Switch]).prop_map(|by| C::Ended { by }),
    ];
    prop_oneof![route, at_agent, extras, endings]
}

/// Any event that `model` can express.
pub(super) fn event() -> impl Strategy<Value = Event> {
    let body = prop_oneof![
        1 => Just(EventBody::Heartbeat),
        1 => moment().prop_map(|before| EventBody::ClockChanged { before }),
        1 => reason().prop_map(|reason| EventBody::LinkDown { reason }),
        1 => Just(EventBody::PumpUpBegan),
        1 => Just(EventBody::PumpUpEnded),
        1 => (trunk(), any::<bool>()).prop_map(|(trunk, busy)| EventBody::TrunkMaintenance { trunk, busy }),
        4 => configuration().prop_map(|configuration| EventBody::Configured(Box::new(configuration))),
        3 => entity().prop_map(EventBody::Removed),
        4 => (login(), agent_act()).prop_map(|(agent, act)| EventBody::Agent { agent, act }),
        9 => (call(), call_act()).prop_map(|(call, act)| EventBody::Call { call, act }),
    ];
    (moment(), body).prop_map(|(at, body)| Event { at, body })
}

/// An event that a switch may number and send.
pub(super) fn sequenced() -> impl Strategy<Value = Event> {
    event().prop_filter("not for the sequence", |event| check_sequenced(1, event).is_ok())
}

/// An event that a switch may tell while pumping up.
pub(super) fn snapshot() -> impl Strategy<Value = Event> {
    let seen = prop_oneof![
        (login(), extension(), mode()).prop_map(|(agent, extension, mode)| {
            let act = AgentAct::Seen { extension, skills: Skills::new(), since: None, mode };
            EventBody::Agent { agent, act }
        }),
        (call(), moment(), stage())
            .prop_map(|(call, since, stage)| EventBody::Call { call, act: CallAct::Seen { since, stage } }),
        (call(), identity()).prop_map(|(call, identity)| {
            let act = CallAct::Identified { identity: identity.into() };
            EventBody::Call { call, act }
        }),
        configuration().prop_map(|configuration| EventBody::Configured(Box::new(configuration))),
    ];
    (moment(), seen)
        .prop_map(|(at, body)| Event { at, body })
        .prop_filter("not for a snapshot", |event| check_snapshot(event).is_ok())
}

proptest! {
    #[test]
    fn every_event_comes_back_as_it_was(event in event()) {
        let mut bytes = Vec::new();
        encode_event(&event, &mut bytes);
        prop_assert_eq!(decode_event(&bytes), Ok(event));
    }
}
