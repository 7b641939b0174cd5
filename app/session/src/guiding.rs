//! Worksheets of the profile's two servers as a screen shows them.

use std::sync::Arc;
use std::time::Instant;

use api::{Worksheet, WorksheetKind};

use crate::worksheets::Planned;

/// What a person wants of the worksheets. Each but the first is about the one of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorksheetRequest {
    /// What both servers keep.
    Look,
    /// The same once more, quietly: nobody is asked for a password, and what is shown beside it stays.
    LookAgain,
    /// Begins one.
    Start {
        /// What for.
        kind: WorksheetKind,
        /// Whether history goes by backup and restore.
        by_backup: bool,
        /// What is done on this occasion.
        about: String,
    },
    /// Carries out the step that is to be done, and waits for what it waits for.
    Go {
        /// Which worksheet.
        id: String,
        /// An earlier step again, counted from 0.
        step: Option<usize>,
        /// On with what follows, until a person is needed.
        all: bool,
    },
    /// Yes to the plan that was shown: that step is carried out, and no other. Refused if the worksheet has gone on since.
    Yes {
        /// Which worksheet.
        id: String,
        /// The step whose plan was shown, counted from 0.
        step: usize,
        /// The edition of the record by which it was shown.
        edition: u64,
    },
    /// A person has done the step. Refused if another one is due now.
    Confirm {
        /// Which worksheet.
        id: String,
        /// The step, counted from 0.
        step: usize,
        /// What was done.
        note: String,
    },
    /// The step is left out. Refused if another one is due now.
    Skip {
        /// Which worksheet.
        id: String,
        /// The step, counted from 0.
        step: usize,
        /// Why.
        why: String,
    },
    /// It is given up.
    Abandon {
        /// Which worksheet.
        id: String,
        /// Why.
        why: String,
    },
}

/// What both servers told of their worksheets.
#[derive(Debug, Clone, PartialEq)]
pub struct WorksheetsTold {
    /// When.
    pub at: Instant,
    /// The worksheets, changed last first.
    pub sheets: Vec<Worksheet>,
    /// Why a server could not be asked.
    pub silent: Vec<String>,
    /// Zone of the ACD by whose clock recorded times are written, if it is known.
    pub zone: String,
}

impl WorksheetsView {
    /// Takes over what was looked at while nothing is done. What was shown for a step goes once the worksheet has gone on.
    pub(crate) fn take_in(&mut self, told: WorksheetsTold) {
        let place = |told: &WorksheetsTold| {
            let open = told.sheets.iter().find(|sheet| sheet.end.is_none() && sheet.unreadable.is_none());
            open.map(|sheet| (sheet.id.clone(), sheet.now()))
        };
        if self.told.as_deref().map(place) != Some(place(&told)) {
            self.person = None;
        }
        let holds = |asks: &Arc<WorksheetAsks>| {
            told.sheets.iter().any(|sheet| sheet.id == asks.id && sheet.edition == asks.edition && sheet.end.is_none())
        };
        self.asks = self.asks.take().filter(holds);
        self.told = Some(Arc::new(told));
    }
}

/// What a step would restore, and needs a yes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorksheetAsks {
    /// Name of the worksheet.
    pub id: String,
    /// The step, counted from 0: the one that is due, or an earlier one that is to be done again.
    pub step: usize,
    /// The edition of the record by which it was planned.
    pub edition: u64,
    /// What would be restored.
    pub plans: Vec<Planned>,
}

/// How working by a worksheet stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorksheetsView {
    /// What is being done or waited for; `None` while nothing is.
    pub step: Option<String>,
    /// Why what was wanted last was not done.
    pub problem: Option<String>,
    /// What a step would restore, and needs a yes to.
    pub asks: Option<Arc<WorksheetAsks>>,
    /// What a person is to know before doing the step.
    pub person: Option<String>,
    /// What was told last; kept meanwhile.
    pub told: Option<Arc<WorksheetsTold>>,
}
