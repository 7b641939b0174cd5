//! The Dictionary, drawn: one part at a time in a table, and what can be changed of it.

use egui::Ui;
use model::{AcdNumber, NameKind};
use session::DictionaryData;

use super::card::to_foot;
use super::forms::choice;
use super::search_field;
use super::take_over::take_over_ui;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::dictionary::{
    FormulaDraft, GroupDraft, NameDraft, PARTS, Part, formulas, groups, names,
};
use crate::view::administration::names_import::ImportDraft;
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button, segments};

const NAME_COLUMNS: [ListColumn; 4] = [
    ListColumn::figures("Number"),
    ListColumn::wide("Name here"),
    ListColumn::wide("The switch's name"),
    ListColumn::wide("Description"),
];
const GROUP_COLUMNS: [ListColumn; 4] = [
    ListColumn::words("Group"),
    ListColumn::figures("Agents"),
    ListColumn::wide("Login IDs"),
    ListColumn::wide("Description"),
];
const FORMULA_COLUMNS: [ListColumn; 5] = [
    ListColumn::words("Name"),
    ListColumn::words("Kind"),
    ListColumn::wide("Formula"),
    ListColumn::wide("Description"),
    ListColumn::wide("Tables"),
];
/// Room for the buttons below the table.
const BELOW: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
pub struct DictionaryState {
    part: Part,
    kind: NameKind,
    search: String,
    /// The first text of the chosen row.
    chosen: Option<String>,
    take_over: bool,
}

impl Default for DictionaryState {
    fn default() -> Self {
        let (part, search) = (Part::default(), String::new());
        DictionaryState { part, kind: NameKind::Split, search, chosen: None, take_over: false }
    }
}

impl DictionaryState {
    /// Another server serves: who took over there has not taken over here.
    pub fn server_changed(&mut self) {
        self.take_over = false;
    }
}

/// Draws the page.
pub fn dictionary_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut DictionaryState,
    known: &DictionaryData,
    height: f32,
) {
    let Some(acd) = ctx.acd else { return };
    let bottom = ui.cursor().top() + height;
    let may = take_over_ui(ctx, ui, view, ("the Dictionary", ""), &mut state.take_over);
    ui.horizontal_wrapped(|ui| {
        if segments(ui, ctx.palette, 330.0, &mut state.part, &PARTS).changed() {
            state.chosen = None;
        }
        let width = ui.available_width().clamp(140.0, 240.0);
        search_field(ctx, ui, &mut state.search, "Search the Dictionary", width);
    });
    if state.part == Part::Names {
        section(ctx, ui, state);
    }
    let rows = rows(ctx, state, known, acd);
    let opened = list(ctx, ui, view, state, &rows, bottom);
    let chosen = state.chosen.as_ref().and_then(|chosen| rows.iter().find(|row| row[0] == *chosen));
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, state, known, acd, &may, chosen);
    let opened = opened.and_then(|row| rows.get(row)).filter(|_| may.is_ok());
    if let Some(form) = opened.and_then(|row| edited(state, known, acd, row)) {
        ctx.want(Intent::AskChange(Box::new(form)));
    }
}

/// The section whose names are shown.
fn section(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut DictionaryState) {
    ui.scope(|ui| {
        ui.set_max_width(300.0);
        let titles = NameKind::sections().map(NameKind::section_title);
        if let Some(title) = choice(ctx, ui, "Section", state.kind.section_title(), titles) {
            state.kind = NameKind::sections().find(|kind| kind.section_title() == title).unwrap_or(NameKind::Split);
            state.chosen = None;
        }
    });
}

