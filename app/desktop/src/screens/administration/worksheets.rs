//! Worksheets, drawn: what is to be done now on top, large and plain; the steps with their times below it.

use std::time::{Duration, Instant};

use egui::{Align, Layout, RichText, Ui, vec2};
use session::worksheets::{Act, Confirmation, of_another_version, recorded_title, sheet_title};
use session::{Command, WorksheetAsks, WorksheetRequest, WorksheetsTold};

use super::card::{card, detail};
use super::plan_lines::{plan_table, plan_warnings};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme::{self, Palette};
use crate::view::administration::restore_draft::plan_sum;
use crate::view::administration::worksheets::{
    Now, OFFERS, Where, came_to, changes_nothing, earlier, from_the_other, left, now, open, over, place_of, servers,
    steps, unreadable,
};
use crate::view::administration::{FrameView, other_name, sentence};
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
/// Name of the list of steps.
const STEPS: &str = "Steps";
/// Most room for a plan that is to be said yes to.
const PLAN_HEIGHT: f32 = 170.0;
/// Room for a chosen step.
const CHOSEN_HEIGHT: f32 = 118.0;
/// Room for a chosen worksheet that is over.
const EARLIER_HEIGHT: f32 = 150.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 150.0;
const WAYS: [(bool, &str); 2] = [(false, "Carried over"), (true, "By backup and restore")];

/// What the page keeps between two frames.
#[derive(Default)]
pub struct WorksheetsState {
    /// Whether it has asked since it was opened, and when it was drawn last.
    drawn_at: Option<Instant>,
    /// When it asked last.
    asked_at: Option<Instant>,
    by_backup: bool,
    about: String,
    note: String,
    /// Where the worksheet stood when what is typed was sent. Once it stands elsewhere that was taken, and is typed no more.
    sent_at: Option<Place>,
    chosen: Option<usize>,
    /// Which of those that are over is read in full.
    chosen_earlier: Option<usize>,
    /// The worksheet that went on when the page was drawn last, and its step that was due.
    followed: Place,
    /// The one that is over and whose steps are read, by its name.
    read: Option<String>,
    /// Where it was asked for what a person is to know, without anybody having pressed a button.
    asked_for: Place,
}

/// The worksheet that goes on and its step that is due; none while none goes on.
type Place = Option<(String, Option<usize>)>;

fn place(told: &WorksheetsTold) -> Place {
    open(told).map(|sheet| (sheet.id.clone(), sheet.now()))
}

impl WorksheetsState {
    /// What the servers are to be asked now: all when the page is opened, and quietly every few seconds while it is open.
    pub(crate) fn asks(&mut self, now: Instant) -> Option<WorksheetRequest> {
        const CLOSED: Duration = Duration::from_secs(5);
        const AGAIN: Duration = Duration::from_secs(5);
        let before = self.drawn_at.replace(now);
        let request = match (before, self.asked_at) {
            (Some(drawn), _) if now.saturating_duration_since(drawn) > CLOSED => WorksheetRequest::Look,
            (None, _) | (_, None) => WorksheetRequest::Look,
            (_, Some(asked)) if now.saturating_duration_since(asked) >= AGAIN => WorksheetRequest::LookAgain,
            _ => return None,
        };
        self.asked_at = Some(now);
        Some(request)
    }

    /// What was told was asked of another server: it is asked anew.
    pub(crate) fn server_changed(&mut self) {
        self.asked_at = None;
    }

    /// Follows the worksheet that goes on: its steps are in sight where it stands, and when it ends it stays to be read.
    fn follow(&mut self, ui: &Ui, told: &WorksheetsTold) {
        let before = std::mem::replace(&mut self.followed, place(told));
        if before == self.followed {
            return;
        }
        let id = |place: &Place| place.as_ref().map(|(id, _)| id.clone());
        if id(&before) != id(&self.followed) {
            self.chosen = None;
            let ended = |id: &String| over(told).iter().any(|sheet| sheet.id == *id);
            self.read = id(&before).filter(|id| self.followed.is_none() && ended(id));
        }
        if let Some((_, Some(step))) = &self.followed {
            Listing::bring_into_sight(ui, STEPS, *step);
        }
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
    if let Some(request) = state.asks(ctx.now).filter(|_| model.step.is_none()) {
        ctx.send(Command::Worksheet(request));
    }
    if let Some(what) = from_the_other(ctx.model, ctx.now) {
        boxed(ui, ctx.palette.info, &what);
    }
    for silent in model.told.iter().flat_map(|told| &told.silent) {
        boxed(ui, ctx.palette.caution, silent);
    }
    if let Some(why) = &model.problem {
        boxed(ui, ctx.palette.warning, &sentence(why));
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
    state.follow(ui, &told);
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
            let read = over(&told).into_iter().find(|sheet| state.read.as_ref() == Some(&sheet.id));
            if let Some(sheet) = read {
                return over_ui(ctx, ui, state, &told, sheet, bottom);
            }
            for what in left(ctx.model) {
                boxed(ui, ctx.palette.caution, &sentence(&what));
            }
            offers(ctx, ui, state, &may);
            ui.add_space(8.0);
            earlier_list(ctx, ui, state, &told, bottom);
        }
    }
}

