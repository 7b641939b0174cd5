//! The plan of a restore, table by table, and what is said of it.

use api::RestorePlan;
use egui::{RichText, Ui};

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::restore_draft::{plan_rows, plan_sum};
use crate::view::administration::sentence;
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing};

/// Columns of a plan's lines, in the order of [`plan_rows`].
const PLAN_COLUMNS: [ListColumn; 9] = [
    ListColumn::words("Data"),
    ListColumn::wide("Table"),
    ListColumn::figures("ACD"),
    ListColumn::words("Range"),
    ListColumn::figures("Added"),
    ListColumn::figures("Replaced"),
    ListColumn::figures("Identical"),
    ListColumn::figures("Removed"),
    ListColumn::figures("Skipped"),
];
/// Most room for the plan's tables.
const PLAN_HEIGHT: f32 = 300.0;

/// The plan, table by table, and what is said of it.
pub(super) fn plan_lines(ctx: &Ctx<'_>, ui: &mut Ui, plan: &RestorePlan) {
    let palette = ctx.palette;
    let headline = format!("{} of {}: {}", plan.label, plan.server, plan_sum(plan));
    let headline = RichText::new(headline).font(fonts::medium(theme::BODY)).color(palette.text);
    ui.add(egui::Label::new(headline).wrap());
    ui.add_space(4.0);
    plan_table(ctx, ui, plan, PLAN_HEIGHT);
    plan_warnings(ctx, ui, plan);
    for note in &plan.notes {
        boxed(ui, palette.info, &sentence(note));
    }
}

/// What becomes of each table, in at most so much room. A column in which nothing stands would take the room of the names.
pub(super) fn plan_table(ctx: &Ctx<'_>, ui: &mut Ui, plan: &RestorePlan, room: f32) {
    let rows = plan_rows(plan);
    let used: Vec<usize> = (0..PLAN_COLUMNS.len()).filter(|at| rows.iter().any(|row| !row[*at].is_empty())).collect();
    let columns: Vec<ListColumn> = used.iter().map(|at| PLAN_COLUMNS[*at]).collect();
    let listing = Listing { name: "Plan", columns: &columns, row_count: rows.len(), chosen: None, muted: false };
    let wanted = (rows.len() + 2) as f32 * theme::ROW_HEIGHT;
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][used[at]].clone(), level: Default::default() };
    listing.show(ui, ctx.palette, wanted.min(room), &mut cell);
}

/// What is to be done before a restore, and what would be lost by it.
pub(super) fn plan_warnings(ctx: &Ctx<'_>, ui: &mut Ui, plan: &RestorePlan) {
    for obstacle in &plan.obstacles {
        boxed(ui, ctx.palette.warning, &format!("Not yet: {obstacle}"));
    }
    for caution in &plan.cautions {
        boxed(ui, ctx.palette.caution, &sentence(caution));
    }
}
