//! Administration over the workspace: its pages at the left, the chosen one beside them. Behind it the reports go on.
//!
//! Each page draws itself in a file of its own beside this one. A dialog was turned down as the place for pages: tables need room.

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, CentralPanel, Frame, Layout, Margin, Panel, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo,
};
use egui::{pos2, vec2};
use model::AcdNumber;
use session::{Command, Model, Page, PageData, Which, WorksheetRequest};

use super::copy_dialog::boxed;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};
use crate::view::administration::error_log::open_text;
use crate::view::administration::{FrameView, Line, LineKind, PageKind, frame_view, page_data};
use crate::widgets::{chip, chip_at, focus_ring, hint, icon_button, icon_text_button};

pub mod archiving;
pub mod backups;
mod card;
pub mod change_dialog;
pub mod changes;
pub mod checks;
pub mod collection;
pub mod describe_dialog;
pub mod dictionary;
pub mod error_log;
pub mod exceptions;
mod forms;
mod heal;
pub mod history;
mod images;
pub mod job_dialog;
pub mod menu;
pub mod mode;
mod plan_lines;
pub mod profiles;
pub mod restore_dialog;
pub mod shortcuts;
pub mod skills;
pub mod storage;
mod sync;
mod tables_field;
mod take_over;
mod task_fields;
mod task_report;
pub mod timetable_dialog;
pub mod timetables;
pub mod traces;
pub mod twin;
pub mod users;
pub mod worksheets;

/// Room for the scroll bar at the right of a page.
const BAR_ROOM: f32 = 10.0;
/// Room for the count of what is not acknowledged, at the right of a page's title.
const OPEN_ROOM: f32 = 44.0;
/// A page is at least so high, and scrolled where there is less room.
const PAGE_MIN: f32 = 230.0;

/// What administration keeps between two frames.
#[derive(Default)]
pub struct Administration {
    open: bool,
    kind: PageKind,
    asked: Option<Page>,
    /// The server that served when this was looked at last.
    served: Option<Which>,
    /// A dialog tells what became of the last change: the page does not say it a second time.
    pub(crate) is_told: bool,
    archiving: archiving::ArchivingState,
    storage: storage::StorageState,
    profiles: profiles::ProfilesState,
    exceptions: exceptions::ExceptionsState,
    traces: traces::TracesState,
    timetables: timetables::TimetablesState,
    backups: backups::BackupsState,
    checks: checks::ChecksState,
    error_log: error_log::ErrorLogState,
    twin: twin::TwinState,
    worksheets: worksheets::WorksheetsState,
    dictionary: dictionary::DictionaryState,
    skills: skills::SkillsState,
    menu: menu::MenuState,
    users: users::UsersState,
    shortcuts: shortcuts::ShortcutsState,
    changes: changes::ChangesState,
}

impl Administration {
    /// Whether it is shown instead of the reports.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows it, or the reports again.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Shows one of its pages.
    pub fn show(&mut self, kind: PageKind) {
        (self.open, self.kind) = (true, kind);
    }

    /// Shows the log of exceptions.
    pub fn show_exceptions(&mut self) {
        self.show(PageKind::Exceptions);
        self.exceptions.show_log();
    }

    /// Shows the reports again.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// What the session must be told so that it shows the page that is wanted.
    pub fn command(&mut self, model: &Model, acd: Option<AcdNumber>) -> Option<Command> {
        self.look_who_serves(model);
        let Some(which) = model.serving else {
            // Signing out has closed the page.
            self.asked = None;
            return None;
        };
        let may_see = model.servers[which].administrator || !self.kind.is_for_administrators();
        let wanted = if self.open && may_see { self.kind.page(acd) } else { None };
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted.clone();
        Some(Command::ShowPage(wanted))
    }

    /// Forgets what was ticked and chosen of the one server as soon as another one serves.
    fn look_who_serves(&mut self, model: &Model) {
        if std::mem::replace(&mut self.served, model.serving) != model.serving {
            self.dictionary.server_changed();
            self.menu.server_changed();
            self.changes.server_changed();
            self.backups.server_changed();
            self.error_log.server_changed();
            self.worksheets.server_changed();
            // What was the other server's log is this one's now.
            self.kind = self.kind.listed();
        }
    }
}

