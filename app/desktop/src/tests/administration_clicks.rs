//! The pages of administration clicked and typed into, what each change asks of the server, and all of them drawn.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use model::IntervalMinutes;
use session::{ChangeRequest, ChangeState, ChangeView, Command, Page, PageData, Update, Which};

use super::administration::administering;
use super::canned_pages;
use super::harness::{Screen, Setup, now};
use super::world::{self, ACD};
use crate::view::administration::PageKind;

impl Screen {
    /// Puts a text in the place of what a field has.
    pub(super) fn retype(&mut self, field: &str, text: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::TextInput && node.label().as_deref() == Some(field)
        };
        self.harness.get_by(is).focus();
        self.harness.run_steps(1);
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.harness.run_steps(1);
        self.harness.get_by(is).type_text(text);
        self.harness.run_steps(2);
    }

    /// Shows a page, also one that the list has to be scrolled for.
    pub(super) fn open_page(&mut self, kind: PageKind) {
        self.harness.state_mut().administration.show(kind);
        self.harness.run_steps(3);
    }

    /// Types into a field that hides it.
    pub(super) fn type_secret(&mut self, field: &str, text: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::PasswordInput && node.label().as_deref() == Some(field)
        };
        self.harness.get_by(is).focus();
        self.harness.run_steps(1);
        self.harness.get_by(is).type_text(text);
        self.harness.run_steps(3);
    }

    pub(super) fn is_disabled(&self, button: &str) -> bool {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::Button && node.label().as_deref() == Some(button)
        };
        self.harness.get_by(is).accesskit_node().is_disabled()
    }

    /// Clicks the row that a screen reader says with this in it.
    pub(super) fn choose_row(&mut self, part: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::Row && node.label().is_some_and(|label| label.contains(part))
        };
        self.harness.get_by(is).click();
        self.harness.run_steps(3);
    }

    fn chosen_row(&self) -> Option<String> {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::Row && node.toggled() == Some(egui::accesskit::Toggled::True)
        };
        self.harness.query_all_by(is).next().and_then(|node| node.accesskit_node().label())
    }

    /// Opens a choice and takes one of its texts.
    pub(super) fn choose(&mut self, label: &str, text: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::ComboBox && node.label().as_deref() == Some(label)
        };
        self.harness.get_by(is).click();
        self.harness.run_steps(3);
        self.click(text);
    }

    fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run_steps(3);
    }

    /// The server's answer to the last change.
    pub(super) fn answer(&mut self, number: u64, change: &ChangeRequest, state: ChangeState) {
        let view = ChangeView { number, which: Which::Primary, change: change.clone(), state };
        self.tell(Update::Administered(Some(view)));
        self.harness.run_steps(2);
    }

    /// The one change that was asked for.
    pub(super) fn change(&self) -> ChangeRequest {
        let sent = self.commands();
        let changes = sent.iter().filter_map(|command| match command {
            Command::Administer { which: Which::Primary, change } => Some(change.clone()),
            _ => None,
        });
        match changes.collect::<Vec<_>>().as_slice() {
            [change] => change.clone(),
            other => panic!("one change on the primary, not {other:?} of {sent:?}"),
        }
    }
}

pub(super) fn page(kind: PageKind) -> Screen {
    let mut screen = administering(Setup::default());
    screen.click(kind.title());
    let _ = screen.commands();
    screen
}

fn collecting(screen: &mut Screen, on: bool) {
    let mut health = world::health(Which::Primary, api::LinkState::Up);
    health.acds[0].collecting = on;
    screen.tell(Update::Health { which: Which::Primary, health, took: Default::default(), at: now() });
    screen.harness.run_steps(2);
}

