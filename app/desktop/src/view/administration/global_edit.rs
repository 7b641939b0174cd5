//! The global edit of all timetables of a user ID, and its undoing: what either would change, before it is done.

use std::collections::BTreeSet;

use api::{GlobalEdit, RunOn, Timetable, UndoGlobalEdit};
use session::{ChangeRequest, Model};

use super::moment_text;
use super::timetables::runs_text;
use crate::view::cells::calendar;

/// The only user ID that may edit all timetables of another one, as in the guide's procedure.
pub const FOR_ALL_USERS: &str = "cms";

/// The two choices of the guide's screen.
pub const CHOICES: [(RunOn, &str); 2] = [
    (RunOn::ThisServer, "Run timetables only on this CMS server"),
    (RunOn::ThisOrAnother, "Run timetables on this or another CMS server"),
];

/// A global edit while it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalDraft {
    /// The user ID whose timetables are edited.
    pub owner: String,
    /// The user IDs that can be chosen.
    pub owners: Vec<String>,
    /// Where all of them are to run; nothing until it is chosen.
    pub run_on: Option<RunOn>,
    /// Whether the last global edit is undone instead.
    pub undo: bool,
    known: Vec<Timetable>,
}

impl GlobalDraft {
    /// For the timetables of the page. `chosen` is the owner of the chosen one, who is taken first where that is permitted.
    pub fn new(model: &Model, known: &[Timetable], chosen: Option<&str>, undo: bool) -> GlobalDraft {
        let own = model.profile.as_ref().map_or_else(String::new, |profile| profile.user.clone());
        let mut owners = BTreeSet::from([own.clone()]);
        if own == FOR_ALL_USERS {
            owners.extend(known.iter().map(|timetable| timetable.owner.clone()));
        }
        let owner = chosen.filter(|chosen| owners.contains(*chosen)).map_or(own, str::to_owned);
        GlobalDraft { owner, owners: owners.into_iter().collect(), run_on: None, undo, known: known.to_vec() }
    }

    /// What the dialog is called.
    pub fn title(&self) -> &'static str {
        if self.undo { "Undo the last global edit of timetables" } else { "Global edit of timetables" }
    }

    /// Whose timetables they are, as the guide's screen has it.
    pub fn whose(&self) -> String {
        format!("For all timetables owned by User ID {}", self.owner)
    }

    /// What is said where nobody else can be chosen.
    pub fn others(&self) -> Option<String> {
        (self.owners.len() == 1 && self.owner != FOR_ALL_USERS)
            .then(|| format!("To edit those of another user ID, sign in as {FOR_ALL_USERS}"))
    }

    fn owned(&self) -> impl Iterator<Item = &Timetable> {
        self.known.iter().filter(|timetable| timetable.owner == self.owner)
    }

    /// Which edit is undone, of those that were made of the timetables: when it was made, and by whom.
    pub fn last_edit(&self) -> Option<String> {
        let (timetable, edit) = self.owned().find_map(|known| Some((known, known.global_edit.as_ref()?)))?;
        Some(format!("The edit of {} by {}", moment_text(edit.at, calendar(&timetable.zone).as_ref()), edit.by))
    }

    /// What becomes of each timetable: `nightly: runs not here now, then only here`.
    pub fn lines(&self) -> Vec<String> {
        self.owned().map(|timetable| if self.undo { undone(timetable) } else { self.edited(timetable) }).collect()
    }

    fn edited(&self, timetable: &Timetable) -> String {
        let (name, before) = (&timetable.name, runs_text(timetable.run_on));
        match self.run_on {
            Some(run_on) if timetable.run_on == Some(run_on) => {
                format!("{name}: runs {before}, and is scheduled anew")
            }
            Some(run_on) => format!("{name}: runs {before} now, then {}", runs_text(Some(run_on))),
            None => format!("{name}: runs {before} now"),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let owner = Some(self.owner.clone());
        if self.undo {
            if self.last_edit().is_none() {
                return Err(format!("There is no global edit of the timetables of {} to be undone", self.owner));
            }
            return Ok(ChangeRequest::UndoTimetablesEdit(UndoGlobalEdit { owner }));
        }
        if self.owned().next().is_none() {
            return Err(format!("{} has no timetables on this server", self.owner));
        }
        let run_on = self.run_on.ok_or("Choose where they are to run")?;
        Ok(ChangeRequest::EditTimetables(GlobalEdit { owner, run_on }))
    }
}

/// What undoing the last edit makes of a timetable.
fn undone(timetable: &Timetable) -> String {
    let (name, now) = (&timetable.name, runs_text(timetable.run_on));
    match &timetable.global_edit {
        Some(edit) if edit.can_be_undone => {
            format!("{name}: runs {now} since that edit, then {} again", runs_text(edit.was))
        }
        Some(_) => format!("{name}: was changed since, and stays as it is: runs {now}"),
        None => format!("{name}: is none of that edit, and stays as it is: runs {now}"),
    }
}
