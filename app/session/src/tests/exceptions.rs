//! Exceptions as they happen: what is news, and whose it is.

use std::time::Instant;

use api::{ExceptionLog, LinkState, LoggedException};

use super::{NOON, stamp, working};
use crate::network::mailbox::Mailbox;
use crate::{ExceptionsTold, Update, Which};

const ACD: model::AcdNumber = model::AcdNumber(1);

fn logged(number: u64) -> LoggedException {
    LoggedException {
        number,
        at: NOON + i64::try_from(number).unwrap_or_default(),
        of: "split".to_owned(),
        element: "3".to_owned(),
        split: None,
        detail: String::new(),
        exception: "calls-waiting".to_owned(),
        extype: 31,
        threshold: 0,
        limit_secs: 0,
        value: 1,
    }
}

fn log(counted: u32, numbers: impl IntoIterator<Item = u64>) -> ExceptionLog {
    let exceptions = numbers.into_iter().map(logged).collect();
    ExceptionLog { stamp: stamp(Which::Primary, LinkState::Up), counted, exceptions }
}

fn news(told: &ExceptionsTold) -> (u32, u64, Option<u64>) {
    (told.counted, told.news, told.newest.as_ref().map(|newest| newest.number))
}

#[test]
fn what_there_was_before_is_no_news_and_nothing_is_told_twice() {
    let mut told = ExceptionsTold::default();
    told.follow(log(2, [1, 2]));
    assert_eq!(news(&told), (2, 0, None), "the log of before");
    told.follow(log(2, []));
    assert_eq!(news(&told), (2, 0, None), "the age alone");
    told.follow(log(4, [3, 4]));
    assert_eq!(news(&told), (4, 2, Some(4)));
    told.follow(log(5, 1..=5));
    assert_eq!(news(&told), (5, 3, Some(5)), "a new stream begins with all of it");
    told.follow(log(0, []));
    assert_eq!(news(&told), (0, 3, Some(5)), "another interval has begun");
}

#[test]
fn the_first_one_of_an_empty_log_is_news() {
    let mut told = ExceptionsTold::default();
    told.follow(log(0, []));
    told.follow(log(1, [1]));
    assert_eq!(news(&told), (1, 1, Some(1)));
}

#[test]
fn exceptions_are_of_the_serving_server_alone() {
    let mut model = working(Instant::now());
    let mut told = ExceptionsTold::default();
    told.follow(log(1, [1]));
    let update = |which| Update::Exceptions { which, acd: ACD, told: Some(Box::new(told.clone())) };
    model.apply(update(Which::Secondary));
    assert!(model.exceptions.is_empty());
    model.apply(update(Which::Primary));
    assert_eq!(model.exceptions[&ACD].counted, 1);
    model.apply(Update::Exceptions { which: Which::Primary, acd: ACD, told: None });
    assert!(model.exceptions.is_empty(), "it may not be told any more");
    model.apply(update(Which::Primary));
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert!(model.exceptions.is_empty());
}

#[test]
fn a_screen_that_does_not_look_keeps_the_last_word_of_each_acd() {
    let mailbox = Mailbox::new(|| ());
    let mut told = ExceptionsTold::default();
    for number in 1..=3 {
        told.follow(log(1, [number]));
        mailbox.put(Update::Exceptions { which: Which::Primary, acd: ACD, told: Some(Box::new(told.clone())) });
    }
    let waiting: Vec<Update> = std::iter::from_fn(|| mailbox.take()).collect();
    assert_eq!(waiting, [Update::Exceptions { which: Which::Primary, acd: ACD, told: Some(Box::new(told)) }]);
}