/// A worksheet that is over: what came of it, and its steps.
fn over_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    told: &WorksheetsTold,
    sheet: &api::Worksheet,
    bottom: f32,
) {
    card(ui, ctx.palette, |ui| {
        title_row(ui, ctx.palette, sheet_title(sheet.kind), |ui| {
            if ui.button("Close").on_hover_text("To all worksheets").clicked() {
                (state.read, state.chosen) = (None, None);
            }
        });
        let about = if sheet.about.is_empty() { String::new() } else { format!(" ({})", sheet.about) };
        let of = format!("{}. Begun by {}{about}", servers(ctx.model, sheet), sheet.started_by);
        hint(ui, ctx.palette, &of);
        ui.add_space(4.0);
        let Some((ended, is_whole, compared)) = came_to(sheet) else { return };
        let pair = if is_whole { ctx.palette.good } else { ctx.palette.caution };
        boxed(ui, pair, &sentence(&ended));
        if let Some(compared) = compared {
            boxed(ui, ctx.palette.info, &sentence(&compared));
        }
        for what in left(ctx.model) {
            boxed(ui, ctx.palette.caution, &sentence(&what));
        }
    });
    ui.add_space(6.0);
    step_list(ctx, ui, state, told, sheet, &Err("The worksheet is over".to_owned()), bottom);
}

/// A title with something at the right end of its line.
fn title_row(ui: &mut Ui, palette: &Palette, title: &str, right: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        right(ui);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = RichText::new(title).font(fonts::semibold(theme::TITLE)).color(palette.text);
            ui.add(egui::Label::new(title).truncate().show_tooltip_when_elided(true));
        });
    });
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
            title_row(ui, ctx.palette, sheet_title(kind), |ui| {
                let name = format!("Begin: {}", sheet_title(kind));
                let begin = guarded(ui, may, |ui| ui.button("Begin").accessible_name(name));
                if begin.clicked() {
                    let (by_backup, about) = (state.by_backup, state.about.clone());
                    state.send_typed(ctx, WorksheetRequest::Start { kind, by_backup, about });
                }
            });
            hint(ui, ctx.palette, about);
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
    ask_at_once(ctx, state, sheet, now, may);
    let asks = model.asks.clone().filter(|asks| model.step.is_none() && asks.id == sheet.id);
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
            // What it failed for was so before this plan.
            (None, Some(_)) if asks.is_some() => {}
            (None, Some((api::StepState::Failed, why))) => boxed(ui, palette.warning, &format!("Not done: {why}")),
            (None, Some((_, what))) => boxed(ui, palette.info, what),
            (None, None) => {}
        }
        if let Some(person) = model.person.as_ref().filter(|_| model.step.is_none()) {
            boxed(ui, palette.info, &sentence(person));
        }
        if let Some(asks) = &asks {
            plans_ui(ctx, ui, sheet, now, asks);
        }
        let label = match now.act {
            Act::Confirm(_) => "What you did, for the record; or why the step is left out",
            _ => "Why the step is left out, or the worksheet given up",
        };
        field(ui, palette, label, &mut state.note, "");
        ui.add_space(6.0);
        if let Some(Where::Elsewhere { why, .. }) = place_of(ctx.model, sheet, now) {
            boxed(ui, palette.info, &why);
        }
        ui.horizontal_wrapped(|ui| buttons(ctx, ui, state, (sheet, now), may, asks.as_deref()));
        leaves(ctx, ui);
    });
}

/// What would stay as it is if the worksheet were given up now, or what it has to put back still.
fn leaves(ctx: &Ctx<'_>, ui: &mut Ui) {
    let left = left(ctx.model);
    if !left.is_empty() {
        ui.add_space(2.0);
        hint(ui, ctx.palette, &format!("If it were given up now, this would stay as it is: {}", left.join("; ")));
    }
}

