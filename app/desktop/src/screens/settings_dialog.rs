//! Settings: look, size, density, attention, automatic switch, keys.

use egui::{RichText, Ui};
use session::Command;

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::settings::{DensityChoice, Settings, ThemeChoice};
use crate::theme;
use crate::widgets::{dialog, hint, section, segments};

/// Every shortcut and what it does.
pub const KEYS: [(&str, &str); 15] = [
    ("Ctrl+Shift+A", "Administration, or back to the reports"),
    ("Ctrl+K", "Search the report list: reports, agents, splits, VDNs"),
    ("Ctrl+F", "The same; in a report, show only rows with a text"),
    ("Ctrl+Shift+S", "Switch all reports to the other server"),
    ("F6 or Ctrl+Tab", "Go on to the next report; back with Shift"),
    ("Ctrl+W", "Close the report used last"),
    ("Ctrl+Shift+T", "Open again what was closed last"),
    ("Ctrl+D", "Duplicate it"),
    ("Ctrl+I", "Change its inputs"),
    ("F11", "Give it the whole window, or take it back"),
    ("Ctrl+C", "Copy the marked rows of a report, or all of them"),
    ("Ctrl+B", "Show or hide the report list"),
    ("Ctrl + and Ctrl −", "Everything larger or smaller"),
    ("Ctrl+0", "Everything at 100 % again"),
    ("Tab and arrow keys", "Move between controls and scroll a table"),
];

/// Seconds that the automatic switch offers when it is turned on.
const AUTO_SWITCH_PROPOSED_SECS: u32 = 30;

/// Draws the dialog; returns whether it is to be closed.
pub fn settings_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context) -> bool {
    dialog(egui, ctx.palette, "Settings", 460.0, |parts| {
        parts.form(|ui| {
            look(ctx, ui);
            ui.add_space(12.0);
            automatic_switch(ctx, ui);
            ui.add_space(12.0);
            section(ui, ctx.palette, "Keys");
            egui::Grid::new("keys").num_columns(2).spacing([18.0, 5.0]).show(ui, |ui| {
                for (keys, what) in KEYS {
                    ui.label(RichText::new(keys).font(fonts::medium(theme::SMALL + 0.5)).color(ctx.palette.text));
                    ui.label(RichText::new(what).color(ctx.palette.soft));
                    ui.end_row();
                }
            });
        })
    })
}

fn look(ctx: &Ctx<'_>, ui: &mut Ui) {
    let mut settings = ctx.settings.clone();
    section(ui, ctx.palette, "Light or dark");
    let choices = [(ThemeChoice::System, "As the system"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")];
    let width = ui.available_width();
    segments(ui, ctx.palette, width, &mut settings.theme, &choices);
    section(ui, ctx.palette, "Size");
    let scales = Settings::SCALES.map(|percent| (percent, format!("{percent} %")));
    let scales: Vec<(u32, &str)> = scales.iter().map(|(percent, text)| (*percent, text.as_str())).collect();
    segments(ui, ctx.palette, width, &mut settings.scale_percent, &scales);
    section(ui, ctx.palette, "Rows of reports");
    let choices = [
        (DensityChoice::Automatic, "Compact in low panes"),
        (DensityChoice::Normal, "Never compact"),
        (DensityChoice::Compact, "Compact"),
    ];
    segments(ui, ctx.palette, width, &mut settings.density, &choices);
    section(ui, ctx.palette, "When an exception comes");
    ui.checkbox(&mut settings.attention, "Ask for attention while another window is in front");
    hint(ui, ctx.palette, "As the system shows it: in the task bar or dock. There is no sound");
    if settings != *ctx.settings {
        ctx.want(Intent::SaveSettings(settings));
    }
}

fn automatic_switch(ctx: &Ctx<'_>, ui: &mut Ui) {
    let Some(profile) = &ctx.model.profile else { return };
    section(ui, ctx.palette, "When the server in use fails");
    if profile.secondary.is_none() {
        hint(ui, ctx.palette, "The profile names one server only; there is none to switch to");
        return;
    }
    let mut on = profile.auto_switch_secs.is_some();
    let mut secs = profile.auto_switch_secs.unwrap_or(AUTO_SWITCH_PROPOSED_SECS);
    ui.horizontal(|ui| {
        let changed = ui.checkbox(&mut on, "Switch to the other server by itself after").changed();
        let drag = egui::DragValue::new(&mut secs).range(5..=3600).suffix(" s");
        let response = ui.add_enabled(on, drag);
        if changed || response.changed() {
            ctx.send(Command::SetAutoSwitch(on.then_some(secs)));
        }
        let _ = response.accessible_name("Seconds until the automatic switch");
    });
    hint(
        ui,
        ctx.palette,
        "Off, a banner says what is known of both servers and you decide. Going back is always yours",
    );
}
