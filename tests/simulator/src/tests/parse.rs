use std::time::Duration;

use crate::feed::{LinkFault, ScheduledFault};
use crate::parse_duration;

#[track_caller]
fn check(text: &str, millis: Option<u64>) {
    assert_eq!(parse_duration(text).ok(), millis.map(Duration::from_millis), "{text:?}");
}

#[test]
fn durations_are_read_as_people_type_them() {
    check("90s", Some(90_000));
    check("10m", Some(600_000));
    check("2h", Some(7_200_000));
    check("1h30m", Some(5_400_000));
    check("250ms", Some(250));
    check(" 1d ", Some(86_400_000));
    for wrong in ["", "10", "m", "10x", "-5s", "1.5h", "99999999999999999999s", "10s5"] {
        check(wrong, None);
    }
}

#[track_caller]
fn check_fault(text: &str, expect: ScheduledFault) {
    assert_eq!(text.parse(), Ok(expect), "{text:?}");
}

#[test]
fn faults_are_read_as_people_type_them() {
    let secs = Duration::from_secs;
    let fault = |link, fault, offset, lasting| ScheduledFault { link, fault, offset: secs(offset), lasting };
    check_fault("1:cut@10m+30s", fault(0, LinkFault::Cut, 600, Some(secs(30))));
    check_fault("2:stall@5s", fault(1, LinkFault::Stall, 5, None));
    check_fault("1:late=2s@1h", fault(0, LinkFault::Late(secs(2)), 3_600, None));
    check_fault("2:duplicate=40@1m", fault(1, LinkFault::Duplicate(40), 60, None));
    check_fault("1:restart@1m", fault(0, LinkFault::Restart, 60, None));
    for wrong in
        ["cut@10m", "0:cut@1m", "1:cut", "1:melt@1m", "1:late@1m", "1:duplicate=x@1m", "1:cut@soon", "1:cut@1m+x"]
    {
        assert!(wrong.parse::<ScheduledFault>().is_err(), "{wrong:?} must not be a fault");
    }
}
