//! What kind of call centre is simulated, and from when.

use model::{IntervalMinutes, Moment};
use serde::{Deserialize, Serialize};

/// Everything that decides what a [`crate::World`] does. Every day is an office day with some night service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scenario {
    /// The same seed and settings give the same events.
    pub seed: u64,
    /// The switch's time at which it starts. Whoever is on shift then logs in within the first two minutes.
    pub start: Moment,
    /// Local time minus UTC: places the day's shape (shifts, peaks) on the clock.
    pub utc_offset_secs: i32,
    /// Agents that exist; about four fifths of them are staffed at the peak.
    pub agents: u32,
    /// Splits/skills.
    pub splits: u32,
    /// Incoming calls per hour at the day's peak. Handling times follow so that the agents cope; without it the
    /// number that suits the agents at usual handling times.
    pub calls_per_hour: Option<u32>,
    /// Mean talk time in seconds, where it is not to follow from agents and calls.
    pub talk_secs: Option<u32>,
    /// Whether agents make and take extension and direct-agent calls.
    pub extension_calls: bool,
    /// A heartbeat is told when nothing else was for so many seconds.
    pub heartbeat_secs: u32,
    /// Length of the intervals by which the truth is counted.
    pub interval: IntervalMinutes,
}

/// Why a scenario cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {low} to {high}, not {given}")]
pub struct ScenarioError {
    /// Which setting.
    pub what: &'static str,
    /// Least value.
    pub low: u32,
    /// Greatest value.
    pub high: u32,
    /// The value given.
    pub given: u32,
}

impl Default for Scenario {
    /// 60 agents in 8 splits, from 2026-03-02 06:30 UTC.
    fn default() -> Self {
        Scenario {
            seed: 1,
            start: Moment(1_772_433_000),
            utc_offset_secs: 0,
            agents: 60,
            splits: 8,
            calls_per_hour: None,
            talk_secs: None,
            extension_calls: true,
            heartbeat_secs: 1,
            interval: IntervalMinutes::Half,
        }
    }
}

/// Seconds of call handling that one agent on the books gives in a peak hour: about four fifths are staffed, a
/// seventh of these is in AUX, and the rest should be busy three quarters of the time.
const HANDLING_SECS_PER_AGENT: u64 = 2_080;
/// Mean handling time (ring, talk, hold, ACW) where nothing else is asked for.
const USUAL_HANDLING_SECS: u64 = 240;

impl Scenario {
    /// Checks the numbers.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let within = |what, given, low, high| match (low..=high).contains(&given) {
            true => Ok(()),
            false => Err(ScenarioError { what, low, high, given }),
        };
        within("the number of agents", self.agents, 1, 50_000)?;
        within("the number of splits", self.splits, 1, 8_000)?;
        within("the number of calls per hour", self.calls_per_hour.unwrap_or(1), 1, 1_000_000)?;
        within("the mean talk time", self.talk_secs.unwrap_or(100), 5, 7_200)?;
        within("the seconds between heartbeats", self.heartbeat_secs, 1, 3_600)
    }

    /// Incoming calls per hour at the peak.
    pub(crate) fn peak_calls(&self) -> u64 {
        self.calls_per_hour
            .map_or(u64::from(self.agents) * HANDLING_SECS_PER_AGENT / USUAL_HANDLING_SECS, u64::from)
            .max(1)
    }

    /// Mean talk time: what leaves the agents busy but not drowned.
    pub(crate) fn mean_talk_secs(&self) -> i64 {
        let handling = u64::from(self.agents) * HANDLING_SECS_PER_AGENT / self.peak_calls();
        self.talk_secs.map_or((handling * 4 / 5).clamp(10, 900) as i64, i64::from)
    }

    /// Mean after-call work.
    pub(crate) fn mean_acw_secs(&self) -> i64 {
        (self.mean_talk_secs() / 8).max(3)
    }

    /// Seconds since local midnight.
    pub(crate) fn second_of_day(&self, at: Moment) -> i64 {
        (at.0 + i64::from(self.utc_offset_secs)).rem_euclid(86_400)
    }

    /// Local midnight of the day that `at` lies in.
    pub(crate) fn midnight(&self, at: Moment) -> Moment {
        at + -self.second_of_day(at)
    }

    /// First second of the truth's interval that `at` lies in.
    pub(crate) fn interval_start(&self, at: Moment) -> Moment {
        Moment(at.0 - at.0.rem_euclid(self.interval.secs()))
    }

    /// Incoming calls at `at`, in thousandths of the peak.
    pub(crate) fn load_per_mille(&self, at: Moment) -> u64 {
        const BY_HOUR: [u64; 25] = [
            14, 11, 10, 10, 12, 20, 45, 190, 540, 860, 1_000, 970, 840, 910, 1_000, 960, 770, 490, 290, 150, 95, 70,
            40, 24, 14,
        ];
        let second = self.second_of_day(at) as u64;
        let (hour, into) = ((second / 3_600) as usize, second % 3_600);
        (BY_HOUR[hour] * (3_600 - into) + BY_HOUR[hour + 1] * into) / 3_600
    }
}
