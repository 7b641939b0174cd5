//! Data collection: each ACD on or off, its link, its storage interval, and what must come before a change.

use api::{AcdStatus, LinkState, SetCollection, SetInterval, Status};
use model::{AcdNumber, IntervalMinutes};
use session::checks::Layers;
use session::{ChangeRequest, Model, Which};

use super::{Confirm, acd_name, moment_text, other_name};
use crate::view::cells::calendar;

/// The intervals there are.
pub const INTERVALS: [(IntervalMinutes, &str); 3] =
    [(IntervalMinutes::Quarter, "15 min"), (IntervalMinutes::Half, "30 min"), (IntervalMinutes::Hour, "60 min")];

/// One ACD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionRow {
    /// The ACD.
    pub acd: AcdNumber,
    /// `ACD 1 Berlin`.
    pub title: String,
    /// Whether data are collected.
    pub collecting: bool,
    /// State of the link.
    pub link: LinkState,
    /// The link in words and by its layers, and how far its data are archived.
    pub facts: Vec<(&'static str, String)>,
    /// What keeps data from being archived.
    pub problem: Option<String>,
    /// The storage interval.
    pub interval: IntervalMinutes,
    /// What must come before the interval can be changed.
    pub before_interval: Option<String>,
}

/// All ACDs.
pub fn rows(status: &Status) -> Vec<CollectionRow> {
    status.acds.iter().map(row).collect()
}

fn row(status: &AcdStatus) -> CollectionRow {
    let health = &status.health;
    let mut link = health.link.word().to_owned();
    if !health.link_text.is_empty() {
        link += &format!(" — {}", health.link_text);
    }
    let calendar = calendar(&health.zone);
    let archived = health.archived_to.map(|at| format!("the interval of {}", moment_text(at, calendar.as_ref())));
    let Layers { application, session, connection } = Layers::of(status);
    let far_end = status.peer.as_ref().map_or_else(String::new, |peer| format!(", with {peer}"));
    let facts = vec![
        ("Link", link),
        ("Application", application.to_owned()),
        ("Session", session.to_owned()),
        ("Connection", format!("{connection}{far_end}")),
        ("Kind", format!("{}, {}", status.dialect, status.address)),
        ("Archived", archived.unwrap_or_else(|| "nothing yet".to_owned())),
    ];
    CollectionRow {
        acd: health.acd,
        title: format!("ACD {} {}", health.acd, health.name),
        collecting: health.collecting,
        link: health.link,
        facts,
        problem: Some(health.archive_problem.clone()).filter(|text| !text.is_empty()),
        interval: status.interval_minutes,
        before_interval: health.collecting.then(|| "To change it, turn data collection off first".to_owned()),
    }
}

/// What turning it on asks for.
pub fn turn_on(row: &CollectionRow) -> ChangeRequest {
    ChangeRequest::Collection(SetCollection { acd: row.acd, on: true })
}

/// The question before it is turned off: who collects meanwhile.
pub fn turn_off(model: &Model, which: Which, row: &CollectionRow) -> Confirm {
    let here = model.servers[which].name();
    let missing =
        format!("What happens until it is on again is missing on {here}, and the intervals are INCOMPLETE there");
    let lines = vec![missing, meanwhile(model, which, row.acd)];
    Confirm {
        title: format!("Turn data collection of {} off?", row.title),
        lines,
        button: format!("Turn off on {here}"),
        dangerous: true,
        which,
        change: ChangeRequest::Collection(SetCollection { acd: row.acd, on: false }),
    }
}

/// Who collects the ACD while this server does not: the other one, or nobody.
fn meanwhile(model: &Model, which: Which, acd: AcdNumber) -> String {
    let Some(name) = other_name(model) else {
        return "No other server is known: what happens meanwhile is lost".to_owned();
    };
    let other = &model.servers[which.other()];
    let known = other.health.as_ref().and_then(|health| health.acds.iter().find(|known| known.acd == acd));
    match known {
        _ if other.problem.is_some() => format!("{name} does not answer: whether it collects meanwhile is not known"),
        Some(known) if known.collecting && known.link == LinkState::Up => {
            format!("{name} collects it meanwhile. Wait until this one is on again before you turn {name} off")
        }
        Some(known) if known.collecting => {
            let link = known.link.word();
            format!("{name} does not collect it now (its link is {link}): what happens meanwhile is lost")
        }
        Some(_) => format!("{name} has it turned off, too: what happens meanwhile is lost"),
        None => format!("{name} does not know this ACD: what happens meanwhile is lost"),
    }
}

/// From when on another interval holds: a longer one waits for its grid, so that a row always tells its length.
fn from_when(model: &Model, which: Which, acd: AcdNumber, minutes: IntervalMinutes) -> String {
    let health = model.servers[which].health.as_ref();
    let known = health.and_then(|health| health.acds.iter().find(|known| known.acd == acd));
    match known.and_then(|known| known.interval_minutes).filter(|now| u8::from(minutes) > *now) {
        Some(now) => {
            format!(
                "It holds from the next {} of the ACD's time on; until then intervals have {now} minutes",
                minutes.grid()
            )
        }
        None => "It holds from the next interval on".to_owned(),
    }
}

/// The question before another interval is set.
pub fn set_interval(model: &Model, which: Which, acd: AcdNumber, minutes: IntervalMinutes) -> Confirm {
    let here = model.servers[which].name();
    let mut lines =
        vec![format!("{}. Turn data collection on again afterwards", from_when(model, which, acd, minutes))];
    if let Some(other) = other_name(model) {
        lines.push(format!("Set the same on {other}: with another interval its rows differ from those of {here}"));
    }
    Confirm {
        title: format!("Set the storage interval of {} to {} minutes?", acd_name(model, acd), u8::from(minutes)),
        lines,
        button: format!("Set it on {here}"),
        dangerous: false,
        which,
        change: ChangeRequest::Interval(SetInterval { acd, minutes }),
    }
}
