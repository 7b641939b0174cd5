//! Worksheets, drawn: what is to be done now on top, large and plain; the steps with their times below it.

use egui::{RichText, Ui};
use session::worksheets::{Act, of_another_version, recorded_title, sheet_title};
use session::{Command, WorksheetAsks, WorksheetRequest, WorksheetsTold};

use super::card::{card, detail};
use super::plan_lines::PLAN_COLUMNS;
use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::restore_draft::{plan_rows, plan_sum, refusals};
use crate::view::administration::worksheets::{Now, OFFERS, earlier, now, open, servers, steps, unreadable};
use crate::view::administration::{FrameView, other_name};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, danger_button, field, guarded, hint, primary_button, segments};

const STEP_COLUMNS: [ListColumn; 6] = [
    ListColumn::figures("Step"),
    ListColumn::words("State"),
    ListColumn::wide("What"),
    ListColumn::words("When"),
    ListColumn::words("Who"),
    ListColumn::wide("What came of it"),
];
const EARLIER_COLUMNS: [ListColumn; 5] = [
    ListColumn::wide("Worksheet"),
    ListColumn::wide("How it ended"),
    ListColumn::words("When"),
    ListColumn::words("By"),
    ListColumn::wide("About"),
];
/// Most room for a plan that is to be said yes to.
const PLAN_HEIGHT: f32 = 170.0;
/// Room for a chosen step.
const CHOSEN_HEIGHT: f32 = 118.0;
/// Room for a chosen worksheet that is over.
const EARLIER_HEIGHT: f32 = 112.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 150.0;
const WAYS: [(bool, &str); 2] = [(false, "Carried over"), (true, "By backup and restore")];

/// What the page keeps between two frames.
#[derive(Default)]
pub struct WorksheetsState {
    /// Whether it has asked since it was opened, and when it was drawn last.
    drawn_at: Option<std::time::Instant>,
    by_backup: bool,
    about: String,
    note: String,
    /// Where the worksheet stood when what is typed was sent. Once it stands elsewhere that was taken, and is typed no more.
    sent_at: Option<Place>,
    chosen: Option<usize>,
    /// Which of those that are over is read in full.
    chosen_earlier: Option<usize>,
}

/// The worksheet that goes on and its step that is due; none while none goes on.
type Place = Option<(String, Option<usize>)>;

fn place(told: &WorksheetsTold) -> Place {
    open(told).map(|sheet| (sheet.id.clone(), sheet.now()))
}

impl WorksheetsState {
    /// Whether the servers are to be asked: when the page is opened.
    fn asks(&mut self, now: std::time::Instant) -> bool {
        const CLOSED: std::time::Duration = std::time::Duration::from_secs(5);
        self.drawn_at.replace(now).is_none_or(|at| now.saturating_duration_since(at) > CLOSED)
    }

    /// Sends something with what is typed, which is kept until it was taken: it may be refused, or the connection break off.
    fn send_typed(&mut self, ctx: &Ctx<'_>, request: WorksheetRequest) {
        self.sent_at = ctx.model.worksheets.told.as_deref().map(place);
        ctx.send(Command::Worksheet(request));
    }

    /// Forgets what was typed and taken.
    fn forget_taken(&mut self, told: &WorksheetsTold) {
        if self.sent_at.as_ref().is_some_and(|sent| *sent != place(told)) {
            self.sent_at = None;
            self.about.clear();
            self.note.clear();
        }
    }
}

