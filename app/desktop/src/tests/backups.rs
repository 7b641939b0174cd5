//! The page of backups: what it says as text, and how it is used.

use api::{ErrorCode, Job, JobState, RunBackup, RunRestore, UndoRestore};
use egui_kittest::kittest::Queryable as _;
use model::DataKind;
use session::{ChangeRequest, Command, Detail, JobRequest, JobStage, JobView, Page, PageData, Update, Which};

use super::administration::shown;
use super::administration_clicks::page;
use super::canned_pages::{self, backups as canned};
use super::harness::{Screen, Setup, now};
use crate::view::administration::backups::{advice, facts, restores, rows};
use crate::view::administration::restore_draft::{RestoreDraft, plan_sum};
use crate::view::administration::{LineKind, PageKind, job};

impl Screen {
    /// The one job that was asked for.
    fn job(&self) -> JobRequest {
        let sent = self.commands();
        let jobs = sent.iter().filter_map(|command| match command {
            Command::StartJob { which: Which::Primary, request } => Some(request.clone()),
            _ => None,
        });
        match jobs.collect::<Vec<_>>().as_slice() {
            [job] => job.clone(),
            other => panic!("one job on the primary, not {other:?} of {sent:?}"),
        }
    }

    /// How the server says that the job stands.
    fn job_stands(&mut self, number: u64, request: &JobRequest, stage: JobStage) {
        let view = JobView { number, which: Which::Primary, request: request.clone(), stage };
        self.tell(Update::Job(Some(Box::new(view))));
        self.harness.run_steps(2);
    }
}

fn running(step: &str, rows: u64) -> JobStage {
    let job = Job { job: 7, state: JobState::Running, step: step.to_owned(), rows, ..Job::default() };
    JobStage::Running { job, silent: None }
}

#[test]
fn backups_are_told_in_words() {
    let model = shown(now(), Which::Primary, &Page::Backups);
    let PageData::Backups(known) = canned_pages::data(Which::Primary, &Page::Backups) else { unreachable!() };
    let told = facts(&known.backups);
    assert_eq!(told[0], ("Backups completed today".to_owned(), "2".to_owned()));
    assert_eq!(advice(&known.backups), None);
    let none = api::Backups { completed_today: 0, ..known.backups.clone() };
    assert_eq!(advice(&none), Some("No backup was completed today yet"));
    assert!(told[1].1.contains("Last backup finished at 2026-11-23 09:42:31"), "{told:?}");
    assert!(
        told[2].1.ends_with("up to 1 volume of 4.0 GB; the last 14 full backups are kept; 812 GB are free"),
        "{told:?}"
    );
    let all = rows(&model, &known.backups.backups, "");
    let texts: Vec<&str> = all[1].cells.iter().map(|cell| cell.text.as_str()).collect();
    let expected = ["CMS-261123-01-LSAX-00-F", "2026-11-23 01:42:07", "cms-north (primary)", "nas", "full"];
    assert_eq!(texts[..5], expected);
    assert_eq!(texts[5..], ["local, system, acd, historical", "1", "4,912,330", "812 MB"]);
    let holds = |row: usize| all[row].details[0].1.clone();
    assert_eq!(
        holds(1),
        "Local system administration data, CMS system administration data, ACD-specific administration data, Historical data; \
         ACD 1 Berlin, ACD 2 Porto"
    );
    assert_eq!(holds(2), "only the tables split_pro, vdn_pro; ACD 1 Berlin");
    assert!(all[0].details[1].1.ends_with("what was archived since CMS-261123-01-LSAX-00-F"), "{:?}", all[0].details);
    assert_eq!(all[3].cells[6].text, "1 of 3 missing");
    assert!(all[3].details[1].1.starts_with("volumes 02 are not there"), "{:?}", all[3].details);
    assert_eq!(rows(&model, &known.backups.backups, "south full").len(), 1);
}

#[test]
fn restores_are_taken_back_in_the_reverse_order() {
    let model = shown(now(), Which::Primary, &Page::Backups);
    let rows = restores(&model, &canned::backups().restores);
    assert_eq!(rows[0].may_undo, Ok(()));
    assert_eq!(rows[1].may_undo, Err("Restore 4 came later: take that back first".to_owned()));
    assert_eq!(rows[2].may_undo, Err("It was taken back, and there is no copy to take it forward again".to_owned()));
    assert!(rows[2].details[2].1.starts_with("the disk is full"), "{:?}", rows[2].details);
}

