//! Notices about a state, which go with it.

use std::time::Instant;

use api::{LinkState, Mode};

use super::{ACD, health, working};
use crate::{Asked, ChangeRequest, ChangeState, ChangeView, CopyState, Lasting, Model, NoticeLevel, Update, Which};

fn told(model: &mut Model, lasting: Option<Lasting>) {
    let (level, text) = (NoticeLevel::Problem, format!("{lasting:?}"));
    model.apply(Update::Notice { which: None, level, text, lasting, at: Instant::now() });
}

fn in_mode(which: Which, mode: Mode, at: Instant) -> Update {
    match health(which, LinkState::Up, at) {
        Update::Health { which, health, took, at } => {
            Update::Health { which, health: api::Health { mode, ..health }, took, at }
        }
        other => other,
    }
}

fn changed(state: ChangeState) -> Update {
    let change = ChangeRequest::Mode(Mode::MultiUser);
    Update::Administered(Some(ChangeView { number: 1, which: Which::Primary, change, state }))
}

/// Each goes with what ends it, and with nothing that only looks like it.
#[test]
fn a_notice_about_a_state_goes_when_that_is_over() {
    let at = Instant::now();
    let (primary, secondary) = (Which::Primary, Which::Secondary);
    let dictionary = |acd| Update::Dictionary { which: primary, acd, dictionary: model::Dictionary::default() };
    let signed_in = |which| Update::SignedIn { which, administrator: false };
    let library = Update::Library { which: primary, entries: Vec::new() };
    let refused = ChangeState::Refused { why: "no".to_owned() };
    let running = CopyState::Running { what: "Copying".to_owned() };
    let cases = [
        (
            Lasting::SingleUser(primary),
            vec![in_mode(primary, Mode::SingleUser, at), in_mode(secondary, Mode::MultiUser, at)],
            in_mode(primary, Mode::MultiUser, at),
        ),
        (Lasting::SingleUser(primary), vec![signed_in(secondary)], signed_in(primary)),
        (Lasting::SignedOut(secondary), vec![signed_in(primary)], signed_in(secondary)),
        (Lasting::NotMoved(secondary), vec![signed_in(secondary)], Update::Serving(Some(secondary))),
        (Lasting::Missing(Asked::Library), vec![dictionary(ACD)], library),
        (Lasting::Missing(Asked::Names(ACD)), vec![dictionary(model::AcdNumber(2))], dictionary(ACD)),
        (Lasting::Missing(Asked::Shortcuts), vec![dictionary(ACD)], Update::Serving(Some(secondary))),
        (Lasting::Copying, vec![Update::Copy(Some(running))], Update::Copy(None)),
        (Lasting::Changing, vec![changed(ChangeState::Running)], changed(refused)),
        (Lasting::Job, vec![Update::Copy(None)], Update::Job(None)),
    ];
    for (lasting, others, end) in cases {
        let mut model = working(at);
        told(&mut model, None);
        told(&mut model, Some(lasting.clone()));
        others.into_iter().for_each(|other| model.apply(other));
        assert_eq!(model.notices.len(), 2, "{lasting:?} went too early");
        model.apply(end);
        assert_eq!(model.notices.len(), 1, "{lasting:?} stays");
        assert_eq!(model.notices[0].lasting, None, "what has happened is to be read");
    }
}

/// The sign-in screen says why signing in failed as long as that may still be so.
#[test]
fn why_signing_in_failed_is_not_told_of_a_server_that_is_well_again() {
    let at = Instant::now();
    let failed = |model: &mut Model| {
        model.apply(Update::SignInFailed { which: Which::Primary, why: "it is away".to_owned() });
    };
    let problem = |model: &Model| model.servers[Which::Primary].sign_in_problem.clone();
    let mut model = working(at);
    failed(&mut model);
    model.apply(health(Which::Primary, LinkState::Up, at));
    assert!(problem(&model).is_some(), "it was well all the time, so the reason is another one");
    model.apply(Update::Unhealthy { which: Which::Primary, why: "refused".to_owned(), at });
    failed(&mut model);
    model.apply(health(Which::Primary, LinkState::Up, at));
    assert_eq!(problem(&model), None);
    model.apply(in_mode(Which::Primary, Mode::SingleUser, at));
    failed(&mut model);
    model.apply(in_mode(Which::Primary, Mode::SingleUser, at));
    assert!(problem(&model).is_some());
    model.apply(in_mode(Which::Primary, Mode::MultiUser, at));
    assert_eq!(problem(&model), None);
}
