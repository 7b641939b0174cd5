//! Administration pages in the model: whose they are, and what is kept when a server fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::Severity;

use super::working;
use crate::{
    ChangeRequest, ChangeState, ChangeView, ErrorLogData, ExceptionsData, Model, Page, PageData, Unacknowledged,
    Update, Which,
};

fn told(which: Which, changes: usize, at: Instant) -> Update {
    let change = api::Change {
        at: super::NOON,
        user: "anna".to_owned(),
        acd: None,
        what: "storage interval".to_owned(),
        before: "30 minutes".to_owned(),
        after: "15 minutes".to_owned(),
    };
    let data = PageData::Changes(vec![change; changes]);
    Update::Page { which, page: Page::Changes, result: Ok(Arc::new(data)), at }
}

fn failed(why: &str, at: Instant) -> Update {
    Update::Page { which: Which::Primary, page: Page::Changes, result: Err(why.to_owned()), at }
}

fn shown(model: &Model) -> Option<usize> {
    let Some(PageData::Changes(changes)) = model.pages.get(&Page::Changes)?.data.as_deref() else { return None };
    Some(changes.len())
}

#[test]
fn a_page_is_of_the_serving_server_alone() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(told(Which::Secondary, 2, start));
    assert_eq!(shown(&model), None, "the standby was not asked");
    model.apply(told(Which::Primary, 1, start));
    assert_eq!(shown(&model), Some(1));
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert_eq!(shown(&model), None, "what the one server told is no page of the other");
    model.apply(told(Which::Primary, 1, start));
    assert_eq!(shown(&model), None, "an answer that comes late");
    model.apply(told(Which::Secondary, 2, start));
    assert_eq!(shown(&model), Some(2));
}

#[test]
fn a_page_that_cannot_be_asked_for_keeps_what_was_told_and_since_when() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(told(Which::Primary, 1, start));
    let later = |secs| start + Duration::from_secs(secs);
    model.apply(failed("timed out", later(5)));
    model.apply(failed("connection refused", later(10)));
    let view = &model.pages[&Page::Changes];
    let problem = view.problem.as_ref().expect("it says what is wrong");
    assert_eq!((problem.since, problem.why.as_str()), (later(5), "connection refused"));
    assert_eq!((shown(&model), view.told_at), (Some(1), Some(start)));
    model.apply(told(Which::Primary, 3, later(15)));
    assert_eq!((shown(&model), model.pages[&Page::Changes].problem.as_ref()), (Some(3), None));
}

#[test]
fn the_outcome_of_a_change_outlives_a_switch_but_not_signing_out() {
    let mut model = working(Instant::now());
    let change = ChangeRequest::Collection(api::SetCollection { acd: super::ACD, on: false });
    let state = ChangeState::Done { changed: true, text: "it is off".to_owned() };
    let view = ChangeView { number: 1, which: Which::Primary, change, state };
    model.apply(Update::Administered(Some(view.clone())));
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert_eq!(model.change, Some(view));
    model.apply(Update::Serving(None));
    assert_eq!(model.change, None);
}

fn logged(number: u64, of: &str) -> api::LoggedException {
    api::LoggedException {
        number,
        at: super::NOON + i64::try_from(number).expect("a small number"),
        of: of.to_owned(),
        element: "1".to_owned(),
        split: None,
        detail: String::new(),
        exception: "abandons".to_owned(),
        extype: 32,
        threshold: 3,
        limit_secs: 0,
        value: 4,
    }
}

fn log(counted: u32, exceptions: Vec<api::LoggedException>) -> api::ExceptionLog {
    let stamp = super::stamp(Which::Primary, api::LinkState::Up);
    api::ExceptionLog { stamp, counted, exceptions }
}

#[test]
fn the_log_of_exceptions_grows_in_order_and_tells_nothing_twice() {
    let troubles = api::ServerExceptions { server: "cms1".to_owned(), since: super::NOON, exceptions: Vec::new() };
    let first = log(2, vec![logged(1, "split"), logged(3, "vdn")]);
    let mut data = ExceptionsData { types: Vec::new(), rules: Vec::new(), log: first.clone(), troubles };
    data.follow(first);
    let shown = |data: &ExceptionsData| -> Vec<(u64, String)> {
        data.log.exceptions.iter().map(|known| (known.number, known.of.clone())).collect()
    };
    assert_eq!(shown(&data).len(), 2, "a stream begins with what is known already");
    data.follow(log(3, vec![logged(2, "split"), logged(3, "vdn"), logged(3, "split")]));
    let expected = [(1, "split"), (2, "split"), (3, "vdn"), (3, "split")].map(|(number, of)| (number, of.to_owned()));
    assert_eq!((shown(&data), data.log.counted), (expected.to_vec(), 3), "each kind of thing has numbers of its own");
    data.follow(log(150, (10..160).map(|number| logged(number, "vdn")).collect()));
    assert_eq!((data.log.exceptions.len(), shown(&data)[0].0), (100, 60), "the last hundred");
}

fn entry(severity: Severity, acknowledged: bool) -> api::MaintenanceEntry {
    api::MaintenanceEntry {
        id: 1,
        severity,
        code: api::LogCode::TaskFailed,
        text: String::new(),
        count: 1,
        first_at: super::NOON,
        last_at: super::NOON,
        acknowledged_at: acknowledged.then_some(super::NOON),
        acknowledged_by: acknowledged.then(|| "anna".to_owned()),
    }
}

#[test]
fn what_is_not_acknowledged_is_counted_for_the_serving_server_alone() {
    let start = Instant::now();
    let mut model = working(start);
    let count = Unacknowledged { errors: 4, warnings: 0 };
    model.apply(Update::Unacknowledged { which: Which::Secondary, count: Some(count) });
    assert_eq!(model.unacknowledged, None, "of the other one");
    model.apply(Update::Unacknowledged { which: Which::Primary, count: Some(count) });
    assert_eq!(model.unacknowledged, Some(count));
    // A newer server's word for something graver.
    let fatal = serde_json::from_str("\"fatal\"").unwrap();
    let entries = [(Severity::Error, true), (fatal, false), (Severity::Warning, false), (Severity::Info, false)];
    let entries = entries.map(|(severity, acknowledged)| entry(severity, acknowledged)).to_vec();
    let data = PageData::ErrorLog(ErrorLogData { entries, may_acknowledge: true });
    let result = Ok(Arc::new(data));
    model.apply(Update::Page { which: Which::Primary, page: Page::ErrorLog, result, at: start });
    assert_eq!(model.unacknowledged, Some(Unacknowledged { errors: 1, warnings: 1 }), "the page knows it later");
    let other = PageData::ErrorLog(ErrorLogData { entries: Vec::new(), may_acknowledge: true });
    let of_other = |which| {
        let result = Ok(Arc::new(other.clone()));
        Update::Page { which, page: Page::OtherErrorLog, result, at: start }
    };
    model.apply(of_other(Which::Primary));
    assert!(!model.pages.contains_key(&Page::OtherErrorLog), "that is not of the other one");
    model.apply(of_other(Which::Secondary));
    assert!(model.pages.contains_key(&Page::OtherErrorLog));
    assert_eq!(model.unacknowledged, Some(Unacknowledged { errors: 1, warnings: 1 }), "it counts nothing here");
    model.apply(Update::Unacknowledged { which: Which::Primary, count: None });
    assert_eq!(model.unacknowledged, None, "who may no longer know is told nothing");
    model.apply(Update::Unacknowledged { which: Which::Primary, count: Some(count) });
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert_eq!(model.unacknowledged, None);
}
