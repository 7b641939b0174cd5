//! The form of a table: which rows it shows, in which order, put together by what.

use egui::{ComboBox, DragValue, Ui};
use report::{Block, Definition, InputDef, InputKind, KeyFilter, SortKey, chosen_by, grouped_by, input_kind_of};
use session::designing::set_total_row;

use crate::ctx::Ctx;
use crate::view::designer::{LAYOUTS, table_words};
use crate::widgets::{field, hint, labelled, option, section, segments};

/// Draws the form.
pub fn block_ui(ctx: &Ctx<'_>, ui: &mut Ui, report: &mut Definition, at: usize) {
    let kind = report.kind;
    let block = &mut report.blocks[at];
    ui.columns(2, |columns| {
        field(&mut columns[0], ctx.palette, "Heading", &mut block.title, "");
        labelled(&mut columns[1], ctx.palette, "Rows of", |ui| {
            let known = catalog::table(&block.table).map_or_else(|| block.table.clone(), table_words);
            let combo = ComboBox::from_id_salt("block_table").selected_text(known).width(ui.available_width());
            combo
                .show_ui(ui, |ui| {
                    for table in report::tables_of_kind(kind) {
                        if option(ui, block.table == table.name, table_words(table)) {
                            block.table = table.name.to_owned();
                        }
                    }
                })
                .response
        });
    });
    ui.add_space(6.0);
    let width = ui.available_width().min(260.0);
    segments(ui, ctx.palette, width, &mut block.layout, &LAYOUTS);
    rows_ui(ctx, ui, report, at);
    let block = &mut report.blocks[at];
    ui.add_space(4.0);
    let mut only = block.only.clone().unwrap_or_default();
    field(ui, ctx.palette, "Only rows where", &mut only, "ACDCALLS > 0");
    block.only = Some(only).filter(|only| !only.trim().is_empty());
    grouping_ui(ctx, ui, block);
    order_ui(ctx, ui, block);
    ends_ui(ctx, ui, block);
}

/// Which inputs choose the rows.
fn rows_ui(ctx: &Ctx<'_>, ui: &mut Ui, report: &mut Definition, at: usize) {
    let Some(table) = catalog::table(&report.blocks[at].table) else { return };
    section(ui, ctx.palette, "Rows are chosen by");
    let Definition { inputs, blocks, .. } = report;
    let block = &mut blocks[at];
    let mut wanted = None;
    egui::Grid::new("rows_by").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for item in chosen_by(table) {
            let Some(kind) = input_kind_of(&item.name) else { continue };
            let known = block.filter.iter().find(|filter| filter.item.eq_ignore_ascii_case(&item.name));
            let mut input = known.map(|filter| filter.input.clone());
            let is_such = |input: &InputDef| input.kind == kind;
            if choice(ui, &item.name, inputs, &is_such, "All", &mut input) {
                block.filter.retain(|filter| !filter.item.eq_ignore_ascii_case(&item.name));
                block.filter.extend(input.map(|input| KeyFilter { item: item.name.clone(), input }));
            }
            if !inputs.iter().any(is_such) && ui.button("Ask for it").clicked() {
                wanted = Some((kind, item.name.clone()));
            }
            ui.end_row();
        }
        if table.placed_by.is_some() {
            let days = |input: &InputDef| input.kind.day_unit().is_some();
            choice(ui, "Days, weeks or months", inputs, &days, "All that are kept", &mut block.dates);
            ui.end_row();
            let times = |input: &InputDef| input.kind == InputKind::Times;
            choice(ui, "Times of the day", inputs, &times, "The whole day", &mut block.times);
            ui.end_row();
            let moment = |input: &InputDef| input.kind == InputKind::DateTime;
            choice(ui, "From", inputs, &moment, "–", &mut block.from);
            ui.end_row();
            choice(ui, "To", inputs, &moment, "–", &mut block.to);
            ui.end_row();
        } else if report.kind == report::ReportKind::Integrated {
            let moment = |input: &InputDef| input.kind == InputKind::DateTime;
            choice(ui, "Collected since", inputs, &moment, "The running interval", &mut block.from);
            ui.end_row();
        }
    });
    if let Some((kind, item)) = wanted {
        let input = report::input_of(report, kind);
        report.blocks[at].filter.push(KeyFilter { item, input });
    }
}

