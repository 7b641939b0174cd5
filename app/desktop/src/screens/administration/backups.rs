//! Backups, drawn: how backing up stands, what goes on, then what is on the devices or what was restored.

use api::{BackupEntry, Backups};
use egui::{Align, Frame, Layout, Margin, RichText, Ui, vec2};
use model::AcdNumber;
use session::{BackupsData, Command};

use super::card::{card, chosen_height, chosen_place, detail, fact, to_foot};
use super::images::{ImagesState, images_ui};
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::backup_draft::{BackupDraft, JobForm};
use crate::view::administration::backups::{
    BackupRow, Key, Part, RestoreRow, TABS, advice, facts, restores, rows, verify,
};
use crate::view::administration::job::{JobText, besides_text, call_off, job_text, may_begin};
use crate::view::administration::restore_draft::RestoreDraft;
use crate::view::administration::{FrameView, LineKind, may};
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, icon_button, primary_button, segments};

const BACKUP_COLUMNS: [ListColumn; 9] = [
    ListColumn::words("Label"),
    ListColumn::words("Made at"),
    ListColumn::words("Server"),
    ListColumn::words("Device"),
    ListColumn::words("Mode"),
    ListColumn::wide("Data"),
    ListColumn::figures("Volumes"),
    ListColumn::figures("Rows"),
    ListColumn::figures("Size"),
];
const RESTORE_COLUMNS: [ListColumn; 7] = [
    ListColumn::figures("Number"),
    ListColumn::words("Backup"),
    ListColumn::wide("What"),
    ListColumn::words("Began"),
    ListColumn::words("State"),
    ListColumn::words("By"),
    ListColumn::words("Taken back"),
];
/// Room for the names of facts.
const LABEL_WIDTH: f32 = 150.0;
/// Room for what was chosen.
const CHOSEN_HEIGHT: f32 = 112.0;
/// Room for the button that calls a job off, and the one that closes its outcome.
const CALL_OFF_WIDTH: f32 = 124.0;
/// Room for the buttons.
const BUTTONS_HEIGHT: f32 = 66.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 140.0;

/// What the page keeps between two frames.
#[derive(Default)]
pub struct BackupsState {
    part: Part,
    search: String,
    chosen: Option<Key>,
    chosen_restore: Option<i64>,
    images: ImagesState,
}

impl BackupsState {
    /// Another server serves, which numbers its restores by itself.
    pub fn server_changed(&mut self) {
        self.chosen_restore = None;
    }
}

/// Draws the page.
pub fn backups_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    view: &FrameView,
    state: &mut BackupsState,
    known: &BackupsData,
    height: f32,
) {
    let bottom = ui.cursor().top() + height;
    card(ui, ctx.palette, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        for (label, text) in facts(&known.backups) {
            fact(ui, LABEL_WIDTH, &label, &text, ctx.palette.soft, ctx.palette.text);
        }
    });
    if let Some(advice) = advice(&known.backups) {
        let pair = if view.muted { ctx.palette.muted() } else { ctx.palette.caution };
        boxed(ui, pair, advice);
    }
    for problem in &known.backups.problems {
        boxed(ui, ctx.palette.warning, problem);
    }
    for job in [besides_text(ctx.model), job_text(ctx.model)].iter().flatten() {
        job_ui(ctx, ui, job);
    }
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 310.0, &mut state.part, &TABS);
        if state.part == Part::Backups {
            let width = ui.available_width().clamp(140.0, 240.0);
            search_field(ctx, ui, &mut state.search, "Search the backups", width);
        }
    });
    match state.part {
        Part::Backups => on_devices(ctx, ui, view, state, &known.backups, bottom),
        Part::Restores => done(ctx, ui, view, state, known, bottom),
        Part::Images => {
            images_ui(ctx, ui, view, &mut state.images, (&known.images, &known.backups), bottom);
        }
    }
}

/// A backup or restore that goes on, or what came of it.
fn job_ui(ctx: &Ctx<'_>, ui: &mut Ui, job: &JobText) {
    let pair = match job.kind {
        LineKind::Info => ctx.palette.info,
        LineKind::Good => ctx.palette.good,
        LineKind::Caution => ctx.palette.caution,
        LineKind::Problem => ctx.palette.warning,
    };
    let frame = Frame::new().fill(pair.fill).corner_radius(theme::RADIUS).inner_margin(Margin::symmetric(10, 6));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            let width = ui.available_width() - if job.call_off.is_some() { CALL_OFF_WIDTH } else { 34.0 };
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = 2.0;
                let headline = RichText::new(&job.headline).font(fonts::semibold(theme::BODY)).color(pair.text);
                ui.add(egui::Label::new(headline).wrap());
                let text = RichText::new(&job.text).font(fonts::regular(theme::BODY)).color(pair.text);
                ui.add(egui::Label::new(text).wrap().selectable(true));
            });
            if let (Some(running), Some(which)) = (&job.call_off, ctx.model.serving) {
                let may = may(ctx.model, ctx.now);
                if guarded(ui, &may, |ui| ui.button("Call off…")).clicked() {
                    ctx.want(Intent::Confirm(Box::new(call_off(ctx.model, which, running))));
                }
            }
            let size = vec2(26.0, 26.0);
            ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
                if let Some(close) = job.close
                    && icon_button(ui, ctx.palette, Icon::Close, close).clicked()
                {
                    ctx.send(Command::DismissJob);
                }
            });
        });
    });
}

