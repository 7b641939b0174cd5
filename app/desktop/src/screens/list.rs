//! The report list at the left: search, tabs, categories, and what can be done with the chosen report.

use api::{ReportEntry, Scope};
use egui::text::{LayoutJob, TextWrapping};
use egui::{Frame, Id, Key, Margin, Panel, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};
use session::Command;

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Palette};
use crate::view::administration::refusal;
use crate::view::library::{Tab, categories};
use crate::widgets::{
    choose_all, focus_ring, hint, icon_button, icon_text_button, placeholder, primary_button, segments,
};

/// What the list keeps between two frames.
pub struct ListState {
    tab: Tab,
    search: String,
    chosen: Option<String>,
    focus_search: bool,
}

impl Default for ListState {
    fn default() -> Self {
        ListState { tab: Tab::RealTime, search: String::new(), chosen: None, focus_search: false }
    }
}

impl ListState {
    /// Puts the keyboard focus into the search field with the next frame.
    pub fn focus_search(&mut self) {
        self.focus_search = true;
    }
}

/// Draws the list at the left of what is given.
pub fn list_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    let frame = Frame::new().fill(ctx.palette.surface).inner_margin(Margin::symmetric(12, 12));
    let width = (ui.available_width() * 0.36).clamp(250.0, 296.0);
    Panel::left("report_list").frame(frame).default_size(width).size_range(250.0..=420.0).show(ui, |ui| {
        search_field(ctx, ui, state);
        tabs(ctx, ui, state);
        ui.add_space(2.0);
        let room = ui.available_height() - 44.0;
        ScrollArea::vertical().max_height(room).auto_shrink(false).show(ui, |ui| entries(ctx, ui, state));
        actions(ctx, ui, state);
    });
}

/// A search looks through all tabs, so that none of them is chosen meanwhile; choosing one ends it.
fn tabs(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    let width = ui.available_width();
    let mut chosen = state.search.trim().is_empty().then_some(state.tab);
    let choices = Tab::ALL.map(|(tab, word)| (Some(tab), word));
    if segments(ui, ctx.palette, width, &mut chosen, &choices).changed() {
        state.search.clear();
        state.tab = chosen.unwrap_or(state.tab);
        // Colleagues save reports for everyone meanwhile.
        ctx.send(Command::LoadLibrary);
    }
    if chosen.is_none() {
        hint(ui, ctx.palette, "Found on all tabs");
    }
}

fn search_field(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    let edit = TextEdit::singleline(&mut state.search)
        .id(Id::unique("search_reports"))
        .hint_text(placeholder("Search reports"))
        .margin(Margin { left: 30, right: 30, top: 6, bottom: 6 })
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).accessible_name("Search reports");
    let square = egui::Rect::from_min_size(response.rect.min, vec2(30.0, response.rect.height()));
    Icon::Search.paint(ui.painter(), square_in(square, 15.0), ctx.palette.soft);
    let corner = egui::Rect::from_center_size(response.rect.right_center() - vec2(15.0, 0.0), vec2(26.0, 26.0));
    if !state.search.is_empty() {
        let mut corner = ui.new_child(egui::UiBuilder::new().id_salt("clear_search").max_rect(corner));
        if icon_button(&mut corner, ctx.palette, Icon::Close, "Clear the search").clicked() {
            state.search.clear();
            state.focus_search = true;
        }
    }
    if std::mem::take(&mut state.focus_search) {
        // What is typed now takes the place of what was searched before.
        choose_all(ui, &response, &state.search);
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let found = categories(&ctx.model.library, state.tab, &state.search);
        if let Some(entry) = found.first().and_then(|category| category.entries.first()) {
            open(ctx, entry);
        }
    }
}