#[test]
fn rows_are_chosen_by_the_arrow_keys_and_opened_by_enter() {
    let mut screen = page(PageKind::Profiles);
    let table = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::Table && node.label().as_deref() == Some("Call profiles")
    };
    screen.harness.get_by(table).focus();
    screen.harness.run_steps(2);
    assert_eq!(screen.chosen_row(), None);
    let number = |screen: &Screen| {
        let row = screen.chosen_row().expect("a row is chosen");
        row.split(',').next().unwrap_or_default().to_owned()
    };
    screen.press(Key::ArrowDown);
    assert_eq!(number(&screen), "Number 1", "the first, from nothing");
    screen.press(Key::ArrowDown);
    screen.press(Key::ArrowDown);
    assert_eq!(number(&screen), "Number 3");
    screen.press(Key::ArrowUp);
    assert_eq!(number(&screen), "Number 2");
    screen.press(Key::End);
    assert_eq!(number(&screen), "Number 40", "the last");
    screen.press(Key::ArrowDown);
    assert_eq!(number(&screen), "Number 40", "there is none below it");
    screen.press(Key::Home);
    screen.press(Key::ArrowUp);
    assert_eq!(number(&screen), "Number 1", "nor above the first");
    assert!(screen.harness.get_by(table).accesskit_node().is_focused(), "the keys stay with the table");
    screen.press(Key::Enter);
    assert!(screen.sees("Call profile of split/skill 1 Sales"), "Enter opens it");
    assert_eq!(screen.commands(), [], "nothing was changed yet");
}

/// A double click does what Enter does, and each what the first button below the table does.
#[test]
fn lines_of_every_table_with_a_dialog_are_opened_by_enter() {
    for (kind, row, title) in [
        (PageKind::Archiving, "ACD 1 Berlin, Level Days", "Sum up on cms-north"),
        (PageKind::Menu, "Roster", "Save on cms-north"),
        (PageKind::Timetables, "nightly", "Save on cms-north"),
        (PageKind::Shortcuts, "Morning round", "Give on cms-north"),
    ] {
        let mut screen = administering(Setup::default());
        screen.open_page(kind);
        screen.choose_row(row);
        assert!(!screen.sees(title), "{}: nothing is open yet", kind.title());
        screen.press(Key::Enter);
        assert!(screen.sees(title), "{}", kind.title());
    }
}

#[test]
fn the_dialog_stays_open_after_a_refusal_and_goes_when_the_server_has_taken_it() {
    let mut screen = page(PageKind::Profiles);
    screen.choose_row("Billing");
    screen.click("Edit…");
    screen.retype("Acceptable service level in seconds, as in the switch", "25");
    screen.click("Save on cms-north");
    let change = screen.change();
    let ChangeRequest::Profile(set) = &change else { panic!("{change:?}") };
    assert_eq!(set.profile.service_level_secs, 25);
    screen.answer(1, &change, ChangeState::Running);
    assert!(screen.is_disabled("Save on cms-north"), "not twice");
    let why = "ACD 1 is still recovering its state; try again in a moment".to_owned();
    screen.answer(1, &change, ChangeState::Refused { why });
    assert!(screen.sees_part("Nothing was changed. ACD 1 is still recovering"));
    screen.shot("dialog-refused");
    assert!(!screen.is_disabled("Save on cms-north"), "what was typed is kept, and can be tried again");
    screen.click("Save on cms-north");
    assert_eq!(screen.change(), change);
    screen.answer(2, &change, ChangeState::Unknown { why: "timed out".to_owned() });
    assert!(screen.sees_part("No answer came: timed out"));
    screen.click("Save on cms-north");
    assert_eq!(screen.change(), change);
    let text = "the call profile of split/skill 3 is in force".to_owned();
    screen.answer(3, &change, ChangeState::Done { changed: true, text });
    assert!(!screen.sees("Save on cms-north"), "it is closed");
    assert!(screen.sees_part("cms-north: the call profile of split/skill 3 is in force"), "the server's own words");
}