fn on_devices(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, state: &mut BackupsState, known: &Backups, bottom: f32) {
    let shown = rows(ctx.model, &known.backups, &state.search);
    let chosen = state.chosen.as_ref().and_then(|key| shown.iter().position(|row| row.key == *key));
    let chosen_height = chosen_height(bottom - ui.cursor().top() - BUTTONS_HEIGHT - LIST_MIN, CHOSEN_HEIGHT);
    if shown.is_empty() {
        let none = match known.backups.is_empty() {
            true => "There is no backup on the devices yet",
            false => "No backup has these words in it",
        };
        hint(ui, ctx.palette, none);
    } else {
        let listing =
            Listing { name: "Backups", columns: &BACKUP_COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let room = (bottom - ui.cursor().top() - chosen_height - BUTTONS_HEIGHT).max(LIST_MIN);
        let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.key.clone());
        }
        if let Some(row) = response.opened.and_then(|row| shown.get(row)) {
            ctx.want(Intent::DescribeBackup(Box::new(row.entry.clone())));
        }
    }
    let chosen = chosen.and_then(|row| shown.get(row));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(row) => detail(ui, ctx.palette, &row.entry.label, &row.details),
        None if shown.is_empty() => {}
        None => _ = hint(ui, ctx.palette, "Choose a backup to read what it holds, to verify it, and to restore it"),
    });
    to_foot(ui, bottom, 1.0);
    backup_buttons(ctx, ui, view, known, chosen);
}

fn backup_buttons(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &Backups, chosen: Option<&BackupRow>) {
    let may = may_begin(ctx.model, &view.may);
    let may_use = may.clone().and_then(|()| match chosen {
        None => Err("Choose a backup first".to_owned()),
        Some(row) if !row.entry.missing.is_empty() => Err("Volumes of it are missing on the device".to_owned()),
        Some(_) => Ok(()),
    });
    let may_look = if chosen.is_some() { Ok(()) } else { Err("Choose a backup first".to_owned()) };
    let entry = || chosen.map(|row| row.entry.clone());
    button_row(ui, |ui| {
        if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Back up now…")).clicked() {
            ctx.want(Intent::AskJob(Box::new(JobForm::Backup(BackupDraft::new(ctx.model, known)))));
        }
        let asked: Option<BackupEntry> =
            if guarded(ui, &may_use, |ui| ui.button("Restore…")).clicked() { entry() } else { None };
        if let Some(entry) = asked {
            ctx.want(Intent::AskRestore(Box::new(RestoreDraft::new(ctx.model, &entry))));
        }
        if guarded(ui, &may_use, |ui| ui.button("Verify")).clicked()
            && let Some(entry) = entry()
        {
            ctx.send(Command::StartJob { which: view.role, request: verify(&entry) });
        }
        if guarded(ui, &may_look, |ui| ui.button("Describe…")).clicked()
            && let Some(entry) = entry()
        {
            ctx.want(Intent::DescribeBackup(Box::new(entry)));
        }
    });
}

fn done(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, state: &mut BackupsState, known: &BackupsData, bottom: f32) {
    let shown = restores(ctx.model, &known.restores);
    if shown.is_empty() {
        hint(ui, ctx.palette, "Nothing was restored on this server yet");
        return;
    }
    let chosen = state.chosen_restore.and_then(|number| shown.iter().position(|row| row.entry.restore == number));
    let chosen_height = chosen_height(bottom - ui.cursor().top() - BUTTONS_HEIGHT - LIST_MIN, CHOSEN_HEIGHT);
    let listing =
        Listing { name: "Restores", columns: &RESTORE_COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
    let room = (bottom - ui.cursor().top() - chosen_height - BUTTONS_HEIGHT).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen_restore = Some(row.entry.restore);
    }
    let chosen = chosen.and_then(|row| shown.get(row));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(row) => {
            let headline = format!("Restore {} of {}", row.entry.restore, row.entry.label);
            detail(ui, ctx.palette, &headline, &row.details);
        }
        None => _ = hint(ui, ctx.palette, "Choose a restore to take it back: what it replaced was copied before"),
    });
    to_foot(ui, bottom, 1.0);
    undo_button(ctx, ui, view, chosen);
}

fn undo_button(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, chosen: Option<&RestoreRow>) {
    let may = may_begin(ctx.model, &view.may).and_then(|()| match chosen {
        None => Err("Choose a restore first".to_owned()),
        Some(row) => row.may_undo.clone(),
    });
    button_row(ui, |ui| {
        let is_back = chosen.is_some_and(|row| row.entry.undone_at.is_some());
        let button = if is_back { "Take forward again…" } else { "Take back…" };
        if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, button)).clicked()
            && let Some(row) = chosen
        {
            ctx.want(Intent::AskJob(Box::new(JobForm::Undo(row.entry.clone()))));
        }
    });
}

/// A labelled choice of one ACD or all of them.
pub(super) fn acd_choice(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    acds: &[(AcdNumber, String)],
    chosen: &mut Option<AcdNumber>,
    all: &str,
) {
    let shown = acds.iter().find(|(acd, _)| Some(*acd) == *chosen).map_or(all, |(_, name)| name).to_owned();
    let choices = acds.iter().map(|(_, name)| name.as_str()).chain([all]);
    if let Some(text) = super::forms::choice(ctx, ui, "ACD", &shown, choices) {
        *chosen = acds.iter().find(|(_, name)| name == text).map(|(acd, _)| *acd);
    }
}