/// Draws the page.
pub fn worksheets_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, state: &mut WorksheetsState, height: f32) {
    let bottom = ui.cursor().top() + height;
    let model = &ctx.model.worksheets;
    if other_name(ctx.model).is_none() {
        return boxed(ui, ctx.palette.info, "The profile names one server only; a worksheet is about both");
    }
    if state.asks(ctx.now) && model.step.is_none() {
        ctx.send(Command::Worksheet(WorksheetRequest::Look));
    }
    for silent in model.told.iter().flat_map(|told| &told.silent) {
        boxed(ui, ctx.palette.caution, silent);
    }
    if let Some(why) = &model.problem {
        boxed(ui, ctx.palette.warning, why);
    }
    let may = view.may.clone().and_then(|()| match model.step {
        Some(_) => Err("Something is being done".to_owned()),
        None => Ok(()),
    });
    let Some(told) = model.told.clone() else {
        hint(ui, ctx.palette, model.step.as_deref().unwrap_or("Nobody was asked yet"));
        return;
    };
    state.forget_taken(&told);
    for what in unreadable(&told) {
        boxed(ui, ctx.palette.caution, &what);
    }
    match open(&told) {
        Some(sheet) => {
            let of =
                format!("{}: {}. Begun by {}", sheet_title(sheet.kind), servers(ctx.model, sheet), sheet.started_by);
            let about = if sheet.about.is_empty() { String::new() } else { format!(" ({})", sheet.about) };
            hint(ui, ctx.palette, &format!("{of}{about}"));
            ui.add_space(4.0);
            match (now(sheet), of_another_version(sheet)) {
                (Some(now), _) => to_do(ctx, ui, state, sheet, &now, &may),
                (None, Some(what)) => to_give_up(ctx, ui, state, &sheet.id, &what, &may),
                (None, None) => {}
            }
            ui.add_space(6.0);
            step_list(ctx, ui, state, &told, sheet, &may, bottom);
        }
        None => {
            offers(ctx, ui, state, &may);
            ui.add_space(8.0);
            earlier_list(ctx, ui, &mut state.chosen_earlier, &told, bottom);
        }
    }
}

/// The kinds of worksheets there are, each with its button.
fn offers(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut WorksheetsState, may: &Result<(), String>) {
    if let Some(step) = &ctx.model.worksheets.step {
        boxed(ui, ctx.palette.info, step);
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("Data go").font(fonts::medium(theme::BODY)).color(ctx.palette.soft));
        segments(ui, ctx.palette, 320.0, &mut state.by_backup, &WAYS).on_hover_text(
            "Carried over: exactly the intervals that are missing, and the administration, by this program. By backup and restore it goes as the field's guide has it, over a device",
        );
    });
    field(
        ui,
        ctx.palette,
        "What is done on this occasion, for the record",
        &mut state.about,
        "power failure in room 2",
    );
    ui.add_space(6.0);
    for (kind, about) in OFFERS {
        card(ui, ctx.palette, |ui| {
            let title = RichText::new(sheet_title(kind)).font(fonts::semibold(theme::TITLE)).color(ctx.palette.text);
            ui.label(title);
            hint(ui, ctx.palette, about);
            button_row(ui, |ui| {
                let name = format!("Begin: {}", sheet_title(kind));
                let begin = guarded(ui, may, |ui| ui.button("Begin").accessible_name(name));
                if begin.clicked() {
                    let (by_backup, about) = (state.by_backup, state.about.clone());
                    state.send_typed(ctx, WorksheetRequest::Start { kind, by_backup, about });
                }
            });
        });
        ui.add_space(4.0);
    }
}

/// What is to be done now.
fn to_do(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    sheet: &api::Worksheet,
    now: &Now,
    may: &Result<(), String>,
) {
    let palette = ctx.palette;
    let model = &ctx.model.worksheets;
    card(ui, palette, |ui| {
        ui.label(RichText::new(&now.place).font(fonts::medium(theme::SMALL)).color(palette.soft));
        let title = RichText::new(&now.title).font(fonts::semibold(theme::FIGURE)).color(palette.text);
        ui.add(egui::Label::new(title).wrap());
        ui.add_space(2.0);
        let advice = RichText::new(now.advice).font(fonts::regular(theme::BODY)).color(palette.soft);
        ui.add(egui::Label::new(advice).wrap());
        ui.add_space(4.0);
        match (&model.step, &now.so_far) {
            (Some(step), _) => boxed(ui, palette.info, step),
            (None, Some((api::StepState::Failed, why))) => boxed(ui, palette.warning, &format!("Not done: {why}")),
            (None, Some((_, what))) => boxed(ui, palette.info, what),
            (None, None) => {}
        }
        if let Some(person) = model.person.as_ref().filter(|_| model.step.is_none()) {
            boxed(ui, palette.info, person);
        }
        let asks = model.asks.clone().filter(|asks| model.step.is_none() && asks.id == sheet.id);
        if let Some(asks) = &asks {
            plans_ui(ctx, ui, sheet, now, asks);
        }
        let label = match now.act {
            Act::Confirm(_) => "What you did, for the record; or why the step is left out",
            _ => "Why the step is left out, or the worksheet given up",
        };
        field(ui, palette, label, &mut state.note, "");
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| buttons(ctx, ui, state, (sheet.id.as_str(), now), may, asks.as_deref()));
    });
}