fn rows(ctx: &Ctx<'_>, state: &DictionaryState, known: &DictionaryData, acd: AcdNumber) -> Vec<Vec<String>> {
    let words: Vec<String> = state.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let holds = |row: &Vec<String>| {
        let text = row.join(" ").to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    match state.part {
        Part::Names => {
            let names = names(&known.synonyms, ctx.model.dictionaries.get(&acd), state.kind, &state.search);
            names.into_iter().map(|row| row.texts.to_vec()).collect()
        }
        Part::Groups => groups(&known.groups).into_iter().map(|row| row.to_vec()).filter(holds).collect(),
        Part::Formulas => formulas(&known.calculations).into_iter().map(|row| row.to_vec()).filter(holds).collect(),
    }
}

/// Draws the table; gives the line that is to be opened.
fn list(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut DictionaryState,
    rows: &[Vec<String>],
    bottom: f32,
) -> Option<usize> {
    if rows.is_empty() {
        ui.add_space(6.0);
        let none = match (state.search.trim().is_empty(), state.part) {
            (false, _) => "Nothing has these words in it",
            (true, Part::Names) => "No name was given yet. New… gives one, Import… takes many from a file",
            (true, Part::Groups) => "There is no agent group yet. New… makes one",
            (true, Part::Formulas) => "There is no calculation of the house yet. New… makes one",
        };
        _ = hint(ui, ctx.palette, none);
        return None;
    }
    let columns: &[ListColumn] = match state.part {
        Part::Names => &NAME_COLUMNS,
        Part::Groups => &GROUP_COLUMNS,
        Part::Formulas => &FORMULA_COLUMNS,
    };
    let chosen = state.chosen.as_ref().and_then(|chosen| rows.iter().position(|row| row[0] == *chosen));
    let listing = Listing { name: "Dictionary", columns, row_count: rows.len(), chosen, muted: view.muted };
    let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][at].clone(), level: Default::default() };
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| rows.get(row)) {
        state.chosen = Some(row[0].clone());
    }
    ui.add_space(4.0);
    response.opened
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &DictionaryState,
    known: &DictionaryData,
    acd: AcdNumber,
    may: &Result<(), String>,
    chosen: Option<&Vec<String>>,
) {
    let may_edit = may.clone().and_then(|()| chosen.map(drop).ok_or_else(|| "Choose a line first".to_owned()));
    let mut form = None;
    button_row(ui, |ui| {
        if guarded(ui, &may_edit, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked() {
            form = chosen.and_then(|row| edited(state, known, acd, row));
        }
        if guarded(ui, may, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked() {
            form = Some(begun(state, known, acd));
        }
        if state.part != Part::Names {
            return;
        }
        if guarded(ui, may, |ui| ui.button("Import…")).clicked() {
            form = Some(Form::ImportNames(ImportDraft::new(acd, &known.synonyms, state.take_over)));
        }
        let may_export = if known.synonyms.is_empty() { Err("No name was given yet".to_owned()) } else { Ok(()) };
        if guarded(ui, &may_export, |ui| ui.button("Export…")).clicked() {
            ctx.want(Intent::ExportNames(acd));
        }
    });
    if let Some(form) = form {
        ctx.want(Intent::AskChange(Box::new(form)));
    }
}

fn edited(state: &DictionaryState, known: &DictionaryData, acd: AcdNumber, row: &[String]) -> Option<Form> {
    let (is_new, take_over) = (false, state.take_over);
    match state.part {
        Part::Names => {
            let [number, name, _, description] = [0, 1, 2, 3].map(|at| row[at].clone());
            let (was, over) = ((name.clone(), description.clone()), false);
            Some(Form::Name(NameDraft {
                acd,
                kind: state.kind,
                is_new,
                number,
                name,
                description,
                take_over,
                was,
                over,
            }))
        }
        Part::Groups => {
            let group = known.groups.iter().find(|group| group.name == row[0])?;
            Some(Form::Group(GroupDraft::of(acd, group, take_over)))
        }
        Part::Formulas => {
            let of = known.calculations.iter().find(|known| known.name == row[0])?;
            Some(Form::Formula(FormulaDraft::of(of, take_over)))
        }
    }
}

fn begun(state: &DictionaryState, known: &DictionaryData, acd: AcdNumber) -> Form {
    let nothing = String::new;
    let (is_new, take_over) = (true, state.take_over);
    match state.part {
        Part::Names => Form::Name(NameDraft {
            acd,
            kind: state.kind,
            is_new,
            number: nothing(),
            name: nothing(),
            description: nothing(),
            take_over,
            // Of a number that has none yet.
            was: (nothing(), nothing()),
            over: false,
        }),
        Part::Groups => Form::Group(GroupDraft::begun(acd, &known.groups, take_over)),
        Part::Formulas => Form::Formula(FormulaDraft::begun(&known.calculations, take_over)),
    }
}
