//! Worksheets of the made-up call centre: one that goes on, and what was done before.

use std::sync::Arc;
use std::time::Instant;

use api::{RestoreLine, RestorePlan, StepState, StepTime, Worksheet, WorksheetEnd, WorksheetKind, WorksheetStep};
use model::DataKind;
use session::worksheets::{Planned, plan};
use session::{WorksheetAsks, WorksheetRequest, WorksheetsTold, WorksheetsView};

use super::super::world::{ACD, NOW};

/// A worksheet of which so many steps are done.
pub fn sheet(kind: WorksheetKind, done: usize) -> Worksheet {
    let step = |(index, step): (usize, session::worksheets::Step)| {
        let at = NOW + -3_600 + i64::try_from(index).unwrap_or(0) * 240;
        let known = WorksheetStep { step: step.key.word().to_owned(), ..WorksheetStep::default() };
        if index >= done {
            return known;
        }
        let times = match step.act {
            session::worksheets::Act::CollectionOff | session::worksheets::Act::LinksUp => {
                let what =
                    if step.act == session::worksheets::Act::CollectionOff { "collection off" } else { "link up" };
                vec![StepTime { what: what.to_owned(), acd: ACD, at }]
            }
            _ => Vec::new(),
        };
        let text = "done as it should be".to_owned();
        WorksheetStep { state: StepState::Done, at: Some(at), by: "m.keller".to_owned(), text, times, ..known }
    };
    Worksheet {
        id: format!("{kind}-1795423327"),
        kind,
        by_backup: false,
        about: "keep interval rows for 90 days".to_owned(),
        primary: "cms-north".to_owned(),
        secondary: "cms-south".to_owned(),
        edition: 7,
        started_at: NOW + -3_700,
        started_by: "m.keller".to_owned(),
        changed_at: NOW + -60,
        changed_by: "m.keller".to_owned(),
        end: None,
        steps: plan(kind, false).into_iter().enumerate().map(step).collect(),
        unreadable: None,
    }
}

/// These, told at once.
pub fn told(sheets: Vec<Worksheet>, at: Instant) -> Option<Arc<WorksheetsTold>> {
    Some(Arc::new(WorksheetsTold { at, sheets, silent: Vec::new(), zone: "Europe/Berlin".to_owned() }))
}

/// One goes on, at the step after so many that are done.
pub fn at_step(kind: WorksheetKind, done: usize, at: Instant) -> WorksheetsView {
    WorksheetsView { told: told(vec![sheet(kind, done)], at), ..WorksheetsView::default() }
}

/// The same with a failure at that step.
pub fn failed(at: Instant) -> WorksheetsView {
    let mut sheet = sheet(WorksheetKind::PrimaryOutage, 4);
    sheet.steps[4].state = StepState::Failed;
    sheet.steps[4].text = "https://cms-south.example:8443 cannot be reached: the connection broke off".to_owned();
    WorksheetsView { told: told(vec![sheet], at), ..WorksheetsView::default() }
}

/// A restore that needs a yes.
pub fn asks(at: Instant) -> WorksheetsView {
    let line = |table: &str, data: DataKind, added, replaced| RestoreLine {
        added,
        replaced,
        identical: 12,
        ..RestoreLine::unchanged(table, data)
    };
    let tables = vec![
        line("users", DataKind::System, 1, 0),
        line("split_pro", DataKind::Acd, 0, 2),
        line("synonyms", DataKind::Acd, 3, 1),
    ];
    let plan = RestorePlan {
        label: "CMS-261123-02".to_owned(),
        server: "cms-south".to_owned(),
        tables,
        ..RestorePlan::default()
    };
    let sheet = sheet(WorksheetKind::PrimaryOutage, 4);
    let plans = vec![Planned { acd: None, plan }];
    let asks = Some(Arc::new(WorksheetAsks { id: sheet.id, step: 4, edition: sheet.edition, plans }));
    WorksheetsView { asks, ..at_step(WorksheetKind::PrimaryOutage, 4, at) }
}

/// None goes on; two are over.
pub fn over(at: Instant) -> WorksheetsView {
    let ended = |kind, abandoned, why: &str| Worksheet {
        end: Some(WorksheetEnd { abandoned, at: NOW + -86_400, by: "m.keller".to_owned(), why: why.to_owned() }),
        ..sheet(kind, 99)
    };
    let sheets = vec![
        ended(WorksheetKind::Collection, false, ""),
        ended(WorksheetKind::Administration, true, "the secondary is replaced next week"),
    ];
    WorksheetsView { told: told(sheets, at), ..WorksheetsView::default() }
}

/// What comes of a wish: a worksheet goes from a step that a person does over one that fails to one that asks.
pub fn answer(request: &WorksheetRequest, at: Instant) -> WorksheetsView {
    match request {
        WorksheetRequest::Look | WorksheetRequest::LookAgain | WorksheetRequest::Abandon { .. } => over(at),
        WorksheetRequest::Start { kind, .. } => at_step(*kind, 0, at),
        WorksheetRequest::Confirm { .. } | WorksheetRequest::Yes { .. } => at_step(WorksheetKind::Collection, 5, at),
        WorksheetRequest::Go { all: true, .. } => failed(at),
        WorksheetRequest::Go { .. } | WorksheetRequest::Skip { .. } => asks(at),
    }
}
