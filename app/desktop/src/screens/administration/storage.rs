//! Data storage, drawn: when history is summed up, then what is kept of each element and table, and what it takes.

use api::StorageView;
use egui::{Align, Layout, RichText, Ui};
use model::IntervalMinutes;

use super::card::{card, fact, label_cell};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::collection::{INTERVALS, set_interval};
use crate::view::administration::storage::{
    Draft, Part, StorageRow, TABS, before, bytes_text, disk_advice, elements, events, gone, space_facts,
};
use crate::view::administration::{Form, FrameView, PageKind, times};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button, segments};

const ELEMENT_COLUMNS: [ListColumn; 10] = [
    ListColumn::wide("Element"),
    ListColumn::figures("Allocated"),
    ListColumn::figures("Most"),
    ListColumn::figures("Beyond"),
    ListColumn::figures("Days of intervals"),
    ListColumn::figures("Days"),
    ListColumn::figures("Weeks"),
    ListColumn::figures("Months"),
    ListColumn::figures("Takes"),
    ListColumn::figures("When full"),
];
const EVENT_COLUMNS: [ListColumn; 5] = [
    ListColumn::words("Table"),
    ListColumn::wide("What"),
    ListColumn::figures("Records kept"),
    ListColumn::figures("Stored"),
    ListColumn::figures("Takes"),
];
const TABLE_COLUMNS: [ListColumn; 2] = [ListColumn::wide("Table"), ListColumn::figures("Takes")];
/// Room for the names of facts.
const LABEL_WIDTH: f32 = 104.0;
/// Room for the button below a table.
const BELOW: f32 = 46.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 160.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct StorageState {
    part: Part,
    chosen: Option<String>,
}

/// Draws the page.
pub fn storage_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut StorageState,
    known: &StorageView,
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    let first = before(ctx.model, known.acd);
    if let Some(first) = first.as_ref().filter(|_| view.may.is_ok()) {
        boxed(ui, ctx.palette.info, first);
    }
    if let Some(advice) = disk_advice(&known.space) {
        boxed(ui, ctx.palette.warning, &advice);
    }
    let may = match (&view.may, &first) {
        (Err(why), _) => Err(why.clone()),
        (Ok(()), Some(first)) => Err(first.clone()),
        (Ok(()), None) => Ok(()),
    };
    let is_on = first.is_some();
    when(ctx, ui, view, known, &may, first);
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 330.0, &mut state.part, &TABS);
        // Here and not beside the interval, where a narrow window has no room for it.
        if is_on && ui.button("Show data collection").on_hover_text("The page on which it is turned off").clicked() {
            ctx.want(Intent::ShowAdministration(PageKind::Collection));
        }
    });
    let room = |ui: &Ui, below: f32| (bottom - ui.cursor().top() - below).max(LIST_MIN);
    match state.part {
        Part::Elements => {
            let rows = elements(known);
            for line in gone(known) {
                hint(ui, ctx.palette, &line);
            }
            let room = room(ui, BELOW);
            allocations(ctx, ui, view, state, known, ("Elements", &ELEMENT_COLUMNS, &rows), &may, room);
        }
        Part::Events => {
            let rows = events(known);
            let room = room(ui, BELOW);
            allocations(ctx, ui, view, state, known, ("Event tables", &EVENT_COLUMNS, &rows), &may, room);
        }
        Part::Space => {
            card(ui, ctx.palette, |ui| {
                ui.spacing_mut().item_spacing.y = 3.0;
                for (label, text) in space_facts(&known.space) {
                    fact(ui, LABEL_WIDTH, label, &text, ctx.palette.soft, ctx.palette.text);
                }
            });
            let tables = &known.space.tables;
            let listing = Listing {
                name: "Tables",
                columns: &TABLE_COLUMNS,
                row_count: tables.len(),
                chosen: None,
                muted: view.muted,
            };
            let mut cell = |row: usize, at: usize| {
                let text = if at == 0 { tables[row].table.clone() } else { bytes_text(tables[row].bytes) };
                CellView { text, level: Default::default() }
            };
            let room = room(ui, 4.0);
            listing.show(ui, ctx.palette, room, &mut cell);
        }
    }
}

/// When history is summed up: the storage interval, and the times.
fn when(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    known: &StorageView,
    may: &Result<(), String>,
    first: Option<String>,
) {
    card(ui, ctx.palette, |ui| {
        let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            if guarded(ui, &view.may, |ui| ui.button("Edit times…")).clicked() {
                let draft = times::Draft::of(known.acd, &known.summarizing, first);
                ctx.want(Intent::AskChange(Box::new(Form::Times(draft))));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| interval(ctx, ui, view, known, may));
        });
        ui.spacing_mut().item_spacing.y = 3.0;
        for (label, text) in times::facts(&known.summarizing) {
            fact(ui, LABEL_WIDTH, label, &text, ctx.palette.soft, ctx.palette.text);
        }
    });
}

fn interval(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &StorageView, may: &Result<(), String>) {
    let label = RichText::new("Storage interval").font(fonts::medium(theme::SMALL)).color(ctx.palette.soft);
    label_cell(ui, LABEL_WIDTH, theme::CONTROL_HEIGHT, label);
    let Ok(mut minutes) = IntervalMinutes::try_from(known.summarizing.interval_minutes) else { return };
    let width = ui.available_width().clamp(120.0, 216.0);
    let response = guarded(ui, may, |ui| segments(ui, ctx.palette, width, &mut minutes, &INTERVALS));
    if response.changed() {
        ctx.want(Intent::Confirm(Box::new(set_interval(ctx.model, view.role, known.acd, minutes))));
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one drawing, used twice")]
fn allocations(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut StorageState,
    known: &StorageView,
    (name, columns, rows): (&str, &[ListColumn], &[StorageRow]),
    may: &Result<(), String>,
    room: f32,
) {
    let chosen = state.chosen.as_ref().and_then(|word| rows.iter().position(|row| row.word == *word));
    let listing = Listing { name, columns, row_count: rows.len(), chosen, muted: view.muted };
    let mut cell = |row: usize, at: usize| rows[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| rows.get(row)) {
        state.chosen = Some(row.word.clone());
    }
    let opened = response.opened.and_then(|row| rows.get(row)).filter(|_| may.is_ok());
    let chosen = chosen.and_then(|row| rows.get(row));
    let may_edit = match chosen {
        Some(_) => may.clone(),
        None => may.clone().and_then(|()| Err("Choose a row first".to_owned())),
    };
    let mut edited = opened;
    ui.add_space(4.0);
    button_row(ui, |ui| {
        if guarded(ui, &may_edit, |ui| primary_button(ui, ctx.palette, "Edit…")).clicked() {
            edited = chosen;
        }
    });
    if let Some(row) = edited {
        ctx.want(Intent::AskChange(Box::new(Form::Allocation(Draft::of(known.acd, row)))));
    }
}
