//! Admin-Sync on the page of both servers: planned first, then done as planned, and taken back from the log.

use std::sync::Arc;

use api::{
    Conflicts, PackAdministration, Peer, SyncAct, SyncEntry, SyncLine, SyncReport, SyncState, SyncTable, SyncValues,
};
use egui_kittest::kittest::Queryable as _;
use model::{Moment, RunStatus};
use session::twin::{Pushed, Stretch};
use session::{
    ChangeRequest, ChangeState, ChangeView, Command, Detail, DetailData, DetailView, Secret, SyncChoice, SyncOutcome,
    SyncRequest, SyncView, Update, Which,
};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::heal;
use super::harness::{Screen, Setup, now};
use crate::view::administration::PageKind;
use crate::view::administration::sync::{history, may_sync, may_take_back, outcome};
use crate::view::administration::twin::outdated;

fn has(values: &[(&str, &str)], more: u64) -> SyncValues {
    let values = values.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect();
    SyncValues { values, more }
}

fn report() -> SyncReport {
    let line = |state, key: &str, act, why: &str| SyncLine {
        table: "split_pro".to_owned(),
        acd: Some(model::AcdNumber(1)),
        key: key.to_owned(),
        from: has(&[("SERVICELEVEL", "50")], 0),
        to: has(&[("SERVICELEVEL", "40")], 0),
        state,
        act,
        why: why.to_owned(),
    };
    SyncReport {
        from: "cms-north".to_owned(),
        to: "cms-south".to_owned(),
        conflicts: 1,
        tables: vec![SyncTable { table: "split_pro".to_owned(), replaced: 1, kept: 1, ..SyncTable::default() }],
        lines: vec![
            line(SyncState::Conflict, "3", SyncAct::Keep, "it was changed on cms-south since the last sync"),
            line(SyncState::Changed, "4", SyncAct::Replace, ""),
        ],
        ..SyncReport::default()
    }
}

fn told(choice: SyncChoice) -> SyncOutcome {
    let text = "nothing was changed; a sync would come to this".to_owned();
    SyncOutcome { choice, pushed: Pushed { report: report(), text, restore: None, healed: None }, at: now() }
}

fn syncing() -> Screen {
    let mut screen = page(PageKind::Twin);
    screen.click("Admin-Sync");
    screen
}

fn show(screen: &mut Screen, view: SyncView) {
    screen.tell(Update::Sync(view));
    screen.harness.run_steps(2);
}

#[test]
fn a_sync_is_planned_first_and_done_as_planned() {
    let mut screen = syncing();
    assert!(screen.is_disabled("Sync now") && screen.commands().is_empty(), "nothing by itself");
    screen.click("Dry run");
    let choice = SyncChoice { dry_run: true, ..SyncChoice::default() };
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(choice.clone()))]);
    show(&mut screen, SyncView { step: Some("cms-north: packing users".to_owned()), ..SyncView::default() });
    assert!(screen.sees_part("packing users") && screen.is_disabled("Dry run"));
    show(&mut screen, SyncView { outcome: Some(Arc::new(told(choice.clone()))), ..SyncView::default() });
    assert!(screen.sees_part("a sync would come to this") && screen.sees_part("conflict"));
    screen.shot("sync-planned");
    screen.click("Replace");
    assert!(screen.is_disabled("Sync now"), "that was not planned");
    assert!(screen.sees_part("This dry run is of what was chosen before"));
    screen.shot("sync-planned-before");
    screen.click("Keep theirs");
    assert!(!screen.sees_part("This dry run is of what was chosen before"));
    screen.click("Sync now");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(SyncChoice::default()))]);
    show(&mut screen, SyncView { problem: Some("cms-south is the primary".to_owned()), ..SyncView::default() });
    assert!(screen.sees_part("It was not finished: cms-south is the primary"));
}