/// Draws the list of pages at the left and the chosen page beside it.
pub fn administration_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Administration, frame: Frame) {
    let list = Frame::new().fill(ctx.palette.surface).inner_margin(Margin::symmetric(10, 12));
    let width = (ui.available_width() * 0.22).clamp(178.0, 232.0);
    Panel::left("administration_pages").frame(list).exact_size(width).resizable(false).show(ui, |ui| {
        pages(ctx, ui, state);
    });
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let card = Frame::new()
            .fill(ctx.palette.surface)
            .stroke(egui::Stroke::new(1.0, ctx.palette.line))
            .corner_radius(theme::RADIUS)
            .inner_margin(Margin { left: 16, right: 16 - BAR_ROOM as i8, top: 12, bottom: 12 });
        card.show(ui, |ui| {
            let Some(view) = frame_view(ctx.model, state.kind, ctx.acd, ctx.now) else { return };
            let width = ui.available_width() - BAR_ROOM;
            ui.scope(|ui| {
                ui.set_max_width(width);
                head(ctx, ui, &view, state.kind);
            });
            ui.add_space(2.0);
            ScrollArea::vertical().id_salt(("page", state.kind.title())).auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(width);
                let top = ui.cursor().top();
                let room = ui.available_height();
                hint(ui, ctx.palette, &view.about);
                ui.add_space(4.0);
                for line in view.lines.iter().filter(|line| !(line.is_outcome && state.is_told)) {
                    line_ui(ctx, ui, line);
                }
                let height = (room - (ui.cursor().top() - top)).max(PAGE_MIN);
                page(ctx, ui, state, &view, height);
            });
        });
    });
}

fn pages(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Administration) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let room = ui.available_height() - 40.0;
    ScrollArea::vertical().max_height(room).auto_shrink([false, false]).show(ui, |ui| {
        for (at, (group, pages)) in PageKind::GROUPS.into_iter().enumerate() {
            ui.add_space(if at == 0 { 0.0 } else { 7.0 });
            ui.label(RichText::new(group).font(fonts::semibold(theme::SMALL)).color(ctx.palette.soft));
            ui.add_space(1.0);
            for &kind in pages {
                page_ui(ctx, ui, state, kind);
            }
        }
    });
    ui.add_space(6.0);
    if icon_text_button(ui, ctx.palette, Icon::Report, "Reports")
        .on_hover_text("Back to the reports (Escape)")
        .clicked()
    {
        ctx.want(Intent::ToggleAdministration);
    }
}

/// A page in the list.
fn page_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Administration, kind: PageKind) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 25.0), Sense::click());
    let chosen = state.kind.listed() == kind;
    let open = ctx.model.unacknowledged.filter(|open| kind == PageKind::ErrorLog && open.count() > 0);
    let name = match open {
        Some(open) => format!("{}: {} not acknowledged", kind.title(), open_text(open)),
        None => kind.title().to_owned(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &name));
    let mut place = rect;
    if open.is_some() {
        place.set_right(rect.right() - OPEN_ROOM);
    }
    entry(ui, ctx.palette, rect, place, (chosen, response.hovered() || response.has_focus()), kind.title());
    if let Some(open) = open {
        let pair = if open.errors > 0 { ctx.palette.warning } else { ctx.palette.caution };
        let at = pos2(place.right(), rect.center().y);
        chip_at(ui.painter(), at, OPEN_ROOM - 4.0, pair, &open.count().to_string());
    }
    focus_ring(ui, ctx.palette, &response);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.clicked() {
        state.kind = kind;
        // What became of a change is read by now, and says nothing of another page.
        if ctx.model.change.is_some() {
            ctx.send(Command::DismissChange);
        }
    }
}

