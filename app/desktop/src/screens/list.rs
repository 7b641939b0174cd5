//! The report list at the left: search, tabs, categories, and what can be done with the chosen report.

use std::ops::Range;
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
use crate::view::library::{Namesakes, Tab, any_named, categories};
use crate::widgets::{
    chip_at, choose_all, focus_ring, hint, icon_button, icon_text_button, placeholder, primary_button, segments,
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
    listed: Listed,
}

/// What was found stands so long before it is looked for anew.
const FOUND_KEPT: Duration = Duration::from_secs(2);

/// What is listed, from the top; made anew when the reports, the tab, the search or what was found changes, not in every frame.
#[derive(Default)]
struct Listed {
    /// Which list of reports, tab and search it is of; `None` where it is to be made anew.
    of: Option<(u64, Tab, String)>,
    lines: Vec<Line>,
    groups: Vec<Group>,
    /// The line that is chosen.
    chosen: Option<usize>,
}

/// Lines under one heading.
struct Group {
    name: String,
    lines: Range<usize>,
}

/// A line of the list.
struct Line {
    /// What it is known by while it is chosen.
    known: String,
    of: LineOf,
}

/// What a line is about.
#[derive(Clone, Copy)]
enum LineOf {
    /// The report at this place of the library; and what tells it from another one of its name.
    Report(usize, Option<(&'static str, &'static str)>),
    /// Something that was found: of which kind, and which of them.
    Found(usize, usize),
}

/// Room for the word that tells a report from another one of its name.
const NAMESAKE: f32 = 66.0;

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
            listed: Listed::default(),
        }
    }
}

impl ListState {
    /// Puts the keyboard focus into the search field with the next frame.
    pub fn focus_search(&mut self) {
        self.focus_search = true;
    }

    /// Looks for what is searched besides reports, and lists everything anew where anything has changed.
    fn look(&mut self, ctx: &Ctx<'_>) {
        let wanted = (self.search.trim(), ctx.acd);
        let is_fresh = self.found_for.as_ref().is_some_and(|(search, acd, at)| {
            (search.as_str(), *acd) == wanted && ctx.now.saturating_duration_since(*at) < FOUND_KEPT
        });
        if !is_fresh {
            let found = ctx.acd.map_or_else(Vec::new, |acd| entities(ctx.model, acd, wanted.0));
            self.found_for = Some((wanted.0.to_owned(), ctx.acd, ctx.now));
            if found != self.found {
                (self.found, self.listed.of) = (found, None);
            }
        }
        let of = &self.listed.of;
        let is_listed = of.as_ref().is_some_and(|(edition, tab, search)| {
            (*edition, *tab, search) == (ctx.model.library_edition, self.tab, &self.search)
        });
        if !is_listed {
            self.list(ctx);
        }
    }

    /// Lists everything anew.
    fn list(&mut self, ctx: &Ctx<'_>) {
        let library = &ctx.model.library;
        let of = Some((ctx.model.library_edition, self.tab, self.search.clone()));
        self.listed = Listed { of, ..Listed::default() };
        // What these only speak of comes before them.
        let found_first = !self.found.is_empty() && !any_named(library, &self.search);
        if found_first {
            self.list_found();
        }
        let namesakes = Namesakes::of(library);
        for category in categories(library, self.tab, &self.search) {
            let lines = category.entries.into_iter().filter_map(|entry| {
                let at = library.iter().position(|known| std::ptr::eq(known, entry))?;
                Some(Line { known: entry.path.clone(), of: LineOf::Report(at, namesakes.told(entry)) })
            });
            self.listed.group(category.name, lines);
        }
        if !found_first {
            self.list_found();
        }
        self.choose(self.chosen.clone());
    }

    fn list_found(&mut self) {
        for (at, kind) in self.found.iter().enumerate() {
            let line = |(of, line)| Line { known: known(kind, line), of: LineOf::Found(at, of) };
            self.listed.group(kind.heading.clone(), kind.lines.iter().enumerate().map(line));
        }
    }

