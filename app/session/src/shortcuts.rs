//! A shortcut that runs. What is changed of shortcuts is in [`pages`](crate::pages).
//!
//! Running a shortcut is opening its reports, each as a person would open it: the server is asked for them one by one, and
//! whatever becomes of one leaves the others alone. So there is nothing here that runs; a run is the list of the reports that
//! were opened by it, and how it stands is read from them. Having the server run it was turned down: the reports would belong to
//! nobody's screen.

use api::ReportRequest;

use crate::command::ReportKey;
use crate::view::{Model, ReportState};

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Nothing has come yet; the text says what is waited for, if that is known.
    Waiting(String),
    /// It has been shown.
    Shown,
    /// The server refuses it; the text says why.
    Failed(String),
    /// It was closed, by a person or by stopping.
    Closed,
}

/// A shortcut whose reports were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortcutRun {
    /// Its name.
    pub name: String,
    /// The reports that were opened, in the order of its steps.
    pub steps: Vec<(ReportKey, ReportRequest)>,
    /// Whether what was still waited for has been given up.
    pub stopped: bool,
}

impl ShortcutRun {
    /// How each step stands, in their order. `is_open` says whether the screen still has a report.
    pub fn states(&self, model: &Model, is_open: &dyn Fn(ReportKey) -> bool) -> Vec<StepState> {
        self.steps.iter().map(|(key, _)| state(model, *key, is_open(*key))).collect()
    }
}

fn state(model: &Model, key: ReportKey, is_open: bool) -> StepState {
    if !is_open {
        return StepState::Closed;
    }
    match model.reports.get(&key) {
        None => StepState::Waiting(String::new()),
        Some(view) => match &view.state {
            ReportState::Failed(why) => StepState::Failed(why.clone()),
            _ if view.sheet.is_some() => StepState::Shown,
            ReportState::Stale { why, .. } => StepState::Waiting(why.clone()),
            _ => StepState::Waiting(String::new()),
        },
    }
}