#[test]
fn a_call_profile_is_removed_after_a_question_where_there_is_one() {
    let mut screen = page(PageKind::Profiles);
    assert!(screen.is_disabled("Remove…"), "nothing is chosen");
    screen.choose_row("Claims");
    assert!(screen.is_disabled("Remove…"), "it has none");
    screen.choose_row("Billing");
    screen.click("Remove…");
    assert!(screen.sees("Remove the call profile of split/skill 3 Billing?"));
    assert!(screen.sees_part("no data are lost"));
    screen.click("Remove on cms-north");
    let change = screen.change();
    let ChangeRequest::RemoveProfile(remove) = &change else { panic!("{change:?}") };
    assert_eq!((remove.of, remove.number.as_str()), (api::Profiled::Split, "3"));
}

#[test]
fn an_earlier_change_does_not_close_a_dialog_that_was_opened_after_it() {
    let mut screen = page(PageKind::Traces);
    screen.choose_row("Carla Jensen");
    screen.click("Turn trace off");
    let change = screen.change();
    screen.click("New…");
    let text = "agent 4003 is no longer traced; what was recorded stays".to_owned();
    screen.answer(1, &change, ChangeState::Done { changed: true, text });
    assert!(screen.sees("Turn on at cms-north"), "it waits for its own change");
    screen.retype("Login ID of the agent", "4009");
    screen.press(Key::Enter);
    assert!(matches!(screen.change(), ChangeRequest::Trace(set) if set.on && set.agent.as_str() == "4009"));
}

#[test]
fn summing_up_again_asks_for_the_dates_that_are_out_of_date() {
    let mut screen = page(PageKind::Archiving);
    assert!(screen.sees_part("3 summaries are out of date"));
    assert!(screen.is_disabled("Sum up again…"), "nothing is chosen");
    screen.choose_row("ACD 1 Berlin, Level Intervals");
    assert!(screen.is_disabled("Sum up again…"), "intervals are not summed up");
    screen.choose_row("ACD 1 Berlin, Level Days");
    assert!(screen.sees_part("2026-11-19, 2026-11-20"), "which days they are");
    screen.click("Sum up again…");
    screen.shot("dialog-sum-up");
    screen.retype("Last day", "2026-11-18");
    assert!(screen.sees_part("is before the first day") && screen.is_disabled("Sum up on cms-north"));
    screen.retype("Last day", "2026-11-20");
    screen.click("Sum up on cms-north");
    let change = screen.change();
    let ChangeRequest::Summarize(asked) = &change else { panic!("{change:?}") };
    assert_eq!((asked.from.as_str(), asked.to.as_str(), asked.acd), ("2026-11-19", "2026-11-20", Some(ACD)));
    screen.answer(1, &change, ChangeState::Running);
    assert!(screen.sees_part("Asking cms-north to make the daily summaries of ACD 1 again"));
    let text = "2 of 2 periods were summed up again, 24 rows".to_owned();
    screen.answer(1, &change, ChangeState::Done { changed: true, text });
    assert!(screen.sees_part("cms-north: 2 of 2 periods were summed up again"));
}

