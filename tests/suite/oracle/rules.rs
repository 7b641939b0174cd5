//! Rules for exceptions at random: of everything that a day names, of every kind, with any threshold and limit.

use model::event::Configuration;
use model::{AuxReason, Counting, Event, EventBody, ExceptionKey, ExceptionKind, ExceptionRule, ExceptionScope};

/// Chance that is the same each time.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 up to, but not including, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn up_to(&mut self, end: u64) -> u32 {
        u32::try_from(1 + self.below(end)).expect("the numbers here are small")
    }
}

/// The day with rules as soon as everything is named, and without some of the codes that agents enter.
pub fn ruled(events: &[Event], seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed);
    let ended = events.iter().position(|event| event.body == EventBody::PumpUpEnded).expect("the day begins whole");
    let is_code = |event: &Event| match &event.body {
        EventBody::Configured(told) => matches!(
            **told,
            Configuration::AuxReason { .. } | Configuration::LogoutReason { .. } | Configuration::WorkCode { .. }
        ),
        _ => false,
    };
    let mut day: Vec<Event> =
        events[..=ended].iter().filter(|event| !is_code(event) || dice.below(4) > 0).cloned().collect();
    let at = events[ended].at;
    for event in &events[..ended] {
        let EventBody::Configured(told) = &event.body else { continue };
        for rule in scopes(told).into_iter().flat_map(|scope| rules(scope, &mut dice)) {
            day.push(Event { at, body: EventBody::Configured(Box::new(Configuration::Exception { rule })) });
        }
    }
    day.extend_from_slice(&events[ended + 1..]);
    day
}

/// What of a thing can be watched.
fn scopes(told: &Configuration) -> Vec<ExceptionScope> {
    match told {
        Configuration::Split { split, .. } => vec![ExceptionScope::Agents(*split), ExceptionScope::Split(*split)],
        Configuration::Vdn { vdn, .. } => vec![ExceptionScope::Vdn(*vdn)],
        Configuration::Vector { vector, .. } => vec![ExceptionScope::Vector(*vector)],
        Configuration::TrunkGroup { group, .. } => vec![ExceptionScope::TrunkGroup(*group)],
        _ => Vec::new(),
    }
}

/// About half of the kinds; some are off, and some take the place of others.
fn rules(scope: ExceptionScope, dice: &mut Dice) -> Vec<ExceptionRule> {
    let mut rules = Vec::new();
    for kind in ExceptionKind::ALL.iter().copied().filter(|kind| kind.element() == scope.element()) {
        for _ in 0..dice.below(3) {
            let of_reason = kind == ExceptionKind::AgentAux && dice.below(2) == 0;
            let reason = of_reason.then(|| AuxReason(u8::try_from(dice.below(9)).expect("one digit")));
            let limit_secs = match kind.counting() {
                Counting::Long => dice.up_to(300),
                Counting::Short => dice.up_to(120),
                Counting::Average | Counting::Reaches => dice.up_to(40),
                Counting::Each | Counting::AtOnce | Counting::Total => 0,
            };
            let threshold = u16::try_from(dice.below(4)).expect("one digit");
            let key = ExceptionKey { scope, kind, reason };
            rules.push(ExceptionRule { key, threshold, limit_secs, on: dice.below(5) > 0 });
        }
    }
    rules
}
