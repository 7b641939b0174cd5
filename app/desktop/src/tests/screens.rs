//! The screens, clicked and read as a person with a screen reader would; and drawn.

use egui_kittest::kittest::{NodeT as _, Queryable as _};
use session::{
    Certificate, Command, CopyState, NoticeLevel, Profile, Refresh, ReportKey, ReportRequest, Update, Which,
};

use super::harness::{Screen, Setup, now};
use super::world;

fn four_reports() -> Vec<ReportRequest> {
    vec![
        world::request("Split/Skill Report", &[]),
        world::request("Split/Skill Status", &[("splits", "3")]),
        world::request("Agent Report", &[]),
        world::request("VDN Report", &[]),
    ]
}

fn one_report(name: &str) -> Screen {
    Screen::new(Setup { reports: vec![world::request(name, &[])], ..Setup::default() })
}

impl Screen {
    pub(super) fn click(&mut self, label: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() != egui::Role::Label && node.label().as_deref() == Some(label)
        };
        self.harness.get_by(is).click();
        self.harness.run_steps(3);
    }

    pub(super) fn fill_in(&mut self, field: &str, text: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() != egui::Role::Label && node.label().as_deref() == Some(field)
        };
        self.harness.get_by(is).focus();
        self.harness.run_steps(1);
        self.harness.get_by(is).type_text(text);
        self.harness.run_steps(2);
    }

    pub(super) fn sees(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).next().is_some()
    }

    pub(super) fn sees_part(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    pub(super) fn escape(&mut self) {
        self.harness.key_press(egui::Key::Escape);
        self.harness.run_steps(3);
    }

    pub(super) fn primary_dies(&mut self) {
        let why = "connection refused".to_owned();
        self.tell(Update::Unhealthy { which: Which::Primary, why, at: now() });
    }
}

#[test]
fn a_password_signs_in_to_the_primary() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    assert!(screen.sees("Primary cms-north"));
    let _ = screen.commands();
    screen.fill_in("Password of m.keller", "secret");
    screen.click("Sign in");
    let sent = Command::SignIn { which: Which::Primary, password: "secret".to_owned() };
    assert!(screen.commands().contains(&sent));
}

#[test]
fn the_first_start_says_what_to_do() {
    let mut screen = Screen::new(Setup { profile: false, ..Setup::default() });
    screen.shot("first-start");
    screen.click("Make a profile…");
    screen.fill_in("Profile name", "Night");
    screen.fill_in("User name", "ada");
    screen.fill_in("Address of the primary server", "cms1:8443");
    screen.click("Save");
    let connected = screen.commands().into_iter().find_map(|command| match command {
        Command::Connect(profile) => Some(profile),
        _ => None,
    });
    assert_eq!(connected.expect("a profile to connect with").primary.url, "https://cms1:8443");
}

#[test]
fn addresses_that_are_the_other_way_round_are_exchanged_at_sign_in() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    for (which, role) in [(Which::Primary, api::Role::Secondary), (Which::Secondary, api::Role::Primary)] {
        let health = api::Health { role, ..world::health(which, api::LinkState::Up) };
        screen.tell(Update::Health { which, health, took: std::time::Duration::ZERO, at: now() });
    }
    let _ = screen.commands();
    screen.click("Exchange the two addresses");
    let exchanged = world::profile().exchanged().expect("the profile has two servers");
    assert!(screen.commands().contains(&Command::Connect(exchanged)));
}

#[test]
fn an_empty_workspace_and_notices_say_what_to_do() {
    let mut screen = Screen::new(Setup::default());
    assert!(screen.sees("No report is open"));
    for (level, text) in [
        (
            NoticeLevel::Problem,
            "cms-north has no room left on its disk: intervals are kept in the journal until there is",
        ),
        (NoticeLevel::Info, "Signed in to cms-south"),
    ] {
        screen.tell(Update::Notice { which: None, level, text: text.to_owned(), lasting: None, at: now() });
    }
    assert!(screen.sees_part("no room left"));
    screen.shot("empty-light");
    screen.click("1 notice to read");
    screen.shot("notices-list");
    screen.harness.get_all_by_label("Close the notice").next().expect("a problem stays").click();
    screen.harness.run_steps(2);
    assert!(!screen.sees_part("no room left"));
}

