//! Call profiles as people enter them.

use crate::CallProfile;

#[test]
fn what_a_person_enters_rises_and_ends_with_a_day() {
    let entered = |level, increments: &[u32]| CallProfile::entered(level, increments);
    assert_eq!(entered(20, &[5, 10]), CallProfile::checked(20, &[5, 10]));
    assert!(entered(0, &[]).is_ok() && entered(86_400, &[1, 86_400]).is_ok());
    for (level, increments, expected) in [
        (86_401, &[5][..], "a service level is 0 to 86400 seconds, not 86401"),
        (20, &[5, 86_401], "an increment is 1 to 86400 seconds, not 86401"),
        (20, &[0, 5], "the first increment must be above 0"),
        (20, &[5, 5], "increment 5 must be above the one before it, 5"),
    ] {
        assert_eq!(entered(level, increments).unwrap_err(), expected);
    }
}
