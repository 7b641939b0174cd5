//! Notices in the corner. Good news goes by itself; a problem folds into a button of the top bar after a while, and stays there
//! until it was read, or what it is about is over.
//!
//! They come while somebody works: clicks go through them, and under the pointer they fade so that what is below can be seen.
//! They are closed in the list behind the button. Above one that tells of a file are buttons that open it. A strip of their own at
//! the foot of the window was turned down: it is empty nearly always, and one that comes and goes moves what is about to be clicked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Area, Context, Frame, Id, Margin, Order, ScrollArea, Stroke, TextFormat, Ui, Vec2, vec2};
use model::AcdNumber;
use session::{Model, NoticeLevel, ReportKey};

use crate::fonts;
use crate::icons::Icon;
use crate::keep::Kept;
use crate::theme::{self, Palette};
use crate::view::administration::exceptions::newest_text;
use crate::view::administration::sentence;
use crate::view::counts::counted;
use crate::view::times::by_acd_clock;
use crate::widgets::{icon_button, icon_text_button};

/// How long good news stays.
const INFO_STAYS: Duration = Duration::from_secs(6);
/// How long it stays where there is a file to open: somebody has to go there with the pointer.
const FILE_STAYS: Duration = Duration::from_secs(15);
/// How long a problem stays in full.
const PROBLEM_STAYS: Duration = Duration::from_secs(20);
/// Most notices shown in full by themselves.
const SHOWN_MAX: usize = 4;
/// Most notices kept to be read.
const KEPT_MAX: usize = 30;
/// Most lines of one that came by itself; the list has it whole.
const LINES_MAX: usize = 6;
/// Width of a notice with its margins, where the window is wide enough.
const WIDTH: f32 = 364.0;
/// Free space inside a notice, left and right.
const MARGIN: i8 = 12;
/// Free space between the notices and the edges of the window.
const EDGE: f32 = 16.0;
/// Height of the top bar with a gap: the list hangs below its button.
const BELOW_BAR: f32 = 56.0;
/// How much is seen of a notice that lies under the pointer.
const FADED: f32 = 0.12;

/// The notices that were not read yet.
#[derive(Default)]
pub struct Toasts {
    kept: Vec<Toast>,
    told: u64,
    /// How many exceptions were told of each ACD.
    exceptions: BTreeMap<AcdNumber, u64>,
    /// Whether somebody asked to see all.
    unfolded: bool,
}

/// What a notice is about, where it goes when that is over, whether it was read or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsLongAs {
    /// The session has the notice with this number.
    Told(u64),
    /// This report is being designed and not saved.
    Designed(String),
    /// This file is being written.
    Written(PathBuf),
    /// This pane shows nothing yet.
    Empty(ReportKey),
    /// The other server could not take over.
    Staying,
    /// This cannot be kept on this PC.
    Unkept(Kept),
}

struct Toast {
    text: String,
    as_long_as: Option<AsLongAs>,
    /// A file that was written, to be opened.
    file: Option<PathBuf>,
    level: NoticeLevel,
    at: Instant,
    times: u32,
    /// How many others of its kind it has taken the place of before they were read, where it tells of an exception.
    exceptions_before: Option<u64>,
    folded: bool,
}

impl Toast {
    /// When it goes or folds by itself.
    fn until(&self) -> Instant {
        match self.level {
            NoticeLevel::Info if self.file.is_some() => self.at + FILE_STAYS,
            NoticeLevel::Info => self.at + INFO_STAYS,
            NoticeLevel::Problem => self.at + PROBLEM_STAYS,
        }
    }
}

impl Toasts {
    /// Takes in the session's notices that were not shown yet.
    pub fn take_in(&mut self, model: &Model, now: Instant) {
        for notice in &model.notices {
            if notice.number > self.told {
                self.told = notice.number;
                let as_long_as = notice.lasting.as_ref().map(|_| AsLongAs::Told(notice.number));
                self.put(notice.level, &by_acd_clock(model, &notice.text), None, as_long_as, now);
            }
        }
    }

