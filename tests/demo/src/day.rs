//! Which day the demo plays: one on which it is the middle of the working day somewhere, so that the board is full.

use chrono::{DateTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use model::Moment;

/// Zones that the demo chooses from, about three hours apart round the world.
const ZONES: [Tz; 9] = [
    Tz::Europe__Berlin,
    Tz::Europe__London,
    Tz::America__New_York,
    Tz::America__Los_Angeles,
    Tz::Asia__Dubai,
    Tz::Asia__Singapore,
    Tz::Australia__Sydney,
    Tz::Pacific__Honolulu,
    Tz::America__Sao_Paulo,
];
/// When the simulated call centre's day begins.
const OPENS: u32 = 7;

/// The simulated day.
pub struct Day {
    /// Zone of the switch.
    pub zone: Tz,
    /// Local time minus UTC now.
    pub utc_offset_secs: i32,
    /// Where the replay begins.
    pub start: Moment,
    /// Where real time takes over.
    pub now: Moment,
}

impl Day {
    /// The day at this moment, in the zone where the working day is furthest along without being over.
    pub fn at(now: DateTime<Utc>) -> Day {
        let hour = |zone: &Tz| now.with_timezone(zone).hour();
        let zone = ZONES.into_iter().find(|zone| (10..=16).contains(&hour(zone))).unwrap_or(Tz::Europe__Berlin);
        let local = now.with_timezone(&zone);
        let opened = i64::from(local.num_seconds_from_midnight()) - i64::from(OPENS) * 3600;
        let now = Moment(now.timestamp());
        let offset = zone.offset_from_utc_datetime(&local.naive_utc());
        // At least an hour, should no zone be in the middle of its day.
        Day { zone, utc_offset_secs: offset.fix().local_minus_utc(), start: now + -opened.max(3600), now }
    }
}
