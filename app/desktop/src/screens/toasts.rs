//! Notices in the corner. Good news goes by itself; a problem folds into a button of the top bar after a while, so that it covers
//! nothing that is worked with, and stays there until it was read.

use std::time::{Duration, Instant};

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, RichText, ScrollArea, Stroke, Ui};
use session::{Notice, NoticeLevel};

use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};
use crate::widgets::{icon_button, icon_text_button};

/// How long good news stays.
const INFO_STAYS: Duration = Duration::from_secs(6);
/// How long a problem stays in full.
const PROBLEM_STAYS: Duration = Duration::from_secs(20);
/// Most notices shown in full by themselves.
const SHOWN_MAX: usize = 4;
/// Most notices kept to be read.
const KEPT_MAX: usize = 30;

/// The notices that were not read yet.
#[derive(Default)]
pub struct Toasts {
    kept: Vec<Toast>,
    told: u64,
    /// Whether somebody asked to see all.
    unfolded: bool,
}

struct Toast {
    text: String,
    level: NoticeLevel,
    at: Instant,
    times: u32,
    folded: bool,
}

impl Toast {
    /// When it goes or folds by itself.
    fn until(&self) -> Instant {
        match self.level {
            NoticeLevel::Info => self.at + INFO_STAYS,
            NoticeLevel::Problem => self.at + PROBLEM_STAYS,
        }
    }
}

impl Toasts {
    /// Takes in the session's notices that were not shown yet.
    pub fn take_in<'a>(&mut self, notices: impl IntoIterator<Item = &'a Notice>, now: Instant) {
        for notice in notices {
            if notice.number > self.told {
                self.told = notice.number;
                self.tell(notice.level, notice.text.clone(), now);
            }
        }
    }

    /// Shows a notice of the screen's own.
    pub fn tell(&mut self, level: NoticeLevel, text: String, now: Instant) {
        let times = match self.kept.iter().position(|toast| toast.text == text) {
            Some(same) => self.kept.remove(same).times + 1,
            None => 1,
        };
        self.kept.push(Toast { text, level, at: now, times, folded: false });
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

    /// How many are folded.
    pub fn folded(&self, now: Instant) -> usize {
        self.kept.len() - self.places_in_full(now).len()
    }

    /// Shows those that are folded.
    pub fn unfold(&mut self) {
        self.unfolded = true;
    }

    /// Draws them in the lower right corner. Where there is a top bar, that says how many are folded: in the corner something
    /// that stays would cover what is worked with.
    pub fn ui(&mut self, ctx: &Context, palette: &Palette, now: Instant, has_bar: bool) {
        self.kept.retain(|toast| toast.level == NoticeLevel::Problem || now < toast.until());
        self.unfolded &= !self.kept.is_empty();
        if self.kept.is_empty() {
            return;
        }
        let places = self.places_in_full(now);
        if has_bar && places.is_empty() {
            return;
        }
        let mut read = None;
        let height = ctx.content_rect().height() * 0.6;
        let area =
            Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, [-16.0, -16.0]);
        area.show(ctx, |ui| {
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                for &place in &places {
                    if toast_ui(ui, palette, &self.kept[place]) {
                        read = Some(place);
                    }
                    ui.add_space(4.0);
                }
            });
            if self.unfolded || !has_bar {
                self.fold_button(ui, palette, places.len());
            }
        });
        if let Some(place) = read {
            self.kept.remove(place);
        }
    }

    /// Shows those that are folded, or folds them again.
    fn fold_button(&mut self, ui: &mut Ui, palette: &Palette, in_full: usize) {
        let folded = self.kept.len() - in_full;
        let text = match folded {
            0 if self.unfolded => "Fold the notices".to_owned(),
            0 => return,
            folded => to_read(folded),
        };
        ui.horizontal(|ui| {
            if icon_text_button(ui, palette, Icon::Warning, &text).clicked() {
                self.unfolded = folded > 0;
                self.kept.iter_mut().for_each(|toast| toast.folded = folded == 0);
            }
            if self.unfolded && ui.button("Close all").clicked() {
                self.kept.clear();
            }
        });
    }
}

/// How many notices are to be read.
pub fn to_read(count: usize) -> String {
    if count == 1 { "1 notice to read".to_owned() } else { format!("{count} notices to read") }
}

/// Draws one; returns whether it was closed.
fn toast_ui(ui: &mut Ui, palette: &Palette, toast: &Toast) -> bool {
    let pair = if toast.level == NoticeLevel::Problem { palette.warning } else { palette.info };
    let frame = Frame::new()
        .fill(pair.fill)
        .stroke(Stroke::new(1.0, pair.text.gamma_multiply(0.35)))
        .corner_radius(theme::RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(12, 8));
    let mut closed = false;
    frame.show(ui, |ui| {
        ui.set_width(340.0);
        ui.horizontal_top(|ui| {
            let times = if toast.times > 1 { format!(" ({} times)", toast.times) } else { String::new() };
            let text = RichText::new(format!("{}{times}", toast.text)).font(fonts::medium(theme::BODY));
            ui.vertical(|ui| {
                ui.set_width(300.0);
                ui.add(egui::Label::new(text.color(pair.text)).wrap());
            });
            closed = icon_button(ui, palette, Icon::Close, "Close the notice").clicked();
        });
    });
    closed
}
