//! The maintenance error log of the made-up call centre.

use api::MaintenanceEntry;
use model::Severity;
use session::ErrorLogData;

use super::super::world::NOW;

/// Five entries, newest first: an error, two warnings and an info that nobody has acknowledged, and an error of yesterday.
pub fn log(may_acknowledge: bool) -> ErrorLogData {
    let entry = |id, severity: Severity, code: &str, count, age_secs: i64, text: &str| MaintenanceEntry {
        id,
        severity,
        code: code.into(),
        text: text.to_owned(),
        count,
        first_at: NOW + (-age_secs - 3_600),
        last_at: NOW + -age_secs,
        acknowledged_at: None,
        acknowledged_by: None,
    };
    let entries = vec![
        entry(
            19,
            Severity::Error,
            "task-failed",
            3,
            600,
            "timetable nightly of cms, task 2: the disk of /srv/reports is full",
        ),
        entry(
            18,
            Severity::Warning,
            "timetable-missed",
            1,
            7_200,
            "weekly of m.keller, due fri 18:00: the server was down",
        ),
        entry(17, Severity::Info, "backup-done", 1, 32_000, "asked for by cms: backup CMS-A-20261123-0130 is made"),
        entry(
            15,
            Severity::Warning,
            "sync-conflicts",
            1,
            40_000,
            "2 things on CMS-B were changed there since the last sync",
        ),
        MaintenanceEntry {
            acknowledged_at: Some(NOW + -80_000),
            acknowledged_by: Some("m.keller".to_owned()),
            ..entry(
                12,
                Severity::Error,
                "backup-damaged",
                1,
                86_400,
                "volume 2 of CMS-A-20261121-0130 is not what was written",
            )
        },
    ];
    ErrorLogData { entries, may_acknowledge }
}

/// That of the other server: one error that nobody has acknowledged.
pub fn log_of_the_other() -> ErrorLogData {
    let mut log = log(true);
    log.entries.truncate(1);
    log.entries[0].id = 4;
    log.entries[0].code = api::LogCode::BackupFailed;
    log.entries[0].text = "full backup to folder /srv/backups: no space left on device".to_owned();
    log
}
