//! Asks for the password of the other server, when the one given at sign-in does not open it.

use egui::{Key, Margin, TextEdit};
use session::{Command, Which};

use super::copy_dialog::boxed;
use crate::ctx::Ctx;
use crate::view::administration::sentence;
use crate::widgets::{button_row, dialog, labelled, primary_button};

/// The dialog between two frames.
#[derive(Default)]
pub struct PasswordState {
    password: String,
    /// What was answered or declined, by server and how often it was asked for: the next time the dialog comes again.
    over: Option<(Which, u32)>,
    /// Whether it was shown before, and has taken the keyboard.
    shown: bool,
}

impl PasswordState {
    /// Whether it is in front of everything.
    pub fn is_shown(&self) -> bool {
        self.shown
    }
}

/// Draws the dialog while a server asks for a password and the screen is signed in to the other one.
pub fn password_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut PasswordState) {
    let wanted = wanted(ctx).filter(|(which, times, _)| state.over != Some((*which, *times)));
    let Some((which, times, why)) = wanted else {
        (state.shown, state.password) = (false, String::new());
        return;
    };
    let first = !std::mem::replace(&mut state.shown, true);
    let title = format!("Password for {}", ctx.model.servers[which].name());
    let mut declined = false;
    let close = dialog(egui, ctx.palette, &title, 400.0, |parts| {
        let response = parts.form(|ui| {
            boxed(ui, ctx.palette.caution, &sentence(why));
            labelled(ui, ctx.palette, "Password", |ui| {
                let edit = TextEdit::singleline(&mut state.password).password(true).margin(Margin::symmetric(8, 6));
                ui.add(edit.desired_width(f32::INFINITY))
            })
        });
        // It comes by itself: whoever types meanwhile types here, and not in clear into a field behind it.
        if first {
            response.request_focus();
        }
        let enter = response.lost_focus() && egui.input(|input| input.key_pressed(Key::Enter));
        parts.foot(|ui| {
            button_row(ui, |ui| {
                let go = primary_button(ui, ctx.palette, "Sign in").clicked() || enter;
                if go && !state.password.is_empty() {
                    ctx.send(Command::SignIn { which, password: std::mem::take(&mut state.password) });
                    state.over = Some((which, times));
                }
                declined = ui.button("Not now").clicked();
            })
        });
    });
    if close || declined {
        ctx.send(Command::DeclinePassword(which));
        state.over = Some((which, times));
    }
}

fn wanted<'a>(ctx: &Ctx<'a>) -> Option<(Which, u32, &'a str)> {
    ctx.model.serving?;
    Which::BOTH.into_iter().find_map(|which| {
        let server = &ctx.model.servers[which];
        Some((which, server.passwords_asked, server.needs_password.as_deref()?)).filter(|_| !server.signing_in)
    })
}
