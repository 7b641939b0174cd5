//! The report list at the left: search, tabs, categories, and what can be done with the chosen report.

use std::time::{Duration, Instant};

use api::{ReportEntry, Scope};
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Frame, Id, Key, Margin, Modifiers, Panel, Response, RichText, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo,
    pos2, vec2,
};
use model::AcdNumber;
use session::Command;

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Palette};
use crate::view::administration::refusal;
use crate::view::finding::{Found, FoundLine, entities};
use crate::view::library::{Category, Tab, any_named, categories};
use crate::widgets::{
    choose_all, focus_ring, hint, icon_button, icon_text_button, placeholder, primary_button, segments,
};

/// What the list keeps between two frames.
pub struct ListState {
    tab: Tab,
    search: String,
    /// Path of a report, or what stands in the line of something else.
    chosen: Option<String>,
    focus_search: bool,
    /// The chosen line has moved by a key, and is to come into sight.
    bring: bool,
    /// What was found besides reports, for what and when: a switch may have ten thousand agents.
    found: Vec<Found>,
    found_for: Option<(String, Option<AcdNumber>, Instant)>,
}

/// What was found stands so long before it is looked for anew.
const FOUND_KEPT: Duration = Duration::from_secs(2);

impl Default for ListState {
    fn default() -> Self {
        ListState {
            tab: Tab::RealTime,
            search: String::new(),
            chosen: None,
            focus_search: false,
            bring: false,
            found: Vec::new(),
            found_for: None,
        }
    }
}

impl ListState {
    /// Puts the keyboard focus into the search field with the next frame.
    pub fn focus_search(&mut self) {
        self.focus_search = true;
    }

    /// Looks for what is searched besides reports.
    fn find(&mut self, ctx: &Ctx<'_>) {
        let wanted = (self.search.trim(), ctx.acd);
        let is_fresh = self.found_for.as_ref().is_some_and(|(search, acd, at)| {
            (search.as_str(), *acd) == wanted && ctx.now.saturating_duration_since(*at) < FOUND_KEPT
        });
        if !is_fresh {
            self.found = ctx.acd.map_or_else(Vec::new, |acd| entities(ctx.model, acd, wanted.0));
            self.found_for = Some((wanted.0.to_owned(), ctx.acd, ctx.now));
        }
    }

    /// What is listed, from the top.
    fn hits<'a>(&'a self, ctx: &Ctx<'a>) -> Vec<Hit<'a>> {
        let found = self.found.iter().flat_map(|kind| kind.lines.iter().map(move |line| Hit::Line(kind, line)));
        let listed = categories(&ctx.model.library, self.tab, &self.search);
        let reports = listed.into_iter().flat_map(|category| category.entries).map(Hit::Report);
        match self.found_first(ctx) {
            true => found.chain(reports).collect(),
            false => reports.chain(found).collect(),
        }
    }

    /// Moves the mark a line up or down; where there is none yet, to the first.
    fn move_mark(&mut self, ctx: &Ctx<'_>, down: bool) {
        let known: Vec<String> = self.hits(ctx).iter().map(Hit::known).collect();
        let at = known.iter().position(|known| Some(known) == self.chosen.as_ref());
        let next = match at {
            None => 0,
            Some(at) if down => (at + 1).min(known.len() - 1),
            Some(at) => at.saturating_sub(1),
        };
        if let Some(next) = known.into_iter().nth(next) {
            (self.chosen, self.bring) = (Some(next), true);
        }
    }

    /// Whether what else was found comes before the reports: these only speak of it.
    fn found_first(&self, ctx: &Ctx<'_>) -> bool {
        !self.found.is_empty() && !any_named(&ctx.model.library, &self.search)
    }
}

/// A line of the list.
enum Hit<'a> {
    Report(&'a ReportEntry),
    Line(&'a Found, &'a FoundLine),
}

impl Hit<'_> {
    /// What the line is known by while it is chosen.
    fn known(&self) -> String {
        match self {
            Hit::Report(entry) => entry.path.clone(),
            Hit::Line(kind, line) => known(kind, line),
        }
    }

    fn open(&self, ctx: &Ctx<'_>) {
        match self {
            Hit::Report(entry) => open(ctx, entry),
            Hit::Line(_, line) => open_line(ctx, line),
        }
    }
}

/// What was found by its kind and name: a VDN may be called as a split is, and have its number.
fn known(kind: &Found, line: &FoundLine) -> String {
    let kind = kind.heading.split(" · ").next().unwrap_or_default();
    format!("{kind} {}", line.text)
}