#[test]
fn what_became_of_the_history_is_said_beside_the_administration() {
    use session::twin::HealError;

    let choice = SyncChoice { history: true, ..SyncChoice::default() };
    let with = |healed| {
        let SyncOutcome { pushed, at, .. } = told(choice.clone());
        SyncOutcome { choice: choice.clone(), pushed: Pushed { healed: Some(healed), ..pushed }, at }
    };
    let mut screen = syncing();
    let healed = heal::done(Stretch::default(), now()).report.expect("a report").healed.clone();
    show(&mut screen, SyncView { outcome: Some(Arc::new(with(Ok(healed)))), ..SyncView::default() });
    assert!(screen.sees_part("the history of both is the same now") && screen.sees_part("conflict"));
    let why = HealError::Apart("ACD 1 is in zone UTC on cms-north and in Asia/Tokyo on cms-south".to_owned());
    show(&mut screen, SyncView { outcome: Some(Arc::new(with(Err(why)))), ..SyncView::default() });
    assert!(screen.sees_part("The history was not healed: ACD 1 is in zone UTC"));
    screen.shot("sync-history");
    assert!(history(&told(choice.clone())).is_none());
}

#[test]
fn a_sync_of_the_log_is_taken_back() {
    let mut screen = syncing();
    screen.click("Show the log");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Log(Which::Secondary))]);
    let entry = SyncEntry {
        sync: 3,
        sent: false,
        at: Moment(1_795_392_000),
        user: "cms".to_owned(),
        status: RunStatus::Done,
        detail: String::new(),
        restore: Some(7),
        undone_at: None,
        report: Some(report()),
    };
    show(
        &mut screen,
        SyncView { log: Some(Arc::new(vec![entry.clone()])), log_of: Some(Which::Secondary), ..SyncView::default() },
    );
    assert!(screen.is_disabled("Take the chosen one back"));
    screen.choose_row("cms-north to cms-south");
    screen.click("Take the chosen one back");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Undo { at: Which::Secondary, restore: 7 })]);
    let undone = SyncEntry { undone_at: Some(Moment(1_795_393_000)), ..entry.clone() };
    assert!(may_take_back(Some(&undone)).is_err_and(|why| why.contains("already")));
    let nothing = SyncEntry { restore: None, ..entry.clone() };
    assert!(may_take_back(Some(&nothing)).is_err() && may_take_back(None).is_err());
    let unreadable = crate::view::administration::sync::entry(&SyncEntry { report: None, ..entry }, None);
    assert!(unreadable[4].text.contains("another version"), "it is not told as one that came to nothing");
}

#[test]
fn conflicts_want_to_be_seen_and_refusing_them_is_no_sync() {
    use crate::view::administration::LineKind;
    let choice = |conflicts| SyncChoice { conflicts, dry_run: true, ..SyncChoice::default() };
    let kept = told(choice(Conflicts::Keep));
    assert_eq!(outcome(&kept).0, LineKind::Caution);
    assert_eq!(outcome(&told(choice(Conflicts::Replace))).0, LineKind::Info, "nothing is done yet");
    let done = SyncChoice { dry_run: false, ..choice(Conflicts::Replace) };
    assert_eq!(outcome(&told(done)).0, LineKind::Good);
    assert_eq!(may_sync(Some(&kept), &SyncChoice::default()), Ok(()));
    let refuse = SyncChoice { conflicts: Conflicts::Refuse, ..SyncChoice::default() };
    assert!(may_sync(Some(&told(choice(Conflicts::Refuse))), &refuse).is_err_and(|why| why.contains("conflicts")));
    assert!(may_sync(None, &refuse).is_err_and(|why| why.contains("dry run first")));
}

