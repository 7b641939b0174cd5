//! The pages of users and of the mode: what they say as text, and how they are used.

use api::{Mode, UserView};
use session::{ChangeRequest, ChangeState, Command, Detail, Page, PageData, Secret, Update, Which};

use super::administration::{administering, shown};
use super::administration_clicks::page;
use super::canned_pages;
use super::harness::{Setup, now};
use super::world::{self, ACD};
use crate::view::administration::PageKind;
use crate::view::administration::mode::rows as rules;
use crate::view::administration::permissions::{PermissionDraft, listed, numbers, sentence};
use crate::view::administration::users::{PasswordDraft, PasswordTyped, UserDraft, rows};

fn users() -> Vec<UserView> {
    let PageData::Users(known) = canned_pages::data(Which::Primary, &Page::Users) else { unreachable!() };
    known
}

#[test]
fn users_are_found_by_words_and_who_cannot_sign_in_is_named() {
    let model = shown(now(), Which::Primary, &Page::Users);
    let told = rows(&model, &users(), "no password");
    assert_eq!(told.len(), 1);
    let texts: Vec<&str> = told[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["bob", "Bob Mason", "normal", "no password here", "1.07", "4711", ""]);
    assert!(told[0].details.iter().any(|(_, text)| text.contains("nobody can sign in here")), "{:?}", told[0].details);
    let ann = &rows(&model, &users(), "ann")[0];
    assert_eq!(ann.details[0].1, "ACD 1 first; windows: 4; fastest refresh: 10 s");
    assert_eq!(ann.details[2], ("Owns", "2 designer reports and 1 timetable".to_owned()));
}

#[test]
fn a_user_is_checked_as_it_is_typed_and_only_what_differs_is_changed() {
    let model = shown(now(), Which::Primary, &Page::Users);
    let ann = &users()[1];
    let draft = UserDraft::of(&model, ann);
    assert!(draft.change().is_err_and(|why| why.contains("Nothing differs")));
    let windows = |typed: &str| UserDraft { max_windows: typed.to_owned(), ..draft.clone() }.change();
    assert!(windows("13").is_err_and(|why| why.contains("from 1 to 12")));
    let Ok(ChangeRequest::ModifyUser(set)) = windows("") else { panic!("it is right") };
    assert_eq!((set.max_windows, set.full_name, set.administrator), (Some(0), None, None));
    let typed = |new: &str, again: &str| PasswordTyped { new: new.to_owned(), again: again.to_owned() };
    let new = |password| UserDraft { name: " eve ".to_owned(), password, ..UserDraft::new(&model) }.change();
    assert!(new(typed("secret", "secrets")).is_err_and(|why| why.contains("differ")));
    let Ok(ChangeRequest::AddUser(add)) = new(typed("", "")) else { panic!("without a password") };
    assert_eq!((add.user.name.as_str(), add.password), ("eve", None));
    let Ok(ChangeRequest::AddUser(add)) = new(typed("a long one", "a long one")) else { panic!("with a password") };
    assert_eq!(add.password, Some(Secret::new("a long one")));
    assert!(!format!("{add:?}").contains("a long one"), "no log has it");
    let own = PasswordDraft { typed: typed("new", "new"), ..PasswordDraft::new(&model, "m.keller") };
    assert!(own.change().is_err_and(|why| why.contains("present password")));
}

#[test]
fn lists_of_numbers_are_read() {
    assert_eq!(numbers("1;3-5, all").expect("a list"), ["1", "3", "4", "5", "all"]);
    assert!(numbers("5-3").is_err_and(|why| why.contains("lower number first")));
    assert!(numbers("sales").is_err_and(|why| why.contains("\"sales\" is no number")));
}

#[test]
fn a_user_is_added_with_a_password_that_is_in_nothing_shown() {
    let mut screen = page(PageKind::Users);
    screen.click("New…");
    screen.shot("dialog-user");
    screen.retype("User name: 3 to 31 lower-case letters, digits, _, - and .", "eve");
    screen.click("May read everything");
    screen.type_secret("Password on this server; empty for none yet", "correct horse");
    assert!(screen.is_disabled("Save on cms-north"), "once is not enough");
    screen.type_secret("Once more", "correct horse");
    assert!(!screen.sees_part("correct horse"));
    screen.click("Save on cms-north");
    let change = screen.change();
    let ChangeRequest::AddUser(add) = &change else { panic!("{change:?}") };
    assert_eq!((add.user.name.as_str(), add.reads_everything), ("eve", true));
    assert_eq!(add.password, Some(Secret::new("correct horse")));
    let why = "there is a user eve already".to_owned();
    screen.answer(1, &change, ChangeState::Refused { why });
    assert!(screen.sees_part("Nothing was changed. There is a user eve already"));
}

