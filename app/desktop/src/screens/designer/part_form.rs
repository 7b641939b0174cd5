//! The form of the part that is chosen in the outline. A form changes a copy of the report, which is taken over as a whole: so
//! that every change can be undone, and those of one field together.

use egui::{ComboBox, DragValue, RichText, TextEdit, Ui};
use report::{Definition, InputKind, Problem};
use session::designing::Part;

use super::{Designer, block_form, column_form, part_buttons};
use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::designer::{INPUT_KINDS, KINDS, input_words};
use crate::view::inputs::forms;
use crate::widgets::{field, hint, labelled, option};

/// Draws the form.
pub fn part_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, problems: &[Problem]) {
    // What was undone or removed in this very frame is not there any more.
    if !state.design.has(state.part) {
        state.part = Part::Report;
    }
    head(ctx, ui, state);
    if !state.design.has(state.part) {
        return;
    }
    // Always there, also when it is empty: a field below whose id changes while somebody types in it loses the keyboard.
    ui.scope(|ui| {
        for problem in problems.iter().filter(|problem| state.design.part_of(&problem.place) == state.part) {
            boxed(ui, ctx.palette.caution, &problem.message);
            ui.add_space(4.0);
        }
    });
    let mut edited = (**state.design.report()).clone();
    match state.part {
        Part::Report => report_ui(ctx, ui, &mut edited),
        Part::Input(at) => input_ui(ctx, ui, &mut edited, at),
        Part::Calculation(at) => calculation_ui(ctx, ui, &mut edited, at),
        Part::Block(at) => block_form::block_ui(ctx, ui, &mut edited, at),
        Part::Column(block, at) => column_form::column_ui(ctx, ui, state, &mut edited, block, at),
    }
    let field = ui.ctx().dragged_id().or_else(|| ui.memory(|memory| memory.focused())).map(|id| id.value());
    state.design.put(edited, field);
}

/// What the part is, and what can be done with it as a whole: in sight however long its form is.
fn head(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer) {
    let report = state.design.report();
    let (title, what) = match state.part {
        Part::Report => (format!("{} report", kind_words(report.kind)), None),
        Part::Input(_) => ("What the report asks for before it runs".to_owned(), Some("the input")),
        Part::Calculation(_) => ("A calculation of this report".to_owned(), Some("the calculation")),
        Part::Block(_) => ("What is shown".to_owned(), Some("the table")),
        Part::Column(..) => ("A column".to_owned(), Some("the column")),
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(title).font(fonts::semibold(theme::BODY + 1.0)).color(ctx.palette.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if let Some(what) = what {
                part_buttons(ctx, ui, state, what);
            }
        });
    });
    ui.add_space(4.0);
}

fn kind_words(kind: report::ReportKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, words)| words)
}

fn report_ui(ctx: &Ctx<'_>, ui: &mut Ui, report: &mut Definition) {
    field(ui, ctx.palette, "Name", &mut report.name, "");
    if let Some((folder, _)) = report.path.rsplit_once("/Designer/") {
        report.path = format!("{folder}/Designer/{}", report.name);
    }
    ui.add_space(4.0);
    labelled(ui, ctx.palette, "What it is for", |ui| {
        let width = ui.available_width();
        ui.add(TextEdit::multiline(&mut report.description).desired_rows(2).desired_width(width))
    });
    if let Some((least, most)) = report.kind.refresh_secs() {
        ui.add_space(4.0);
        labelled(ui, ctx.palette, "Proposed refresh", |ui| {
            ui.add(DragValue::new(&mut report.refresh_secs).range(least..=most).suffix(" s"))
        });
    }
    ui.add_space(6.0);
    hint(ui, ctx.palette, "Choose a part at the left to change it. Columns… adds what the tables show");
}

fn input_ui(ctx: &Ctx<'_>, ui: &mut Ui, report: &mut Definition, at: usize) {
    let input = &mut report.inputs[at];
    ui.columns(2, |columns| {
        field(&mut columns[0], ctx.palette, "Asks for", &mut input.label, "");
        labelled(&mut columns[1], ctx.palette, "Which is", |ui| {
            let combo = ComboBox::from_id_salt("input_kind").selected_text(input_words(input.kind));
            combo
                .width(ui.available_width())
                .show_ui(ui, |ui| {
                    for (kind, words) in INPUT_KINDS {
                        if option(ui, input_words(input.kind) == words, words) {
                            input.kind = kind;
                            input.many = kind.entity().is_some();
                            input.default =
                                if matches!(kind, InputKind::Number { .. }) { "0".to_owned() } else { String::new() };
                        }
                    }
                })
                .response
        });
    });
    ui.add_space(4.0);
    let example = forms(input);
    field(ui, ctx.palette, "If nothing is typed", &mut input.default, &example);
    if let InputKind::Number { min, max } = &mut input.kind {
        ui.horizontal(|ui| {
            ui.label("From");
            ui.add(DragValue::new(min)).accessible_name("Smallest number");
            ui.label("to");
            ui.add(DragValue::new(max)).accessible_name("Largest number");
        });
    }
    ui.add_space(4.0);
    ui.checkbox(&mut input.required, "Must be given");
    if input.kind.entity().is_some() {
        ui.checkbox(&mut input.many, "Several at once, ranges, all");
    }
    if matches!(input.kind, InputKind::Number { .. }) {
        hint(ui, ctx.palette, &format!("Expressions use it as {}", input.name));
    }
}

fn calculation_ui(ctx: &Ctx<'_>, ui: &mut Ui, report: &mut Definition, at: usize) {
    let own = &mut report.calculations[at];
    let before = own.name.clone();
    field(ui, ctx.palette, "Name", &mut own.name, "ANSWERED_SHARE");
    ui.add_space(4.0);
    field(ui, ctx.palette, "Computes", &mut own.expression, "100 * ACDCALLS / CALLSOFFERED");
    ui.add_space(4.0);
    field(ui, ctx.palette, "Means", &mut own.meaning, "");
    if before != report.calculations[at].name {
        hint(ui, ctx.palette, "Expressions that name it are to be changed, too");
    }
}
