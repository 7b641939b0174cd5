//! Call profiles, drawn: splits or VDNs in a table, each opened for editing.

use api::{Profile, Profiled};
use egui::Ui;

use super::card::to_foot;
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::profiles::{Draft, ProfileRow, TABS, remove, rows, thing, usual_text};
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button, segments};

const COLUMNS: [ListColumn; 4] = [
    ListColumn::figures("Number"),
    ListColumn::wide("Name"),
    ListColumn::figures("Service level"),
    ListColumn::wide("Increments in seconds"),
];

/// What the page keeps between two frames.
pub struct ProfilesState {
    of: Profiled,
    search: String,
    chosen: Option<(Profiled, String)>,
}

impl Default for ProfilesState {
    fn default() -> Self {
        ProfilesState { of: Profiled::Split, search: String::new(), chosen: None }
    }
}

/// Draws the page.
pub fn profiles_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ProfilesState,
    known: &[Profile],
    height: f32,
) {
    let Some(acd) = ctx.acd else { return };
    let bottom = ui.cursor().top() + height;
    ui.horizontal(|ui| {
        segments(ui, ctx.palette, 220.0, &mut state.of, &TABS);
        let width = ui.available_width().clamp(120.0, 260.0);
        search_field(ctx, ui, &mut state.search, "Search number or name", width);
    });
    let shown = rows(known, ctx.model.dictionaries.get(&acd), state.of, &state.search);
    let chosen = state.chosen.as_ref().filter(|(of, _)| *of == state.of);
    let chosen = chosen.and_then(|(_, number)| shown.iter().position(|row| row.number == *number));
    hint(ui, ctx.palette, &usual_text());
    let room = bottom - ui.cursor().top() - 66.0;
    let mut opened = None;
    if shown.is_empty() {
        let text = format!("No {} has this number or name. New… takes one that is not in the list", thing(state.of));
        hint(ui, ctx.palette, &text);
    } else {
        let listing =
            Listing { name: "Call profiles", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let mut cell =
            |row: usize, at: usize| CellView { text: shown[row].texts()[at].clone(), level: Default::default() };
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some((state.of, row.number.clone()));
        }
        opened = response.opened.and_then(|row| shown.get(row)).cloned();
    }
    to_foot(ui, bottom, 1.0);
    let edited = buttons(ctx, ui, view, state.of, chosen.and_then(|row| shown.get(row)));
    if let Some(row) = edited.or(opened.filter(|_| view.may.is_ok())) {
        ctx.want(Intent::AskChange(Box::new(Form::Profile(Draft::of(acd, state.of, &row)))));
    }
}

/// The row that is to be edited.
fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    of: Profiled,
    chosen: Option<&ProfileRow>,
) -> Option<ProfileRow> {
    let mut edited = None;
    let may_edit = match chosen {
        Some(_) => view.may.clone(),
        None => view.may.clone().and_then(|()| Err(format!("Choose a {} first", thing(of)))),
    };
    let removal = chosen.and_then(|row| remove(ctx.model, view.role, ctx.acd?, row));
    let may_remove = match (&may_edit, &removal) {
        (Ok(()), None) => Err("It has no profile of its own".to_owned()),
        (may, _) => may.clone(),
    };
    button_row(ui, |ui| {
        if guarded(ui, &may_edit, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked() {
            edited = chosen.cloned();
        }
        if guarded(ui, &view.may, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked() {
            edited = Some(ProfileRow { number: String::new(), name: String::new(), profile: None });
        }
        if guarded(ui, &may_remove, |ui| ui.button("Remove…")).clicked()
            && let Some(question) = removal
        {
            ctx.want(Intent::Confirm(Box::new(question)));
        }
    });
    edited
}
