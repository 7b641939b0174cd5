//! Exceptions, drawn: the rules of one kind of thing, the log as it grows, and the server's own troubles.

use api::Exception;
use egui::Ui;
use model::AcdNumber;
use session::{Command, ExceptionsData};

use super::card::{chosen_place, detail, to_foot};
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::exceptions::{
    Draft, ELEMENTS, Part, RuleRow, TABS, log, rules, switch, thing, troubles,
};
use crate::view::administration::{Form, FrameView, acd_calendar, moment_text};
use crate::view::cells::CellView;
use crate::view::counts::counted_u64;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button, segments};

const RULE_COLUMNS: [ListColumn; 6] = [
    ListColumn::figures("Number"),
    ListColumn::wide("Name"),
    ListColumn::wide("Exception"),
    ListColumn::figures("Time limit"),
    ListColumn::figures("Threshold"),
    ListColumn::words("State"),
];
const LOG_COLUMNS: [ListColumn; 6] = [
    ListColumn::words("When"),
    ListColumn::wide("Of"),
    ListColumn::words("Exception"),
    ListColumn::figures("Reached"),
    ListColumn::figures("Allowed"),
    ListColumn::wide("Detail"),
];
const TROUBLE_COLUMNS: [ListColumn; 5] = [
    ListColumn::words("Trouble"),
    ListColumn::figures("ACD"),
    ListColumn::figures("Count"),
    ListColumn::words("Last"),
    ListColumn::wide("What it was last"),
];
/// Room for the buttons.
const BELOW: f32 = 66.0;
/// Room for the meaning of a chosen rule.
const CHOSEN_HEIGHT: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
pub struct ExceptionsState {
    part: Part,
    of: &'static str,
    search: String,
    log_search: String,
    chosen: Option<Exception>,
}

impl Default for ExceptionsState {
    fn default() -> Self {
        ExceptionsState {
            part: Part::Rules,
            of: "split",
            search: String::new(),
            log_search: String::new(),
            chosen: None,
        }
    }
}

impl ExceptionsState {
    /// Shows the whole log.
    pub fn show_log(&mut self) {
        self.part = Part::Log;
        self.log_search.clear();
    }
}

/// Draws the page.
pub fn exceptions_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ExceptionsState,
    known: &ExceptionsData,
    height: f32,
) {
    let Some(acd) = ctx.acd else { return };
    let bottom = ui.cursor().top() + height;
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 250.0, &mut state.part, &TABS);
        if state.part != Part::Server {
            let (text, name) = match state.part {
                Part::Rules => (&mut state.search, "Search the rules"),
                _ => (&mut state.log_search, "Search the log"),
            };
            let width = ui.available_width().clamp(140.0, 240.0);
            search_field(ctx, ui, text, name, width);
        }
    });
    match state.part {
        Part::Rules => rules_ui(ctx, ui, view, state, known, acd, bottom),
        Part::Log => log_ui(ctx, ui, view, state, known, bottom),
        Part::Server => server_ui(ctx, ui, view, known, bottom),
    }
}

fn rules_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut ExceptionsState,
    known: &ExceptionsData,
    acd: AcdNumber,
    bottom: f32,
) {
    let width = ui.available_width().min(500.0);
    segments(ui, ctx.palette, width, &mut state.of, &ELEMENTS);
    let shown = rules(&known.rules, ctx.model.dictionaries.get(&acd), state.of, &state.search);
    let chosen = state.chosen.as_ref().and_then(|chosen| shown.iter().position(|row| row.is(chosen)));
    let mut opened = None;
    if shown.is_empty() {
        ui.add_space(6.0);
        let text = match known.rules.iter().any(|rule| rule.of == state.of) {
            true => "No rule has these words in it".to_owned(),
            false => {
                format!("Nothing is watched here yet. New… makes a rule for one {} or several", thing(state.of))
            }
        };
        hint(ui, ctx.palette, &text);
    } else {
        let listing =
            Listing { name: "Rules", columns: &RULE_COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let mut cell =
            |row: usize, at: usize| CellView { text: shown[row].texts[at].clone(), level: Default::default() };
        let room = (bottom - ui.cursor().top() - CHOSEN_HEIGHT - BELOW).max(LIST_MIN);
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.rule.clone());
        }
        opened = response.opened.and_then(|row| shown.get(row)).filter(|_| view.may.is_ok());
    }
    let chosen = chosen.and_then(|row| shown.get(row));
    ui.add_space(4.0);
    if !shown.is_empty() {
        chosen_place(ui, CHOSEN_HEIGHT, |ui| match chosen {
            Some(row) => meaning(ctx, ui, known, row),
            None => _ = hint(ui, ctx.palette, "Choose a rule to read what it watches for, and to edit it"),
        });
    }
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, (known, acd, state.of), chosen, opened);
}

