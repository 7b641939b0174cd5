//! A heal of the made-up call centre's primary.

use std::sync::Arc;
use std::time::Instant;

use api::{RestoreLine, RestorePlan};
use model::DataKind;
use session::twin::{Comparison, Gap, Healed, HealedAcd, Restored, Stretch};
use session::{HealReport, HealView, Which};

use super::super::world::{ACD, NOW};

fn report(stretch: Stretch, dry_run: bool, at: Instant) -> HealReport {
    let line = |table: &str, added, replaced| RestoreLine {
        acd: Some(ACD),
        added,
        replaced,
        from: Some("2026-11-23 04:00".to_owned()),
        to: Some("2026-11-23 05:30".to_owned()),
        ..RestoreLine::unchanged(table, DataKind::Historical)
    };
    let tables = vec![line("hsplit", 16, 8), line("hagent", 120, 64), line("call_rec", 310, 0)];
    let plan = RestorePlan {
        label: "CMS-261123-01".to_owned(),
        server: "cms-south".to_owned(),
        tables,
        ..RestorePlan::default()
    };
    let restore = (!dry_run).then_some(4);
    let text = if dry_run { String::new() } else { "restore 4 is done".to_owned() };
    let stretches = vec![(NOW + -24_000, NOW + -18_600)];
    let gap = Gap { acd: ACD, stretches, intervals: 3, on_both: Vec::new() };
    let acds = vec![HealedAcd { gap, restores: vec![Restored { plan, restore, text }], notes: Vec::new() }];
    let (here, there) = ("cms-north".to_owned(), "cms-south".to_owned());
    let healed = Healed { here, there, acds, summarized: Vec::new(), comparison: Comparison::default() };
    HealReport { which: Which::Primary, stretch, dry_run, at, healed }
}

/// Planned, of these intervals.
pub fn planned(stretch: Stretch, at: Instant) -> HealView {
    HealView { report: Some(Arc::new(report(stretch, true, at))), ..HealView::default() }
}

/// Done.
pub fn done(stretch: Stretch, at: Instant) -> HealView {
    HealView { report: Some(Arc::new(report(stretch, false, at))), ..HealView::default() }
}