/// The title of a page; `place` is what it may take of its line.
fn entry(ui: &Ui, palette: &Palette, rect: Rect, place: Rect, (chosen, lit): (bool, bool), title: &str) {
    if let Some(fill) = palette.behind(chosen, lit) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let color = if chosen { palette.chosen.text } else { palette.text };
    let font = if chosen { fonts::medium(theme::BODY) } else { fonts::regular(theme::BODY) };
    let mut job = LayoutJob::simple_singleline(title.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(place.width() - 18.0);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(rect.left() + 9.0, rect.center().y - galley.size().y / 2.0), galley, color);
}

fn head(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, kind: PageKind) {
    let palette = ctx.palette;
    let size = vec2(ui.available_width(), 30.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        // Servers are compared only when somebody asks.
        if let Some(page) = kind.page(ctx.acd)
            && icon_button(ui, palette, Icon::Reload, "Ask the server again").clicked()
        {
            ctx.send(Command::ShowPage(Some(page)));
        }
        // What both told together is asked of both.
        if kind == PageKind::Worksheets && icon_button(ui, palette, Icon::Reload, "Ask both servers again").clicked() {
            ctx.send(Command::Worksheet(WorksheetRequest::LookAgain));
        }
        let color = if view.muted { palette.stale.text } else { palette.soft };
        let told = RichText::new(&view.told).font(fonts::regular(theme::SMALL)).color(color);
        let asked = match kind {
            PageKind::Checks | PageKind::Twin | PageKind::Worksheets => "When both servers were asked",
            _ => "How old the page is; it is asked for every few seconds",
        };
        ui.label(told).on_hover_text(asked);
        if !view.of_both {
            let role = ctx.model.servers[view.role].role().unwrap_or(view.role);
            let pair = if role == Which::Primary { palette.info } else { palette.stale };
            chip(ui, pair, &role.to_string()).on_hover_text("Role of the server whose page this is");
        }
        let title_font = fonts::semibold(theme::TITLE + 3.0);
        let title = ui.painter().layout_no_wrap(view.title.to_owned(), title_font.clone(), palette.text);
        // A long name gives way to the title, but not altogether.
        let rest = ui.available_width() - title.size().x - 20.0;
        let server_size = vec2(rest.max(ui.available_width() * 0.3), ui.available_height());
        ui.allocate_ui_with_layout(server_size, Layout::right_to_left(Align::Center), |ui| {
            let server = RichText::new(&view.server).font(fonts::medium(theme::BODY)).color(palette.text);
            let server = egui::Label::new(server).truncate().show_tooltip_when_elided(true);
            ui.add(server).on_hover_text(match view.of_both {
                true => "What both servers told is put together",
                false => "The server whose page this is",
            });
        });
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = RichText::new(view.title).font(title_font).color(palette.text);
            ui.add(egui::Label::new(title).truncate());
            if let Some(acd) = &view.acd {
                let acd = RichText::new(acd).font(fonts::medium(theme::BODY)).color(palette.soft);
                ui.add(egui::Label::new(acd).truncate());
            }
        });
    });
}

fn line_ui(ctx: &Ctx<'_>, ui: &mut Ui, line: &Line) {
    let pair = match line.kind {
        LineKind::Info => ctx.palette.info,
        LineKind::Good => ctx.palette.good,
        LineKind::Caution => ctx.palette.caution,
        LineKind::Problem => ctx.palette.warning,
    };
    if !line.is_outcome {
        return boxed(ui, pair, &line.text);
    }
    let frame = Frame::new().fill(pair.fill).corner_radius(theme::RADIUS).inner_margin(Margin::symmetric(10, 6));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            let width = ui.available_width() - 34.0;
            ui.vertical(|ui| {
                ui.set_width(width);
                let text = RichText::new(&line.text).font(fonts::medium(theme::BODY)).color(pair.text);
                ui.add(egui::Label::new(text).wrap());
            });
            if icon_button(ui, ctx.palette, Icon::Close, "Close the outcome").clicked() {
                ctx.send(Command::DismissChange);
            }
        });
    });
}

