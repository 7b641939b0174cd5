//! What the report shows now on the serving server: with the inputs that are typed here, and again with every change.

use std::collections::BTreeMap;

use egui::{Margin, RichText, TextEdit, Ui};
use report::{Inputs, Problem};
use session::designing::Part;
use session::{Refresh, ReportKey, ReportRequest};

use super::Designer;
use crate::ctx::Ctx;
use crate::fonts;
use crate::layout::Pane;
use crate::screens::blocks::{Moments, blocks_ui};
use crate::theme::{self, Density};
use crate::view::cache::BlockCache;
use crate::view::cells::calendar;
use crate::view::inputs::forms;
use crate::view::times::acd_second;
use crate::widgets::{message, placeholder};

/// No pane of the workspace has this number: those count from 1.
const KEY: ReportKey = ReportKey(u64::MAX);

/// What the preview keeps between two frames.
#[derive(Default)]
pub struct Preview {
    pane: Option<Pane>,
    caches: BTreeMap<(ReportKey, usize), BlockCache>,
    /// The answer that widths were worked out for.
    drawn: Option<u64>,
}

/// Draws the preview into all the room there is.
pub fn preview_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, problems: &[Problem]) {
    // What is loading needs little room; the panel would keep that height when the rows are there.
    ui.set_min_height(ui.available_height());
    egui::Frame::new().inner_margin(Margin::symmetric(12, 6)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        inputs_ui(ctx, ui, state, problems);
    });
    let view = &ctx.model.preview;
    let Some(shown) = &view.shown else {
        let (headline, text) = match view.refusal() {
            Some(why) => ("It cannot be shown", why),
            None if !problems.is_empty() => ("Nothing to show yet", "What is marked at the left is to be mended first"),
            None if state.acd.is_none() => ("Nothing to show yet", "This server has no ACD that you may see"),
            None => ("Loading…", "The first data are on their way"),
        };
        return message(ui, ctx.palette, headline, text);
    };
    let (number, _) = view.answered.clone().unwrap_or_default();
    if state.preview.drawn.replace(number) != Some(number) {
        // The columns may be others now, or called otherwise.
        state.preview.caches.clear();
    }
    let acd = shown.stamp.acd;
    let pane = state.preview.pane.get_or_insert_with(|| {
        let request = ReportRequest { path: String::new(), acd, inputs: Inputs::new(), refresh: Refresh::Once };
        Pane { key: KEY, request, prefs: Default::default() }
    });
    let is_past = !problems.is_empty() || view.refusal().is_some();
    let moments = Moments {
        now: shown.sheet.at,
        calendar: calendar(&shown.stamp.zone),
        muted: is_past,
        filter: String::new(),
        at: shown.sheet.at,
        held: Vec::new(),
        density: Density::NORMAL,
    };
    blocks_ui(ctx, ui, pane, &shown.sheet, &moments, &mut state.preview.caches);
    // A click on a heading shows the column's form.
    if let Some((block, sort)) = std::mem::take(&mut pane.prefs.sort).into_iter().next()
        && let Some(at) = state.design.column_at(block, &sort.column)
    {
        state.part = Part::Column(block, at);
    }
}

/// The inputs of the report, to try it with, and whose data are shown.
fn inputs_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, problems: &[Problem]) {
    let soft = |text: &str| RichText::new(text).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Preview").font(fonts::semibold(theme::BODY)).color(ctx.palette.text));
        if let Some(shown) = &ctx.model.preview.shown {
            let at = acd_second(shown.sheet.at, &shown.stamp.zone);
            let text = match (ctx.model.preview.refusal(), problems.is_empty()) {
                (Some(why), _) => format!("of {at}, before the last change: {why}"),
                (None, false) => format!("of {at}, before what is to be mended"),
                (None, true) => format!("ACD {} on {} at {at}", shown.stamp.acd, shown.stamp.server),
            };
            ui.label(soft(&text));
        }
        ui.add_space(8.0);
        for input in &state.design.report().inputs {
            let label = ui.label(soft(&input.label));
            let text = state.inputs.entry(input.name.clone()).or_insert_with(|| input.default.clone());
            let edit = TextEdit::singleline(text).hint_text(placeholder("all")).desired_width(110.0);
            let _ = ui.add(edit).labelled_by(label.id).on_hover_text(forms(input));
        }
    });
}