#[test]
fn what_belongs_to_a_user_is_told_and_settled_before_the_user_goes() {
    let mut screen = page(PageKind::Users);
    screen.choose_row("User ann");
    screen.shot("users-chosen");
    screen.click("Remove…");
    assert!(screen.sees_part("ann still owns 2 designer reports and 1 timetable"));
    assert!(screen.is_disabled("Remove on cms-north"), "who gets it is not chosen");
    screen.choose("Goes to", "bob");
    screen.shot("dialog-remove");
    screen.click("Remove on cms-north");
    let ChangeRequest::RemoveUser { name, give_to, with_belongings } = screen.change() else { panic!("a removal") };
    assert_eq!((name.as_str(), give_to.as_deref(), with_belongings), ("ann", Some("bob"), false));
    screen.click("Remove it as well");
    assert!(screen.sees_part("gone for good"));
    screen.click("Remove on cms-north");
    let removal = screen.change();
    assert!(matches!(&removal, ChangeRequest::RemoveUser { give_to: None, with_belongings: true, .. }), "{removal:?}");
    screen.click("Cancel");
    screen.choose_row("User bob");
    screen.click("Remove…");
    assert!(screen.sees_part("Nothing belongs to this user"));
    screen.click("Remove on cms-north");
    let removal = screen.change();
    assert!(matches!(&removal, ChangeRequest::RemoveUser { give_to: None, with_belongings: false, .. }), "{removal:?}");
}

#[test]
fn a_password_is_set_on_this_server() {
    let mut screen = page(PageKind::Users);
    screen.choose_row("User bob");
    assert!(screen.sees_part("nobody can sign in here as this user: set one"));
    let _ = screen.commands();
    screen.click("Set password…");
    screen.shot("dialog-password");
    screen.type_secret("New password on this server", "correct horse");
    screen.type_secret("Once more", "correct horse");
    screen.click("Set on cms-north");
    let new = Secret::new("correct horse");
    assert_eq!(screen.change(), ChangeRequest::Password { user: Some("bob".to_owned()), old: None, new });
}

#[test]
fn what_a_user_may_is_listed_by_number_with_ranges_and_names() {
    let permission = |kind: &str, of: &str, access: &str| api::Permission {
        kind: kind.to_owned(),
        acd: (kind != "feature").then_some(ACD),
        of: of.to_owned(),
        access: access.to_owned(),
    };
    let numbers = ["1", "10", "2", "3", "7", "12"];
    let mut permissions: Vec<_> = numbers.map(|number| permission("splits", number, "read")).into();
    permissions.push(permission("splits", "11", "read,write"));
    permissions.push(permission("vdns", "all", "read"));
    permissions.push(permission("feature", "reports", "read"));
    let known = api::UserPermissions { permissions, ..canned_pages::people::permissions("bob") };
    let names = std::collections::BTreeMap::from([(ACD, world::dictionary())]);
    let lines: Vec<String> = listed(&known, &names).into_iter().map(|texts| texts.join(" | ")).collect();
    assert_eq!(
        lines,
        [
            " | Features | reports | read",
            "ACD 1 | Splits/skills | 1-3, 7 Premium, 10, 12 Retention | read",
            "ACD 1 | Splits/skills | 11 | read and write",
            "ACD 1 | VDNs | all | read",
        ]
    );
}

#[test]
fn what_a_user_may_is_asked_for_shown_and_changed() {
    let mut screen = page(PageKind::Users);
    screen.choose_row("User ann");
    let sent = screen.commands();
    assert_eq!(sent, [Command::LookAt(Some(Detail::Permissions("ann".to_owned())))], "once");
    assert!(screen.sees("what is listed"));
    screen.click("Permissions…");
    assert!(screen.is_disabled("Save on cms-north"), "nothing differs yet");
    screen.click("Take away ACD 1, splits/skills 3: read, exceptions are told");
    screen.click("Trunk groups");
    screen.retype("Numbers, such as 1;3-5, or all", "10-11");
    screen.click("Receive its exceptions");
    screen.shot("dialog-permissions");
    screen.click("Save on cms-north");
    let ChangeRequest::Permissions(set) = screen.change() else { panic!("permissions") };
    let told: Vec<String> =
        set.permissions.iter().map(|known| format!("{} {} {}", known.kind, known.of, known.access)).collect();
    assert_eq!(told, ["splits 3 none", "trunk-groups 10 read,exceptions", "trunk-groups 11 read,exceptions"]);
    assert_eq!((set.user.as_str(), set.reads_everything), ("ann", None));
    screen.click("Cancel");
    screen.choose_row("User cms");
    assert!(screen.sees_part("everything: the user is an administrator") && screen.is_disabled("Permissions…"));
}

