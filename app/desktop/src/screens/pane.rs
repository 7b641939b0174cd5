//! One pane: a header that says what is shown, from which data and how old they are; below it the report.
//! A pane that is not live cannot be mistaken for one that is: hatched header, amber line, no colours.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, CursorIcon, Galley, Key, Layout, Pos2, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo,
};
use egui::{pos2, vec2};
use session::{Refresh, ReportKey};

use super::blocks::{self, Moments};
use super::pane_filter::filter_ui;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::layout::Pane;
use crate::theme::{self, Density, Palette};
use crate::view::administration::refusal;
use crate::view::cache::BlockCache;
use crate::view::cells::{calendar, held_columns};
use crate::view::filter::Filters;
use crate::view::pane::{Feed, PaneView, joined, pane_view};
use crate::widgets::{focus_ring, hatch, hint, icon_button, icon_text_button, message, settled_height};

/// Room between the title and the inputs.
const INPUTS_GAP: f32 = 10.0;
/// Room for the sign that the inputs can be changed, with what keeps it from the age of the data.
const INPUTS_SIGN: f32 = 28.0;
/// Free space around the line that says why a pane is stale.
const STALE_MARGIN: egui::Vec2 = vec2(12.0, 6.0);

/// What a pane keeps between two frames.
pub struct PaneState<'a> {
    /// What is kept of blocks between frames, by pane and block.
    pub caches: &'a mut BTreeMap<(ReportKey, usize), BlockCache>,
    /// The pane that was used last.
    pub active: &'a mut Option<ReportKey>,
    /// The pane that the keyboard is to go to.
    pub wants_keyboard: &'a mut Option<ReportKey>,
    /// What rows are filtered by.
    pub filters: &'a mut Filters,
    /// Whether this pane has the whole workspace.
    pub maximised: bool,
}

/// Draws a pane into all the room there is; returns whether the person drags it by its header.
pub fn pane_ui(ctx: &Ctx<'_>, ui: &mut Ui, pane: &mut Pane, state: &mut PaneState<'_>) -> bool {
    let palette = ctx.palette;
    let rect = ui.max_rect();
    let view = pane_view(ctx.model, pane.key, &pane.request, ctx.now);
    let is_active = *state.active == Some(pane.key);
    if ui.input(|input| input.pointer.any_pressed()) && ui.rect_contains_pointer(rect) {
        *state.active = Some(pane.key);
    }
    ui.painter().rect_filled(rect, theme::RADIUS, palette.surface);
    let density = ctx.settings.density.of(rect.height());
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), density.header));
    let dragged = header(ctx, ui, place, pane, &view, state.maximised);
    let mut has_keyboard = keyboard_place(ui, rect, pane.key, &view.title, state.wants_keyboard);
    let focused_before = ui.memory(|memory| memory.focused());
    let below_header = rect.with_min_y(rect.top() + density.header);
    let stale = match &view.feed {
        Feed::Stale(line) => Some((line, stale_galley(ui, palette, below_header, line))),
        _ => None,
    };
    // What says why comes and goes over the report, and moves its rows once nobody is about to click one.
    let wanted = stale.as_ref().map_or(0.0, |(_, galley)| stale_height(galley));
    let top = below_header.top() + settled_height(ui, egui::Id::unique(("stale_room", pane.key.0)), wanted);
    let content = Rect::from_min_max(pos2(rect.left() + 1.0, top), rect.max - vec2(1.0, 4.0));
    let mut inner = ui.new_child(UiBuilder::new().id_salt(("pane", pane.key.0)).max_rect(content));
    inner.shrink_clip_rect(content);
    body(ctx, &mut inner, pane, &view, state, density);
    let focused_after = ui.memory(|memory| memory.focused());
    // Whatever in it has the keyboard, the keys are about this pane.
    if let Some(focused) = focused_before.filter(|_| !has_keyboard)
        && let Some(response) = ui.ctx().read_response(focused)
        && response.layer_id == ui.layer_id()
        && rect.contains_rect(response.rect)
    {
        has_keyboard = true;
    }
    // In the frame of a click this question takes the keyboard away, also from what was just clicked.
    if let Some(id) = focused_after.filter(|_| ui.memory(|memory| memory.focused()) != focused_after) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    // Escape takes the keyboard away before anybody is asked.
    let had_keyboard = state.filters.keyboard_in == Some(pane.key);
    if had_keyboard && ui.input(|input| input.key_pressed(Key::Escape)) && !egui::Popup::is_any_open(ui.ctx()) {
        state.filters.close(pane.key);
    }
    if has_keyboard {
        state.filters.keyboard_in = Some(pane.key);
    } else if had_keyboard {
        state.filters.keyboard_in = None;
    }
    if has_keyboard && !is_active {
        *state.active = Some(pane.key);
    }
    if let Some((line, galley)) = stale {
        stale_line(ui, palette, below_header, line, galley, pane.key);
    }
    let outline = match &view.feed {
        Feed::Stale(_) => Stroke::new(1.5, palette.stale.text.gamma_multiply(0.7)),
        _ if has_keyboard => Stroke::new(2.0, palette.accent),
        _ if is_active => Stroke::new(1.0, palette.accent.gamma_multiply(0.75)),
        _ => Stroke::new(1.0, palette.line),
    };
    ui.painter().rect_stroke(rect, theme::RADIUS, outline, StrokeKind::Inside);
    dragged
}

