//! The inputs of a report as fields: a line of text each, with a list to pick from where there are names.

use egui::{Align, Layout, Rect, Response, RichText, ScrollArea, TextEdit, Ui, UiBuilder, vec2};
use model::{AcdNumber, Calendar, Dictionary, Moment, NameKind};
use report::{Definition, InputDef, Inputs, days_in_words, usual_days};

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::suggest::suggesting_field;
use crate::theme;
use crate::view::inputs::{Run, below, choices, forms, label, picked, toggled};
use crate::view::times::acd_clock;
use crate::widgets::{field, focus_ring, hint, placeholder};

/// Room for the words that open the menu of usual choices, in the line of a label of this height above a field.
const USUAL_WIDTH: f32 = 130.0;
const LABEL_HEIGHT: f32 = 20.0;

/// The input whose list is open, and what is searched in it.
pub type Picking = Option<(String, String)>;

/// Draws an input of a report, and below it what is wrong with it or how it is typed. Gives the response of its line of text.
pub fn input_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    inputs: &mut Inputs,
    picking: &mut Picking,
    acd: AcdNumber,
    (known, input): (&Definition, &InputDef),
    run: Run,
) -> Response {
    let (label, hint_text) = (label(input), forms(input));
    let text = inputs.entry(input.name.clone()).or_default();
    let response = match (input.kind.entity(), ctx.model.dictionaries.get(&acd)) {
        (Some(kind), Some(names)) => {
            let line = (label.as_str(), hint_text.as_str());
            let response = suggesting_field(ctx, ui, line, text, (kind, names), input.many);
            picker_ui(ctx, ui, text, picking, input, (kind, names));
            response
        }
        _ => field(ui, ctx.palette, &label, text, &hint_text),
    };
    let clock = acd_clock(ctx.model, acd, ctx.now);
    let clock = clock.as_ref().filter(|_| run == Run::Now).map(|(calendar, now)| (calendar, *now));
    usual_ui(ctx, ui, text, input, clock, response.rect);
    if let Some(words) = clock.and_then(|clock| days_in_words(input.kind, text, clock)) {
        ui.add_space(2.0);
        ui.label(RichText::new(words).font(fonts::medium(theme::SMALL)).color(ctx.palette.text));
    }
    if let Some(words) = below(known, input, text, interval_minutes(ctx, acd)) {
        ui.add_space(2.0);
        hint(ui, ctx.palette, &words);
    }
    response
}

/// A menu of the days that people ask for most, in the line of the label at the right end of the field: what is chosen is what stands
/// in the field then.
fn usual_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    text: &mut String,
    input: &InputDef,
    clock: Option<(&Calendar, Moment)>,
    field: Rect,
) {
    let choices = usual_days(input.kind, clock);
    if choices.is_empty() {
        return;
    }
    let words = RichText::new("Usual choices…").font(fonts::medium(theme::SMALL)).color(ctx.palette.accent);
    let name = format!("{} choices", input.label);
    let place =
        Rect::from_min_max(field.right_top() - vec2(USUAL_WIDTH, LABEL_HEIGHT), field.right_top() - vec2(0.0, 3.0));
    let layout = Layout::right_to_left(Align::Center);
    let mut beside = ui.new_child(UiBuilder::new().id_salt(&name).max_rect(place).layout(layout));
    beside.spacing_mut().interact_size.y = 0.0;
    beside.spacing_mut().button_padding = vec2(2.0, 0.0);
    let response = beside.add(egui::Button::new(words).frame(false)).accessible_name(&name);
    focus_ring(ui, ctx.palette, &response);
    egui::Popup::menu(&response).accessible_name(name).show(|ui| {
        for (choice, typed) in choices {
            if ui.add(egui::Button::new(choice).right_text(RichText::new(&typed).color(ctx.palette.soft))).clicked() {
                *text = typed;
            }
        }
    });
}

/// Length of the ACD's intervals, as far as the server in use has told it.
fn interval_minutes(ctx: &Ctx<'_>, acd: AcdNumber) -> Option<u8> {
    let health = ctx.model.servers[ctx.model.serving?].health.as_ref()?;
    health.acds.iter().find(|known| known.acd == acd)?.interval_minutes
}

/// The frame of a list that is picked from below a field; `name` is what is searched.
pub fn list_frame(ctx: &Ctx<'_>, ui: &mut Ui, name: &str, search: &mut String, content: impl FnOnce(&mut Ui, &str)) {
    let frame = egui::Frame::new().fill(ctx.palette.raised).corner_radius(theme::RADIUS).inner_margin(8);
    frame.show(ui, |ui| {
        let edit = TextEdit::singleline(search).hint_text(placeholder("Search"));
        ui.add(edit.desired_width(f32::INFINITY)).accessible_name(format!("Search {name}"));
        content(ui, search);
    });
}

/// The button that opens a list below a field, or closes it.
pub fn list_button(ctx: &Ctx<'_>, ui: &mut Ui, name: &str, open: bool) -> bool {
    let text = if open { "Hide the list" } else { "Pick from the list…" };
    let text = RichText::new(text).font(fonts::medium(theme::SMALL)).color(ctx.palette.accent);
    ui.add(egui::Button::new(text).frame(false)).accessible_name(format!("{name} list")).clicked()
}

fn picker_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    text: &mut String,
    picking: &mut Picking,
    input: &InputDef,
    (kind, names): (NameKind, &Dictionary),
) {
    let open = picking.as_ref().is_some_and(|(name, _)| *name == input.name);
    if list_button(ctx, ui, &input.label, open) {
        *picking = if open { None } else { Some((input.name.clone(), String::new())) };
    }
    let Some((_, search)) = picking.as_mut().filter(|(name, _)| *name == input.name) else { return };
    list_frame(ctx, ui, &input.label, search, |ui, search| {
        let shown = choices(names, kind, search);
        let chosen = picked(text, names, kind);
        let row_height = 24.0;
        ScrollArea::vertical().id_salt(&input.name).max_height(170.0).auto_shrink([false, true]).show_rows(
            ui,
            row_height,
            shown.len(),
            |ui, rows| {
                for choice in &shown[rows] {
                    let mut ticked = chosen.contains(&choice.number);
                    let line = format!("{}  {}", choice.number, choice.name);
                    ui.set_row_height(row_height);
                    if ui.checkbox(&mut ticked, line).changed() {
                        *text = match input.many {
                            true => toggled(text, &choice.number, names, kind),
                            false => choice.number.clone(),
                        };
                    }
                }
            },
        );
        if shown.is_empty() {
            hint(ui, ctx.palette, "Nothing has this number or name");
        }
    });
}
