use chrono::NaiveDate;

use crate::{AcdData, Label, Mode};

#[test]
fn a_label_is_written_and_read_back() {
    let check = |text: &str, label: Label| {
        assert_eq!(label.to_string(), text);
        assert_eq!(text.parse(), Ok(label), "{text}");
    };
    let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let none = Label {
        date,
        count: 1,
        local: false,
        system: false,
        acd_data: AcdData::None,
        custom: false,
        acd: 0,
        mode: Mode::Full,
        volume: 1,
    };
    check("CMS-261126-01-XXXX-00-F-01", none);
    check(
        "CMS-261126-12-XXHX-03-I-01",
        Label { count: 12, acd_data: AcdData::Historical, acd: 3, mode: Mode::Incremental, ..none },
    );
    check(
        "CMS-261126-01-LSAC-00-F-99",
        Label { local: true, system: true, acd_data: AcdData::Both, custom: true, volume: 99, ..none },
    );
    check(
        "CMS-000229-01-XSMX-08-F-02",
        Label {
            date: NaiveDate::from_ymd_opt(2000, 2, 29).unwrap(),
            system: true,
            acd_data: AcdData::Administration,
            acd: 8,
            volume: 2,
            ..none
        },
    );
}

#[test]
fn what_is_no_label_is_told_apart() {
    for (text, why) in [
        ("", "seven parts"),
        ("CMS-261126-01-XXHX-00-F", "seven parts"),
        ("CMS-261126-01-XXHX-00-F-01-02", "seven parts"),
        ("ABC-261126-01-XXHX-00-F-01", "begin with CMS"),
        ("CMS-261331-01-XXHX-00-F-01", "no day"),
        ("CMS-2611-01-XXHX-00-F-01", "no day"),
        ("CMS-+61126-01-XXHX-00-F-01", "no day"),
        ("CMS-261126-1-XXHX-00-F-01", "not two digits"),
        ("CMS-261126-00-XXHX-00-F-01", "begin with 01"),
        ("CMS-261126-01-XXHX-00-F-00", "begin with 01"),
        ("CMS-261126-01-XXH-00-F-01", "four letters"),
        ("CMS-261126-01-SXHX-00-F-01", "first letter"),
        ("CMS-261126-01-LLHX-00-F-01", "second letter"),
        ("CMS-261126-01-LSCX-00-F-01", "third letter"),
        ("CMS-261126-01-LSHH-00-F-01", "fourth letter"),
        ("CMS-261126-01-XXHX-00-X-01", "not F or I"),
        ("CMS-261126-01-XXHX-É-F-01", "not two digits"),
    ] {
        let told = text.parse::<Label>().expect_err(text).to_string();
        assert!(told.contains(why) && told.contains("CMS-yymmdd-NN-LLLL-NN-L-NN"), "{text}: {told}");
    }
}

#[test]
fn a_whole_backup_is_named_by_any_of_its_volumes() {
    for text in ["CMS-261126-01-XXHX-00-F", "CMS-261126-01-XXHX-00-F-01", "CMS-261126-01-XXHX-00-F-07"] {
        assert_eq!(Label::parse_backup(text).unwrap().backup(), "CMS-261126-01-XXHX-00-F");
    }
}

#[test]
fn a_label_is_printed_with_the_number_of_each_part() {
    let label: Label = "CMS-261126-02-LXAX-04-I-01".parse().unwrap();
    let lines: Vec<String> = label.printed().lines().map(str::to_owned).collect();
    assert_eq!(lines, ["CMS-261126-02-LXAX-04-I-01", " |    |    |   |   |  | |", " 1    2    3   4   5  6 7",]);
    let words: Vec<String> = label.parts().into_iter().map(|(_, meaning)| meaning).collect();
    assert_eq!(
        words,
        [
            "system name",
            "made on 2026-11-26",
            "backup number 2 of that day",
            "local system administration data, ACD-specific administration data and historical data",
            "ACD 4",
            "incremental backup",
            "volume 1 of this backup",
        ]
    );
}
