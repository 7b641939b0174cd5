//! The tasks of a timetable while it is written: those in its list, and one that is to be added.

use egui::{RichText, Ui};
use model::{DataKind, ExceptionElement, NameKind as Names};

use super::forms::{choice, closely, wrong};
use super::job_dialog::kinds;
use super::tables_field::tables_field;
use super::task_report::{ReportPicking, inputs_ui, report_ui};
use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::administration::archiving::LEVELS;
use crate::view::administration::backup_draft::{BY, By, MODES, acds};
use crate::view::administration::exceptions::ELEMENTS;
use crate::view::administration::sync::{SYNCED, is_synced};
use crate::view::administration::task_draft::{RULES, STATES, TaskDraft, TaskKind};
use crate::view::administration::timetables::Draft;
use crate::widgets::{field, guarded, hint, icon_button, section, segments};

const FILES: &str =
    "The file ends in .csv, .xlsx, .html, .pdf, .json or .txt; {date} and {time} stand for those of the run";
const DAYS: &str = "A date, or counted back from the day of the run: 0 is that day, -1 the day before";
const PEER: &str = "To the server that is set on Servers side by side, Admin-Sync: one way, to a secondary";
const TABLES: &str = "Tables by the field's names";
const PRINTED: &str =
    "By the printer that [printing] in the server's cms.toml names; as text, or as PDF if it says so there";
const RESTORED: &str = "What is replaced is copied before; the restore can be taken back";
const TYPED: &str = "As the list of tasks above shows it, such as summarize daily -1 -1, or collection off; cms timetable add --help has all forms";

/// Draws the list of tasks and the fields of the next one.
pub(super) fn tasks(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft, picking: &mut ReportPicking) {
    section(ui, ctx.palette, "Tasks, one after the other");
    list(ctx, ui, draft);
    let shown = draft.task.kind.title();
    let titles = TaskKind::ALL.iter().map(|kind| kind.title());
    let label = match draft.editing {
        None => "Task to add".to_owned(),
        Some(place) => format!("Task {} becomes", place + 1),
    };
    if let Some(title) = choice(ctx, ui, &label, shown, titles)
        && let Some(kind) = TaskKind::ALL.into_iter().find(|kind| kind.title() == title)
    {
        draft.task = TaskDraft::new(kind, draft.task.acd);
    }
    if draft.task.kind == TaskKind::None {
        draft.editing = None;
        return;
    }
    ui.add_space(3.0);
    fields(ctx, ui, &mut draft.task, picking);
    acd(ctx, ui, &mut draft.task);
    let read = draft.task.task();
    let is_told = draft.task.fields.as_ref().is_some_and(|fields| fields.is_told);
    if let (Err(why), false) = (&read, is_told) {
        wrong(ctx, ui, why);
    }
    let may = match read {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("Nothing of the task is typed yet".to_owned()),
        Err(why) => Err(why),
    };
    let text = if draft.editing.is_some() { "Put it in its place" } else { "Add another task" };
    if guarded(ui, &may, |ui| ui.button(text)).clicked() {
        draft.add_task();
    }
}

fn list(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) {
    if draft.tasks.is_empty() {
        hint(ui, ctx.palette, "There is none in the list yet");
        return;
    }
    // What is typed of another one would be lost with it.
    let may_edit = draft.task.task().is_ok();
    let (count, editing, mut act) = (draft.tasks.len(), draft.editing, None);
    for (place, task) in draft.tasks.iter().enumerate() {
        let number = place + 1;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let mut button = |ui: &mut Ui, icon, name: &str, may: bool, wanted| {
                let name = format!("{name} task {number}");
                if ui.add_enabled_ui(may, |ui| icon_button(ui, ctx.palette, icon, &name)).inner.clicked() {
                    act = Some((place, wanted));
                }
            };
            button(ui, Icon::Close, "Delete", true, Act::Delete);
            button(ui, Icon::SortUp, "Move up", place > 0, Act::Up);
            button(ui, Icon::SortDown, "Move down", number < count, Act::Down);
            button(ui, Icon::Edit, "Change", may_edit && editing != Some(place), Act::Edit);
            ui.add_space(4.0);
            let (font, color) = match editing == Some(place) {
                true => (fonts::semibold(theme::BODY), ctx.palette.accent),
                false => (fonts::regular(theme::BODY), ctx.palette.text),
            };
            let line = RichText::new(format!("{number}. ACD {}: {}", task.acd, task.task)).font(font).color(color);
            ui.add(egui::Label::new(line).truncate().show_tooltip_when_elided(true));
        });
    }
    match act {
        Some((place, Act::Delete)) => draft.delete_task(place),
        Some((place, Act::Edit)) => draft.edit_task(place),
        Some((place, Act::Up)) => draft.move_task(place, false),
        Some((place, Act::Down)) => draft.move_task(place, true),
        None => {}
    }
}

/// What can be done with a task of the list.
enum Act {
    Delete,
    Up,
    Down,
    Edit,
}

/// The ACD that a task is about; a script and a whole task say it themselves.
fn acd(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    let acds = acds(ctx.model);
    if acds.len() < 2 || matches!(task.kind, TaskKind::Typed | TaskKind::CallHistory | TaskKind::AdminSync) {
        return;
    }
    ui.add_space(3.0);
    let shown = acds.iter().find(|(acd, _)| *acd == task.acd);
    let shown = shown.map_or_else(|| format!("ACD {}", task.acd), |(_, name)| name.clone());
    if let Some(text) = choice(ctx, ui, "ACD of the task", &shown, acds.iter().map(|(_, name)| name.as_str()))
        && let Some((acd, _)) = acds.iter().find(|(_, name)| name == text)
    {
        task.acd = *acd;
    }
}