/// Whom a step is about is named before anybody says that it is done.
fn ask_at_once(
    ctx: &Ctx<'_>,
    state: &mut WorksheetsState,
    sheet: &api::Worksheet,
    now: &Now,
    may: &Result<(), String>,
) {
    let is_asked = now.act == Act::Confirm(Confirmation::Passwords) && now.so_far.is_none();
    let place = Some((sheet.id.clone(), Some(now.step)));
    if is_asked && may.is_ok() && ctx.model.worksheets.person.is_none() && state.asked_for != place {
        state.asked_for = place;
        ctx.send(Command::Worksheet(WorksheetRequest::Go { id: sheet.id.clone(), step: None, all: false }));
    }
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
    match changes_nothing(plan) {
        true => boxed(ui, ctx.palette.info, &format!("Nothing differs: {}", plan_sum(plan))),
        false => boxed(ui, ctx.palette.caution, &plan_sum(plan)),
    }
    plan_warnings(ctx, ui, plan);
    for note in &plan.notes {
        hint(ui, ctx.palette, &sentence(note));
    }
    plan_table(ctx, ui, plan, PLAN_HEIGHT);
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    (sheet, now): (&api::Worksheet, &Now),
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
        let changes_nothing = asks.plans.iter().all(|planned| changes_nothing(&planned.plan));
        let text = match (changes_nothing, asks.step == now.step) {
            (true, true) => "Go on".to_owned(),
            (true, false) => format!("Go on behind step {}", asks.step + 1),
            (false, true) => "Restore as planned".to_owned(),
            (false, false) => format!("Restore step {} as planned", asks.step + 1),
        };
        let button = if changes_nothing { primary_button } else { danger_button };
        if guarded(ui, may, |ui| button(ui, ctx.palette, &text)).clicked() {
            let (id, step, edition) = (asks.id.clone(), asks.step, asks.edition);
            ctx.send(Command::Worksheet(WorksheetRequest::Yes { id, step, edition }));
        }
    }
    if asks.is_none_or(|asks| asks.step != now.step) {
        due_buttons(ctx, ui, state, (sheet, now), may);
    }
    if guarded(ui, &reasoned(state, may), |ui| ui.button("Leave it out")).clicked() {
        let (id, step, why) = (sheet.id.clone(), now.step, state.note.clone());
        state.send_typed(ctx, WorksheetRequest::Skip { id, step, why });
    }
    give_up(ctx, ui, state, &sheet.id, may);
}

/// How the step is done that is due now.
fn due_buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut WorksheetsState,
    (sheet, now): (&api::Worksheet, &Now),
    may: &Result<(), String>,
) {
    let go = |all| ctx.send(Command::Worksheet(WorksheetRequest::Go { id: sheet.id.clone(), step: None, all }));
    match now.act {
        Act::Confirm(_) => {
            if guarded(ui, may, |ui| primary_button(ui, ctx.palette, "It is done")).clicked() {
                let (id, step, note) = (sheet.id.clone(), now.step, state.note.clone());
                state.send_typed(ctx, WorksheetRequest::Confirm { id, step, note });
            }
            if guarded(ui, may, |ui| ui.button("What is to be known?")).clicked() {
                go(false);
            }
            if let Some(place) = place_of(ctx.model, sheet, now) {
                place_button(ctx, ui, &place);
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

/// The way to where a person does what is due.
fn place_button(ctx: &Ctx<'_>, ui: &mut Ui, place: &Where) {
    match place {
        Where::Page(kind) => {
            if ui.button(format!("To {}", kind.title())).clicked() {
                ctx.want(Intent::ShowAdministration(*kind));
            }
        }
        Where::Elsewhere { kind, to, .. } => {
            let button = ui.button(format!("Move to {}", ctx.model.servers[*to].name()));
            let about = format!("Moves every open report, too. {} of that server is a button away then", kind.title());
            if button.on_hover_text(about).clicked() {
                // Whoever has put it in single-user mode is let in there, and so it is not asked whether it could take over.
                ctx.send(Command::SwitchTo(*to));
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
    let listing = Listing { name: STEPS, columns: &STEP_COLUMNS, row_count: rows.len(), chosen, muted: false };
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
    if sheet.end.is_none() && sheet.steps[row].state.is_over() && of_another_version(sheet).is_none() {
        button_row(ui, |ui| {
            let again = guarded(ui, may, |ui| ui.button("Do this step again"));
            if again.on_hover_text("What comes after it is to be done again, too").clicked() {
                let (id, step) = (sheet.id.clone(), Some(row));
                ctx.send(Command::Worksheet(WorksheetRequest::Go { id, step, all: false }));
            }
        });
    }
}

/// What was done before. How one ended may be long: the chosen one is told in full, and its steps are a button away.
fn earlier_list(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut WorksheetsState, told: &WorksheetsTold, bottom: f32) {
    let rows = earlier(told);
    if rows.is_empty() {
        hint(ui, ctx.palette, "No worksheet was done yet");
        return;
    }
    let listing = Listing {
        name: "Earlier worksheets",
        columns: &EARLIER_COLUMNS,
        row_count: rows.len(),
        chosen: state.chosen_earlier.filter(|row| *row < rows.len()),
        muted: false,
    };
    let read = listing.chosen;
    let mut cell = |row: usize, at: usize| rows[row][at].clone();
    let below = if read.is_some() { EARLIER_HEIGHT } else { 8.0 };
    let wanted = (rows.len() + 2) as f32 * theme::ROW_HEIGHT;
    let room = (bottom - ui.cursor().top() - below).max(LIST_MIN.min(wanted));
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    state.chosen_earlier = response.chosen.or(state.chosen_earlier);
    let id_of = |row: usize| over(told).get(row).map(|sheet| sheet.id.clone());
    state.read = response.opened.and_then(id_of);
    let Some(row) = read else { return };
    let [title, ended, when, by, about] = rows[row].clone().map(|cell| cell.text);
    detail(ui, ctx.palette, &title, &[("Ended", format!("{when} by {by}")), ("How", ended), ("About", about)]);
    button_row(ui, |ui| {
        if ui.button("Show its steps").clicked() {
            (state.read, state.chosen) = (id_of(row), None);
        }
    });
}