/// Usually it goes the other way: nothing is written to the primary without a tick, and a tick is for one sync.
#[test]
fn the_primary_is_synced_from_the_secondary_only_after_a_tick() {
    let tick = "Overwrite cms-north, the primary, with the administration of cms-south";
    let mut screen = syncing();
    assert!(!screen.sees(tick));
    screen.click("To the primary");
    assert!(screen.sees_part("The administration of cms-north, the primary, is overwritten"));
    screen.click("Dry run");
    let now_done = SyncChoice { to_primary: true, ..SyncChoice::default() };
    let choice = SyncChoice { dry_run: true, ..now_done.clone() };
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(choice.clone()))]);
    show(&mut screen, SyncView { outcome: Some(Arc::new(told(choice))), ..SyncView::default() });
    assert!(screen.is_disabled("Sync now"), "it is not ticked");
    screen.click(tick);
    assert!(!screen.is_disabled("Sync now"));
    screen.shot("sync-to-primary");
    screen.click("To the secondary");
    assert!(screen.is_disabled("Sync now"), "that was not planned");
    assert!(screen.sees_part("This dry run is of what was chosen before"));
    screen.shot("sync-planned-before");
    screen.click("To the primary");
    assert!(screen.is_disabled("Sync now"), "it was ticked before");
    screen.click(tick);
    screen.click("Sync now");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(now_done))]);
    assert!(screen.is_disabled("Sync now"), "once");
    screen.click("Show the log");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Log(Which::Primary))]);
    show(&mut screen, SyncView { log: Some(Arc::default()), log_of: Some(Which::Primary), ..SyncView::default() });
    assert!(screen.sees("Nothing was synced to cms-north, the primary, yet"));
}

/// A server of another site is not synced from by mistake; where it is meant, the page on which it is refused says so, for one sync.
#[test]
fn a_sync_from_another_server_than_the_last_is_ticked_where_it_was_refused() {
    let tick = "cms-north is the server that cms-south is to be synced from, now and from now on";
    let mut screen = syncing();
    assert!(!screen.sees(tick));
    screen.click("Dry run");
    let _ = screen.commands();
    let problem = Some("cms-south was synced from cms-west last, not from cms-north".to_owned());
    show(&mut screen, SyncView { problem, is_from_another: true, ..SyncView::default() });
    assert!(screen.sees_part("synced from cms-west last"));
    screen.shot("sync-from-another");
    screen.click(tick);
    screen.click("Dry run");
    let now_done = SyncChoice { from_another: true, ..SyncChoice::default() };
    let choice = SyncChoice { dry_run: true, ..now_done.clone() };
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(choice.clone()))]);
    show(&mut screen, SyncView { outcome: Some(Arc::new(told(choice))), ..SyncView::default() });
    assert!(screen.sees(tick), "it can be taken away again");
    screen.click("Sync now");
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(now_done))]);
    assert!(!screen.sees(tick), "it was said once");
}

/// What was planned is what may be done: with other kinds or tables it is another sync.
#[test]
fn what_is_synced_is_chosen_by_kinds_and_tables() {
    let mut screen = syncing();
    screen.click("ACD-specific administration data");
    screen.click("Dry run");
    let system = PackAdministration { data: vec![model::DataKind::System], ..PackAdministration::default() };
    let choice = SyncChoice { asked: system, dry_run: true, ..SyncChoice::default() };
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(choice.clone()))]);
    show(&mut screen, SyncView { outcome: Some(Arc::new(told(choice))), ..SyncView::default() });
    assert!(!screen.is_disabled("Sync now"));
    screen.click("Specific tables");
    assert!(screen.is_disabled("Dry run") && screen.is_disabled("Sync now"), "none is named");
    screen.click("split_pro");
    assert!(screen.is_disabled("Sync now"), "that was not planned");
    assert!(screen.sees_part("This dry run is of what was chosen before"));
    screen.shot("sync-planned-before");
    screen.shot("sync-tables");
    screen.click("Dry run");
    let tables = PackAdministration { tables: vec!["split_pro".to_owned()], ..PackAdministration::default() };
    let choice = SyncChoice { asked: tables, dry_run: true, ..SyncChoice::default() };
    assert_eq!(screen.commands(), [Command::Sync(SyncRequest::Push(choice))]);
}

fn peer_told(screen: &mut Screen, peer: Option<Peer>) {
    let told = Some(Ok(Arc::new(DetailData::Peer(peer))));
    screen.tell(Update::Detail(Some(DetailView { which: Which::Primary, of: Detail::Peer, told })));
    screen.harness.run_steps(2);
}

