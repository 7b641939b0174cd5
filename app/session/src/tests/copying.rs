use std::fs;
use std::time::Instant;

use api::{ErrorBody, ErrorCode, ReportEntry, Scope};
use report::ReportKind;

use super::{NOON, working};
use crate::{
    Command, CopyError, CopyState, Update, describe_existing, describe_namesake, describe_use, in_one_line,
    read_report_file, rename_report, write_report_file,
};

#[test]
fn a_report_comes_back_from_its_file_and_nothing_is_overwritten_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.cmsreport");
    let mut definition = report::built_in()[0].clone();
    write_report_file(&file, &definition.clone().into(), false).unwrap();
    assert_eq!(read_report_file(&file).unwrap(), definition.clone().into());
    let before = fs::read(&file).unwrap();
    let old_name = definition.name.clone();
    rename_report(&mut definition, "Mine".to_owned());
    assert!(definition.path.ends_with("/Mine"), "{}", definition.path);
    match write_report_file(&file, &definition.clone().into(), false) {
        Err(CopyError::Exists { what, .. }) => assert!(what.contains(&old_name), "{what}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(&file).unwrap(), before);
    write_report_file(&file, &definition.into(), true).unwrap();
    assert_eq!(read_report_file(&file).unwrap().definition.name, "Mine");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn files_that_are_no_sound_report_are_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let good = report::write_file(&report::built_in()[0]);
    let refusal = |content: &[u8]| {
        let file = dir.path().join("x.cmsreport");
        fs::write(&file, content).unwrap();
        in_one_line(&read_report_file(&file).unwrap_err())
    };
    for (content, part) in [
        (b"%PDF-1.7".to_vec(), "PDF"),
        (good.as_bytes()[..good.len() / 2].to_vec(), "damaged"),
        (good.replace("\"version\": 1", "\"version\": 99").into_bytes(), "newer"),
        (vec![b' '; 5_000_000], "too large"),
    ] {
        let text = refusal(&content);
        assert!(text.contains(part) && text.contains("x.cmsreport"), "{part}: {text}");
    }
    let missing = in_one_line(&read_report_file(&dir.path().join("none.cmsreport")).unwrap_err());
    assert!(missing.contains("cannot read") && missing.contains("none.cmsreport"), "{missing}");
}

#[test]
fn a_folder_that_is_not_there_is_named_and_nothing_is_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("none/x.cmsreport");
    let error = write_report_file(&file, &report::built_in()[0].clone().into(), true).unwrap_err();
    assert!(in_one_line(&error).contains("cannot write"), "{error:?}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_exists_is_described_and_the_command_to_go_on_with_is_kept() {
    let entry = ReportEntry {
        path: "Designer/Mine".to_owned(),
        name: "Mine".to_owned(),
        kind: ReportKind::RealTime,
        scope: Scope::Global,
        owner: Some("anna".to_owned()),
        description: String::new(),
        changed_at: Some(NOON),
    };
    let mut body = ErrorBody::new(ErrorCode::Exists, "it exists");
    assert_eq!(describe_existing(&body), "it exists");
    body.existing = Some(Box::new(entry.clone()));
    let what = describe_existing(&body);
    assert_eq!(what, "Designer/Mine (global, saved by anna at 2026-11-23T11:00:00Z) exists already");
    assert_eq!(describe_namesake(&body), None);
    let built_in = ReportEntry { path: "Real-time/VDN/VDN Report".to_owned(), scope: Scope::BuiltIn, ..entry };
    body.existing = Some(Box::new(built_in));
    let namesake = describe_namesake(&body).expect("it comes with the product");
    assert!(namesake.starts_with("Real-time/VDN/VDN Report comes with the product"), "{namesake}");
    let mut model = working(Instant::now());
    let again = Command::CopyFromFile {
        file: "mine.cmsreport".into(),
        scope: Scope::Global,
        rename: None,
        overwrite: true,
        house: None,
    };
    let exists = CopyState::Exists { what, again: Box::new(again) };
    for state in [Some(CopyState::Running { what: "Copying".to_owned() }), Some(exists.clone()), None] {
        model.apply(Update::Copy(state.clone()));
        assert_eq!(model.copying, state);
    }
}

#[test]
fn what_uses_a_report_is_told_without_the_advice_for_the_command_line() {
    let message = "\"Days\" is used by timetable \"nightly\" of cms, which would not find it any more: change those first, or delete \
                   it all the same with `cms report delete \"Days\" --yes`";
    let users = vec!["timetable \"nightly\" of cms".to_owned(), "2 more".to_owned()];
    let refusal = ErrorBody { used_by: users, ..ErrorBody::new(ErrorCode::InUse, message) };
    let used = describe_use("Days", &refusal);
    let expected = "\"Days\" is used by timetable \"nightly\" of cms, 2 more, which would not find it any more: change those first";
    assert_eq!(used.as_deref(), Some(expected));
    assert_eq!(describe_use("Days", &ErrorBody::new(ErrorCode::WrongState, message)), None);
}

#[test]
fn passwords_are_never_printed() {
    let command = Command::SignIn { which: crate::Which::Primary, password: "secret".to_owned() };
    assert!(!format!("{command:?}").contains("secret"));
}
