//! Every colour, radius and text size of the screens. No other module names a colour.
//!
//! Two palettes, light and dark, in which every pair of text and fill has a contrast of at least 4.5 (tested).

use egui::style::{HandleShape, ScrollStyle, Selection, WidgetVisuals};
use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, TextStyle, Theme, Vec2, Visuals};
use report::Level;

use crate::fonts;

/// A fill and the text that is legible on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Behind the text.
    pub fill: Color32,
    /// The text.
    pub text: Color32,
}

/// The colours of one theme, by what they are for.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub canvas: Color32,
    /// Panels and panes.
    pub surface: Color32,
    /// Headers and controls on a surface.
    pub raised: Color32,
    /// Controls under the pointer.
    pub hovered: Color32,
    /// Fields to type in.
    pub sunken: Color32,
    /// Every other row of a table.
    pub zebra: Color32,
    /// Hairlines.
    pub line: Color32,
    /// Outlines of controls.
    pub outline: Color32,
    /// Text.
    pub text: Color32,
    /// Text of second rank: labels, units, hints.
    pub soft: Color32,
    /// Examples in fields that nothing was typed into yet: just legible, so that nobody takes them for what was typed.
    pub faint: Color32,
    /// The one colour that says "this is the thing to do" or "this is chosen".
    pub accent: Color32,
    /// A button of that kind.
    pub action: Pair,
    /// What is chosen.
    pub chosen: Pair,
    /// Something is well.
    pub good: Pair,
    /// Worth a look.
    pub caution: Pair,
    /// Worth acting on.
    pub warning: Pair,
    /// Data that are no longer live.
    pub stale: Pair,
    /// Good to know.
    pub info: Pair,
    /// A dot or icon that says something is well.
    pub good_mark: Color32,
    /// A dot or icon that says something is on its way, or late.
    pub caution_mark: Color32,
    /// A dot or icon that says something is down.
    pub warning_mark: Color32,
    available: Pair,
    acd: Pair,
    acw: Pair,
    aux: Pair,
    ring: Pair,
    other: Pair,
    shadow: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn pair(fill: u32, text: u32) -> Pair {
    Pair { fill: rgb(fill), text: rgb(text) }
}

/// For bright rooms.
pub static LIGHT: Palette = Palette {
    canvas: rgb(0xE9_EDF2),
    surface: rgb(0xFF_FFFF),
    raised: rgb(0xF3_F5F8),
    hovered: rgb(0xE4_E9EF),
    sunken: rgb(0xFA_FBFC),
    zebra: rgb(0xF8_FAFB),
    line: rgb(0xE1_E6EC),
    outline: rgb(0xC6_CED8),
    text: rgb(0x17_202B),
    soft: rgb(0x54_6070),
    faint: rgb(0x67_737F),
    accent: rgb(0x2F_54C8),
    action: pair(0x35_5BD0, 0xFF_FFFF),
    chosen: pair(0xE3_EAFD, 0x23_429F),
    good: pair(0xDB_F2E4, 0x0E_6232),
    caution: pair(0xFF_EFC2, 0x74_4A00),
    warning: pair(0xFD_DEDB, 0x9C_1B12),
    stale: pair(0xFD_E6BF, 0x70_4300),
    info: pair(0xDF_E9FC, 0x21_4490),
    good_mark: rgb(0x1C_9A54),
    caution_mark: rgb(0xC9_7B00),
    warning_mark: rgb(0xD6_3A2E),
    available: pair(0xDB_F2E4, 0x0E_6232),
    acd: pair(0xDC_E8FE, 0x1C_4AA8),
    acw: pair(0xEA_E2FC, 0x56_30A8),
    aux: pair(0xFC_EBCE, 0x77_4A00),
    ring: pair(0xD3_F1F3, 0x0A_5D66),
    other: pair(0xE7_EBF0, 0x48_5361),
    shadow: Color32::from_black_alpha(28),
};

