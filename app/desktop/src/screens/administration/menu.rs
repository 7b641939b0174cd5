//! Main menu additions, drawn: a table, and what can be done with the chosen one.

use api::MenuAddition;
use egui::Ui;

use super::card::to_foot;
use super::search_field;
use super::take_over::take_over_ui;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::menu::{MenuDraft, delete, rows};
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button};

const COLUMNS: [ListColumn; 6] = [
    ListColumn::figures("Place"),
    ListColumn::words("Name"),
    ListColumn::words("Kind"),
    ListColumn::wide("Opens"),
    ListColumn::wide("Description"),
    ListColumn::wide("Users"),
];
/// Where the name stands in a row.
const NAME: usize = 1;
/// Room for the buttons below the table.
const BELOW: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct MenuState {
    search: String,
    chosen: Option<String>,
    take_over: bool,
}

impl MenuState {
    /// Another server serves: who took over there has not taken over here.
    pub fn server_changed(&mut self) {
        self.take_over = false;
    }
}

/// Draws the page.
pub fn menu_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut MenuState,
    known: &[MenuAddition],
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    let may = take_over_ui(ctx, ui, view, ("the main menu", " with its files"), &mut state.take_over);
    search_field(ctx, ui, &mut state.search, "Search the main menu", 260.0);
    let rows = rows(known, &state.search);
    let opened = list(ctx, ui, view, state, &rows, bottom);
    let chosen = state.chosen.as_ref().and_then(|chosen| known.iter().find(|known| known.name == *chosen));
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, state.take_over, &may, chosen);
    let opened = opened.and_then(|row| rows.get(row)).filter(|_| may.is_ok());
    if let Some(addition) = opened.and_then(|row| known.iter().find(|known| known.name == row[NAME])) {
        ctx.want(Intent::AskChange(Box::new(Form::Menu(MenuDraft::of(addition, state.take_over)))));
    }
}

/// Draws the table; gives the line that is to be opened.
fn list(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut MenuState,
    rows: &[[String; 6]],
    bottom: f32,
) -> Option<usize> {
    if rows.is_empty() {
        ui.add_space(6.0);
        let none = match state.search.trim().is_empty() {
            true => "Nothing was added to the main menu yet. New… adds something",
            false => "No addition has these words in it",
        };
        _ = hint(ui, ctx.palette, none);
        return None;
    }
    let chosen = state.chosen.as_ref().and_then(|chosen| rows.iter().position(|row| row[NAME] == *chosen));
    let listing = Listing { name: "Main menu", columns: &COLUMNS, row_count: rows.len(), chosen, muted: view.muted };
    let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][at].clone(), level: Default::default() };
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| rows.get(row)) {
        state.chosen = Some(row[NAME].clone());
    }
    ui.add_space(4.0);
    response.opened
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    take_over: bool,
    may: &Result<(), String>,
    chosen: Option<&MenuAddition>,
) {
    let may_edit = may.clone().and_then(|()| chosen.map(drop).ok_or_else(|| "Choose a line first".to_owned()));
    button_row(ui, |ui| {
        if guarded(ui, &may_edit, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked()
            && let Some(addition) = chosen
        {
            ctx.want(Intent::AskChange(Box::new(Form::Menu(MenuDraft::of(addition, take_over)))));
        }
        if guarded(ui, may, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked() {
            ctx.want(Intent::AskChange(Box::new(Form::Menu(MenuDraft::new(take_over)))));
        }
        if guarded(ui, &may_edit, |ui| ui.button("Delete…")).clicked()
            && let Some(addition) = chosen
        {
            ctx.want(Intent::Confirm(Box::new(delete(ctx.model, view.role, addition, take_over))));
        }
    });
}
