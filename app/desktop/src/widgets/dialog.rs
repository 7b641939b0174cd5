//! A dialog in front of everything: title, close button, a form that scrolls where it must, a foot that stays in sight.
//!
//! Its upper edge stays where it is however its content grows or shrinks: what is about to be clicked stays under the pointer.
//! Centring it in the height of the window was turned down for that.

use egui::{
    Align, Align2, Context, Frame, Id, Key, Label, LayerId, Layout, Margin, Modal, Popup, PopupAnchor, Rect, Response,
    RichText, ScrollArea, Stroke, Ui, UiBuilder,
};
use egui::{pos2, vec2};

use super::icon_button;
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};

/// Room for the scroll bar at the right of the content.
const BAR_ROOM: f32 = 10.0;
/// Free space around the content.
const MARGIN: i8 = 20;
/// Least room between a dialog and the edges of the window.
const EDGE: f32 = 12.0;
/// What margins and title take of a dialog's height.
const AROUND_CONTENT: f32 = 2.0 * MARGIN as f32 + 38.0;
/// Free space between the form and the foot.
const ABOVE_FOOT: f32 = 10.0;
/// The form is never lower than this, however much the foot says.
const FORM_LEAST: f32 = 80.0;

/// Where the upper edge of every dialog is, in a window of this height: high enough that long ones have room, and not pressed to
/// the top of large windows.
fn upper_edge(height: f32) -> f32 {
    ((height - 500.0) * 0.2).clamp(EDGE, 120.0)
}

/// Shows a dialog; returns whether the person wants it closed (Escape, the close button). A click beside it does nothing: what
/// was typed is not lost by a slip of the hand.
pub fn dialog(
    ctx: &Context,
    palette: &Palette,
    title: &str,
    width: f32,
    content: impl FnOnce(&mut DialogUi<'_>),
) -> bool {
    let mut close = false;
    let style = ctx.global_style();
    let frame = Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.outline))
        .corner_radius(theme::RADIUS + 2)
        .shadow(style.visuals.window_shadow)
        .inner_margin(Margin { right: MARGIN - BAR_ROOM as i8, ..Margin::same(MARGIN) });
    let room = ctx.content_rect();
    let width = width.min(room.width() - 60.0);
    let top = upper_edge(room.height());
    let id = Id::unique(("dialog", title));
    hide_tooltips_below(ctx);
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, top));
    // Looked at before the fields: a line of text gives the keyboard up with Enter.
    let enters = ctx.memory(|memory| memory.focused().is_none())
        && !Popup::is_any_open(ctx)
        && ctx.input(|input| input.key_pressed(Key::Enter));
    let response = Modal::new(id).area(area).frame(frame).show(ctx, |ui| {
        ui.set_width(width + BAR_ROOM);
        let heading = RichText::new(title).font(fonts::semibold(theme::TITLE + 2.0)).color(palette.text);
        let heading = ui.add(Label::new(heading).truncate().show_tooltip_when_elided(true)).rect;
        ui.add_space(8.0);
        let height = room.height() - top - EDGE - AROUND_CONTENT;
        let is_fresh = is_fresh(ui.ctx(), id);
        let is_entered = enters && !is_fresh;
        content(&mut DialogUi { ui, id, palette, width, height, is_fresh, is_entered, scrolls: false });
        // After the content, so that the first Tab goes into its first field.
        let corner = Rect::from_center_size(pos2(heading.left() + width - 13.0, heading.center().y), vec2(26.0, 26.0));
        let mut corner = ui.new_child(UiBuilder::new().id_salt("close").max_rect(corner));
        close = icon_button(&mut corner, palette, Icon::Close, "Close the dialog").clicked();
    });
    close || (response.should_close() && !response.backdrop_response.clicked())
}

/// Takes away the tooltips of what lies under a dialog. One that is open when the dialog comes would stay over it for as long as the
/// pointer rests. egui hides the tooltips of a layer in which a popup is open: this is one without a place, so nothing is drawn.
fn hide_tooltips_below(ctx: &Context) {
    let id = Id::unique("dialog_over_tooltips");
    let popup = Popup::new(id, ctx.clone(), PopupAnchor::PointerFixed, LayerId::background());
    let drawn = popup.show(|_| {});
    debug_assert!(drawn.is_none(), "it has no place");
}

