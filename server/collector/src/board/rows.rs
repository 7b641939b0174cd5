//! Reading the board: the rows of the real-time tables as cells.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use catalog::tables::realtime::{
    AgentStatus, SplitStatus, TrunkGroupStatus, TrunkStatus, VdnStatus, VectorStatus, WorkCodeStatus,
};
use catalog::{Table, TableKind, Value, hsplit, htkgrp};
use model::event::{Direction, Priority};
use model::{LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId};

use super::Board;
use super::views::{AgentRowView, AgentView, SkillView, SplitView, TrunkGroupView, TrunkView, VdnView};
use crate::heads::{Busy, Heads, Part};
use crate::live::{Cells, Live};
use crate::work::Mode;

/// Which rows to read; `None` means all. Each set restricts the tables whose rows bear such a key.
#[derive(Debug, Clone, Default)]
pub struct RowFilter {
    /// Splits/skills, for csplit and cagent.
    pub splits: Option<BTreeSet<SplitId>>,
    /// Agents, for cagent.
    pub agents: Option<BTreeSet<LoginId>>,
    /// VDNs, for cvdn.
    pub vdns: Option<BTreeSet<VdnId>>,
    /// Vectors, for cvector.
    pub vectors: Option<BTreeSet<VectorId>>,
    /// Trunk groups, for ctkgrp and ctrunk.
    pub groups: Option<BTreeSet<TrunkGroupId>>,
}

/// Where a row's cells go.
pub(super) struct Reader<'a> {
    pub table: &'static Table,
    pub items: &'a [usize],
    pub acd: Value,
    at: Moment,
    incomplete: Option<usize>,
    is_incomplete: bool,
    pub cells: Vec<Value>,
    pub each: &'a mut dyn FnMut(&[Value]),
}

impl Reader<'_> {
    fn row<R: Cells>(&mut self, live: &Live<R>, status: impl Fn(usize) -> Value) {
        let first_value = self.table.first_value();
        self.cells.clear();
        for &item in self.items {
            self.cells.push(match item.checked_sub(first_value) {
                None => status(item),
                Some(_) if Some(item) == self.incomplete => Value::from(u32::from(self.is_incomplete)),
                Some(index) => Value::from(live.value(index, self.at)),
            });
        }
        (self.each)(&self.cells);
    }
}

impl Board {
    /// Calls `each` with the chosen items (positions in `table.items()`) of every row of a table of the running or the
    /// previous interval, in key order. `false` if the table is neither.
    pub fn for_each_row(&self, table: &'static Table, items: &[usize], each: &mut dyn FnMut(&[Value])) -> bool {
        self.for_each_row_where(table, items, &RowFilter::default(), each)
    }

    /// The same for the rows that a filter lets through.
    ///
    /// # Panics
    /// If an item is not a position in `table.items()`.
    pub fn for_each_row_where(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &RowFilter,
        each: &mut dyn FnMut(&[Value]),
    ) -> bool {
        let mut reader = Reader {
            table,
            items,
            acd: self.acd_cell(),
            at: self.at,
            incomplete: table.position("INCOMPLETE"),
            is_incomplete: self.incomplete,
            cells: Vec::with_capacity(items.len()),
            each,
        };
        if table.kind == TableKind::Previous {
            return self.read_previous(&mut reader, filter);
        }
        match table.name {
            "csplit" => {
                for split in self.splits.iter().filter(|split| admits(&filter.splits, &split.id)) {
                    reader.row(&split.live, |item| self.split_status(split, SplitStatus::ALL[item]));
                }
            }
            "cagent" => self.read_agents(&mut reader, filter),
            "cvdn" => {
                for vdn in self.vdns.iter().filter(|vdn| admits(&filter.vdns, &vdn.id)) {
                    for (vector, live) in &vdn.rows {
                        let vector = vector.map_or(0, |vector| vector.0);
                        reader.row(live, |item| self.vdn_status(vdn, vector, VdnStatus::ALL[item]));
                    }
                }
            }
            "cvector" => {
                for vector in self.vectors.iter().filter(|vector| admits(&filter.vectors, &vector.id)) {
                    reader.row(&vector.live, |item| match VectorStatus::ALL[item] {
                        VectorStatus::Acd => self.acd_cell(),
                        VectorStatus::Vector => Value::from(vector.id.0),
                        VectorStatus::InProgress => Value::from(vector.in_progress),
                    });
                }
            }
            "ctkgrp" => {
                for group in self.groups.iter().filter(|group| admits(&filter.groups, &group.id)) {
                    reader.row(&group.live, |item| self.group_status(group, TrunkGroupStatus::ALL[item]));
                }
            }
            "ctrunk" => {
                let admitted = |trunk: &TrunkView| trunk.group.is_none_or(|group| admits(&filter.groups, &group));
                for trunk in self.trunks.iter().filter(|trunk| admitted(trunk)) {
                    reader.row(&trunk.live, |item| self.trunk_status(trunk, TrunkStatus::ALL[item]));
                }
            }
            "ccwc" => {
                for code in &self.codes {
                    reader.row(&code.live, |item| match WorkCodeStatus::ALL[item] {
                        WorkCodeStatus::Acd => self.acd_cell(),
                        WorkCodeStatus::Cwc => Value::Text(Arc::clone(&code.code)),
                    });
                }
            }
            _ => return false,
        }
        true
    }

