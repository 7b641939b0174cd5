//! The form of a column: what it shows, how it is written, when it is coloured.

use egui::{CollapsingHeader, ComboBox, DragValue, Ui};
use report::{Block, ColumnDef, Definition, Each, Format};
use session::designing::{has_limits, rename_column};

use super::Designer;
use super::limits_form::limits_ui;
use super::picker::Picker;
use crate::ctx::Ctx;
use crate::view::designer::{FORMATS, TOTALS, format_words, is_same, meaning};
use crate::widgets::{field, hint, labelled, option};

/// Most decimals that a number is shown with.
const DECIMALS_MAX: u8 = 6;

/// Draws the form.
pub fn column_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, report: &mut Definition, block: usize, at: usize) {
    let block_at = block;
    let block = &mut report.blocks[block];
    let column = &mut block.columns[at];
    field(ui, ctx.palette, "Heading", &mut column.heading, "");
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let room = ui.available_width() - 96.0;
        ui.allocate_ui(egui::vec2(room, 0.0), |ui| {
            field(ui, ctx.palette, "Shows", &mut column.expression, "100 * ACDCALLS / CALLSOFFERED")
        });
        ui.with_layout(egui::Layout::bottom_up(egui::Align::Max), |ui| {
            if ui.button("Insert…").clicked() {
                state.picker = Picker::expression(&state.design, block_at, at);
            }
        });
    });
    let known = catalog::table(&block.table).and_then(|table| meaning(&state.design, table, &column.expression));
    let words = "Items, calculations, numbers, + - * / ( ), if(…), min, max, coalesce, join, name, sum";
    hint(ui, ctx.palette, known.as_deref().unwrap_or(words));
    ui.add_space(6.0);
    written_ui(ctx, ui, column);
    let has_total_row = block.total_row.is_some();
    total_ui(ctx, ui, &mut block.columns[at], has_total_row);
    if has_limits(&block.columns[at]) {
        limits_ui(ctx, ui, &mut state.limits, &mut block.columns[at], (block_at, at));
    }
    CollapsingHeader::new("More").id_salt("column_more").show(ui, |ui| more_ui(ctx, ui, block, at));
}

fn written_ui(ctx: &Ctx<'_>, ui: &mut Ui, column: &mut ColumnDef) {
    ui.horizontal(|ui| {
        labelled(ui, ctx.palette, "Written as", |ui| {
            let combo = ComboBox::from_id_salt("format").selected_text(format_words(column.format)).width(200.0);
            combo
                .show_ui(ui, |ui| {
                    if matches!(column.format, Format::Name(_)) {
                        let _ = ui.selectable_label(true, format_words(column.format));
                    }
                    for (format, words) in FORMATS {
                        if option(ui, is_same(format, column.format), words) {
                            column.format = format;
                        }
                    }
                })
                .response
        });
        if let Format::Decimal(decimals) | Format::Percent(decimals) = &mut column.format {
            labelled(ui, ctx.palette, "Decimals", |ui| ui.add(DragValue::new(decimals).range(0..=DECIMALS_MAX)));
        }
        labelled(ui, ctx.palette, "Width in characters", |ui| {
            let drag = DragValue::new(&mut column.width).range(0..=200);
            ui.add(
                drag.custom_formatter(|width, _| if width < 1.0 { "auto".to_owned() } else { format!("{width:.0}") }),
            )
        });
    });
    if !has_limits(column) {
        column.threshold = None;
    }
}

fn total_ui(ctx: &Ctx<'_>, ui: &mut Ui, column: &mut ColumnDef, has_total_row: bool) {
    if !has_total_row {
        return;
    }
    ui.add_space(4.0);
    labelled(ui, ctx.palette, "In the total row", |ui| {
        let words = TOTALS.iter().find(|(total, _)| *total == column.total).map_or("", |(_, words)| words);
        ComboBox::from_id_salt("total")
            .selected_text(words)
            .width(200.0)
            .show_ui(ui, |ui| {
                for (total, words) in TOTALS {
                    if option(ui, column.total == total, words) {
                        column.total = total;
                    }
                }
            })
            .response
    });
}

fn more_ui(ctx: &Ctx<'_>, ui: &mut Ui, block: &mut Block, at: usize) {
    let column = &mut block.columns[at];
    ui.checkbox(&mut column.where_used, "Leave it out where all is blank or 0");
    let mut heading = column.heading_of.clone().unwrap_or_default();
    field(ui, ctx.palette, "Heading computed by", &mut heading, "join('Within', SERVICELEVEL, 's')");
    column.heading_of = Some(heading).filter(|heading| !heading.trim().is_empty());
    if let Some(limits) = &mut column.threshold {
        let mut of = limits.of.clone().unwrap_or_default();
        field(ui, ctx.palette, "Limits compare (empty: the cell itself)", &mut of, "100 * ACCEPTABLE / CALLSOFFERED");
        limits.of = Some(of).filter(|of| !of.trim().is_empty());
    }
    ui.horizontal(|ui| {
        let mut is_series = column.each.is_some();
        if ui.checkbox(&mut is_series, "A series: {n} in its texts stands for a number from").changed() {
            column.each = is_series.then_some(Each { from: 1, to: 9 });
        }
        if let Some(each) = &mut column.each {
            ui.add(DragValue::new(&mut each.from).range(0..=200)).accessible_name("First number");
            ui.label("to");
            ui.add(DragValue::new(&mut each.to).range(0..=200)).accessible_name("Last number");
        }
    });
    let mut id = column.id.clone();
    field(ui, ctx.palette, "Name in exports", &mut id, "");
    if id != block.columns[at].id {
        rename_column(block, at, id);
    }
}