/// Draws the list at the left of what is given.
pub fn list_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    let frame = Frame::new().fill(ctx.palette.surface).inner_margin(Margin::symmetric(12, 12));
    let width = (ui.available_width() * 0.36).clamp(250.0, 296.0);
    Panel::left("report_list").frame(frame).default_size(width).size_range(250.0..=420.0).show(ui, |ui| {
        search_field(ctx, ui, state);
        state.find(ctx);
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
    let id = Id::unique("search_reports");
    if ui.memory(|memory| memory.has_focus(id)) {
        // Before the line gets them, whose ends they would go to.
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (key, down) in [(Key::ArrowDown, true), (Key::ArrowUp, false)] {
            if pressed(key) {
                state.find(ctx);
                state.move_mark(ctx, down);
            }
        }
    }
    let edit = TextEdit::singleline(&mut state.search)
        .id(id)
        .hint_text(placeholder("Search reports and names"))
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
    if response.changed() && !state.search.trim().is_empty() {
        // What Enter opens is seen.
        state.find(ctx);
        state.chosen = state.hits(ctx).first().map(Hit::known);
        state.bring = true;
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        state.find(ctx);
        let hits = state.hits(ctx);
        let marked = hits.iter().find(|hit| Some(hit.known()) == state.chosen);
        if let Some(hit) = marked.or(hits.first()) {
            hit.open(ctx);
        }
    }
}

fn entries(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let shown = categories(&ctx.model.library, state.tab, &state.search);
    if shown.is_empty() && state.found.is_empty() {
        ui.add_space(16.0);
        let refused = ctx.model.library_closed.as_deref().map(|why| refusal(ctx.model, why));
        let text = match state.search.trim().is_empty() {
            _ if refused.is_some() => refused.as_deref().unwrap_or_default(),
            // Every server brings reports along, so they have only not come yet.
            _ if ctx.model.library.is_empty() => "The reports of this server are being asked for",
            true => state.tab.when_empty(),
            false => "No report and no name matches the search",
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
    if state.found_first(ctx) {
        found_ui(ctx, ui, state);
        categories_ui(ctx, ui, state, shown);
    } else {
        categories_ui(ctx, ui, state, shown);
        found_ui(ctx, ui, state);
    }
}

fn categories_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState, shown: Vec<Category<'_>>) {
    for category in shown {
        heading(ctx, ui, &category.name);
        for entry in category.entries {
            entry_ui(ctx, ui, state, entry);
        }
    }
}

/// What was found besides reports.
fn found_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    let found = std::mem::take(&mut state.found);
    for kind in &found {
        heading(ctx, ui, &kind.heading);
        for line in &kind.lines {
            let known = known(kind, line);
            let (response, wants_open) = line_ui(ctx.palette, ui, state, (&known, &line.text), Icon::Search);
            if wants_open {
                open_line(ctx, line);
            }
            response.context_menu(|ui| {
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
                for (text, request) in &line.reports {
                    if ui.button(text).clicked() {
                        ctx.want(Intent::ShowReport(request.clone()));
                    }
                }
            });
            let _ = response.on_hover_ui(|ui| {
                if let Some((text, _)) = line.reports.first() {
                    ui.label(RichText::new(text).font(fonts::semibold(theme::BODY)));
                }
                hint(ui, ctx.palette, "Double-click to open, right-click for its other reports");
            });
        }
    }
    state.found = found;
}

fn heading(ctx: &Ctx<'_>, ui: &mut Ui, text: &str) {
    ui.add_space(7.0);
    ui.label(RichText::new(text).font(fonts::semibold(theme::SMALL)).color(ctx.palette.soft));
    ui.add_space(2.0);
}

fn open_line(ctx: &Ctx<'_>, line: &FoundLine) {
    if let Some((_, request)) = line.reports.first() {
        ctx.want(Intent::ShowReport(request.clone()));
    }
}

fn entry_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState, entry: &ReportEntry) {
    let (response, wants_open) = line_ui(ctx.palette, ui, state, (&entry.path, &entry.name), Icon::Report);
    if wants_open {
        open(ctx, entry);
    }
    let _ = response.on_hover_ui(|ui| tooltip(ui, ctx.palette, entry));
}

/// A line of the list: what it is known by, and its text. Gives whether it is to be opened.
fn line_ui(
    palette: &Palette,
    ui: &mut Ui,
    state: &mut ListState,
    (known, text): (&str, &str),
    icon: Icon,
) -> (Response, bool) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
    let chosen = state.chosen.as_deref() == Some(known);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, text));
    if let Some(fill) = palette.behind(chosen, response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let color = if chosen { palette.chosen.text } else { palette.text };
    let square = egui::Rect::from_min_size(rect.min + vec2(2.0, 0.0), vec2(26.0, rect.height()));
    icon.paint(ui.painter(), square_in(square, 15.0), if chosen { color } else { palette.soft });
    let font = if chosen { fonts::medium(theme::BODY) } else { fonts::regular(theme::BODY) };
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(rect.width() - 36.0);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(rect.left() + 30.0, rect.center().y - galley.size().y / 2.0), galley, color);
    focus_ring(ui, palette, &response);
    if chosen && std::mem::take(&mut state.bring) {
        response.scroll_to_me(None);
    }
    let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let wants_open = response.double_clicked() || enter;
    // The mark goes wherever the keyboard is, also where arrows have moved that.
    if !wants_open && (response.clicked() || response.has_focus()) {
        state.chosen = Some(known.to_owned());
        if response.clicked() {
            // Enter opens it, and the arrows go on from here.
            response.request_focus();
        }
    }
    (response, wants_open)
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
            let hits = state.hits(ctx);
            let chosen = hits.iter().find(|hit| Some(hit.known()) == state.chosen);
            ui.add_enabled_ui(chosen.is_some(), |ui| {
                if primary_button(ui, ctx.palette, "Open").clicked()
                    && let Some(hit) = chosen
                {
                    hit.open(ctx);
                }
            });
        });
    });
}

fn open(ctx: &Ctx<'_>, entry: &ReportEntry) {
    ctx.want(Intent::AskInputs { path: entry.path.clone(), pane: None });
}
