//! Both servers side by side: what was found when they were compared, thing by thing.

use model::Moment;
use report::{Level, When};
use session::twin::{Area, Finding, Stretch, Verdict};
use session::{Model, TwinReport};

use super::restore_draft::{last_of, when};
use super::{LineKind, acd_calendar, line_start};
use crate::view::cells::CellView;
use crate::view::counts::{counted, figure};

const DAY_SECS: i64 = 86_400;

/// Which intervals are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Since a day ago.
    Day,
    /// Since a week ago.
    #[default]
    Week,
    /// All that are kept.
    All,
    /// Those of a time that is typed.
    Typed,
}

/// As the page names it.
pub const REACHES: [(Reach, &str); 4] = [
    (Reach::Day, "Last day"),
    (Reach::Week, "Last 7 days"),
    (Reach::All, "All that is kept"),
    (Reach::Typed, "From, to"),
];

/// The time that is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// How.
    pub reach: Reach,
    /// The first interval, as typed; empty for the first that is kept.
    pub from: String,
    /// The last interval, as typed; empty for the last that is kept.
    pub to: String,
}

impl Span {
    /// The intervals that are meant, by the clock of the serving server's ACDs, or what is wrong with what is typed.
    pub fn stretch(&self, model: &Model) -> Result<Stretch, String> {
        let now = now(model);
        let since = |secs: i64| Ok(Stretch { from: now.map(|now| now + -secs), to: None });
        match self.reach {
            Reach::Day => since(DAY_SECS),
            Reach::Week => since(7 * DAY_SECS),
            Reach::All => Ok(Stretch::default()),
            Reach::Typed => self.typed(model, now),
        }
    }

    fn typed(&self, model: &Model, now: Option<Moment>) -> Result<Stretch, String> {
        let calendar = acd_calendar(model, None);
        let (first, last) = (when(&self.from)?, when(&self.to)?);
        if now.is_none() && [first, last].iter().any(|when| matches!(when, Some(When::Relative(..)))) {
            return Err("No ACD has told its time yet; write dates, such as 2026-11-23".to_owned());
        }
        // A date says by itself when it is.
        let now = now.unwrap_or(Moment(0));
        let from = first.map(|when| when.begins_at(calendar.as_ref(), now));
        let to = last.map(|when| last_of(when, calendar.as_ref(), now));
        match (from, to) {
            (Some(from), Some(to)) if to < from => Err("The last time is before the first".to_owned()),
            _ => Ok(Stretch { from, to }),
        }
    }
}

fn now(model: &Model) -> Option<Moment> {
    let health = model.servers[model.serving?].health.as_ref()?;
    health.acds.iter().filter_map(|acd| acd.acd_at).max()
}

/// The outcome in a sentence, and how much it wants to be seen.
pub fn outcome(report: &TwinReport) -> (LineKind, String) {
    let (kind, text) = found(report);
    match report.comparison.records_from.is_empty() {
        true => (kind, text),
        // A longer range is not looked at record by record.
        false => (kind, format!("{text}. Records were compared of the last day alone; of seven days all are")),
    }
}

fn found(report: &TwinReport) -> (LineKind, String) {
    let (here, there) = (&report.here, &report.there);
    let alike: usize = report.comparison.identical.values().sum();
    if report.comparison.is_clean_as_far_as_seen() {
        let text = format!(
            "What may be seen of {here} and {there} is the same, {}; it cannot be said of the rest. Compare as an \
             administrator of both",
            counted(alike, "thing", "things")
        );
        return (LineKind::Caution, text);
    }
    if report.comparison.is_lost_alike() {
        let lost = report.comparison.lost_text().unwrap_or_default();
        let text = format!(
            "{here} and {there} hold the same, and both lack data: {lost}; neither was receiving, or has it any more"
        );
        return (LineKind::Caution, text);
    }
    if report.comparison.is_clean() {
        let compared = counted(alike, "thing was", "things were");
        let text = format!("{here} and {there} hold the same, and lack nothing: {compared} compared");
        return (LineKind::Good, text);
    }
    let findings = counted(report.comparison.differences().count(), "finding", "findings");
    let identical = counted(alike, "thing is", "things are");
    // The list below has these, too, and neither server can give them to the other.
    let lost =
        report.comparison.lost_text().map_or_else(String::new, |lost| format!(". Besides, both lack data: {lost}"));
    (LineKind::Caution, format!("{here} and {there} are not the same: {findings}; {identical} identical{lost}"))
}

