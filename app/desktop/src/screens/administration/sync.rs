//! Admin-Sync, drawn: a dry run first, then the sync as it was planned, the log, and taking back.

use api::Conflicts;
use egui::Ui;
use session::{Command, Detail, DetailData, SyncOutcome, SyncRequest, Which};

use super::backups::acd_choice;
use super::card::detail;
use super::tables_field::tables_field;
use crate::ctx::{Ctx, Intent};
use crate::screens::copy_dialog::boxed;
use crate::view::administration::backup_draft::{BY, By, acds};
use crate::view::administration::backups::kind_title;
use crate::view::administration::peer::{PeerDraft, facts, forget, named};
use crate::view::administration::sync::{
    RULES, SYNCED, SyncDraft, WAYS, entry, history, is_synced, line, may_sync, may_take_back, outcome, plans,
};
use crate::view::administration::{Form, LineKind, acd_calendar};
use crate::widgets::{ListColumn, Listing, guarded, hint, primary_button, segments};

/// Columns of what differs, the server that it comes from first.
const fn line_columns(to_primary: bool, dry_run: bool) -> [ListColumn; 7] {
    let (from, to) = if to_primary { ("Secondary has", "Primary has") } else { ("Primary has", "Secondary has") };
    let (stands, done) = if dry_run { ("How it stands", "Would be done") } else { ("How it stood", "Done") };
    [
        ListColumn::words(stands),
        ListColumn::figures("ACD"),
        ListColumn::words("Table"),
        ListColumn::wide("Which"),
        ListColumn::wide(from),
        ListColumn::wide(to),
        ListColumn::wide(done),
    ]
}
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
const TABLES: &str = "Tables by the field's names";
const PEER: &str = "The server that timetables with the task Admin-Sync push to";
const WHAT: &str = "The primary's administration goes to the secondary, which judges it thing by thing; after an outage of the primary \
                    it may go the other way. A dry run changes nothing; a sync can be taken back";

/// What is shown below the buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Outcome,
    Log,
    Peer,
}

/// Said of a dry run that is not of what is chosen now.
const OUTDATED: &str = "This dry run is of what was chosen before: make another one to see what would be done now";

/// What the part keeps between two frames.
#[derive(Default)]
pub struct SyncState {
    draft: SyncDraft,
    shown: Shown,
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
    way(ctx, ui, &mut state.draft, &may);
    what(ctx, ui, &mut state.draft);
    ui.horizontal_wrapped(|ui| buttons(ctx, ui, state, &may));
    if let Some(step) = &sync.step {
        boxed(ui, ctx.palette.info, step);
    }
    if let Some(why) = &sync.problem {
        boxed(ui, ctx.palette.warning, &format!("It was not finished: {why}"));
    }
    if let Some(tick) = state.draft.to_take_over(ctx.model) {
        ui.add_enabled(may.is_ok(), egui::Checkbox::new(&mut state.draft.from_another, tick.as_str()));
    }
    if let Some(told) = &sync.told {
        boxed(ui, ctx.palette.info, told);
    }
    match (state.shown, &sync.outcome) {
        (Shown::Peer, _) => peer_ui(ctx, ui),
        (Shown::Log, _) => log(ctx, ui, state, &may, bottom),
        (Shown::Outcome, Some(found)) => {
            if is_of_another_choice(&state.draft, found) {
                boxed(ui, ctx.palette.caution, OUTDATED);
            }
            lines(ctx, ui, found, bottom);
        }
        (Shown::Outcome, None) => {}
    }
}

/// Which way it goes, and the tick without which the primary is not written to.
fn way(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut SyncDraft, may: &Result<(), String>) {
    if segments(ui, ctx.palette, 280.0, &mut draft.to_primary, &WAYS).changed() {
        // What was confirmed before says nothing of now.
        (draft.confirmed, draft.from_another) = (false, false);
    }
    if let Some((text, tick)) = draft.to_confirm(ctx.model) {
        boxed(ui, ctx.palette.warning, &text);
        ui.add_enabled(may.is_ok(), egui::Checkbox::new(&mut draft.confirmed, tick.as_str()));
    }
}

/// What is synced: kinds of data, or tables.
fn what(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut SyncDraft) {
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 260.0, &mut draft.by, &BY);
        if draft.by == By::Kinds {
            for kind in SYNCED {
                let mut is_ticked = draft.kinds.contains(&kind);
                if ui.checkbox(&mut is_ticked, kind_title(kind)).changed() {
                    if is_ticked {
                        draft.kinds.insert(kind);
                    } else {
                        draft.kinds.remove(&kind);
                    }
                }
            }
        }
    });
    if draft.by == By::Tables {
        tables_field(ctx, ui, TABLES, &mut draft.tables, "synonyms, split_pro", &is_synced);
    }
    let acds = acds(ctx.model);
    if acds.len() > 1 {
        ui.scope(|ui| {
            ui.set_max_width(260.0);
            acd_choice(ctx, ui, &acds, &mut draft.acd, "All ACDs");
        });
    }
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SyncState, may: &Result<(), String>) {
    let draft = &mut state.draft;
    hint(ui, ctx.palette, "What was changed there since:");
    segments(ui, ctx.palette, 280.0, &mut draft.conflicts, &RULES)
        .on_hover_text("What was changed since the last sync on the server that is written to");
    ui.checkbox(&mut draft.history, "Heal its history, too");
    let planned = draft.choice(true);
    let may_plan = may.clone().and(planned.clone().map(drop));
    if guarded(ui, &may_plan, |ui| ui.button("Dry run")).clicked()
        && let Ok(choice) = planned
    {
        ctx.send(Command::Sync(SyncRequest::Push(choice)));
        state.shown = Shown::Outcome;
        return;
    }
    let choice = draft.choice(false);
    let last = ctx.model.sync.outcome.as_deref();
    let planned = choice.clone().and_then(|choice| may_sync(last, &choice));
    let may_now = may.clone().and(planned).and_then(|()| draft.is_confirmed());
    if guarded(ui, &may_now, |ui| primary_button(ui, ctx.palette, "Sync now")).clicked()
        && let Ok(choice) = choice
    {
        ctx.send(Command::Sync(SyncRequest::Push(choice)));
        (draft.confirmed, draft.from_another) = (false, false);
        state.shown = Shown::Outcome;
        return;
    }
    if guarded(ui, may, |ui| ui.button("Show the log")).clicked() {
        ctx.send(Command::Sync(SyncRequest::Log(draft.target())));
        state.shown = Shown::Log;
    }
    let may_see = crate::view::administration::may(ctx.model, ctx.now);
    if guarded(ui, &may_see, |ui| ui.button("By timetables…")).on_hover_text(PEER).clicked() {
        ctx.send(Command::LookAt(Some(Detail::Peer)));
        state.shown = Shown::Peer;
    }
}

