//! Users, drawn: a table, the chosen one in full with what is permitted, and what can be done with it.

use std::time::{Duration, Instant};

use api::UserView;
use egui::Ui;
use session::{Command, Detail, Which};

use super::card::{chosen_height, chosen_place, detail, to_foot};
use super::search_field;
use crate::ctx::{Ctx, Intent};
use crate::view::administration::permissions::{PermissionDraft, listed, sentence, told};
use crate::view::administration::users::{PasswordDraft, RemovalDraft, UserDraft, UserRow, rows};
use crate::view::administration::{Form, FrameView};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, leading_button};

const COLUMNS: [ListColumn; 7] = [
    ListColumn::words("User"),
    ListColumn::wide("Name"),
    ListColumn::words("Type"),
    ListColumn::words("Can sign in here"),
    ListColumn::words("Room"),
    ListColumn::words("Telephone"),
    ListColumn::wide("Belongings"),
];
const PERMISSION_COLUMNS: [ListColumn; 4] =
    [ListColumn::words("ACD"), ListColumn::wide("Kind"), ListColumn::wide("Of"), ListColumn::wide("Access")];
/// Room for the buttons.
const BELOW: f32 = 66.0;
/// Room for a chosen user and some of the permissions.
const CHOSEN_HEIGHT: f32 = 256.0;
/// Room for a few permissions.
const PERMISSIONS_HEIGHT: f32 = 122.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 120.0;
/// A question that has come to nothing is asked once more after so long.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// What the page keeps between two frames.
#[derive(Default)]
pub struct UsersState {
    search: String,
    chosen: Option<String>,
    asked: Option<Asked>,
}

/// Whose permissions were asked for, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    which: Which,
    user: String,
    at: Instant,
    /// The session looks at them: what it looks at later is something else.
    looked_at: bool,
}

/// Draws the page.
pub fn users_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, state: &mut UsersState, known: &[UserView], height: f32) {
    let bottom = ui.cursor().top() + height;
    search_field(ctx, ui, &mut state.search, "Search the users", 260.0);
    let shown = rows(ctx.model, known, &state.search);
    let chosen = state.chosen.as_ref().and_then(|name| shown.iter().position(|row| row.user.name == *name));
    let chosen_height = chosen_height(bottom - ui.cursor().top() - BELOW - LIST_MIN, CHOSEN_HEIGHT);
    if shown.is_empty() {
        hint(ui, ctx.palette, "No user has these words in it");
    } else {
        let listing = Listing { name: "Users", columns: &COLUMNS, row_count: shown.len(), chosen, muted: view.muted };
        let room = (bottom - ui.cursor().top() - chosen_height - BELOW).max(LIST_MIN);
        let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
        let response = listing.show(ui, ctx.palette, room, &mut cell);
        if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
            state.chosen = Some(row.user.name.clone());
        }
        if let Some(row) = response.opened.and_then(|row| shown.get(row)).filter(|_| view.may.is_ok()) {
            ctx.want(Intent::AskChange(Box::new(Form::User(Box::new(UserDraft::of(ctx.model, &row.user))))));
        }
    }
    let chosen = chosen.and_then(|row| shown.get(row));
    ui.add_space(4.0);
    chosen_place(ui, chosen_height, |ui| match chosen {
        Some(row) => {
            ask(ctx, view, state, row);
            in_full(ctx, ui, view, row);
        }
        None if shown.is_empty() => {}
        None => _ = hint(ui, ctx.palette, "Choose a user to see what is permitted, and to change it"),
    });
    to_foot(ui, bottom, 1.0);
    buttons(ctx, ui, view, known, chosen);
}

/// Has the session ask what the chosen user may, whenever it looks at something else; not again while it has not heard yet.
fn ask(ctx: &Ctx<'_>, view: &FrameView, state: &mut UsersState, row: &UserRow) {
    let (which, user) = (view.role, row.user.name.clone());
    let of = Detail::Permissions(user.clone());
    let is_looked_at = ctx.model.detail.as_ref().is_some_and(|detail| detail.which == which && detail.of == of);
    if let Some(asked) = state.asked.as_mut().filter(|asked| asked.which == which && asked.user == user) {
        let is_fresh = ctx.now.saturating_duration_since(asked.at) < ASK_AGAIN;
        if is_looked_at || (is_fresh && !asked.looked_at) {
            asked.looked_at |= is_looked_at;
            return;
        }
    }
    state.asked = Some(Asked { which, user, at: ctx.now, looked_at: false });
    ctx.send(Command::LookAt(Some(of)));
}

fn in_full(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, row: &UserRow) {
    let told = told(ctx.model, &row.user.name);
    let may = match told {
        None => "asking the server…".to_owned(),
        Some(Err(why)) => format!("not known: {why}"),
        Some(Ok(known)) => sentence(known),
    };
    let facts: Vec<(&str, String)> = row.details.iter().cloned().chain([("May", may)]).collect();
    let headline = match row.user.full_name.as_str() {
        "" => row.user.name.clone(),
        full_name => format!("{}, {full_name}", row.user.name),
    };
    detail(ui, ctx.palette, &headline, &facts);
    let Some(Ok(known)) = told.filter(|known| known.is_ok_and(|known| !known.permissions.is_empty())) else { return };
    let lines = listed(known, &ctx.model.dictionaries);
    let listing = Listing {
        name: "Permissions",
        columns: &PERMISSION_COLUMNS,
        row_count: lines.len(),
        chosen: None,
        muted: view.muted,
    };
    let mut cell = |row: usize, at: usize| CellView { text: lines[row][at].clone(), level: Default::default() };
    listing.show(ui, ctx.palette, PERMISSIONS_HEIGHT, &mut cell);
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &[UserView], chosen: Option<&UserRow>) {
    let may = view.may.clone().and_then(|()| chosen.map(drop).ok_or_else(|| "Choose a user first".to_owned()));
    let permissions = chosen.and_then(|row| told(ctx.model, &row.user.name)).and_then(Result::ok);
    let may_permit = may.clone().and_then(|()| match permissions {
        None => Err("What the user may is not known yet".to_owned()),
        Some(known) if known.administrator => Err("Administrators may do everything".to_owned()),
        Some(_) => Ok(()),
    });
    let mut form = None;
    button_row(ui, |ui| {
        if guarded(ui, &may, |ui| leading_button(ui, ctx.palette, "Edit…", chosen.is_some())).clicked() {
            form = chosen.map(|row| Form::User(Box::new(UserDraft::of(ctx.model, &row.user))));
        }
        if guarded(ui, &view.may, |ui| leading_button(ui, ctx.palette, "New…", chosen.is_none())).clicked() {
            form = Some(Form::User(Box::new(UserDraft::new(ctx.model))));
        }
        if guarded(ui, &may_permit, |ui| ui.button("Permissions…")).clicked() {
            form = permissions.map(|known| Form::Permissions(PermissionDraft::new(ctx.model, known)));
        }
        if guarded(ui, &may, |ui| ui.button("Set password…")).clicked() {
            form = chosen.map(|row| Form::Password(PasswordDraft::new(ctx.model, &row.user.name)));
        }
        if guarded(ui, &may, |ui| ui.button("Remove…")).clicked() {
            form = chosen.map(|row| Form::RemoveUser(RemovalDraft::new(&row.user, known)));
        }
    });
    if let Some(form) = form {
        ctx.want(Intent::AskChange(Box::new(form)));
    }
}