#[test]
fn a_restore_is_checked_as_it_is_typed_and_takes_no_other_servers_local_data() {
    let model = shown(now(), Which::Primary, &Page::Backups);
    let [_, own, tables, foreign] = &canned::entries()[..] else { panic!("four backups") };
    let draft = RestoreDraft::new(&model, own);
    let asked = draft.request().expect("all of it");
    assert_eq!(asked.data, [DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical]);
    assert_eq!((asked.label.as_str(), asked.device.as_deref()), ("cms-north/CMS-261123-01-LSAX-00-F", Some("nas")));
    let range = |from: &str, to: &str| {
        let mut draft = draft.clone();
        (draft.from, draft.to) = (from.to_owned(), to.to_owned());
        draft.request()
    };
    // By the clock of Berlin, an hour ahead of UTC; the day is whole.
    let asked = range("2026-11-22T22:00", "2026-11-22").expect("it is right");
    let last = asked.to.expect("there is a last").0;
    assert_eq!((asked.from.map(|from| from.0), last), (Some(1_795_381_200), 1_795_388_399));
    assert!(range("soon", "").is_err_and(|why| why.contains("\"soon\" is no time")));
    assert!(range("2026-11-23", "2026-11-22").is_err_and(|why| why.contains("before the first")));
    let mut none = draft.clone();
    none.kinds.clear();
    assert!(none.request().is_err_and(|why| why.contains("Tick the data")));
    let asked = RestoreDraft::new(&model, tables).request().expect("its tables");
    assert_eq!((asked.data.len(), asked.tables), (0, vec!["split_pro".to_owned(), "vdn_pro".to_owned()]));
    let draft = RestoreDraft::new(&model, foreign);
    assert!(draft.foreign.as_ref().is_some_and(|why| why.contains("belong to cms-south")), "{:?}", draft.foreign);
    assert_eq!(draft.request().expect("the rest").data, [DataKind::System, DataKind::Acd, DataKind::Historical]);
}

#[test]
fn what_becomes_of_a_job_is_said() {
    let check = |stage: JobStage, kind: LineKind, part: &str| {
        let (told, text) = job::stage_text("cms-north", &stage);
        assert!(told == kind && text.contains(part), "{told:?} {text}");
    };
    check(JobStage::Asked, LineKind::Info, "Asking cms-north…");
    check(running("packing hsplit", 1_200), LineKind::Info, "packing hsplit: 1,200 rows so far");
    let silent = JobStage::Running { job: Job::default(), silent: Some("timed out".to_owned()) };
    check(silent, LineKind::Caution, "cms-north does not tell how far it is: timed out. It goes on there");
    let failed = Job { text: "no room left on the device".to_owned(), ..Job::default() };
    check(JobStage::Failed(failed), LineKind::Problem, "It failed: no room left");
    let unknown = JobStage::Unknown { why: "there is no job 7; the server was restarted, perhaps".to_owned() };
    check(unknown, LineKind::Caution, "Look at the list before you ask again");
}

#[test]
fn a_backup_is_chosen_begun_and_followed() {
    let mut screen = page(PageKind::Backups);
    screen.click("Back up now…");
    screen.shot("dialog-backup");
    screen.click("Custom data");
    screen.click("Incremental");
    screen.choose("ACD", "ACD 2 Porto");
    screen.choose("Device", "disk");
    screen.click("Back up on cms-north");
    let request = screen.job();
    let JobRequest::Backup(asked) = &request else { panic!("{request:?}") };
    let data = DataKind::ALL.to_vec();
    let acd = Some(model::AcdNumber(2));
    assert_eq!(*asked, RunBackup { data, tables: Vec::new(), acd, incremental: true, device: Some("disk".to_owned()) });
    let why = "there is no full backup of the history to build on".to_owned();
    screen.job_stands(1, &request, JobStage::Refused { why });
    assert!(screen.sees_part("Nothing was begun. There is no full backup"), "the dialog stays open");
    screen.click("Full");
    screen.click("Back up on cms-north");
    let request = screen.job();
    screen.job_stands(2, &request, running("packing hsplit", 1_204_000));
    assert!(!screen.sees("Back up on cms-north"), "it has begun");
    assert!(screen.sees_part("packing hsplit: 1,204,000 rows so far") && screen.is_disabled("Back up now…"));
    screen.shot("backups-running");
    let text = "backup CMS-261123-03-LSAC-02-F is done".to_owned();
    screen.job_stands(2, &request, JobStage::Done(Job { text, ..Job::default() }));
    assert!(screen.sees_part("CMS-261123-03-LSAC-02-F is done"));
    screen.click("Close the outcome");
    assert!(!screen.sees_part("is done") && !screen.is_disabled("Back up now…"));
}

