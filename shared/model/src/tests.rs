mod dictionary;
mod event;
mod menu;
mod number_list;
mod period;
mod permission;
mod profile;
mod timetable;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::{
    AuxReason, Calendar, CallProfile, Counting, ExceptionElement, ExceptionKey, ExceptionKind, ExceptionRule,
    ExceptionScope, IntervalMinutes, LoginId, Moment, SplitId, UtcOffset,
};

fn calendar(zone: Tz) -> Calendar {
    Calendar { zone, interval: IntervalMinutes::Half }
}

fn intervals_of_day(calendar: &Calendar, y: i32, m: u32, d: u32) -> Vec<(u32, i64)> {
    let date = NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let mut at = calendar.moment_at(date.and_hms_opt(0, 0, 0).unwrap());
    let mut found = Vec::new();
    while calendar.row_date(at) == date {
        let interval = calendar.interval(at);
        assert_eq!(interval.start, at, "intervals tile the day");
        found.push((calendar.starttime(at), interval.end - interval.start));
        at = interval.end;
    }
    found
}

#[test]
fn an_ordinary_day_has_48_half_hours() {
    let day = intervals_of_day(&calendar(Tz::Europe__Berlin), 2026, 11, 23);
    assert_eq!(day.len(), 48);
    assert!(day.iter().all(|(_, secs)| *secs == 1800));
}

#[test]
fn spring_loses_two_and_autumn_repeats_two_labels() {
    let berlin = calendar(Tz::Europe__Berlin);
    assert_eq!(intervals_of_day(&berlin, 2026, 3, 29).len(), 46);
    let autumn = intervals_of_day(&berlin, 2026, 10, 25);
    assert_eq!(autumn.len(), 50);
    assert_eq!(autumn.iter().filter(|(label, _)| *label == 230).count(), 2);
}

#[test]
fn a_time_that_comes_twice_is_told_with_its_distance_from_utc() {
    let texts = |zone: Tz, from: &str, count: i64| {
        let calendar = calendar(zone);
        let from = Moment(chrono::DateTime::parse_from_rfc3339(from).unwrap().timestamp());
        let text = |half_hours| calendar.local_text(from + half_hours * 1800, "%H:%M");
        (0..count).map(text).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        texts(Tz::Europe__Berlin, "2026-10-24T23:30:00Z", 7),
        "01:30, 02:00 UTC+2, 02:30 UTC+2, 02:00 UTC+1, 02:30 UTC+1, 03:00, 03:30"
    );
    assert_eq!(
        texts(Tz::America__New_York, "2026-11-01T04:30:00Z", 7),
        "00:30, 01:00 UTC-4, 01:30 UTC-4, 01:00 UTC-5, 01:30 UTC-5, 02:00, 02:30"
    );
    assert_eq!(
        texts(Tz::Australia__Lord_Howe, "2026-04-04T14:00:00Z", 5),
        "01:00, 01:30 UTC+11, 01:30 UTC+10:30, 02:00, 02:30"
    );
    assert_eq!(texts(Tz::Europe__London, "2026-10-25T00:00:00Z", 3), "01:00 UTC+1, 01:30 UTC+1, 01:00 UTC");
    // The hour that is left out, and an ordinary one.
    assert_eq!(texts(Tz::Europe__Berlin, "2026-03-29T00:30:00Z", 2), "01:30, 03:00");
}

#[test]
fn distances_from_utc_are_read_as_they_are_written() {
    for secs in [0, 7200, -14_400, 37_800, -12_600, 45_900] {
        let offset = UtcOffset(secs);
        assert_eq!(offset.to_string().parse(), Ok(offset), "{offset}");
    }
    for wrong in ["", "UTC2", "UTC+", "UTC+24", "UTC+1:60", "UTC+-1", "GMT+1", "UTC+1:"] {
        assert!(wrong.parse::<UtcOffset>().is_err(), "{wrong}");
    }
}

#[test]
fn an_end_that_comes_twice_can_be_meant_as_the_later_one() {
    let berlin = calendar(Tz::Europe__Berlin);
    let local = |hour, minute| NaiveDate::from_ymd_opt(2026, 10, 25).unwrap().and_hms_opt(hour, minute, 0).unwrap();
    assert_eq!(berlin.last_moment_at(local(2, 30)) - berlin.moment_at(local(2, 30)), 3600);
    assert_eq!(berlin.last_moment_at(local(3, 30)), berlin.moment_at(local(3, 30)));
    let hole = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
    assert_eq!(berlin.last_moment_at(hole), berlin.moment_at(hole));
}

#[test]
fn days_that_do_not_begin_at_midnight_and_half_offsets_are_tiled() {
    // Havana springs forward at 00:00; Lord Howe by half an hour; Chatham changes at 02:45.
    assert_eq!(intervals_of_day(&calendar(Tz::America__Havana), 2025, 3, 9)[0].0, 100);
    let lord_howe = intervals_of_day(&calendar(Tz::Australia__Lord_Howe), 2025, 10, 5);
    assert_eq!(lord_howe.iter().map(|(_, secs)| secs).sum::<i64>(), 23 * 3600 + 1800);
    let chatham = intervals_of_day(&calendar(Tz::Pacific__Chatham), 2025, 9, 28);
    assert_eq!(chatham.iter().map(|(_, secs)| secs).sum::<i64>(), 23 * 3600);
    assert!(chatham.iter().any(|(_, secs)| *secs == 900), "the change cuts a quarter out of a half hour");
}

