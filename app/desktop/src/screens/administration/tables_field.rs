//! Tables by the field's names, chosen: a line to type them into, and below it the list to tick them in.

use api::TableName;
use egui::{ScrollArea, Ui};

use super::forms::{closely, wrong};
use crate::ctx::Ctx;
use crate::view::administration::table_words::table_title;
use crate::view::administration::tables::{tick, tickable, wrong_name};
use crate::widgets::{field, hint};

/// Most room for the list: all of administration is seen without scrolling.
const LIST_HEIGHT: f32 = 190.0;

/// Draws it; `is_offered` says which tables can be chosen here.
pub(super) fn tables_field(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    label: &str,
    typed: &mut String,
    example: &str,
    is_offered: &dyn Fn(&TableName) -> bool,
) {
    field(ui, ctx.palette, label, typed, example);
    let known = &ctx.model.tables;
    if let Some(why) = wrong_name(known, typed, is_offered) {
        wrong(ctx, ui, &why);
    }
    let kinds = tickable(known, typed, is_offered);
    if kinds.is_empty() {
        return;
    }
    let mut ticked = None;
    ScrollArea::vertical().id_salt(("tables", label)).max_height(LIST_HEIGHT).auto_shrink([false, true]).show(
        ui,
        |ui| {
            closely(ui, |ui| {
                for kind in &kinds {
                    hint(ui, ctx.palette, kind.title);
                    ui.horizontal_wrapped(|ui| {
                        ui.spacing_mut().item_spacing.x = 12.0;
                        for (table, is_ticked) in &kind.tables {
                            let mut on = *is_ticked;
                            if ui.checkbox(&mut on, *table).on_hover_text(table_title(table)).changed() {
                                ticked = Some(((*table).to_owned(), on));
                            }
                        }
                    });
                }
            });
        },
    );
    if let Some((table, on)) = ticked {
        tick(known, typed, &table, on);
    }
}
