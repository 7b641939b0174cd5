//! Clocks: each ACD's beside the server's, and those of two servers beside each other. Timetables, backups and what is let go go
//! by the server's clock, history by the ACD's; nothing else shows that the two tell different hours.
//!
//! Nothing is said of clocks that agree, and nothing where one of them was not told. Answers come one after the other: what went by
//! between them is taken off by this machine's own steady clock, whatever time that shows.

use std::time::{Duration, Instant};

use api::{AcdHealth, LinkState};
use model::Moment;

use super::told::Told;
use super::{Check, Light, Subject, lasting};

/// From here on the difference is told.
const TOLD_SECS: i64 = 60;
/// From here on somebody should look.
const LOOK_SECS: i64 = 5 * 60;

/// Whole seconds from one moment of this machine to another one, which may be the earlier one.
fn secs_between(from: Instant, to: Instant) -> i64 {
    let millis = |length: Duration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 2);
    let later = millis(to.saturating_duration_since(from));
    let earlier = millis(from.saturating_duration_since(to));
    (later - earlier + 500).div_euclid(1_000)
}

/// The server's clock, with the moment of this machine at which it was told.
fn clock(told: &Told) -> Option<(Moment, Instant)> {
    let at = told.backups.as_ref().ok()?.asked_at;
    Some((at, told.heard.backups))
}

/// How far the first of two clocks is ahead, in words; nothing where that is too little to be told.
fn apart(secs: i64) -> Option<(Light, String)> {
    let light = match secs.saturating_abs() {
        ..TOLD_SECS => return None,
        TOLD_SECS..LOOK_SECS => Light::Green,
        _ => Light::Yellow,
    };
    let side = if secs > 0 { "ahead of" } else { "behind" };
    Some((light, format!("{} {side}", lasting(secs.saturating_abs()))))
}

/// Of each ACD whose link is up and whose clock is another one than the server's.
pub(super) fn acds(told: &Told) -> Vec<Check> {
    let Some((at, asked)) = clock(told) else { return Vec::new() };
    let then = at + secs_between(asked, told.heard.status);
    told.status.acds.iter().filter_map(|acd| of_acd(&acd.health, then)).collect()
}

fn of_acd(acd: &AcdHealth, server_at: Moment) -> Option<Check> {
    let (at, age_ms) = (acd.acd_at?, acd.age_ms?);
    if acd.link != LinkState::Up {
        return None;
    }
    let now = at.0.saturating_add(i64::try_from(age_ms / 1_000).unwrap_or(i64::MAX));
    let (light, apart) = apart(now.saturating_sub(server_at.0))?;
    let advice = "which of the two is wrong? Set the switch's clock, or the server machine's (is NTP running?). While a server catches \
                  up after an outage, ask again when it has: what it hears is older then";
    let found = format!("the clock of ACD {} is {apart} the server's", acd.acd);
    Some(Check::new(Subject::Clock, light, found, advice).of(acd.acd))
}

/// Of two servers whose clocks are apart.
pub(super) fn of_both(here: &Told, there: &Told) -> Option<Check> {
    let ((one, one_heard), (other, other_heard)) = (clock(here)?, clock(there)?);
    let then = one + secs_between(one_heard, other_heard);
    let (light, apart) = apart(other.0.saturating_sub(then.0))?;
    let found = format!("the clock of {} is {apart} that of {}", there.status.server, here.status.server);
    let advice =
        "set the machine's clock that is wrong; is NTP running on both? Timetables run, and old rows go, by it";
    Some(Check::new(Subject::Clock, light, found, advice))
}
