//! Admin-Sync, drawn: a dry run first, then the sync as it was planned, the log, and taking back.

use api::Conflicts;
use egui::Ui;
use session::{Command, SyncChoice, SyncOutcome, SyncRequest};

use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::LineKind;
use crate::view::administration::sync::{RULES, entry, history, line, may_sync, may_take_back, outcome};
use crate::widgets::{ListColumn, Listing, guarded, hint, primary_button, segments};

const LINE_COLUMNS: [ListColumn; 7] = [
    ListColumn::words("How it stands"),
    ListColumn::figures("ACD"),
    ListColumn::words("Table"),
    ListColumn::wide("Which"),
    ListColumn::wide("Primary has"),
    ListColumn::wide("Secondary has"),
    ListColumn::wide("Done"),
];
const ENTRY_COLUMNS: [ListColumn; 6] = [
    ListColumn::words("At"),
    ListColumn::words("From, to"),
    ListColumn::words("User"),
    ListColumn::wide("Status"),
    ListColumn::wide("What it came to"),
    ListColumn::figures("Restore"),
];
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 150.0;
const WHAT: &str = "The primary's administration goes to the secondary, which judges it thing by thing. A dry run changes \
                    nothing; a sync can be taken back";

/// What the part keeps between two frames.
#[derive(Default)]
pub struct SyncState {
    choice: SyncChoice,
    shows_log: bool,
    /// Number of the chosen sync of the log.
    chosen: Option<i64>,
}

/// Draws it.
pub fn sync_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SyncState, may: &Result<(), String>, bottom: f32) {
    let sync = &ctx.model.sync;
    let may = match &sync.step {
        Some(_) => Err("A sync is on its way".to_owned()),
        None => may.clone(),
    };
    hint(ui, ctx.palette, WHAT);
    ui.horizontal_wrapped(|ui| buttons(ctx, ui, state, &may));
    if let Some(step) = &sync.step {
        boxed(ui, ctx.palette.info, step);
    }
    if let Some(why) = &sync.problem {
        boxed(ui, ctx.palette.warning, &format!("It came to no end: {why}"));
    }
    if let Some(told) = &sync.told {
        boxed(ui, ctx.palette.info, told);
    }
    match (state.shows_log, &sync.outcome) {
        (true, _) => log(ctx, ui, state, &may, bottom),
        (false, Some(found)) => lines(ctx, ui, found, bottom),
        (false, None) => {}
    }
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SyncState, may: &Result<(), String>) {
    let choice = &mut state.choice;
    segments(ui, ctx.palette, 280.0, &mut choice.conflicts, &RULES)
        .on_hover_text("What was changed on the secondary since the last sync");
    ui.checkbox(&mut choice.history, "Heal its history, too");
    let push = |dry_run| Command::Sync(SyncRequest::Push(SyncChoice { dry_run, ..*choice }));
    if guarded(ui, may, |ui| ui.button("Dry run")).clicked() {
        ctx.send(push(true));
        state.shows_log = false;
        return;
    }
    let planned = may_sync(ctx.model.sync.outcome.as_deref(), *choice);
    let may_now = may.clone().and(planned);
    if guarded(ui, &may_now, |ui| primary_button(ui, ctx.palette, "Sync now")).clicked() {
        ctx.send(push(false));
        state.shows_log = false;
        return;
    }
    if guarded(ui, may, |ui| ui.button("Show the log")).clicked() {
        ctx.send(Command::Sync(SyncRequest::Log));
        state.shows_log = true;
    }
}

fn lines(ctx: &Ctx<'_>, ui: &mut Ui, found: &SyncOutcome, bottom: f32) {
    for (kind, text) in [Some(outcome(found)), history(found)].into_iter().flatten() {
        let tint = match kind {
            LineKind::Good => ctx.palette.good,
            LineKind::Info => ctx.palette.info,
            _ => ctx.palette.caution,
        };
        boxed(ui, tint, &text);
    }
    let report = &found.pushed.report;
    if found.choice.conflicts == Conflicts::Refuse && report.conflicts > 0 {
        hint(ui, ctx.palette, "Because of the conflicts nothing at all would be taken over");
    }
    let shown: Vec<_> = report.lines.iter().map(line).collect();
    if shown.is_empty() {
        hint(ui, ctx.palette, "All that is synced is the same on both servers");
        return;
    }
    let listing = Listing {
        name: "Things that differ",
        columns: &LINE_COLUMNS,
        row_count: shown.len(),
        chosen: None,
        muted: false,
    };
    let room = (bottom - ui.cursor().top() - 8.0).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut |row, at| shown[row][at].clone());
}

fn log(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SyncState, may: &Result<(), String>, bottom: f32) {
    let Some(entries) = &ctx.model.sync.log else { return };
    if entries.is_empty() {
        hint(ui, ctx.palette, "Nothing was synced to the secondary yet");
        return;
    }
    let chosen = entries.iter().position(|entry| Some(entry.sync) == state.chosen);
    let restore = may_take_back(chosen.map(|row| &entries[row]));
    let may_undo = may.clone().and(restore.clone().map(drop));
    if guarded(ui, &may_undo, |ui| ui.button("Take the chosen one back")).clicked()
        && let Ok(restore) = restore
    {
        ctx.send(Command::Sync(SyncRequest::Undo(restore)));
    }
    let shown: Vec<_> = entries.iter().map(entry).collect();
    let listing =
        Listing { name: "Log of syncs", columns: &ENTRY_COLUMNS, row_count: shown.len(), chosen, muted: false };
    let room = (bottom - ui.cursor().top() - 8.0).max(LIST_MIN);
    let response = listing.show(ui, ctx.palette, room, &mut |row, at| shown[row][at].clone());
    if let Some(row) = response.chosen {
        state.chosen = entries.get(row).map(|entry| entry.sync);
    }
}
