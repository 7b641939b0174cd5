//! What `cms.toml` says of programs of the main menu, and what becomes of scratch that a killed server has left.

use std::fs;
use std::sync::atomic::AtomicBool;

use api::ErrorCode;

use crate::config::Config;
use crate::menu::{FOLDER, MenuConfig, Program, Programs, whole_letters};

fn parsed(menu: &str) -> Result<MenuConfig, String> {
    let text = format!("listen = \"0.0.0.0:8443\"\n{menu}");
    Config::parse(&text).map(|config| config.menu).map_err(|error| error.to_string())
}

#[test]
fn programs_are_off_and_end_after_a_minute_unless_said_otherwise() {
    assert_eq!(parsed(""), Ok(MenuConfig { programs: false, time_limit_secs: 60 }));
    assert_eq!(parsed("[menu]\nprograms = true\n"), Ok(MenuConfig { programs: true, time_limit_secs: 60 }));
    let both = "[menu]\nprograms = true\ntime_limit_secs = 240\n";
    assert_eq!(parsed(both), Ok(MenuConfig { programs: true, time_limit_secs: 240 }));
    for (wrong, why) in [
        ("[menu]\ntime_limit_secs = 0\n", "time_limit_secs is 1 to 240, not 0"),
        ("[menu]\ntime_limit_secs = 241\n", "not 241"),
        ("[menu]\nprogram = true\n", "line 3"),
    ] {
        let told = parsed(wrong).expect_err("it is wrong");
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn what_a_killed_server_has_left_of_its_programs_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join(FOLDER).join("1").join("work");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("file"), "half").unwrap();
    let programs = Programs::new(dir.path(), &MenuConfig::default());
    assert!(!dir.path().join(FOLDER).exists());
    assert_eq!(programs.allowed().unwrap_err().code, ErrorCode::WrongState);
}

#[test]
fn no_more_than_four_run_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let programs = Programs::new(dir.path(), &MenuConfig::default());
    let mut four: Vec<_> = (0..4).map(|_| programs.room().unwrap()).collect();
    assert_eq!(programs.room().unwrap_err().code, ErrorCode::TooMany);
    four.pop();
    assert!(programs.room().is_ok());
}

#[test]
fn a_program_is_found_where_the_data_folder_is_named_from_here() {
    let here = std::env::current_dir().unwrap();
    let dir = tempfile::tempdir_in(&here).unwrap();
    let config = MenuConfig { programs: true, ..MenuConfig::default() };
    let programs = Programs::new(dir.path().strip_prefix(&here).unwrap(), &config);
    let program = Program { file_name: "here.sh", content: b"#!/bin/sh\necho here\n", variables: &[] };
    let said = programs.run(&program, &AtomicBool::new(false)).unwrap();
    assert_eq!((said.text.as_str(), said.success, said.cut), ("here\n", true, false), "{}", said.outcome);
}

/// A session of its own, and a parent that has ended: neither keeps it from ending with its program.
#[test]
fn what_has_left_the_group_ends_with_its_program() {
    let dir = tempfile::tempdir().unwrap();
    let config = MenuConfig { programs: true, ..MenuConfig::default() };
    let programs = Programs::new(dir.path(), &config);
    let script = b"#!/bin/sh\n(setsid sh -c 'echo $$ > left; exec sleep 600' >/dev/null 2>&1 &)\nwhile ! [ -s left ]; do sleep 0.01; done\ncat left\n";
    let program = Program { file_name: "leaves.sh", content: script, variables: &[] };
    let said = programs.run(&program, &AtomicBool::new(false)).unwrap();
    assert!(said.success, "{}: {}", said.outcome, said.text);
    let left: u32 = said.text.trim().parse().unwrap();
    // Nobody may have buried it yet.
    let lives = || fs::read(format!("/proc/{left}/cmdline")).is_ok_and(|command| !command.is_empty());
    let began = std::time::Instant::now();
    while lives() {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "process {left} goes on");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// However a text is cut, its letters come whole, and all of them.
#[test]
fn a_letter_is_told_when_all_of_it_has_come() {
    let text = "Über 5 € 🙂\n";
    for cut in 0..=text.len() {
        let (first, second) = text.as_bytes().split_at(cut);
        let mut said = first.to_vec();
        let mut told = whole_letters(&mut said);
        assert!(text.starts_with(&told), "{told:?}");
        said.extend(second);
        told += &whole_letters(&mut said);
        assert_eq!((told.as_str(), said.len()), (text, 0), "cut at {cut}");
    }
    // What is no text is told as far as it can be, and holds nothing up.
    let mut noise = vec![b'a', 0xFF, b'b'];
    assert_eq!(whole_letters(&mut noise), "a\u{FFFD}b");
    assert!(noise.is_empty());
}
