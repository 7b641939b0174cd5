//! The dialog that picks items and calculations: as columns of a table, or for the expression of a column.

use std::rc::Rc;

use egui::{Context, RichText, ScrollArea, Sense, Ui, vec2};
use session::designing::{Design, Part};

use super::Designer;
use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::view::designer::{Choice, choices, found, table_words};
use crate::widgets::{button_row, dialog, field, focus_ring, hint, primary_button};

const LINE_HEIGHT: f32 = 40.0;
const LIST_HEIGHT: f32 = 360.0;

/// What is picked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// Columns of this block.
    Columns(usize),
    /// The expression of a column of this block.
    Expression(usize, usize),
}

/// The dialog between two frames.
pub struct Picker {
    what_for: For,
    table: &'static catalog::Table,
    /// All that there is; the report does not change while it is picked from.
    choices: Rc<[Choice]>,
    search: String,
    /// In the order in which they were picked.
    picked: Vec<String>,
    fresh: bool,
}

impl Picker {
    /// Picks columns for a block.
    pub fn columns(design: &Design, block: usize) -> Option<Picker> {
        Picker::over(design, block, For::Columns(block))
    }

    /// Picks what is put into the expression of a column.
    pub fn expression(design: &Design, block: usize, column: usize) -> Option<Picker> {
        Picker::over(design, block, For::Expression(block, column))
    }

    fn over(design: &Design, block: usize, what_for: For) -> Option<Picker> {
        let table = catalog::table(&design.report().blocks.get(block)?.table)?;
        let choices = choices(design, table).into();
        Some(Picker { what_for, table, choices, search: String::new(), picked: Vec::new(), fresh: true })
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn picker_ui(ctx: &Ctx<'_>, egui: &Context, state: &mut Designer) -> bool {
    let Designer { picker, design, part, .. } = state;
    let Some(picker) = picker else { return true };
    let choices = Rc::clone(&picker.choices);
    let found = found(&choices, &picker.search);
    let mut done = false;
    let title = match picker.what_for {
        For::Columns(_) => "Add columns",
        For::Expression(..) => "Insert into the expression",
    };
    let close = dialog(egui, ctx.palette, title, 640.0, |parts| {
        parts.form(|ui| {
            hint(ui, ctx.palette, &format!("Of {}: {} found", table_words(picker.table), found.len()));
            let search = field(ui, ctx.palette, "Search", &mut picker.search, "abandoned, ACDCALLS, service level");
            if std::mem::take(&mut picker.fresh) {
                search.request_focus();
            }
            ui.add_space(4.0);
            let height = LIST_HEIGHT.min(ui.ctx().content_rect().height() - 300.0).max(LINE_HEIGHT * 2.0);
            let area = ScrollArea::vertical().id_salt("choices").max_height(height).auto_shrink([false, false]);
            area.show_rows(ui, LINE_HEIGHT, found.len(), |ui, rows| {
                for choice in &found[rows] {
                    choice_ui(ctx, ui, picker, choice);
                }
            });
        });
        parts.foot(|ui| {
            button_row(ui, |ui| {
                let text = match (picker.what_for, picker.picked.len()) {
                    (For::Expression(..), _) => "Insert".to_owned(),
                    (For::Columns(_), 0) => "Add".to_owned(),
                    (For::Columns(_), 1) => "Add 1 column".to_owned(),
                    (For::Columns(_), count) => format!("Add {count} columns"),
                };
                ui.add_enabled_ui(!picker.picked.is_empty(), |ui| {
                    if primary_button(ui, ctx.palette, &text).clicked() {
                        *part = take(design, picker);
                        done = true;
                    }
                });
                done |= ui.button("Cancel").clicked();
            });
        });
    });
    close || done
}

/// Does with what was picked what it was picked for; gives the part to look at.
fn take(design: &mut Design, picker: &Picker) -> Part {
    match picker.what_for {
        For::Columns(block) => design.add_columns(block, &picker.picked),
        For::Expression(block, column) => {
            let mut report = (**design.report()).clone();
            let expression = &mut report.blocks[block].columns[column].expression;
            for name in &picker.picked {
                let apart = !expression.is_empty() && !expression.ends_with([' ', '(']);
                *expression = format!("{expression}{}{name}", if apart { " " } else { "" });
            }
            design.put(report, None);
            Part::Column(block, column)
        }
    }
}

fn choice_ui(ctx: &Ctx<'_>, ui: &mut Ui, picker: &mut Picker, choice: &Choice) {
    let palette = ctx.palette;
    let at = picker.picked.iter().position(|picked| *picked == choice.name);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE_HEIGHT - 2.0), Sense::click());
    let says = format!("{}: {}", choice.name, choice.meaning);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, at.is_some(), &says));
    if let Some(fill) = palette.behind(at.is_some(), response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let color = if at.is_some() { palette.chosen.text } else { palette.text };
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(10.0, 3.0))));
    inner.spacing_mut().item_spacing.y = 0.0;
    inner.horizontal(|ui| {
        ui.add(
            egui::Label::new(RichText::new(&choice.name).font(fonts::semibold(theme::BODY)).color(color))
                .selectable(false),
        );
        let from = RichText::new(choice.from).font(fonts::regular(theme::SMALL)).color(palette.soft);
        ui.add(egui::Label::new(from).selectable(false));
    });
    let meaning = RichText::new(&choice.meaning).font(fonts::regular(theme::SMALL)).color(palette.soft);
    inner.add(egui::Label::new(meaning).truncate().selectable(false));
    focus_ring(ui, palette, &response);
    let pressed = response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Space));
    if response.clicked() || pressed {
        match at {
            Some(at) => _ = picker.picked.remove(at),
            None => picker.picked.push(choice.name.clone()),
        }
    }
    let _ = response.on_hover_text(says);
}