    fn read_agents(&self, reader: &mut Reader<'_>, filter: &RowFilter) {
        let place = |&(agent, row): &(u32, u32)| {
            let view = &self.agents[agent as usize];
            (view, &view.rows[row as usize])
        };
        let mut read = |rows: &[(u32, u32)]| {
            for (agent, row) in rows.iter().map(place).filter(|(agent, _)| admits(&filter.agents, &agent.id)) {
                reader.row(&row.live, |item| self.agent_status(agent, row, AgentStatus::ALL[item]));
            }
        };
        match &filter.splits {
            None => read(&self.agent_rows),
            // The rows of one split stand together, so a few splits of many are found by halving.
            Some(splits) => splits.iter().for_each(|split| {
                let begin = self.agent_rows.partition_point(|row| place(row).1.split < *split);
                let end = self.agent_rows.partition_point(|row| place(row).1.split <= *split);
                read(&self.agent_rows[begin..end]);
            }),
        }
    }

    fn acd_cell(&self) -> Value {
        Value::Int(i64::from(self.acd.0))
    }

    fn split_status(&self, split: &SplitView, item: SplitStatus) -> Value {
        use SplitStatus as S;
        let count = |column| Value::from(split.live.count(column));
        let expected = |priority| split.expected_wait.secs(priority, self.at).map_or(Value::Blank, Value::from);
        match item {
            S::Acd => self.acd_cell(),
            S::Split => Value::from(split.id.0),
            S::InQueue => Value::from(split.in_queue),
            S::InRing => Value::from(split.in_ring),
            S::DaInQueue | S::SkState => Value::Blank,
            S::DaInRing => Value::from(split.da_in_ring),
            S::OldestCall => split.oldest.map_or(Value::Blank, Value::Since),
            S::Staffed => count(hsplit::I_STAFFTIME),
            S::Available => count(hsplit::I_AVAILTIME),
            S::OnAcd => count(hsplit::I_ACDTIME),
            S::InAcw => count(hsplit::I_ACWTIME),
            S::InAux => count(hsplit::I_AUXTIME),
            S::AgInRing => count(hsplit::I_RINGTIME),
            S::Other => count(hsplit::I_OTHERTIME),
            S::OnAcwIn => count(hsplit::I_ACWINTIME),
            S::OnAcwOut => count(hsplit::I_ACWOUTTIME),
            S::OnAuxIn => count(hsplit::I_AUXINTIME),
            S::OnAuxOut => count(hsplit::I_AUXOUTTIME),
            S::EwtTop => expected(Priority::Top),
            S::EwtHigh => expected(Priority::High),
            S::EwtMedium => expected(Priority::Medium),
            S::EwtLow => expected(Priority::Low),
            S::TotPercents => Value::from(split.percents),
            other => Value::from(heads(&split.heads, other)),
        }
    }

