//! How fast switch time passes, and when the world has to wait for the servers.

use std::time::{Duration, Instant};

use model::Moment;

/// How a feed's switch time follows real time: it should show `catch_up_until` (or the world's start) plus
/// `speed` times the real time since the feed began. Whatever lies before that is told as fast as the links take it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Switch time that belongs to the beginning of the feed; `None`: the world's start.
    pub catch_up_until: Option<Moment>,
    /// Seconds of switch time per second; a very large number means as fast as the links take it.
    pub speed: f64,
}

impl Default for Pace {
    /// Real time.
    fn default() -> Self {
        Pace { catch_up_until: None, speed: 1.0 }
    }
}

impl Pace {
    /// Tells everything up to `now` as fast as it is taken, then goes on in real time.
    pub fn replay_until(now: Moment) -> Self {
        Pace { catch_up_until: Some(now), speed: 1.0 }
    }

    /// So many seconds of switch time per second.
    pub fn at_speed(speed: f64) -> Self {
        Pace { catch_up_until: None, speed }
    }
}

/// A server that has acknowledged nothing for this long is not waited for any longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long the beginning waits for the second link once the first is up.
const SECOND_LINK: Duration = Duration::from_secs(3);

/// Real time turned into the time the switch should show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    began: Instant,
    anchor: Moment,
    speed: f64,
}

impl Clock {
    pub(super) fn start(pace: Pace, start: Moment) -> Self {
        Clock { began: Instant::now(), anchor: pace.catch_up_until.unwrap_or(start), speed: pace.speed.max(0.0) }
    }

    /// The time the switch should show now.
    pub(super) fn target(&self) -> Moment {
        self.anchor + (self.began.elapsed().as_secs_f64() * self.speed) as i64
    }

    /// Whether the switch shows that time, but for a few seconds.
    pub(super) fn is_caught_up(&self, at: Moment) -> bool {
        at + 3 >= self.target()
    }
}

/// Keeps a fast world from overrunning the servers. In real time nothing is held back: a switch does not wait.
#[derive(Debug)]
pub(super) struct Throttle {
    free: bool,
    free_from: Option<Moment>,
    window: u64,
    first_link_at: Option<Instant>,
    begun: bool,
}

impl Throttle {
    pub(super) fn new(pace: Pace, in_flight: u64) -> Self {
        let real_time = pace.speed <= 1.0;
        Throttle {
            free: real_time && pace.catch_up_until.is_none(),
            free_from: pace.catch_up_until.filter(|_| real_time),
            window: (in_flight / 2).max(1),
            first_link_at: None,
            begun: false,
        }
    }

    /// Whether the next event, due at `next_at`, may be told. `backlog`: most events that a live link owes, `None`
    /// if no link is live; `all`: whether all links are up.
    pub(super) fn lets_go(&mut self, next_at: Moment, backlog: Option<u64>, all: bool) -> bool {
        if self.free || self.free_from.is_some_and(|from| next_at >= from) {
            return true;
        }
        let Some(backlog) = backlog else { return false };
        if !self.begun {
            let first = *self.first_link_at.get_or_insert_with(Instant::now);
            self.begun = all || first.elapsed() > SECOND_LINK;
        }
        self.begun && backlog < self.window
    }
}
