//! Daily checks of the made-up call centre: one server is well, the other is not.

use std::sync::Arc;
use std::time::Instant;

use api::Role;
use session::checks::{Check, Light, ServerChecks, Subject};
use session::{ChecksReport, ChecksView};

use super::super::world::ACD;

fn check(subject: Subject, light: Light, found: &str, advice: &str) -> Check {
    let of_acd = matches!(subject, Subject::Link | Subject::Acd | Subject::Archiving | Subject::Summaries);
    let (found, advice) = (found.to_owned(), advice.to_owned());
    Check { subject, acd: of_acd.then_some(ACD), light, found, advice }
}

fn well(name: &str, role: Role) -> ServerChecks {
    let good = |subject, found: &str| check(subject, Light::Green, found, "");
    let checks = vec![
        good(Subject::Server, "answers, version 0.1.0, multi-user mode"),
        good(Subject::Link, "session up, data 0 s old"),
        good(Subject::Acd, "data collection on"),
        good(Subject::Archiving, "the interval of 10:00 is archived"),
        good(Subject::Summaries, "all up to date"),
        good(Subject::Backup, "a full backup of the history 9 h ago"),
        good(Subject::Restore, "none was made"),
        good(Subject::Space, "412 GB free; enough for 611 days"),
        good(Subject::ErrorLog, "nothing that nobody has acknowledged"),
        good(Subject::Timetables, "3 timetables, all done when they were due"),
    ];
    ServerChecks { server: name.to_owned(), role: Some(role), checks }
}

/// All is well on both.
pub fn good(at: Instant) -> ChecksView {
    let servers = vec![well("cms-north", Role::Primary), well("cms-south", Role::Secondary)];
    ChecksView { step: None, report: Some(Arc::new(ChecksReport { at, servers })) }
}

/// The secondary is not well.
pub fn troubled(at: Instant) -> ChecksView {
    let mut south = well("cms-south", Role::Secondary);
    south.checks[1] = check(
        Subject::Link,
        Light::Red,
        "down for 12 min: no connection from the switch",
        "look at the switch's side of this link, and whether port 5001 of this server is reached from there",
    );
    south.checks[5] = check(
        Subject::Backup,
        Light::Yellow,
        "the last full backup is 3 days old",
        "back up: Administration > Backups, or `cms backup run`",
    );
    south.checks[8] =
        check(Subject::ErrorLog, Light::Unlit, "not told: you may not read Maintenance", "sign in as another user");
    let servers = vec![well("cms-north", Role::Primary), south];
    ChecksView { step: None, report: Some(Arc::new(ChecksReport { at, servers })) }
}