#[test]
fn what_a_user_may_is_asked_for_again_once_something_else_was_looked_at() {
    let mut screen = page(PageKind::Users);
    screen.choose_row("User ann");
    screen.open_page(PageKind::Backups);
    screen.choose_row("Label CMS-261123-01-LSAX-00-F");
    screen.click("Describe…");
    screen.click("Close");
    let _ = screen.commands();
    screen.open_page(PageKind::Users);
    let looks = screen.commands().into_iter().filter(|command| matches!(command, Command::LookAt(_)));
    assert_eq!(looks.collect::<Vec<_>>(), [Command::LookAt(Some(Detail::Permissions("ann".to_owned())))], "once");
    assert!(screen.sees("what is listed"));
}

#[test]
fn what_was_filled_in_of_one_kind_is_saved_with_another() {
    let kept = canned_pages::people::permissions("ann");
    let mut draft = PermissionDraft::new(&session::Model::default(), &kept);
    draft.features.insert("timetable");
    draft.write = true;
    draft.choose_kind("acd");
    assert!(!draft.write && draft.features.is_empty(), "the next kind begins anew");
    let told = |draft: &PermissionDraft| -> Vec<String> {
        let ChangeRequest::Permissions(set) = draft.change().expect("a change") else { panic!("permissions") };
        set.permissions.iter().map(|known| format!("{} {} {}", known.kind, known.of, known.access)).collect()
    };
    assert_eq!(told(&draft), ["feature timetable read,write"], "an ACD that is looked at is not permitted");
    let mut unticked = draft.clone();
    unticked.choose_kind("vectors");
    unticked.numbers = "7".to_owned();
    assert_eq!(told(&unticked), ["feature timetable read,write", "vectors 7 read"]);
    // One that is ticked is, whichever kind is in view when it is saved.
    draft.ticked.insert(model::AcdNumber(2));
    draft.choose_kind("splits");
    draft.numbers = "1".to_owned();
    assert_eq!(told(&draft), ["feature timetable read,write", "acd  read", "splits 1 read"]);
}

#[test]
fn permissions_are_told_in_a_sentence() {
    let model = shown(now(), Which::Primary, &Page::Users);
    let known = |name: &str| {
        let told = canned_pages::people::permissions(name);
        (sentence(&told), PermissionDraft::new(&model, &told))
    };
    assert_eq!(known("bob").0, "nothing yet");
    let mut draft = known("ann").1;
    draft.reads_everything = true;
    let Ok(ChangeRequest::Permissions(set)) = draft.change() else { panic!("it differs") };
    assert_eq!((set.reads_everything, set.permissions.len()), (Some(true), 0));
    draft.kind = "acd";
    draft.ticked.insert(ACD);
    let added = draft.added().expect("the ACD itself");
    assert_eq!((added.len(), added[0].of.as_str(), added[0].acd), (1, "", Some(ACD)));
    assert!(
        draft
            .change()
            .is_ok_and(|change| matches!(change, ChangeRequest::Permissions(set) if set.permissions.is_empty())),
        "ann has that already"
    );
}

#[test]
fn users_are_for_administrators() {
    let mut screen = administering(Setup { administrator: false, ..Setup::default() });
    let _ = screen.commands();
    screen.click("Users and permissions");
    assert!(screen.sees("This page is closed to you"));
    assert!(!screen.commands().contains(&Command::ShowPage(Some(Page::Users))));
}

#[test]
fn others_are_signed_out_only_after_asking_and_let_in_again_at_once() {
    let mut screen = page(PageKind::Mode);
    screen.click("Switch to single-user mode…");
    assert!(screen.sees_part("Everybody else is signed out of cms-north at once"));
    assert!(screen.sees_part("that m.keller set it") && screen.sees_part("Refused meanwhile: running a timetable"));
    assert!(screen.sees_part("people can work on cms-south meanwhile") && screen.commands().is_empty());
    screen.shot("dialog-single-user");
    screen.click("Sign all others out of cms-north");
    assert_eq!(screen.change(), ChangeRequest::Mode(Mode::SingleUser));
    let PageData::Mode(mut told) = canned_pages::data(Which::Primary, &Page::Mode) else { unreachable!() };
    told.mode.mode = Mode::SingleUser;
    let result = Ok(std::sync::Arc::new(PageData::Mode(told)));
    screen.tell(Update::Page { which: Which::Primary, page: Page::Mode, result, at: now() });
    screen.harness.run_steps(2);
    assert!(screen.sees("single-user mode"));
    screen.shot("mode-single-user");
    screen.click("Let everybody sign in again");
    assert_eq!(screen.change(), ChangeRequest::Mode(Mode::MultiUser));
}