/// What a dialog is made of below its title: its form, and then its foot.
pub struct DialogUi<'a> {
    ui: &'a mut Ui,
    id: Id,
    palette: &'a Palette,
    width: f32,
    /// Room for form and foot together.
    height: f32,
    /// Whether it was not there before: then it begins at its top, wherever it was left the last time.
    is_fresh: bool,
    /// Whether Enter was pressed while nothing in it had the keyboard.
    is_entered: bool,
    /// Whether the form has more than is in sight.
    scrolls: bool,
}

impl DialogUi<'_> {
    /// Whether Enter was pressed, in one of these lines of text or while nothing had the keyboard: it is the main button, unless
    /// that destroys something. The line keeps the keyboard, since what was typed may be refused.
    pub fn is_entered(&self, lines: &[Response]) -> bool {
        let left = lines.iter().find(|line| line.lost_focus());
        match left.filter(|_| self.ui.input(|input| input.key_pressed(Key::Enter))) {
            Some(line) => line.request_focus(),
            None => return self.is_entered,
        }
        true
    }

    /// What is read and filled in. It scrolls where the window is too low for it and the foot.
    pub fn form<R>(&mut self, content: impl FnOnce(&mut Ui) -> R) -> R {
        let foot = self.ui.data(|data| data.get_temp::<f32>(self.foot_id())).unwrap_or(0.0);
        let limit = (self.height - foot).max(FORM_LEAST);
        // As wide as there is room, so that its bar stands beside the content and not on it.
        let area = ScrollArea::vertical().auto_shrink([false, true]).max_height(limit).min_scrolled_height(limit);
        let area = if self.is_fresh { area.vertical_scroll_offset(0.0) } else { area };
        let shown = area.show(self.ui, |ui| {
            ui.set_max_width(self.width);
            content(ui)
        });
        self.scrolls = shown.content_size.y > shown.inner_rect.height() + 1.0;
        shown.inner
    }

    /// What stays in sight below the form: what is wrong, and the buttons.
    pub fn foot<R>(&mut self, content: impl FnOnce(&mut Ui) -> R) -> R {
        let before = self.ui.cursor().top();
        self.ui.add_space(ABOVE_FOOT);
        if self.scrolls {
            let line = self.ui.min_rect().x_range();
            self.ui.painter().hline(line, before + 1.0, Stroke::new(1.0, self.palette.line));
        }
        let shown = self.ui.scope(|ui| {
            ui.set_max_width(self.width);
            content(ui)
        });
        let (id, height) = (self.foot_id(), shown.response.rect.bottom() - before);
        if self.ui.data(|data| data.get_temp::<f32>(id)) != Some(height) {
            self.ui.data_mut(|data| data.insert_temp(id, height));
            self.ui.ctx().request_repaint();
        }
        shown.inner
    }

    /// Where the height of the foot is kept between two frames.
    fn foot_id(&self) -> Id {
        self.id.with("foot")
    }
}

/// Gives the keyboard to the button that Enter is for in a dialog in which nothing is typed, as soon as it is there: of what
/// cannot be taken back that is the button that leaves all as it is.
pub fn entered_by_default(response: Response) -> Response {
    if response.enabled() && is_fresh(&response.ctx, response.id) {
        response.request_focus();
    }
    response
}

/// Whether what this is asked for in every frame was not there in the one before.
fn is_fresh(ctx: &Context, id: Id) -> bool {
    let (id, frame) = (id.with("drawn_in_frame"), ctx.cumulative_frame_nr());
    let drawn = ctx.data_mut(|data| data.get_temp::<u64>(id));
    ctx.data_mut(|data| data.insert_temp(id, frame));
    drawn.is_none_or(|drawn| drawn + 1 < frame)
}

/// A row of buttons at the right edge, the one to press first; where there is little room, several rows.
pub fn button_row(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT + 4.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center).with_main_wrap(true), content);
}
