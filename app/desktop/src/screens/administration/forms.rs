//! The fields of each form. Every one of them gives back the responses of its lines of text: the first gets the focus, and
//! Enter in any of them is the button.

mod allocation;
mod dictionary;
mod exception;
mod global_edit;
mod history;
mod menu;
mod names_import;
mod password;
mod peer;
mod permissions;
mod profile;
mod removal;
mod shortcut;
mod skills;
mod summarize;
mod times;
mod user;

use egui::{ComboBox, Response, RichText, Ui};
use model::NameKind;

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::suggest::named_field;
use crate::theme;
use crate::view::administration::Form;
use crate::widgets::{labelled, option};

/// Height of an open choice: all kinds of tasks are seen without scrolling.
const CHOICES: f32 = 420.0;

/// Draws the fields of a form.
pub fn fields(ctx: &Ctx<'_>, ui: &mut Ui, form: &mut Form) -> Vec<Response> {
    match form {
        Form::Profile(draft) => profile::fields(ctx, ui, draft),
        Form::Summarize(draft) => summarize::fields(ctx, ui, draft),
        Form::Allocation(draft) => allocation::fields(ctx, ui, draft),
        Form::Times(draft) => times::fields(ctx, ui, draft),
        Form::Exception(draft) => exception::fields(ctx, ui, draft),
        Form::Trace(draft) => {
            let of = (draft.acd, NameKind::Agent);
            vec![named_field(ctx, ui, ("Login ID of the agent", "4001, or a part of the name"), &mut draft.agent, of)]
        }
        Form::History(draft) => history::fields(ctx, ui, draft),
        Form::User(draft) => user::fields(ctx, ui, draft),
        Form::Peer(draft) => peer::fields(ctx, ui, draft),
        Form::ImportNames(draft) => names_import::fields(ctx, ui, draft),
        Form::GlobalEdit(draft) => global_edit::fields(ctx, ui, draft),
        Form::Password(draft) => password::fields(ctx, ui, draft),
        Form::Permissions(draft) => permissions::fields(ctx, ui, draft),
        Form::RemoveUser(draft) => removal::fields(ctx, ui, draft),
        Form::Name(draft) => dictionary::name(ctx, ui, draft),
        Form::Group(draft) => dictionary::group(ctx, ui, draft),
        Form::Formula(draft) => dictionary::formula(ctx, ui, draft),
        Form::Shortcut(draft) => shortcut::fields(ctx, ui, draft),
        Form::GiveShortcut(draft) => shortcut::give(ctx, ui, draft),
        Form::Menu(draft) => menu::fields(ctx, ui, draft),
        Form::Skills(draft) => skills::fields(ctx, ui, draft),
    }
}

/// Boxes to tick that belong together: closer than controls that stand for themselves.
pub(super) fn closely(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.spacing_mut().interact_size.y = 20.0;
        content(ui);
    });
}

/// What is wrong with what was typed above it.
pub(super) fn wrong(ctx: &Ctx<'_>, ui: &mut Ui, why: &str) {
    let text = RichText::new(why).font(fonts::medium(theme::SMALL)).color(ctx.palette.warning.text);
    ui.add(egui::Label::new(text).wrap());
}

/// Says what is wrong with a text, once there is any.
pub(super) fn wrong_if_typed<T>(ctx: &Ctx<'_>, ui: &mut Ui, typed: &str, read: Result<T, String>) {
    if let (Err(why), false) = (read, typed.trim().is_empty()) {
        wrong(ctx, ui, &why);
    }
}

/// A labelled choice among texts; returns the one that was chosen now.
pub(super) fn choice<'a>(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    label: &str,
    shown: &str,
    choices: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut chosen = None;
    labelled(ui, ctx.palette, label, |ui| {
        let combo = ComboBox::from_id_salt(label).selected_text(shown).width(ui.available_width()).height(CHOICES);
        let inner = combo.show_ui(ui, |ui| {
            for text in choices {
                if option(ui, text == shown, text) {
                    chosen = Some(text);
                }
            }
        });
        inner.response
    });
    chosen
}
