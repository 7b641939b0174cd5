//! What is only for viewing on a secondary, unless somebody takes over, drawn.

use egui::Ui;

use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::{FrameView, on_a_secondary};

/// Says so on a secondary, with the box to take over; gives whether `what` may be changed. `with` is what is carried along.
pub fn take_over_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    (what, with): (&str, &str),
    take_over: &mut bool,
) -> Result<(), String> {
    let secondary = on_a_secondary(ctx.model, what, with, ctx.now);
    if let Some(told) = &secondary {
        boxed(ui, ctx.palette.caution, &told.text);
        let taking = egui::Checkbox::new(take_over, told.tick.as_str());
        ui.add_enabled(view.may.is_ok(), taking);
    }
    let may = match (&secondary, *take_over) {
        (Some(_), false) => Err(format!("On a secondary {what} is for viewing; tick above to take over")),
        _ => view.may.clone(),
    };
    *take_over &= secondary.is_some();
    may
}