    /// Lets those go that are about what is over.
    pub fn end(&mut self, goes_on: impl Fn(&AsLongAs) -> bool) {
        self.kept.retain(|toast| toast.as_long_as.as_ref().is_none_or(&goes_on));
    }

    /// Takes in the exceptions that have come: of all of them the newest alone is told, in place of the one before it. How many
    /// there are stands in the top bar, and all of them in their log. Says whether any has come.
    pub fn take_in_exceptions(&mut self, model: &Model, now: Instant) -> bool {
        let mut any = false;
        self.exceptions.retain(|acd, _| model.exceptions.contains_key(acd));
        for (&acd, told) in &model.exceptions {
            let before = self.exceptions.insert(acd, told.news).unwrap_or(0);
            let Some(newest) = told.newest.as_ref().filter(|_| told.news > before) else { continue };
            let text = newest_text(newest, model.dictionaries.get(&acd));
            let mut text = if model.exceptions.len() > 1 { format!("{text} (ACD {acd})") } else { text };
            let in_sight = self.kept.iter().filter(|toast| now < toast.until());
            let replaced = in_sight.filter_map(|toast| toast.exceptions_before).map(|before| before + 1).max();
            let unseen = replaced.unwrap_or(0) + (told.news - before).saturating_sub(1);
            if unseen > 0 {
                let others = counted(usize::try_from(unseen).unwrap_or(usize::MAX), "other", "others");
                text += &format!(". {others} just before it: the counter at the top opens their log");
            }
            self.kept.retain(|toast| toast.exceptions_before.is_none());
            self.keep(Toast {
                text,
                as_long_as: None,
                file: None,
                level: NoticeLevel::Info,
                at: now,
                times: 1,
                exceptions_before: Some(unseen),
                folded: false,
            });
            any = true;
        }
        any
    }

    /// Shows a notice of the screen's own.
    pub fn tell(&mut self, level: NoticeLevel, text: String, now: Instant) {
        self.put(level, &text, None, None, now);
    }

    /// Tells of a trouble until that is over.
    pub fn tell_as_long_as(&mut self, as_long_as: AsLongAs, text: &str, now: Instant) {
        self.put(NoticeLevel::Problem, text, None, Some(as_long_as), now);
    }

    /// Tells of a file that was written, with buttons that open it or its folder.
    pub fn tell_of_file(&mut self, text: &str, file: PathBuf, now: Instant) {
        self.put(NoticeLevel::Info, text, Some(file), None, now);
    }

    fn put(
        &mut self,
        level: NoticeLevel,
        text: &str,
        file: Option<PathBuf>,
        as_long_as: Option<AsLongAs>,
        now: Instant,
    ) {
        let text = sentence(text);
        let times = match self.kept.iter().position(|toast| toast.text == text) {
            Some(same) => self.kept.remove(same).times + 1,
            None => 1,
        };
        // Of one state the newest alone holds.
        self.kept.retain(|toast| as_long_as.is_none() || toast.as_long_as != as_long_as);
        self.keep(Toast { text, as_long_as, file, level, at: now, times, exceptions_before: None, folded: false });
    }

    fn keep(&mut self, toast: Toast) {
        self.kept.push(toast);
        if self.kept.len() > KEPT_MAX {
            self.kept.remove(0);
        }
    }

    /// When the next one goes or folds by itself.
    pub fn next_change(&self, now: Instant) -> Option<Duration> {
        let changes = self.kept.iter().map(Toast::until).filter(|&at| at > now);
        changes.map(|at| at.saturating_duration_since(now)).min()
    }

    /// The notices that are shown in full now, the oldest first.
    #[cfg(test)]
    pub(crate) fn in_full(&self, now: Instant) -> Vec<&str> {
        self.places_in_full(now).into_iter().map(|place| self.kept[place].text.as_str()).collect()
    }

