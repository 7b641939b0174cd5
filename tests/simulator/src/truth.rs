//! What really happened, by the switch's own decisions. The figures follow the field's rules of crediting: a call
//! counts where and when it and its after-call work end; agents' times count by the second.

use std::collections::BTreeMap;

use model::{AuxReason, LoginId, Moment, SplitId, TrunkGroupId, VdnId, WorkCode};
use serde::{Deserialize, Serialize};

/// Totals of a run, and the same by interval.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Truth {
    /// When the switch started.
    pub since: Moment,
    /// The switch's time when this was taken. Calls not yet over and their work are in no figure.
    pub through: Moment,
    /// Everything since the start.
    pub totals: Tallies,
    /// By first second of the interval in which it was credited. The last may still be running.
    pub intervals: BTreeMap<Moment, Tallies>,
}

/// Figures of one interval or of the whole run. Entities without activity are missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tallies {
    pub splits: BTreeMap<SplitId, SplitTally>,
    pub agents: BTreeMap<LoginId, AgentTally>,
    pub vdns: BTreeMap<VdnId, VdnTally>,
    pub trunk_groups: BTreeMap<TrunkGroupId, TrunkGroupTally>,
    /// Times each call work code was entered, by the interval in which the call and its work ended.
    pub work_codes: BTreeMap<WorkCode, u64>,
}

macro_rules! tally {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* } $(also $extra:ident: $key:ty)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: u64,)*
            $(/// AUX seconds by reason; part of the AUX total.
            pub $extra: BTreeMap<$key, u64>,)?
        }

        impl $name {
            /// Adds another's figures.
            pub fn add(&mut self, other: &$name) {
                $(self.$field += other.$field;)*
                $(for (key, value) in &other.$extra {
                    *self.$extra.entry(*key).or_default() += value;
                })?
            }

            /// Whether nothing was counted.
            pub fn is_empty(&self) -> bool {
                *self == $name::default()
            }
        }
    };
}

tally! {
    /// One split/skill.
    SplitTally {
        /// Times a call began to wait here, a requeue after no answer included; counted at once.
        queued,
        answered,
        /// Of these, within the split's service level.
        acceptable,
        abandoned,
        /// Of these, while ringing.
        abandoned_ringing,
        forced_busy,
        forced_disconnect,
        /// Left from its first queue (answered elsewhere, routed, redirected on no answer).
        outflowed,
        /// Left from its second or third queue.
        dequeued,
        /// Answered (or abandoned ringing) here though first queued elsewhere, and requeues after no answer.
        inflowed,
        redirected_no_answer,
        held,
        transferred,
        conferenced,
        assists,
        stroke_counts,
        answer_wait_secs,
        abandon_wait_secs,
        talk_secs,
        hold_secs,
        acw_secs,
        direct_agent_answered,
    }
}

tally! {
    /// One agent, over all skills.
    AgentTally {
        logins,
        logouts,
        answered,
        direct_agent_answered,
        rang_abandoned,
        redirected_no_answer,
        /// Direct-agent calls that rang too long.
        direct_redirected,
        held,
        transferred,
        conferenced,
        /// Extension calls made and taken, counted when they end.
        extension_out,
        extension_in,
        talk_secs,
        hold_secs,
        acw_secs,
        staffed_secs,
        available_secs,
        ringing_secs,
        /// On a skill call that is not on hold.
        on_call_secs,
        /// After-call work, whatever it is for, extension calls made in it included.
        in_acw_secs,
        /// On a direct-agent call, or in its after-call work.
        direct_agent_secs,
        /// AUX, extension calls made in it included.
        aux_secs,
        /// Held calls only, extension calls begun while available, just logged in.
        other_secs,
    } also aux_secs_by_reason: AuxReason
}

tally! {
    /// One VDN.
    VdnTally {
        /// Calls that came, counted at once.
        arrived,
        /// Calls that have left, with their after-call work.
        offered,
        answered,
        abandoned,
        /// Answered at a station that is not measured.
        connected,
        forced_busy,
        forced_disconnect,
        outflowed,
        /// Came by routing or transfer.
        inflowed,
        answer_wait_secs,
        abandon_wait_secs,
        talk_secs,
        hold_secs,
        acw_secs,
    }
}

tally! {
    /// One trunk group.
    TrunkGroupTally {
        incoming,
        outgoing,
        /// Seconds from seizure to idle.
        incoming_secs,
        outgoing_secs,
        /// Incoming calls that an agent answered as skill or direct-agent calls.
        answered,
        abandoned,
        /// Calls that found no free trunk. The switch never saw them.
        blocked,
        maintenance_busy,
    }
}

impl Tallies {
    /// Adds another's figures.
    pub fn add(&mut self, other: &Tallies) {
        other.splits.iter().for_each(|(key, tally)| self.splits.entry(*key).or_default().add(tally));
        other.agents.iter().for_each(|(key, tally)| self.agents.entry(*key).or_default().add(tally));
        other.vdns.iter().for_each(|(key, tally)| self.vdns.entry(*key).or_default().add(tally));
        other.trunk_groups.iter().for_each(|(key, tally)| self.trunk_groups.entry(*key).or_default().add(tally));
        other.work_codes.iter().for_each(|(key, count)| *self.work_codes.entry(*key).or_default() += count);
    }

    /// Sum over all splits.
    pub fn all_splits(&self) -> SplitTally {
        self.splits.values().fold(SplitTally::default(), |mut sum, tally| {
            sum.add(tally);
            sum
        })
    }
}

impl SplitTally {
    /// Calls that queued here and have found an end (CALLSOFFERED).
    pub fn offered(&self) -> u64 {
        self.answered + self.abandoned + self.forced_busy + self.forced_disconnect + self.outflowed + self.dequeued
    }
}
