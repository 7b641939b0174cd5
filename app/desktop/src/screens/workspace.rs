//! The panes side by side: dragged by their headers, sized at their edges, put into tabs on each other.

use egui::{Color32, Rect, Response, ScrollArea, Sense, Stroke, Ui, UiBuilder, Visuals, WidgetText, vec2};
use egui_tiles::{Behavior, ResizeState, SimplificationOptions, TabState, Tabs, TileId, Tiles, UiResponse};

use super::pane::{PaneState, pane_ui};
use crate::ctx::Ctx;
use crate::fonts;
use crate::layout::{self, Pane};
use crate::theme::{self, Palette};
use crate::view::cells::held_columns;
use crate::view::pane::{TabMark, pane_view, tab_title};
use crate::widgets::message;
use crate::workspace::Workspace;

/// Room for the scroll bar beside the panes.
const BAR_ROOM: f32 = 10.0;

/// Draws all panes, or the one that has the whole workspace, or what to do when there is none.
pub fn workspace_ui(ctx: &Ctx<'_>, ui: &mut Ui, workspace: &mut Workspace) {
    if workspace.is_empty() {
        let text = "Choose one in the list at the left. Several can stand side by side, and the arrangement is kept";
        message(ui, ctx.palette, "No report is open", text);
        return;
    }
    let Workspace { tree, maximised, active, wants_keyboard, caches, filters, .. } = workspace;
    if let Some(key) = *maximised {
        let tile = layout::panes(tree).find(|(_, pane)| pane.key == key).map(|(id, _)| id);
        if let Some(egui_tiles::Tile::Pane(pane)) = tile.and_then(|id| tree.tiles.get_mut(id)) {
            let mut state = PaneState { caches, active, wants_keyboard, filters, maximised: true };
            let _ = pane_ui(ctx, ui, pane, &mut state);
            return;
        }
        *maximised = None;
    }
    let state = PaneState { caches, active, wants_keyboard, filters, maximised: false };
    let mut behaviour = Panes { ctx, state, seen: ui.clip_rect(), is_pointer_seen: true, bar: None };
    let least = layout::rows(tree) as f32 * ctx.settings.density.least();
    if least <= ui.available_height() {
        tree.ui(&mut behaviour, ui);
        return;
    }
    // Rather scrolled than so low that no row of any report is in sight.
    ScrollArea::vertical().id_salt("workspace").auto_shrink(false).show(ui, |ui| {
        let size = vec2(ui.available_width() - BAR_ROOM, least);
        let (room, _) = ui.allocate_exact_size(size, Sense::hover());
        behaviour.seen = ui.clip_rect();
        let pointer = ui.input(|input| input.pointer.latest_pos());
        behaviour.is_pointer_seen = pointer.is_none_or(|at| behaviour.seen.contains(at));
        tree.ui(&mut behaviour, &mut ui.new_child(UiBuilder::new().max_rect(room)));
    });
}

struct Panes<'a, 'c> {
    ctx: &'a Ctx<'c>,
    state: PaneState<'a>,
    /// What of the panes is in sight. Each of their parts keeps to it by itself: the tree draws them without regard to where it is.
    seen: Rect,
    /// Whether the pointer is in it.
    is_pointer_seen: bool,
    /// The bar of tabs that is being drawn.
    bar: Option<Bar>,
}

/// A bar of tabs, as far as it tells whether the tab that is shown may have gone out of sight.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bar {
    of: TileId,
    shown: Option<TileId>,
    width: f32,
    tabs: usize,
}

/// How it was brought into sight: for which bar, and for how many frames it is still tried.
#[derive(Debug, Clone, Copy)]
struct Brought(Bar, u8);

/// Frames in which a tab is brought into sight: arrows come beside the tabs and take of their room. A tab that is wider than all
/// of it never is.
const BRING_FRAMES: u8 = 12;

impl Behavior<Pane> for Panes<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile_id: TileId, pane: &mut Pane) -> UiResponse {
        ui.shrink_clip_rect(self.seen);
        if pane_ui(self.ctx, ui, pane, &mut self.state) { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let view = pane_view(self.ctx.model, pane.key, &pane.request, self.ctx.now);
        let sheet = self.ctx.model.reports.get(&pane.key).and_then(|report| report.sheet.as_deref());
        let held = held_columns(self.ctx.model, &pane.request);
        let (text, mark) = tab_title(view, sheet, &pane.prefs, &held);
        let text = egui::RichText::new(text).font(fonts::medium(theme::BODY));
        match mark {
            TabMark::Plain => text,
            TabMark::NotLive => text.color(self.palette().stale.text),
            TabMark::Warning => text.color(self.palette().warning.text),
        }
        .into()
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: false, ..SimplificationOptions::default() }
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        8.0
    }

    fn min_size(&self) -> f32 {
        140.0
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        30.0
    }

    /// As the workspace is, which is drawn already, so that no bar lies over what is beside it.
    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        Color32::TRANSPARENT
    }

    /// Nothing stands there; but the tabs are drawn into the same room next.
    fn top_bar_right_ui(&mut self, _: &Tiles<Pane>, ui: &mut Ui, of: TileId, tabs: &Tabs, _: &mut f32) {
        ui.shrink_clip_rect(self.seen);
        let (shown, width, tabs) = (tabs.active, ui.max_rect().width(), tabs.children.len());
        self.bar = Some(Bar { of, shown, width, tabs });
    }

    /// The tab that is shown comes into sight once, and is then where the arrows beside the tabs put it.
    fn on_tab_button(&mut self, _: &mut Tiles<Pane>, tile: TileId, tab: Response) -> Response {
        let Some(bar) = self.bar.filter(|bar| bar.shown == Some(tile)) else { return tab };
        let id = egui::Id::unique(("tab_in_sight", bar.of));
        let before = tab.ctx.data(|data| data.get_temp::<Brought>(id)).filter(|Brought(known, _)| *known == bar);
        let frames = before.map_or(BRING_FRAMES, |Brought(_, frames)| frames);
        let is_whole = tab.interact_rect.width() > tab.rect.width() - 1.0;
        if frames > 0 && !is_whole {
            tab.scroll_to_me_animation(None, egui::style::ScrollAnimation::none());
            tab.ctx.request_repaint();
        }
        // Once it is, with an arrow that comes only then, it may be scrolled away.
        let left = if is_whole { frames.min(3) } else { frames };
        tab.ctx.data_mut(|data| data.insert_temp(id, Brought(bar, left.saturating_sub(1))));
        tab
    }

    fn tab_bg_color(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, state: &TabState) -> Color32 {
        if state.active { self.palette().surface } else { self.palette().canvas }
    }

    fn tab_text_color(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, state: &TabState) -> Color32 {
        if state.active { self.palette().text } else { self.palette().soft }
    }

    fn drag_preview_color(&self, _visuals: &Visuals) -> Color32 {
        self.palette().accent.gamma_multiply(0.18)
    }

    fn drag_preview_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(2.0, self.palette().accent)
    }

    fn resize_stroke(&self, _style: &egui::Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering if !self.is_pointer_seen => Stroke::NONE,
            _ => Stroke::new(2.0, self.palette().accent),
        }
    }
}

impl Panes<'_, '_> {
    fn palette(&self) -> &'static Palette {
        self.ctx.palette
    }
}