/// What has changed since both were compared: a sync or a heal makes what was found old.
pub fn outdated(model: &Model) -> Option<String> {
    let compared_at = model.twin.report.as_ref()?.at;
    let synced = model.sync.outcome.as_ref().filter(|outcome| !outcome.choice.dry_run && outcome.at > compared_at);
    let healed = model.heal.report.as_ref().filter(|report| !report.dry_run && report.at > compared_at);
    let what = match (synced, healed) {
        (Some(_), Some(_)) => "a sync and a heal were",
        (Some(_), None) => "a sync was",
        (None, Some(_)) => "a heal was",
        (None, None) => return None,
    };
    Some(format!("This was found before {what} made; compare again to see how it is now"))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What an area is called at the beginning of a line.
pub fn area_title(area: Area) -> String {
    line_start(&area.to_string())
}

/// Each area: its name, how many things are identical, missing, incomplete, different, and where not all of it may be seen. In the
/// order of the columns. Areas in which the servers differ come first; what both lack alike neither can give to the other, and has
/// no colour.
pub fn areas(report: &TwinReport) -> Vec<[CellView; 6]> {
    let row = |area: Area| {
        let findings = || report.comparison.findings.iter().filter(move |finding| finding.area == area);
        let sum = |is: fn(Verdict) -> bool| -> usize {
            findings().filter(|finding| is(finding.verdict)).map(|finding| finding.intervals).sum()
        };
        let identical = report.comparison.identical.get(&area).copied().unwrap_or(0);
        let found = |is: fn(Verdict) -> bool, level| {
            let differs = findings().any(|finding| is(finding.verdict) && finding.verdict.is_difference());
            match sum(is) {
                0 => CellView { text: "–".to_owned(), level: Level::Normal },
                number => CellView { text: figure(count(number)), level: if differs { level } else { Level::Normal } },
            }
        };
        [
            CellView { text: area_title(area), level: Level::Normal },
            CellView { text: figure(count(identical)), level: Level::Normal },
            found(is_missing, Level::Caution),
            found(is_incomplete, Level::Caution),
            found(|verdict| verdict == Verdict::Differs, Level::Warning),
            match findings().find(|finding| finding.verdict.is_unseen()) {
                None => CellView { text: "–".to_owned(), level: Level::Normal },
                Some(finding) => CellView { text: unseen_on(report, finding.verdict), level: Level::Caution },
            },
        ]
    };
    let mut areas: Vec<Area> = Area::ALL.into_iter().collect();
    areas.sort_by_key(|area| !report.comparison.differences().any(|finding| finding.area == *area));
    areas.into_iter().map(row).collect()
}

fn is_missing(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::MissingHere | Verdict::MissingThere | Verdict::MissingOnBoth)
}

fn is_incomplete(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::IncompleteHere | Verdict::IncompleteThere | Verdict::IncompleteOnBoth | Verdict::IncompleteAlike
    )
}

/// Where not all may be seen.
fn unseen_on(report: &TwinReport, verdict: Verdict) -> String {
    match verdict {
        Verdict::UnseenHere => format!("on {}", report.here),
        Verdict::UnseenThere => format!("on {}", report.there),
        _ => "on both".to_owned(),
    }
}

/// How something stands, with the servers' names instead of here and there.
fn verdict_text(report: &TwinReport, verdict: Verdict) -> String {
    let (here, there) = (&report.here, &report.there);
    match verdict {
        Verdict::MissingHere => format!("missing on {here}"),
        Verdict::MissingThere => format!("missing on {there}"),
        Verdict::IncompleteHere => format!("incomplete on {here}"),
        Verdict::IncompleteThere => format!("incomplete on {there}"),
        Verdict::IncompleteOnBoth => "incomplete on both".to_owned(),
        Verdict::IncompleteAlike => "incomplete on both and equal".to_owned(),
        Verdict::MissingOnBoth => "missing on both".to_owned(),
        Verdict::Differs => "differs".to_owned(),
        Verdict::UnseenHere => format!("not permitted on {here}"),
        Verdict::UnseenThere => format!("not permitted on {there}"),
        Verdict::UnseenOnBoth => "not permitted on both".to_owned(),
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its cells, in the order of the columns.
    pub cells: [CellView; 6],
    /// All of it.
    pub finding: Finding,
}

/// The findings of an area, or of all, that have the searched words in them; what both lack alike comes last.
pub fn findings(report: &TwinReport, search: &str) -> Vec<FindingRow> {
    let search = search.to_lowercase();
    let row = |finding: &Finding| {
        let level = match finding.verdict {
            Verdict::Differs => Level::Warning,
            verdict if verdict.is_lost_alike() => Level::Normal,
            _ => Level::Caution,
        };
        let normal = |text: String| CellView { text, level: Level::Normal };
        let thing = match finding.intervals {
            1 => finding.thing.clone(),
            many => format!("{} and {} more", finding.thing, many - 1),
        };
        let cells = [
            normal(area_title(finding.area)),
            normal(finding.acd.map_or_else(String::new, |acd| acd.to_string())),
            normal(thing),
            CellView { text: verdict_text(report, finding.verdict), level },
            normal(shown(finding, &finding.here)),
            normal(shown(finding, &finding.there)),
        ];
        FindingRow { cells, finding: finding.clone() }
    };
    let holds = |row: &FindingRow| {
        let text = row.cells.iter().map(|cell| cell.text.to_lowercase()).collect::<Vec<_>>().join(" ");
        search.split_whitespace().all(|word| text.contains(word))
    };
    let mut found: Vec<&Finding> = report.comparison.findings.iter().collect();
    found.sort_by_key(|finding| finding.verdict.is_lost_alike());
    found.into_iter().map(row).filter(holds).collect()
}

/// A report's definition is too long to be read beside another one.
fn shown(finding: &Finding, value: &str) -> String {
    match (finding.area, value.is_empty()) {
        (_, true) => "–".to_owned(),
        (Area::Reports, false) => "a report".to_owned(),
        _ => value.to_owned(),
    }
}

/// A finding in full: name, text.
pub fn details(report: &TwinReport, finding: &Finding) -> Vec<(String, String)> {
    let mut details = vec![("How".to_owned(), verdict_text(report, finding.verdict))];
    if finding.intervals > 1 {
        details.push(("How many".to_owned(), format!("{} intervals in a row", finding.intervals)));
    }
    details.push((report.here.clone(), shown(finding, &finding.here)));
    details.push((report.there.clone(), shown(finding, &finding.there)));
    details
}