    fn places_in_full(&self, now: Instant) -> Vec<usize> {
        let fresh = |toast: &Toast| self.unfolded || (!toast.folded && now < toast.until());
        let mut places: Vec<usize> = (0..self.kept.len()).filter(|&place| fresh(&self.kept[place])).collect();
        if !self.unfolded {
            places.drain(..places.len().saturating_sub(SHOWN_MAX));
        }
        places
    }

    /// How many are to be read: good news that goes by itself need not be.
    pub fn to_read(&self) -> usize {
        self.kept.iter().filter(|toast| toast.level == NoticeLevel::Problem).count()
    }

    /// Whether the list of all is shown.
    pub fn is_unfolded(&self) -> bool {
        self.unfolded
    }

    /// Shows the list of all. When it is folded again, those that were in it do not come back by themselves.
    pub fn toggle(&mut self) {
        self.unfolded = !self.unfolded;
        if !self.unfolded {
            self.kept.iter_mut().for_each(|toast| toast.folded = true);
        }
    }

    /// Draws them: what has come by itself in the lower right corner, the list below its button in the top bar. Where there is no
    /// bar, the button is in the corner, too. `in_corner` is the height of what lies there already. Gives what is to be opened.
    pub fn ui(
        &mut self,
        ctx: &Context,
        palette: &Palette,
        now: Instant,
        has_bar: bool,
        in_corner: f32,
    ) -> Option<PathBuf> {
        self.kept.retain(|toast| toast.level == NoticeLevel::Problem || now < toast.until());
        self.unfolded &= !self.kept.is_empty();
        if self.unfolded {
            self.list_ui(ctx, palette, has_bar);
            return None;
        }
        let has_button = !has_bar && self.to_read() > 0;
        let above = if has_button { theme::CONTROL_HEIGHT + 8.0 } else { in_corner };
        let (places, id) = (self.places_in_full(now), Id::unique("notices"));
        let file = places.iter().rev().find_map(|&place| self.kept[place].file.as_deref());
        let area = Area::new(id).order(Order::Foreground).interactable(false);
        let area = area.anchor(Align2::RIGHT_BOTTOM, vec2(-EDGE, -EDGE - above));
        let mut opened = None;
        if !places.is_empty() {
            let lies_under_pointer = is_under_pointer(ctx, id);
            let shown = area.show(ctx, |ui| {
                ui.set_opacity(if lies_under_pointer { FADED } else { 1.0 });
                ui.spacing_mut().item_spacing.y = 4.0;
                for place in places {
                    toast_ui(ui, palette, &self.kept[place], Some(LINES_MAX), |_| ());
                }
            });
            opened = file.and_then(|file| file_buttons(ctx, palette, file, above + shown.response.rect.height() + 4.0));
        }
        if has_button {
            let area = Area::new(Id::unique("notices_button")).order(Order::Foreground);
            area.anchor(Align2::RIGHT_BOTTOM, Vec2::splat(-EDGE)).show(ctx, |ui| self.fold_button(ui, palette));
        }
        opened
    }

    /// All of them, the oldest first, each to be closed.
    fn list_ui(&mut self, ctx: &Context, palette: &Palette, has_bar: bool) {
        let (align, offset) = match has_bar {
            true => (Align2::RIGHT_TOP, vec2(-EDGE, BELOW_BAR)),
            false => (Align2::RIGHT_BOTTOM, Vec2::splat(-EDGE)),
        };
        let height = ctx.content_rect().height() - BELOW_BAR - EDGE - theme::CONTROL_HEIGHT - 4.0;
        let area = Area::new(Id::unique("notices_list")).order(Order::Foreground).anchor(align, offset);
        area.show(ctx, |ui| {
            let mut read = None;
            ui.spacing_mut().item_spacing.y = 4.0;
            ScrollArea::vertical().max_height(height.max(80.0)).show(ui, |ui| {
                for (place, toast) in self.kept.iter().enumerate() {
                    let close = |ui: &mut Ui| icon_button(ui, palette, Icon::Close, "Close the notice").clicked();
                    if toast_ui(ui, palette, toast, None, close) {
                        read = Some(place);
                    }
                }
            });
            if let Some(place) = read {
                self.kept.remove(place);
            }
            self.fold_button(ui, palette);
        });
    }

