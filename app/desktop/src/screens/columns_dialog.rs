//! The dialog for a pane's columns: which are shown, how wide, and from which values they are coloured.

use egui::{RichText, TextEdit, Ui};
use report::{Format, Sheet, SheetColumn};
use session::ReportKey;

use crate::ctx::Ctx;
use crate::fonts;
use crate::layout::Pane;
use crate::theme;
use crate::view::cells::{Place, place};
use crate::view::prefs::{OwnLimits, PanePrefs};
use crate::widgets::{button_row, dialog, hint, primary_button, section};

/// Room for six figures.
const LIMIT_WIDTH: f32 = 72.0;

/// The dialog between two frames. Changes show at once; Undo all takes them back.
pub struct ColumnsState {
    /// The pane.
    pub pane: ReportKey,
    before: PanePrefs,
}

impl ColumnsState {
    /// For a pane as it is now.
    pub fn new(pane: &Pane) -> Self {
        ColumnsState { pane: pane.key, before: pane.prefs.clone() }
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn columns_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &ColumnsState, pane: &mut Pane) -> bool {
    let sheet = ctx.model.reports.get(&pane.key).and_then(|report| report.sheet.clone());
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Columns and thresholds", 660.0, |parts| {
        parts.form(|ui| columns_ui(ctx, ui, sheet.as_deref(), pane));
        parts.foot(|ui| {
            button_row(ui, |ui| {
                done = primary_button(ui, ctx.palette, "Done").clicked();
                if ui.add_enabled(pane.prefs != state.before, egui::Button::new("Undo all")).clicked() {
                    pane.prefs = state.before.clone();
                }
            });
        });
    });
    close || done
}

fn columns_ui(ctx: &Ctx<'_>, ui: &mut Ui, sheet: Option<&Sheet>, pane: &mut Pane) {
    let text = "Caution and warning colour a cell from that value on. Durations are in seconds. \
                    Where one is left empty, the report's own holds. Totals are coloured where they are averages, percentages or \
                    maxima; a sum of rows is not compared with limits of one row";
    hint(ui, ctx.palette, text);
    let Some(sheet) = sheet else { return };
    for (index, block) in sheet.blocks.iter().enumerate() {
        ui.add_space(8.0);
        section(ui, ctx.palette, &block.title);
        let grid = egui::Grid::new(("columns", index)).num_columns(6).spacing([12.0, 4.0]).striped(false);
        grid.show(ui, |ui| {
            headings(ctx, ui);
            for column in &block.columns {
                column_ui(ui, &mut pane.prefs, index, column);
            }
        });
    }
}

fn headings(ctx: &Ctx<'_>, ui: &mut Ui) {
    for heading in ["Column", "Width", "Limits", "Caution", "Warning", ""] {
        ui.label(RichText::new(heading).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft));
    }
    ui.end_row();
}

fn column_ui(ui: &mut Ui, prefs: &mut PanePrefs, block: usize, column: &SheetColumn) {
    let known = prefs.column(block, &column.id);
    let mut changed = known;
    let mut shown = !known.hidden;
    ui.checkbox(&mut shown, &column.heading).on_hover_text("Show the column");
    changed.hidden = !shown;
    let mut width = known.width.unwrap_or(0.0);
    let drag = egui::DragValue::new(&mut width).range(0.0..=600.0).max_decimals(0);
    let drag = drag.custom_formatter(|width, _| if width < 1.0 { "auto".to_owned() } else { format!("{width:.0}") });
    let response = ui.add(drag).accessible_name(format!("Width of {}", column.heading));
    if response.changed() {
        changed.width = (width >= 1.0).then_some(width);
    }
    if place(column) == Place::Right && !matches!(column.format, Format::Clock | Format::Date | Format::TimeOfDay) {
        let mut own = known.limits.is_some();
        if ui.checkbox(&mut own, "own").accessible_name(format!("Own limits of {}", column.heading)).changed() {
            changed.limits = own.then(|| OwnLimits::beside(column.limits));
        }
        if let Some(limits) = &mut changed.limits {
            let by_report = column.limits;
            let caution = (format!("Caution of {}", column.heading), by_report.map(|limits| limits.caution));
            limit(ui, &mut limits.caution, &caution.0, caution.1);
            let warning = (format!("Warning of {}", column.heading), by_report.map(|limits| limits.warning));
            limit(ui, &mut limits.warning, &warning.0, warning.1);
            ui.checkbox(&mut limits.low_is_bad, "low is bad")
                .accessible_name(format!("Low is bad for {}", column.heading));
        }
    }
    ui.end_row();
    if changed != known {
        prefs.change_column(block, &column.id, |prefs| *prefs = changed);
    }
}

/// A number that may be left empty: the report's own holds then, and stands there in grey. What cannot be read as a number is kept as typed until it can.
fn limit(ui: &mut Ui, value: &mut Option<f64>, name: &str, by_report: Option<f64>) {
    let id = ui.scope_id().with(name);
    let known = value.map(|value| value.to_string()).unwrap_or_default();
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or(known);
    let own = by_report.map(|limit| limit.to_string()).unwrap_or_default();
    // Of its own size: a grid would give it that of the heading above.
    let edit = TextEdit::singleline(&mut text).hint_text(own);
    let response = ui.add_sized([LIMIT_WIDTH, theme::CONTROL_HEIGHT], edit).accessible_name(name);
    if response.changed() {
        let read = text.trim().replace(',', ".");
        if read.is_empty() {
            *value = None;
        } else if let Ok(number) = read.parse::<f64>()
            && number.is_finite()
        {
            *value = Some(number);
        }
    }
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, text));
    } else {
        ui.data_mut(|data| data.remove_temp::<String>(id));
    }
}
