use crate::InitOptions;
use crate::config::{Config, LinkConfig, LinkTls, template};
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

/// A name stands in lines: of a log, of a list, of a table for scripts.
#[test]
fn names_are_in_one_line() {
    refused(&GOOD.replace("\"Main\"", "\"Ma\\nin\""), &["[[acd]] number 1", "Ma\\nin", "in one line"]);
    refused(&GOOD.replace("\"Main\"", "\" \""), &["line 4: `name = \" \"`", "[[acd]] number 1", "needs a name"]);
    let device = |name: &str| format!("{GOOD}[[backup.device]]\nname = \"{name}\"\nfolder = \"b\"\n");
    Config::parse(&device("nas")).unwrap();
    refused(&device("n\\tas"), &["[[backup.device]]", "in one line"]);
    for name in ["", " ", "CMS\nA", "CMS\u{7}", &"x".repeat(41)] {
        let told = crate::init::check_name(name).unwrap_err().to_string();
        assert!(told.contains("1 to 40 characters in one line"), "{told}");
    }
    crate::init::check_name("CMS Süd 1").unwrap();
}

const PRINT: &str = "0A1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";

#[test]
fn tls_on_a_link_is_off_unless_it_is_asked_for() {
    let tls = |keys: &str| match Config::parse(&format!("{GOOD}{keys}\n")).unwrap().acds.remove(0).link {
        LinkConfig::Native { tls, .. } => tls,
        LinkConfig::Asterisk { .. } => panic!("it is native"),
    };
    assert_eq!((tls(""), tls("tls = false")), (None, None));
    let of_the_api = LinkTls { certificate: "server.crt".into(), key: "server.key".into(), accept: None };
    assert_eq!(tls("tls = true"), Some(of_the_api.clone()));
    let accept = Some(vec![PRINT.parse().unwrap()]);
    let colons = PRINT.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>().join(":");
    assert_eq!(tls(&format!("tls = true\naccept = [\"{colons}\"]")), Some(LinkTls { accept, ..of_the_api.clone() }));
    let own = LinkTls { certificate: "a.crt".into(), key: "/b.key".into(), ..of_the_api };
    assert_eq!(tls("tls = true\ncertificate = \"a.crt\"\nkey = \"/b.key\""), Some(own));
}

#[test]
fn what_is_wrong_about_tls_on_a_link_names_the_key() {
    let link = |keys: &str| format!("{GOOD}{keys}\n");
    refused(&link("tls = \"yes\""), &["line 9", "tls"]);
    refused(&link("tls = true\naccept = [\"12ab\"]"), &["line 10", "`accept`", "64 hexadecimal digits", "12ab"]);
    refused(&link("tls = true\naccept = []"), &["`accept`", "names no certificate"]);
    refused(&link("tls = true\ncertificate = \"a.crt\""), &["`certificate`", "needs `key`"]);
    refused(&link("tls = true\nkey = \"a.key\""), &["`key`", "needs `certificate`"]);
    refused(&link(&format!("accept = [\"{PRINT}\"]")), &["`accept`", "needs `tls = true`"]);
    refused(&link("certificate = \"a.crt\"\nkey = \"a.key\""), &["`certificate`", "needs `tls = true`"]);
    let pbx = |keys: &str| {
        let pbx = "kind = \"asterisk\"\naddress = \"pbx:5039\"\nusername = \"u\"\nsecret_file = \"s\"\n";
        link(keys).replace("kind = \"native\"\nlisten = \"127.0.0.1:5001\"\n", pbx)
    };
    Config::parse(&pbx(&format!("tls = true\naccept = [\"{PRINT}\"]"))).unwrap();
    refused(&pbx("tls = true"), &["`tls`", "asterisk", "needs `accept`"]);
    refused(&pbx(&format!("accept = [\"{PRINT}\"]")), &["`accept`", "needs `tls = true`"]);
    refused(&pbx("tls = true\ncertificate = \"a.crt\""), &["`certificate`", "\"native\""]);
}

#[test]
fn a_number_or_port_used_twice_is_told() {
    let second = GOOD.split_once("[[acd]]").unwrap().1;
    refused(
        &format!("{GOOD}[[acd]]{}", second.replace("5001", "5002")),
        &["line 10: `number = 1`", "number 1", "twice"],
    );
    refused(
        &format!("{GOOD}[[acd]]{}", second.replace("number = 1", "number = 2")),
        &["line 15: `listen", "127.0.0.1:5001", "number 1"],
    );
    refused(&GOOD.replace("5001", "8443"), &["line 8: `listen", "127.0.0.1:8443", "listen"]);
    let device = "[[backup.device]]\nname = \"nas\"\nfolder = \"b\"\n";
    refused(&format!("{GOOD}{device}{device}"), &["line 13: `name = \"nas\"`", "a name of its own"]);
}

