//! Keyboard shortcuts. The settings dialog lists them.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::App;
use crate::ctx::Intent;
use crate::screens::top_bar::moving;
use crate::settings::Settings;

/// Acts on the shortcuts that were pressed since the last frame.
pub fn handle(app: &mut App, egui: &Context) {
    if app.model.serving.is_some() && !app.dialogs.any_open() {
        for intent in pressed(app, egui) {
            app.intents.borrow_mut().push(intent);
        }
    }
    if consume(egui, Modifiers::COMMAND, Key::Num0) {
        let settings = Settings { scale_percent: Settings::default().scale_percent, ..app.settings.clone() };
        app.intents.borrow_mut().push(Intent::SaveSettings(settings));
    }
    let step = match () {
        () if consume(egui, Modifiers::COMMAND, Key::Plus) || consume(egui, Modifiers::COMMAND, Key::Equals) => 1,
        () if consume(egui, Modifiers::COMMAND, Key::Minus) => -1,
        () => return,
    };
    let at = Settings::SCALES.iter().position(|&percent| percent >= app.settings.scale_percent).unwrap_or(1);
    let at = at.saturating_add_signed(step).min(Settings::SCALES.len() - 1);
    let settings = Settings { scale_percent: Settings::SCALES[at], ..app.settings.clone() };
    app.intents.borrow_mut().push(Intent::SaveSettings(settings));
}

fn pressed(app: &App, egui: &Context) -> Vec<Intent> {
    let mut intents = Vec::new();
    if consume(egui, Modifiers::COMMAND | Modifiers::SHIFT, Key::S) {
        intents.extend(moving(&app.model, app.now()));
    }
    if consume(egui, Modifiers::COMMAND | Modifiers::SHIFT, Key::A) {
        intents.push(Intent::ToggleAdministration);
    }
    if app.administration.is_open() {
        // Escape leaves a field or a list first; the reports and their keys are not in sight.
        let is_in_use = egui.memory(|memory| memory.focused()).is_some() || egui::Popup::is_any_open(egui);
        if !is_in_use && consume(egui, Modifiers::NONE, Key::Escape) {
            intents.push(Intent::ToggleAdministration);
        }
        return intents;
    }
    if app.designer.is_some() {
        return intents;
    }
    if consume(egui, Modifiers::COMMAND, Key::F) {
        // Whoever is in a report looks for something in it.
        let here = app.workspace.filters.keyboard_in.filter(|key| app.workspace.pane(*key).is_some());
        intents.push(here.map_or(Intent::FocusSearch, Intent::FilterPane));
    }
    if consume(egui, Modifiers::COMMAND, Key::K) {
        intents.push(Intent::FocusSearch);
    }
    if consume(egui, Modifiers::COMMAND, Key::B) {
        let settings = Settings { show_list: !app.settings.show_list, ..app.settings.clone() };
        intents.push(Intent::SaveSettings(settings));
    }
    let pane_keys = [
        (Modifiers::SHIFT, Key::F6, false),
        (Modifiers::NONE, Key::F6, true),
        (Modifiers::CTRL | Modifiers::SHIFT, Key::Tab, false),
        (Modifiers::CTRL, Key::Tab, true),
    ];
    for (modifiers, key, forward) in pane_keys {
        // Those with Shift come first: a key is also taken for one with Shift that nobody has asked for.
        if egui.input_mut(|input| input.consume_key(modifiers, key)) {
            intents.push(Intent::NextPane { forward });
        }
    }
    if consume(egui, Modifiers::COMMAND | Modifiers::SHIFT, Key::T) {
        intents.push(Intent::ReopenClosed);
    }
    let Some(pane) = app.workspace.active.and_then(|key| app.workspace.pane(key)) else { return intents };
    let key = pane.key;
    let path = pane.request.path.clone();
    let on_pane = [
        (Modifiers::COMMAND, Key::W, Intent::ClosePane(key)),
        (Modifiers::COMMAND, Key::D, Intent::DuplicatePane(key)),
        (Modifiers::COMMAND, Key::I, Intent::AskInputs { path, pane: Some(key) }),
        (Modifiers::NONE, Key::F11, Intent::ToggleMaximised(key)),
    ];
    intents
        .extend(on_pane.into_iter().filter(|(modifiers, key, _)| consume(egui, *modifiers, *key)).map(|(.., it)| it));
    intents
}

fn consume(egui: &Context, modifiers: Modifiers, key: Key) -> bool {
    egui.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
}