/// What can end half-way without leaving anything is called off after a question; what cannot has no such button.
#[test]
fn a_backup_that_runs_is_called_off() {
    let mut screen = page(PageKind::Backups);
    let request = JobRequest::Backup(RunBackup::default());
    screen.job_stands(1, &request, running("packing hsplit", 12));
    assert!(!screen.sees("Call off…"), "a server of before, or a restore");
    let what = "the full backup".to_owned();
    let job = Job { job: 7, what: what.clone(), can_be_called_off: true, ..Job::default() };
    screen.job_stands(1, &request, JobStage::Running { job, silent: None });
    screen.shot("backups-call-off");
    screen.click("Call off…");
    assert!(screen.sees_part("nothing of it is kept") && screen.commands().is_empty());
    screen.click("Call it off on cms-north");
    assert_eq!(screen.change(), ChangeRequest::CallOff { job: 7, what });
    let text = "cms called it off; nothing of it is kept".to_owned();
    screen.job_stands(1, &request, JobStage::Failed(Job { text, ..Job::default() }));
    assert!(screen.sees_part("cms called it off") && !screen.sees("Call off…"));
}

/// What needs calling off in the morning is a timetable's: whoever began it, the server tells it, and it is in everybody's way.
#[test]
fn what_somebody_else_began_is_told_and_called_off() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = super::administration::administering(Setup { dark, ..Setup::default() });
        screen.open_page(PageKind::Backups);
        let mut known = canned::backups();
        let what = "the full backup".to_owned();
        let step = "carrying CMS-261123-03-LSAX-00-F-01.db.zst to the store".to_owned();
        known.backups.status = format!("{what} is running: {step}");
        let by = "timetable \"nightly\" of anna".to_owned();
        known.running =
            Some(Box::new(Job { job: 12, what: what.clone(), by, step, can_be_called_off: true, ..Job::default() }));
        let tell = |screen: &mut Screen, known: &session::BackupsData| {
            let result = Ok(std::sync::Arc::new(PageData::Backups(known.clone())));
            screen.tell(Update::Page { which: Which::Primary, page: Page::Backups, result, at: now() });
        };
        tell(&mut screen, &known);
        assert!(
            screen.sees("The full backup on cms-north, begun by timetable \"nightly\" of anna")
                && screen.is_disabled("Back up now…")
        );
        assert!(screen.sees_part("The full backup is running: carrying"), "a status is a sentence");
        screen.shot(&format!("backups-elsewhere-{word}"));
        screen.click("Call off…");
        screen.click("Call it off on cms-north");
        assert_eq!(screen.change(), ChangeRequest::CallOff { job: 12, what });
        // One that is followed here stands there once.
        let request = JobRequest::Backup(RunBackup::default());
        let job = *known.running.clone().expect("it goes on");
        screen.job_stands(1, &request, JobStage::Running { job: job.clone(), silent: None });
        assert!(screen.sees("Full backup on cms-north") && !screen.sees_part("begun by"));
        screen.job_stands(1, &request, JobStage::Done(Job { text: "it is done".to_owned(), ..job }));
        assert!(!screen.sees_part("begun by") && !screen.is_disabled("Back up now…"));
        screen.job_stands(2, &request, JobStage::Refused { why: "the restore is running (job 13)".to_owned() });
        known.running = Some(Box::new(Job { job: 13, what: "the restore".to_owned(), ..Job::default() }));
        tell(&mut screen, &known);
        assert!(screen.sees_part("The restore on cms-north") && !screen.sees("Call off…"), "it changes what is stored");
        assert!(screen.sees_part("Nothing was begun. The restore is running"));
    }
}