/// The server that timetables of the serving one sync to.
fn peer_ui(ctx: &Ctx<'_>, ui: &mut Ui) {
    let Some(which) = ctx.model.serving else { return };
    let name = ctx.model.servers[which].name();
    let told = ctx.model.detail.as_ref().filter(|detail| detail.of == Detail::Peer).map(|detail| &detail.told);
    let peer = match told {
        Some(Some(Ok(data))) => match data.as_ref() {
            DetailData::Peer(peer) => peer.as_ref(),
            _ => return,
        },
        Some(Some(Err(why))) => return boxed(ui, ctx.palette.warning, &format!("{name} does not tell it: {why}")),
        Some(None) => {
            hint(ui, ctx.palette, &format!("Asking {name}…"));
            return;
        }
        // Something else was looked at meanwhile, or another server serves.
        None => {
            hint(ui, ctx.palette, "Press By timetables… to have it told again");
            return;
        }
    };
    detail(ui, ctx.palette, &format!("Admin-Sync by timetables of {name}"), &facts(ctx.model, name, peer));
    let may = crate::view::administration::may(ctx.model, ctx.now);
    ui.horizontal_wrapped(|ui| {
        let verb = if peer.is_some() { "Change…" } else { "Set…" };
        if guarded(ui, &may, |ui| ui.button(verb)).clicked() {
            ctx.want(Intent::AskChange(Box::new(Form::Peer(PeerDraft::new(ctx.model, peer)))));
        }
        let may_forget = may.clone().and_then(|()| peer.ok_or_else(|| "It syncs to no server already".to_owned()));
        if guarded(ui, &may_forget.clone().map(drop), |ui| ui.button("Forget…")).clicked()
            && let Ok(peer) = may_forget
        {
            ctx.want(Intent::Confirm(Box::new(forget(ctx.model, name, which, peer))));
        }
    });
    if let (Which::Secondary, Some(peer)) = (which, peer) {
        let text = format!(
            "{name} is the secondary: a sync goes from the primary, and {} refuses one unless it is a secondary",
            named(ctx.model, &peer.url)
        );
        boxed(ui, ctx.palette.caution, &text);
    }
}

/// Whether a dry run was made of something else than what is chosen now.
fn is_of_another_choice(draft: &SyncDraft, found: &SyncOutcome) -> bool {
    found.choice.dry_run && draft.choice(true).is_ok_and(|choice| !plans(found, &choice))
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
    let shown: Vec<_> = report.lines.iter().map(|told| line(told, found.choice.dry_run)).collect();
    if shown.is_empty() {
        hint(ui, ctx.palette, "All that is synced is the same on both servers");
        return;
    }
    let listing = Listing {
        name: "Things that differ",
        columns: &line_columns(found.choice.to_primary, found.choice.dry_run),
        row_count: shown.len(),
        chosen: None,
        muted: false,
    };
    let room = (bottom - ui.cursor().top() - 8.0).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut |row, at| shown[row][at].clone());
}

fn log(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut SyncState, may: &Result<(), String>, bottom: f32) {
    let (Some(entries), Some(of)) = (&ctx.model.sync.log, ctx.model.sync.log_of) else { return };
    let name = ctx.model.servers[of].name();
    if entries.is_empty() {
        hint(ui, ctx.palette, &format!("Nothing was synced to {name}, the {of}, yet"));
        return;
    }
    hint(ui, ctx.palette, &format!("The log of {name}, the {of}"));
    let chosen = entries.iter().position(|entry| Some(entry.sync) == state.chosen);
    let restore = may_take_back(chosen.map(|row| &entries[row]));
    let may_undo = may.clone().and(restore.clone().map(drop));
    if guarded(ui, &may_undo, |ui| ui.button("Take the chosen one back")).clicked()
        && let Ok(restore) = restore
    {
        ctx.send(Command::Sync(SyncRequest::Undo { at: of, restore }));
    }
    let calendar = acd_calendar(ctx.model, None);
    let shown: Vec<_> = entries.iter().map(|known| entry(known, calendar.as_ref())).collect();
    let listing =
        Listing { name: "Log of syncs", columns: &ENTRY_COLUMNS, row_count: shown.len(), chosen, muted: false };
    let room = (bottom - ui.cursor().top() - 8.0).max(LIST_MIN);
    let response = listing.show(ui, ctx.palette, room, &mut |row, at| shown[row][at].clone());
    if let Some(row) = response.chosen {
        state.chosen = entries.get(row).map(|entry| entry.sync);
    }
}
