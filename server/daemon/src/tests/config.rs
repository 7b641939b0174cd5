use crate::config::{Config, template};
use chrono_tz::Tz;
use model::AcdNumber;

#[track_caller]
fn refused(text: &str, because: &[&str]) {
    let error = format!("{:#}", Config::parse(text).unwrap_err());
    for part in because {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
}

const GOOD: &str = "listen = \"127.0.0.1:8443\"\n[[acd]]\nnumber = 1\nname = \"Main\"\nzone = \"Europe/Berlin\"\n\
                    [acd.link]\nkind = \"native\"\nlisten = \"127.0.0.1:5001\"\n";

#[test]
fn what_init_writes_is_right() {
    let acds = [(AcdNumber(1), "A \"quoted\" name".to_owned()), (AcdNumber(2), "B".to_owned())];
    let config = Config::parse(&template(&acds, Tz::America__New_York)).unwrap();
    assert_eq!(config.acds.len(), 2);
    assert_eq!(config.acds[0].name, "A \"quoted\" name");
}

#[test]
fn faults_are_told_with_line_and_key() {
    refused(&GOOD.replace("zone =", "zon ="), &["line 5", "zon"]);
    refused(&GOOD.replace("Europe/Berlin", "Europe/Berlinn"), &["line 5", "Berlinn"]);
    refused(&GOOD.replace("number = 1", "number = 9"), &["line 3", "1 to 8"]);
    refused(&GOOD.replace("\nname", "\ninterval_minutes = 20\nname"), &["line 4", "15, 30 or 60"]);
    refused(&GOOD.replace(":5001", ""), &["line 8", "listen"]);
    refused(&GOOD.replace("listen = \"127.0.0.1:5001\"", ""), &["link", "`listen`"]);
    refused(&GOOD.replace("[acd.link]", "[acd.link"), &["line 6"]);
}

#[test]
fn a_number_or_port_used_twice_is_told() {
    let second = GOOD.split_once("[[acd]]").unwrap().1;
    refused(&format!("{GOOD}[[acd]]{}", second.replace("5001", "5002")), &["number 1", "twice"]);
    refused(&format!("{GOOD}[[acd]]{}", second.replace("number = 1", "number = 2")), &["127.0.0.1:5001", "number 1"]);
    refused(&GOOD.replace("5001", "8443"), &["127.0.0.1:8443", "listen"]);
}