/// The question about the second server comes where the first one was: a double click there must not answer it unseen.
#[test]
fn certificates_are_trusted_one_at_a_time_and_never_by_a_double_click() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    let fingerprint = |which| if which == Which::Primary { "ab12".repeat(16) } else { "cd34".repeat(16) };
    for which in Which::BOTH {
        let certificate = Certificate::Unknown { fingerprint: fingerprint(which) };
        screen.tell(Update::Certificate { which, certificate });
    }
    screen.harness.run_steps(2);
    assert!(screen.sees_part("AB12 AB12 AB12") && !screen.sees_part("CD34 CD34"), "the primary first, alone");
    assert!(screen.is_disabled("It is the same: trust the primary server"), "nothing was compared yet");
    screen.click("I have compared the fingerprint of the primary server");
    let _ = screen.commands();
    screen.click("It is the same: trust the primary server");
    let trusted = |which| Command::TrustCertificate { which, fingerprint: fingerprint(which) };
    assert_eq!(screen.commands(), [trusted(Which::Primary)]);
    screen.tell(Update::Certificate { which: Which::Primary, certificate: Certificate::Trusted });
    screen.harness.run_steps(2);
    assert!(screen.sees_part("CD34 CD34 CD34") && screen.is_disabled("It is the same: trust the secondary server"));
    screen.click("It is the same: trust the secondary server");
    assert_eq!(screen.commands(), [], "the second click of a double click trusts nothing");
    screen.click("I have compared the fingerprint of the secondary server");
    screen.click("It is the same: trust the secondary server");
    assert_eq!(screen.commands(), [trusted(Which::Secondary)]);
    screen.harness.run_steps(2);
    let password = format!("Password of {}", world::profile().user);
    let is_password = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() != egui::Role::Label && node.label().as_deref() == Some(&password)
    };
    assert!(screen.harness.get_by(is_password).is_focused(), "it comes next");
    for certificate in [Certificate::Untested, Certificate::Trusted] {
        screen.tell(Update::Certificate { which: Which::Secondary, certificate });
        screen.harness.run_steps(2);
        assert!(screen.harness.get_by(is_password).is_focused(), "also once the question is gone");
    }
}

/// Nothing is sent to a server that is not trusted yet, and what it was refused for is not told any more once it is.
#[test]
fn no_password_goes_to_a_server_that_is_not_trusted() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    let which = Which::Primary;
    screen.tell(Update::Certificate { which, certificate: Certificate::Unknown { fingerprint: "ab12".repeat(16) } });
    screen.tell(Update::SignInFailed { which, why: "its certificate is not trusted yet".to_owned() });
    screen.harness.run_steps(2);
    screen.fill_in("Password of m.keller", "secret");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(2);
    assert!(screen.is_disabled("Sign in") && screen.sees_part("not trusted yet"));
    assert!(!screen.commands().iter().any(|command| matches!(command, Command::SignIn { .. })));
    screen.tell(Update::Certificate { which, certificate: Certificate::Trusted });
    screen.harness.run_steps(2);
    assert!(!screen.sees_part("not trusted yet") && !screen.is_disabled("Sign in"));
}

