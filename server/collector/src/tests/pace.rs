//! Estimates from the last answers.

use model::Moment;

use crate::pace::Pace;

#[test]
fn only_the_last_sixteen_answers_count() {
    let mut pace = Pace::default();
    assert_eq!(pace.speed_secs(), None);
    assert!(pace.rate().is_none());
    pace.answered(1_000, Moment(0));
    (1..=16).for_each(|nth| pace.answered(nth, Moment(i64::from(nth) * 10)));
    assert_eq!(pace.speed_secs(), Some(8));
    // 16 answers in 160 seconds since the oldest: ten seconds each, and thirty with two callers ahead.
    let rate = pace.rate().unwrap();
    assert_eq!((rate.wait_secs(0, Moment(170)), rate.wait_secs(2, Moment(170))), (10, 30));
}
