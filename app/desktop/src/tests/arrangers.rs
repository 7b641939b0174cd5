//! The network thread's part in the order of rows, for canned sessions.

use std::collections::BTreeMap;
use std::sync::Arc;

use session::{Arranger, ReportKey, Sorting, Update};

/// Puts rows in order as the network thread does.
#[derive(Default)]
pub struct Arrangers(BTreeMap<ReportKey, Arranger>);

impl Arrangers {
    /// A frame with its rows in order; other updates as they are.
    pub fn arrange(&mut self, mut update: Update) -> Update {
        if let Update::Frame { which, report, stamp, sheet, orders, .. } = &mut update {
            (*sheet, *orders) = self.0.entry(*report).or_default().take(*which, stamp, Arc::clone(sheet));
        }
        update
    }

    /// What the network answers to another wish.
    pub fn sort(&mut self, report: ReportKey, sorting: Sorting) -> Option<Update> {
        let orders = self.0.entry(report).or_default().sort(sorting)?;
        Some(Update::Sorted { report, orders })
    }
}
