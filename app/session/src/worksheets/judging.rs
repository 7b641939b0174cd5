//! Whether what a comparison found is what a worksheet was for. Plain data in, plain data out.
//!
//! What both lack alike is a loss and no difference: no step of a worksheet can change it, so it is told and holds nothing up.
//! Likewise what is older than the time in which the worksheet had data collection off.

use model::Moment;
use model::words::and_more;

use super::plan::Compared;
use crate::twin::{Area, Comparison, Finding, Verdict, counted_in_words};

/// Findings that are told by their names.
const TOLD: usize = 3;

fn is_history(finding: &Finding) -> bool {
    matches!(finding.area, Area::Intervals | Area::Summaries | Area::Records)
}

/// What people change while data collection is off. Versions are each server's own.
fn is_changed(finding: &Finding) -> bool {
    finding.area == Area::Storage || finding.area == Area::Setup && finding.thing != "version"
}

/// What is carried by backups of administration; storage and versions are each server's own.
fn is_carried(finding: &Finding) -> bool {
    matches!(
        finding.area,
        Area::Profiles
            | Area::Exceptions
            | Area::Reports
            | Area::Shortcuts
            | Area::Users
            | Area::Timetables
            | Area::Dictionary
            | Area::Menu
    )
}

pub(super) fn told(findings: &[&Finding]) -> String {
    let names: Vec<String> = findings
        .iter()
        .map(|finding| {
            let acd = finding.acd.map_or_else(String::new, |acd| format!("ACD {acd} "));
            format!("{acd}{} {} {}", finding.area, finding.thing, finding.verdict)
        })
        .collect();
    format!("{}: {}", counted_in_words(findings.len(), "finding", "findings"), and_more(&names, TOLD))
}

/// Whether a finding lies before the worksheet's own time. Days and longer are of before where an interval is.
fn is_of_before(finding: &Finding, comparison: &Comparison, since: Moment) -> bool {
    let is_old = |finding: &Finding| finding.stretch.is_some_and(|(_, to)| to <= since);
    match finding.area {
        Area::Summaries => comparison.differences().any(|other| other.area == Area::Intervals && is_old(other)),
        _ => is_old(finding),
    }
}

/// What is said of a comparison, or why it is not what the worksheet was for. History is judged from `since` on, if there is such
/// a moment.
pub(crate) fn judged(
    comparison: &Comparison,
    what: Compared,
    since: Option<Moment>,
    here: &str,
) -> Result<String, String> {
    let of_its_time =
        |finding: &Finding| is_history(finding) && !since.is_some_and(|since| is_of_before(finding, comparison, since));
    let wanted = |finding: &&Finding| match what {
        Compared::Administration => is_carried(finding),
        Compared::History => of_its_time(finding),
        Compared::Change => of_its_time(finding) || is_changed(finding),
    };
    let lost = comparison.lost_text().map_or_else(String::new, |lost| format!("; both lack data: {lost}"));
    let not_lost = comparison.findings.iter().filter(|finding| !finding.verdict.is_lost_alike());
    let (grave, beside): (Vec<&Finding>, Vec<&Finding>) = not_lost.partition(wanted);
    if !grave.is_empty() {
        let on_both = grave.iter().any(|finding| finding.verdict == Verdict::IncompleteOnBoth);
        let on_both = if on_both { "; what is incomplete on both needs a heal of each from the other" } else { "" };
        let changed = grave.iter().any(|finding| is_changed(finding));
        let changed =
            if changed { "; what was changed on one server only is to be changed on the other, too" } else { "" };
        return Err(format!(
            "the servers are not the same: {}; \"here\" is {here}{on_both}{changed}{lost}",
            told(&grave)
        ));
    }
    let what = match what {
        Compared::Administration => "the administration that is carried of both servers is the same",
        Compared::History => "the history of both servers is the same",
        Compared::Change => "the history and the data storage of both servers are the same",
    };
    let mut text = format!("{what}{lost}");
    if !beside.is_empty() {
        text += &format!("; besides, {}, where \"here\" is {here}", told(&beside));
    }
    Ok(text)
}
