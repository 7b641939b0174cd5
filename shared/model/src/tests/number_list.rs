//! Lists of numbers: a table of what people type, and what holds for every text.

use proptest::prelude::*;

use crate::number_list::{EntryFault, LIST_MAX, ListFault, RANGE_MAX, list_with_words, number_list};

#[track_caller]
fn means(list: &str, numbers: &[&str]) {
    assert_eq!(number_list(list).unwrap(), numbers, "{list:?}");
}

#[track_caller]
fn refused(list: &str, at: usize, text: &str, fault: EntryFault) {
    assert_eq!(number_list(list), Err(ListFault { at, text: text.to_owned(), fault }), "{list:?}");
}

#[test]
fn a_list_is_parted_by_semicolons_commas_and_blanks() {
    means("1-5;7;20-22", &["1", "2", "3", "4", "5", "7", "20", "21", "22"]);
    means("1, 3 - 4 , 9", &["1", "3", "4", "9"]);
    means("1 3-4\t9", &["1", "3", "4", "9"]);
    means("3;1;3", &["3", "1", "3"]);
    means(" ;, ", &[]);
    means("7-7", &["7"]);
    means("0098-101", &["0098", "0099", "0100", "0101"]);
    means("0071", &["0071"]);
    // Wider than any number of ours, and still what was typed: who knows what is listed refuses it.
    means("123456789012345678901234", &["123456789012345678901234"]);
}

#[test]
fn what_is_no_list_is_refused_with_its_place() {
    refused("abc;1-", 1, "abc", EntryFault::NoNumber);
    refused("1;2;1-", 5, "1-", EntryFault::Open);
    refused("1; -3", 4, "-3", EntryFault::Open);
    refused("1 2 -", 3, "2 -", EntryFault::Open);
    refused("-", 1, "-", EntryFault::Open);
    refused("4--6", 1, "4-", EntryFault::Open);
    refused("é;9-7", 1, "é", EntryFault::NoNumber);
    refused("1,\u{2003}5 - 3", 4, "5 - 3", EntryFault::Backwards);
    refused("1-2-3", 1, "1-2-3", EntryFault::Chained);
    refused("0-10000", 1, "0-10000", EntryFault::Long);
    refused("1-99999999999999999999", 1, "1-99999999999999999999", EntryFault::Long);
    refused("1;all", 3, "all", EntryFault::NoNumber);
    refused("1;2.5", 3, "2.5", EntryFault::NoNumber);
    let many = vec![format!("1-{RANGE_MAX}"); LIST_MAX / 10_000 + 1].join(";");
    assert_eq!(number_list(&many).unwrap_err().fault, EntryFault::ListLong);
    let said = number_list("1;5-3").unwrap_err().to_string();
    assert_eq!(said, "\"5-3\" runs backwards; write the lower number first, as in 1-5 (letter 3 of the list)");
}

#[test]
fn words_stand_beside_numbers_where_they_mean_something() {
    let any = |list: &str| list_with_words(list, |_| true);
    assert_eq!(
        any("Ada Lovelace; 1001 1002, PJSIP/9-1"),
        Ok(["Ada Lovelace", "1001", "1002", "PJSIP/9-1"].map(str::to_owned).into())
    );
    assert_eq!(any("abc;1-").unwrap_err().at, 5);
    let all = |list: &str| list_with_words(list, |word| word == "all");
    assert_eq!(all("all").unwrap(), ["all"]);
    assert_eq!(all("1;some").unwrap_err().text, "some");
}

proptest! {
    /// Whatever is typed, the answer is a list or a fault that stands where it says.
    #[test]
    fn a_fault_stands_where_it_says(list in "[0-9;, \\-a-zé]{0,40}") {
        match number_list(&list) {
            Ok(numbers) => prop_assert!(numbers.iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit()))),
            Err(ListFault { at, text, .. }) => {
                let there: String = list.chars().skip(at - 1).take(text.chars().count()).collect();
                prop_assert_eq!(there, text);
            }
        }
    }

    /// A list that is written of numbers and ranges means these, whichever way it is parted.
    #[test]
    fn a_written_list_means_what_was_written(
        ranges in prop::collection::vec((0u64..1_000_000, 0u64..20), 1..10),
        parted in prop::sample::select(vec![";", ",", " ", "; ", " , "]),
        hyphen in prop::sample::select(vec!["-", " - "]),
    ) {
        let entry = |(low, more): &(u64, u64)| match more {
            0 => low.to_string(),
            more => format!("{low}{hyphen}{}", low + more),
        };
        let list = ranges.iter().map(entry).collect::<Vec<_>>().join(parted);
        let meant: Vec<String> =
            ranges.iter().flat_map(|(low, more)| *low..=low + more).map(|number| number.to_string()).collect();
        prop_assert_eq!(number_list(&list), Ok(meant));
    }

    /// A list that was read means the same when its numbers are listed one by one.
    #[test]
    fn a_list_written_out_means_the_same(list in "[0-9;, \\-]{0,30}") {
        if let Ok(numbers) = number_list(&list) {
            prop_assert_eq!(number_list(&numbers.join(";")), Ok(numbers.clone()));
            prop_assert_eq!(number_list(&numbers.join(" ")), Ok(numbers));
        }
    }
}
