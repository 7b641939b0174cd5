//! Shortcuts: kept from what is open, run beside it or instead of it, and what they say of steps that cannot be done.

use api::{AddShortcut, GiveShortcut, ModifyShortcut, Shortcut};
use egui_kittest::kittest::Queryable as _;
use session::{
    ChangeRequest, ChangeState, ChangeView, Command, ReportKey, ReportRequest, ReportState, ShortcutChange,
    ShortcutRun, Update, Which,
};

use super::administration::administering;
use super::canned_pages::people;
use super::harness::{Screen, Setup};
use super::world;
use crate::view::administration::PageKind;
use crate::view::shortcuts::{Act, ShortcutDraft};

fn own() -> Vec<Shortcut> {
    people::shortcuts().into_iter().filter(|known| known.owner == "m.keller").collect()
}

fn told(which: Which) -> Update {
    Update::Shortcuts { which, shortcuts: own() }
}

fn two_reports() -> Vec<ReportRequest> {
    vec![world::request("VDN Report", &[]), world::request("Split/Skill Status", &[("splits", "3")])]
}

fn screen(setup: Setup) -> Screen {
    let mut screen = Screen::new(setup);
    screen.tell(told(Which::Primary));
    let _ = screen.commands();
    screen
}

fn open_paths(screen: &Screen) -> Vec<String> {
    screen.harness.state().workspace.requests().into_iter().map(|request| request.path).collect()
}

/// Chooses an entry of a shortcut in the menu.
fn choose(screen: &mut Screen, shortcut: &str, entry: &str) {
    screen.click("Shortcuts");
    let name = screen.harness.get_by_label_contains(shortcut);
    name.click();
    screen.harness.run_steps(4);
    screen.click(entry);
}

/// The canned server answers at once, and the line goes when all is shown: this is the run as a slow server would have it.
fn run_again(screen: &mut Screen) {
    let steps = (1..).map(ReportKey).zip(own()[1].steps.clone()).collect();
    let run = ShortcutRun { name: "Morning round".to_owned(), steps, stopped: false };
    screen.harness.state_mut().workspace.run = Some(run);
    screen.harness.run_steps(2);
}

#[test]
fn steps_that_are_too_fast_for_the_user_are_slowed_down_and_said_to_be() {
    let mut screen = screen(Setup::default());
    screen.tell(Update::FastestRefresh { which: Which::Primary, secs: 30 });
    choose(&mut screen, "Morning round", "Open beside what is open");
    let requests = screen.harness.state().workspace.requests();
    let live: Vec<_> = requests.iter().filter(|request| request.refresh != session::Refresh::Once).collect();
    assert!(!live.is_empty() && live.iter().all(|request| request.refresh == session::Refresh::Secs(30)));
    let told = screen.harness.state().toasts.in_full(super::harness::now()).join("\n");
    assert!(
        told.starts_with("Morning round: ") && told.ends_with("every 30 s only, the fastest that you may have"),
        "{told}"
    );
}

/// How what is open is arranged.
fn arrangement(screen: &Screen) -> Option<String> {
    let kept = screen.harness.state().workspace.arrangement();
    assert!(kept.as_ref().is_some_and(|text| !text.contains("Split/Skill")), "the steps say which reports: {kept:?}");
    kept
}

fn changes(screen: &Screen) -> Vec<ShortcutChange> {
    let sent = screen.commands().into_iter();
    sent.filter_map(|command| match command {
        Command::Administer { change: ChangeRequest::Shortcut(change), .. } => Some(change),
        _ => None,
    })
    .collect()
}

