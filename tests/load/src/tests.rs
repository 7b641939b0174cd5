//! That the figures are right and that the centre's events make sense.

use std::time::Duration;

use collector::{Collector, Settings};
use model::{Calendar, IntervalMinutes};

use crate::centre::Centre;
use crate::figures::{Spread, millis};
use crate::processor::{Memory, measured};
use crate::server::ACD;

#[test]
fn a_spread_names_values_that_were_there() {
    let check = |values: &[u64], p50: u64, p99: u64, max: u64| {
        let millis = Duration::from_millis;
        let spread = Spread::of(values.iter().copied().map(millis).collect());
        let expected = Spread { count: values.len(), p50: millis(p50), p99: millis(p99), max: millis(max) };
        assert_eq!(spread, Some(expected), "of {values:?}");
    };
    check(&[5], 5, 5, 5);
    check(&[9, 1], 1, 9, 9);
    check(&[3, 1, 2], 2, 3, 3);
    check(&(1..=100).rev().collect::<Vec<_>>(), 50, 99, 100);
    check(&(1..=1000).collect::<Vec<_>>(), 500, 990, 1000);
    assert_eq!(Spread::of(Vec::new()), None);
}

#[test]
fn durations_are_written_with_as_many_digits_as_mean_something() {
    let check = |micros: u64, expected: &str| assert_eq!(millis(Duration::from_micros(micros)), expected);
    check(1_234, "1.23 ms");
    check(12_345, "12.3 ms");
    check(1_234_567, "1235 ms");
}

#[test]
fn memory_is_read_from_the_kernels_words() {
    let status = "Name:\tcms-server\nVmPeak:\t  999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n";
    assert_eq!(Memory::parse(status), Some(Memory { resident: 1 << 20, peak: 2 << 20 }));
    assert_eq!(Memory::parse("Name:\tcms-server\n"), None);
}

#[test]
fn work_is_measured_with_its_result() {
    let (result, took) = measured(|| Ok((0..1000_u64).map(std::hint::black_box).sum::<u64>())).expect("a clock");
    assert_eq!(result, 499_500);
    assert!(took.cpu > Duration::ZERO && took.wall > Duration::ZERO);
}

#[test]
fn the_centre_tells_nothing_impossible() {
    let centre = Centre::new(1100, 60).expect("a centre");
    let calendar = Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half };
    let mut collector = Collector::new(Settings::new(ACD, calendar));
    let mut effects = Vec::new();
    let events = centre.events(60_000).expect("events");
    events.iter().for_each(|event| collector.apply(event, &mut effects));
    assert!(collector.anomalies().is_empty(), "{:?}", collector.anomalies());
}

#[test]
fn a_second_has_as_many_events_as_promised() {
    let centre = Centre::new(2200, 60).expect("a centre");
    let mut events = Vec::new();
    centre.second(500, &mut events);
    assert_eq!(events.len(), centre.events_per_sec() as usize);
    assert!(events.iter().all(|event| event.at == events[0].at));
}

#[test]
fn reports_get_other_splits_and_vdns() {
    let centre = Centre::new(10_000, 2_000).expect("a centre");
    assert_eq!(centre.splits_input(0, 10), "1-10");
    assert_eq!(centre.splits_input(1, 10), "11-20");
    assert_eq!(Centre::vdns_input(1, 2), "70002;70003");
}
