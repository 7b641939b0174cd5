//! The shortcuts of all users, drawn: a table, what the chosen one opens, and what can be done with it.

use api::Shortcut;
use egui::{RichText, Ui};

use super::card::to_foot;
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::shortcuts::{ShortcutRow, deletion, rows};
use crate::view::administration::{Form, FrameView, acd_calendar};
use crate::view::cells::CellView;
use crate::view::shortcuts::{GiveDraft, step_line};
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button};

const COLUMNS: [ListColumn; 5] = [
    ListColumn::words("Owner"),
    ListColumn::words("Name"),
    ListColumn::figures("Steps"),
    ListColumn::wide("Reports"),
    ListColumn::words("Last changed"),
];
/// Room for what the chosen one opens, and for the buttons.
const BELOW: f32 = 170.0;
const LIST_MIN: f32 = 120.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct ShortcutsState {
    search: String,
    /// Owner and name.
    chosen: Option<(String, String)>,
}

/// Draws the page.
pub fn shortcuts_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ShortcutsState,
    known: &[Shortcut],
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    let width = ui.available_width().clamp(140.0, 260.0);
    search_field(ctx, ui, &mut state.search, "Search shortcuts", width);
    let calendar = acd_calendar(ctx.model, ctx.acd);
    let shown = rows(ctx.model, known, &state.search, calendar.as_ref());
    if shown.is_empty() {
        ui.add_space(6.0);
        let text = match known.is_empty() {
            true => "Nobody has one yet. Everybody keeps their own with Shortcuts in the top bar",
            false => "No shortcut has these words",
        };
        hint(ui, ctx.palette, text);
        return;
    }
    let is_chosen = |row: &ShortcutRow| {
        let key = (&row.shortcut.owner, &row.shortcut.name);
        state.chosen.as_ref().is_some_and(|(owner, name)| (owner, name) == key)
    };
    let chosen = shown.iter().position(is_chosen);
    let listing = Listing { name: "Shortcuts", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
    let mut cell = |row: usize, at: usize| CellView { text: shown[row].texts[at].clone(), level: Default::default() };
    let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some((row.shortcut.owner.clone(), row.shortcut.name.clone()));
    }
    if let Some(row) = response.opened.and_then(|row| shown.get(row)).filter(|_| view.may.is_ok()) {
        ctx.want(Intent::AskChange(Box::new(Form::GiveShortcut(GiveDraft::new(&row.shortcut)))));
    }
    ui.add_space(4.0);
    let chosen = chosen.map(|row| &shown[row].shortcut);
    egui::ScrollArea::vertical().id_salt("opens").max_height(BELOW - 60.0).show(ui, |ui| {
        if let Some(unreadable) = chosen.and_then(|shortcut| shortcut.unreadable.as_ref()) {
            boxed(ui, ctx.palette.caution, &unreadable.why);
            for (at, step) in (1..).zip(&unreadable.kept) {
                hint(ui, ctx.palette, &format!("{at}. {step}"));
            }
        }
        for (at, step) in (1..).zip(chosen.iter().flat_map(|shortcut| &shortcut.steps)) {
            let line = format!("{at}. {}", step_line(ctx.model, step));
            let text = RichText::new(line).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
        }
    });
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, chosen);
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, chosen: Option<&Shortcut>) {
    let may = match chosen {
        Some(_) => view.may.clone(),
        None => view.may.clone().and_then(|()| Err("Choose a shortcut first".to_owned())),
    };
    button_row(ui, |ui| {
        let gives = guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Give a copy…")).clicked();
        let deletes = guarded(ui, &may, |ui| ui.button("Delete…")).clicked();
        let Some(shortcut) = chosen else { return };
        if gives {
            ctx.want(Intent::AskChange(Box::new(Form::GiveShortcut(GiveDraft::new(shortcut)))));
        }
        if deletes {
            ctx.want(Intent::Confirm(Box::new(deletion(view.role, &view.server, shortcut))));
        }
    });
}