/// One of the report's inputs that is such, or none; returns whether another one was chosen.
fn choice(
    ui: &mut Ui,
    label: &str,
    inputs: &[InputDef],
    is_such: &dyn Fn(&InputDef) -> bool,
    none: &str,
    chosen: &mut Option<String>,
) -> bool {
    let before = chosen.clone();
    let words = |name: &String| {
        inputs.iter().find(|input| input.name == *name).map_or(name.clone(), |input| input.label.clone())
    };
    let text = chosen.as_ref().map_or_else(|| none.to_owned(), words);
    let label = ui.label(label);
    let combo = ComboBox::from_id_salt(("rows_by", label.id)).selected_text(text).width(220.0);
    let shown = combo.show_ui(ui, |ui| {
        if option(ui, chosen.is_none(), none) {
            *chosen = None;
        }
        for input in inputs.iter().filter(|input| is_such(input)) {
            if option(ui, chosen.as_ref() == Some(&input.name), &input.label) {
                *chosen = Some(input.name.clone());
            }
        }
    });
    let _ = shown.response.labelled_by(label.id);
    *chosen != before
}

/// What rows are put together by.
fn grouping_ui(ctx: &Ctx<'_>, ui: &mut Ui, block: &mut Block) {
    let Some(table) = catalog::table(&block.table) else { return };
    section(ui, ctx.palette, "One row for each");
    ui.horizontal_wrapped(|ui| {
        for item in grouped_by(table) {
            let known = block.group_by.iter().position(|known| known.eq_ignore_ascii_case(&item.name));
            let mut is_in = known.is_some();
            if ui.checkbox(&mut is_in, &item.name).on_hover_text(item.meaning).changed() {
                match known {
                    Some(at) => _ = block.group_by.remove(at),
                    None => block.group_by.push(item.name.clone()),
                }
            }
        }
    });
    let text = match block.group_by.is_empty() {
        true => "None is ticked: one row for each row of the table",
        false => {
            "Rows that are alike in what is ticked are put together: counts and times are added up, ratios computed anew"
        }
    };
    hint(ui, ctx.palette, text);
}

/// By which columns rows are sorted.
fn order_ui(ctx: &Ctx<'_>, ui: &mut Ui, block: &mut Block) {
    section(ui, ctx.palette, "Sorted by");
    let ids: Vec<(String, String)> =
        block.columns.iter().flat_map(|column| column.ids().map(|id| (id, column.heading.clone()))).collect();
    let mut removed = None;
    for (at, key) in block.sort.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            let heading = ids.iter().find(|(id, _)| *id == key.column).map_or(key.column.as_str(), |(_, text)| text);
            let combo = ComboBox::from_id_salt(("sort", at)).selected_text(heading).width(220.0);
            combo.show_ui(ui, |ui| {
                for (id, heading) in &ids {
                    if option(ui, key.column == *id, heading) {
                        key.column = id.clone();
                    }
                }
            });
            ui.checkbox(&mut key.descending, "largest first");
            if ui.button("Remove").clicked() {
                removed = Some(at);
            }
        });
    }
    if let Some(at) = removed {
        block.sort.remove(at);
    }
    if let Some((id, _)) = ids.first()
        && ui.button("Sort by a column").clicked()
    {
        block.sort.push(SortKey { column: id.clone(), descending: false });
    }
}

/// The total row, and how many rows there are at most.
fn ends_ui(ctx: &Ctx<'_>, ui: &mut Ui, block: &mut Block) {
    section(ui, ctx.palette, "At the end");
    ui.horizontal(|ui| {
        let mut has = block.total_row.is_some();
        if ui.checkbox(&mut has, "A total row").changed() {
            set_total_row(block, has.then(|| "Total".to_owned()));
        }
        if let Some(label) = &mut block.total_row {
            ui.add(egui::TextEdit::singleline(label).desired_width(140.0)).accessible_name("Label of the total row");
        }
    });
    ui.horizontal(|ui| {
        let mut has = block.limit.is_some();
        if ui.checkbox(&mut has, "Only the first rows").changed() {
            block.limit = has.then_some(20);
        }
        if let Some(limit) = &mut block.limit {
            ui.add(DragValue::new(limit).range(1..=100_000)).accessible_name("Most rows");
        }
    });
}