#[test]
fn an_unknown_certificate_is_asked_about_and_a_changed_one_is_refused() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    let which = Which::Primary;
    let fingerprint = "ab12".repeat(16);
    screen.tell(Update::Certificate { which, certificate: Certificate::Unknown { fingerprint: fingerprint.clone() } });
    assert!(screen.sees_part("AB12 AB12 AB12"));
    screen.shot("sign-in-trust");
    let _ = screen.commands();
    screen.click("I have compared the fingerprint of the primary server");
    screen.click("It is the same: trust the primary server");
    assert!(screen.commands().contains(&Command::TrustCertificate { which, fingerprint: fingerprint.clone() }));
    let certificate = Certificate::Changed { expected: fingerprint, found: "cd34".repeat(16) };
    screen.tell(Update::Certificate { which, certificate });
    assert!(screen.sees_part("REFUSED"));
    assert!(!screen.sees_part("It is the same"), "a changed certificate cannot be trusted with a click");
    screen.shot("sign-in-refused");
}

#[test]
fn what_the_sign_in_screen_says_begins_with_a_capital() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    screen.tell(Update::Certificate { which: Which::Primary, certificate: Certificate::Trusted });
    let why = "the user name or the password is wrong; cms-north has passwords of its own".to_owned();
    screen.tell(Update::SignInFailed { which: Which::Primary, why });
    assert!(screen.sees_part("The user name or the password is wrong; cms-north"));
}

#[test]
fn what_the_password_dialog_says_begins_with_a_capital() {
    let mut screen = Screen::new(Setup::default());
    let why = "the user name or the password is wrong".to_owned();
    screen.tell(Update::NeedsPassword { which: Which::Secondary, why });
    assert!(screen.sees("The user name or the password is wrong"));
}

#[test]
fn a_profile_is_made_and_a_bad_address_is_named() {
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    screen.click("New profile…");
    for (field, text) in [("Profile name", "Night"), ("User name", "ada"), ("Address of the primary server", "a b")] {
        screen.fill_in(field, text);
    }
    screen.click("Save");
    assert!(screen.sees_part("is no server address"));
    screen.shot("profile-editor");
}

#[test]
fn the_list_is_used_with_the_keyboard_and_asked_for_again() {
    let mut screen = one_report("VDN Report");
    screen.click("Split/Skill Status");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(screen.sees("Cancel"), "Enter opens what was clicked");
    screen.escape();
    let _ = screen.commands();
    screen.click("Designer");
    assert_eq!(screen.commands(), [Command::LoadLibrary], "colleagues save reports meanwhile");
    assert!(screen.is_disabled("Open"), "what is chosen on another tab is not meant");
    screen.click("Ask for the report list again");
    assert_eq!(screen.commands(), [Command::LoadLibrary]);
}

#[test]
fn a_report_is_opened_from_the_list_with_its_inputs() {
    let mut screen = one_report("VDN Report");
    screen.click("Split/Skill Status");
    screen.click("Open");
    screen.click("Splits/skills list");
    screen.click("5  Technical support");
    screen.click("1  Sales");
    screen.shot("inputs-light");
    let _ = screen.commands();
    let open = screen.harness.get_all_by_label("Open").last().expect("the dialog's button");
    open.click();
    screen.harness.run_steps(3);
    let inputs = screen.opened().into_iter().next().expect("a report is opened").inputs;
    assert_eq!(inputs.get("splits").map(String::as_str), Some("5;1"));
    assert!(screen.sees("Inputs of Split/Skill Status…"));
}

#[test]
fn a_report_is_shown_as_it_happens_if_so_chosen() {
    let mut screen = one_report("VDN Report");
    screen.click("Inputs of VDN Report…");
    assert!(screen.sees("Seconds between two refreshes (1 to 600)"));
    screen.click("As it happens");
    assert!(screen.sees_part("at most five a second"));
    assert!(!screen.sees("Seconds between two refreshes (1 to 600)"));
    screen.shot("as-it-happens-light");
    let _ = screen.commands();
    screen.click("Show");
    let request = screen.commands().into_iter().find_map(|command| match command {
        Command::Change { request, .. } => Some(request),
        _ => None,
    });
    assert_eq!(request.expect("the pane asks anew").refresh, Refresh::AsItHappens);
}