fn plans_ui(ctx: &Ctx<'_>, ui: &mut Ui, sheet: &api::Worksheet, now: &Now, asks: &WorksheetAsks) {
    if asks.step != now.step {
        let title = recorded_title(sheet, asks.step);
        boxed(ui, ctx.palette.caution, &format!("Step {} once more: {title}", asks.step + 1));
    }
    for planned in &asks.plans {
        plan_ui(ctx, ui, &planned.plan);
    }
}

fn plan_ui(ctx: &Ctx<'_>, ui: &mut Ui, plan: &api::RestorePlan) {
    boxed(ui, ctx.palette.caution, &plan_sum(plan));
    for why in refusals(plan) {
        boxed(ui, ctx.palette.warning, why);
    }
    for note in plan.notes.iter().filter(|note| !note.starts_with("not yet: ")) {
        hint(ui, ctx.palette, note);
    }
    let rows = plan_rows(plan);
    let listing = Listing { name: "Plan", columns: &PLAN_COLUMNS, row_count: rows.len(), chosen: None, muted: false };
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][at].clone(), level: Default::default() };
    let height = (theme::ROW_HEIGHT * (rows.len() + 1) as f32 + 8.0).min(PLAN_HEIGHT);
    listing.show(ui, ctx.palette, height, &mut cell);
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    (id, now): (&str, &Now),
    may: &Result<(), String>,
    asks: Option<&WorksheetAsks>,
) {
    if ctx.model.worksheets.step.is_some() {
        if ui
            .button("Stop")
            .on_hover_text("What a server has begun goes on there; the step can be done again")
            .clicked()
        {
            ctx.send(Command::StopWorksheet);
        }
        return;
    }
    if let Some(asks) = asks {
        let text = match asks.step == now.step {
            true => "Restore as planned".to_owned(),
            false => format!("Restore step {} as planned", asks.step + 1),
        };
        if guarded(ui, may, |ui| danger_button(ui, ctx.palette, &text)).clicked() {
            let (id, step, edition) = (asks.id.clone(), asks.step, asks.edition);
            ctx.send(Command::Worksheet(WorksheetRequest::Yes { id, step, edition }));
        }
    }
    if asks.is_none_or(|asks| asks.step != now.step) {
        due_buttons(ctx, ui, state, (id, now), may);
    }
    if guarded(ui, &reasoned(state, may), |ui| ui.button("Leave it out")).clicked() {
        let (id, step, why) = (id.to_owned(), now.step, state.note.clone());
        state.send_typed(ctx, WorksheetRequest::Skip { id, step, why });
    }
    give_up(ctx, ui, state, id, may);
}

/// How the step is done that is due now.
fn due_buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    (id, now): (&str, &Now),
    may: &Result<(), String>,
) {
    let go = |all| ctx.send(Command::Worksheet(WorksheetRequest::Go { id: id.to_owned(), step: None, all }));
    match now.act {
        Act::Confirm(_) => {
            if guarded(ui, may, |ui| primary_button(ui, ctx.palette, "It is done")).clicked() {
                let (id, step, note) = (id.to_owned(), now.step, state.note.clone());
                state.send_typed(ctx, WorksheetRequest::Confirm { id, step, note });
            }
            if guarded(ui, may, |ui| ui.button("What is to be known?")).clicked() {
                go(false);
            }
        }
        act => {
            let text = match act {
                act if act.needs_yes() => "Show the plan",
                act if act.only_waits() => "Wait for it",
                _ => "Do it",
            };
            if guarded(ui, may, |ui| primary_button(ui, ctx.palette, text)).clicked() {
                go(false);
            }
            if guarded(ui, may, |ui| ui.button("Go on until I am needed")).clicked() {
                go(true);
            }
        }
    }
}