    fn agent_status(&self, agent: &AgentView, row: &AgentRowView, item: AgentStatus) -> Value {
        use AgentStatus as S;
        let skill = row.skill.as_ref();
        let number = |value: Option<u8>| value.map_or(Value::Blank, |value| Value::Int(i64::from(value)));
        let split = |value: Option<SplitId>| value.map_or(Value::Blank, |split| Value::from(split.0));
        let staffed = agent.session.is_some();
        match item {
            S::Acd => self.acd_cell(),
            S::Split => Value::from(row.split.0),
            S::LogId => Value::Text(Arc::clone(&agent.logid)),
            S::Extension => Value::text(row.extension.as_str()),
            S::WorkMode => skill.map_or_else(|| word("UNSTAFF"), |skill| mode_word(skill.mode)),
            S::AWorkMode => {
                if staffed {
                    mode_word(agent.mode)
                } else {
                    word("UNSTAFF")
                }
            }
            S::Direction => direction_word(agent.any_skill(row).and_then(|skill| skill.direction)),
            S::Duration => skill.map_or(Value::Blank, |skill| Value::Since(skill.since)),
            S::AgDuration => {
                if staffed {
                    Value::Since(agent.changed_at)
                } else {
                    Value::Blank
                }
            }
            S::AuxReason => {
                let aux = agent.any_skill(row).filter(|skill| skill.mode == Mode::Aux);
                number(aux.map(|skill| skill.reason))
            }
            S::WorkSkill => split(agent.work_skill),
            S::WorkSkLevel => number(agent.work_level),
            S::OldestLogon => split(agent.oldest),
            S::SkLevel => number(skill.map(|skill| skill.level)),
            S::RsvLevel => number(skill.map(|skill| skill.reserve)),
            S::Percent => number(skill.map(|skill| skill.percent)),
            S::LogonStart => agent.session.as_ref().map_or(Value::Blank, |session| Value::At(session.login)),
            S::OnHold => Value::from(agent.on_hold),
            S::AcdOnHold => Value::from(agent.acd_on_hold),
            S::Vdn => agent.vdn.as_ref().map_or(Value::Blank, |vdn| Value::Text(Arc::clone(vdn))),
            S::Position => Value::text(row.extension.as_str()),
            S::AgTime if staffed => Value::Since(agent.wide_since),
            S::StartTime if staffed => Value::At(agent.wide_since),
            S::WorkSplit => split(agent.work_split),
            S::LogonSkill => split(skill.map(|_| row.split)),
            S::Role => skill.map_or(Value::Blank, |skill| word(role(skill))),
            S::TopSkill => split(agent.top),
            S::DaInRing => Value::from(agent.direct_in_ring),
            S::Destination => agent.made.map_or(Value::Blank, |(off, _)| word(if off { "OFF" } else { "PBX" })),
            S::Origin => agent.made.map_or(Value::Blank, |(_, adj)| word(if adj { "KEYBOARD" } else { "PHONE" })),
            S::AgTime | S::StartTime => Value::Blank,
            S::DaInQueue | S::Preference | S::MovePending | S::PendingSplit | S::AcwReason | S::ExType => Value::Blank,
        }
    }

    fn vdn_status(&self, vdn: &VdnView, vector: u32, item: VdnStatus) -> Value {
        match item {
            VdnStatus::Acd => self.acd_cell(),
            VdnStatus::Vdn => Value::Text(Arc::clone(&vdn.number)),
            VdnStatus::Vector => Value::from(vector),
            VdnStatus::InProgress => Value::from(vdn.in_progress),
            VdnStatus::AtAgent => Value::from(vdn.at_agent),
            VdnStatus::OldestCall => vdn.oldest.map_or(Value::Blank, Value::Since),
            VdnStatus::ActiveCalls => Value::from(vdn.active_calls),
        }
    }

    fn group_status(&self, group: &TrunkGroupView, item: TrunkGroupStatus) -> Value {
        use TrunkGroupStatus as S;
        match item {
            S::Acd => self.acd_cell(),
            S::TkGrp => Value::from(group.id.0),
            S::InUse => Value::from(group.on_inbound + group.on_outbound),
            S::OnInbound => Value::from(group.on_inbound),
            S::OnOutbound => Value::from(group.on_outbound),
            S::MBusy => Value::from(group.live.count(htkgrp::MBUSYTIME)),
            S::AllInUse => Value::from(group.live.count(htkgrp::ALLINUSETIME)),
            S::InQueue => Value::from(group.in_queue),
            S::InRing => Value::from(group.in_ring),
            S::AtAgent => Value::from(group.at_agent),
        }
    }

    fn trunk_status(&self, trunk: &TrunkView, item: TrunkStatus) -> Value {
        use TrunkStatus as S;
        match item {
            S::Acd => self.acd_cell(),
            S::EqLoc => Value::Text(Arc::clone(&trunk.eqloc)),
            S::TkGrp => trunk.group.map_or(Value::Blank, |group| Value::from(group.0)),
            S::TkState => word(trunk.state),
            S::Duration => Value::Since(trunk.since),
            S::Direction => direction_word(trunk.direction),
            S::LogId => trunk.logid.map_or(Value::Blank, |logid| Value::text(logid.as_str())),
            S::Vdn => trunk.vdn.map_or(Value::Blank, |vdn| Value::text(vdn.as_str())),
            S::Split => trunk.split.map_or(Value::Blank, |split| Value::from(split.0)),
            S::Priority => trunk.queue.map_or(Value::Blank, |(priority, _)| priority_word(priority)),
            S::QueType => trunk.queue.map_or(Value::Blank, |(_, backup)| word(if backup { "BACKUP" } else { "MAIN" })),
        }
    }
}

