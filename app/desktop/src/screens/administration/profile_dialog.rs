//! The dialog for a call profile: checked as it is typed, open until the server has taken it.

use egui::{Key, RichText, Ui};
use session::{ChangeState, ChangeView, Command, Model, Which};

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::may;
use crate::view::administration::profiles::{Draft, thing};
use crate::widgets::{button_row, dialog, field, guarded, hint, primary_button};

const LEVEL: &str = "Acceptable service level in seconds, as in the switch";
const INCREMENTS: &str = "Increments in seconds: up to nine upper limits, rising";

/// The dialog between two frames.
pub struct ProfileDialog {
    draft: Draft,
    which: Option<Which>,
    /// Whether the number is to be typed, too.
    is_new: bool,
    /// Number of the last change before this one was sent; `None` before that.
    sent_after: Option<u64>,
    fresh: bool,
}

impl ProfileDialog {
    /// For a draft, on the server that serves now.
    pub fn new(model: &Model, draft: Draft) -> Self {
        ProfileDialog { is_new: draft.number.is_empty(), draft, which: model.serving, sent_after: None, fresh: true }
    }

    /// How the change of this dialog stands.
    fn outcome<'a>(&self, model: &'a Model) -> Option<&'a ChangeView> {
        let after = self.sent_after?;
        model.change.as_ref().filter(|change| change.number > after)
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn profile_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut ProfileDialog) -> bool {
    let Some(which) = state.which else { return true };
    let outcome = state.outcome(ctx.model).map(|change| change.state.clone());
    if matches!(outcome, Some(ChangeState::Done { .. })) {
        return true;
    }
    let title = match state.is_new {
        true => format!("Call profile of another {}", thing(state.draft.of)),
        false => state.draft.title(),
    };
    let mut done = false;
    let close = dialog(egui, ctx.palette, &title, 500.0, |ui| {
        let entered = fields(ctx, ui, state);
        ui.add_space(8.0);
        match &outcome {
            Some(ChangeState::Refused { why }) => {
                boxed(ui, ctx.palette.warning, &format!("Nothing was changed. {why}"))
            }
            Some(ChangeState::Unknown { why }) => {
                let text = format!("No answer came: {why}. Look whether the profile is so before you save it again");
                boxed(ui, ctx.palette.caution, &text);
            }
            _ => {}
        }
        done = buttons(ctx, ui, state, which, entered);
        state.fresh = false;
    });
    close || done
}

/// Returns whether Enter was pressed in one of them.
fn fields(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ProfileDialog) -> bool {
    let palette = ctx.palette;
    let draft = &mut state.draft;
    let mut responses = Vec::new();
    if state.is_new {
        responses.push(field(ui, palette, &format!("Number of the {}", thing(draft.of)), &mut draft.number, ""));
        ui.add_space(6.0);
    }
    responses.push(field(ui, palette, LEVEL, &mut draft.level, "20"));
    if let (Err(why), false) = (draft.level(), draft.level.trim().is_empty()) {
        wrong(ctx, ui, &why);
    }
    ui.add_space(6.0);
    responses.push(field(ui, palette, INCREMENTS, &mut draft.increments, "5, 10, 20, 30"));
    match draft.bins() {
        Ok(bins) => {
            hint(ui, palette, &bins);
        }
        Err(why) => wrong(ctx, ui, &why),
    }
    if let (true, Some(first)) = (state.fresh, responses.first()) {
        first.request_focus();
    }
    responses.iter().any(egui::Response::lost_focus) && ui.input(|input| input.key_pressed(Key::Enter))
}

fn wrong(ctx: &Ctx<'_>, ui: &mut Ui, why: &str) {
    let text = RichText::new(why).font(fonts::medium(theme::SMALL)).color(ctx.palette.warning.text);
    ui.add(egui::Label::new(text).wrap());
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ProfileDialog, which: Which, entered: bool) -> bool {
    let name = ctx.model.servers[which].name();
    let text =
        "It holds from the beginning of the running interval on; that interval is counted anew, and no data are lost";
    hint(ui, ctx.palette, text);
    ui.add_space(6.0);
    let change = state.draft.change();
    let may = may(ctx.model, ctx.now).and_then(|()| change.as_ref().map(drop).map_err(Clone::clone));
    let mut done = false;
    button_row(ui, |ui| {
        let response = guarded(ui, &may, |ui| primary_button(ui, ctx.palette, &format!("Save on {name}")));
        if (response.clicked() || (entered && may.is_ok()))
            && let Ok(change) = change
        {
            state.sent_after = Some(ctx.model.change.as_ref().map_or(0, |change| change.number));
            ctx.send(Command::Administer { which, change });
        }
        done = ui.button("Cancel").clicked();
    });
    done
}
