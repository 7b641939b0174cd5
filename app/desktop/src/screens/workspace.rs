//! The panes side by side: dragged by their headers, sized at their edges, put into tabs on each other.

use egui::{Color32, ScrollArea, Sense, Stroke, Ui, UiBuilder, Visuals, WidgetText, vec2};
use egui_tiles::{Behavior, SimplificationOptions, TabState, TileId, Tiles, UiResponse};

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
    let mut behaviour = Panes { ctx, state: PaneState { caches, active, wants_keyboard, filters, maximised: false } };
    let least = layout::rows(tree) as f32 * ctx.settings.density.least();
    if least <= ui.available_height() {
        tree.ui(&mut behaviour, ui);
        return;
    }
    // Rather scrolled than so low that no row of any report is in sight.
    ScrollArea::vertical().id_salt("workspace").auto_shrink(false).show(ui, |ui| {
        let size = vec2(ui.available_width() - BAR_ROOM, least);
        let (room, _) = ui.allocate_exact_size(size, Sense::hover());
        tree.ui(&mut behaviour, &mut ui.new_child(UiBuilder::new().max_rect(room)));
    });
}

struct Panes<'a, 'c> {
    ctx: &'a Ctx<'c>,
    state: PaneState<'a>,
}

impl Behavior<Pane> for Panes<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile_id: TileId, pane: &mut Pane) -> UiResponse {
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

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        self.palette().canvas
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

    fn resize_stroke(&self, _style: &egui::Style, state: egui_tiles::ResizeState) -> Stroke {
        match state {
            egui_tiles::ResizeState::Idle => Stroke::NONE,
            _ => Stroke::new(2.0, self.palette().accent),
        }
    }
}

impl Panes<'_, '_> {
    fn palette(&self) -> &'static Palette {
        self.ctx.palette
    }
}
