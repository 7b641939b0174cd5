//! Worksheets and their steps in words, for screens and commands alike.

use api::{Role, Status, StepState, Worksheet, WorksheetKind};
use model::{AcdNumber, Calendar, Moment};

use super::plan::{Act, Compared, Confirmation, Scope, Step, other, step_named, steps_of};

/// How recorded times are written: the ACD's date and time.
pub const TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// A moment by the clock of an ACD.
pub(super) fn local(status: &Status, acd: AcdNumber, at: Moment) -> String {
    let known = status.acds.iter().find(|known| known.health.acd == acd);
    let calendar = known.and_then(|known| Calendar::of_zone(&known.health.zone));
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.local_text(at, TIME_FORMAT))
}

/// What a kind of worksheet is for.
pub fn sheet_title(kind: WorksheetKind) -> &'static str {
    match kind {
        WorksheetKind::PrimaryOutage => "After an outage of the primary",
        WorksheetKind::SecondaryOutage => "After an outage of the secondary",
        WorksheetKind::Collection => "A change that needs data collection off",
        WorksheetKind::Administration => "Administration onto the secondary",
        WorksheetKind::Unknown => "A worksheet of another version",
    }
}

/// What a step of the record is, in one line; its word, where this version does not know it.
pub fn recorded_title(sheet: &Worksheet, index: usize) -> String {
    let Some(key) = sheet.steps.get(index).map(|step| step.step.as_str()) else { return String::new() };
    let known = steps_of(sheet).and_then(|steps| steps.get(index).copied()).or_else(|| step_named(sheet, key));
    known.map_or_else(|| format!("{key} (a step of another version)"), |step| step_title(sheet, &step))
}

/// What is to be done with a worksheet that this version cannot go on with; nothing where it can.
pub fn of_another_version(sheet: &Worksheet) -> Option<String> {
    match (&sheet.unreadable, steps_of(sheet)) {
        (Some(why), _) => Some(format!(
            "{why}. It stays as it is. Go on with it by a program of the version that began it, or begin another one here: each \
             step looks at how things are"
        )),
        (None, None) => Some(
            "Another version of this program began it, with other steps. Read what was done, look whether a server is in \
             single-user mode or does not collect, give it up with a reason, and begin a new one: each step looks at how things \
             are, so that nothing is done twice"
                .to_owned(),
        ),
        (None, Some(_)) => None,
    }
}

/// How a worksheet that is over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// In words.
    pub text: String,
    /// Whether it has done its work: it was followed to its end, and both servers were compared in it.
    pub whole: bool,
}

/// How a worksheet ended; none while it goes on. A worksheet has done its work when the comparison finds nothing: one whose
/// comparison was left out says so, for nobody knows what it has brought about.
pub fn ending(sheet: &Worksheet) -> Option<Ending> {
    let end = sheet.end.as_ref()?;
    if end.abandoned {
        return Some(Ending { text: format!("abandoned by {}: {}", end.by, end.why), whole: false });
    }
    let left_out = |index: &usize| sheet.steps[*index].state == StepState::Skipped;
    let compares = |index: &usize| {
        let step = step_named(sheet, &sheet.steps[*index].step);
        step.is_some_and(|step| matches!(step.act, Act::Compare(_)))
    };
    let left_out: Vec<usize> = (0..sheet.steps.len()).filter(left_out).collect();
    if let Some(index) = left_out.iter().copied().find(|index| compares(index)) {
        let why = &sheet.steps[index].text;
        let text = format!("ended without comparison, so whether both servers are the same is not known: {why}");
        return Some(Ending { text, whole: false });
    }
    let numbers: Vec<String> = left_out.iter().map(|index| (index + 1).to_string()).collect();
    let text = match numbers.as_slice() {
        [] => "done".to_owned(),
        [one] => format!("done; step {one} was left out"),
        _ => format!("done; steps {} were left out", numbers.join(", ")),
    };
    Some(Ending { text, whole: true })
}

/// A server as a step names it: its name and its role.
fn named(sheet: &Worksheet, role: Role) -> String {
    match sheet.server(role) {
        "" => format!("the {role}"),
        name => format!("{name} ({role})"),
    }
}

