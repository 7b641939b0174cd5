//! Agents of a split, counted by what the skill is to them and what they are doing.
//!
//! The interval items that grow with time count most of these too, but not all: no item of the field's tells how long top
//! agents were on calls. So the counts are kept beside them; going through all agents for a board was turned down.

use serde::{Deserialize, Serialize};

use crate::work::{Mode, SkillState};

/// What a skill is to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The agent's best skill.
    Top,
    /// One of the agent's further skills; such an agent helps out.
    Flex,
    /// Held in reserve, at level 1.
    Reserve1,
    /// Held in reserve, at level 2.
    Reserve2,
}

/// What an agent is doing, as far as it is told apart in counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    Available,
    OnAcd,
    InAcw,
    InAux,
    InRing,
    /// Busy for another skill, on a direct-agent call, or not yet known.
    Other,
    /// On a direct-agent call; part of `Other`.
    OnDirect,
    /// In after-call work of a direct-agent call; part of `Other`.
    InDirectAcw,
}

const PARTS: usize = 4;
const STATES: usize = 8;

/// Numbers of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Heads([[u32; STATES]; PARTS]);

impl Heads {
    /// Looks at all of them, see `ahead`.
    #[inline]
    pub(crate) fn touch(&self) -> usize {
        self.0.iter().fold(0, |seen, part| seen ^ part[0] as usize)
    }

    /// So many agents of this part are doing this now.
    pub(crate) fn count(&self, part: Part, busy: Busy) -> u32 {
        self.0[part as usize][busy as usize]
    }

    /// So many agents of this part are logged in.
    pub(crate) fn staffed(&self, part: Part) -> u32 {
        self.0[part as usize][..=Busy::Other as usize].iter().sum()
    }

    /// An agent goes over from one state, if any, into another.
    pub(crate) fn switch(&mut self, old: Option<&SkillState>, new: &SkillState) {
        let counts = |state: &SkillState| (state.mode, state.top, state.reserve);
        if old.is_none_or(|old| counts(old) != counts(new)) {
            old.into_iter().for_each(|old| self.leave(old));
            self.add(new, 1);
        }
    }

    /// An agent is no longer in this skill.
    pub(crate) fn leave(&mut self, state: &SkillState) {
        self.add(state, -1);
    }

    fn add(&mut self, state: &SkillState, change: i32) {
        let busy = match state.mode {
            Mode::Avail => Busy::Available,
            Mode::Acd => Busy::OnAcd,
            Mode::Acw => Busy::InAcw,
            Mode::Aux => Busy::InAux,
            Mode::Ring => Busy::InRing,
            Mode::Other | Mode::Unknown | Mode::Dacd | Mode::Dacw => Busy::Other,
        };
        let direct = match state.mode {
            Mode::Dacd => Some(Busy::OnDirect),
            Mode::Dacw => Some(Busy::InDirectAcw),
            _ => None,
        };
        let reserve = match state.reserve {
            0 => None,
            1 => Some(Part::Reserve1),
            _ => Some(Part::Reserve2),
        };
        let top = state.top.then_some(Part::Top);
        let flex = (!state.top && state.reserve == 0).then_some(Part::Flex);
        for part in [top, reserve, flex].into_iter().flatten() {
            for busy in [Some(busy), direct].into_iter().flatten() {
                let count = &mut self.0[part as usize][busy as usize];
                *count = count.saturating_add_signed(change);
            }
        }
    }
}