    /// Shows the list, or folds it again.
    fn fold_button(&mut self, ui: &mut Ui, palette: &Palette) {
        let text = if self.unfolded { "Fold the notices".to_owned() } else { to_read(self.to_read()) };
        ui.horizontal(|ui| {
            if icon_text_button(ui, palette, Icon::Warning, &text).clicked() {
                self.toggle();
            }
            if self.unfolded && ui.button("Close all").clicked() {
                self.kept.clear();
            }
        });
    }
}

/// The buttons for a file that was written, above the notices: all that is clicked of them. Gives what is to be opened.
fn file_buttons(ctx: &Context, palette: &Palette, file: &Path, above: f32) -> Option<PathBuf> {
    let area = Area::new(Id::unique("notice_buttons")).order(Order::Foreground);
    let shown = area.anchor(Align2::RIGHT_BOTTOM, vec2(-EDGE, -EDGE - above)).show(ctx, |ui| {
        let frame = Frame::new().fill(palette.info.fill).corner_radius(theme::RADIUS).inner_margin(Margin::same(5));
        let row = frame.show(ui, |ui| {
            let row = ui.horizontal(|ui| {
                let opens = ui.button("Open").on_hover_text("Open the file").clicked();
                let shows = ui.button("Show folder").clicked();
                (opens, shows)
            });
            row.inner
        });
        row.inner
    });
    match shown.inner {
        (true, _) => Some(file.to_owned()),
        (false, true) => file.parent().map(Path::to_owned),
        (false, false) => None,
    }
}

/// How many notices are to be read.
pub fn to_read(count: usize) -> String {
    counted(count, "notice to read", "notices to read")
}

/// Whether the pointer is where an area was drawn last.
fn is_under_pointer(ctx: &Context, id: Id) -> bool {
    let place = ctx.memory(|memory| memory.area_rect(id));
    let pointer = ctx.input(|input| input.pointer.hover_pos());
    place.zip(pointer).is_some_and(|(place, pointer)| place.contains(pointer))
}

/// Draws one, with at most so many lines of its text; gives what `beside` the text gives.
fn toast_ui<R>(
    ui: &mut Ui,
    palette: &Palette,
    toast: &Toast,
    lines_max: Option<usize>,
    beside: impl FnOnce(&mut Ui) -> R,
) -> R {
    let pair = match toast.level {
        _ if toast.exceptions_before.is_some() => palette.caution,
        NoticeLevel::Problem => palette.warning,
        NoticeLevel::Info => palette.info,
    };
    let frame = Frame::new()
        .fill(pair.fill)
        .stroke(Stroke::new(1.0, pair.text.gamma_multiply(0.35)))
        .corner_radius(theme::RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(MARGIN, 8));
    let inner = frame.show(ui, |ui| {
        let width = WIDTH.min(ui.ctx().content_rect().width() - 2.0 * EDGE) - 2.0 * f32::from(MARGIN);
        ui.set_width(width);
        ui.horizontal_top(|ui| {
            let times = if toast.times > 1 { format!(" ({} times)", toast.times) } else { String::new() };
            let format = TextFormat::simple(fonts::medium(theme::BODY), pair.text);
            let mut text = LayoutJob::single_section(format!("{}{times}", toast.text), format);
            text.wrap = TextWrapping { max_rows: lines_max.unwrap_or(usize::MAX), ..TextWrapping::default() };
            ui.vertical(|ui| {
                ui.set_width(width - if lines_max.is_none() { 40.0 } else { 0.0 });
                ui.add(egui::Label::new(text).wrap());
            });
            beside(ui)
        })
        .inner
    });
    inner.inner
}