/// A dropdown closes by a key as it does by a click.
#[test]
fn a_device_is_chosen_by_keyboard() {
    let mut screen = page(PageKind::Backups);
    screen.click("Back up now…");
    let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::ComboBox && node.label().as_deref() == Some("Device")
    };
    screen.harness.get_by(is).focus();
    screen.harness.run_steps(3);
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    screen.harness.get_by_role_and_label(egui::Role::Button, "disk").focus();
    screen.harness.run_steps(3);
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(4);
    screen.shot("dialog-backup-by-keyboard");
    assert!(screen.harness.query_by_role_and_label(egui::Role::Button, "disk").is_none(), "it is closed");
    screen.click("Back up on cms-north");
    let JobRequest::Backup(asked) = screen.job() else { panic!("a backup") };
    assert_eq!(asked.device.as_deref(), Some("disk"));
}

#[test]
fn tables_are_backed_up_by_their_names() {
    let mut screen = page(PageKind::Backups);
    screen.click("Back up now…");
    screen.click("Specific tables");
    assert!(screen.is_disabled("Back up on cms-north"));
    screen.retype("Tables by the field's names, such as hsplit, split_pro, users", "split_pro vdn_pro");
    screen.click("Back up on cms-north");
    let JobRequest::Backup(asked) = screen.job() else { panic!("a backup") };
    assert_eq!((asked.tables.join(" ").as_str(), asked.data.len()), ("split_pro vdn_pro", 0));
}

#[test]
fn a_backup_is_verified_and_described() {
    let mut screen = page(PageKind::Backups);
    assert!(screen.is_disabled("Verify") && screen.is_disabled("Describe…") && screen.is_disabled("Restore…"));
    screen.choose_row("Label CMS-261122-01-LSAX-00-F");
    assert!(screen.is_disabled("Verify"), "a volume is missing");
    screen.choose_row("Label CMS-261123-01-LSAX-00-F");
    screen.shot("backups-chosen");
    screen.click("Verify");
    assert!(matches!(screen.job(), JobRequest::Verify(name) if name.label == "cms-north/CMS-261123-01-LSAX-00-F"));
    screen.click("Describe…");
    assert!(screen.sees_part("made on 2026-11-23") && screen.sees_part("volume 1 of this backup"));
    screen.shot("dialog-describe");
    let sent = screen.commands();
    assert!(matches!(&sent[..], [Command::LookAt(Some(Detail::Backup(_)))]), "{sent:?}");
    screen.click("Close");
    assert_eq!(screen.commands(), [Command::LookAt(None)]);
}

#[test]
fn a_backup_that_is_described_says_so_when_another_server_serves() {
    let mut screen = page(PageKind::Backups);
    screen.choose_row("Label CMS-261123-01-LSAX-00-F");
    screen.click("Describe…");
    assert!(screen.sees_part("made on 2026-11-23"));
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("Another server serves now") && !screen.sees_part("Asking the server"));
}

#[test]
fn a_job_of_the_other_server_is_in_nobodys_way() {
    let mut screen = page(PageKind::Backups);
    let request = JobRequest::Backup(RunBackup::default());
    let silent = JobStage::Running { job: Job::default(), silent: Some("connection refused".to_owned()) };
    screen.job_stands(1, &request, silent);
    assert!(screen.is_disabled("Back up now…") && !screen.sees("Stop following it"), "it goes on here");
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(2);
    assert!(!screen.is_disabled("Back up now…"));
    assert!(screen.sees_part("cms-north does not serve now: it goes on there"));
    let _ = screen.commands();
    screen.click("Stop following it");
    assert!(screen.commands().contains(&Command::DismissJob));
    assert!(!screen.sees_part("does not serve now"));
}

#[test]
fn times_of_a_restore_are_by_the_clock_of_the_chosen_acd() {
    let (at, which) = (now(), Which::Primary);
    let mut told = shown(at, which, &Page::Backups);
    let mut health = super::world::health(which, api::LinkState::Up);
    health.acds[1].zone = "America/New_York".to_owned();
    told.apply(Update::Health { which, health, took: Default::default(), at });
    let mut draft = RestoreDraft::new(&told, &canned::entries()[1]);
    draft.from = "2026-11-22T22:00".to_owned();
    let ten = model::Moment(1_795_381_200);
    assert_eq!((draft.clock_name(), draft.from()), ("ACD 1 Berlin", Ok(Some(ten))));
    draft.acd = Some(model::AcdNumber(2));
    assert_eq!((draft.clock_name(), draft.from()), ("ACD 2 Porto", Ok(Some(ten + 6 * 3_600))));
}