#[test]
fn storage_is_edited_only_while_collection_is_off_and_says_so_before() {
    let mut screen = page(PageKind::Storage);
    assert!(screen.sees_part("turn data collection of ACD 1 Berlin off first"));
    screen.choose_row("Element Splits/skills");
    assert!(screen.is_disabled("Edit…"));
    screen.harness.get_by_label("60 min").click();
    screen.harness.run_steps(3);
    assert!(!screen.sees_part("Set the storage interval"), "nothing is asked that will be refused");
    screen.click("Edit times…");
    assert!(screen.is_disabled("Save on cms-north"), "nothing differs yet");
    screen.click("Sum up again by itself what is out of date");
    screen.click("Save on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::Summarizing(set) if set.rerun == Some(true)), "always allowed");
    screen.click("Cancel");
    collecting(&mut screen, false);
    assert!(!screen.sees_part("off first"));
    screen.click("Edit…");
    screen.shot("dialog-allocation");
    screen.retype("Days of interval rows, 0 to 370", "30");
    assert!(screen.sees_part("What is older is removed at once") && screen.is_disabled("Save on cms-north"));
    screen.click("Remove what is older at once and for good");
    screen.shot("dialog-allocation-less");
    screen.click("Save on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::Storage(set) if set.intrahour_days == Some(30)));
    screen.click("Cancel");
    screen.harness.get_by_label("60 min").click();
    screen.harness.run_steps(3);
    screen.click("Set it on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::Interval(set) if set.minutes == IntervalMinutes::Hour));
}

#[test]
fn event_tables_and_free_space_are_shown() {
    let mut screen = page(PageKind::Storage);
    collecting(&mut screen, false);
    screen.click("Event tables");
    screen.choose_row("Table call_rec");
    screen.click("Edit…");
    screen.retype("Records that are kept, up to 100,000,000; a tenth more before the oldest go", "6000000");
    screen.click("Save on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::Storage(set) if set.records == Some(6_000_000)));
    screen.click("Cancel");
    screen.click("Free space");
    assert!(screen.sees("182 GB") && screen.sees_part("the disk lasts 4,439 days"));
    screen.shot("storage-space");
    collecting(&mut screen, true);
    screen.click("Show data collection");
    assert!(screen.sees("Turn off data collection of ACD 1 Berlin"), "the way to the step that comes first");
}

#[test]
fn a_rule_is_made_for_several_things_edited_and_turned_off() {
    let mut screen = page(PageKind::Exceptions);
    screen.click("New…");
    screen.choose("Exception", "time-in-queue");
    assert!(screen.sees_part("waiting, ringing included, as long as the time limit"), "what it means");
    screen.retype("Numbers or names of splits/skills", "1, 7-9, billing");
    screen.retype("Time limit in seconds", "45");
    screen.shot("dialog-exception");
    screen.click("Save on cms-north");
    let ChangeRequest::Exception(set) = screen.change() else { panic!("an exception") };
    assert_eq!((set.of.as_str(), set.numbers.join(" ").as_str()), ("split", "1 7 8 9 3"), "a name is its number");
    assert_eq!((set.exception.as_str(), set.limit_secs, set.on), ("time-in-queue", Some(45), true));
    screen.click("Cancel");
    screen.choose_row("calls-waiting");
    screen.click("Turn off");
    assert!(matches!(screen.change(), ChangeRequest::Exception(set) if !set.on && set.exception == "calls-waiting"));
    screen.choose_row("answer-speed");
    screen.click("Edit…");
    screen.click("Checked");
    screen.click("Save on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::Exception(set) if set.on && set.limit_secs == Some(45)));
}

/// Whoever goes from page to page finds them where they were, and where they stay when the first line comes.
#[test]
fn buttons_of_pages_are_at_one_height_also_of_one_whose_list_is_empty() {
    let pages = [
        (PageKind::Profiles, "Search number or name"),
        (PageKind::Exceptions, "Search the rules"),
        (PageKind::Traces, "Search number or name"),
        (PageKind::Dictionary, "Search the Dictionary"),
        (PageKind::Menu, "Search the main menu"),
        (PageKind::Users, "Search the users"),
    ];
    let mut tops = Vec::new();
    for (kind, search) in pages {
        let mut screen = page(kind);
        tops.push((kind, screen.place("New…").top().round()));
        screen.retype(search, "zzzz");
        screen.harness.run_steps(2);
        tops.push((kind, screen.place("New…").top().round()));
    }
    assert!(tops.iter().all(|(_, top)| (top - tops[0].1).abs() <= 1.0), "{tops:?}");
}

/// Who looks at reports is told, too.
#[test]
fn exceptions_are_counted_in_the_top_bar_and_the_newest_is_told() {
    let mut screen = Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() });
    let PageData::Exceptions(known) = canned_pages::data(Which::Primary, &Page::Exceptions(ACD)) else {
        unreachable!()
    };
    let mut told = session::ExceptionsTold::default();
    let tell = |screen: &mut Screen, told: &session::ExceptionsTold| {
        screen.tell(Update::Exceptions { which: Which::Primary, acd: ACD, told: Some(Box::new(told.clone())) });
    };
    let in_full = |screen: &Screen| -> Vec<String> {
        screen.harness.state().toasts.in_full(now()).into_iter().map(str::to_owned).collect()
    };
    told.follow(api::ExceptionLog { counted: 0, exceptions: known.log.exceptions[..2].to_vec(), ..known.log.clone() });
    tell(&mut screen, &told);
    assert!(!screen.sees_part("since the running interval began"), "a quiet bar while there is nothing");
    for (counted, at) in [(1, 2), (2, 3)] {
        let exceptions = known.log.exceptions[at..=at].to_vec();
        told.follow(api::ExceptionLog { counted, exceptions, ..known.log.clone() });
        tell(&mut screen, &told);
    }
    let newest = "Exception calls-waiting of split/skill 3 Billing: 11, where 10 is allowed. 1 other just before it: the \
                  counter at the top opens their log";
    assert_eq!(in_full(&screen), [newest], "one at a time, and what it took the place of");
    screen.shot("exceptions-told");
    screen.click("2 exceptions since the running interval began: show the log");
    assert!(screen.sees_part("4 exceptions in the running interval") && screen.sees_part("Carrier A"), "the log");
    tell(&mut screen, &told);
    assert_eq!(in_full(&screen).len(), 1, "the same is not told twice");
}

/// Off by default, and never while the window is in front, where it is seen anyway.
#[test]
fn an_exception_asks_for_attention_only_where_that_was_chosen() {
    let mut screen = Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() });
    let PageData::Exceptions(known) = canned_pages::data(Which::Primary, &Page::Exceptions(ACD)) else {
        unreachable!()
    };
    let mut told = session::ExceptionsTold::default();
    let mut next = |counted: u32, at: usize| {
        let exceptions = known.log.exceptions[at..=at].to_vec();
        told.follow(api::ExceptionLog { counted, exceptions, ..known.log.clone() });
        Update::Exceptions { which: Which::Primary, acd: ACD, told: Some(Box::new(told.clone())) }
    };
    let quiet = next(0, 0);
    screen.harness.input_mut().focused = false;
    assert!(!screen.asks_for_attention(quiet));
    let first = next(1, 1);
    assert!(!screen.asks_for_attention(first), "nobody chose it");
    screen.click("Settings…");
    screen.click("Ask for attention while another window is in front");
    screen.shot("settings-attention");
    assert!(screen.harness.state().settings.attention);
    let second = next(2, 2);
    assert!(screen.asks_for_attention(second.clone()));
    assert!(!screen.asks_for_attention(second), "the same is not told twice");
    screen.harness.input_mut().focused = true;
    let third = next(3, 3);
    assert!(!screen.asks_for_attention(third));
}

#[test]
fn the_log_grows_while_it_is_looked_at() {
    let mut screen = page(PageKind::Exceptions);
    screen.click("Log");
    assert!(screen.sees_part("4 exceptions in the running interval") && screen.sees_part("Carrier A"));
    screen.shot("exceptions-log");
    let of = Page::Exceptions(ACD);
    let PageData::Exceptions(mut told) = canned_pages::data(Which::Primary, &of) else { unreachable!() };
    let newest = told.log.exceptions.last().expect("there are some").clone();
    told.log.exceptions.push(api::LoggedException { element: "20".to_owned(), number: 6, ..newest });
    told.log.counted = 5;
    let result = Ok(std::sync::Arc::new(PageData::Exceptions(told)));
    screen.tell(Update::Page { which: Which::Primary, page: of, result, at: now() });
    screen.harness.run_steps(2);
    assert!(screen.sees_part("5 exceptions in the running interval") && screen.sees_part("Branches"));
    screen.click("This server");
    assert!(screen.sees_part("What troubled cms-north itself") && screen.sees_part("Log-on refused"));
    screen.shot("exceptions-server");
}

#[test]
fn what_was_traced_opens_as_a_report() {
    let mut screen = page(PageKind::Traces);
    screen.choose_row("Quinn Taylor");
    screen.click("Agent Trace report");
    let request = screen.opened().into_iter().next().expect("the report is opened");
    assert_eq!(request.path, "Historical/Agent/Agent Trace");
    assert!(request.inputs.values().any(|typed| typed == "4017"), "{:?}", request.inputs);
    assert!(screen.sees("Inputs of Agent Trace…"), "and shown");
}

#[test]
fn call_history_is_turned_off_after_asking_and_on_at_the_secondary_with_a_warning() {
    let mut screen = page(PageKind::HistoryInterface);
    screen.click("Turn off…");
    assert!(screen.sees_part("still handed over") && screen.commands().is_empty());
    screen.click("Turn off on cms-north");
    assert!(matches!(screen.change(), ChangeRequest::History(set) if !set.on));
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("usually does not send, so that nothing is sent twice"));
    screen.shot("history-secondary");
    screen.click("Turn on…");
    assert!(screen.sees_part("the receiver gets everything twice"));
    screen.shot("dialog-history");
    screen.retype("Go on behind record number (SEQNUM); empty for the last one so far", "4711");
    let _ = screen.commands();
    screen.click("Turn on at cms-south");
    let sent = screen.commands();
    let [Command::Administer { which: Which::Secondary, change: ChangeRequest::History(set) }] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((set.on, set.after), (true, Some(4_711)));
}

