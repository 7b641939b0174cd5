//! The skills of an agent: a line each, with its level, its percentage, and a button that takes it away.

use egui::{Align, ComboBox, Layout, Margin, Response, RichText, TextEdit, Ui, vec2};

use super::wrong;
use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::administration::skills::{SkillLevel, SkillLine, SkillsDraft};
use crate::widgets::{hint, icon_button, labelled, option};

/// Room for the level, the percentage and the button at the right of a line.
const LEVEL_WIDTH: f32 = 110.0;
const PERCENT_WIDTH: f32 = 52.0;

/// Draws the fields. Gives the responses of the lines of text.
pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut SkillsDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    let mut removed = None;
    for (at, line) in draft.lines.iter_mut().enumerate() {
        let (response, goes) = line_ui(ctx, ui, line);
        responses.push(response);
        removed = if goes { Some(at) } else { removed };
    }
    if let Some(at) = removed {
        draft.lines.remove(at);
    }
    if draft.lines.is_empty() {
        hint(ui, ctx.palette, "No skill is left");
    }
    ui.add_space(6.0);
    let others = draft.others(ctx.model.dictionaries.get(&draft.acd));
    let mut added = None;
    labelled(ui, ctx.palette, "Add a skill", |ui| {
        let combo = ComboBox::from_id_salt("add_skill").selected_text("Choose one…").width(ui.available_width());
        let shown = combo.show_ui(ui, |ui| {
            for other in &others {
                if option(ui, false, &other.1) {
                    added = Some(other.clone());
                }
            }
        });
        shown.response
    });
    if let Some(other) = added {
        draft.add(other);
    }
    if let Err(why) = draft.skills() {
        wrong(ctx, ui, &why);
    }
    responses
}

/// A skill in a line; gives its line of text, and whether it is to be taken away.
fn line_ui(ctx: &Ctx<'_>, ui: &mut Ui, line: &mut SkillLine) -> (Response, bool) {
    let size = vec2(ui.available_width(), theme::CONTROL_HEIGHT + 2.0);
    let row = ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let goes = icon_button(ui, ctx.palette, Icon::Close, &format!("Take {} away", line.text)).clicked();
        ui.label(RichText::new("%").color(ctx.palette.soft));
        let edit = TextEdit::singleline(&mut line.percent).margin(Margin::symmetric(8, 5));
        let name = format!("Percentage of {}", line.text);
        let response = ui.add(edit.desired_width(PERCENT_WIDTH - 16.0)).accessible_name(name);
        let combo = ComboBox::from_id_salt(("level", line.split.to_string()))
            .selected_text(line.level.text())
            .width(LEVEL_WIDTH);
        let chosen = combo.show_ui(ui, |ui| {
            for level in SkillLevel::all() {
                if option(ui, line.level == level, level.text()) {
                    line.level = level;
                }
            }
        });
        let _ = chosen.response.accessible_name(format!("Level of {}", line.text));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = RichText::new(&line.text).font(fonts::medium(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).truncate());
        });
        (response, goes)
    });
    row.inner
}
