//! Which number the next backup of a day has.

use chrono::NaiveDate;

use super::highest;

/// Also of labels that lie on no device any more, with the folder before it or without.
#[test]
fn a_number_is_not_given_twice_on_a_day() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let of = |labels: &[&str]| highest(date, labels.iter().copied());
    assert_eq!(of(&[]), 0);
    assert_eq!(of(&["CMS-261126-03-XXHX-00-I", "CMS-261126-02-XXHX-00-F"]), 3);
    assert_eq!(of(&["CMS-A/CMS-261126-04-XXHX-00-F"]), 4);
    assert_eq!(of(&["CMS-261125-07-XXHX-00-F", "none"]), 0);
}
