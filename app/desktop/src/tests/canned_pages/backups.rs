//! Backups and restores of the made-up call centre.

use std::collections::BTreeMap;

use api::{
    BackupDescription, BackupDevice, BackupEntry, BackupTable, Backups, ImageEntry, Images, Job, JobState,
    RestoreEntry, RestoreLine, RestorePlan, TableName,
};
use model::{AcdNumber, DataKind, RunStatus};
use session::BackupsData;

use super::super::world::{ACD, NOW};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn entry(label: &str, server: &str, hours_ago: i64, mode: &str, data: &[DataKind]) -> BackupEntry {
    BackupEntry {
        label: label.to_owned(),
        device: "nas".to_owned(),
        folder: server.to_owned(),
        server: server.to_owned(),
        own: server == "cms-north",
        role: if server == "cms-north" { "primary" } else { "secondary" }.to_owned(),
        made_at: NOW + -3_600 * hours_ago,
        mode: mode.to_owned(),
        data: data.to_vec(),
        tables: None,
        acds: vec![ACD, AcdNumber(2)],
        builds_on: None,
        bases: Vec::new(),
        acd_bases: BTreeMap::new(),
        volumes: 1,
        missing: Vec::new(),
        damaged: String::new(),
        rows: 4_912_330,
        bytes: 812_400_000,
    }
}

pub fn entries() -> Vec<BackupEntry> {
    let all = [DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical];
    vec![
        BackupEntry {
            builds_on: Some("CMS-261123-01-LSAX-00-F".to_owned()),
            bases: Vec::new(),
            acd_bases: BTreeMap::new(),
            rows: 18_204,
            bytes: 2_310_000,
            ..entry("CMS-261123-02-XXHX-00-I", "cms-north", 1, "incremental", &[DataKind::Historical])
        },
        entry("CMS-261123-01-LSAX-00-F", "cms-north", 9, "full", &all),
        BackupEntry {
            tables: Some(words(&["split_pro", "vdn_pro"])),
            acds: vec![ACD],
            rows: 214,
            bytes: 18_400,
            ..entry("CMS-261122-02-XXMX-01-F", "cms-north", 22, "full", &[DataKind::Acd])
        },
        BackupEntry {
            volumes: 3,
            missing: vec![2],
            bytes: 9_120_000_000,
            ..entry("CMS-261122-01-LSAX-00-F", "cms-south", 33, "full", &all)
        },
    ]
}

fn restore(number: i64, label: &str, what: &str, hours_ago: i64, status: RunStatus) -> RestoreEntry {
    RestoreEntry {
        restore: number,
        label: label.to_owned(),
        what: what.to_owned(),
        started_at: NOW + -3_600 * hours_ago,
        finished_at: Some(NOW + -3_600 * hours_ago + 42),
        status,
        detail: String::new(),
        user: "cms".to_owned(),
        undone_at: None,
        barred_by: (number == 3).then_some(4),
        can_go_forward: false,
    }
}

fn images() -> Images {
    let image = |label: &str, hours_ago: i64| ImageEntry {
        label: label.to_owned(),
        device: "nas".to_owned(),
        folder: "cms-north".to_owned(),
        volume: format!("/srv/backup/cms-north/{label}-01.tar.zst"),
        server: "cms-north".to_owned(),
        role: "primary".to_owned(),
        made_at: Some(NOW + -3_600 * hours_ago),
        volumes: 3,
        bytes: Some(9_412_000_000),
    };
    Images { images: vec![image("CMSADM-261122-01", 30), image("CMSADM-261115-01", 198)], problems: Vec::new() }
}

/// The tables that servers of the made-up call centre keep.
pub fn tables() -> Vec<TableName> {
    let kept =
        |data: DataKind, table: &str| TableName { table: table.to_owned(), data: Some(data), why_not: String::new() };
    let lists: [(DataKind, &[&str]); 4] = [
        (DataKind::Local, &["dcadmin", "dcalloc"]),
        (
            DataKind::System,
            &[
                "users",
                "dbitems",
                "features",
                "sys_info",
                "menu_add",
                "ttsc",
                "ttsched",
                "ttsctasks",
                "/cms/cow/reports/designer",
                "/cms/db/journal/shortcut",
            ],
        ),
        (
            DataKind::Acd,
            &[
                "acds",
                "splits",
                "tgroups",
                "vdns",
                "vectors",
                "aar_agents",
                "ag_ex_adm",
                "agroups",
                "synonyms",
                "sp_ex_adm",
                "split_pro",
                "tg_ex_adm",
                "vdn_pro",
                "vdn_x_adm",
                "vec_x_adm",
            ],
        ),
        (
            DataKind::Historical,
            &["hsplit", "dsplit", "wsplit", "msplit", "hagent", "dagent", "hvdn", "dvdn", "call_rec"],
        ),
    ];
    let mut all: Vec<TableName> =
        lists.iter().flat_map(|(data, names)| names.iter().map(|name| kept(*data, name))).collect();
    let why_not = "this server does not forecast".to_owned();
    all.push(TableName { table: "f_cday".to_owned(), data: None, why_not });
    all
}

