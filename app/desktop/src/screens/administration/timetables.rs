//! Timetables, drawn: a table, and the chosen one in full below it with what can be done with it.

use api::Timetable;
use egui::{Frame, Margin, RichText, Ui};
use session::Command;

use super::card::{chosen_height, chosen_place, to_foot};
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::theme;
use crate::view::administration::global_edit::GlobalDraft;
use crate::view::administration::timetables::{Draft, Key, delete, find, lines, rows, run_now};
use crate::view::administration::{Form, FrameView, may_ask};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button};

const COLUMNS: [ListColumn; 7] = [
    ListColumn::words("Owner"),
    ListColumn::words("Name"),
    ListColumn::words("Schedule"),
    ListColumn::words("Runs"),
    ListColumn::words("Next run"),
    ListColumn::words("Last run"),
    ListColumn::wide("Description"),
];
/// Room for the chosen timetable.
const CHOSEN_HEIGHT: f32 = 186.0;
/// Room for a row of buttons, and for a second one.
const BUTTONS_HEIGHT: f32 = 66.0;
const SECOND_ROW: f32 = 38.0;
/// All buttons stand in one row where there is this width.
const ONE_ROW: f32 = 700.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 120.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct TimetablesState {
    search: String,
    chosen: Option<Key>,
}

/// Draws the page.
pub fn timetables_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut TimetablesState,
    known: &[Timetable],
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    let is_one_row = ui.available_width() >= ONE_ROW;
    let buttons_height = if is_one_row { BUTTONS_HEIGHT } else { BUTTONS_HEIGHT + SECOND_ROW };
    search_field(ctx, ui, &mut state.search, "Search the timetables", 260.0);
    let shown = rows(known, &state.search);
    let chosen_height = chosen_height(bottom - ui.cursor().top() - buttons_height - LIST_MIN, CHOSEN_HEIGHT);
    if shown.is_empty() {
        let text = if known.is_empty() {
            "There are no timetables yet. New… makes one"
        } else {
            "No timetable has these words in it"
        };
        hint(ui, ctx.palette, text);
    } else {
        let chosen = state.chosen.as_ref().and_then(|chosen| shown.iter().position(|row| row.key == *chosen));
        let listing =
            Listing { name: "Timetables", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let room = (bottom - ui.cursor().top() - chosen_height - buttons_height).max(LIST_MIN);
        let mut cell =
            |row: usize, at: usize| CellView { text: shown[row].texts()[at].clone(), level: shown[row].level(at) };
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.key.clone());
        }
        let opened = response.opened.and_then(|row| shown.get(row)).and_then(|row| find(known, &row.key));
        if let Some(timetable) = opened.filter(|opened| may_change(ctx, Some(opened)).is_ok()) {
            ctx.want(Intent::AskTimetable(Box::new(Draft::of(timetable))));
        }
    }
    let chosen = state.chosen.as_ref().and_then(|key| find(known, key));
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(timetable) => whole(ctx, ui, timetable),
        // An empty list has said what to do.
        None if shown.is_empty() => {}
        None => _ = hint(ui, ctx.palette, "Choose a timetable to see its tasks, and where it runs"),
    });
    to_foot(ui, bottom, if is_one_row { 1.0 } else { 2.0 });
    let rows = |ui: &mut Ui| {
        buttons(ctx, ui, view, chosen);
        if is_one_row {
            global_buttons(ctx, ui, known, chosen);
        }
    };
    button_row(ui, rows);
    if !is_one_row {
        ui.add_space(4.0);
        button_row(ui, |ui| global_buttons(ctx, ui, known, chosen));
    }
}

fn whole(ctx: &Ctx<'_>, ui: &mut Ui, timetable: &Timetable) {
    let frame = Frame::new().fill(ctx.palette.raised).corner_radius(theme::RADIUS).inner_margin(Margin::same(10));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        for (at, line) in lines(timetable).iter().enumerate() {
            let font = if at == 0 { fonts::semibold(theme::BODY) } else { fonts::regular(theme::BODY) };
            let text = RichText::new(line).font(font).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap().selectable(true));
        }
    });
}

/// Whether the chosen timetable can be changed, or why not.
fn may_change(ctx: &Ctx<'_>, chosen: Option<&Timetable>) -> Result<(), String> {
    may_ask(ctx.model, ctx.now)?;
    match chosen {
        None => Err("Choose a timetable first".to_owned()),
        Some(timetable) if timetable.may_change => Ok(()),
        Some(timetable) => Err(format!("Only {} or an administrator can do this", timetable.owner)),
    }
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, chosen: Option<&Timetable>) {
    let may_add = may_ask(ctx.model, ctx.now);
    let may = may_change(ctx, chosen);
    if guarded(ui, &may, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked()
        && let Some(timetable) = chosen
    {
        ctx.want(Intent::AskTimetable(Box::new(Draft::of(timetable))));
    }
    if guarded(ui, &may_add, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked()
        && let Some(acd) = ctx.acd
    {
        ctx.want(Intent::AskTimetable(Box::new(Draft::new(acd))));
    }
    let may_run = may.clone().and_then(|()| match chosen.and_then(|timetable| timetable.run_on) {
        Some(_) => Ok(()),
        None => Err("It does not run on this server; tick one of its boxes first".to_owned()),
    });
    if guarded(ui, &may_run, |ui| ui.button("Run now")).clicked()
        && let Some(timetable) = chosen
    {
        ctx.send(Command::Administer { which: view.role, change: run_now(timetable) });
    }
    if guarded(ui, &may, |ui| ui.button("Delete…")).clicked()
        && let Some(timetable) = chosen
    {
        ctx.want(Intent::Confirm(Box::new(delete(ctx.model, view.role, timetable))));
    }
}

/// What is done with all timetables of a user ID at once.
fn global_buttons(ctx: &Ctx<'_>, ui: &mut Ui, known: &[Timetable], chosen: Option<&Timetable>) {
    let may_edit = may_ask(ctx.model, ctx.now);
    let may_undo = may_edit.clone().and_then(|()| match known.iter().any(|known| known.global_edit.is_some()) {
        true => Ok(()),
        false => Err("No timetable here has had a global edit".to_owned()),
    });
    let owner = chosen.map(|timetable| timetable.owner.as_str());
    for (undo, text, may) in [(false, "Global edit…", &may_edit), (true, "Undo the last global edit…", &may_undo)] {
        if guarded(ui, may, |ui| ui.button(text)).clicked() {
            let draft = GlobalDraft::new(ctx.model, known, owner, undo);
            ctx.want(Intent::AskChange(Box::new(Form::GlobalEdit(draft))));
        }
    }
}
