//! To which plans a yes counts.

use api::{StepState, Worksheet, WorksheetKind, WorksheetStep};
use model::Moment;

use super::plan_was_shown;

#[test]
fn a_yes_given_before_counts_for_a_plan_in_the_record_alone() {
    let step = |state, label: &str| WorksheetStep {
        step: "carry".to_owned(),
        state,
        label: label.to_owned(),
        ..WorksheetStep::default()
    };
    let label = "CMS-A/CMS-261126-01-XSAX-00-F";
    let sheet = Worksheet {
        id: "w".to_owned(),
        kind: WorksheetKind::Administration,
        by_backup: false,
        about: String::new(),
        primary: String::new(),
        secondary: String::new(),
        edition: 1,
        started_at: Moment(0),
        started_by: String::new(),
        changed_at: Moment(0),
        changed_by: String::new(),
        end: None,
        steps: vec![step(StepState::Done, label), step(StepState::ToDo, label), step(StepState::ToDo, "")],
        unreadable: None,
    };
    let shown: Vec<bool> = [Some(0), Some(1), Some(2), Some(3), None].map(|index| plan_was_shown(&sheet, index)).into();
    assert_eq!(shown, [false, true, false, false, false]);
}
