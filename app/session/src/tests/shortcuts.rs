//! Shortcuts in the model: whose they are, and how a run stands.

use std::time::Instant;

use api::{LinkState, Refresh, Shortcut};

use super::{REPORT, frame, request, working};
use crate::{ReportKey, ReportState, ShortcutRun, StepState, Update, Which};

fn shortcut(name: &str) -> Shortcut {
    let steps = vec![request(Refresh::Secs(1))];
    let (owner, changed_by) = ("anna".to_owned(), "anna".to_owned());
    Shortcut {
        owner,
        name: name.to_owned(),
        steps,
        arrangement: None,
        changed_at: super::NOON,
        changed_by,
        unreadable: None,
    }
}

#[test]
fn shortcuts_are_those_of_the_serving_server() {
    let mut model = working(Instant::now());
    let told = |which, name: &str| Update::Shortcuts { which, shortcuts: vec![shortcut(name)] };
    model.apply(told(Which::Secondary, "Other"));
    assert!(model.shortcuts.is_empty(), "the standby was not asked");
    model.apply(told(Which::Primary, "Morning"));
    assert_eq!(model.shortcuts, [shortcut("Morning")]);
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert!(model.shortcuts.is_empty(), "the other server may have others");
}

#[test]
fn each_step_of_a_run_stands_for_itself() {
    let start = Instant::now();
    let mut model = working(start);
    let (late, refused, closed) = (ReportKey(2), ReportKey(3), ReportKey(4));
    let steps = [REPORT, late, refused, closed].map(|key| (key, request(Refresh::Secs(1)))).to_vec();
    let run = ShortcutRun { name: "Morning".to_owned(), steps, stopped: false };
    let states = |model: &crate::Model| run.states(model, &|key| key != closed);
    let waiting = || StepState::Waiting(String::new());
    assert_eq!(states(&model), [StepState::Shown, waiting(), waiting(), StepState::Closed]);

    for report in [late, refused] {
        model.apply(Update::Opened { report, request: request(Refresh::Secs(1)) });
    }
    let which = Which::Primary;
    let feed = |report, state| Update::Feed { which, report, state };
    model.apply(feed(refused, ReportState::Failed("anna may not see ACD 1".to_owned())));
    model.apply(feed(late, ReportState::Stale { since: start, why: "ACD 1 is still recovering".to_owned() }));
    let late_state = StepState::Waiting("ACD 1 is still recovering".to_owned());
    let refused_state = StepState::Failed("anna may not see ACD 1".to_owned());
    assert_eq!(states(&model), [StepState::Shown, late_state, refused_state.clone(), StepState::Closed]);

    // What was shown once counts, however stale it becomes; what is permitted no longer does not.
    model.apply(feed(REPORT, ReportState::Stale { since: start, why: "no refresh comes".to_owned() }));
    assert_eq!(states(&model)[0], StepState::Shown);
    model.apply(frame(which, LinkState::Up, start));
    model.apply(feed(REPORT, ReportState::Failed("anna may not see ACD 1".to_owned())));
    assert_eq!(states(&model)[0], refused_state);
}