pub fn backups() -> BackupsData {
    let device = BackupDevice {
        name: "nas".to_owned(),
        folder: "/srv/backup".to_owned(),
        volume_bytes: 4_000_000_000,
        keep: Some(14),
        volumes_needed: 1,
        free_bytes: Some(812_000_000_000),
    };
    let failed = RestoreEntry {
        detail: "the disk is full: 1.2 GB are needed in /var/lib/cms/restores".to_owned(),
        undone_at: Some(NOW + -180_000),
        ..restore(2, "CMS-261120-01-LSAX-00-F", "ACD-specific administration data", 51, RunStatus::Failed)
    };
    BackupsData {
        backups: Backups {
            completed_today: 2,
            status: "Last backup finished at 2026-11-23 09:42:31".to_owned(),
            last_state: Some(RunStatus::Done),
            asked_at: NOW,
            unpacked_bytes: 1_600_000_000,
            devices: vec![
                device.clone(),
                BackupDevice {
                    name: "disk".to_owned(),
                    folder: "backup".to_owned(),
                    keep: None,
                    free_bytes: None,
                    ..device
                },
            ],
            backups: entries(),
            problems: vec!["device disk: /mnt/disk does not exist; mount the device or make its folder".to_owned()],
        },
        restores: vec![
            restore(
                4,
                "CMS-261123-02-XXHX-00-I",
                "historical data from 2026-11-22T22:00 to 2026-11-22T23:59",
                1,
                RunStatus::Done,
            ),
            restore(3, "CMS-261122-02-XXMX-01-F", "tables split_pro, vdn_pro", 20, RunStatus::Done),
            failed,
        ],
        images: images(),
        running: None,
    }
}

pub fn description(label: &str) -> BackupDescription {
    let label = label.rsplit('/').next().unwrap_or(label).to_owned();
    let backup = entries().into_iter().find(|entry| entry.label == label).expect("a backup of the list");
    let table = |table: &str, data: DataKind, acd, rows| BackupTable {
        table: table.to_owned(),
        data,
        acd,
        volume: format!("{label}-01"),
        stored_as: table.to_owned(),
        rows,
        range: None,
        digest: "9f2c".repeat(16),
    };
    let part = |code: &str, meaning: &str| (code.to_owned(), meaning.to_owned());
    BackupDescription {
        printed: format!("{label}-01\n"),
        parts: vec![
            part("CMS", "system name"),
            part("261123", "made on 2026-11-23"),
            part("01", "backup number 1 of that day"),
            part(
                "LSAX",
                "local system administration data, CMS system administration data, ACD-specific administration data and historical data",
            ),
            part("00", "all ACDs"),
            part("F", "full backup"),
            part("01", "volume 1 of this backup"),
        ],
        product: "0.1.0".to_owned(),
        format: 1,
        tables: vec![
            table("dcadmin", DataKind::Local, None, 8),
            table("users", DataKind::System, None, 31),
            table("split_pro", DataKind::Acd, Some(ACD), 40),
            table("hsplit", DataKind::Historical, Some(ACD), 1_204_331),
            table("hagent", DataKind::Historical, Some(ACD), 3_112_004),
        ],
        backup,
    }
}

/// What a restore would do.
pub fn plan() -> Job {
    let line = |table: &str, data: DataKind, added, replaced, identical, removed, skipped| RestoreLine {
        table: table.to_owned(),
        data,
        acd: Some(ACD),
        added,
        replaced,
        identical,
        removed,
        skipped,
        from: (data == DataKind::Historical).then(|| "2026-11-22 22:00".to_owned()),
        to: (data == DataKind::Historical).then(|| "2026-11-22 23:30".to_owned()),
    };
    let tables = vec![
        line("hsplit", DataKind::Historical, 16, 4, 12, 0, 30_112),
        line("hagent", DataKind::Historical, 410, 22, 1_204, 3, 91_002),
        line("split_pro", DataKind::Acd, 0, 2, 38, 0, 0),
    ];
    let notes = vec!["whole intervals are restored: 2026-11-22 22:00 to 2026-11-22 23:59".to_owned()];
    let cautions = vec!["the interval of 2026-11-22 23:30 is INCOMPLETE in the backup and complete here".to_owned()];
    let (label, server) = ("CMS-261123-01-LSAX-00-F".to_owned(), "cms-north".to_owned());
    let digest = "digest of the plan".to_owned();
    let plan = RestorePlan { label, server, tables, cautions, notes, digest, ..RestorePlan::default() };
    Job {
        job: 7,
        what: "the plan of a restore".to_owned(),
        state: JobState::Done,
        text: "nothing was changed; this is what restoring CMS-261123-01-LSAX-00-F would do".to_owned(),
        plan: Some(plan),
        ..Job::default()
    }
}
