//! How figures are summed up and written. Numbers only; no verdicts.

use std::fmt;
use std::time::Duration;

/// Many durations, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many there were.
    pub count: usize,
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl Spread {
    /// Sums up; `None` if there is nothing to sum up.
    pub fn of(mut durations: Vec<Duration>) -> Option<Spread> {
        durations.sort_unstable();
        let max = *durations.last()?;
        let count = durations.len();
        // The smallest value that is not exceeded by the given share.
        let at = |percent: usize| durations[(count * percent).div_ceil(100).max(1) - 1];
        Some(Spread { count, p50: at(50), p99: at(99), max })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { count, p50, p99, max } = *self;
        write!(f, "p50 {:>8} p99 {:>8} max {:>8} ({count} times)", millis(p50), millis(p99), millis(max))
    }
}

/// Milliseconds, as precise as the value deserves.
pub fn millis(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1e3;
    match millis {
        _ if millis < 10.0 => format!("{millis:.2} ms"),
        _ if millis < 100.0 => format!("{millis:.1} ms"),
        _ => format!("{millis:.0} ms"),
    }
}

/// Prints a line of a list: what, and how much.
pub fn line(what: &str, how_much: impl fmt::Display) {
    println!("  {what:<46} {how_much}");
}

/// Prints durations as a line.
pub fn spread_line(what: &str, durations: Vec<Duration>) {
    match Spread::of(durations) {
        Some(spread) => line(what, spread),
        None => line(what, "nothing was measured"),
    }
}

/// Prints a heading.
pub fn heading(text: &str) {
    println!("\n{text}");
}