/// Written by an editor in another encoding, it is a data folder all the same.
#[test]
fn a_file_that_is_no_utf8_is_told_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let (before, behind) = GOOD.split_once("Main").unwrap();
    std::fs::write(dir.path().join(crate::config::FILE), [before.as_bytes(), b"S\xfcd", behind.as_bytes()].concat())
        .unwrap();
    let told = format!("{:#}", Config::load(dir.path()).unwrap_err());
    assert!(told.contains("line 4") && told.contains("save the file as UTF-8"), "{told}");
}

/// What is refused is refused before anything is made: the corrected command finds the folder as it was.
#[test]
fn acds_that_cannot_be_leave_no_half_made_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("server");
    let acds = |acds: &[(u8, &str)]| InitOptions {
        name: "CMS-A".to_owned(),
        role: api::Role::Primary,
        acds: acds.iter().map(|(number, name)| (AcdNumber(*number), (*name).to_owned())).collect(),
        zone: Tz::UTC,
        password: "correct horse".to_owned(),
        at: model::Moment(1_800_000_000),
    };
    for (wrong, part) in [
        (&[(9, "Y")][..], "`--acd 9=Y`: an ACD's number is 1 to 8"),
        (&[(1, "A"), (1, "B")], "`--acd 1=A` and `--acd 1=B`"),
        (&[(1, "A\nB")], "in one line"),
    ] {
        let told = format!("{:#}", crate::init(&folder, &acds(wrong)).err().unwrap());
        assert!(told.contains(part), "{told}");
    }
    assert!(!folder.exists());
    crate::init(&folder, &acds(&[(1, "A")])).unwrap();
}

#[test]
fn call_history_needs_one_target_and_what_is_known() {
    let history = |text: &str| format!("{GOOD}[history]\n{text}\n");
    let good = Config::parse(&history("folder = \"/srv/out\"")).unwrap().history.unwrap();
    assert_eq!((good.form.version.number(), good.form.text, good.size_limit_bytes), (181, false, 20_000_000));
    let text = history("folder = \"/srv/out\"\nversion = 163\nform = \"text\"\nsuffix = \"007\"\nsize_limit_mb = 5");
    let good = Config::parse(&text).unwrap().history.unwrap();
    assert_eq!((good.form.version.number(), good.form.text, good.size_limit_bytes), (163, true, 5_000_000));
    assert_eq!(good.suffix, "007");
    refused(&history("folder = \"x\"\nversion = 17"), &["line 11", "version = 17", "12, 16, 163, 170, 180 or 181"]);
    refused(&history("folder = \"x\"\nform = \"xml\""), &["line 11", "xml"]);
    refused(&history("folder = \"x\"\nsuffix = \"1234\""), &["line 11", "three letters or digits"]);
    refused(&history("folder = \"x\"\nsize_limit_mb = 0"), &["line 11", "1 to 1000"]);
    refused(&history("folder = \"x\"\nfoldr = \"y\""), &["line 11", "foldr"]);
    refused(&history("version = 181"), &["line 9", "`folder`", "[history.sftp]"]);
    let sftp = "[history.sftp]\naddress = \"a:22\"\nuser = \"u\"\npath = \"in\"\nhost_key = \"SHA256:x\"\n";
    refused(&history(&format!("folder = \"x\"\n{sftp}key_file = \"k\"")), &["line 9", "one of `folder`"]);
    refused(&history(sftp), &["line 9", "password_file", "key_file"]);
    refused(&history(&sftp.replace("user", "usr")), &["line 12", "usr"]);
    Config::parse(&history(&format!("{sftp}key_file = \"k\""))).unwrap();
}

#[test]
fn files_of_several_acds_need_folders_of_their_own() {
    let second = GOOD.split_once("[[acd]]").unwrap().1.replace("5001", "5002").replace("number = 1", "number = 2");
    let both = |folder: &str| format!("{GOOD}[[acd]]{second}[history]\nfolder = \"{folder}\"\n");
    refused(&both("/srv/out"), &["[history]", "folder", "{acd}"]);
    Config::parse(&both("/srv/out/{acd}")).unwrap();
}

#[test]
fn log_and_metrics_are_off_unless_they_are_asked_for() {
    let plain = Config::parse(GOOD).unwrap();
    assert!(!plain.log.json && plain.metrics.is_none());
    let asked =
        Config::parse(&format!("{GOOD}[log]\njson = true\n[metrics]\ntoken_file = \"metrics.token\"\n")).unwrap();
    assert!(asked.log.json);
    assert_eq!(asked.metrics.map(|metrics| metrics.token_file), Some("metrics.token".into()));
    refused(&format!("{GOOD}[log]\njsn = true\n"), &["line 10", "jsn"]);
    refused(&format!("{GOOD}[metrics]\n"), &["token_file"]);
}