fn planned() -> (Screen, RunRestore) {
    let mut screen = page(PageKind::Backups);
    screen.choose_row("Label CMS-261123-01-LSAX-00-F");
    screen.click("Restore…");
    screen.shot("dialog-restore");
    screen.retype("Of history from; empty for its beginning", "2026-11-22T22:00");
    screen.click("Plan on cms-north");
    let request = screen.job();
    let JobRequest::Plan(asked) = request.clone() else { panic!("{request:?}") };
    screen.job_stands(1, &request, running("unpacking", 10));
    assert!(
        screen.sees_part("Planning. unpacking") && !screen.sees("Restore on cms-north"),
        "nothing without its plan"
    );
    screen.job_stands(1, &request, JobStage::Done(canned::plan()));
    (screen, asked)
}

#[test]
fn a_restore_is_planned_first_and_done_as_planned() {
    let (mut screen, asked) = planned();
    let sum = "426 rows would be added, 28 replaced and 3 removed; 1,254 are identical, 121,114 are skipped";
    assert_eq!(plan_sum(&canned::plan().plan.expect("a plan")), sum);
    assert!(screen.sees_part(sum) && screen.sees_part("The interval of 2026-11-22 23:30 is INCOMPLETE"));
    screen.shot("dialog-plan");
    screen.click("Restore on cms-north");
    let request = screen.job();
    let expect = Some("digest of the plan".to_owned());
    let asked = RunRestore { expect: expect.clone(), ..asked };
    assert_eq!(request, JobRequest::Restore(asked.clone()), "just what was planned");
    // A colleague changed something meanwhile.
    screen.job_stands(2, &request, running("unpacking", 10));
    let mut plan = canned::plan().plan.expect("a plan");
    (plan.digest, plan.tables[0].removed) = ("another digest".to_owned(), 40);
    let code = Some(ErrorCode::Overtaken);
    let changed =
        Job { state: JobState::Failed, code, plan: Some(plan), text: "was changed".to_owned(), ..Job::default() };
    screen.job_stands(2, &request, JobStage::Failed(changed));
    assert!(
        screen.sees_part("Nothing was restored: what would be replaced was changed")
            && screen.sees_part("and 43 removed")
    );
    screen.shot("dialog-plan-changed");
    screen.click("Restore on cms-north");
    let request = screen.job();
    assert_eq!(request, JobRequest::Restore(RunRestore { expect: Some("another digest".to_owned()), ..asked }));
    let screen = &mut screen;
    screen.job_stands(3, &request, JobStage::Refused { why: "turn data collection of ACD 1 off first".to_owned() });
    assert!(screen.sees_part("Nothing was begun. Turn data collection of ACD 1 off first"));
    screen.click("Choose again");
    assert!(screen.sees("Plan on cms-north"));
}

#[test]
fn whole_intervals_can_be_left_as_they_are() {
    let (mut screen, asked) = planned();
    assert!(!asked.keep_whole, "unless it is ticked, what stands there goes");
    screen.click("Back");
    screen.click("Leave intervals as they are that are whole here, where the backup has them INCOMPLETE");
    screen.shot("dialog-restore-keeping");
    screen.click("Plan on cms-north");
    let JobRequest::Plan(keeping) = screen.job() else { panic!("a plan") };
    assert_eq!(keeping, RunRestore { keep_whole: true, ..asked });
    screen.job_stands(2, &JobRequest::Plan(keeping.clone()), JobStage::Done(canned::plan()));
    screen.click("Restore on cms-north");
    let expect = Some("digest of the plan".to_owned());
    assert_eq!(screen.job(), JobRequest::Restore(RunRestore { expect, ..keeping }));
    // It is about history alone.
    let model = shown(now(), Which::Primary, &Page::Backups);
    let mut draft = RestoreDraft::new(&model, &canned::entries()[1]);
    (draft.keep_whole, draft.kinds) = (true, [DataKind::System].into());
    assert!(!draft.takes_history() && !draft.request().expect("a request").keep_whole);
}