/// Set with what the profile knows of the other server, refused in the server's words, shown, and forgotten.
#[test]
fn the_server_that_timetables_sync_to_is_set_and_forgotten() {
    let mut screen = syncing();
    screen.click("By timetables…");
    assert_eq!(screen.commands(), [Command::LookAt(Some(Detail::Peer))]);
    peer_told(&mut screen, None);
    assert!(screen.sees_part("no server yet") && screen.is_disabled("Forget…"));
    screen.click("Set…");
    screen.retype("SHA-256 fingerprint of its certificate", "12:34");
    screen.type_secret("That user's password there", "secret");
    assert!(screen.is_disabled("Save on cms-north") && screen.sees_part("64 hexadecimal digits, as"));
    let fingerprint = "ab".repeat(32);
    screen.retype("SHA-256 fingerprint of its certificate", &fingerprint);
    screen.shot("dialog-peer");
    screen.click("Save on cms-north");
    let sent = screen.commands();
    let [Command::Administer { which: Which::Primary, change: change @ ChangeRequest::Peer(new) }] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((new.url.as_str(), new.user.as_str()), ("https://cms-south.example:8443", "m.keller"));
    assert_eq!((&new.fingerprint, &new.password), (&fingerprint, &Secret::new("secret")));
    assert!(!format!("{sent:?}").contains("secret"));
    let why = "m.keller is no administrator on cms-south, and only one can take in a sync".to_owned();
    let refused = ChangeView {
        number: 1,
        which: Which::Primary,
        change: change.clone(),
        state: ChangeState::Refused { why: why.clone() },
    };
    screen.tell(Update::Administered(Some(refused.clone())));
    screen.harness.run_steps(2);
    assert!(screen.sees_part(&why) && screen.sees("Save on cms-north"), "the dialog stays");
    let done = ChangeState::Done { changed: true, text: "timetables sync to cms-south".to_owned() };
    screen.tell(Update::Administered(Some(ChangeView { state: done, ..refused })));
    let url = new.url.clone();
    peer_told(&mut screen, Some(Peer { url, fingerprint, user: "m.keller".to_owned() }));
    assert!(screen.sees_part("cms-south, the secondary as m.keller"), "by its name; the address stands below");
    assert!(screen.sees_part("https://cms-south.example:8443"));
    screen.shot("sync-peer");
    let _ = screen.commands();
    screen.click("Forget…");
    assert!(screen.commands().is_empty() && screen.sees_part("fail from then on, and say why"));
    screen.click("Forget it on cms-north");
    let forgotten = Command::Administer { which: Which::Primary, change: ChangeRequest::RemovePeer };
    assert_eq!(screen.commands(), [forgotten]);
}

#[test]
fn the_choice_of_what_is_synced_and_the_peer_are_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            // Larger, so that all of it is seen without scrolling.
            let scale = scale_percent as f32 / 100.0;
            let size = [1440.0 * scale, 1500.0 * scale];
            let mut screen = administering(Setup { dark, scale_percent, size, ..Setup::default() });
            screen.open_page(PageKind::Twin);
            screen.click("Admin-Sync");
            screen.click("Specific tables");
            screen.click("By timetables…");
            peer_told(&mut screen, None);
            assert!(screen.sees_part("no server yet"));
            screen.shot(&format!("sync-choice-{word}-{scale_percent}"));
        }
    }
}

/// What was found before a sync is told as that; a dry run changes nothing of it.
#[test]
fn a_comparison_from_before_a_sync_says_that_it_is_old() {
    let mut model = session::Model::default();
    model.apply(Update::Twin(super::canned_pages::twin::different(now())));
    let sync = |dry_run| {
        let choice = SyncChoice { dry_run, ..SyncChoice::default() };
        let at = now() + std::time::Duration::from_secs(1);
        let outcome = Some(std::sync::Arc::new(SyncOutcome { at, ..told(choice) }));
        Update::Sync(session::SyncView { outcome, ..session::SyncView::default() })
    };
    model.apply(sync(true));
    assert_eq!(outdated(&model), None);
    model.apply(sync(false));
    assert!(outdated(&model).is_some_and(|text| text.contains("before a sync was made; compare again")));
}

