//! What an agent is doing: one state over all skills, and what it means in the rows of each skill.
//!
//! A call at the agent decides before the work mode does. Busy for one skill is OTHER in the rows of the others;
//! AUX is in all rows or in none. An extension call keeps the after-call work it was made in; made while available, in
//! AUX or with a call on hold it is AUX (reason 0 unless the agent had chosen one). A personal call that rings, and
//! calls that are all on hold, are OTHER. Direct-agent work is part of I_OTHERTIME, but not of TI_OTHERTIME: so the six
//! states add up to I_STAFFTIME in every row, and the agent-wide times to TI_STAFFTIME over all rows.

use catalog::{hagent, hsplit};
use model::event::Direction;
use serde::{Deserialize, Serialize};

use crate::live::Columns;
use crate::slots::Ix;
use crate::split::Split;

/// The states of WORKMODE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    Avail,
    Acd,
    Acw,
    Aux,
    Dacd,
    Dacw,
    Ring,
    Other,
    Unknown,
}

impl Mode {
    /// As the tables write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mode::Avail => "AVAIL",
            Mode::Acd => "ACD",
            Mode::Acw => "ACW",
            Mode::Aux => "AUX",
            Mode::Dacd => "DACD",
            Mode::Dacw => "DACW",
            Mode::Ring => "RING",
            Mode::Other => "OTHER",
            Mode::Unknown => "UNKNOWN",
        }
    }
}

/// An extension call, by what the agent made or took it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExtensionWork {
    AcwIn,
    AcwOut,
    AuxIn,
    AuxOut,
    /// With a call of a skill on hold.
    AcdAuxIn,
    AcdAuxOut,
}

/// The state of an agent over all skills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Work {
    pub mode: Mode,
    /// The skill of the call or after-call work (WORKSKILL).
    pub skill: Option<Ix<Split>>,
    pub direction: Option<Direction>,
    pub extension_call: Option<ExtensionWork>,
    /// Nothing but calls on hold, one of them of `skill`.
    pub only_held: bool,
}

impl Work {
    pub(crate) fn plain(mode: Mode) -> Self {
        Work { mode, skill: None, direction: None, extension_call: None, only_held: false }
    }
}

/// The state of an agent in one skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SkillState {
    pub mode: Mode,
    pub direction: Option<Direction>,
    /// Set in the skill that carries the extension call.
    pub extension_call: Option<ExtensionWork>,
    /// Set in the skill whose call waits on hold.
    pub holds_acd: bool,
    /// AUX reason, 0 to 99.
    pub reason: u8,
    /// The agent-wide state, in the skill that carries it (OLDEST_LOGON).
    pub wide: Option<Mode>,
    /// Whether this is the agent's best skill.
    pub top: bool,
    pub reserve: u8,
}

impl SkillState {
    /// Columns of hagent that grow in this state.
    pub(crate) fn agent_columns(&self) -> Columns {
        use hagent as h;
        let mut columns = Columns::default();
        let mut grow = |column: catalog::tables::Column<h::Row>| columns.add(column);
        grow(h::I_STAFFTIME);
        grow(match self.mode {
            Mode::Avail => h::I_AVAILTIME,
            Mode::Acd => h::I_ACDTIME,
            Mode::Acw => h::I_ACWTIME,
            Mode::Aux => h::I_AUXTIME,
            Mode::Ring => h::I_RINGTIME,
            Mode::Dacd | Mode::Dacw | Mode::Other | Mode::Unknown => h::I_OTHERTIME,
        });
        match self.mode {
            Mode::Dacd => grow(h::I_DA_ACDTIME),
            Mode::Dacw => grow(h::I_DA_ACWTIME),
            _ => {}
        }
        match self.extension_call {
            None => {}
            Some(ExtensionWork::AcwIn) => grow(h::I_ACWINTIME),
            Some(ExtensionWork::AcwOut) => grow(h::I_ACWOUTTIME),
            Some(ExtensionWork::AuxIn | ExtensionWork::AcdAuxIn) => grow(h::I_AUXINTIME),
            Some(ExtensionWork::AuxOut | ExtensionWork::AcdAuxOut) => grow(h::I_AUXOUTTIME),
        }
        match self.extension_call {
            Some(ExtensionWork::AcdAuxIn) => grow(h::I_ACDAUXINTIME),
            Some(ExtensionWork::AcdAuxOut) => grow(h::I_ACDAUX_OUTTIME),
            _ => {}
        }
        if self.holds_acd {
            grow(h::I_ACDOTHERTIME);
        }
        if let Some(wide) = self.wide {
            grow(h::TI_STAFFTIME);
            match wide {
                Mode::Avail => grow(h::TI_AVAILTIME),
                Mode::Aux => {
                    grow(h::TI_AUXTIME);
                    grow(h::TI_AUXTIME_N.at(usize::from(self.reason)));
                }
                Mode::Other | Mode::Unknown => grow(h::TI_OTHERTIME),
                Mode::Acd | Mode::Acw | Mode::Dacd | Mode::Dacw | Mode::Ring => {}
            }
        }
        columns
    }