/// What a step does, in one line.
pub fn step_title(sheet: &Worksheet, step: &Step) -> String {
    let (here, there) = (named(sheet, step.on), named(sheet, other(step.on)));
    match step.act {
        Act::LinksUp => format!("Wait until {here} answers and all its links are up"),
        Act::SingleUser => format!("Put {here} in single-user mode"),
        Act::MultiUser => format!("Put {here} in multi-user mode"),
        Act::CollectionOff => format!("Turn data collection of {here} off, all ACDs"),
        Act::CollectionOn => format!("Turn data collection of {here} on, all ACDs"),
        Act::BackUp(Scope::Everything) => format!("Full maintenance backup of {here}"),
        Act::BackUp(Scope::Administration) => format!("Back up the administration of {here}"),
        Act::BackUp(Scope::History) => format!("Incremental historical backup of {here}, all ACDs"),
        Act::Restore(Scope::History, _) => format!("Restore to {here} what it lacks of its history"),
        Act::Restore(..) => format!("Restore the administration of {there} to {here}"),
        Act::GiveTimetablesBack => format!("Give back to {there} the timetables that {here} took over"),
        Act::Carry => format!("Carry the administration of {there} to {here}"),
        Act::Archived(_) => "Wait until a whole interval is archived on both servers".to_owned(),
        Act::Heal => format!("Heal {here} from {there}"),
        Act::SumUp => format!("Sum up again on {here} what was made before its rows were whole"),
        Act::Compare(Compared::Administration) => "Compare the administration of both servers".to_owned(),
        Act::Compare(Compared::History | Compared::Change) => "Compare both servers".to_owned(),
        Act::Confirm(Confirmation::Leave) => format!("Have people sign out of {here} and work on {there}"),
        Act::Confirm(Confirmation::Change) => format!("Make the change on {here}"),
        Act::Confirm(Confirmation::Passwords) => format!("Give new users a password on {here}"),
        Act::Confirm(Confirmation::Return) => format!("Have people sign in to {here} again"),
    }
}

/// Why a step is there, and what to know before.
pub fn advice(act: Act) -> &'static str {
    match act {
        Act::LinksUp => "The time is recorded: what happened before it is what the server lacks.",
        Act::SingleUser => {
            "Others are signed out with a notice; data collection goes on. It is refused while the other server cannot take them."
        }
        Act::MultiUser => "Everybody can sign in again.",
        Act::CollectionOff => {
            "From now on this server misses what happens. It is refused while the other one does not collect everything. The time is recorded."
        }
        Act::CollectionOn => "The links come up once the switch has told its state.",
        Act::BackUp(Scope::History) => {
            "It holds what was archived since the last backup; without a full one before, everything."
        }
        Act::BackUp(_) => {
            "It goes to the first device, is read back and compared before it counts, and changes nothing."
        }
        Act::Restore(Scope::History, _) => {
            "The plan is shown first. Only whole intervals that are missing here or lack data are replaced; it can be taken back."
        }
        Act::Restore(..) => {
            "The plan is shown first: whole tables are replaced. Skip this if nothing was administered on the other server; it can be taken back."
        }
        Act::GiveTimetablesBack => {
            "Global edits of timetables that were made here are undone, so that each runs where it ran before; what was edited one by \
             one stays, and is named. Skip this if this server is to go on running them."
        }
        Act::Carry => {
            "It is packed there, carried by this program, and its plan is shown first: whole tables are replaced. Skip this if nothing was administered on the other server; it can be taken back."
        }
        Act::Archived(_) => {
            "The interval in which the link came up lacks data here, and so do those into which calls go on from before; once they are over they can be replaced as a whole."
        }
        Act::Heal => {
            "Exactly the intervals that are missing or lack data are fetched, days, weeks and months above them made again, and both compared. It can be taken back."
        }
        Act::SumUp => "Days, weeks and months that differ are made again from the intervals.",
        Act::Compare(_) => {
            "The worksheet has done its work when nothing is found. Left out, it ends without comparison, and says so."
        }
        Act::Confirm(Confirmation::Leave) => "Whoever is still there is signed out by the next step.",
        Act::Confirm(Confirmation::Change) => {
            "For example the data storage allocation, the storage interval or the master ACD. Write down what you did; the other server needs the same."
        }
        Act::Confirm(Confirmation::Passwords) => "Passwords belong to each server and are in no backup.",
        Act::Confirm(Confirmation::Return) => "The other server is for the next outage.",
    }
}