#[test]
fn a_change_is_read_in_full_only_while_it_is_in_sight() {
    const NONE: &str = "Choose a change to read all of it";
    let mut screen = page(PageKind::Changes);
    screen.choose_row("call profile of VDN 2040");
    assert!(screen.sees_part("call profile of VDN 2040, by cms at") && !screen.sees(NONE));
    screen.retype("Search the changes", "interval");
    assert!(screen.sees(NONE) && !screen.sees_part("VDN 2040, by cms"));
    screen.retype("Search the changes", "2040");
    assert!(screen.sees_part("call profile of VDN 2040, by cms at"));
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(2);
    assert!(screen.sees(NONE), "the other server has a record of its own");
}

#[test]
fn pages_say_when_they_wait_when_they_are_refused_and_when_there_is_nothing() {
    for kind in PageKind::all() {
        // What is asked of both servers has a page of its own.
        let Some(page) = kind.page(Some(ACD)) else { continue };
        let mut screen = administering(Setup::default());
        screen.click(kind.title());
        // Void after a switch-over, until the other server has told it.
        let which = Which::Secondary;
        screen.canned.pages.borrow_mut().show(None, now());
        screen.tell(Update::SignedIn { which, administrator: true });
        screen.tell(Update::Serving(Some(which)));
        screen.harness.run_steps(2);
        assert!(screen.sees("Asking the server…"), "{}", kind.title());
        let result = Err("the archive of ACD 1 cannot be read: the disk is gone".to_owned());
        screen.tell(Update::Page { which, page, result, at: now() });
        screen.harness.run_steps(2);
        assert!(screen.sees("There is nothing to show") && screen.sees_part("the disk is gone"), "{}", kind.title());
    }
    let mut screen = page(PageKind::Exceptions);
    screen.click("Vectors");
    assert!(screen.sees_part("Nothing is watched here yet"));
    screen.click("Agent trace");
    let result = Ok(std::sync::Arc::new(PageData::Traces(Vec::new())));
    screen.tell(Update::Page { which: Which::Primary, page: Page::Traces(ACD), result, at: now() });
    screen.harness.run_steps(2);
    assert!(screen.sees_part("Nobody is traced") && screen.is_disabled("Agent Trace report"));
}

#[test]
fn every_page_can_be_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            for kind in PageKind::all() {
                screen.open_page(kind);
                screen.shot(&format!("administration-{}-{word}-{scale_percent}", kind.title()));
            }
        }
    }
}