    /// Columns of hsplit that grow for an agent in this state.
    pub(crate) fn split_columns(&self) -> Columns {
        use hsplit as h;
        let mut columns = Columns::default();
        let mut grow = |column: catalog::tables::Column<h::Row>| columns.add(column);
        grow(h::I_STAFFTIME);
        let reserve = |standard, r1, r2| match self.reserve {
            1 => (standard, Some(r1)),
            2 => (standard, Some(r2)),
            _ => (standard, None),
        };
        let (column, reserve_column) = match self.mode {
            Mode::Avail => (h::I_AVAILTIME, None),
            Mode::Acd => reserve(h::I_ACDTIME, h::I_ACDTIME_R1, h::I_ACDTIME_R2),
            Mode::Acw => reserve(h::I_ACWTIME, h::I_ACWTIME_R1, h::I_ACWTIME_R2),
            Mode::Aux => reserve(h::I_AUXTIME, h::I_AUXTIME_R1, h::I_AUXTIME_R2),
            Mode::Ring => reserve(h::I_RINGTIME, h::I_RINGTIME_R1, h::I_RINGTIME_R2),
            Mode::Dacd | Mode::Dacw | Mode::Other | Mode::Unknown => {
                reserve(h::I_OTHERTIME, h::I_OTHERTIME_R1, h::I_OTHERTIME_R2)
            }
        };
        grow(column);
        reserve_column.into_iter().for_each(&mut grow);
        match self.mode {
            Mode::Aux => grow(h::I_AUXTIME_N.at(usize::from(self.reason))),
            Mode::Dacd => grow(h::I_DA_ACDTIME),
            Mode::Dacw => grow(h::I_DA_ACWTIME),
            _ => {}
        }
        match self.extension_call {
            None => {}
            Some(ExtensionWork::AcwIn) => grow(h::I_ACWINTIME),
            Some(ExtensionWork::AcwOut) => grow(h::I_ACWOUTTIME),
            Some(ExtensionWork::AuxIn | ExtensionWork::AcdAuxIn) => grow(h::I_AUXINTIME),
            Some(ExtensionWork::AuxOut | ExtensionWork::AcdAuxOut) => grow(h::I_AUXOUTTIME),
        }
        match self.extension_call {
            Some(ExtensionWork::AcdAuxIn) => grow(h::I_ACDAUXINTIME),
            Some(ExtensionWork::AcdAuxOut) => grow(h::I_ACDAUX_OUTTIME),
            _ => {}
        }
        if self.holds_acd {
            grow(h::I_ACDOTHERTIME);
        }
        if self.top {
            match self.mode {
                Mode::Avail => grow(h::I_TAVAILTIME),
                Mode::Aux => grow(h::I_TAUXTIME),
                Mode::Other | Mode::Unknown | Mode::Dacd | Mode::Dacw => grow(h::I_TOTHERTIME),
                Mode::Acd | Mode::Acw | Mode::Ring => {}
            }
        }
        columns
    }
}
