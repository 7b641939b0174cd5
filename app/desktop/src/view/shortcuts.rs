//! Shortcuts on the screen: what the menu lists, what its dialogs ask, and how one that was run stands.

use api::{AddShortcut, GiveShortcut, ModifyShortcut, Shortcut, shortcut_name_fault, shortcut_steps_fault};
use session::{ChangeRequest, Model, ReportKey, ReportRequest, ShortcutChange, ShortcutRun, StepState};

use super::pane::{inputs_line, report_name};
use crate::view::counts::counted;

/// What is done with a shortcut of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// What is open is kept as a new one.
    Keep,
    /// It gets another name.
    Rename,
    /// It opens from now on what is open now.
    Replace,
    /// It goes.
    Delete,
}

/// A shortcut of one's own in its dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortcutDraft {
    /// What is done.
    pub act: Act,
    /// Its name until now; empty for a new one.
    pub before: String,
    /// Its name, as typed.
    pub name: String,
    /// What it opens.
    pub steps: Vec<ReportRequest>,
    /// How that is arranged.
    pub arrangement: Option<String>,
    /// The names that are taken.
    pub known: Vec<String>,
}

impl ShortcutDraft {
    /// Keeps what is open, with how it is arranged.
    pub fn keep(model: &Model, (steps, arrangement): (Vec<ReportRequest>, Option<String>)) -> ShortcutDraft {
        let known = model.shortcuts.iter().map(|known| known.name.clone()).collect();
        ShortcutDraft { act: Act::Keep, before: String::new(), name: String::new(), steps, arrangement, known }
    }

    /// Does something with one that there is. What is open, and how it is arranged, counts only where that replaces what it opens.
    pub fn of(
        model: &Model,
        act: Act,
        shortcut: &Shortcut,
        open: (Vec<ReportRequest>, Option<String>),
    ) -> ShortcutDraft {
        let (before, name) = (shortcut.name.clone(), shortcut.name.clone());
        let open = if act == Act::Replace { open } else { (shortcut.steps.clone(), None) };
        ShortcutDraft { act, before, name, ..ShortcutDraft::keep(model, open) }
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        match self.act {
            Act::Keep => "Keep what is open as a shortcut".to_owned(),
            Act::Rename => format!("Rename the shortcut {}", self.before),
            Act::Replace => format!("Replace what {} opens?", self.before),
            Act::Delete => format!("Delete the shortcut {}?", self.before),
        }
    }

    /// What it means.
    pub fn note(&self) -> &'static str {
        match self.act {
            Act::Keep | Act::Replace => {
                "Places and sizes, sorting, widths and your own limits go with it. It is kept on the server, so you have it on every \
                 PC, and on the other server once administration is carried over"
            }
            Act::Rename => "Its reports stay as they are",
            Act::Delete => "Its reports stay; only the shortcut goes",
        }
    }

    /// What the button says.
    pub fn button(&self, server: &str) -> String {
        let verb = match self.act {
            Act::Keep => "Keep",
            Act::Rename => "Rename",
            Act::Replace => "Replace",
            Act::Delete => "Delete",
        };
        format!("{verb} on {server}")
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let (name, steps) = (self.name.trim().to_owned(), self.steps.clone());
        let arrangement = self.arrangement.clone();
        let before = self.before.clone();
        let change = match self.act {
            Act::Delete => ShortcutChange::Delete { owner: None, name: before },
            Act::Replace => {
                shortcut_steps_fault(steps.len()).map_or(Ok(()), Err)?;
                let modify =
                    ModifyShortcut { name: before, steps: Some(steps), arrangement, ..ModifyShortcut::default() };
                ShortcutChange::Modify(modify)
            }
            Act::Rename => {
                self.check_name(&name)?;
                let modify = ModifyShortcut { name: before, rename: Some(name), ..ModifyShortcut::default() };
                ShortcutChange::Modify(modify)
            }
            Act::Keep => {
                self.check_name(&name)?;
                shortcut_steps_fault(steps.len()).map_or(Ok(()), Err)?;
                ShortcutChange::Add(AddShortcut { name, steps, arrangement })
            }
        };
        Ok(ChangeRequest::Shortcut(change))
    }

    fn check_name(&self, name: &str) -> Result<(), String> {
        if name.is_empty() {
            return Err("The shortcut needs a name".to_owned());
        }
        if name == self.before {
            return Err("It is called that already".to_owned());
        }
        let is_taken = |known: &&String| known.eq_ignore_ascii_case(name) && !known.eq_ignore_ascii_case(&self.before);
        match self.known.iter().find(is_taken) {
            Some(known) => {
                Err(format!("There is a shortcut {known} already: replace what that one opens, or type another name"))
            }
            None => shortcut_name_fault(name).map_or(Ok(()), Err),
        }
    }
}

