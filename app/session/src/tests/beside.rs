//! What goes on beside a page: jobs, what is looked at in full, the comparison; and who is signed out and told why.

use std::time::Instant;

use api::{Job, JobState, LinkState, NameBackup, SetUser};

use super::{health, working};
use crate::{
    BannerKind, ChangeRequest, Detail, DetailView, JobRequest, JobStage, JobView, NewUser, Secret, TwinView, Update,
    Which,
};

fn job(stage: JobStage) -> Update {
    let request = JobRequest::Undo(api::UndoRestore { restore: 3, ..api::UndoRestore::default() });
    Update::Job(Some(Box::new(JobView { number: 1, which: Which::Primary, request, stage })))
}

#[test]
fn a_job_and_a_comparison_outlive_a_switch_but_not_signing_out() {
    let mut model = working(Instant::now());
    let running = Job { job: 7, state: JobState::Running, ..Job::default() };
    model.apply(job(JobStage::Running { job: running, silent: None }));
    model.apply(Update::Twin(TwinView { step: Some("Comparing…".to_owned()), ..TwinView::default() }));
    let of = Detail::Backup(NameBackup { label: "CMS-261123-01-LSAX-00-F".to_owned(), device: None });
    model.apply(Update::Detail(Some(DetailView { which: Which::Primary, of, told: None })));
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert!(model.job.as_ref().is_some_and(|job| !job.stage.is_over()), "it goes on at its server");
    assert!(model.twin.step.is_some());
    assert_eq!(model.detail, None, "what the one server told is nothing of the other's");
    model.apply(Update::Serving(None));
    assert_eq!((model.job, model.twin), (None, TwinView::default()));
}

#[test]
fn a_job_is_over_when_nothing_more_is_told_of_it() {
    let why = || "timed out".to_owned();
    let silent = JobStage::Running { job: Job::default(), silent: Some(why()) };
    let over = [JobStage::Refused { why: why() }, JobStage::Unknown { why: why() }, JobStage::Failed(Job::default())];
    assert!(!JobStage::Asked.is_over() && !silent.is_over());
    assert!(over.iter().all(JobStage::is_over) && JobStage::Done(Job::default()).is_over());
}

#[test]
fn a_password_is_in_nothing_that_is_shown_or_kept() {
    let user = SetUser { name: "ann".to_owned(), ..SetUser::default() };
    let password = Some(Secret::new("correct horse"));
    let add = ChangeRequest::AddUser(NewUser { user: user.clone(), password, reads_everything: false });
    let set = |old: Option<&str>, new: &str| ChangeRequest::Password {
        user: None,
        old: old.map(Secret::new),
        new: Secret::new(new),
    };
    for change in [add.clone(), set(Some("correct horse"), "correct horse")] {
        assert!(!format!("{change:?}").contains("horse"), "{change:?}");
        let kept = change.clone().without_secrets();
        assert_ne!(kept, change, "it is forgotten");
    }
    let ChangeRequest::AddUser(kept) = add.without_secrets() else { panic!("the same change") };
    assert_eq!((kept.user, kept.password.is_some()), (user, true), "that there was one is not forgotten");
    assert_eq!(set(None, "one").without_secrets(), set(None, "other").without_secrets());
}

#[test]
fn who_is_signed_out_and_not_let_in_again_is_told_so_until_it_is_over() {
    let start = Instant::now();
    let which = Which::Primary;
    let mut model = working(start);
    let said = |model: &crate::Model| {
        let banner = model.banner(start)?;
        Some((banner.kind, banner.headline, banner.servers[0].clone(), banner.action))
    };
    assert_eq!(said(&model), None);
    model.apply(Update::SignedOut { which });
    assert_eq!(said(&model), None, "as long as it may be let in at once");
    let why = "cms1 is in single-user mode, set by cms".to_owned();
    model.apply(Update::SignInFailed { which, why });
    let told = said(&model).expect("it is said");
    assert_eq!((told.0, told.3), (BannerKind::Lost, Some(Which::Secondary)));
    assert!(told.1.starts_with("You are signed out of cms1") && told.2.ends_with("set by cms"), "{told:?}");
    model.apply(Update::SigningIn { which });
    assert_eq!(said(&model), Some(told), "another attempt does not make it flicker");
    model.apply(Update::Unhealthy { which, why: "timed out".to_owned(), at: start });
    assert!(said(&model).is_some_and(|told| told.1.contains("does not answer")), "a server that is gone comes first");
    model.apply(health(which, LinkState::Up, start));
    model.apply(Update::SignedIn { which, administrator: false });
    assert_eq!(said(&model), None);
}