/// For dim rooms.
pub static DARK: Palette = Palette {
    canvas: rgb(0x0D_1116),
    surface: rgb(0x15_1B22),
    raised: rgb(0x1C_242D),
    hovered: rgb(0x27_313C),
    sunken: rgb(0x10_151B),
    zebra: rgb(0x18_1F27),
    line: rgb(0x26_2F3A),
    outline: rgb(0x39_4553),
    text: rgb(0xE3_E8EE),
    soft: rgb(0x9A_A7B6),
    faint: rgb(0x76_828F),
    accent: rgb(0x8F_A9FF),
    action: pair(0x3F_63DC, 0xFF_FFFF),
    chosen: pair(0x22_3164, 0xC6_D4FF),
    good: pair(0x12_3A26, 0x86_DFAC),
    caution: pair(0x4A_3A0A, 0xFF_D876),
    warning: pair(0x55_1D1C, 0xFF_B4AC),
    stale: pair(0x4A_3508, 0xFF_D27A),
    info: pair(0x1A_2E52, 0xA9_C8FF),
    good_mark: rgb(0x3D_CC80),
    caution_mark: rgb(0xF2_B43E),
    warning_mark: rgb(0xFF_6B5E),
    available: pair(0x12_3A26, 0x86_DFAC),
    acd: pair(0x16_305A, 0xA0_C4FF),
    acw: pair(0x2F_2456, 0xC8_B4FF),
    aux: pair(0x40_300D, 0xF3_C971),
    ring: pair(0x0D_3B41, 0x84_DFE7),
    other: pair(0x2A_333E, 0xBD_C7D2),
    shadow: Color32::from_black_alpha(110),
};

/// Corner radius of panes and dialogs, in points.
pub const RADIUS: u8 = 8;
/// Corner radius of controls and chips.
pub const RADIUS_SMALL: u8 = 5;
/// Size of ordinary text.
pub const BODY: f32 = 13.0;
/// Size of labels and hints.
pub const SMALL: f32 = 11.5;
/// Size of a pane's or dialog's title.
pub const TITLE: f32 = 14.5;
/// Size of a screen's title.
pub const DISPLAY: f32 = 24.0;
/// Size of a figure that stands alone.
pub const FIGURE: f32 = 19.0;
/// Height of a table row.
pub const ROW_HEIGHT: f32 = 25.0;
/// How close what a pane shows stands together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Height of a pane's header.
    pub header: f32,
    /// Whether the header has its inputs beside its title instead of below it.
    pub one_line: bool,
    /// Height of a table's title, where a report has several.
    pub title: f32,
    /// Height of a table row.
    pub row: f32,
    /// Free space above and below a heading.
    pub heading_padding: f32,
    /// Most lines of a heading.
    pub heading_lines: usize,
}

impl Density {
    /// Where there is room.
    pub const NORMAL: Density =
        Density { header: 50.0, one_line: false, title: 26.0, row: ROW_HEIGHT, heading_padding: 5.0, heading_lines: 3 };

    /// As much as can be read in little height. A chip of a state fits a row.
    pub const COMPACT: Density =
        Density { header: 31.0, one_line: true, title: 20.0, row: 21.0, heading_padding: 2.0, heading_lines: 2 };
}

/// Height of a control.
pub const CONTROL_HEIGHT: f32 = 28.0;

impl Palette {
    /// What stands behind something to choose: if it is chosen, if it is under the pointer or has the keyboard, or else nothing.
    pub fn behind(&self, chosen: bool, lit: bool) -> Option<Color32> {
        match (chosen, lit) {
            (true, _) => Some(self.chosen.fill),
            (false, true) => Some(self.hovered),
            (false, false) => None,
        }
    }