/// What the chosen rule watches for.
fn meaning(ctx: &Ctx<'_>, ui: &mut Ui, known: &ExceptionsData, row: &RuleRow) {
    let found = known.types.iter().find(|known| known.of == row.rule.of && known.number == row.rule.extype);
    let Some(found) = found else { return };
    let headline = format!("{} of {} {}", found.name, thing(&row.rule.of), row.rule.number);
    let told = if found.interval_based { "told once in an interval" } else { "told each time" };
    detail(ui, ctx.palette, &headline, &[("Meaning", format!("{}; {told}", found.meaning))]);
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    (known, acd, of): (&ExceptionsData, AcdNumber, &'static str),
    chosen: Option<&RuleRow>,
    opened: Option<&RuleRow>,
) {
    let may_edit = match chosen {
        Some(_) => view.may.clone(),
        None => view.may.clone().and_then(|()| Err("Choose a rule first".to_owned())),
    };
    let mut form = opened.map(|row| Draft::of(acd, &known.types, &row.rule));
    button_row(ui, |ui| {
        if guarded(ui, &may_edit, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked() {
            form = chosen.map(|row| Draft::of(acd, &known.types, &row.rule));
        }
        let turn = if chosen.is_some_and(|row| !row.rule.on) { "Turn on" } else { "Turn off" };
        let turned = guarded(ui, &may_edit, |ui| ui.button(turn)).clicked();
        if let Some(row) = chosen.filter(|_| turned) {
            let change = switch(acd, &row.rule, !row.rule.on);
            ctx.send(Command::Administer { which: view.role, change });
        }
        if guarded(ui, &view.may, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked() {
            form = Some(Draft::new(acd, &known.types, of));
        }
    });
    if let Some(draft) = form {
        let draft = draft.knowing(ctx.model.dictionaries.get(&acd));
        ctx.want(Intent::AskChange(Box::new(Form::Exception(draft))));
    }
}

fn log_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, state: &ExceptionsState, known: &ExceptionsData, bottom: f32) {
    let calendar = acd_calendar(ctx.model, ctx.acd);
    let names = ctx.acd.and_then(|acd| ctx.model.dictionaries.get(&acd));
    let shown = log(&known.log.exceptions, names, calendar.as_ref(), &state.log_search);
    let counted = counted_u64(u64::from(known.log.counted), "exception", "exceptions");
    hint(ui, ctx.palette, &format!("The last hundred, newest first; {counted} in the running interval"));
    if shown.is_empty() {
        let none = if known.log.exceptions.is_empty() { "No exception was told" } else { "None has these words in it" };
        hint(ui, ctx.palette, none);
        return;
    }
    let listing =
        Listing { name: "Log", columns: &LOG_COLUMNS, row_count: shown.len(), chosen: None, muted: view.muted };
    let mut cell = |row: usize, at: usize| CellView { text: shown[row][at].clone(), level: Default::default() };
    let room = (bottom - ui.cursor().top() - 4.0).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut cell);
}

fn server_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &ExceptionsData, bottom: f32) {
    let calendar = acd_calendar(ctx.model, ctx.acd);
    let since = moment_text(known.troubles.since, calendar.as_ref());
    let text = format!(
        "What troubled {} itself since it started at {since}. Not about calls, and not the same on the other server",
        known.troubles.server
    );
    hint(ui, ctx.palette, &text);
    let shown = troubles(&known.troubles, calendar.as_ref());
    if shown.is_empty() {
        hint(ui, ctx.palette, "Nothing did");
        return;
    }
    let listing = Listing {
        name: "Troubles",
        columns: &TROUBLE_COLUMNS,
        row_count: shown.len(),
        chosen: None,
        muted: view.muted,
    };
    let mut cell = |row: usize, at: usize| shown[row][at].clone();
    let room = (bottom - ui.cursor().top() - 4.0).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut cell);
}
