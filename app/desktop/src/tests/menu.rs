//! The main menu additions: the button in the top bar, what is shown of what was opened, and the page of administration.

use std::sync::Arc;

use api::{MenuOutput, Role, SetMenuAddition};
use egui_kittest::kittest::Queryable;
use model::MenuKind;
use session::{ChangeRequest, Command, MenuChange, MenuRequest, MenuStage, MenuView, Model, Update, Which};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::menu::additions;
use super::harness::{Screen, Setup};
use super::world;
use crate::view::administration::PageKind;
use crate::view::administration::menu::{MenuDraft, rows};
use crate::view::menu::{Opening, Shown, opening, shown, to_save};

const WHICH: Which = Which::Primary;

fn told(screen: &mut Screen) {
    screen.tell(Update::Menu { which: WHICH, additions: additions() });
}

fn changes(screen: &Screen) -> Vec<ChangeRequest> {
    let commands = screen.commands().into_iter();
    commands
        .filter_map(|command| if let Command::Administer { change, .. } = command { Some(change) } else { None })
        .collect()
}

fn program() -> MenuRequest {
    MenuRequest::Program { name: "Disk space".to_owned(), acd: Some(world::ACD) }
}

fn opened(request: MenuRequest, stage: MenuStage) -> Update {
    Update::MenuOpened(Some(MenuView { which: WHICH, request, stage }))
}

#[test]
fn the_menu_is_there_for_who_has_any_addition() {
    let mut screen = Screen::new(Setup { administrator: false, ..Setup::default() });
    assert!(!screen.sees("Menu"));
    told(&mut screen);
    let _ = screen.commands();
    screen.click("Menu");
    assert_eq!(screen.commands(), [Command::LoadMenu], "what was permitted meanwhile is asked for");
    assert!(screen.sees("Order desk") && screen.sees("Roster"));
    screen.harness.get_by_label("Order desk").click();
    let mut urls = Vec::new();
    for _ in 0..4 {
        screen.harness.run_steps(1);
        let commands = &screen.harness.output().platform_output.commands;
        urls.extend(commands.iter().filter_map(|command| match command {
            egui::OutputCommand::OpenUrl(url) => Some(url.url.clone()),
            _ => None,
        }));
    }
    assert_eq!(urls, ["https://intranet.example.com/orders"]);
    assert!(screen.commands().is_empty(), "nothing is asked of the server for a web address");
}

#[test]
fn an_address_that_is_not_of_the_web_is_not_opened() {
    let mut addition = additions().remove(0);
    let address = addition.address.clone();
    assert_eq!(opening(&addition, None), Ok(Opening::Browser(address)));
    for wrong in ["file:///bin/sh", "C:\\a.exe", ""] {
        wrong.clone_into(&mut addition.address);
        assert!(opening(&addition, None).is_err(), "{wrong}");
    }
}

#[test]
fn a_program_runs_on_the_server_in_use_and_is_ended_with_its_window() {
    let mut screen = Screen::new(Setup::default());
    told(&mut screen);
    screen.click("Menu");
    let _ = screen.commands();
    screen.click("Disk space");
    assert_eq!(screen.commands(), [Command::OpenMenu(Some(program()))]);
    screen.tell(opened(program(), MenuStage::Asking));
    assert!(screen.sees_part("Running on cms-north, the primary"));
    screen.click("End the program");
    assert_eq!(screen.commands(), [Command::OpenMenu(None)]);
    assert!(!screen.sees_part("Running on"));
}

/// Line by line, as the server tells it, with what was said before.
#[test]
fn what_a_program_says_is_shown_while_it_runs() {
    let mut screen = Screen::new(Setup::default());
    told(&mut screen);
    screen.click("Menu");
    screen.click("Disk space");
    screen.tell(opened(program(), MenuStage::Asking));
    for text in ["looking at /srv\n", "/srv 41 %\nlooking at ", "/var\n"] {
        screen.tell(Update::MenuSaid(text.to_owned()));
    }
    assert!(screen.sees_part("looking at /srv\n/srv 41 %\nlooking at /var\n"));
    assert!(screen.sees_part("Running on cms-north") && screen.sees("End the program") && !screen.sees("Save"));
    screen.shot("menu-program-runs");
    let output = MenuOutput { text: "all of it\n".to_owned(), cut: false, success: true, outcome: String::new() };
    screen.tell(opened(program(), MenuStage::Said(output)));
    assert!(screen.sees_part("all of it") && screen.sees("Close") && !screen.sees_part("Running on"));
    screen.tell(Update::MenuSaid("late".to_owned()));
    assert!(screen.sees_part("all of it") && !screen.sees_part("late"), "what has ended says no more");
    let view = MenuView { which: WHICH, request: program(), stage: MenuStage::Running("ä".repeat(40_000) + "end") };
    let (Shown::Growing(text, _), None) = shown(&Model::default(), &view) else { panic!("it runs") };
    assert!(text.len() <= 64 * 1024 && text.ends_with("äend"), "of much, the end is in sight");
}

