//! Asks for the password of the other server, when the one given at sign-in does not open it.

use egui::{Key, Margin, TextEdit};
use session::{Command, Which};

use super::copy_dialog::boxed;
use crate::ctx::Ctx;
use crate::widgets::{button_row, dialog, labelled, primary_button};

/// The dialog between two frames.
#[derive(Default)]
pub struct PasswordState {
    password: String,
    declined: bool,
    /// The reason that was answered, so that the dialog does not come back before there is another.
    answered: Option<String>,
}

/// Draws the dialog while a server asks for a password and the screen is signed in to the other one.
pub fn password_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut PasswordState) {
    let Some((which, why)) = wanted(ctx) else {
        *state = PasswordState::default();
        return;
    };
    if state.declined || state.answered.as_deref() == Some(why) {
        return;
    }
    let title = format!("Password for {}", ctx.model.servers[which].name());
    let close = dialog(egui, ctx.palette, &title, 400.0, |ui| {
        boxed(ui, ctx.palette.caution, why);
        let response = labelled(ui, ctx.palette, "Password", |ui| {
            let edit = TextEdit::singleline(&mut state.password).password(true).margin(Margin::symmetric(8, 6));
            ui.add(edit.desired_width(f32::INFINITY))
        });
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        button_row(ui, |ui| {
            let go = primary_button(ui, ctx.palette, "Sign in").clicked() || enter;
            if go && !state.password.is_empty() {
                ctx.send(Command::SignIn { which, password: std::mem::take(&mut state.password) });
                state.answered = Some(why.to_owned());
            }
            state.declined |= ui.button("Not now").clicked();
        });
    });
    state.declined |= close;
}

fn wanted<'a>(ctx: &Ctx<'a>) -> Option<(Which, &'a str)> {
    ctx.model.serving?;
    Which::BOTH.into_iter().find_map(|which| {
        let server = &ctx.model.servers[which];
        Some((which, server.needs_password.as_deref()?)).filter(|_| !server.signing_in)
    })
}
