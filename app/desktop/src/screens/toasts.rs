//! Notices in the corner. Good news goes by itself; a problem stays until it was read.

use std::time::{Duration, Instant};

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, RichText, Stroke};
use session::{Notice, NoticeLevel};

use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};
use crate::widgets::icon_button;

/// How long good news stays.
const INFO_STAYS: Duration = Duration::from_secs(6);
/// Most notices shown at once.
const SHOWN_MAX: usize = 4;

/// The notices that are shown.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Toast>,
    told: u64,
}

struct Toast {
    text: String,
    level: NoticeLevel,
    at: Instant,
    times: u32,
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
        if let Some(same) = self.shown.iter_mut().find(|toast| toast.text == text) {
            same.at = now;
            same.times += 1;
            return;
        }
        self.shown.push(Toast { text, level, at: now, times: 1 });
        if self.shown.len() > SHOWN_MAX {
            self.shown.remove(0);
        }
    }

    /// When the next one goes by itself.
    pub fn next_change(&self, now: Instant) -> Option<Duration> {
        let fading = self.shown.iter().filter(|toast| toast.level == NoticeLevel::Info);
        fading.map(|toast| (toast.at + INFO_STAYS).saturating_duration_since(now)).min()
    }

    /// Draws them in the lower right corner.
    pub fn ui(&mut self, ctx: &Context, palette: &Palette, now: Instant) {
        self.shown.retain(|toast| toast.level == NoticeLevel::Problem || now < toast.at + INFO_STAYS);
        let mut read = None;
        let area =
            Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, [-16.0, -16.0]);
        area.show(ctx, |ui| {
            for (index, toast) in self.shown.iter().enumerate() {
                let pair = if toast.level == NoticeLevel::Problem { palette.warning } else { palette.info };
                let frame = Frame::new()
                    .fill(pair.fill)
                    .stroke(Stroke::new(1.0, pair.text.gamma_multiply(0.35)))
                    .corner_radius(theme::RADIUS)
                    .shadow(ui.visuals().popup_shadow)
                    .inner_margin(Margin::symmetric(12, 8));
                frame.show(ui, |ui| {
                    ui.set_width(340.0);
                    ui.horizontal_top(|ui| {
                        let times = if toast.times > 1 { format!(" ({} times)", toast.times) } else { String::new() };
                        let text = RichText::new(format!("{}{times}", toast.text)).font(fonts::medium(theme::BODY));
                        ui.vertical(|ui| {
                            ui.set_width(300.0);
                            ui.add(egui::Label::new(text.color(pair.text)).wrap());
                        });
                        if icon_button(ui, palette, Icon::Close, "Close the notice").clicked() {
                            read = Some(index);
                        }
                    });
                });
                ui.add_space(4.0);
            }
        });
        if let Some(index) = read {
            self.shown.remove(index);
        }
    }
}