#[test]
fn a_limit_belongs_to_the_lower_bin() {
    let profile = CallProfile::checked(20, &[5, 10, 25]).unwrap();
    assert_eq!([0, 5, 6, 10, 25, 26].map(|wait| profile.bin(wait)), [0, 0, 1, 1, 2, 9]);
    assert_eq!(CallProfile::default().bin(9_999), 0);
    assert!(CallProfile::checked(20, &[5, 5]).is_err());
}

#[test]
fn identifiers_name_their_fault() {
    assert!(LoginId::new("12345678901234567").unwrap_err().to_string().contains("1 to 16"));
    assert!(LoginId::new(" 1").is_err() && LoginId::new("").is_err());
    assert_eq!(Moment::from_micros(-1), Moment(-1));
}

#[test]
fn kinds_of_exceptions_have_names_and_numbers_of_their_own() {
    for (place, kind) in ExceptionKind::ALL.iter().enumerate() {
        let same = |other: &ExceptionKind| {
            other.element() == kind.element() && (other.number() == kind.number() || other.name() == kind.name())
        };
        assert!(!ExceptionKind::ALL[..place].iter().any(same), "{kind:?} is there twice");
        assert_eq!(ExceptionKind::parse(kind.element(), kind.name()), Ok(*kind));
        assert_eq!(ExceptionKind::by_number(kind.element(), kind.number()), Some(*kind));
        assert!(kind.number() <= 81 || kind.number() >= ExceptionKind::OURS);
    }
    assert_eq!(ExceptionKind::by_number(ExceptionElement::Vdn, 30), Some(ExceptionKind::VdnWaiting));
    assert_eq!(ExceptionKind::SplitQueueTime.counting(), Counting::Long);
    let fault = ExceptionKind::parse(ExceptionElement::Vector, "transfers").unwrap_err();
    assert!(fault.contains("time-in-vector-max"), "{fault}");
}

#[test]
fn a_rule_says_what_is_wrong_with_it() {
    let rule = |scope, kind, threshold, limit_secs| ExceptionRule {
        key: ExceptionKey { scope, kind, reason: None },
        threshold,
        limit_secs,
        on: true,
    };
    let split = ExceptionScope::Split(SplitId(1));
    let check = |rule: ExceptionRule, expect: &str| {
        let fault = rule.fault().unwrap_or_default();
        assert!(fault.contains(expect) && fault.is_empty() == expect.is_empty(), "{fault:?} for {rule:?}");
    };
    check(rule(split, ExceptionKind::SplitQueueTime, 999, 28_800), "");
    check(rule(split, ExceptionKind::SplitQueueTime, 1000, 60), "0 to 999");
    check(rule(split, ExceptionKind::SplitQueueTime, 0, 28_801), "0 to 28800");
    check(rule(split, ExceptionKind::SplitWaiting, 5, 60), "not about time");
    check(rule(split, ExceptionKind::AgentAux, 5, 60), "not of split 1");
    let mut aux = rule(ExceptionScope::Agents(SplitId(1)), ExceptionKind::AgentAux, 0, 60);
    aux.key.reason = Some(AuxReason(5));
    check(aux, "");
    aux.key.kind = ExceptionKind::AgentAcw;
    check(aux, "knows no AUX reason");
}

proptest::proptest! {
    #[test]
    fn every_moment_lies_in_its_interval_and_neighbours_touch(secs in 0i64..4_000_000_000, zone in 0usize..chrono_tz::TZ_VARIANTS.len()) {
        let calendar = calendar(chrono_tz::TZ_VARIANTS[zone]);
        let interval = calendar.interval(Moment(secs));
        assert!(interval.start.0 <= secs && secs < interval.end.0);
        assert_eq!(calendar.interval(interval.start), interval);
        assert_eq!(calendar.interval(interval.end + -1), interval);
        assert_eq!(calendar.interval(interval.end).start, interval.end);
    }
}

/// The hot path moves events about; what is told seldom lies behind a pointer.
#[test]
fn things_are_counted_with_the_noun_that_goes_with_the_number() {
    let told = [0_u64, 1, 2].map(|count| crate::words::counted(count, "row", "rows"));
    assert_eq!(told, ["0 rows", "1 row", "2 rows"]);
    assert_eq!(crate::words::counted(1_u8, "volume", "volumes"), "1 volume");
}

#[test]
fn of_many_things_the_first_few_are_named() {
    let check = |things: &[&str], most: usize, expect: &str| assert_eq!(crate::words::and_more(things, most), expect);
    check(&[], 3, "");
    check(&["a"], 1, "a");
    check(&["a", "b"], 1, "a and 1 more");
    check(&["a", "b", "c"], 3, "a, b, c");
    check(&["a", "b", "c", "d", "e"], 3, "a, b, c and 2 more");
    check(&["a", "b"], 0, "2 more");
}

#[test]
fn events_stay_small() {
    assert!(size_of::<crate::Event>() <= 128, "{} bytes", size_of::<crate::Event>());
    assert!(size_of::<crate::event::CallAct>() <= 56, "{} bytes", size_of::<crate::event::CallAct>());
}