/// What must be written down before something is left out.
fn reasoned(state: &WorksheetsState, may: &Result<(), String>) -> Result<(), String> {
    may.clone().and_then(|()| match state.note.trim() {
        "" => Err("Write down why, in the line above".to_owned()),
        _ => Ok(()),
    })
}

fn give_up(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut WorksheetsState, id: &str, may: &Result<(), String>) {
    if guarded(ui, &reasoned(state, may), |ui| ui.button("Give the worksheet up")).clicked() {
        let (id, why) = (id.to_owned(), state.note.clone());
        state.send_typed(ctx, WorksheetRequest::Abandon { id, why });
    }
}

/// One that another version began: it is read, and given up.
fn to_give_up(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut WorksheetsState, id: &str, what: &str, may: &Result<(), String>) {
    card(ui, ctx.palette, |ui| {
        boxed(ui, ctx.palette.caution, what);
        field(ui, ctx.palette, "Why the worksheet is given up", &mut state.note, "");
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| give_up(ctx, ui, state, id, may));
    });
}

fn step_list(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    told: &WorksheetsTold,
    sheet: &api::Worksheet,
    may: &Result<(), String>,
    bottom: f32,
) {
    let rows = steps(told, sheet);
    let chosen = state.chosen.filter(|row| *row < rows.len());
    let listing = Listing { name: "Steps", columns: &STEP_COLUMNS, row_count: rows.len(), chosen, muted: false };
    let below = if chosen.is_some() { CHOSEN_HEIGHT } else { 8.0 };
    // Where there is no room for it the page scrolls, and the table need not besides.
    let whole = (rows.len() + 2) as f32 * theme::ROW_HEIGHT;
    let left = bottom - ui.cursor().top() - below;
    let room = if left < LIST_MIN { whole } else { left };
    let mut cell = |row: usize, at: usize| rows[row][at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen {
        state.chosen = Some(row);
    }
    let Some(row) = chosen else { return };
    let [number, state_text, what, when, who, came] = rows[row].clone().map(|cell| cell.text);
    let since = if when.is_empty() { state_text } else { format!("{state_text} at {when} by {who}") };
    detail(ui, ctx.palette, &format!("Step {number}: {what}"), &[("State", since), ("Told", came)]);
    if sheet.steps[row].state.is_over() && of_another_version(sheet).is_none() {
        button_row(ui, |ui| {
            let again = guarded(ui, may, |ui| ui.button("Do this step again"));
            if again.on_hover_text("What comes after it is to be done again, too").clicked() {
                let (id, step) = (sheet.id.clone(), Some(row));
                ctx.send(Command::Worksheet(WorksheetRequest::Go { id, step, all: false }));
            }
        });
    }
}

/// What was done before. How one ended may be long: the chosen one is told in full.
fn earlier_list(ctx: &Ctx<'_>, ui: &mut Ui, chosen: &mut Option<usize>, told: &WorksheetsTold, bottom: f32) {
    let rows = earlier(told);
    if rows.is_empty() {
        hint(ui, ctx.palette, "No worksheet was done yet");
        return;
    }
    let listing = Listing {
        name: "Earlier worksheets",
        columns: &EARLIER_COLUMNS,
        row_count: rows.len(),
        chosen: chosen.filter(|row| *row < rows.len()),
        muted: false,
    };
    let read = listing.chosen;
    let mut cell = |row: usize, at: usize| rows[row][at].clone();
    let below = if read.is_some() { EARLIER_HEIGHT } else { 8.0 };
    let wanted = (rows.len() + 2) as f32 * theme::ROW_HEIGHT;
    let room = (bottom - ui.cursor().top() - below).max(LIST_MIN.min(wanted));
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    *chosen = response.chosen.or(*chosen);
    let Some(row) = read else { return };
    let [title, ended, when, by, about] = rows[row].clone().map(|cell| cell.text);
    detail(ui, ctx.palette, &title, &[("Ended", format!("{when} by {by}")), ("How", ended), ("About", about)]);
}
