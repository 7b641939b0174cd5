//! The limits that colour a column: two numbers, which count once both are typed.

use egui::{TextEdit, Ui};
use report::{ColumnDef, Format, Threshold};

use crate::ctx::Ctx;
use crate::widgets::hint;

/// Limits while they are typed.
pub struct Typed {
    /// Block and column that they are of.
    place: (usize, usize),
    caution: String,
    warning: String,
    /// What else is kept of them while a number lacks.
    rest: Threshold,
}

impl Typed {
    fn empty(place: (usize, usize)) -> Typed {
        let rest = Threshold { caution: 0.0, warning: 0.0, low_is_bad: false, of: None };
        Typed { place, caution: String::new(), warning: String::new(), rest }
    }

    fn of(place: (usize, usize), limits: &Threshold) -> Typed {
        let (caution, warning) = (limits.caution.to_string(), limits.warning.to_string());
        Typed { place, caution, warning, rest: limits.clone() }
    }

    /// The limits, if both are numbers.
    fn limits(&self) -> Option<Threshold> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let (caution, warning) = (number(&self.caution)?, number(&self.warning)?);
        Some(Threshold { caution, warning, ..self.rest.clone() })
    }

    /// Whether these are the ones that the column has, of which other things may be typed elsewhere.
    fn is_of(&self, place: (usize, usize), column: &ColumnDef) -> bool {
        let numbers = |limits: &Threshold| (limits.caution, limits.warning);
        self.place == place && self.limits().as_ref().map(numbers) == column.threshold.as_ref().map(numbers)
    }
}

/// Draws them.
pub fn limits_ui(ctx: &Ctx<'_>, ui: &mut Ui, typed: &mut Option<Typed>, column: &mut ColumnDef, place: (usize, usize)) {
    // Another column is chosen, or a step was undone.
    if !typed.as_ref().is_some_and(|typed| typed.is_of(place, column)) {
        *typed = column.threshold.as_ref().map(|limits| Typed::of(place, limits));
    }
    ui.add_space(4.0);
    let mut has = typed.is_some();
    if ui.checkbox(&mut has, "Colour it by limits").changed() {
        *typed = has.then(|| Typed::empty(place));
    }
    let Some(limits) = typed else {
        column.threshold = None;
        return;
    };
    if let Some(known) = &column.threshold {
        limits.rest.clone_from(known);
    }
    ui.horizontal_wrapped(|ui| {
        let unit = if column.format == Format::Duration { " s" } else { "" };
        for (name, text) in [("Caution from", &mut limits.caution), ("Warning from", &mut limits.warning)] {
            ui.label(name);
            ui.add(TextEdit::singleline(text).desired_width(64.0)).accessible_name(name);
            if !unit.is_empty() {
                ui.label(unit);
            }
        }
        ui.checkbox(&mut limits.rest.low_is_bad, "low is bad");
    });
    column.threshold = limits.limits();
    if column.threshold.is_none() {
        hint(ui, ctx.palette, "Nothing is coloured until both limits are numbers");
    }
}