#[test]
fn a_designer_reports_inputs_are_asked_from_the_server() {
    let mut screen = one_report("VDN Report");
    let path = "Real-time/Designer/My morning round".to_owned();
    screen.click("My morning round");
    screen.click("Open");
    assert!(screen.commands().contains(&Command::LoadDefinition { path: path.clone() }));
    assert!(screen.sees_part("Asking the server"));
    let definition = report::find_built_in("Agent Report").expect("a built-in report").clone();
    screen.tell(Update::Definition { which: Which::Primary, path, definition });
    assert!(screen.sees("Agents (empty: all)"));
}

#[test]
fn an_integrated_report_asks_since_when_and_refreshes_slowly() {
    let mut screen = one_report("VDN Report");
    let path = "Integrated/Split-Skill/Split-Skill View".to_owned();
    screen.click("My morning round");
    screen.click("Open");
    let definition = report::find_built_in("Split/Skill View").expect("a built-in report").clone();
    let asked = "Real-time/Designer/My morning round".to_owned();
    screen.tell(Update::Definition { which: Which::Primary, path: asked, definition });
    assert!(screen.sees("Splits/skills (empty: all)") && screen.sees("Since"));
    assert!(screen.sees("Refresh every … seconds (10 to 600)"), "{path}");
    assert!(!screen.sees("As it happens"));
}

#[test]
fn a_click_on_a_heading_sorts_and_rows_can_be_read() {
    let mut screen = one_report("Split/Skill Report");
    let rows = |screen: &Screen| -> Vec<String> {
        let rows = screen.harness.query_all_by(|node| node.role() == egui::Role::Row);
        rows.filter_map(|node| node.accesskit_node().label()).collect()
    };
    assert!(rows(&screen)[0].starts_with("Split/skill Billing, Number 3, Calls waiting 15"), "{:?}", rows(&screen)[0]);
    screen.click("Sort by Calls waiting");
    assert!(rows(&screen)[7].contains("Billing"), "{:?}", rows(&screen));
    screen.click("Sort by Calls waiting");
    assert!(rows(&screen)[0].contains("Billing"), "{:?}", rows(&screen));
    screen.shot("sorted-light");
}

#[test]
fn a_dead_server_makes_every_pane_stale_and_one_click_switches() {
    for dark in [false, true] {
        let mut screen = Screen::new(Setup { dark, reports: four_reports(), ..Setup::default() });
        assert!(!screen.sees_part("Stale since"));
        screen.primary_dies();
        let stale = screen.harness.query_all_by_label_contains("Stale since").count();
        assert_eq!(stale, 4, "every pane says so");
        assert!(screen.sees_part("Secondary cms-south: answers"));
        screen.shot(if dark { "stale-dark" } else { "stale-light" });
        let _ = screen.commands();
        screen.click("Switch to cms-south");
        assert_eq!(screen.commands(), [Command::SwitchTo(Which::Secondary)]);
        screen.tell(Update::Serving(Some(Which::Secondary)));
        screen.tell(Update::Health {
            which: Which::Primary,
            health: world::health(Which::Primary, api::LinkState::Up),
            took: std::time::Duration::ZERO,
            at: now(),
        });
        assert!(screen.sees("Back to cms-north"));
        screen.shot(if dark { "way-back-dark" } else { "way-back-light" });
    }
}

#[test]
fn the_keyboard_switches_maximises_and_closes() {
    let mut screen = one_report("VDN Report");
    let _ = screen.commands();
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::S);
    screen.harness.run_steps(2);
    assert_eq!(screen.commands(), [Command::SwitchTo(Which::Secondary)]);
    screen.click("Move all reports to the secondary cms-south, which is well (Ctrl+Shift+S)");
    assert_eq!(
        screen.commands(),
        [Command::SwitchTo(Which::Secondary)],
        "the sign beside the server's name does the same"
    );
    let why = "connection refused".to_owned();
    screen.tell(Update::Unhealthy { which: Which::Secondary, why, at: now() });
    let _ = screen.commands();
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::S);
    screen.harness.run_steps(2);
    assert_eq!(screen.commands(), [], "a server that is down is nothing to move to");
    assert!(screen.sees_part("Your reports stay on cms-north: the secondary cms-south could not take over"));
    screen.harness.key_press(egui::Key::F11);
    screen.harness.run_steps(2);
    assert!(screen.sees("Show all reports again"));
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::W);
    screen.harness.run_steps(2);
    assert_eq!(screen.commands(), [Command::Close(ReportKey(1))]);
    assert!(screen.sees("No report is open"));
}

