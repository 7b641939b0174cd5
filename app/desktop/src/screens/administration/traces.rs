//! Agent trace, drawn: the agents in a table, each turned on or off, and the way to what was recorded.

use egui::Ui;
use model::AcdNumber;
use session::Command;

use super::card::to_foot;
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::traces::{Draft, TABS, TraceRow, report_request, rows, set_trace};
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button, segments};

const COLUMNS: [ListColumn; 3] =
    [ListColumn::figures("Login ID"), ListColumn::wide("Name"), ListColumn::words("Trace")];
/// Room for the buttons below the table.
const BELOW: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct TracesState {
    all: bool,
    search: String,
    chosen: Option<String>,
}

/// Draws the page.
pub fn traces_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut TracesState,
    traced: &[String],
    height: f32,
) {
    let Some(acd) = ctx.acd else { return };
    let bottom = ui.cursor().top() + height;
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 220.0, &mut state.all, &TABS);
        let width = ui.available_width().clamp(140.0, 260.0);
        search_field(ctx, ui, &mut state.search, "Search number or name", width);
    });
    let shown = rows(traced, ctx.model.dictionaries.get(&acd), state.all, &state.search);
    let chosen = state.chosen.as_ref().and_then(|agent| shown.iter().position(|row| row.agent == *agent));
    if shown.is_empty() {
        let text = match (state.all, state.search.trim().is_empty()) {
            (false, true) => "Nobody is traced. Choose somebody from all agents, or type a login ID with New…",
            _ => "No agent has this number or name. New… takes one that is not in the list",
        };
        ui.add_space(6.0);
        hint(ui, ctx.palette, text);
    } else {
        let listing = Listing { name: "Agents", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let mut cell =
            |row: usize, at: usize| CellView { text: shown[row].texts()[at].to_owned(), level: Default::default() };
        let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.agent.clone());
        }
    }
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, acd, traced, chosen.and_then(|row| shown.get(row)));
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, acd: AcdNumber, traced: &[String], chosen: Option<&TraceRow>) {
    let may_turn = match chosen {
        Some(_) => view.may.clone(),
        None => view.may.clone().and_then(|()| Err("Choose an agent first".to_owned())),
    };
    button_row(ui, |ui| {
        let turn = if chosen.is_some_and(|row| row.on) { "Turn trace off" } else { "Turn trace on" };
        let turned = guarded(ui, &may_turn, |ui| primary_button(ui, ctx.palette, turn)).clicked();
        if let Some(row) = chosen.filter(|_| turned)
            && let Ok(change) = set_trace(acd, &row.agent, !row.on)
        {
            ctx.send(Command::Administer { which: view.role, change });
        }
        if guarded(ui, &view.may, |ui| ui.button("New…")).clicked() {
            let draft = Draft { acd, agent: String::new() };
            ctx.want(Intent::AskChange(Box::new(Form::Trace(draft))));
        }
        let agents: Vec<&str> = match chosen {
            Some(row) => vec![row.agent.as_str()],
            None => traced.iter().map(String::as_str).collect(),
        };
        let may_read = if agents.is_empty() { Err("Nobody is traced".to_owned()) } else { Ok(()) };
        let read = guarded(ui, &may_read, |ui| ui.button("Agent Trace report"));
        if read.on_hover_text("What was recorded of the chosen agent, or of all who are traced").clicked()
            && let Some(request) = report_request(acd, &agents)
        {
            ctx.want(Intent::OpenPane(request));
            ctx.want(Intent::ToggleAdministration);
        }
    });
}