#[test]
fn what_a_program_says_is_shown_with_how_it_ended() {
    let mut screen = Screen::new(Setup::default());
    told(&mut screen);
    screen.click("Menu");
    screen.click("Disk space");
    let output = MenuOutput {
        text: "/dev/sda1 41 %\n".to_owned(),
        cut: true,
        success: false,
        outcome: "was ended after 60 s".to_owned(),
    };
    screen.tell(opened(program(), MenuStage::Said(output)));
    assert!(
        screen.sees_part("/dev/sda1 41 %") && screen.sees_part("It was ended after 60 s; it said more than was kept")
    );
    // The servers were switched over: the program was another server's.
    screen.tell(Update::MenuOpened(None));
    assert!(screen.sees_part("another server is in use now"));
    screen.click("Close");
}

#[test]
fn a_document_is_shown_as_text_and_saved_by_the_person() -> std::io::Result<()> {
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("saved.txt");
    let mut screen = Screen::new(Setup { file: file.clone(), ..Setup::default() });
    told(&mut screen);
    screen.click("Menu");
    screen.click("Roster");
    let request = MenuRequest::Document("Roster".to_owned());
    screen.tell(opened(request, MenuStage::File(Arc::new(b"early: Ann\n".to_vec()))));
    assert!(screen.sees_part("early: Ann") && screen.is_disabled("Save"));
    screen.click("Browse…");
    // The dialog answers on a thread of its own.
    let began = std::time::Instant::now();
    while !file.exists() {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "nothing was saved");
        screen.harness.run_steps(1);
    }
    assert_eq!(std::fs::read(&file)?, b"early: Ann\n");
    Ok(())
}

#[test]
fn what_is_no_text_is_only_saved_and_of_a_long_text_the_beginning_is_shown() {
    let request = || MenuRequest::Document("Roster".to_owned());
    let view =
        |content: Vec<u8>| MenuView { which: WHICH, request: request(), stage: MenuStage::File(Arc::new(content)) };
    let mut model = Model::default();
    model.menu = additions();
    let bytes = view(b"\x7fELF\0".to_vec());
    assert_eq!(shown(&model, &bytes).0, Shown::Bytes(5));
    let accents = view("é".repeat(40_000).into_bytes());
    let Shown::Text(text, true) = shown(&model, &accents).0 else { panic!("it is text, and there is more") };
    assert_eq!(text.len(), 64 * 1024);
    // The letter at the end of the part is cut through.
    let odd = view(format!("a{}", "é".repeat(40_000)).into_bytes());
    let Shown::Text(text, true) = shown(&model, &odd).0 else { panic!("it is text, and there is more") };
    assert_eq!(text.len(), 64 * 1024 - 1);
    model.menu_opened = Some(accents);
    let (name, content) = to_save(&model).expect("a document can be saved");
    assert_eq!((name.as_str(), content.len()), ("roster.txt", 80_000));
}

#[test]
fn an_addition_is_checked_while_it_is_typed() {
    let mut draft = MenuDraft::new(false);
    let why = |draft: &MenuDraft| draft.change().err().unwrap_or_default();
    assert_eq!(why(&draft), "The name is needed");
    "Intranet".clone_into(&mut draft.name);
    "intranet".clone_into(&mut draft.address);
    assert!(why(&draft).contains("http:// or https://"));
    "https://intranet".clone_into(&mut draft.address);
    "1000".clone_into(&mut draft.place);
    assert!(why(&draft).contains("0 to 999"));
    "3".clone_into(&mut draft.place);
    let Ok(ChangeRequest::Menu(MenuChange::Add(set, None))) = draft.change() else { panic!("it is right") };
    assert_eq!((set.place, set.address.as_deref()), (Some(3), Some("https://intranet")));
    draft.kind = MenuKind::Program;
    assert_eq!(why(&draft), "Choose the file");
    "/tmp/-rf".clone_into(&mut draft.file);
    assert!(why(&draft).contains("a letter or digit first"));
    "/tmp/disk.sh".clone_into(&mut draft.file);
    let Ok(ChangeRequest::Menu(MenuChange::Add(set, Some(_)))) = draft.change() else { panic!("it is right") };
    assert_eq!((set.file_name.as_deref(), set.address), (Some("disk.sh"), None));

    let kept = additions().remove(1);
    let mut draft = MenuDraft::of(&kept, true);
    assert_eq!(why(&draft), "Nothing differs from what is kept");
    "Shifts".clone_into(&mut draft.name);
    let expect = SetMenuAddition {
        name: "Roster".to_owned(),
        rename: Some("Shifts".to_owned()),
        take_over: true,
        ..SetMenuAddition::default()
    };
    assert_eq!(draft.change(), Ok(ChangeRequest::Menu(MenuChange::Modify(expect, None))));
}

