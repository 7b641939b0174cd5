//! The report designer: the outline of a report at the left, the form of the chosen part, and below it what the report shows
//! on the serving server with every change.
//!
//! The report is kept here and nowhere else until it is saved: losing a server, or moving to the other one, loses nothing of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{CentralPanel, Frame, Key, KeyboardShortcut, Margin, Modifiers, Panel, RichText, ScrollArea, Ui};
use model::AcdNumber;
use report::{Definition, Inputs, ReportKind};
use session::designing::{Design, Part};
use session::{Command, Model, PreviewRequest, Which};

use self::picker::{Picker, picker_ui};
use self::preview::Preview;
use self::save_dialog::{SaveDialog, Sent, save_dialog_ui};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::designer::{defaults, outline, standing};
use crate::widgets::{danger_button, icon_button, icon_text_button, primary_button};

mod block_form;
mod column_form;
mod limits_form;
mod outline;
mod part_form;
mod picker;
mod preview;
mod save_dialog;
pub mod start_dialog;

/// A change is shown after so long without another one: nobody waits for what is typed half.
const SETTLED_AFTER: Duration = Duration::from_millis(350);
/// What is live is shown anew so often.
const LIVE_EVERY: Duration = Duration::from_secs(5);

/// Room for the scroll bar beside a form.
const BAR_ROOM: f32 = 10.0;

/// The designer between two frames.
pub struct Designer {
    design: Design,
    part: Part,
    picker: Option<Picker>,
    save: Option<SaveDialog>,
    /// What was saved, until the list of reports says since when it is so.
    saved: Option<Sent>,
    /// Limits of the chosen column while they are typed.
    limits: Option<limits_form::Typed>,
    /// The person wants to leave, and has not said what becomes of the changes.
    leaving: bool,
    acd: Option<AcdNumber>,
    inputs: Inputs,
    preview: Preview,
    asked: Asked,
}

/// What was asked for last.
#[derive(Default)]
struct Asked {
    number: u64,
    of: Option<(Arc<Definition>, Inputs, AcdNumber, Which)>,
    at: Option<Instant>,
    /// What is to be asked for, and since when it has been so.
    next: Option<(Arc<Definition>, Inputs, Instant)>,
}

impl Designer {
    /// With a report to begin with.
    pub fn new(design: Design, acd: Option<AcdNumber>) -> Designer {
        let inputs = defaults(design.report());
        Designer {
            design,
            part: Part::Report,
            picker: None,
            save: None,
            saved: None,
            limits: None,
            leaving: false,
            acd,
            inputs,
            preview: Preview::default(),
            asked: Asked::default(),
        }
    }

    /// The report as it is now.
    pub fn report(&self) -> &Arc<Definition> {
        self.design.report()
    }

    /// Whether something would be lost if it were closed.
    pub fn is_changed(&self) -> bool {
        self.design.is_changed()
    }

    /// Whether one of its own dialogs is open.
    pub fn is_asking(&self) -> bool {
        self.picker.is_some() || self.save.is_some()
    }

    /// What the session is to show next, once a change has settled.
    pub fn command(&mut self, model: &Model, now: Instant) -> Option<Command> {
        self.take_saved(model);
        if let Some(previewed) = &model.preview.shown {
            self.design.take_house(&previewed.house);
        }
        let (which, acd) = (model.serving?, self.acd?);
        let report = Arc::clone(self.design.report());
        let same = |of: &(Arc<Definition>, Inputs, AcdNumber, Which)| {
            *of == (Arc::clone(&report), self.inputs.clone(), acd, which)
        };
        if self.asked.of.as_ref().is_some_and(same) {
            self.asked.next = None;
            let is_live = report.kind != ReportKind::Historical && !model.preview.is_asking();
            let is_due = self.asked.at.is_some_and(|at| now.saturating_duration_since(at) >= LIVE_EVERY);
            return (is_live && is_due).then(|| self.ask(&report, acd, which, now));
        }
        let since = match &self.asked.next {
            Some((next, inputs, since)) if *next == report && *inputs == self.inputs => *since,
            _ => {
                self.asked.next = Some((Arc::clone(&report), self.inputs.clone(), now));
                now
            }
        };
        let is_first = self.asked.of.is_none();
        let settled = is_first || now.saturating_duration_since(since) >= SETTLED_AFTER;
        let right = settled && self.design.problems().is_empty();
        right.then(|| self.ask(&report, acd, which, now))
    }

    fn ask(&mut self, report: &Arc<Definition>, acd: AcdNumber, which: Which, now: Instant) -> Command {
        self.asked.number += 1;
        self.asked.at = Some(now);
        self.asked.of = Some((Arc::clone(report), self.inputs.clone(), acd, which));
        // Of an input that went nothing is said any more.
        let known = |name: &str| name == report::ACDS_INPUT || report.input(name).is_some();
        let inputs = self.inputs.iter().filter(|(name, _)| known(name));
        let inputs = inputs.map(|(name, text)| (name.clone(), text.clone())).collect();
        let definition = Arc::clone(report);
        Command::Preview(Some(Box::new(PreviewRequest { number: self.asked.number, definition, acd, inputs })))
    }