/// A copy for another user in its dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveDraft {
    /// User ID of the owner.
    pub owner: String,
    /// Its name.
    pub shortcut: String,
    /// User ID of who gets the copy, as typed.
    pub to: String,
    /// Another name for the copy, as typed.
    pub name: String,
}

impl GiveDraft {
    /// For this shortcut.
    pub fn new(shortcut: &Shortcut) -> GiveDraft {
        let (owner, name) = (shortcut.owner.clone(), shortcut.name.clone());
        GiveDraft { owner, shortcut: name, to: String::new(), name: String::new() }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let (to, name) = (self.to.trim(), self.name.trim());
        if to.is_empty() {
            return Err("The user ID of who gets the copy is needed".to_owned());
        }
        let rename = (!name.is_empty()).then(|| name.to_owned());
        rename.as_deref().and_then(shortcut_name_fault).map_or(Ok(()), Err)?;
        let (owner, name) = (Some(self.owner.clone()), self.shortcut.clone());
        let give = GiveShortcut { owner, name, to: to.to_owned(), rename };
        Ok(ChangeRequest::Shortcut(ShortcutChange::Give(give)))
    }
}

/// A step in a line: the report and its inputs.
pub fn step_line(model: &Model, step: &ReportRequest) -> String {
    format!("{}  ({})", report_name(model, step), inputs_line(model, step))
}

/// What is told of a shortcut with steps that are faster than the user may have; `None` where none is.
pub fn slowed_text(model: &Model, shortcut: &Shortcut) -> Option<String> {
    let slowed = shortcut.steps.iter().filter(|step| model.slowed(step.refresh) != step.refresh).count();
    let fastest = model.fastest_refresh_secs;
    (slowed > 0).then(|| {
        let reports = counted(slowed, "report refreshes", "reports refresh");
        format!("{}: {reports} every {fastest} s only, the fastest that you may have", shortcut.name)
    })
}

/// How a shortcut that was run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunView {
    /// In a line.
    pub headline: String,
    /// What did not go as it should: one line for each step, with its place and why.
    pub problems: Vec<String>,
    /// Whether something is still waited for.
    pub waits: bool,
    /// Whether it can be put away by itself: everything is shown.
    pub is_done: bool,
}

/// How it stands; `is_open` says whether a report is still on the screen.
pub fn run_view(model: &Model, run: &ShortcutRun, is_open: &dyn Fn(ReportKey) -> bool) -> RunView {
    let states = run.states(model, is_open);
    let count = |is: fn(&StepState) -> bool| states.iter().filter(|state| is(state)).count();
    let shown = count(|state| *state == StepState::Shown);
    let waiting = count(|state| matches!(state, StepState::Waiting(_)));
    let failed = count(|state| matches!(state, StepState::Failed(_)));
    let mut headline =
        format!("Shortcut {}: {shown} of {} shown", run.name, counted(states.len(), "report", "reports"));
    if failed > 0 {
        headline += &format!(", {failed} could not be");
    }
    if run.stopped {
        headline += "; stopped";
    } else if waiting > 0 {
        headline += &format!("; waiting for {waiting}");
    }
    let problem = |(at, (step, state)): (usize, (&ReportRequest, &StepState))| match state {
        StepState::Failed(why) => Some(format!("{at}. {}: {why}", report_name(model, step))),
        StepState::Waiting(why) if !why.is_empty() => Some(format!("{at}. {}: {why}", report_name(model, step))),
        _ => None,
    };
    let steps = run.steps.iter().map(|(_, step)| step).zip(&states);
    let problems = (1..).zip(steps).filter_map(problem).collect();
    RunView { headline, problems, waits: waiting > 0, is_done: waiting == 0 && failed == 0 && !run.stopped }
}
