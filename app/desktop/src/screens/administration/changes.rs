//! The record of changes, drawn: a table, and the chosen change in full below it.

use api::Change;
use egui::Ui;

use super::card::detail;
use super::search_field;
use crate::ctx::Ctx;
use crate::view::administration::changes::{ChangeRow, rows};
use crate::view::administration::{FrameView, acd_calendar};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, hint};

const COLUMNS: [ListColumn; 6] = [
    ListColumn::words("When"),
    ListColumn::words("Who"),
    ListColumn::figures("ACD"),
    ListColumn::wide("What"),
    ListColumn::wide("Before"),
    ListColumn::wide("After"),
];
/// Room for the chosen change.
const CHOSEN_HEIGHT: f32 = 76.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct ChangesState {
    search: String,
    chosen: Option<ChangeRow>,
}

impl ChangesState {
    /// Another server serves, with a record of its own.
    pub fn server_changed(&mut self) {
        self.chosen = None;
    }
}

/// Draws the page.
pub fn changes_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ChangesState,
    known: &[Change],
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    search_field(ctx, ui, &mut state.search, "Search the changes", 260.0);
    let calendar = acd_calendar(ctx.model, ctx.acd);
    let shown = rows(known, &state.search, calendar.as_ref());
    if shown.is_empty() {
        let text = if known.is_empty() { "Nothing was changed yet" } else { "No change has these words in it" };
        ui.add_space(8.0);
        hint(ui, ctx.palette, text);
        return;
    }
    let chosen = state.chosen.as_ref().and_then(|chosen| shown.iter().position(|row| row == chosen));
    let listing = Listing { name: "Changes", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
    let room = bottom - ui.cursor().top() - CHOSEN_HEIGHT - 12.0;
    let mut cell =
        |row: usize, at: usize| CellView { text: shown[row].texts()[at].to_owned(), level: Default::default() };
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some(row.clone());
    }
    match chosen.and_then(|row| shown.get(row)) {
        Some(row) => whole(ctx, ui, row),
        None => {
            hint(ui, ctx.palette, "Choose a change to read all of it");
        }
    }
}

fn whole(ctx: &Ctx<'_>, ui: &mut Ui, row: &ChangeRow) {
    let or_nothing = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    let facts = [("Before", or_nothing(&row.before)), ("After", or_nothing(&row.after))];
    detail(ui, ctx.palette, &format!("{}, by {} at {}", row.what, row.user, row.at), &facts);
}
