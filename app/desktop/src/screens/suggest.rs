//! A line of text that takes names, with those that fit below it while it is typed.

use egui::{Id, Key, Modifiers, Popup, PopupCloseBehavior, Response, RichText, Sense, Ui, vec2};
use model::{AcdNumber, Dictionary, NameKind};

use crate::ctx::Ctx;
use crate::view::finding::{is_of_name, suggestions, taken};
use crate::view::inputs::Choice;
use crate::widgets::{choose, field};

/// Height of a suggestion.
const ROW_HEIGHT: f32 = 27.0;

/// What is kept between two frames.
#[derive(Debug, Clone, Default)]
struct Suggesting {
    /// The line.
    field: Option<Id>,
    /// The text that it had.
    text: String,
    /// The suggestion that Enter takes.
    lit: Option<usize>,
    /// Whether they were on the screen.
    shown: bool,
    /// Whether Escape has put them away, until something else is typed.
    away: bool,
}

/// A kind of things on an ACD.
type Kind = (AcdNumber, NameKind);

/// Draws a line for one thing with a number on an ACD; without suggestions while its names are not known.
pub fn named_field(ctx: &Ctx<'_>, ui: &mut Ui, line: (&str, &str), text: &mut String, kind: Kind) -> Response {
    named(ctx, ui, line, text, kind, false)
}

/// The same for a list of them.
pub fn named_list(ctx: &Ctx<'_>, ui: &mut Ui, line: (&str, &str), text: &mut String, kind: Kind) -> Response {
    named(ctx, ui, line, text, kind, true)
}

fn named(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    line: (&str, &str),
    text: &mut String,
    (acd, kind): Kind,
    is_list: bool,
) -> Response {
    match ctx.model.dictionaries.get(&acd) {
        Some(names) => suggesting_field(ctx, ui, line, text, (kind, names), is_list),
        None => field(ui, ctx.palette, line.0, text, line.1),
    }
}

/// Draws the line. Arrows choose among what fits, Enter and a click take it, Escape puts it away.
pub fn suggesting_field(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    (label, hint): (&str, &str),
    text: &mut String,
    (kind, names): (NameKind, &Dictionary),
    many: bool,
) -> Response {
    let id = ui.make_persistent_id(("suggesting", label));
    let mut state = ui.data(|data| data.get_temp::<Suggesting>(id)).unwrap_or_default();
    if state.text != *text {
        state.lit = is_of_name(text, many).then_some(0);
        (state.text, state.away) = (text.clone(), false);
    }
    let has_keyboard = state.field.is_some_and(|field| ui.memory(|memory| memory.has_focus(field)));
    let fitting = if has_keyboard || state.shown { suggestions(names, kind, text, many) } else { Vec::new() };
    let mut choice = None;
    if state.shown && !fitting.is_empty() {
        choice = by_key(ui, &mut state, &fitting);
    }
    if let Some(choice) = &choice {
        *text = taken(text, choice, many);
    }
    let response = field(ui, ctx.palette, label, text, hint);
    state.field = Some(response.id);
    // The click that takes one takes the keyboard away first.
    let is_clicking = state.shown && ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
    state.shown = (response.has_focus() || is_clicking) && !fitting.is_empty() && !state.away && choice.is_none();
    if state.shown {
        choice = list(ui, &response, id, &fitting, state.lit);
        if let Some(choice) = &choice {
            *text = taken(text, choice, many);
        }
    }
    if choice.is_some() {
        (state.text, state.shown, state.lit) = (text.clone(), false, None);
        choose(ui, &response, text, text.len()..text.len());
    }
    ui.data_mut(|data| data.insert_temp(id, state));
    response
}

/// Keys come before the line of text gets them.
fn by_key(ui: &Ui, state: &mut Suggesting, fitting: &[Choice]) -> Option<Choice> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = fitting.len() - 1;
    match () {
        () if pressed(Key::ArrowDown) => state.lit = Some(state.lit.map_or(0, |at| (at + 1).min(last))),
        () if pressed(Key::ArrowUp) => state.lit = state.lit.and_then(|at| at.checked_sub(1)),
        () if pressed(Key::Escape) => {
            state.away = true;
            // egui has taken it away already.
            if let Some(field) = state.field {
                ui.memory_mut(|memory| memory.request_focus(field));
            }
        }
        () if state.lit.is_some() && pressed(Key::Enter) => return fitting.get(state.lit?.min(last)).cloned(),
        () => {}
    }
    None
}

fn list(ui: &Ui, line: &Response, id: Id, fitting: &[Choice], lit: Option<usize>) -> Option<Choice> {
    let popup = Popup::from_response(line)
        .id(id.with("list"))
        .open(true)
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .width(line.rect.width())
        .gap(2.0);
    let mut clicked = None;
    popup.show(|ui| {
        ui.set_min_width(line.rect.width() - 14.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        for (at, choice) in fitting.iter().enumerate() {
            let name = if choice.name.is_empty() { &choice.number } else { &choice.name };
            let number = RichText::new(if choice.name.is_empty() { "" } else { &choice.number }).weak();
            // In no tab order: the arrows choose.
            let button = egui::Button::selectable(lit == Some(at), name).right_text(number).sense(Sense::CLICK);
            // As wide as the line: what is lit is seen, and what is aimed at is large.
            if ui.add_sized(vec2(ui.available_width(), ROW_HEIGHT), button).clicked() {
                clicked = Some(choice.clone());
            }
        }
    });
    clicked.inspect(|_| ui.ctx().request_repaint())
}
