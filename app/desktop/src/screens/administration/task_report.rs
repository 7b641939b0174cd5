//! The report of a task of a timetable, chosen from the list of reports, and its inputs as its own fields.

use api::Scope;
use egui::{RichText, ScrollArea, Ui};
use model::AcdNumber;
use session::Command;

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::input_fields::{Picking, input_ui, list_button, list_frame};
use crate::theme;
use crate::view::administration::backup_draft::acds;
use crate::view::administration::task_draft::TaskDraft;
use crate::view::inputs::{Run, check, check_all};
use crate::view::library::{found, meant, place_words};
use crate::view::pane::definition;
use crate::widgets::{field, hint};

const REPORT: &str = "Path or name of the report";

/// What the fields keep between two frames.
#[derive(Default)]
pub(super) struct ReportPicking {
    /// What is searched in the list of reports, while that is open.
    search: Option<String>,
    /// The list of an input that is open.
    input: Picking,
    /// The report and the ACD that were asked for last.
    asked: Option<String>,
    asked_names: Option<AcdNumber>,
}

/// Draws the line for the report, and the list that it is picked from.
pub(super) fn report_ui(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft, state: &mut ReportPicking) {
    field(ui, ctx.palette, REPORT, &mut task.report, "Split/Skill Summary Daily");
    if list_button(ctx, ui, "Report", state.search.is_some()) {
        state.search = if state.search.is_some() { None } else { Some(String::new()) };
    }
    let Some(search) = &mut state.search else { return };
    let chosen = meant(&ctx.model.library, &task.report).map(|entry| entry.path.clone());
    let mut picked = None;
    list_frame(ctx, ui, "Report", search, |ui, search| {
        let shown = found(&ctx.model.library, search);
        let row_height = 24.0;
        let area = ScrollArea::vertical().id_salt("reports").max_height(170.0).auto_shrink([false, true]);
        area.show_rows(ui, row_height, shown.len(), |ui, rows| {
            for entry in &shown[rows] {
                ui.horizontal(|ui| {
                    ui.set_row_height(row_height);
                    if ui.selectable_label(chosen.as_ref() == Some(&entry.path), &entry.name).clicked() {
                        picked = Some((*entry).clone());
                    }
                    let place = RichText::new(place_words(entry)).font(fonts::regular(theme::SMALL));
                    ui.add(egui::Label::new(place.color(ctx.palette.soft)).truncate().selectable(false));
                });
            }
        });
        if shown.is_empty() {
            hint(ui, ctx.palette, "No report has these words");
        }
    });
    if let Some(entry) = picked {
        // What comes with the product has one name everywhere; designer reports may bear the same one.
        task.report = if entry.scope == Scope::BuiltIn { entry.name } else { entry.path };
        state.search = None;
    }
}

/// Draws the inputs: the report's own fields where they are known, one line of text otherwise.
pub(super) fn inputs_ui(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft, state: &mut ReportPicking) {
    let entry = meant(&ctx.model.library, &task.report);
    let known = entry.and_then(|entry| definition(ctx.model, &entry.path));
    let Some(known) = known else {
        task.forget_fields();
        match entry {
            Some(entry) => {
                if state.asked.as_ref() != Some(&entry.path) {
                    state.asked = Some(entry.path.clone());
                    ctx.send(Command::LoadDefinition { path: entry.path.clone() });
                }
                hint(ui, ctx.palette, "Asking the server for its inputs…");
            }
            None if !task.report.trim().is_empty() => {
                hint(ui, ctx.palette, "You have no such report; the owner of the timetable may have");
            }
            None => {}
        }
        field(ui, ctx.palette, "Inputs", &mut task.inputs, "splits=1;3 dates=-1");
        return;
    };
    if state.asked_names != Some(task.acd) {
        state.asked_names = Some(task.acd);
        if !ctx.model.dictionaries.contains_key(&task.acd) {
            ctx.send(Command::LoadDictionary(task.acd));
        }
    }
    task.fill_in(known);
    let (acd, has_several) = (task.acd, acds(ctx.model).len() > 1);
    let Some(fields) = &mut task.fields else { return };
    for input in &known.inputs {
        ui.add_space(3.0);
        input_ui(ctx, ui, &mut fields.inputs, &mut state.input, acd, (known, input), Run::Later);
    }
    if has_several {
        ui.add_space(3.0);
        let further = fields.inputs.entry(report::ACDS_INPUT.to_owned()).or_default();
        field(ui, ctx.palette, "Together with ACDs (empty: none)", further, "Numbers or names: 2;3, or all");
    }
    fields.fault = check_all(&known.inputs, &fields.inputs).err();
    let told = known.inputs.iter().find_map(|input| {
        let text = fields.inputs.get(&input.name).map_or("", String::as_str);
        check(input, text).err()
    });
    fields.is_told = fields.fault.is_some() && fields.fault == told;
}