    fn choose(&mut self, known: Option<String>) {
        self.listed.chosen = self.listed.lines.iter().position(|line| Some(&line.known) == known.as_ref());
        self.chosen = known;
    }

    /// Chooses the line at a place, and brings it into sight.
    fn choose_at(&mut self, at: usize) {
        if let Some(line) = self.listed.lines.get(at) {
            (self.chosen, self.listed.chosen, self.bring) = (Some(line.known.clone()), Some(at), true);
        }
    }

    /// Moves the mark a line up or down; where there is none yet, to the first.
    fn move_mark(&mut self, down: bool) {
        let last = self.listed.lines.len().saturating_sub(1);
        self.choose_at(match self.listed.chosen {
            None => 0,
            Some(at) if down => (at + 1).min(last),
            Some(at) => at.saturating_sub(1),
        });
    }

    /// The report that is chosen, if one is in sight here: what is chosen on another tab is not meant.
    fn report<'a>(&self, ctx: &Ctx<'a>) -> Option<&'a ReportEntry> {
        match self.listed.lines.get(self.listed.chosen?)?.of {
            LineOf::Report(at, _) => ctx.model.library.get(at),
            LineOf::Found(..) => None,
        }
    }

    /// Opens the line at a place.
    fn open(&self, ctx: &Ctx<'_>, at: usize) {
        match self.listed.lines.get(at).map(|line| line.of) {
            Some(LineOf::Report(at, _)) => ctx.model.library.get(at).into_iter().for_each(|entry| open(ctx, entry)),
            Some(LineOf::Found(kind, line)) => {
                let line = self.found.get(kind).and_then(|kind| kind.lines.get(line));
                line.into_iter().for_each(|line| open_line(ctx, line));
            }
            None => {}
        }
    }
}

impl Listed {
    fn group(&mut self, name: String, lines: impl Iterator<Item = Line>) {
        let from = self.lines.len();
        self.lines.extend(lines);
        self.groups.push(Group { name, lines: from..self.lines.len() });
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
        tabs(ctx, ui, state);
        state.look(ctx);
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
                state.look(ctx);
                state.move_mark(down);
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
        state.look(ctx);
        state.choose(None);
        state.choose_at(0);
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        state.look(ctx);
        state.open(ctx, state.listed.chosen.unwrap_or(0));
    }
}