#[test]
fn a_plan_that_is_not_allowed_yet_cannot_be_restored() {
    let (mut screen, asked) = planned();
    screen.click("Back");
    screen.click("Plan on cms-north");
    let mut plan = canned::plan();
    let not_yet = "restoring this needs single-user mode; `cms mode single-user` switches to it".to_owned();
    let nor_collected = "restoring this needs the data collection of ACD 1 off".to_owned();
    plan.plan.as_mut().expect("a plan").obstacles.extend([not_yet, nor_collected]);
    let _ = screen.commands();
    screen.job_stands(3, &JobRequest::Plan(asked), JobStage::Done(plan));
    assert!(
        screen.sees_part("Not yet: restoring this needs single-user mode")
            && screen.sees_part("Not yet: restoring this needs the data collection of ACD 1 off")
            && screen.is_disabled("Restore on cms-north")
    );
    screen.click("Cancel");
    assert_eq!(screen.commands(), [Command::DismissJob], "nothing is left of it");
}

#[test]
fn a_restore_is_taken_back_after_asking() {
    let mut screen = page(PageKind::Backups);
    screen.click("Restores done");
    screen.choose_row("Number 3");
    assert!(screen.is_disabled("Take back…"), "another one came later");
    screen.choose_row("Number 4");
    screen.shot("restores-done");
    screen.click("Take back…");
    assert!(screen.sees_part("is put back from that copy") && screen.commands().is_empty());
    screen.click("Plan on cms-north");
    let asked = UndoRestore { restore: 4, dry_run: true, ..UndoRestore::default() };
    let request = screen.job();
    assert_eq!(request, JobRequest::Undo(asked.clone()));
    let mut plan = canned::plan();
    let lost = "changed since restore 4, and replaced now: synonyms splits 6".to_owned();
    plan.plan.as_mut().expect("a plan").cautions.insert(0, lost);
    screen.job_stands(1, &request, JobStage::Done(plan.clone()));
    assert!(
        screen.sees("Changed since restore 4, and replaced now: synonyms splits 6"),
        "what would be lost is seen first"
    );
    screen.shot("dialog-undo");
    screen.click("Take back on cms-north");
    let expect = Some("digest of the plan".to_owned());
    let request = screen.job();
    assert_eq!(request, JobRequest::Undo(UndoRestore { dry_run: false, expect, ..asked }));
    (plan.state, plan.code) = (JobState::Failed, Some(ErrorCode::Overtaken));
    screen.job_stands(2, &request, JobStage::Failed(plan));
    assert!(screen.sees_part("Nothing was changed: something else was changed since the plan was shown"));
    screen.harness.run_steps(2);
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    let begun = |command: &Command| matches!(command, Command::StartJob { .. });
    assert!(!screen.commands().iter().any(begun), "Enter alone does not do what nobody has read");
}

#[test]
fn a_restore_that_was_taken_back_is_taken_forward_again() {
    let entry = api::RestoreEntry { can_go_forward: true, ..canned::backups().restores[2].clone() };
    let form = crate::view::administration::backup_draft::JobForm::Undo(entry.clone());
    let asked = UndoRestore { restore: entry.restore, forward: true, dry_run: true, ..UndoRestore::default() };
    assert_eq!(form.request(), Ok(JobRequest::Undo(asked)));
    assert!(form.title().ends_with("forward again?"));
}

#[test]
fn who_is_no_administrator_sees_backups_and_begins_none() {
    let mut screen = super::administration::administering(Setup { administrator: false, ..Setup::default() });
    screen.click("Backups");
    screen.choose_row("Label CMS-261123-01-LSAX-00-F");
    assert!(screen.is_disabled("Back up now…") && screen.is_disabled("Restore…") && !screen.is_disabled("Describe…"));
}

