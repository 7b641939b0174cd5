//! The dialog for whatever is typed before it is a change: checked as it is typed, open until the server has taken it.
//!
//! The fields of each form are in `forms`. A dialog for each form was turned down: what becomes of a change, and what the
//! person is told of it, would be written down as often.

use std::path::PathBuf;

use egui::Ui;
use session::{ChangeState, Command, Model, Which};

use super::forms;
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::{Form, Meanwhile, may_ask, may_make, meanwhile, refusal};
use crate::widgets::{button_row, danger_button, dialog, guarded, hint, primary_button};

/// A person's word that a colleague's change goes.
const OVER: &str = "Replace that with what is typed here";

/// The dialog between two frames.
pub struct ChangeDialog {
    form: Form,
    title: String,
    which: Option<Which>,
    /// Number of the last change before this one was sent; `None` before that.
    sent_after: Option<u64>,
    fresh: bool,
}

impl ChangeDialog {
    /// For a form, on the server that serves now.
    pub fn new(model: &Model, form: Form) -> Self {
        ChangeDialog { title: form.title(), form, which: model.serving, sent_after: None, fresh: true }
    }

    /// Takes in a file that was chosen natively.
    pub fn chosen(&mut self, file: PathBuf) {
        match &mut self.form {
            Form::Menu(draft) => draft.chosen(file),
            Form::ImportNames(draft) => draft.chosen(&file),
            _ => {}
        }
    }

    /// Whether it tells what became of the last change.
    pub fn tells_outcome(&self, model: &Model) -> bool {
        self.outcome(model).is_some_and(is_told)
    }

    /// What somebody else wrote meanwhile. While the own change is under way the page may show that one already.
    fn theirs(&self, model: &Model) -> Option<Meanwhile> {
        let is_under_way = matches!(self.outcome(model), Some(ChangeState::Running));
        (self.which == model.serving && !is_under_way).then(|| meanwhile(model, &self.form))?
    }

    /// How the change of this dialog stands.
    fn outcome<'a>(&self, model: &'a Model) -> Option<&'a ChangeState> {
        let after = self.sent_after?;
        model.change.as_ref().filter(|change| change.number > after).map(|change| &change.state)
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn change_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut ChangeDialog) -> bool {
    let Some(which) = state.which else { return true };
    let outcome = state.outcome(ctx.model);
    if matches!(outcome, Some(ChangeState::Done { .. })) {
        return true;
    }
    let title = state.title.clone();
    let theirs = state.theirs(ctx.model);
    let (mut done, mut taken) = (false, None);
    let close = dialog(egui, ctx.palette, &title, 500.0, |parts| {
        let fields = parts.form(|ui| forms::fields(ctx, ui, &mut state.form));
        if let (true, Some(first)) = (state.fresh, fields.first()) {
            first.request_focus();
        }
        state.fresh = false;
        let entered = parts.is_entered(&fields);
        parts.foot(|ui| {
            told(ctx, ui, outcome, "it");
            let is_overtaken = matches!(outcome, Some(ChangeState::Overtaken { .. }));
            if let Some(theirs) = &theirs {
                if !is_overtaken {
                    boxed(ui, ctx.palette.warning, &theirs.text);
                    ui.add_space(6.0);
                }
                if theirs.form.is_some() && ui.button("Take over what is there now").clicked() {
                    taken = theirs.form.clone();
                }
            }
            if is_overtaken || theirs.is_some() {
                over(ctx, ui, &mut state.form);
            }
            done = buttons(ctx, ui, state, which, entered, theirs.is_some());
        });
    });
    if (close || done) && outcome.is_some_and(is_read) {
        ctx.send(Command::DismissChange);
    }
    if let Some(form) = taken {
        // Nothing is sent by it, and what became of the change before is another story.
        *state = ChangeDialog { which: Some(which), ..ChangeDialog::new(ctx.model, form) };
    }
    close || done
}

/// Where somebody else was faster, whether that is replaced all the same is asked.
fn over(ctx: &Ctx<'_>, ui: &mut Ui, form: &mut Form) {
    let mut over = form.is_over();
    if ui.checkbox(&mut over, OVER).changed() {
        form.set_over(over);
    }
    hint(
        ui,
        ctx.palette,
        "Without the tick nothing is saved: cancel to look at the page, which shows what is there now",
    );
    ui.add_space(6.0);
}

/// Whether a dialog tells what became of its change, so that the page under it need not.
pub(super) fn is_told(outcome: &ChangeState) -> bool {
    matches!(outcome, ChangeState::Unknown { .. }) || is_read(outcome)
}

/// Whether whoever closes a dialog with this is done with it: nothing was changed.
pub(super) fn is_read(outcome: &ChangeState) -> bool {
    matches!(outcome, ChangeState::Refused { .. } | ChangeState::Overtaken { .. })
}

/// What became of what was sent, where it was not done. `what` is meant by it.
pub(super) fn told(ctx: &Ctx<'_>, ui: &mut Ui, outcome: Option<&ChangeState>, what: &str) {
    let (pair, text) = match outcome {
        Some(ChangeState::Refused { why } | ChangeState::Overtaken { why }) => {
            (ctx.palette.warning, format!("Nothing was changed. {}", refusal(ctx.model, why)))
        }
        Some(ChangeState::Unknown { why }) => {
            (ctx.palette.caution, format!("No answer came: {why}. Look whether {what} is so before you save it again"))
        }
        _ => return,
    };
    boxed(ui, pair, &text);
    ui.add_space(6.0);
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut ChangeDialog,
    which: Which,
    entered: bool,
    is_overtaken: bool,
) -> bool {
    let name = ctx.model.servers[which].name();
    hint(ui, ctx.palette, state.form.note());
    let has_other = ctx.model.profile.as_ref().is_some_and(|profile| profile.server(which.other()).is_some());
    if let Some(carried) = state.form.carried(ctx.model.servers[which].role()).filter(|_| has_other) {
        hint(ui, ctx.palette, carried);
    }
    ui.add_space(6.0);
    let change = state.form.change();
    let may = match &change {
        Ok(_) if is_overtaken && !state.form.is_over() => {
            Err("Take over what is there now, or tick that it goes".to_owned())
        }
        Ok(change) => may_make(ctx.model, change, ctx.now),
        Err(why) => may_ask(ctx.model, ctx.now).and_then(|()| Err(why.clone())),
    };
    let mut done = false;
    button_row(ui, |ui| {
        let button = if state.form.takes_away() { danger_button } else { primary_button };
        let response = guarded(ui, &may, |ui| button(ui, ctx.palette, &state.form.button(name)));
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
