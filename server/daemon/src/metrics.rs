//! Figures for Prometheus, in its text format.
//!
//! They are read when somebody asks: from what the threads publish anyway, and from the databases by readers of their own. No
//! device of backups is touched, because a disk that hangs must not keep the figures away that tell of it. A library for
//! metrics was turned down: the format is a line of text for each figure.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use api::{ErrorBody, LinkState, Mode};
use backup::{AcdData, Label};
use model::{Moment, RunStatus, Severity};
use store::Backup;

use crate::app::App;
use crate::causes::failed;
use crate::files::free_bytes;
use crate::people::Rights;
use crate::source::Source;
use crate::storage::archive_status;

/// Backups that are looked through for the last one of each kind.
const BACKUPS_LOOKED_AT: u32 = 400;

/// Figures on their way into a text: all of one name stand together, as the format wants.
#[derive(Default)]
struct Page(BTreeMap<&'static str, String>);

impl Page {
    /// A figure that goes up and down.
    fn gauge(&mut self, name: &'static str, help: &'static str, labels: &[(&str, &str)], value: impl Display) {
        self.add(name, "gauge", help, labels, value);
    }

    /// A figure that only grows until the server starts anew.
    fn counter(&mut self, name: &'static str, help: &'static str, labels: &[(&str, &str)], value: impl Display) {
        self.add(name, "counter", help, labels, value);
    }

    fn add(&mut self, name: &'static str, kind: &str, help: &str, labels: &[(&str, &str)], value: impl Display) {
        let lines = self.0.entry(name).or_insert_with(|| format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(lines, "{name}{labels} {value}");
    }

    fn text(self) -> String {
        self.0.into_values().collect()
    }
}

/// All figures that somebody with these rights may see.
pub fn metrics(app: &App, rights: &Rights) -> Result<String, ErrorBody> {
    let mut page = Page::default();
    of_server(app, &mut page)?;
    for source in app.reports.sources.iter().filter(|source| rights.sees(source.view.number())) {
        of_acd(app, source, &mut page)?;
    }
    of_backups(app, &mut page)?;
    Ok(page.text())
}

fn of_server(app: &App, page: &mut Page) -> Result<(), ErrorBody> {
    let (name, role) = (app.reports.server.as_str(), app.reports.role.to_string());
    let labels = [("server", name), ("role", role.as_str()), ("version", crate::VERSION)];
    page.gauge("cms_info", "Name, role and version of the server; always 1.", &labels, 1);
    page.gauge("cms_up_seconds", "Seconds since the server started.", &[], app.started_at.elapsed().as_secs());
    let single = u8::from(app.administration.mode() == Mode::SingleUser);
    page.gauge("cms_single_user", "1 in single-user mode.", &[], single);
    let (watchers, evaluations) = app.hub.counts();
    page.gauge("cms_watchers", "Live reports that are being watched.", &[], watchers);
    page.gauge("cms_evaluations", "Distinct evaluations that serve them.", &[], evaluations);
    let help = "How often a live report was computed since the start.";
    page.counter("cms_evaluated_total", help, &[], app.hub.computed());
    if let Some(bytes) = resident_bytes() {
        page.gauge("process_resident_memory_bytes", "Resident memory.", &[], bytes);
    }
    if let Some(bytes) = free_bytes(app.maintenance.folder()) {
        page.gauge("cms_disk_free_bytes", "Bytes free on the disk of the data folder.", &[], bytes);
    }
    if let Some(certificate) = app.certificate {
        let help = "Last moment at which the server's certificate is good, UNIX seconds.";
        page.gauge("cms_certificate_good_until_seconds", help, &[], certificate.good_until.0);
    }
    for trouble in app.troubles.list(None) {
        page.counter("cms_troubles_total", TROUBLES, &[("acd", ""), ("kind", &trouble.exception)], trouble.count);
    }
    let mut unseen = BTreeMap::from(Severity::ALL.map(|severity| (severity, 0)));
    let entries = app.maintenance_log.entries(false, store::LOG_ENTRIES_MAX)?;
    for entry in &entries {
        *unseen.entry(entry.severity).or_default() += 1;
    }
    for (severity, count) in unseen {
        let help = "Entries of the maintenance error log that nobody has acknowledged.";
        page.gauge("cms_maintenance_log_entries", help, &[("severity", severity.word())], count);
    }
    Ok(())
}

const TROUBLES: &str = "What troubled the server itself since it started.";

fn of_acd(app: &App, source: &Source, page: &mut Page) -> Result<(), ErrorBody> {
    let status = source.view.status(app.administration.interval(source)?);
    let number = status.health.acd.to_string();
    let acd = [("acd", number.as_str())];
    let health = &status.health;
    let state = match health.link {
        LinkState::Down => 0,
        LinkState::Connecting => 1,
        LinkState::PumpUp => 2,
        LinkState::Up => 3,
    };
    page.gauge("cms_link_state", "0 down, 1 connecting, 2 pump-up, 3 up.", &acd, state);
    page.gauge("cms_collecting", "1 if data are to be collected.", &acd, u8::from(health.collecting));
    let recovering = u8::from(source.view.recovery().is_some());
    page.gauge("cms_recovering", "1 while the state is recovered from the journal.", &acd, recovering);
    if let Some(age_ms) = health.age_ms {
        let help = "Seconds since anything was heard from the ACD.";
        page.gauge("cms_data_age_seconds", help, &acd, age_ms as f64 / 1_000.0);
    }
    if let Some(at) = health.acd_at {
        page.gauge("cms_acd_clock_seconds", "The ACD's clock, UNIX seconds.", &acd, at.0);
    }
    if let Some(to) = health.archived_to {
        let help = "Start of the newest archived interval, UNIX seconds.";
        page.gauge("cms_archived_to_seconds", help, &acd, to.0);
    }
    page.counter("cms_events_total", "Events applied since the server started.", &acd, status.events);
    page.counter("cms_intervals_archived_total", "Intervals archived since the start.", &acd, status.intervals);
    page.counter("cms_rows_archived_total", "Rows of intervals archived since the start.", &acd, status.rows);
    let queue = source.view.unarchived().len();
    page.gauge("cms_archive_queue_intervals", "Intervals that are closed and not archived yet.", &acd, queue);
    let problem = u8::from(!health.archive_problem.is_empty());
    page.gauge("cms_archive_problem", "1 if something keeps intervals from being archived.", &acd, problem);
    page.gauge("cms_journal_bytes", "Bytes of journal on the disk.", &acd, status.journal_bytes);
    for (kind, count) in &status.anomalies {
        let labels = [acd[0], ("kind", kind.as_str())];
        page.counter("cms_anomalies_total", "Impossible input since the start.", &labels, count);
    }
    for trouble in source.view.troubles().list(None) {
        page.counter("cms_troubles_total", TROUBLES, &[acd[0], ("kind", &trouble.exception)], trouble.count);
    }
    // What of its files cannot be read keeps no other figure away: of all figures these are asked for when something is wrong.
    let archive = archive_status(&app.reports, source.view.number());
    let usable = u8::from(archive.is_ok() && source.view.unusable().is_empty());
    let help = "0 if the ACD could not be started or its files cannot be read; what cannot be read is left out.";
    page.gauge("cms_acd_usable", help, &acd, usable);
    for level in archive.into_iter().flat_map(|archive| archive.levels) {
        let labels = [acd[0], ("level", level.level.as_str())];
        let help = "Days, weeks and months that were made from other rows than there are now.";
        page.gauge("cms_summaries_out_of_date", help, &labels, level.out_of_date.len());
        let help = "Days, weeks and months that are due and not made.";
        page.gauge("cms_summaries_missing", help, &labels, level.missing.len());
    }
    Ok(())
}

/// From what this server remembers of its own backups.
fn of_backups(app: &App, page: &mut Page) -> Result<(), ErrorBody> {
    let known = app.administration.local().backups(BACKUPS_LOOKED_AT);
    let known = known.map_err(|error| failed("listing the backups", &error))?;
    let last_failed = known.first().is_some_and(|backup| backup.status.is_not_done());
    let help = "1 if the last backup failed or was broken off.";
    page.gauge("cms_backup_last_failed", help, &[], u8::from(last_failed));
    let mut newest: BTreeMap<&str, Moment> = BTreeMap::new();
    let is_whole = |backup: &&Backup| backup.status == RunStatus::Done && !backup.by_tables;
    for backup in known.iter().filter(is_whole) {
        let (Some(at), Ok(label)) = (backup.finished_at, Label::parse_backup(&backup.label)) else { continue };
        let historical = matches!(label.acd_data, AcdData::Historical | AcdData::Both);
        let acd = matches!(label.acd_data, AcdData::Administration | AcdData::Both);
        let kinds = [("local", label.local), ("system", label.system), ("historical", historical), ("acd", acd)];
        for (kind, _) in kinds.into_iter().filter(|(_, held)| *held) {
            let known = newest.entry(kind).or_insert(at);
            *known = at.max(*known);
        }
    }
    for (kind, at) in newest {
        let labels = [("data", kind)];
        let help = "Seconds since the last backup of this kind of data was completed.";
        page.gauge("cms_backup_age_seconds", help, &labels, app.administration.now().0 - at.0);
    }
    Ok(())
}

/// Memory that this process has in RAM; `None` where the system does not tell.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}