    /// When the designer wants to be looked at again without anything having happened.
    pub fn next_look(&self, now: Instant) -> Option<Instant> {
        let settles = self.asked.next.as_ref().map(|(.., since)| *since + SETTLED_AFTER);
        let is_live = self.design.report().kind != ReportKind::Historical;
        let again = self.asked.at.filter(|_| is_live).map(|at| at + LIVE_EVERY);
        settles.into_iter().chain(again).filter(|at| *at > now).min()
    }

    /// What was saved is what is kept from then on.
    fn take_saved(&mut self, model: &Model) {
        let saved = self.save.as_ref().and_then(|save| save.saved(model)).or_else(|| self.saved.take());
        let Some(sent) = saved else { return };
        let told = sent.stored(model);
        self.saved = Some(sent).filter(|_| !matches!(told, Some((.., true))));
        if let Some((report, stored, _)) = told {
            self.design.saved(report, stored);
        }
    }
}

/// Draws the designer into all the room there is.
pub fn designer_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer) {
    let problems = state.design.problems();
    let surface = Frame::new().fill(ctx.palette.surface);
    Panel::top("designer_head").frame(surface.inner_margin(Margin::symmetric(12, 8))).show(ui, |ui| {
        head(ctx, ui, state, problems.len());
    });
    let width = (ui.available_width() * 0.3).clamp(230.0, 300.0);
    let side = Panel::left("designer_outline").frame(surface.inner_margin(Margin::symmetric(8, 8)));
    side.default_size(width).size_range(200.0..=420.0).show(ui, |ui| {
        let lines = outline(&state.design, &problems);
        outline::outline_ui(ctx, ui, state, &lines);
    });
    let height = ui.available_height();
    let below = Panel::bottom("designer_preview").frame(surface.outer_margin(Margin { top: 1, ..Margin::ZERO }));
    below.resizable(true).default_size(height * 0.48).size_range(120.0..=(height - 120.0).max(121.0)).show(ui, |ui| {
        preview::preview_ui(ctx, ui, state, &problems);
    });
    CentralPanel::default().frame(surface.inner_margin(Margin::symmetric(14, 10))).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - BAR_ROOM);
            part_form::part_ui(ctx, ui, state, &problems);
        });
    });
    keys(ui, state);
    if state.picker.is_some() && picker_ui(ctx, ui.ctx(), state) {
        state.picker = None;
    }
    if let Some(save) = &mut state.save
        && save_dialog_ui(ctx, ui.ctx(), save, &state.design)
    {
        state.save = None;
    }
}

/// Undo and redo, where no field has the keyboard: a field undoes its own typing.
fn keys(ui: &Ui, state: &mut Designer) {
    if state.is_asking() || ui.memory(|memory| memory.focused()).is_some() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)));
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        state.design.redo();
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        state.design.undo();
    }
}

/// Name, how it stands, and what can be done with the whole.
fn head(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, problems: usize) {
    let (name, stands) = (state.design.report().name.clone(), standing(&state.design, problems));
    ui.horizontal_wrapped(|ui| {
        ui.label(
            RichText::new(format!("Designing {name}")).font(fonts::semibold(theme::TITLE)).color(ctx.palette.text),
        );
        let color = if problems == 0 { ctx.palette.soft } else { ctx.palette.caution.text };
        ui.label(RichText::new(stands).font(fonts::medium(theme::SMALL)).color(color));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if state.leaving {
                leaving(ctx, ui, state);
                return;
            }
            let may = problems == 0;
            let save = ui.add_enabled_ui(may, |ui| primary_button(ui, ctx.palette, "Save…")).inner;
            if save.on_disabled_hover_text("Mend what is marked first").clicked() {
                ctx.send(Command::DismissCopy);
                state.save = Some(SaveDialog::new(&state.design));
            }
            if ui.button("Close").clicked() {
                match state.design.is_changed() {
                    true => state.leaving = true,
                    false => ctx.want(Intent::CloseDesigner),
                }
            }
            let (undo, redo) = state.design.can_undo();
            if ui.add_enabled(redo, egui::Button::new("Redo")).clicked() {
                state.design.redo();
            }
            if ui.add_enabled(undo, egui::Button::new("Undo")).clicked() {
                state.design.undo();
            }
        });
    });
}

/// Asks what becomes of changes that are not saved.
fn leaving(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer) {
    if ui.button("Go on designing").clicked() {
        state.leaving = false;
    }
    if danger_button(ui, ctx.palette, "Discard the changes").clicked() {
        ctx.want(Intent::CloseDesigner);
    }
    ui.label(RichText::new("It is not saved").font(fonts::semibold(theme::BODY)).color(ctx.palette.caution.text));
}

/// A small button that adds something.
fn add_button(ctx: &Ctx<'_>, ui: &mut Ui, text: &str) -> bool {
    icon_text_button(ui, ctx.palette, Icon::Plus, text).clicked()
}

/// Buttons that move a part up or down and remove it, from the right.
fn part_buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, what: &str) {
    let part = state.part;
    if ui.button(format!("Remove {what}")).clicked() {
        state.part = state.design.remove(part);
        return;
    }
    for (down, icon, name) in [(true, Icon::SortDown, "Move down"), (false, Icon::SortUp, "Move up")] {
        let can = state.design.moved(part, down).is_some();
        ui.add_enabled_ui(can, |ui| {
            if icon_button(ui, ctx.palette, icon, name).clicked() {
                state.part = state.design.shift(part, down);
            }
        });
    }
}