#[test]
fn what_is_open_is_kept_under_a_name_that_is_free() {
    let mut screen = screen(Setup { administrator: false, reports: two_reports(), ..Setup::default() });
    screen.click("Shortcuts");
    screen.shot("shortcuts-menu");
    screen.click("Keep what is open as a shortcut…");
    screen.fill_in("Name, at most 20 letters", "evening");
    assert!(screen.sees_part("There is a shortcut Evening already"));
    screen.fill_in("Name, at most 20 letters", " two");
    assert!(screen.sees_part("1. VDN Report") && screen.sees_part("2. Split/Skill Status"));
    screen.shot("shortcut-keep");
    screen.click("Keep on cms-north");
    let kept = AddShortcut { name: "evening two".to_owned(), steps: two_reports(), arrangement: arrangement(&screen) };
    assert_eq!(changes(&screen), [ShortcutChange::Add(kept.clone())]);
    let change = ChangeRequest::Shortcut(ShortcutChange::Add(kept));
    let why = "step 2 (Split/Skill Status) cannot be kept: m.keller may not see ACD 1".to_owned();
    let state = ChangeState::Refused { why };
    screen.tell(Update::Administered(Some(ChangeView { number: 1, which: Which::Primary, change, state })));
    assert!(screen.sees_part("Nothing was changed. Step 2 (Split/Skill Status) cannot be kept"));
}

#[test]
fn a_shortcut_opens_beside_what_is_open_or_instead_of_it() {
    let mut screen = screen(Setup { reports: two_reports(), ..Setup::default() });
    choose(&mut screen, "Evening", "Open beside what is open");
    assert_eq!(open_paths(&screen).len(), 4);
    assert!(!screen.sees_part("Shortcut Evening"), "all is shown, so there is nothing to say");
    choose(&mut screen, "Morning round", "Open in place of what is open");
    let wanted: Vec<String> = own()[1].steps.iter().map(|step| step.path.clone()).collect();
    let mut open = open_paths(&screen);
    open.sort();
    let mut sorted = wanted.clone();
    sorted.sort();
    assert_eq!(open, sorted);
    assert_eq!(open_paths(&screen)[0], wanted[0], "the first one stands at the top left");
}

#[test]
fn a_step_that_cannot_be_done_is_named_and_the_others_go_on() {
    for (dark, scale_percent) in [(false, 100), (true, 100), (false, 200)] {
        let mut screen = screen(Setup { dark, scale_percent, ..Setup::default() });
        choose(&mut screen, "Morning round", "Open beside what is open");
        let why = "m.keller may not see ACD 1; an administrator permits it".to_owned();
        let (which, report) = (Which::Primary, ReportKey(2));
        screen.tell(Update::Feed { which, report, state: ReportState::Failed(why) });
        run_again(&mut screen);
        assert!(screen.sees("Shortcut Morning round: 2 of 3 reports shown, 1 could not be"));
        assert!(screen.sees_part("2. Split/Skill Status: m.keller may not see ACD 1"));
        screen.shot(&format!("shortcut-failed-{}-{scale_percent}", if dark { "dark" } else { "light" }));
        screen.click("Close the line of the shortcut");
        assert!(!screen.sees_part("could not be"));
        assert_eq!(open_paths(&screen).len(), 3, "its pane stays and says why");
    }
}

#[test]
fn a_running_shortcut_is_stopped_and_keeps_what_is_shown() {
    let mut screen = screen(Setup::default());
    choose(&mut screen, "Morning round", "Open beside what is open");
    for report in [ReportKey(2), ReportKey(3)] {
        let request = own()[1].steps[report.0 as usize - 1].clone();
        screen.tell(Update::Opened { report, request });
    }
    run_again(&mut screen);
    assert!(screen.sees("Shortcut Morning round: 1 of 3 reports shown; waiting for 2"));
    let _ = screen.commands();
    screen.click("Stop");
    assert_eq!(screen.commands(), [Command::Close(ReportKey(2)), Command::Close(ReportKey(3))]);
    assert!(screen.sees("Shortcut Morning round: 1 of 3 reports shown; stopped"));
    assert_eq!(open_paths(&screen).len(), 1);
}