    /// The palette of the theme that is shown.
    pub fn of(dark: bool) -> &'static Palette {
        if dark { &DARK } else { &LIGHT }
    }

    /// The chip of an agent state or trunk state, by its first word; `None` for other words.
    pub fn state(&self, text: &str) -> Option<Pair> {
        let word = text.split([' ', '-', '(']).next().unwrap_or(text);
        Some(match word {
            "AVAIL" | "IDLE" => self.available,
            "ACD" | "DACD" | "CONN" => self.acd,
            "ACW" | "DACW" => self.acw,
            "AUX" => self.aux,
            "RING" | "RINGING" | "QUEUED" | "SEIZED" => self.ring,
            "OTHER" | "UNKNOWN" | "UNSTAFF" | "HOLD" => self.other,
            "MBUSY" | "FBUSY" | "FDISC" => self.warning,
            _ => return None,
        })
    }

    /// A chip that says nothing of good or bad: what all chips become when data stop being live.
    pub fn muted(&self) -> Pair {
        self.other
    }

    /// The colours of a cell that is not normal.
    pub fn level(&self, level: Level) -> Option<Pair> {
        match level {
            Level::Normal => None,
            Level::Caution => Some(self.caution),
            Level::Warning => Some(self.warning),
        }
    }

    /// Every pair, by name, for the test of contrasts.
    #[cfg(test)]
    pub(crate) fn pairs(&self) -> Vec<(&'static str, Pair)> {
        let on = |fill, text| Pair { fill, text };
        vec![
            ("text on canvas", on(self.canvas, self.text)),
            ("text on surface", on(self.surface, self.text)),
            ("text on raised", on(self.raised, self.text)),
            ("text on hovered", on(self.hovered, self.text)),
            ("text on sunken", on(self.sunken, self.text)),
            ("soft on canvas", on(self.canvas, self.soft)),
            ("soft on surface", on(self.surface, self.soft)),
            ("soft on raised", on(self.raised, self.soft)),
            ("soft on zebra", on(self.zebra, self.soft)),
            ("soft on hovered", on(self.hovered, self.soft)),
            ("faint on sunken", on(self.sunken, self.faint)),
            ("accent on surface", on(self.surface, self.accent)),
            ("action", self.action),
            ("chosen", self.chosen),
            ("good", self.good),
            ("caution", self.caution),
            ("warning", self.warning),
            ("stale", self.stale),
            ("info", self.info),
            ("available", self.available),
            ("acd", self.acd),
            ("acw", self.acw),
            ("aux", self.aux),
            ("ring", self.ring),
            ("other", self.other),
        ]
    }
}

/// Gives a context the fonts and both styles; call it once.
pub fn apply(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    for (theme, palette) in [(Theme::Light, &LIGHT), (Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| {
            spacing(style);
            style.visuals = visuals(theme, palette);
        });
    }
}

fn spacing(style: &mut egui::Style) {
    style.text_styles = [
        (TextStyle::Small, fonts::regular(SMALL)),
        (TextStyle::Body, fonts::regular(BODY)),
        (TextStyle::Button, fonts::medium(BODY)),
        (TextStyle::Heading, fonts::semibold(TITLE)),
        (TextStyle::Monospace, egui::FontId::monospace(12.5)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(8.0, 6.0);
    spacing.button_padding = Vec2::new(11.0, 5.0);
    spacing.interact_size = Vec2::new(28.0, CONTROL_HEIGHT);
    spacing.window_margin = Margin::same(20);
    spacing.menu_margin = Margin::same(6);
    spacing.text_edit_width = 240.0;
    spacing.combo_width = 120.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    spacing.tooltip_width = 340.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 5.0,
        // Always faintly there: what cannot be seen must show that it can be scrolled to.
        dormant_handle_opacity: 0.2,
        ..ScrollStyle::floating()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;
    style.animation_time = 0.08;
    style.explanation_tooltips = true;
}

fn visuals(theme: Theme, palette: &Palette) -> Visuals {
    let mut visuals = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    let small = CornerRadius::same(RADIUS_SMALL);
    let widget = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: small,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(palette.surface, palette.line, palette.text);
    visuals.widgets.inactive = widget(palette.raised, palette.outline, palette.text);
    visuals.widgets.hovered = widget(palette.hovered, palette.outline, palette.text);
    visuals.widgets.active = widget(palette.hovered, palette.accent, palette.text);
    visuals.widgets.active.bg_stroke.width = 1.5;
    visuals.widgets.open = widget(palette.hovered, palette.accent, palette.text);
    visuals.selection = Selection { bg_fill: palette.chosen.fill, stroke: Stroke::new(1.0, palette.chosen.text) };
    // Fields show their examples in it, whatever colour these are given.
    visuals.weak_text_color = Some(palette.faint);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.zebra;
    visuals.extreme_bg_color = palette.sunken;
    visuals.text_edit_bg_color = Some(palette.sunken);
    visuals.code_bg_color = palette.raised;
    visuals.warn_fg_color = palette.stale.text;
    visuals.error_fg_color = palette.warning.text;
    visuals.panel_fill = palette.surface;
    visuals.window_fill = palette.surface;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(RADIUS + 2);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    visuals.window_shadow = Shadow { offset: [0, 10], blur: 32, spread: 0, color: palette.shadow };
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: palette.shadow };
    visuals.handle_shape = HandleShape::Circle;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    visuals.striped = false;
    visuals
}
