//! Outcomes of changes that are answered with data: what a person is told of them.

use api::{HistoryAcd, HistoryInterface, Summarized};
use model::AcdNumber;

use super::ACD;
use crate::network::outcomes::{summarized, switched};

fn period(period: &str, made: bool, text: &str) -> Summarized {
    let rows = if made { 12 } else { 0 };
    Summarized { acd: ACD, period: period.to_owned(), made, rows, digest: String::new(), text: text.to_owned() }
}

#[test]
fn what_was_summed_up_again_is_counted_and_what_was_not_is_told() {
    let told = summarized(&[period("2026-11-22", true, "")]);
    assert_eq!((told.changed, told.text.as_str()), (true, "2026-11-22 was summed up again, 12 rows"));
    let told = summarized(&[period("2026-11-22", true, ""), period("2026-11-23", false, "not over yet")]);
    let expected = "1 of 2 periods were summed up again, 12 rows. ACD 1, 2026-11-23: not over yet";
    assert_eq!((told.changed, told.text.as_str()), (true, expected));
    let none: Vec<Summarized> = (1..=5).map(|day| period(&format!("2026-10-0{day}"), false, "no interval")).collect();
    let told = summarized(&none);
    assert!(!told.changed);
    assert!(told.text.starts_with("nothing was summed up again. ACD 1, 2026-10-01: no interval"), "{}", told.text);
    assert!(told.text.ends_with("2026-10-03: no interval. The same of 2 more"), "{}", told.text);
}

#[test]
fn a_switched_interface_says_where_it_goes_on_or_what_is_left() {
    let acd = |number, last_record, waiting_files| HistoryAcd {
        last_record,
        waiting_files,
        ..HistoryAcd::new(AcdNumber(number), "/srv".to_owned())
    };
    let state = |on| HistoryInterface {
        on,
        configured: true,
        version: Some(181),
        form: Some("binary".to_owned()),
        acds: vec![acd(1, 77, 1), acd(2, 0, 3)],
    };
    let on =
        "External Call History is on; ACD 1 goes on behind record 77; ACD 2 begins with the first record that comes";
    assert_eq!(switched(&state(true)).text, on);
    let off = "External Call History is off; waiting for the receiver of ACD 1: 1 file; waiting for the receiver of ACD 2: 3 files";
    assert_eq!(switched(&state(false)).text, off);
}
