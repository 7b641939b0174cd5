//! The maintenance error log, drawn: what is to be seen of it, a table, the chosen entry in full, and acknowledging.

use std::collections::BTreeSet;

use egui::{RichText, Ui};
use session::{Command, ErrorLogData, Unacknowledged};

use super::card::{chosen_height, chosen_place, detail, to_foot};
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::error_log::{
    EntryRow, Filter, LEAST, acknowledge, acknowledge_all, details, headline, is_open, logs, may_acknowledge,
    may_acknowledge_one, open_ids, open_text, rows,
};
use crate::view::administration::{FrameView, PageKind, acd_calendar, line_start};
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button, segments};

const COLUMNS: [ListColumn; 8] = [
    ListColumn::words("Ticked"),
    ListColumn::words("Severity"),
    ListColumn::words("Last"),
    ListColumn::words("Code"),
    ListColumn::figures("Count"),
    ListColumn::wide("Text"),
    ListColumn::words("First"),
    ListColumn::words("Acknowledged"),
];
/// Room for a chosen entry.
const CHOSEN_HEIGHT: f32 = 144.0;
/// Room for the buttons.
const BUTTONS_HEIGHT: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// Widest that the choice of the server is made.
const CHOICE_WIDTH: f32 = 460.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct ErrorLogState {
    filter: Filter,
    chosen: Option<i64>,
    ticked: BTreeSet<i64>,
}

impl ErrorLogState {
    /// Another server serves, which numbers its entries by itself.
    pub fn server_changed(&mut self) {
        self.chosen = None;
        self.ticked.clear();
    }

    fn toggle(&mut self, id: i64) {
        if !self.ticked.remove(&id) {
            self.ticked.insert(id);
        }
    }
}

/// Draws the choice of whose log is shown, where there are two; gives the page of the other one if that was chosen.
pub fn log_choice(ctx: &Ctx<'_>, ui: &mut Ui, shown: PageKind) -> Option<PageKind> {
    let logs = logs(ctx.model)?;
    let mut kind = shown;
    ui.horizontal(|ui| {
        ui.label(RichText::new("Log of").font(fonts::medium(theme::BODY)).color(ctx.palette.soft));
        let choices = logs.each_ref().map(|(kind, text)| (*kind, text.as_str()));
        let width = ui.available_width().min(CHOICE_WIDTH);
        segments(ui, ctx.palette, width, &mut kind, &choices);
    });
    ui.add_space(4.0);
    (kind != shown).then_some(kind)
}

/// Draws the page.
pub fn error_log_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ErrorLogState,
    known: &ErrorLogData,
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    // What somebody else has acknowledged meanwhile need not be ticked any more.
    state.ticked.retain(|id| known.entries.iter().any(|entry| entry.id == *id && is_open(entry)));
    let may = may_acknowledge(ctx.model, view.role, known, ctx.now);
    if !known.may_acknowledge
        && let Err(why) = &may
    {
        boxed(ui, ctx.palette.info, why);
    }
    filter_ui(ctx, ui, &mut state.filter);
    let open = Unacknowledged::of(&known.entries);
    hint(ui, ctx.palette, &format!("{} not acknowledged", line_start(&open_text(open))));
    let calendar = acd_calendar(ctx.model, ctx.acd);
    let shown = rows(&known.entries, &state.filter, &state.ticked, calendar.as_ref());
    let left = bottom - ui.cursor().top() - BUTTONS_HEIGHT;
    let chosen_height = chosen_height(left - LIST_MIN, CHOSEN_HEIGHT);
    list(ctx, ui, view, state, known, &shown, (left - chosen_height).max(LIST_MIN));
    let chosen = state.chosen.and_then(|id| shown.iter().find(|row| row.entry.id == id));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(row) => detail(ui, ctx.palette, &headline(&row.entry), &details(&row.entry, calendar.as_ref())),
        None if shown.is_empty() => {}
        None => {
            let text = "Choose an entry to read all of it, and what to do; a double click or Enter ticks it";
            hint(ui, ctx.palette, text);
        }
    });
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, state, &may, &shown);
}

fn filter_ui(ctx: &Ctx<'_>, ui: &mut Ui, filter: &mut Filter) {
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 290.0, &mut filter.least, &LEAST);
        ui.checkbox(&mut filter.only_open, "Only what is not acknowledged");
        let width = ui.available_width().clamp(140.0, 240.0);
        search_field(ctx, ui, &mut filter.search, "Search the log", width);
    });
}

fn list(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ErrorLogState,
    known: &ErrorLogData,
    shown: &[EntryRow],
    room: f32,
) {
    if shown.is_empty() {
        let text = match (known.entries.is_empty(), &state.filter) {
            (true, _) => "The maintenance error log is empty",
            (false, filter) if *filter == Filter::default() => "Everything was acknowledged",
            (false, _) => "No entry is as asked for above",
        };
        ui.add_space(6.0);
        _ = hint(ui, ctx.palette, text);
        return;
    }
    let chosen = state.chosen.and_then(|id| shown.iter().position(|row| row.entry.id == id));
    let listing =
        Listing { name: "Maintenance error log", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
    let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some(row.entry.id);
    }
    if let Some(row) = response.opened.and_then(|row| shown.get(row)).filter(|row| is_open(&row.entry)) {
        state.toggle(row.entry.id);
    }
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ErrorLogState,
    may: &Result<(), String>,
    shown: &[EntryRow],
) {
    let chosen = state.chosen.and_then(|id| shown.iter().find(|row| row.entry.id == id)).map(|row| &row.entry);
    let may_one = may_acknowledge_one(may, chosen);
    let (ticked, all) = (open_ids(shown, Some(&state.ticked)), open_ids(shown, None));
    let may_these =
        |ids: &[i64], why: &str| may.clone().and_then(|()| if ids.is_empty() { Err(why.to_owned()) } else { Ok(()) });
    let mut ids = None;
    button_row(ui, |ui| {
        if guarded(ui, &may_one, |ui| primary_button(ui, ctx.palette, "Acknowledge")).clicked() {
            ids = chosen.map(|entry| vec![entry.id]);
        }
        let tick = if chosen.is_some_and(|entry| state.ticked.contains(&entry.id)) { "Untick" } else { "Tick" };
        if guarded(ui, &may_one, |ui| ui.button(tick)).clicked()
            && let Some(id) = state.chosen
        {
            state.toggle(id);
        }
        let text = format!("Acknowledge the ticked ({})", ticked.len());
        let may_ticked = may_these(&ticked, "Tick entries first: a double click or Enter ticks one");
        if guarded(ui, &may_ticked, |ui| ui.button(text)).clicked() {
            ids = Some(ticked.clone());
        }
        let text = format!("Acknowledge all shown ({})…", all.len());
        let may_all = may_these(&all, "Nothing that is shown is still to be acknowledged");
        if guarded(ui, &may_all, |ui| ui.button(text)).clicked() {
            ctx.want(Intent::Confirm(Box::new(acknowledge_all(ctx.model, view.role, shown))));
        }
    });
    if let Some(ids) = ids {
        ctx.send(Command::Administer { which: view.role, change: acknowledge(ids) });
    }
}
