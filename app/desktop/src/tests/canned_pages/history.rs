//! Archive, storage and call history of the made-up call centre.

use api::{
    ArchiveStatus, ElementStorage, HistoryAcd, HistoryInterface, ItemUse, LevelState, LevelStatus, Misfit,
    RecordStorage, Space, StorageView, SummarizingView, TableBytes,
};
use model::AcdNumber;
use session::Which;

use super::super::world::{ACD, NOW};

fn level(level: &str, last: &str, status: LevelState, next: &str, due_in_secs: i64) -> LevelStatus {
    LevelStatus {
        level: level.to_owned(),
        last: Some(last.to_owned()).filter(|last| !last.is_empty()),
        done_at: (!last.is_empty()).then_some(NOW + -36_000),
        status,
        detail: String::new(),
        next: Some(next.to_owned()).filter(|next| !next.is_empty()),
        next_due: (!next.is_empty()).then_some(NOW + due_in_secs),
        missing: Vec::new(),
        out_of_date: Vec::new(),
    }
}

pub fn archiving() -> Vec<ArchiveStatus> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let daily = LevelStatus {
        out_of_date: texts(&["2026-11-19", "2026-11-20"]),
        ..level("daily", "2026-11-22", LevelState::Done, "2026-11-23", 50_000)
    };
    let weekly = LevelStatus {
        out_of_date: texts(&["2026-11-15 to 2026-11-21"]),
        detail: "2026-11-15 to 2026-11-21, table wagent".to_owned(),
        ..level("weekly", "2026-11-15 to 2026-11-21", LevelState::Running, "2026-11-22 to 2026-11-28", 568_000)
    };
    let failed = LevelStatus {
        missing: texts(&["2026-11-21", "2026-11-22"]),
        detail: "the disk is full; it is tried again".to_owned(),
        ..level("daily", "2026-11-20", LevelState::Failed, "2026-11-23", 50_000)
    };
    let berlin = vec![
        level("interval", "2026-11-23 10:00", LevelState::Done, "2026-11-23 10:30", 1_073),
        daily,
        weekly,
        level("monthly", "2026-10", LevelState::Done, "2026-11", 740_000),
    ];
    let porto = vec![
        level("interval", "2026-11-23 09:15", LevelState::Done, "", 0),
        failed,
        level("weekly", "", LevelState::Never, "2026-11-22 to 2026-11-28", 568_000),
        level("monthly", "", LevelState::Off, "", 0),
    ];
    [(ACD, berlin), (AcdNumber(2), porto)]
        .map(|(acd, levels)| ArchiveStatus { acd, acd_at: Some(NOW), levels, waiting: Some(0) })
        .into()
}

fn records() -> Vec<RecordStorage> {
    let record = |(table, records, stored): (&str, u64, u64)| RecordStorage {
        table: table.to_owned(),
        records,
        stored,
        bytes: stored * 160,
    };
    [
        ("ag_actv", 50_000, 12_030),
        ("agex", 10_000, 410),
        ("call_rec", 5_000_000, 4_912_330),
        ("haglog", 500_000, 88_120),
        ("linkex", 5_000, 3),
        ("mctex", 1_000, 0),
        ("spex", 10_000, 1_204),
        ("tgex", 10_000, 96),
        ("vdnex", 10_000, 311),
        ("vecex", 10_000, 0),
    ]
    .map(record)
    .into()
}

pub fn storage(acd: AcdNumber) -> StorageView {
    let items = |allocated: u32, most: u32| ItemUse {
        allocated,
        most,
        most_at: Some(NOW + -80_000),
        last: most / 2,
        beyond: most.saturating_sub(allocated),
    };
    let element = |(word, title, allocated, most, bytes): (&str, &str, u32, u32, u64)| ElementStorage {
        element: word.to_owned(),
        title: title.to_owned(),
        items: items(allocated, most),
        intrahour_days: 62,
        daily_days: 400,
        weekly_weeks: 104,
        monthly_months: 60,
        bytes,
        full_bytes: (bytes > 1_000_000).then_some(bytes * 9),
        gone_before: None,
    };
    let elements = [
        ("splits", "Splits/skills", 2_000, 214, 61_200_000),
        ("agents", "Agents", 10_000, 1_830, 512_400_000),
        ("trunk-groups", "Trunk groups", 500, 42, 4_100_000),
        ("trunks", "Trunks", 800, 960, 88_000_000),
        ("work-codes", "Call work codes", 1_999, 17, 700_000),
        ("vectors", "Vectors", 2_000, 130, 9_800_000),
        ("vdns", "VDNs", 5_000, 388, 44_000_000),
    ];
    let tables = ["hagent", "hsplit", "dagent", "htrunk", "hvdn", "call_rec", "dsplit", "wagent", "hvector"];
    StorageView {
        acd,
        elements: elements.map(element).into(),
        members: items(100_000, 5_410),
        records: records(),
        summarizing: SummarizingView {
            interval_minutes: if acd == ACD { 30 } else { 15 },
            daily_start: "00:00".to_owned(),
            daily_stop: "23:59".to_owned(),
            week_start: "Sunday".to_owned(),
            week_stop: "Saturday".to_owned(),
            summarize_at: "00:35".to_owned(),
            rerun: false,
        },
        space: Space {
            tables: (0..)
                .zip(tables)
                .map(|(at, table)| TableBytes { table: table.to_owned(), bytes: 431_000_000 >> at })
                .collect(),
            measured_on: Some("2026-11-22".to_owned()),
            file_bytes: 1_420_000_000,
            reusable_bytes: 31_000_000,
            free_bytes: 182_000_000_000,
            growth_bytes: Some(41_000_000),
            days_left: Some(4_439),
        },
    }
}

pub fn interface(which: Which) -> HistoryInterface {
    let on = which == Which::Primary;
    let acd = |number: u8, waiting_files| HistoryAcd {
        growing_segments: if on { 212 } else { 0 },
        waiting_files,
        waiting_segments: waiting_files * 1_730,
        handed_files: 812,
        handed_segments: 1_204_331,
        handed_record: 117_665_100_822_921,
        handed_file: Some("chr0811".to_owned()),
        handed_at: Some(NOW + -2_500),
        last_record: 117_665_100_971_003,
        last_record_at: Some(NOW + -9),
        next_file: "chr0813".to_owned(),
        next_sequence: 813,
        ..HistoryAcd::new(AcdNumber(number), format!("/srv/call-history/{number}"))
    };
    let porto = HistoryAcd {
        misfits: vec![Misfit { item: "CALLING_PTY".to_owned(), count: 3 }],
        problem: "cannot hand over call history: /srv/call-history/2 is no folder: mount the disk or make the folder"
            .to_owned(),
        ..acd(2, 2)
    };
    HistoryInterface {
        on,
        configured: true,
        version: Some(181),
        form: Some("binary".to_owned()),
        acds: vec![acd(1, 0), porto],
    }
}