#[test]
fn a_shortcut_is_renamed_replaced_and_deleted() {
    let mut screen = screen(Setup { administrator: false, reports: two_reports(), ..Setup::default() });
    choose(&mut screen, "Evening", "Replace by what is open…");
    screen.click("Replace on cms-north");
    let steps = Some(two_reports());
    let arrangement = arrangement(&screen);
    let replaced = ModifyShortcut { name: "Evening".to_owned(), steps, arrangement, ..ModifyShortcut::default() };
    assert_eq!(changes(&screen), [ShortcutChange::Modify(replaced)]);
    screen.escape();
    choose(&mut screen, "Evening", "Delete…");
    screen.click("Delete on cms-north");
    assert_eq!(changes(&screen), [ShortcutChange::Delete { owner: None, name: "Evening".to_owned() }]);
    let model = &screen.harness.state().model;
    let draft = ShortcutDraft::of(model, Act::Rename, &own()[0], Default::default());
    let renamed = |name: &str| ShortcutDraft { name: name.to_owned(), ..draft.clone() }.change();
    assert!(renamed("Evening").is_err_and(|why| why.contains("already")));
    assert!(renamed("morning round").is_err_and(|why| why.contains("There is a shortcut Morning round")));
    assert!(renamed("a name that is too long").is_err_and(|why| why.contains("1 to 20 letters")));
    let rename = Some("EVENING".to_owned());
    let modify = ModifyShortcut { name: "Evening".to_owned(), rename, ..ModifyShortcut::default() };
    assert_eq!(renamed("EVENING"), Ok(ChangeRequest::Shortcut(ShortcutChange::Modify(modify))));
    let nothing_open = ShortcutDraft::of(model, Act::Replace, &own()[0], Default::default()).change();
    assert!(nothing_open.is_err_and(|why| why.contains("at least one step")));
}

#[test]
fn an_administrator_gives_a_copy_of_anybodys_and_deletes_it() {
    let mut screen = administering(Setup::default());
    screen.open_page(PageKind::Shortcuts);
    assert!(screen.sees_part("Late shift"));
    let row = screen.harness.get_all_by_label_contains("Late shift").next().expect("a row");
    row.click();
    screen.harness.run_steps(3);
    assert!(screen.sees_part("1. Agent Report"));
    screen.shot("administration-Shortcuts-chosen");
    let _ = screen.commands();
    screen.click("Give a copy…");
    screen.fill_in("User ID of who gets a copy", "bob");
    screen.click("Give on cms-north");
    let (owner, name) = (Some("ann".to_owned()), "Late shift".to_owned());
    let give = GiveShortcut { owner: owner.clone(), name: name.clone(), to: "bob".to_owned(), rename: None };
    assert_eq!(changes(&screen), [ShortcutChange::Give(give)]);
    screen.escape();
    screen.click("Delete…");
    screen.click("Delete on cms-north");
    assert_eq!(changes(&screen), [ShortcutChange::Delete { owner, name }]);
}

/// It is in the list with the reason, it cannot be opened, and it goes only if its user says so.
#[test]
fn a_shortcut_that_the_server_does_not_understand_is_told_with_the_reason() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = screen(Setup { dark, scale_percent, ..Setup::default() });
            let mut shortcuts = own();
            let why = "step 1 is not understood by version 0.1.0: \"Wallboard\" lacks its ACD or its refresh. It stays as it is: \
                       upgrade this server to open it, or give it other steps";
            shortcuts[0].steps.clear();
            shortcuts[0].unreadable =
                Some(api::UnreadableSteps { kept: vec!["Wallboard".to_owned()], why: why.to_owned() });
            let known = shortcuts.clone();
            screen.tell(Update::Shortcuts { which: Which::Primary, shortcuts });
            screen.click("Shortcuts");
            screen.harness.get_by_label_contains("Evening").click();
            screen.harness.run_steps(4);
            assert!(screen.sees_part("It cannot be opened: step 1 is not understood") && screen.sees("Delete…"));
            assert!(!screen.sees("Open beside what is open"));
            screen.shot(&format!("shortcut-unreadable-{word}-{scale_percent}"));
            let rows = crate::view::administration::shortcuts::rows(&screen.harness.state().model, &known, "", None);
            assert_eq!((&*rows[0].texts[2], &*rows[0].texts[3]), ("1", "cannot be read by this version"));
        }
    }
}