pub(super) fn admits<K: Ord>(set: &Option<BTreeSet<K>>, key: &K) -> bool {
    set.as_ref().is_none_or(|set| set.contains(key))
}

/// Which agents a status item of csplit counts.
fn heads(heads: &Heads, item: SplitStatus) -> u32 {
    use SplitStatus as S;
    let (part, busy) = match item {
        S::TStaffed => return heads.staffed(Part::Top),
        S::FStaffed => return heads.staffed(Part::Flex),
        S::R1Staffed => return heads.staffed(Part::Reserve1),
        S::R2Staffed => return heads.staffed(Part::Reserve2),
        S::TAvailable => (Part::Top, Busy::Available),
        S::TOnAcd => (Part::Top, Busy::OnAcd),
        S::TInAcw => (Part::Top, Busy::InAcw),
        S::TInAux => (Part::Top, Busy::InAux),
        S::TAgInRing => (Part::Top, Busy::InRing),
        S::TOther => (Part::Top, Busy::Other),
        S::TDaOnAcd => (Part::Top, Busy::OnDirect),
        S::TDaInAcw => (Part::Top, Busy::InDirectAcw),
        S::FAvailable => (Part::Flex, Busy::Available),
        S::FOnAcd => (Part::Flex, Busy::OnAcd),
        S::FInAcw => (Part::Flex, Busy::InAcw),
        S::FInAux => (Part::Flex, Busy::InAux),
        S::FAgInRing => (Part::Flex, Busy::InRing),
        S::FOther => (Part::Flex, Busy::Other),
        S::R1Available => (Part::Reserve1, Busy::Available),
        S::R1OnAcd => (Part::Reserve1, Busy::OnAcd),
        S::R1InAcw => (Part::Reserve1, Busy::InAcw),
        S::R1InAux => (Part::Reserve1, Busy::InAux),
        S::R1AgInRing => (Part::Reserve1, Busy::InRing),
        S::R1Other => (Part::Reserve1, Busy::Other),
        S::R2Available => (Part::Reserve2, Busy::Available),
        S::R2OnAcd => (Part::Reserve2, Busy::OnAcd),
        S::R2InAcw => (Part::Reserve2, Busy::InAcw),
        S::R2InAux => (Part::Reserve2, Busy::InAux),
        S::R2AgInRing => (Part::Reserve2, Busy::InRing),
        S::R2Other => (Part::Reserve2, Busy::Other),
        _ => return 0,
    };
    heads.count(part, busy)
}

/// What a skill is to an agent, as far as the switch tells.
fn role(skill: &SkillView) -> &'static str {
    match (skill.reserve, skill.percent, skill.top) {
        (1.., _, _) => "RESERVE",
        (_, 1.., _) => "ALLOCATED",
        (_, _, true) => "TOP",
        _ => "BACKUP",
    }
}

fn mode_word(mode: Mode) -> Value {
    word(mode.word())
}

fn priority_word(priority: Priority) -> Value {
    word(match priority {
        Priority::Low => "LOW",
        Priority::Medium => "MEDIUM",
        Priority::High => "HIGH",
        Priority::Top => "TOP",
    })
}

fn direction_word(direction: Option<Direction>) -> Value {
    match direction {
        Some(Direction::In) => word("IN"),
        Some(Direction::Out) => word("OUT"),
        None => Value::Blank,
    }
}

/// One of the fixed words, without allocating it anew for every cell.
fn word(text: &'static str) -> Value {
    static WORDS: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
        let words = [
            "AVAIL",
            "ACD",
            "ACW",
            "AUX",
            "DACD",
            "DACW",
            "RING",
            "OTHER",
            "UNKNOWN",
            "UNSTAFF",
            "IN",
            "OUT",
            "IDLE",
            "SEIZED",
            "QUEUED",
            "RINGING",
            "CONN",
            "HOLD",
            "MBUSY",
            "LOW",
            "MEDIUM",
            "HIGH",
            "TOP",
            "MAIN",
            "BACKUP",
            "ALLOCATED",
            "RESERVE",
            "PBX",
            "OFF",
            "PHONE",
            "KEYBOARD",
        ];
        words.into_iter().map(Arc::from).collect()
    });
    let known = WORDS.iter().find(|word| ***word == *text);
    Value::Text(known.map_or_else(|| Arc::from(text), Arc::clone))
}