#[test]
fn the_page_lists_changes_and_deletes_and_is_for_viewing_on_a_secondary() {
    let shown = rows(&additions(), "shift");
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0][3], "roster.txt (2.1 KB)");
    let mut screen = page(PageKind::Menu);
    let _ = screen.commands();
    screen.choose_row("Roster");
    screen.click("Edit…");
    assert!(screen.sees_part("Without another one it keeps roster.txt") && screen.is_disabled("Save on cms-north"));
    screen.retype("Place in the menu, 0 to 999", "5");
    screen.click("Save on cms-north");
    let sent = changes(&screen);
    assert!(matches!(sent.as_slice(), [ChangeRequest::Menu(MenuChange::Modify(..))]), "{sent:?}");
    screen.click("Cancel");
    screen.click("Delete…");
    screen.click("Delete on cms-north");
    let expect = MenuChange::Delete { name: "Roster".to_owned(), take_over: false };
    assert_eq!(changes(&screen), [ChangeRequest::Menu(expect)]);

    let mut screen = page(PageKind::Menu);
    let mut health = world::health(WHICH, api::LinkState::Up);
    health.role = Role::Secondary;
    screen.tell(Update::Health { which: WHICH, health, took: std::time::Duration::ZERO, at: super::harness::now() });
    screen.choose_row("Roster");
    assert!(screen.sees_part("there the main menu is for viewing") && screen.is_disabled("New…"));
    screen.click("The primary is down: take over");
    screen.click("Delete…");
    screen.click("Delete on cms-north");
    let sent = changes(&screen);
    assert!(matches!(sent.as_slice(), [ChangeRequest::Menu(MenuChange::Delete { take_over: true, .. })]), "{sent:?}");
}

#[test]
fn who_took_over_on_one_server_has_not_taken_over_on_the_other() {
    let mut screen = page(PageKind::Menu);
    let mut health = world::health(WHICH, api::LinkState::Up);
    health.role = Role::Secondary;
    let (took, at) = (std::time::Duration::ZERO, super::harness::now());
    screen.tell(Update::Health { which: WHICH, health, took, at });
    screen.click("The primary is down: take over");
    assert!(!screen.is_disabled("New…"));
    screen.tell(Update::SignedIn { which: WHICH.other(), administrator: true });
    screen.tell(Update::Serving(Some(WHICH.other())));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("there the main menu is for viewing") && screen.is_disabled("New…"));
}

#[test]
fn additions_are_permitted_by_their_names() {
    let mut screen = page(PageKind::Users);
    told(&mut screen);
    screen.choose_row("User ann");
    screen.click("Permissions…");
    let menu = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::RadioButton && node.label().as_deref() == Some("Menu")
    };
    screen.harness.get_by(menu).click();
    screen.harness.run_steps(3);
    screen.click("Disk space");
    screen.shot("dialog-permissions-menu");
    let _ = screen.commands();
    screen.click("Save on cms-north");
    let sent = changes(&screen);
    let [ChangeRequest::Permissions(set)] = sent.as_slice() else { panic!("{sent:?}") };
    let told: Vec<_> = set
        .permissions
        .iter()
        .map(|known| (known.kind.as_str(), known.acd, known.of.as_str(), known.access.as_str()))
        .collect();
    assert_eq!(told, [("menu", None, "Disk space", "read")]);
}

#[test]
fn the_menu_and_its_windows_are_drawn_in_both_themes_and_at_both_scales() {
    let long: String = (1..60).map(|line| format!("/dev/mapper/volume-{line:<3} {line:>3} % of 931 GiB\n")).collect();
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = Screen::new(Setup { dark, scale_percent, ..Setup::default() });
            told(&mut screen);
            screen.click("Menu");
            screen.shot(&format!("menu-{word}-{scale_percent}"));
            screen.click("Disk space");
            let (text, outcome) = (long.clone(), "ended with exit status: 0".to_owned());
            let output = MenuOutput { text, cut: false, success: true, outcome };
            screen.tell(opened(program(), MenuStage::Said(output)));
            screen.harness.run_steps(4);
            screen.shot(&format!("menu-program-{word}-{scale_percent}"));
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Menu);
            screen.choose_row("Disk space");
            screen.click("Edit…");
            screen.harness.run_steps(3);
            screen.shot(&format!("menu-dialog-{word}-{scale_percent}"));
        }
    }
}
