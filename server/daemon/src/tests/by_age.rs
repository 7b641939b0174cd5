//! Which backup is the newest, if a clock was ahead.

use model::Moment;

use super::by_age;

#[test]
fn a_backup_that_seems_to_come_from_the_future_is_not_the_newest() {
    let sorted = by_age(vec![90_000, 10_200, 10_000, 9_000], |at| *at, Moment(10_000));
    // Clocks of two servers may be some minutes apart.
    assert_eq!(sorted, [10_200, 10_000, 9_000, 90_000]);
}
