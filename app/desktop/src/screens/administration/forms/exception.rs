//! A rule for exceptions: of what, for what, and the limits.

use egui::{Response, Ui};

use super::{choice, wrong_if_typed};
use crate::ctx::Ctx;
use crate::screens::suggest::named_list;
use crate::view::administration::exceptions::{Draft, ELEMENTS, kind_of_number, things};
use crate::widgets::{field, hint, segments};

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    let palette = ctx.palette;
    if draft.is_new {
        let width = ui.available_width();
        if segments(ui, palette, width, &mut draft.of, &ELEMENTS).changed() {
            draft.exception = String::new();
        }
        ui.add_space(6.0);
        let shown = if draft.exception.is_empty() { "Choose…" } else { &draft.exception }.to_owned();
        let names: Vec<String> = draft.choices().map(|known| known.name.clone()).collect();
        let chosen = choice(ctx, ui, "Exception", &shown, names.iter().map(String::as_str));
        if let Some(chosen) = chosen {
            chosen.clone_into(&mut draft.exception);
        }
    }
    if let Some(known) = draft.chosen() {
        let told = if known.interval_based { "told once in an interval" } else { "told each time" };
        hint(ui, palette, &format!("{}; {told}", known.meaning));
    }
    ui.add_space(6.0);
    let label = format!("Numbers or names of {}", things(draft.of));
    let (line, of) = ((label.as_str(), "1, 3, 7-9, or a part of a name"), (draft.acd, kind_of_number(draft.of)));
    let mut responses = vec![named_list(ctx, ui, line, &mut draft.numbers, of)];
    wrong_if_typed(ctx, ui, &draft.numbers, draft.numbers());
    ui.add_space(3.0);
    let is_timed = draft.chosen().is_some_and(|known| known.timed);
    let (limit_read, threshold_read) = (draft.limit(), draft.threshold());
    let (limit, threshold) = (&mut draft.limit, &mut draft.threshold);
    responses.extend(ui.columns(2, |columns| {
        let mut fields = vec![field(&mut columns[0], palette, "Threshold: how many are still allowed", threshold, "0")];
        wrong_if_typed(ctx, &mut columns[0], threshold, threshold_read);
        if is_timed {
            fields.push(field(&mut columns[1], palette, "Time limit in seconds", limit, "60"));
            wrong_if_typed(ctx, &mut columns[1], limit, limit_read);
        }
        fields
    }));
    if draft.takes_reason() {
        ui.add_space(3.0);
        let label = "Of AUX only this reason code; empty for any";
        responses.push(field(ui, palette, label, &mut draft.reason, ""));
        wrong_if_typed(ctx, ui, &draft.reason, draft.reason());
    }
    ui.add_space(4.0);
    ui.checkbox(&mut draft.on, "Checked");
    responses
}
