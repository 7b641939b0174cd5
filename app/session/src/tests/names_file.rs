//! Names of the Dictionary in a file.

use api::Synonym;

use crate::names_file::{names_csv, parse_names, read_names_file, read_numbered_names};

#[test]
fn names_come_from_any_order_of_columns() {
    let parsed = parse_names("Name,section,NUMBER\n\"Orders, Europe\",splits,3\n,agents,1001\n").unwrap();
    let told: Vec<[&str; 4]> =
        parsed.iter().map(|set| [&set.section, &set.number, &set.name, &set.description].map(String::as_str)).collect();
    assert_eq!(told, [["splits", "3", "Orders, Europe", ""], ["agents", "1001", "", ""]]);
    assert!(parse_names("section,number\n").unwrap_err().contains("no column \"name\""));
    assert!(parse_names("section,number,name\n").unwrap_err().contains("no line"));
}

#[test]
fn each_name_is_read_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("names.csv");
    std::fs::write(&file, "section,number,name\nsplits,3,Orders\n\nsplits,4,\"Two\nlines\"\nsplits,5,Spares\n")
        .unwrap();
    let lines: Vec<u64> = read_numbered_names(&file).unwrap().iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4, 6]);
}

#[test]
fn what_is_exported_is_taken_back() {
    let synonym = |number: &str, name: &str, description: &str| Synonym {
        section: "splits".to_owned(),
        number: number.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        switch_name: "Sales".to_owned(),
    };
    let known = [synonym("3", "Orders, Europe", "by night"), synonym("4", "Spares", "")];
    let text = names_csv(&known).unwrap();
    assert!(text.starts_with("section,number,name,description\nsplits,3,\"Orders, Europe\",by night\n"), "{text}");
    let back = parse_names(&text).unwrap();
    for (set, known) in back.iter().zip(&known) {
        let told = [&set.section, &set.number, &set.name, &set.description];
        assert_eq!(told, [&known.section, &known.number, &known.name, &known.description]);
    }
    assert_eq!(back.len(), 2);
    let nobody = read_names_file(std::path::Path::new("/nowhere/names.csv")).unwrap_err();
    assert!(nobody.contains("cannot read") && nobody.contains("names.csv"), "{nobody}");
}