#[test]
fn a_pane_says_which_of_its_days_are_out_of_date() {
    let request = world::request("Split/Skill Summary Daily", &[]);
    let mut screen = Screen::new(Setup { reports: vec![request.clone()], ..Setup::default() });
    assert!(!screen.sees_part("Out of date"));
    let Update::Frame { which, report, stamp, sheet, orders, at } = world::frame(ReportKey(1), &request, 0, now())
    else {
        unreachable!()
    };
    let mut sheet = (*sheet).clone();
    sheet.blocks[0].note = "Out of date until summed up again: 2026-11-22".to_owned();
    screen.tell(Update::Frame { which, report, stamp, sheet: std::sync::Arc::new(sheet), orders, at });
    assert!(screen.sees("Out of date until summed up again: 2026-11-22"));
    screen.shot("out-of-date");
}

#[test]
fn nothing_is_drawn_again_before_something_changes() {
    let next_frame = |screen: &mut Screen| {
        screen.harness.run_steps(8);
        let output = &screen.harness.output().viewport_output;
        output.values().map(|viewport| viewport.repaint_delay).min().expect("one window")
    };
    let mut screen = Screen::new(Setup { signed_in: false, ..Setup::default() });
    assert_eq!(next_frame(&mut screen), std::time::Duration::MAX, "nothing ticks on the sign-in screen");
    let mut screen = Screen::new(Setup { reports: four_reports(), ..Setup::default() });
    let next = next_frame(&mut screen);
    assert!(!next.is_zero() && next <= std::time::Duration::from_secs(1), "the clocks tick once a second: {next:?}");
}

#[test]
fn copying_shows_what_exists_before_it_overwrites() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("queue.cmsreport");
    let mut screen = Screen::new(Setup { file: file.clone(), ..Setup::default() });
    screen.click("Copy…");
    screen.click("Browse…");
    // The dialog answers from a thread of its own.
    for _ in 0..200 {
        if !screen.harness.state().asking.is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(5));
            screen.harness.run_steps(1);
        }
    }
    let _ = screen.commands();
    screen.click("Copy");
    let again = Command::CopyFromFile { file, scope: api::Scope::Personal, rename: None, overwrite: true, house: None };
    let sent = screen.commands();
    assert!(matches!(&sent[..], [Command::CopyFromFile { overwrite: false, .. }]), "{sent:?}");
    let what = "Queue overview, personal, saved by m.keller on 2026-11-20".to_owned();
    screen.tell(Update::Copy(Some(CopyState::Exists { what, again: Box::new(again.clone()) })));
    assert!(screen.sees_part("There already: Queue overview"));
    screen.shot("copy-exists-light");
    screen.click("Overwrite it");
    assert_eq!(screen.commands(), [again]);
    let why = "The file is damaged: the checksum does not match. Copy it again from where it came".to_owned();
    screen.tell(Update::Copy(Some(CopyState::Failed { why })));
    assert!(screen.sees_part("checksum does not match"));
}

#[test]
fn an_export_writes_the_sheet() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("out.csv");
    let mut screen =
        Screen::new(Setup { file: file.clone(), reports: vec![world::request("VDN Report", &[])], ..Setup::default() });
    screen.click("Export…");
    screen.click("Browse…");
    for _ in 0..200 {
        if !file.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
            screen.harness.run_steps(1);
        }
    }
    let text = std::fs::read_to_string(&file).expect("the file was written");
    assert!(text.lines().count() >= 7 && text.contains("Emergency"), "{text}");
}