#[test]
fn the_rules_say_what_is_refused_now_and_what_comes_first() {
    let at = now();
    let mut model = shown(at, Which::Primary, &Page::Mode);
    let PageData::Mode(mut known) = canned_pages::data(Which::Primary, &Page::Mode) else { unreachable!() };
    let told = |model: &session::Model, known: &session::ModeData, what: &str| {
        let rows = rules(model, known);
        rows.into_iter().find(|row| row[0].text.contains(what)).expect("a rule").map(|cell| cell.text)
    };
    assert_eq!(
        told(&model, &known, "allocation")[1..],
        ["off", "either", "either", "refused where data are collected: ACD 1, 2"]
    );
    assert_eq!(told(&model, &known, "CMS system")[4], "refused: the server is in multi-user mode");
    assert_eq!(told(&model, &known, "timetable")[4], "possible");
    known.mode.mode = Mode::SingleUser;
    assert_eq!(told(&model, &known, "CMS system")[4], "possible");
    assert_eq!(told(&model, &known, "timetable")[4], "refused: the server is in single-user mode");
    let mut health = world::health(Which::Primary, api::LinkState::Up);
    health.acds.iter_mut().for_each(|acd| acd.collecting = false);
    model.apply(Update::Health { which: Which::Primary, health, took: Default::default(), at });
    assert_eq!(told(&model, &known, "master ACD")[4], "possible");
    assert_eq!(told(&model, &known, "Dictionary")[3..], ["primary", "possible"]);
    known.mode.role = api::Role::Secondary;
    assert!(told(&model, &known, "Dictionary")[4].starts_with("refused: done on the primary"));
}

#[test]
fn the_master_acd_is_chosen_when_the_server_is_ready_for_it() {
    let mut screen = page(PageKind::Mode);
    assert!(screen.is_disabled("ACD 2 Porto…") && screen.sees_part("Switch to single-user mode first"));
    let mut health = world::health(Which::Primary, api::LinkState::Up);
    health.acds.iter_mut().for_each(|acd| acd.collecting = false);
    screen.tell(Update::Health { which: Which::Primary, health, took: Default::default(), at: now() });
    let PageData::Mode(mut told) = canned_pages::data(Which::Primary, &Page::Mode) else { unreachable!() };
    told.mode.mode = Mode::SingleUser;
    let result = Ok(std::sync::Arc::new(PageData::Mode(told)));
    screen.tell(Update::Page { which: Which::Primary, page: Page::Mode, result, at: now() });
    screen.harness.run_steps(2);
    screen.click("ACD 2 Porto…");
    assert!(screen.sees_part("Choose the same on cms-south"));
    screen.click("Choose it on cms-north");
    assert_eq!(screen.change(), ChangeRequest::MasterAcd(model::AcdNumber(2)));
}

/// Whoever is signed out by somebody else's single-user mode is told so, for as long as it lasts.
#[test]
fn who_is_signed_out_reads_why_until_the_server_lets_in_again() {
    let mut screen = super::harness::Screen::new(Setup::default());
    let which = Which::Primary;
    let why = "cms-north is in single-user mode since 2026-11-23T09:42:07Z, set by cms: only one administrator can be signed in";
    screen.tell(Update::SignedOut { which });
    assert!(!screen.sees_part("You are signed out of"), "it is signed in to again without a word, if that works");
    screen.tell(Update::SignInFailed { which, why: why.to_owned() });
    assert!(screen.sees_part("You are signed out of cms-north") && screen.sees_part("set by cms"));
    screen.shot("signed-out");
    screen.tell(Update::SigningIn { which });
    assert!(screen.sees_part("You are signed out of cms-north"), "another attempt changes nothing yet");
    screen.click("Switch to cms-south");
    assert!(screen.commands().contains(&Command::SwitchTo(Which::Secondary)));
    screen.tell(Update::SignedIn { which, administrator: false });
    assert!(!screen.sees_part("You are signed out of"));
}