fn entries(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let shown = categories(&ctx.model.library, state.tab, &state.search);
    if shown.is_empty() {
        ui.add_space(16.0);
        let refused = ctx.model.library_closed.as_deref().map(|why| refusal(ctx.model, why));
        let text = match state.search.trim().is_empty() {
            _ if refused.is_some() => refused.as_deref().unwrap_or_default(),
            // Every server brings reports along, so they have only not come yet.
            _ if ctx.model.library.is_empty() => "The reports of this server are being asked for",
            true => state.tab.when_empty(),
            false => "No report matches the search",
        };
        hint(ui, ctx.palette, text);
        if state.tab == Tab::Designer && state.search.trim().is_empty() && !ctx.model.library.is_empty() {
            ui.add_space(6.0);
            if icon_text_button(ui, ctx.palette, Icon::Edit, "Design your first report…").clicked() {
                ctx.want(Intent::AskDesign(None));
            }
        }
        return;
    }
    for category in shown {
        ui.add_space(7.0);
        ui.label(RichText::new(&category.name).font(fonts::semibold(theme::SMALL)).color(ctx.palette.soft));
        ui.add_space(2.0);
        for entry in category.entries {
            entry_ui(ctx, ui, state, entry);
        }
    }
}

fn entry_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState, entry: &ReportEntry) {
    let palette = ctx.palette;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
    let chosen = state.chosen.as_deref() == Some(&entry.path);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &entry.name));
    if let Some(fill) = palette.behind(chosen, response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let color = if chosen { palette.chosen.text } else { palette.text };
    let square = egui::Rect::from_min_size(rect.min + vec2(2.0, 0.0), vec2(26.0, rect.height()));
    Icon::Report.paint(ui.painter(), square_in(square, 15.0), if chosen { color } else { palette.soft });
    let font = if chosen { fonts::medium(theme::BODY) } else { fonts::regular(theme::BODY) };
    let mut job = LayoutJob::simple_singleline(entry.name.clone(), font, color);
    job.wrap = TextWrapping::truncate_at_width(rect.width() - 36.0);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(rect.left() + 30.0, rect.center().y - galley.size().y / 2.0), galley, color);
    focus_ring(ui, palette, &response);
    let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if response.double_clicked() || enter {
        open(ctx, entry);
    } else if response.clicked() {
        state.chosen = Some(entry.path.clone());
        // Enter opens it, and the arrows go on from here.
        response.request_focus();
    } else if response.gained_focus() {
        state.chosen = Some(entry.path.clone());
    }
    let _ = response.on_hover_ui(|ui| tooltip(ui, palette, entry));
}

fn tooltip(ui: &mut Ui, palette: &Palette, entry: &ReportEntry) {
    ui.label(RichText::new(&entry.name).font(fonts::semibold(theme::BODY)));
    if !entry.description.is_empty() {
        ui.label(&entry.description);
    }
    if let (Scope::Global | Scope::Personal, Some(owner)) = (entry.scope, &entry.owner) {
        hint(ui, palette, &format!("Saved by {owner}"));
    }
    hint(ui, palette, "Double-click to open");
}

fn actions(ctx: &Ctx<'_>, ui: &mut Ui, state: &ListState) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        // What is chosen on another tab is not meant here.
        let shown = categories(&ctx.model.library, state.tab, &state.search);
        let mut entries = shown.into_iter().flat_map(|category| category.entries);
        let entry = entries.find(|entry| Some(&entry.path) == state.chosen.as_ref());
        if icon_text_button(ui, ctx.palette, Icon::Copy, "Copy…").clicked() {
            ctx.want(Intent::AskCopy(entry.map(|entry| entry.path.clone())));
        }
        if icon_button(ui, ctx.palette, Icon::Edit, "Design a report…").clicked() {
            ctx.want(Intent::AskDesign(entry.map(|entry| entry.path.clone())));
        }
        if let Some(entry) = entry.filter(|entry| entry.scope != Scope::BuiltIn)
            && icon_button(ui, ctx.palette, Icon::Close, "Delete the report…").clicked()
        {
            ctx.want(Intent::AskDeleteReport(entry.path.clone()));
        }
        if icon_button(ui, ctx.palette, Icon::Reload, "Ask for the report list again").clicked() {
            ctx.send(Command::LoadLibrary);
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_enabled_ui(entry.is_some(), |ui| {
                if primary_button(ui, ctx.palette, "Open").clicked()
                    && let Some(entry) = entry
                {
                    open(ctx, entry);
                }
            });
        });
    });
}

fn open(ctx: &Ctx<'_>, entry: &ReportEntry) {
    ctx.want(Intent::AskInputs { path: entry.path.clone(), pane: None });
}
