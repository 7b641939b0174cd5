//! Skills of agents, drawn: the agents in a table, and the way to change them.

use api::AgentSkills;
use egui::Ui;

use super::card::to_foot;
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::skills::{SkillsDraft, rows};
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button};

const COLUMNS: [ListColumn; 3] =
    [ListColumn::figures("Login ID"), ListColumn::words("Name"), ListColumn::wide("Skills")];
/// Room for the button below the table.
const BELOW: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct SkillsState {
    search: String,
    chosen: Option<String>,
}

/// Draws the page.
pub fn skills_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut SkillsState,
    known: &[AgentSkills],
    height: f32,
) {
    let Some(acd) = ctx.acd else { return };
    let bottom = ui.cursor().top() + height;
    search_field(ctx, ui, &mut state.search, "Search number, name or skill", 280.0);
    let shown = rows(known, &state.search);
    let chosen = state.chosen.as_ref().and_then(|agent| shown.iter().position(|row| row.texts[0] == *agent));
    let mut opened = None;
    if shown.is_empty() {
        let none = if known.is_empty() { "No agent is logged in" } else { "No agent has these words" };
        hint(ui, ctx.palette, none);
    } else {
        let listing = Listing { name: "Agents", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let mut cell =
            |row: usize, at: usize| CellView { text: shown[row].texts[at].clone(), level: Default::default() };
        let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.texts[0].clone());
        }
        opened = response.opened.and_then(|row| shown.get(row)).filter(|_| view.may.is_ok());
    }
    to_foot(ui, bottom, 1.0);
    let chosen = chosen.and_then(|row| shown.get(row));
    let may = view.may.clone().and_then(|()| chosen.map(drop).ok_or_else(|| "Choose an agent first".to_owned()));
    button_row(ui, |ui| {
        if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Change skills…")).clicked() {
            opened = chosen;
        }
    });
    if let Some(row) = opened {
        ctx.want(Intent::AskChange(Box::new(Form::Skills(SkillsDraft::new(acd, &row.agent)))));
    }
}