#[test]
fn a_layout_is_kept_between_runs() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let setup = || Setup {
        config_dir: Some(dir.path().to_owned()),
        reports: vec![world::request("VDN Report", &[])],
        ..Setup::default()
    };
    let mut screen = Screen::new(setup());
    screen.click("Duplicate the report");
    eframe::App::on_exit(screen.harness.state_mut(), None);
    let screen = Screen::new(setup());
    assert_eq!(screen.harness.query_all_by_label("VDN Report").count(), 3, "two panes and the list");
}

/// A figure that is cut reads as another one: 8 hours 52 minutes as 8 minutes 52 seconds.
#[test]
fn a_column_becomes_wider_when_its_figures_grow_and_never_narrower() {
    let request = world::request("VDN Report", &[]);
    let mut screen = Screen::new(Setup { reports: vec![request.clone()], ..Setup::default() });
    let width = |screen: &Screen| screen.harness.get_by_label("Sort by ACD calls").rect().width();
    let total = |screen: &Screen| screen.harness.state().workspace.caches[&(ReportKey(1), 0)].widths.clone();
    let (before, widths) = (width(&screen), total(&screen));
    let tell = |screen: &mut Screen, calls: i64, after: i64| {
        let Update::Frame { which, report, mut stamp, sheet, orders, at } =
            world::frame(ReportKey(1), &request, 0, now())
        else {
            unreachable!()
        };
        let mut sheet = (*sheet).clone();
        let column = sheet.blocks[0].columns.iter().position(|column| column.id == "acd_calls").expect("a column");
        sheet.blocks[0].rows[0].cells[column] = report::Cell::normal(catalog::Value::Int(calls));
        (sheet.at, stamp.acd_at) = (sheet.at + after, stamp.acd_at + after);
        screen.tell(Update::Frame { which, report, stamp, sheet: std::sync::Arc::new(sheet), orders, at });
    };
    tell(&mut screen, 123_456_789_012, 1);
    let wide = width(&screen);
    assert!(wide > before + 20.0, "{before} {wide}");
    let others = |(index, (id, width)): (usize, &(String, f32))| id != "acd_calls" && *width != widths[index].1;
    assert!(!total(&screen).iter().enumerate().any(others), "the others are as wide as they were");
    tell(&mut screen, 1, 2);
    assert_eq!(width(&screen), wide, "nothing jumps back");
}

#[test]
fn thresholds_of_the_persons_own_are_kept_with_the_pane() {
    let mut screen = one_report("VDN Report");
    screen.click("Columns and thresholds…");
    screen.click("Own limits of ACD calls");
    screen.fill_in("Warning of ACD calls", "100");
    let room = screen
        .harness
        .get_by(|node| node.role() == egui::Role::TextInput && node.label().as_deref() == Some("Warning of ACD calls"));
    assert!(room.rect().width() > 60.0, "six figures are seen: {:?}", room.rect());
    screen.shot("columns-light");
    screen.click("Done");
    let pane = screen.harness.state().workspace.pane(ReportKey(1)).expect("the pane").clone();
    let limits = pane.prefs.column(0, "acd_calls").limits.expect("own limits");
    assert_eq!((limits.caution, limits.warning), (None, Some(100.0)));
}

#[test]
fn a_report_that_the_limit_of_live_reports_refuses_says_so() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let request = world::request("Split/Skill Report", &[]);
        let mut screen = Screen::new(Setup { dark, reports: vec![request.clone()], ..Setup::default() });
        screen.tell(Update::ProfileChanged(Profile { user: "anna".to_owned(), ..world::profile() }));
        screen.tell(Update::Opened { report: ReportKey(1), request });
        assert!(screen.sees("Loading…"));
        let why = "anna has 4 live reports open and may have 4: close one first".to_owned();
        let state = session::ReportState::Stale { since: now(), why };
        screen.tell(Update::Feed { which: Which::Primary, report: ReportKey(1), state });
        assert!(!screen.sees("Loading…") && screen.sees("Nothing has come yet"));
        assert!(screen.sees("You have 4 live reports open and may have 4: close one first"));
        screen.shot(&format!("refused-by-limit-{word}"));
        screen.click("Try it again");
        let again = |command: &Command| matches!(command, Command::Open { report: ReportKey(1), .. });
        assert!(screen.commands().iter().any(again));
    }
}

