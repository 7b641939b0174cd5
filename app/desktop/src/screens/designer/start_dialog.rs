//! What the designer begins with: the chosen report itself, a copy of it, or a new report.

use api::{ReportEntry, Scope};
use egui::{ComboBox, Context, Ui};
use report::{Definition, ReportKind};
use session::Command;
use session::designing::Design;

use crate::ctx::{Ctx, Intent};
use crate::view::designer::{KINDS, copy_name, new_name, stored, table_words};
use crate::view::pane::definition;
use crate::widgets::{button_row, dialog, field, hint, labelled, option, primary_button, segments};

/// With what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Change,
    Copy,
    New,
}

/// The dialog between two frames.
pub struct StartDialog {
    path: Option<String>,
    way: Way,
    name: String,
    /// The name that was proposed last: what was typed is kept.
    proposed: String,
    kind: ReportKind,
    table: &'static str,
    asked: bool,
}

/// The table that a new report of a kind begins with.
fn first_table(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::RealTime | ReportKind::Integrated => "csplit",
        ReportKind::Historical => "dsplit",
    }
}

/// A name that no report of the list has yet.
fn proposed_name(way: Way, entry: Option<&ReportEntry>, library: &[ReportEntry]) -> String {
    match entry.filter(|_| way != Way::New) {
        Some(entry) => copy_name(library, &entry.name),
        None => new_name(library),
    }
}

impl StartDialog {
    /// With a report chosen in the list, if one was.
    pub fn new(path: Option<String>, library: &[ReportEntry]) -> StartDialog {
        let entry = path.as_ref().and_then(|path| library.iter().find(|entry| entry.path == *path));
        let way = match entry {
            None => Way::New,
            Some(entry) if entry.scope == Scope::BuiltIn => Way::Copy,
            Some(_) => Way::Change,
        };
        let name = proposed_name(way, entry, library);
        let kind = entry.map_or(ReportKind::Historical, |entry| entry.kind);
        StartDialog {
            path: entry.map(|entry| entry.path.clone()),
            way,
            proposed: name.clone(),
            name,
            kind,
            table: first_table(kind),
            asked: false,
        }
    }

    /// Proposes a name that fits what is begun with, unless another one was typed.
    fn propose(&mut self, entry: Option<&ReportEntry>, library: &[ReportEntry]) {
        let name = proposed_name(self.way, entry, library);
        if self.name == self.proposed {
            self.name.clone_from(&name);
        }
        self.proposed = name;
    }

    /// What the designer begins with, or what is missing.
    fn begin(&self, entry: Option<&ReportEntry>, known: Option<&Definition>) -> Result<Design, &'static str> {
        let name = self.name.trim();
        let report = || known.ok_or("The report is being asked for");
        match (self.way, entry.and_then(stored)) {
            (Way::Change, Some(stored)) => Ok(Design::of_stored(report()?, stored)),
            (Way::Copy | Way::New, _) if name.is_empty() => Err("Give it a name"),
            (Way::Copy, stored) => Ok(Design::copy_of(report()?, name, stored.map(|stored| stored.scope))),
            _ => catalog::table(self.table).map(|table| Design::new(self.kind, table, name)).ok_or("Choose a table"),
        }
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn start_dialog_ui(ctx: &Ctx<'_>, egui: &Context, state: &mut StartDialog) -> bool {
    let entry = state.path.as_ref().and_then(|path| ctx.model.library.iter().find(|entry| entry.path == *path));
    let known = state.path.as_ref().and_then(|path| definition(ctx.model, path));
    if let Some(path) = state.path.as_ref().filter(|_| known.is_none())
        && !std::mem::replace(&mut state.asked, true)
    {
        ctx.send(Command::LoadDefinition { path: path.clone() });
    }
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Design a report", 500.0, |parts| {
        parts.form(|ui| {
            let mut ways = Vec::new();
            if let Some(entry) = entry {
                if entry.scope != Scope::BuiltIn {
                    ways.push((Way::Change, "Change it"));
                }
                ways.push((Way::Copy, "A copy of it"));
            }
            ways.push((Way::New, "A new report"));
            // One alone is no choice.
            if ways.len() > 1 {
                let width = ui.available_width();
                if segments(ui, ctx.palette, width, &mut state.way, &ways).changed() {
                    state.propose(entry, &ctx.model.library);
                }
                ui.add_space(8.0);
            }
            fields_ui(ctx, ui, state, entry);
        });
        let begin = state.begin(entry, known);
        parts.foot(|ui| {
            if let Err(missing) = &begin {
                hint(ui, ctx.palette, missing);
            }
            button_row(ui, |ui| {
                ui.add_enabled_ui(begin.is_ok(), |ui| {
                    if primary_button(ui, ctx.palette, "Design").clicked()
                        && let Ok(design) = begin
                    {
                        ctx.want(Intent::Design(Box::new(design)));
                        done = true;
                    }
                });
                done |= ui.button("Cancel").clicked();
            });
        });
    });
    close || done
}

fn fields_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut StartDialog, entry: Option<&ReportEntry>) {
    match (state.way, entry) {
        (Way::Change, Some(entry)) => {
            let whose = match entry.scope {
                Scope::Global => "a report for everyone: saving it changes it for everyone",
                _ => "a report of yours",
            };
            hint(ui, ctx.palette, &format!("{} is {whose}", entry.name));
        }
        (Way::Copy, Some(entry)) => {
            hint(ui, ctx.palette, &format!("{} stays as it is", entry.name));
            field(ui, ctx.palette, "Name of the copy", &mut state.name, "");
        }
        _ => {
            let width = ui.available_width();
            let before = state.kind;
            segments(ui, ctx.palette, width, &mut state.kind, &KINDS);
            if state.kind != before {
                state.table = first_table(state.kind);
            }
            ui.add_space(6.0);
            labelled(ui, ctx.palette, "Rows of", |ui| {
                let text = catalog::table(state.table).map(table_words).unwrap_or_default();
                let combo = ComboBox::from_id_salt("new_table").selected_text(text).width(ui.available_width());
                combo
                    .show_ui(ui, |ui| {
                        for table in report::tables_of_kind(state.kind) {
                            if option(ui, state.table == table.name, table_words(table)) {
                                state.table = table.name;
                            }
                        }
                    })
                    .response
            });
            ui.add_space(4.0);
            field(ui, ctx.palette, "Name", &mut state.name, "");
        }
    }
}
