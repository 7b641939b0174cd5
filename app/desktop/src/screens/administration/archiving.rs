//! Archiving status, drawn: the levels of all ACDs in a table, the chosen one in full below it.

use api::ArchiveStatus;
use egui::Ui;
use model::{AcdNumber, Level};

use super::card::{chosen_height, chosen_place, detail, to_foot};
use crate::ctx::{Ctx, Intent};
use crate::screens::copy_dialog::boxed;
use crate::view::administration::archiving::{Draft, LevelRow, advice, rows};
use crate::view::administration::{Form, FrameView};
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button};

const COLUMNS: [ListColumn; 9] = [
    ListColumn::words("ACD"),
    ListColumn::words("Level"),
    ListColumn::wide("Last"),
    ListColumn::words("Done at"),
    ListColumn::words("State"),
    ListColumn::wide("Next"),
    ListColumn::words("Due"),
    ListColumn::figures("Missing"),
    ListColumn::figures("Out of date"),
];
/// Room for the button.
const BELOW: f32 = 66.0;
/// Room for a chosen level.
const CHOSEN_HEIGHT: f32 = 76.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct ArchivingState {
    chosen: Option<(AcdNumber, Option<Level>)>,
}

/// Draws the page.
pub fn archiving_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ArchivingState,
    known: &[ArchiveStatus],
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    let shown = rows(ctx.model, known);
    if let Some(advice) = advice(&shown) {
        let pair = if view.muted { ctx.palette.muted() } else { ctx.palette.caution };
        boxed(ui, pair, &advice);
    }
    let chosen = state.chosen.and_then(|chosen| shown.iter().position(|row| row.key() == chosen));
    let chosen_height = chosen_height(bottom - ui.cursor().top() - BELOW - LIST_MIN, CHOSEN_HEIGHT);
    let listing = Listing { name: "Levels", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
    let room = (bottom - ui.cursor().top() - chosen_height - BELOW).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some(row.key());
    }
    let opened = response.opened.and_then(|row| shown.get(row)).filter(|row| row.level.is_some());
    if let Some(row) = opened.filter(|_| view.may.is_ok()) {
        ctx.want(Intent::AskChange(Box::new(Form::Summarize(Draft::of(row, &shown)))));
    }
    let chosen = chosen.and_then(|row| shown.get(row));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(row) => in_full(ctx, ui, row),
        None => {
            hint(ui, ctx.palette, "Choose a level to see what of it is missing or out of date, and to sum it up again");
        }
    });
    let may = match chosen {
        None => view.may.clone().and_then(|()| Err("Choose days, weeks or months first".to_owned())),
        Some(LevelRow { level: None, .. }) => {
            Err("Intervals are archived, not summed up: choose days first".to_owned())
        }
        Some(_) => view.may.clone(),
    };
    to_foot(ui, bottom, 1.0);
    button_row(ui, |ui| {
        let clicked = guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Sum up again…")).clicked();
        if let Some(row) = chosen.filter(|_| clicked) {
            ctx.want(Intent::AskChange(Box::new(Form::Summarize(Draft::of(row, &shown)))));
        }
    });
}

/// The chosen level in full.
fn in_full(ctx: &Ctx<'_>, ui: &mut Ui, row: &LevelRow) {
    let headline = format!("{} of {}", row.cells[1].text, row.cells[0].text);
    if row.details.is_empty() {
        return detail(ui, ctx.palette, &headline, &[("State", "nothing is missing or out of date".to_owned())]);
    }
    detail(ui, ctx.palette, &headline, &row.details);
}