#[test]
fn panes_are_reached_by_the_keyboard() {
    let reports = ["VDN Report", "Vector Report", "Agent Report"].map(|name| world::request(name, &[])).to_vec();
    let mut screen = Screen::new(Setup { reports, ..Setup::default() });
    let go = |screen: &mut Screen, modifiers: egui::Modifiers, key: egui::Key| {
        screen.harness.key_press_modifiers(modifiers, key);
        screen.harness.run_steps(3);
        let workspace = &screen.harness.state().workspace;
        let pane = workspace.active.and_then(|key| workspace.pane(key)).expect("one is active");
        pane.request.path.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let (none, shift) = (egui::Modifiers::NONE, egui::Modifiers::SHIFT);
    let first = go(&mut screen, none, egui::Key::F6);
    let mut seen = vec![first.clone()];
    seen.extend([0, 1].map(|_| go(&mut screen, none, egui::Key::F6)));
    seen.sort();
    assert_eq!(seen, ["Agent Report", "VDN Report", "Vector Report"], "each once");
    assert_eq!(go(&mut screen, none, egui::Key::F6), first, "from the last to the first");
    screen.shot("pane-with-keyboard");
    let is_place = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.is_focused() && node.label().is_some_and(|label| label.starts_with("Report "))
    };
    assert!(screen.harness.query_by(is_place).is_some(), "the keyboard is there");
    let before = go(&mut screen, shift, egui::Key::F6);
    assert_eq!(go(&mut screen, egui::Modifiers::CTRL, egui::Key::Tab), first, "Ctrl+Tab does the same");
    assert_eq!(go(&mut screen, egui::Modifiers::CTRL | shift, egui::Key::Tab), before);
    let _ = screen.commands();
    go(&mut screen, none, egui::Key::F6);
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::W);
    screen.harness.run_steps(3);
    let open = screen.harness.state().workspace.requests();
    let is_first = |request: &session::ReportRequest| request.path.ends_with(&first);
    assert!(open.len() == 2 && !open.iter().any(is_first), "the keys are about the pane that has the keyboard");
}

/// Eight panes in a low window: the new one lies below the others.
#[test]
fn a_report_that_is_opened_out_of_sight_is_brought_into_sight() {
    let reports = [
        "VDN Report",
        "Vector Report",
        "Agent Report",
        "Split/Skill Report",
        "Trunk Group Report",
        "Queue/Agent Status",
    ];
    let reports = reports.map(|name| world::request(name, &[])).to_vec();
    let mut screen = Screen::new(Setup { size: [1366.0, 600.0], reports, ..Setup::default() });
    let focused = |screen: &Screen| screen.harness.ctx.memory(|memory| memory.focused());
    assert!(focused(&screen).is_none(), "nobody has asked for those of the start");
    screen.click("Split/Skill Status");
    screen.click("Open");
    let open = screen.harness.get_all_by_label("Open").last().expect("the dialog's button");
    open.click();
    screen.harness.run_steps(12);
    let seen = screen.harness.get_by_label("Inputs of Split/Skill Status…").rect();
    assert!(screen.harness.ctx.content_rect().contains_rect(seen), "{seen:?}");
    assert_eq!(active(&screen), "Split-Skill Status");
    assert!(focused(&screen).is_some(), "and the keyboard is there");
    screen.shot("opened-in-sight");
}

/// Name of the report of the active pane; empty where none is.
fn active(screen: &Screen) -> String {
    let workspace = &screen.harness.state().workspace;
    let pane = workspace.active.and_then(|key| workspace.pane(key));
    pane.map_or_else(String::new, |pane| pane.request.path.splitn(3, '/').last().unwrap_or_default().to_owned())
}