fn page(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Administration, view: &FrameView, mut height: f32) {
    if let Some(why) = &view.closed {
        return crate::widgets::message(ui, ctx.palette, "This page is closed to you", why);
    }
    match state.kind {
        PageKind::ErrorLog | PageKind::OtherErrorLog => {
            let top = ui.cursor().top();
            if let Some(kind) = error_log::log_choice(ctx, ui, state.kind) {
                state.kind = kind;
                state.error_log.server_changed();
                ctx.send(Command::DismissChange);
            }
            height -= ui.cursor().top() - top;
        }
        PageKind::Checks => return checks::checks_ui(ctx, ui, &mut state.checks, height),
        PageKind::Twin => return twin::twin_ui(ctx, ui, &mut state.twin, height),
        PageKind::Worksheets => return worksheets::worksheets_ui(ctx, ui, view, &mut state.worksheets, height),
        _ => {}
    }
    match page_data(ctx.model, state.kind, ctx.acd) {
        None => {
            let is_refused = view.lines.iter().any(|line| line.kind == LineKind::Problem);
            let headline = if is_refused { "There is nothing to show" } else { "Asking the server…" };
            crate::widgets::message(ui, ctx.palette, headline, "");
        }
        Some(PageData::Collection(status)) => collection::collection_ui(ctx, ui, view, status),
        Some(PageData::Archiving(known)) => {
            archiving::archiving_ui(ctx, ui, view, &mut state.archiving, known, height);
        }
        Some(PageData::Storage(known)) => storage::storage_ui(ctx, ui, view, &mut state.storage, known, height),
        Some(PageData::Exceptions(known)) => {
            exceptions::exceptions_ui(ctx, ui, view, &mut state.exceptions, known, height);
        }
        Some(PageData::Traces(known)) => traces::traces_ui(ctx, ui, view, &mut state.traces, known, height),
        Some(PageData::HistoryInterface(known)) => history::history_ui(ctx, ui, view, known),
        Some(PageData::Profiles(known)) => profiles::profiles_ui(ctx, ui, view, &mut state.profiles, known, height),
        Some(PageData::Timetables(known)) => {
            timetables::timetables_ui(ctx, ui, view, &mut state.timetables, known, height);
        }
        Some(PageData::Backups(known)) => backups::backups_ui(ctx, ui, view, &mut state.backups, known, height),
        Some(PageData::Users(known)) => users::users_ui(ctx, ui, view, &mut state.users, known, height),
        Some(PageData::Mode(known)) => mode::mode_ui(ctx, ui, view, known, height),
        Some(PageData::Dictionary(known)) => {
            dictionary::dictionary_ui(ctx, ui, view, &mut state.dictionary, known, height);
        }
        Some(PageData::Menu(known)) => menu::menu_ui(ctx, ui, view, &mut state.menu, known, height),
        Some(PageData::Skills(known)) => skills::skills_ui(ctx, ui, view, &mut state.skills, known, height),
        Some(PageData::Shortcuts(known)) => {
            shortcuts::shortcuts_ui(ctx, ui, view, &mut state.shortcuts, known, height);
        }
        Some(PageData::ErrorLog(known)) => {
            error_log::error_log_ui(ctx, ui, view, &mut state.error_log, known, height);
        }
        Some(PageData::Changes(known)) => changes::changes_ui(ctx, ui, view, &mut state.changes, known, height),
    }
}

/// A field that searches a page.
pub(super) fn search_field(ctx: &Ctx<'_>, ui: &mut Ui, text: &mut String, name: &str, width: f32) {
    let hint = RichText::new(name).color(ctx.palette.soft);
    let edit = egui::TextEdit::singleline(text)
        .hint_text(hint)
        .margin(Margin { left: 30, right: 8, top: 5, bottom: 5 })
        .desired_width(width - 38.0);
    let response = ui.add(edit).accessible_name(name);
    let square = Rect::from_min_size(response.rect.min, vec2(30.0, response.rect.height()));
    Icon::Search.paint(ui.painter(), crate::icons::square_in(square, 15.0), ctx.palette.soft);
}