/// Names of tables and columns are the program's; what they mean is called as on the pages.
#[test]
fn what_differs_is_told_in_the_words_of_the_pages() {
    use crate::view::administration::sync::line;
    use crate::view::administration::table_words::{table_title, values_in_words};

    let lines = report().lines;
    let [_, _, table, which, from, _, _] = line(&lines[0], true);
    assert_eq!((table.text.as_str(), which.text.as_str()), ("Call profiles of splits/skills", "3"));
    assert_eq!(from.text, "acceptable service level, seconds 50");
    let done = |at: usize, dry_run| line(&lines[at], dry_run)[6].text.clone();
    assert_eq!((done(1, true).as_str(), done(1, false).as_str()), ("replace", "replaced"));
    assert!(done(0, false).starts_with("kept: it was changed on cms-south"), "{}", done(0, false));
    assert_eq!((table_title("menu_add"), table_title("hsplit")), ("Main menu additions", "hsplit"));
    #[track_caller]
    fn check(values: &[(&str, &str)], more: u64, expect: &str) {
        assert_eq!(values_in_words(&has(values, more)), expect);
    }
    let timetable = [("SCHEDULE", "daily 00:45"), ("ONLY_ON", "cms-north"), ("OWNER", "cms")];
    check(&timetable, 0, "time daily 00:45, runs only on cms-north, owner cms");
    check(&[("ACD", "1"), ("PERIOD1", "5"), ("PERIOD2", "10")], 0, "increment 1 5, increment 2 10");
    // What is in a value is of that value.
    let sales = [("DESCR", "Sales, NAME x"), ("FORMULA", "A+B")];
    check(&sales, 0, "description Sales, NAME x, formula A+B");
    let own = [("definition", "{\"name\":\"Mine\", \"blocks\":[1, 2]}"), ("path", "Custom/Mine")];
    check(&own, 0, "definition: its own, place in the library Custom/Mine");
    check(&[("STEP", "{\"report\":\"A\", \"acd\":1}"), ("STEP", "{\"report\":\"B\"}")], 0, "step: its own");
    let limits = [("fastest_refresh_secs", "3"), ("login_acd", "1"), ("max_windows", "8")];
    check(&limits, 0, "fastest refresh, seconds 3, first ACD 1, most windows 8");
    check(&[("administrator", "1")], 3, "administrator yes, and 3 more");
    check(&[("SEQ", "1")], 0, "there");
    check(&[("NEW_COLUMN", "7")], 0, "NEW_COLUMN 7");
}

/// A cell that is cut tells all of it to the pointer that rests on it, and one that is whole says nothing.
#[test]
fn a_cut_cell_tells_all_of_it() {
    let mut screen = syncing();
    let name = ("NAME", "The whole of the service desk of the northern region");
    let long = [name, ("OWNER", "cms"), ("SCHEDULE", "weekly mon,tue,wed,thu,fri 06:00")];
    let mut outcome = told(SyncChoice { dry_run: true, ..SyncChoice::default() });
    outcome.pushed.report.lines[0].from = has(&long, 0);
    show(&mut screen, SyncView { outcome: Some(Arc::new(outcome)), ..SyncView::default() });
    let whole =
        "name The whole of the service desk of the northern region, owner cms, time weekly mon,tue,wed,thu,fri 06:00";
    assert!(!screen.sees(whole));
    let row = screen.harness.get_by_label_contains("The whole of the service desk").rect();
    let heading = screen.harness.get_by_label("Primary has").rect();
    let hover = |screen: &mut Screen, x: f32| {
        screen.harness.event(egui::Event::PointerMoved(egui::pos2(x, row.center().y)));
        screen.harness.run_steps(8);
    };
    hover(&mut screen, row.left() + 10.0);
    assert!(!screen.sees("conflict"), "it is whole");
    hover(&mut screen, heading.center().x);
    screen.shot("sync-cut-cell");
    assert!(screen.sees(whole));
}