fn fields(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft, picking: &mut ReportPicking) {
    let palette = ctx.palette;
    match task.kind {
        TaskKind::None => {}
        TaskKind::Report => {
            report_ui(ctx, ui, task, picking);
            ui.add_space(3.0);
            let file = "File on the server, in its folder of exports";
            field(ui, palette, file, &mut task.file, "splits-{date}.csv");
            hint(ui, palette, FILES);
            inputs_ui(ctx, ui, task, picking);
        }
        TaskKind::Print => {
            report_ui(ctx, ui, task, picking);
            hint(ui, palette, PRINTED);
            inputs_ui(ctx, ui, task, picking);
        }
        TaskKind::Backup => backup(ctx, ui, task),
        TaskKind::AdminSync => sync(ctx, ui, task),
        TaskKind::Image => device(ctx, ui, task),
        TaskKind::Restore => restore(ctx, ui, task),
        TaskKind::Name => name(ctx, ui, task),
        TaskKind::Summarize => {
            segments(ui, palette, 240.0, &mut task.level, &LEVELS);
            ui.add_space(3.0);
            let (from, to) = (&mut task.from, &mut task.to);
            ui.columns(2, |columns| {
                field(&mut columns[0], palette, "First day", from, "-1");
                field(&mut columns[1], palette, "Last day", to, "-1");
            });
            hint(ui, palette, DAYS);
        }
        TaskKind::Exception => exception(ctx, ui, task),
        TaskKind::Collection | TaskKind::CallHistory => {
            segments(ui, palette, 160.0, &mut task.on, &STATES);
        }
        TaskKind::Script => {
            let label = "Program in the server's folder of scripts, and what it is given";
            field(ui, palette, label, &mut task.text, "send-mail.sh splits");
        }
        TaskKind::Typed => {
            field(ui, palette, "Task", &mut task.text, "acd 2 collection off");
            hint(ui, palette, TYPED);
        }
    }
}

fn backup(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    segments(ui, ctx.palette, 260.0, &mut task.by, &BY);
    match task.by {
        By::Kinds => kinds(ui, &mut task.data, DataKind::ALL.map(|kind| (kind, true))),
        By::Tables => tables_field(ctx, ui, TABLES, &mut task.tables, "hsplit, split_pro", &|_| true),
    }
    ui.add_space(3.0);
    segments(ui, ctx.palette, 220.0, &mut task.incremental, &MODES);
    closely(ui, |ui| _ = ui.checkbox(&mut task.this_acd, "Only the ACD of the task; all of them otherwise"));
    device(ctx, ui, task);
}

fn device(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    field(ui, ctx.palette, "Device; empty for the first one", &mut task.device, "nas");
}

fn sync(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    segments(ui, ctx.palette, 260.0, &mut task.by, &BY);
    match task.by {
        By::Kinds => kinds(ui, &mut task.data, SYNCED.map(|kind| (kind, true))),
        By::Tables => tables_field(ctx, ui, TABLES, &mut task.tables, "synonyms, split_pro", &is_synced),
    }
    ui.add_space(3.0);
    hint(ui, ctx.palette, "What was changed on the other server since the last sync");
    segments(ui, ctx.palette, 280.0, &mut task.rule, &RULES);
    closely(ui, |ui| _ = ui.checkbox(&mut task.history, "Heal gaps in the other server's history, too"));
    hint(ui, ctx.palette, PEER);
}

fn restore(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    let palette = ctx.palette;
    field(ui, palette, "Label of the backup, or last for the newest", &mut task.label, "CMS-A/last");
    let label = "Only these tables; the history if empty";
    tables_field(ctx, ui, label, &mut task.tables, "split_pro, vdn_pro", &|_| true);
    hint(ui, palette, RESTORED);
    closely(ui, |ui| _ = ui.checkbox(&mut task.this_acd, "Only the ACD of the task; all of the backup otherwise"));
    device(ctx, ui, task);
}

fn name(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    let palette = ctx.palette;
    let titles = Names::sections().map(Names::section_title);
    if let Some(title) = choice(ctx, ui, "Section of the Dictionary", task.section.section_title(), titles)
        && let Some(section) = Names::sections().find(|section| section.section_title() == title)
    {
        task.section = section;
    }
    ui.add_space(3.0);
    field(ui, palette, "Number of what is named", &mut task.number, "3");
    field(ui, palette, "Name; empty takes it away", &mut task.name, "Billing");
}

fn exception(ctx: &Ctx<'_>, ui: &mut Ui, task: &mut TaskDraft) {
    let palette = ctx.palette;
    segments(ui, palette, 160.0, &mut task.on, &STATES);
    ui.add_space(3.0);
    let mut of = task.of.word();
    let width = ui.available_width();
    if segments(ui, palette, width, &mut of, &ELEMENTS).changed()
        && let Some(chosen) = ExceptionElement::ALL.into_iter().find(|element| element.word() == of)
    {
        (task.of, task.exception) = (chosen, String::new());
    }
    ui.add_space(3.0);
    let shown = if task.exception.is_empty() { "Choose…" } else { &task.exception }.to_owned();
    if let Some(chosen) = choice(ctx, ui, "Exception", &shown, task.exceptions()) {
        task.exception = chosen.to_owned();
    }
    ui.add_space(3.0);
    field(ui, palette, "Numbers, such as 1,2,7", &mut task.numbers, "1,2,7");
    hint(ui, palette, "Limits stay as they are");
}
