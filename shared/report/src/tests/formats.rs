//! Values as people read them.

use catalog::Value;
use model::Moment;

use super::world::{NOW, berlin, int, lasting, text};
use crate::format::rounded;
use crate::{Format, format_value, format_value_local};

fn check(format: Format, value: Value, expect: &str) {
    assert_eq!(format_value(format, &value, NOW), expect, "{format:?} {value:?}");
}

#[test]
fn values_read_as_their_format_says() {
    check(Format::Count, int(1234), "1234");
    check(Format::Count, Value::Real(2.5), "3");
    check(Format::Count, Value::Real(-0.2), "0");
    check(Format::Decimal(1), Value::Real(2.25), "2.2");
    check(Format::Decimal(2), int(3), "3.00");
    check(Format::Duration, int(185), "3:05");
    check(Format::Duration, int(3723), "1:02:03");
    check(Format::Duration, int(-5), "-0:05");
    check(Format::Duration, Value::Real(59.6), "1:00");
    check(Format::Duration, lasting(185), "3:05");
    check(Format::Text, lasting(60), "1:00");
    check(Format::Percent(0), int(87), "87 %");
    check(Format::Percent(1), Value::Real(87.25), "87.2 %");
    check(Format::Text, text("AVAIL"), "AVAIL");
    check(Format::Count, text("n/a"), "n/a");
    check(Format::Date, int(20_260_302), "2026-03-02");
    check(Format::TimeOfDay, int(930), "09:30");
    check(Format::TimeOfDay, int(0), "00:00");
    check(Format::Clock, Value::At(NOW), "09:00:00");
    for format in [Format::Count, Format::Duration, Format::Percent(0), Format::Text, Format::Clock] {
        check(format, Value::Blank, "");
    }
}

#[test]
fn moments_can_be_local() {
    let shown = |format| format_value_local(format, &Value::At(NOW), NOW, Some(&berlin()));
    assert_eq!(shown(Format::Clock), "10:00:00");
    assert_eq!(shown(Format::Text), "2026-03-02 10:00:00");
}

#[test]
fn a_moment_whose_local_time_comes_twice_says_which_it_is() {
    // 2026-10-25 02:10 in Berlin, the second time.
    let at = Moment(1_792_890_600);
    let shown = |format, at| format_value_local(format, &Value::At(at), NOW, Some(&berlin()));
    assert_eq!(shown(Format::Text, at), "2026-10-25 02:10:00 UTC+1");
    assert_eq!(shown(Format::Clock, at + -3600), "02:10:00 UTC+2");
    assert_eq!(shown(Format::Date, at), "2026-10-25");
    check(Format::Clock, Value::At(at), "01:10:00");
}

#[test]
fn a_running_time_ahead_of_now_reads_zero() {
    check(Format::Duration, Value::Since(Moment(NOW.0 + 5)), "0:00");
}

#[test]
fn calculated_values_are_rounded_to_what_is_shown() {
    assert_eq!(rounded(Format::Duration, Value::Real(12.5)), int(13));
    assert_eq!(rounded(Format::Percent(0), Value::Real(66.666)), int(67));
    assert_eq!(rounded(Format::Percent(1), Value::Real(66.666)), Value::Real(66.7));
    assert_eq!(rounded(Format::Text, Value::Real(66.666)), Value::Real(66.666));
    assert_eq!(rounded(Format::Count, lasting(3)), lasting(3));
}