fn entries(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ListState) {
    ui.spacing_mut().item_spacing.y = 1.0;
    if state.listed.lines.is_empty() {
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
    let listed = std::mem::take(&mut state.listed);
    let mut marked = None;
    for group in &listed.groups {
        heading(ctx, ui, &group.name);
        for at in group.lines.clone() {
            let is_chosen = listed.chosen == Some(at);
            if line_of_ui(ctx, ui, (&listed.lines[at], is_chosen), &state.found, &mut state.bring) {
                marked = Some(at);
            }
        }
    }
    state.listed = listed;
    if let Some(at) = marked {
        (state.chosen, state.listed.chosen) = (Some(state.listed.lines[at].known.clone()), Some(at));
    }
}

/// Draws a line; gives whether the mark is to go there.
fn line_of_ui(ctx: &Ctx<'_>, ui: &mut Ui, (line, is_chosen): (&Line, bool), found: &[Found], bring: &mut bool) -> bool {
    match line.of {
        LineOf::Report(at, namesake) => {
            ctx.model.library.get(at).is_some_and(|entry| entry_ui(ctx, ui, (entry, is_chosen), namesake, bring))
        }
        LineOf::Found(kind, at) => found
            .get(kind)
            .and_then(|kind| kind.lines.get(at))
            .is_some_and(|line| found_ui(ctx, ui, (line, is_chosen), bring)),
    }
}

/// Something that was found besides reports.
fn found_ui(ctx: &Ctx<'_>, ui: &mut Ui, (line, is_chosen): (&FoundLine, bool), bring: &mut bool) -> bool {
    let Drawn { response, opens, marks } = line_ui(ctx.palette, ui, (&line.text, None), Icon::Search, is_chosen, bring);
    if opens {
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
    marks
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

fn entry_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    (entry, is_chosen): (&ReportEntry, bool),
    namesake: Option<(&'static str, &'static str)>,
    bring: &mut bool,
) -> bool {
    let text = (entry.name.as_str(), namesake.map(|(word, _)| word));
    let Drawn { response, opens, marks } = line_ui(ctx.palette, ui, text, Icon::Report, is_chosen, bring);
    if opens {
        open(ctx, entry);
    }
    let _ = response.on_hover_ui(|ui| tooltip(ui, ctx.palette, entry, namesake.map(|(_, sentence)| sentence)));
    marks
}

/// A line that was drawn: whether it is to be opened, and whether the mark goes there.
struct Drawn {
    response: Response,
    opens: bool,
    marks: bool,
}

/// A line of the list: its text, and a word that tells it from another of the same text.
fn line_ui(
    palette: &Palette,
    ui: &mut Ui,
    (text, word): (&str, Option<&str>),
    icon: Icon,
    chosen: bool,
    bring: &mut bool,
) -> Drawn {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 27.0), Sense::click());
    let label = word.map_or_else(|| text.to_owned(), |word| format!("{text}, {word}"));
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &label));
    if let Some(fill) = palette.behind(chosen, response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let color = if chosen { palette.chosen.text } else { palette.text };
    let square = egui::Rect::from_min_size(rect.min + vec2(2.0, 0.0), vec2(26.0, rect.height()));
    icon.paint(ui.painter(), square_in(square, 15.0), if chosen { color } else { palette.soft });
    let font = if chosen { fonts::medium(theme::BODY) } else { fonts::regular(theme::BODY) };
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    let room = if word.is_some() { NAMESAKE } else { 0.0 };
    job.wrap = TextWrapping::truncate_at_width(rect.width() - 36.0 - room);
    let galley = ui.painter().layout_job(job);
    if let Some(word) = word {
        let at = pos2(rect.left() + 36.0 + galley.size().x, rect.center().y);
        chip_at(ui.painter(), at, NAMESAKE, palette.info, word);
    }
    ui.painter().galley(pos2(rect.left() + 30.0, rect.center().y - galley.size().y / 2.0), galley, color);
    focus_ring(ui, palette, &response);
    if chosen && std::mem::take(bring) {
        response.scroll_to_me(None);
    }
    let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let opens = response.double_clicked() || enter;
    // The mark goes wherever the keyboard is, also where arrows have moved that.
    let marks = !opens && (response.clicked() || response.has_focus());
    if !opens && response.clicked() {
        // Enter opens it, and the arrows go on from here.
        response.request_focus();
    }
    Drawn { response, opens, marks }
}

fn tooltip(ui: &mut Ui, palette: &Palette, entry: &ReportEntry, namesake: Option<&str>) {
    ui.label(RichText::new(&entry.name).font(fonts::semibold(theme::BODY)));
    if !entry.description.is_empty() {
        ui.label(&entry.description);
    }
    if let (Scope::Global | Scope::Personal, Some(owner)) = (entry.scope, &entry.owner) {
        hint(ui, palette, &format!("Saved by {owner}"));
    }
    if let Some(namesake) = namesake {
        hint(ui, palette, namesake);
    }
    hint(ui, palette, "Double-click to open");
}

fn actions(ctx: &Ctx<'_>, ui: &mut Ui, state: &ListState) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let entry = state.report(ctx);
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
            let chosen = state.listed.chosen;
            ui.add_enabled_ui(chosen.is_some(), |ui| {
                if primary_button(ui, ctx.palette, "Open").clicked()
                    && let Some(at) = chosen
                {
                    state.open(ctx, at);
                }
            });
        });
    });
}

fn open(ctx: &Ctx<'_>, entry: &ReportEntry) {
    ctx.want(Intent::AskInputs { path: entry.path.clone(), pane: None });
}