#[test]
fn closing_by_key_goes_on_with_the_next_pane() {
    let reports = ["VDN Report", "Vector Report", "Agent Report"].map(|name| world::request(name, &[])).to_vec();
    let mut screen = Screen::new(Setup { reports, ..Setup::default() });
    screen.harness.state_mut().workspace.active = Some(ReportKey(2));
    for next in ["Agent Report", "VDN Report", ""] {
        screen.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::W);
        screen.harness.run_steps(3);
        assert_eq!(active(&screen), next);
    }
}

#[test]
fn searching_once_more_begins_anew() {
    let mut screen = Screen::new(Setup::default());
    for text in ["attendance", "vdn"] {
        screen.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F);
        screen.harness.run_steps(2);
        screen.harness.event(egui::Event::Text(text.to_owned()));
        screen.harness.run_steps(2);
    }
    assert!(screen.sees("VDN Report") && !screen.sees("Agent Attendance"));
}

#[test]
fn a_search_of_the_list_marks_no_tab_and_is_cleared() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, ..Setup::default() });
        screen.fill_in("Search reports", "attendance");
        assert!(screen.sees("Historical · Agent") && screen.sees("Found on all tabs"));
        screen.shot(&format!("list-search-{word}"));
        screen.click("Clear the search");
        assert!(!screen.sees("Found on all tabs") && !screen.sees("Clear the search"));
        screen.fill_in("Search reports", "attendance");
        screen.click("Integrated");
        assert!(!screen.sees("Agent Attendance") && screen.sees("Split/Skill View"), "choosing a tab ends the search");
    }
}

#[test]
fn who_may_see_no_report_is_told_so_in_the_list() {
    let mut screen = Screen::new(Setup::default());
    let why = "anna may not read reports; an administrator permits it".to_owned();
    screen.tell(Update::LibraryClosed { which: Which::Primary, why: why.clone() });
    assert!(screen.sees("Anna may not read reports; an administrator permits it") || screen.sees(&why));
    assert!(!screen.sees_part("are being asked for"));
}

#[test]
fn every_screen_can_be_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, reports: four_reports(), ..Setup::default() });
        screen.shot(&format!("main-{word}"));
        for (button, name) in [("Settings…", "settings"), ("Copy…", "copy")] {
            screen.click(button);
            screen.shot(&format!("{name}-{word}"));
            screen.escape();
        }
        let mut screen = Screen::new(Setup { dark, signed_in: false, ..Setup::default() });
        screen.shot(&format!("sign-in-{word}"));
        let reports = four_reports()[..2].to_vec();
        let mut screen = Screen::new(Setup { dark, scale_percent: 200, reports, ..Setup::default() });
        screen.shot(&format!("main-200-{word}"));
        screen.click("Inputs of Split/Skill Report…");
        screen.shot(&format!("inputs-200-{word}"));
        screen.click("As it happens");
        screen.shot(&format!("as-it-happens-200-{word}"));
        screen.escape();
        screen.primary_dies();
        screen.shot(&format!("stale-200-{word}"));
    }
}

fn a_pane_looks_as_it_did(dark: bool, word: &str) {
    let reports = vec![world::request("Split/Skill Status", &[("splits", "3")])];
    let mut screen = Screen::new(Setup { dark, size: [820.0, 480.0], reports, ..Setup::default() });
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::B);
    screen.harness.run_steps(3);
    screen.harness.remove_cursor();
    screen.harness.snapshot(format!("live_{word}"));
    screen.primary_dies();
    screen.harness.snapshot(format!("stale_{word}"));
}

#[test]
fn a_light_pane_looks_as_it_did() {
    a_pane_looks_as_it_did(false, "light");
}

#[test]
fn a_dark_pane_looks_as_it_did() {
    a_pane_looks_as_it_did(true, "dark");
}