/// Where the keyboard is when it came to the pane as a whole: Tab goes on to its buttons and its table. Returns whether it is there.
fn keyboard_place(ui: &Ui, rect: Rect, key: ReportKey, title: &str, wanted: &mut Option<ReportKey>) -> bool {
    let place = Rect::from_min_size(rect.min, vec2(0.0, 0.0));
    let response = ui.interact(place, egui::Id::unique(("pane_keyboard", key.0)), Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Pane, true, format!("Report {title}")));
    if *wanted == Some(key) {
        *wanted = None;
        response.request_focus();
        // As a whole, and no farther than that takes.
        ui.scroll_to_rect(rect, None);
    }
    response.has_focus()
}

fn header(ctx: &Ctx<'_>, ui: &mut Ui, header: Rect, pane: &Pane, view: &PaneView, maximised: bool) -> bool {
    let palette = ctx.palette;
    let radius = egui::CornerRadius { nw: theme::RADIUS, ne: theme::RADIUS, sw: 0, se: 0 };
    let fill = if matches!(view.feed, Feed::Stale(_)) { palette.stale.fill } else { palette.surface };
    ui.painter().rect_filled(header, radius, fill);
    if matches!(view.feed, Feed::Stale(_)) {
        hatch(ui.painter(), header.shrink(1.0), palette.stale.text.gamma_multiply(0.16));
    }
    // In no tab order: moving panes by keyboard is done with the buttons of the header.
    let grab = ui.interact(header, ui.scope_id().with(("grab", pane.key.0)), Sense::CLICK | Sense::DRAG);
    grab.widget_info(|| WidgetInfo::labeled(Role::TitleBar, true, &view.title));
    if grab.double_clicked() {
        ctx.want(Intent::ToggleMaximised(pane.key));
    }
    // Everything that the buttons do, for panes too narrow to show them all.
    grab.context_menu(|ui| {
        let choices = [
            ("Inputs…", Intent::AskInputs { path: pane.request.path.clone(), pane: Some(pane.key) }),
            ("Columns and thresholds…", Intent::AskColumns(pane.key)),
            ("Show only rows with…", Intent::FilterPane(pane.key)),
            ("Run again", Intent::RunAgain(pane.key)),
            ("Export…", Intent::Export(pane.key)),
            ("Print…", Intent::Print(pane.key)),
            ("Duplicate", Intent::DuplicatePane(pane.key)),
            ("Close", Intent::ClosePane(pane.key)),
        ];
        for (text, intent) in choices {
            if ui.button(text).clicked() {
                ctx.want(intent);
            }
        }
    });
    let grab = grab.on_hover_cursor(CursorIcon::Grab);
    let mut buttons = ui.new_child(
        UiBuilder::new()
            .id_salt(("header", pane.key.0))
            .max_rect(header.shrink2(vec2(8.0, 0.0)).with_max_y(header.top() + header.height().min(32.0)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    header_buttons(ctx, &mut buttons, pane, view, maximised);
    let room = (buttons.min_rect().left() - header.left() - 18.0).max(40.0);
    if is_one_line(header) {
        // What was chosen tells reports of one kind apart: it stays where there is no room for all of the title. What is left is
        // for the other inputs, or for their sign alone.
        let chosen = chosen_width(ui, &view.chosen).min(room * 0.5);
        let end = title(ui, palette, header, view, (room - INPUTS_GAP - chosen - INPUTS_SIGN).max(40.0));
        let room = (buttons.min_rect().left() - end - INPUTS_GAP - INPUTS_SIGN).max(0.0);
        inputs_line(ctx, ui, (pos2(end + INPUTS_GAP, header.center().y), room), pane, view, true);
    } else {
        title(ui, palette, header, view, room);
        let at = pos2(header.left() + 27.0, header.top() + 36.0);
        inputs_line(ctx, ui, (at, header.width() - 52.0), pane, view, false);
    }
    grab.drag_started()
}

fn header_buttons(ctx: &Ctx<'_>, ui: &mut Ui, pane: &Pane, view: &PaneView, maximised: bool) {
    ui.spacing_mut().item_spacing.x = 1.0;
    let palette = ctx.palette;
    if icon_button(ui, palette, Icon::Close, "Close the report").clicked() {
        ctx.want(Intent::ClosePane(pane.key));
    }
    let (icon, name) = match maximised {
        true => (Icon::Restore, "Show all reports again"),
        false => (Icon::Maximise, "Give the report the whole window"),
    };
    if icon_button(ui, palette, icon, name).clicked() {
        ctx.want(Intent::ToggleMaximised(pane.key));
    }
    if ui.available_width() > 240.0 {
        if icon_button(ui, palette, Icon::Duplicate, "Duplicate the report").clicked() {
            ctx.want(Intent::DuplicatePane(pane.key));
        }
        if icon_button(ui, palette, Icon::Print, "Print…").clicked() {
            ctx.want(Intent::Print(pane.key));
        }
        if icon_button(ui, palette, Icon::Export, "Export…").clicked() {
            ctx.want(Intent::Export(pane.key));
        }
        if icon_button(ui, palette, Icon::Columns, "Columns and thresholds…").clicked() {
            ctx.want(Intent::AskColumns(pane.key));
        }
    }
    if (pane.request.refresh == Refresh::Once || matches!(view.feed, Feed::Failed(_) | Feed::Waiting(_)))
        && icon_button(ui, palette, Icon::Reload, "Run the report again").clicked()
    {
        ctx.want(Intent::RunAgain(pane.key));
    }
    ui.add_space(4.0);
    age(ui, palette, view);
}

fn age(ui: &mut Ui, palette: &Palette, view: &PaneView) {
    let (text, color) = match (&view.feed, &view.age) {
        (Feed::Once, _) | (_, None) => return,
        (Feed::Stale(_), Some(age)) => (age.clone(), palette.stale.text),
        (_, Some(age)) => (age.clone(), palette.soft),
    };
    let response = ui.label(RichText::new(text).font(fonts::medium(theme::SMALL + 0.5)).color(color));
    response.on_hover_text("Age of the data");
}

/// Whether a header has its inputs beside its title.
fn is_one_line(header: Rect) -> bool {
    header.height() < Density::NORMAL.header
}

/// Draws the title, and before it how live it is; gives where it ends.
fn title(ui: &Ui, palette: &Palette, header: Rect, view: &PaneView, room: f32) -> f32 {
    let mut left = header.left() + 12.0;
    let middle = if is_one_line(header) { header.center().y } else { header.top() + 17.0 };
    let dot = match view.feed {
        Feed::Live => Some(palette.good_mark),
        Feed::Stale(_) => None,
        Feed::Failed(_) | Feed::Waiting(_) => Some(palette.warning_mark),
        Feed::Loading | Feed::Once => Some(palette.outline),
    };
    if let Some(color) = dot {
        ui.painter().circle_filled(pos2(left + 3.5, middle + 0.5), 3.5, color);
    } else {
        let square = Rect::from_center_size(pos2(left + 4.0, middle), vec2(15.0, 15.0));
        Icon::Warning.paint(ui.painter(), square, palette.stale.text);
    }
    left += 15.0;
    let color = if matches!(view.feed, Feed::Stale(_)) { palette.stale.text } else { palette.text };
    let mut job = LayoutJob::simple_singleline(view.title.clone(), fonts::semibold(theme::TITLE), color);
    job.wrap = TextWrapping::truncate_at_width(room - 15.0);
    let galley = ui.painter().layout_job(job);
    let end = left + galley.size().x;
    ui.painter().galley(pos2(left, middle - galley.size().y / 2.0), galley, color);
    end
}

/// Room that the names of what was chosen take, with the sign that more stands behind them.
fn chosen_width(ui: &Ui, chosen: &str) -> f32 {
    if chosen.is_empty() {
        return 0.0;
    }
    let job = LayoutJob::simple_singleline(format!("{chosen} …"), fonts::regular(theme::SMALL), egui::Color32::BLACK);
    ui.painter().layout_job(job).size().x
}

/// Draws the inputs, with their left middle at a point and no longer than there is room; and a sign that they can be changed.
fn inputs_line(ctx: &Ctx<'_>, ui: &Ui, (place, room): (Pos2, f32), pane: &Pane, view: &PaneView, is_one_line: bool) {
    /// Less room holds no letter.
    const ELLIPSIS: f32 = 14.0;
    let palette = ctx.palette;
    let stale = matches!(view.feed, Feed::Stale(_));
    let color = if stale { palette.stale.text } else { palette.soft };
    let incomplete = if view.incomplete { "Interval incomplete".to_owned() } else { String::new() };
    // Here it is cut in a narrow pane, and stands in no title's way.
    let as_of = view.as_of.as_ref().filter(|_| pane.request.refresh == Refresh::Once);
    let as_of = as_of.map_or_else(String::new, |as_of| format!("As of {as_of}"));
    let text = match is_one_line {
        _ if room < ELLIPSIS => String::new(),
        true => joined([&incomplete, &view.chosen, &as_of, &view.rest]),
        false => joined([&as_of, &incomplete, &view.inputs]),
    };
    let mut job = LayoutJob::simple_singleline(text, fonts::regular(theme::SMALL), color);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let at = place - vec2(0.0, (galley.size().y / 2.0).round());
    let rect = Rect::from_min_size(at - vec2(3.0, 1.0), galley.size() + vec2(24.0, 3.0));
    let response = ui.interact(rect, ui.scope_id().with(("inputs", pane.key.0)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Inputs of {}…", view.title)));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL - 2, palette.hovered);
    }
    let knob = Rect::from_min_size(pos2(at.x + galley.size().x + 2.0, rect.top()), vec2(18.0, rect.height()));
    Icon::Inputs.paint(ui.painter(), square_in(knob, 12.0), color);
    ui.painter().galley(at, galley, color);
    focus_ring(ui, palette, &response);
    if response.clicked() {
        ctx.want(Intent::AskInputs { path: pane.request.path.clone(), pane: Some(pane.key) });
    }
    let _ = response.on_hover_text(format!("{}\nClick to change the inputs", view.inputs));
}

/// The line that says why, in two rows at most.
fn stale_galley(ui: &Ui, palette: &Palette, room: Rect, line: &str) -> Arc<Galley> {
    let mut job =
        LayoutJob::simple(line.to_owned(), fonts::semibold(theme::SMALL + 0.5), palette.stale.text, f32::INFINITY);
    job.wrap = TextWrapping { max_rows: 2, ..TextWrapping::wrap_at_width(room.width() - 2.0 * STALE_MARGIN.x) };
    ui.painter().layout_job(job)
}

fn stale_height(galley: &Galley) -> f32 {
    galley.size().y + 2.0 * STALE_MARGIN.y
}

/// Says why at the top of what is given.
fn stale_line(ui: &Ui, palette: &Palette, room: Rect, line: &str, galley: Arc<Galley>, key: ReportKey) {
    let rect = Rect::from_min_size(room.min, vec2(room.width(), stale_height(&galley)));
    // What lies below is not clicked through it; it is in no tab order.
    let response = ui.interact(rect, ui.scope_id().with(("stale", key.0)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, line));
    ui.painter().rect_filled(rect, 0.0, palette.stale.fill);
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette.stale.text.gamma_multiply(0.4)));
    ui.painter().galley(rect.min + STALE_MARGIN, galley, palette.stale.text);
    let _ = response.on_hover_text(line);
}

fn body(ctx: &Ctx<'_>, ui: &mut Ui, pane: &mut Pane, view: &PaneView, state: &mut PaneState<'_>, density: Density) {
    let sheet = ctx.model.reports.get(&pane.key).and_then(|report| report.sheet.clone());
    match (&view.feed, sheet) {
        (Feed::Failed(why), _) => failed(ctx, ui, pane, why),
        (_, Some(sheet)) => {
            let stamp = ctx.model.reports.get(&pane.key).and_then(|report| report.stamp.as_ref());
            let moments = Moments {
                now: view.at.unwrap_or(sheet.at).max(sheet.at),
                calendar: stamp.and_then(|stamp| calendar(&stamp.zone)),
                muted: matches!(view.feed, Feed::Stale(_)),
                density,
                filter: state.filters.text(pane.key).to_owned(),
                at: sheet.at,
                held: held_columns(ctx.model, &pane.request),
            };
            let shown = blocks::hold_against_filter(pane, &sheet, &moments, state.caches);
            filter_ui(ctx, ui, state.filters, pane.key, &sheet, shown);
            blocks::blocks_ui(ctx, ui, pane, &sheet, &moments, state.caches);
        }
        (Feed::Waiting(why), None) => waiting(ctx, ui, pane, why),
        (_, None) => message(ui, ctx.palette, "Loading…", "The first data are on their way"),
    }
}

fn failed(ctx: &Ctx<'_>, ui: &mut Ui, pane: &Pane, why: &str) {
    message(ui, ctx.palette, "This report cannot be shown", &refusal(ctx.model, why));
    ui.vertical_centered(|ui| {
        if icon_text_button(ui, ctx.palette, Icon::Inputs, "Change the inputs…").clicked() {
            ctx.want(Intent::AskInputs { path: pane.request.path.clone(), pane: Some(pane.key) });
        }
        ui.add_space(4.0);
        if icon_text_button(ui, ctx.palette, Icon::Reload, "Try it again").clicked() {
            ctx.want(Intent::RunAgain(pane.key));
        }
    });
}

/// Nothing has come, and why: a server that refuses one more live report, say, takes it once another one is closed.
fn waiting(ctx: &Ctx<'_>, ui: &mut Ui, pane: &Pane, why: &str) {
    message(ui, ctx.palette, "Nothing has come yet", &refusal(ctx.model, why));
    ui.vertical_centered(|ui| {
        hint(ui, ctx.palette, "It is asked for again by itself every few seconds.");
        ui.add_space(4.0);
        if icon_text_button(ui, ctx.palette, Icon::Reload, "Try it again").clicked() {
            ctx.want(Intent::RunAgain(pane.key));
        }
    });
}
