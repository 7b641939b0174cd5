//! External Call History: how it stands, and what turning it on or off means on this server.

use api::{HistoryAcd, HistoryInterface, SwitchHistory};
use model::{AcdNumber, Calendar};
use session::{ChangeRequest, Model, Which};

use super::{Confirm, acd_calendar, acd_name, moment_text, other_name};
use crate::view::counts::{counted_u64, figure};

/// What the page shows beside its ACDs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryView {
    /// Whether records are taken.
    pub on: bool,
    /// Version and form of the files; empty if it is not configured.
    pub form: String,
    /// What must come before it can be turned on.
    pub before: Option<&'static str>,
    /// Each ACD.
    pub acds: Vec<AcdRow>,
}

/// One ACD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcdRow {
    /// The ACD.
    pub acd: AcdNumber,
    /// `ACD 1 Berlin`.
    pub title: String,
    /// Files that wait for the receiver.
    pub waiting: String,
    /// Whether any do.
    pub is_waiting: bool,
    /// What there is to tell: name, text.
    pub facts: Vec<(&'static str, String)>,
    /// What is wrong.
    pub problem: Option<String>,
}

/// All of it.
pub fn view(model: &Model, state: &HistoryInterface) -> HistoryView {
    let form = match (state.version, &state.form) {
        (Some(version), Some(form)) => format!("version {version}, {form}"),
        _ => String::new(),
    };
    let before = (!state.configured)
        .then_some("It has nowhere to send to: add [history] to cms.toml on the server, and restart the server");
    HistoryView { on: state.on, form, before, acds: state.acds.iter().map(|acd| row(model, state.on, acd)).collect() }
}

fn row(model: &Model, on: bool, acd: &HistoryAcd) -> AcdRow {
    let calendar = acd_calendar(model, Some(acd.acd));
    let mut facts = vec![("Receiver", acd.target.clone()), goes_on(on, acd, calendar.as_ref())];
    facts.push((
        "Growing",
        format!("{}, to be {} number {}", segments(acd.growing_segments), acd.next_file, acd.next_sequence),
    ));
    facts.push(("Waiting", format!("{} with {}", files(acd.waiting_files), segments(acd.waiting_segments))));
    let last = match (&acd.handed_file, acd.handed_at) {
        (Some(file), Some(at)) => format!("{file}, at {}", moment_text(at, calendar.as_ref())),
        _ => "nothing yet".to_owned(),
    };
    facts.push(("Last file", last));
    let mut handed = format!("{} with {}", files(acd.handed_files), segments(acd.handed_segments));
    if acd.handed_record > 0 {
        handed += &format!(", up to record {}", acd.handed_record);
    }
    facts.push(("Handed over", handed));
    if !acd.misfits.is_empty() {
        let told: Vec<String> =
            acd.misfits.iter().map(|misfit| format!("{} × {}", figure(misfit.count), misfit.item)).collect();
        facts.push(("Did not fit", told.join(", ")));
    }
    AcdRow {
        acd: acd.acd,
        title: acd_name(model, acd.acd),
        waiting: format!("{} waiting", files(acd.waiting_files)),
        is_waiting: acd.waiting_files > 0,
        facts,
        problem: Some(acd.problem.clone()).filter(|problem| !problem.is_empty()),
    }
}

fn goes_on(on: bool, acd: &HistoryAcd, calendar: Option<&Calendar>) -> (&'static str, String) {
    let last = acd.last_record_at.map(|at| format!("record {} of {}", acd.last_record, moment_text(at, calendar)));
    match (on, last) {
        (true, Some(last)) => ("Taken up to", last),
        (true, None) => ("Taken up to", "none yet; it begins with the first record that comes".to_owned()),
        (false, Some(last)) => ("Ended with", last),
        (false, None) => ("Ended with", "no record so far".to_owned()),
    }
}

fn files(count: u64) -> String {
    counted_u64(count, "file", "files")
}

fn segments(count: u64) -> String {
    counted_u64(count, "segment", "segments")
}

/// The question before it is turned off.
pub fn turn_off(model: &Model, which: Which) -> Confirm {
    let here = model.servers[which].name();
    let lines = vec![
        "What was taken so far is closed and still handed over. Nothing more is taken".to_owned(),
        "The records of calls stay in call_rec. Turned on again it goes on behind the last record that there is then, or behind \
         one that you name, as long as call_rec has it"
            .to_owned(),
    ];
    Confirm {
        title: "Turn External Call History off?".to_owned(),
        lines,
        button: format!("Turn off on {here}"),
        dangerous: true,
        which,
        change: ChangeRequest::History(SwitchHistory { on: false, after: None }),
    }
}

/// Turning it on, while the record to go on behind is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it means on this server: text, and whether it can do harm.
    pub lines: Vec<(String, bool)>,
    /// Number of the record to go on behind, as typed; empty is the last one so far.
    pub after: String,
}

impl Draft {
    /// For the server that serves now.
    pub fn of(model: &Model, which: Which) -> Draft {
        let here = model.servers[which].name();
        let taken = format!("Records of calls are taken on {here} from now on and handed over as files");
        let mut lines = vec![(taken, false)];
        lines.extend(other_name(model).map(|other| (twice(here, other, which), true)));
        Draft { lines, after: String::new() }
    }

    /// The record to go on behind, or what is wrong with it.
    pub fn after(&self) -> Result<Option<u64>, String> {
        match self.after.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| format!("{text:?} is no number of a record")),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        Ok(ChangeRequest::History(SwitchHistory { on: true, after: self.after()? }))
    }
}

fn twice(here: &str, other: &str, which: Which) -> String {
    match which {
        Which::Primary => {
            format!("If {other} sends at present, turn it off there first: the receiver gets everything twice")
        }
        Which::Secondary => format!(
            "{here} is the secondary and usually does not send. While {other}, the primary, sends too, the receiver gets \
             everything twice: turn it off there first, or be sure that it is down. When {other} comes back, it would go on \
             sending what waits there"
        ),
    }
}