#[test]
fn images_are_made_and_verified_and_the_page_says_where_they_are_restored() {
    let mut screen = page(PageKind::Backups);
    screen.click("Images");
    assert!(screen.is_disabled("Verify the image") && screen.sees_part("cms-server cmsadm restore VOLUME"));
    screen.shot("backups-images");
    screen.click("Make an image…");
    assert!(screen.sees_part("Password hashes and keys are in it") && screen.commands().is_empty());
    screen.choose("Device", "disk");
    screen.shot("dialog-image");
    screen.click("Make an image of cms-north");
    let asked = JobRequest::Image(api::RunImage { device: Some("disk".to_owned()) });
    assert_eq!(screen.job(), asked);
    screen.job_stands(1, &asked, running("copying acd/01.db", 0));
    assert!(screen.sees_part("copying acd/01.db…") && screen.is_disabled("Make an image…"));
    let job = Job { job: 7, text: "the image is done: 1 volume".to_owned(), ..Job::default() };
    screen.job_stands(1, &asked, JobStage::Done(job));
    assert!(screen.sees("the image is done: 1 volume"));
    screen.choose_row("CMSADM-261115-01");
    assert!(screen.sees_part("/srv/backup/cms-north/CMSADM-261115-01-01.tar.zst --into FOLDER"));
    screen.shot("backups-image-chosen");
    screen.click("Verify the image");
    let label = "cms-north/CMSADM-261115-01".to_owned();
    let device = Some("nas".to_owned());
    assert_eq!(screen.job(), JobRequest::VerifyImage(api::NameImage { label, device }));
}

/// What is ticked stands in the line above and the other way round; a restore offers what its backup has.
#[test]
fn tables_are_ticked_for_a_backup_and_for_a_restore() {
    let mut screen = page(PageKind::Backups);
    screen.click("Back up now…");
    screen.click("Specific tables");
    screen.retype("Tables by the field's names, such as hsplit, split_pro, users", "users, designer");
    screen.click("split_pro");
    screen.click("users");
    screen.shot("dialog-backup-tables");
    screen.click("Back up on cms-north");
    let JobRequest::Backup(RunBackup { tables, data, .. }) = screen.job() else { panic!("a backup") };
    assert_eq!((tables, data.len()), (vec!["designer".to_owned(), "split_pro".to_owned()], 0));
    screen.click("Cancel");
    screen.choose_row("CMS-261122-02-XXMX-01-F");
    screen.click("Restore…");
    assert!(screen.sees("split_pro") && !screen.sees("synonyms"), "it holds two tables");
    screen.click("vdn_pro");
    screen.shot("dialog-restore-tables");
    screen.click("Plan on cms-north");
    let JobRequest::Plan(asked) = screen.job() else { panic!("a plan") };
    assert_eq!(asked.tables, ["split_pro"]);
}

#[test]
fn images_and_choices_of_tables_are_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = super::administration::administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Backups);
            screen.click("Images");
            screen.shot(&format!("backups-images-{word}-{scale_percent}"));
            // Higher, so that the button is seen without scrolling.
            let size = [1440.0, 1760.0];
            let mut screen =
                super::administration::administering(Setup { dark, scale_percent, size, ..Setup::default() });
            screen.open_page(PageKind::Backups);
            screen.click("Back up now…");
            screen.click("Specific tables");
            screen.shot(&format!("backups-tables-{word}-{scale_percent}"));
        }
    }
}

/// Main menu additions are kept in two tables, and are one line of a plan.
#[test]
fn a_plan_has_each_table_once_and_in_words() {
    use crate::view::administration::restore_draft::plan_rows;

    let line = |added| api::RestoreLine {
        table: "menu_add".to_owned(),
        data: DataKind::System,
        acd: None,
        added,
        replaced: 1,
        identical: 0,
        removed: 0,
        skipped: 0,
        from: None,
        to: None,
    };
    let plan = api::RestorePlan { tables: vec![line(2), line(3)], ..api::RestorePlan::default() };
    let rows = plan_rows(&plan);
    let words = ["CMS system administration data", "Main menu additions", "", "", "5", "2", "0", "0", "0"];
    assert_eq!(rows.iter().map(|row| &row[1..]).collect::<Vec<_>>(), [&words[1..]], "{rows:?}");

    // Most of a plan has nothing to do: it comes behind what has.
    let of = |table: &str, replaced, skipped| api::RestoreLine {
        table: table.to_owned(),
        added: 0,
        replaced,
        skipped,
        ..line(0)
    };
    let tables = vec![of("users", 0, 0), of("synonyms", 0, 3), of("split_pro", 1, 0)];
    let rows = plan_rows(&api::RestorePlan { tables, ..api::RestorePlan::default() });
    let changes: Vec<(&str, &str)> = rows.iter().map(|row| (row[5].as_str(), row[8].as_str())).collect();
    assert_eq!(changes, [("1", "0"), ("0", "3"), ("0", "0")], "{rows:?}");
}
