//! What the pages of the archive, its storage, exceptions, traces and call history say, as text.

use std::time::Instant;

use api::LinkState;
use model::{AcdNumber, Level};
use report::Level as Urgency;
use session::{ChangeRequest, ExceptionsData, Model, Page, PageData, Update, Which};

use super::administration::shown;
use super::canned_pages;
use super::world::{self, ACD};
use crate::view::administration::{
    LineKind, PageKind, archiving, exceptions, frame_view, history, storage, times, traces,
};
use crate::view::cells::calendar;

fn data(which: Which, page: &Page) -> PageData {
    canned_pages::data(which, page)
}

fn level_rows() -> Vec<archiving::LevelRow> {
    let model = shown(Instant::now(), Which::Primary, &Page::Archiving);
    let PageData::Archiving(known) = data(Which::Primary, &Page::Archiving) else { unreachable!() };
    archiving::rows(&model, &known)
}

#[test]
fn every_level_of_every_acd_says_what_was_made_what_is_due_and_what_is_wrong() {
    let rows = level_rows();
    let texts =
        |row: &archiving::LevelRow| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>().join("|");
    assert_eq!(rows.len(), 8);
    let days = "ACD 1 Berlin|Days|2026-11-22|2026-11-23 00:42:07|done|2026-11-23|2026-11-24 00:35:27|–|2";
    assert_eq!(texts(&rows[1]), days);
    assert!(texts(&rows[2]).contains("|running…|"), "{}", texts(&rows[2]));
    assert_eq!(
        texts(&rows[6]),
        "ACD 2 Porto|Weeks|nothing yet||not yet|2026-11-22 to 2026-11-28|2026-11-30 00:28:47|–|–"
    );
    assert!(texts(&rows[7]).contains("|not kept|"), "{}", texts(&rows[7]));
    let urgencies: Vec<Urgency> = [4, 7, 8].map(|at| rows[5].cells[at].level).into();
    assert_eq!(
        urgencies,
        [Urgency::Warning, Urgency::Caution, Urgency::Normal],
        "failed, two missing, none out of date"
    );
    let details: Vec<&str> = rows[5].details.iter().map(|(name, _)| *name).collect();
    assert_eq!(details, ["Problem", "Missing"]);
    assert!(archiving::advice(&rows).expect("three").starts_with("3 summaries are out of date"));
    assert_eq!(archiving::advice(&rows[3..5]), None);
}

#[test]
fn summing_up_again_begins_with_what_is_out_of_date() {
    let rows = level_rows();
    let dates = |row: usize| {
        let draft = archiving::Draft::of(&rows[row], &rows);
        (draft.level, draft.from, draft.to)
    };
    let texts = |level, from: &str, to: &str| (level, from.to_owned(), to.to_owned());
    assert_eq!(dates(1), texts(Level::Daily, "2026-11-19", "2026-11-20"));
    assert_eq!(dates(2), texts(Level::Weekly, "2026-11-15", "2026-11-15"), "one day of the week stands for it");
    assert_eq!(dates(3), texts(Level::Monthly, "2026-10-01", "2026-10-01"), "nothing is: the last that was made");
    assert_eq!(dates(0), texts(Level::Daily, "", ""));
    let draft = archiving::Draft::of(&rows[1], &rows);
    assert_eq!(draft.acds.len(), 2);
    let wrong = |from: &str, to: &str| {
        let draft = archiving::Draft { from: from.to_owned(), to: to.to_owned(), ..draft.clone() };
        draft.change().expect_err("it is wrong")
    };
    assert_eq!(wrong("", "2026-11-20"), "The first day is needed");
    assert_eq!(wrong("2026-11-20", "2026-11-19"), "The last day 2026-11-19 is before the first day 2026-11-20");
    assert_eq!(wrong("2026-02-29", "2026-03-01"), "\"2026-02-29\" is no date; write it as 2026-11-23");
    assert!(wrong("yesterday", "2026-03-01").contains("is no date"));
    let Ok(ChangeRequest::Summarize(asked)) = draft.change() else { panic!("it is right") };
    assert_eq!((asked.acd, asked.level, asked.from.as_str()), (Some(ACD), Level::Daily, "2026-11-19"));
    let all = archiving::Draft { acd: None, from: " 2026-1-3 ".to_owned(), to: "2026-01-03".to_owned(), ..draft };
    let Ok(ChangeRequest::Summarize(asked)) = all.change() else { panic!("it is right") };
    assert_eq!((asked.acd, asked.from.as_str()), (None, "2026-01-03"));
}

#[test]
fn storage_says_beforehand_that_data_collection_must_be_off() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Storage(ACD));
    let first = storage::before(&model, ACD).expect("it collects");
    assert_eq!(
        first,
        "To change what is kept, turn data collection of ACD 1 Berlin off first: on the one server, then on the other"
    );
    let mut health = world::health(Which::Primary, LinkState::Down);
    health.acds[0].collecting = false;
    model.apply(Update::Health { which: Which::Primary, health, took: Default::default(), at });
    assert_eq!(storage::before(&model, ACD), None);
    assert!(storage::before(&model, AcdNumber(2)).is_some(), "the other ACD collects on");
}

fn stored() -> api::StorageView {
    let PageData::Storage(view) = data(Which::Primary, &Page::Storage(ACD)) else { unreachable!() };
    view
}

#[test]
fn each_element_shows_what_is_allocated_used_and_kept() {
    let rows = storage::elements(&stored());
    let texts =
        |row: &storage::StorageRow| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>().join("|");
    assert_eq!(rows.len(), 8, "seven elements, and agents in splits");
    assert_eq!(texts(&rows[0]), "Splits/skills|2,000|214|–|62|400|104|60|61.2 MB|551 MB");
    assert_eq!(texts(&rows[3]), "Trunks|800|960|160|62|400|104|60|88.0 MB|792 MB");
    assert_eq!(rows[3].cells[3].level, Urgency::Caution, "more than allocated");
    assert_eq!(texts(&rows[4]), "Call work codes|1,999|17|–|62|400|104|60|700 KB|not known yet");
    assert_eq!(texts(&rows[7]), "Agents in splits/skills|100,000|5,410|–||||||");
    let mut changed = stored();
    changed.members = api::ItemUse { most: 0, most_at: None, last: 0, beyond: 0, ..changed.members };
    let rows = storage::elements(&changed);
    assert_eq!(texts(&rows[7]), "Agents in splits/skills|100,000|not counted yet|–||||||", "0 would be a figure");
    let events = storage::events(&stored());
    assert_eq!(texts(&events[2]), "call_rec|Call records, segment by segment|5,000,000|4,912,330|786 MB");
    let space = storage::space_facts(&stored().space);
    assert_eq!(space[0], ("Free on the disk", "182 GB".to_owned()));
    assert_eq!(space[3].1, "41.0 MB a day; the disk lasts 4,439 days at that");
    assert_eq!(storage::disk_advice(&stored().space), None);
    let full = api::Space { days_left: Some(6), ..stored().space };
    assert!(storage::disk_advice(&full).expect("soon").starts_with("The disk is full in 6 days"));
}

#[test]
fn an_allocation_asks_for_what_differs_and_says_what_is_lost() {
    let rows = storage::elements(&stored());
    let draft = storage::Draft::of(ACD, &rows[0]);
    assert_eq!(draft.title(), "Data storage of splits/skills in ACD 1");
    assert_eq!(draft.change(), Err("Nothing is other than before".to_owned()));
    let with = |at: usize, text: &str| {
        let mut draft = draft.clone();
        draft.amounts[at].text = text.to_owned();
        draft
    };
    let Ok(ChangeRequest::Storage(set)) = with(1, " 370 ").change() else { panic!("it is right") };
    assert_eq!(
        (set.element.as_str(), set.items, set.intrahour_days, set.daily_days),
        ("splits", None, Some(370), None)
    );
    assert_eq!(with(1, "370").loss(), None, "more is kept");
    let lost = "Less is kept: 399 days of daily rows where 400 are kept now. What is older is removed at once, \
                and does not come back";
    assert_eq!(with(2, "399").loss().as_deref(), Some(lost));
    assert!(with(2, "399").change().expect_err("not by a click alone").starts_with("Tick \"Remove what is older"));
    let mut agreed = with(2, "399");
    agreed.lets_go = true;
    assert!(matches!(agreed.change(), Ok(ChangeRequest::Storage(set)) if set.daily_days == Some(399)));
    assert_eq!(with(0, "10").loss(), None, "a number of items removes nothing");
    let mut once_less = stored();
    once_less.elements[1].gone_before = Some("2026-11-20".to_owned());
    let told = "Agents: interval rows from before 2026-11-20 are gone, because less was kept once";
    assert_eq!(storage::gone(&once_less), [told]);
    assert!(with(1, "371").change().expect_err("too many").contains("at most 370"));
    assert!(with(2, "a year").change().expect_err("no number").contains("\"a year\" is no whole number"));
    let events = storage::events(&stored());
    let mut records = storage::Draft::of(ACD, &events[2]);
    records.amounts[0].text = "6,000,000".to_owned();
    let Ok(ChangeRequest::Storage(set)) = records.change() else { panic!("it is right") };
    assert_eq!((set.element.as_str(), set.records, set.items), ("call_rec", Some(6_000_000), None));
}

#[test]
fn the_times_of_summing_up_are_checked_and_only_what_differs_is_asked_for() {
    let view = stored().summarizing;
    assert_eq!(times::facts(&view)[0], ("Summed up", "at 00:35 by the ACD's clock".to_owned()));
    assert_eq!(times::facts(&view)[3].1, "summed up again only by hand");
    let draft = times::Draft::of(ACD, &view, None);
    assert_eq!(draft.change(), Err("Nothing is other than before".to_owned()));
    let mut changed = draft.clone();
    (changed.now.summarize_at, changed.now.week_start) = ("1:05".to_owned(), "Monday".to_owned());
    let Ok(ChangeRequest::Summarizing(set)) = changed.change() else { panic!("it is right") };
    assert_eq!((set.summarize_at.as_deref(), set.week_start.as_deref()), (Some("01:05"), Some("Monday")));
    assert_eq!((set.daily_start, set.week_stop, set.rerun), (None, None, None));
    changed.now.daily_stop = "24:00".to_owned();
    assert_eq!(changed.change(), Err("\"24:00\" is no time of day; write it as 00:35".to_owned()));
}

fn told() -> ExceptionsData {
    let PageData::Exceptions(told) = data(Which::Primary, &Page::Exceptions(ACD)) else { unreachable!() };
    told
}

#[test]
fn rules_are_listed_by_what_they_watch() {
    let names = world::dictionary();
    let texts = |of: &str, search: &str| -> Vec<String> {
        let rows = exceptions::rules(&told().rules, Some(&names), of, search);
        rows.iter().map(|row| row.texts.join("|")).collect()
    };
    assert_eq!(
        texts("split", ""),
        [
            "1|Sales|abandons||5|on",
            "3|Billing|calls-waiting||10|on",
            "3|Billing|time-in-queue|60 s|0|on",
            "12|Retention|answer-speed|45 s|20|off",
            "40||time-in-queue|90 s|2|on",
        ]
    );
    assert_eq!(texts("agent", ""), ["3|Billing|time-aux, reason 5|600 s|0|on"]);
    assert_eq!(texts("split", "billing queue"), ["3|Billing|time-in-queue|60 s|0|on"]);
    assert!(texts("vector", "").is_empty());
}

#[test]
fn the_log_has_the_newest_first_and_says_of_what() {
    let berlin = calendar("Europe/Berlin");
    let rows = exceptions::log(&told().log.exceptions, Some(&world::dictionary()), berlin.as_ref(), "");
    let texts: Vec<String> = rows.iter().map(|row| row.join("|")).collect();
    assert_eq!(texts[0], "2026-11-23 10:41:55|trunk group 10 Carrier A|in-use-min|3 s|5 s|trunk 14, agent 4020");
    assert_eq!(texts[1], "2026-11-23 10:41:03|split/skill 3 Billing|calls-waiting|11|10|");
    assert_eq!(texts[2], "2026-11-23 10:37:56|agent 4011 Keiko Mori, split/skill 3|time-aux|600 s|600 s|reason 5");
    assert_eq!(texts.len(), 5);
    let found = exceptions::log(&told().log.exceptions, Some(&world::dictionary()), berlin.as_ref(), "abandons");
    assert_eq!(found.len(), 1);
    let troubles = exceptions::troubles(&told().troubles, berlin.as_ref());
    let words: Vec<&str> = troubles.iter().map(|row| row[0].text.as_str()).collect();
    assert_eq!(words, ["Log-on refused", "Link lost", "Archive not written"]);
    assert_eq!(troubles[2][0].level, Urgency::Caution, "data may be late");
}

#[test]
fn an_exception_is_checked_as_it_is_typed_and_can_be_set_for_several_things() {
    let types = told().types;
    let draft = |exception: &str, numbers: &str| exceptions::Draft {
        exception: exception.to_owned(),
        numbers: numbers.to_owned(),
        limit: "60".to_owned(),
        ..exceptions::Draft::new(ACD, &types, "split")
    };
    let wrong = |draft: exceptions::Draft, part: &str| {
        let why = draft.change().expect_err("it is wrong");
        assert!(why.contains(part), "{why}");
    };
    wrong(draft("", "1"), "Choose what is watched for");
    wrong(draft("time-in-vector", "1"), "Choose what is watched for");
    wrong(draft("time-in-queue", " ,"), "numbers or names of what is watched are needed");
    wrong(draft("time-in-queue", "1, x"), "\"x\" is no number");
    wrong(draft("time-in-queue", "9-7"), "\"9-7\" runs backwards");
    wrong(draft("time-in-queue", "1-10000"), "At most 500");
    wrong(draft("time-in-queue", "1, 3-"), "\"3-\" is an open range");
    let names = world::dictionary();
    let named = |numbers: &str| draft("abandons", numbers).knowing(Some(&names));
    assert_eq!(named("1; Billing, 3-4").numbers().as_deref(), Ok(&["1", "3", "4"].map(str::to_owned)[..]), "each once");
    wrong(named("Main line"), "is no number and no name of splits/skills");
    assert_eq!(
        exceptions::Draft { of: "vdn", ..named("main LINE") }.numbers().as_deref(),
        Ok(&["2000".to_owned()][..])
    );
    wrong(exceptions::Draft { limit: "28801".to_owned(), ..draft("time-in-queue", "1") }, "0 to 28800");
    wrong(exceptions::Draft { threshold: "1000".to_owned(), ..draft("time-in-queue", "1") }, "0 to 999");
    let Ok(ChangeRequest::Exception(set)) = draft("time-in-queue", "1, 3; 7-9").change() else { panic!("it is right") };
    assert_eq!(set.numbers, ["1", "3", "7", "8", "9"]);
    assert_eq!((set.limit_secs, set.threshold, set.reason, set.on), (Some(60), Some(0), None, true));
    let Ok(ChangeRequest::Exception(set)) = draft("abandons", "1").change() else { panic!("it is right") };
    assert_eq!(set.limit_secs, None, "not about time");
    let rule = told().rules.into_iter().find(|rule| rule.of == "agent").expect("one of agents");
    let edited = exceptions::Draft::of(ACD, &types, &rule);
    assert_eq!((edited.title().as_str(), edited.reason.as_str()), ("Exception time-aux", "5"));
    wrong(exceptions::Draft { reason: "100".to_owned(), ..edited.clone() }, "0 to 99");
    let any = exceptions::Draft { reason: String::new(), ..edited };
    let Ok(ChangeRequest::Exception(set)) = any.change() else { panic!("it is right") };
    assert_eq!(set.reason, None);
    let ChangeRequest::Exception(off) = exceptions::switch(ACD, &rule, false) else { panic!("an exception") };
    assert_eq!((off.on, off.threshold, off.limit_secs, off.reason), (false, None, None, Some(5)), "limits are kept");
}

#[test]
fn agents_who_are_traced_are_told_apart() {
    let PageData::Traces(traced) = data(Which::Primary, &Page::Traces(ACD)) else { unreachable!() };
    let names = world::dictionary();
    let texts = |all, search: &str| -> Vec<String> {
        let rows = traces::rows(&traced, Some(&names), all, search);
        rows.iter().map(|row| row.texts().join("|")).collect()
    };
    assert_eq!(texts(false, ""), ["4003|Carla Jensen|on", "4017|Quinn Taylor|on", "9001||on"]);
    assert_eq!(texts(true, "carla jensen")[0], "4003|Carla Jensen|on");
    assert_eq!(texts(true, "4004"), ["4004|Dmitri Volkov|"]);
    assert_eq!(texts(true, "").len(), 401, "all that have a name, and one that has none");
    let request = traces::report_request(ACD, &["4003", "4017"]).expect("a built-in report");
    assert_eq!(request.path, "Historical/Agent/Agent Trace");
    assert!(request.inputs.values().any(|typed| typed == "4003;4017"), "{:?}", request.inputs);
    let typed = |agent: &str| traces::Draft { acd: ACD, agent: agent.to_owned() }.change();
    assert_eq!(typed(" "), Err("The agent's login ID is needed".to_owned()));
    assert!(typed("12345678901234567").is_err(), "longer than a login ID can be");
    assert!(matches!(typed(" 4003 "), Ok(ChangeRequest::Trace(set)) if set.on && set.agent.as_str() == "4003"));
}

#[test]
fn call_history_says_how_far_it_is_and_what_is_wrong() {
    let model = shown(Instant::now(), Which::Primary, &Page::HistoryInterface);
    let PageData::HistoryInterface(state) = data(Which::Primary, &Page::HistoryInterface) else { unreachable!() };
    let view = history::view(&model, &state);
    assert_eq!((view.on, view.form.as_str(), view.before), (true, "version 181, binary", None));
    let fact = |row: usize, name: &str| {
        let facts = &view.acds[row].facts;
        facts.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    };
    assert_eq!(fact(0, "Waiting"), Some("0 files with 0 segments"));
    assert_eq!(fact(0, "Last file"), Some("chr0811, at 2026-11-23 10:00:27"));
    assert_eq!(fact(0, "Taken up to"), Some("record 117665100971003 of 2026-11-23 10:41:58"));
    assert_eq!(fact(0, "Handed over"), Some("812 files with 1,204,331 segments, up to record 117665100822921"));
    assert_eq!((fact(0, "Did not fit"), fact(1, "Did not fit")), (None, Some("3 × CALLING_PTY")));
    assert_eq!((view.acds[0].is_waiting, view.acds[1].is_waiting), (false, true));
    assert!(view.acds[1].problem.as_ref().expect("a problem").contains("is no folder"));
    let unset = api::HistoryInterface { on: false, configured: false, version: None, form: None, acds: Vec::new() };
    assert!(history::view(&model, &unset).before.expect("a step").contains("add [history] to cms.toml"));
}

fn warnings(model: &Model, which: Which) -> Vec<String> {
    let draft = history::Draft::of(model, which);
    draft.lines.into_iter().filter(|(_, can_do_harm)| *can_do_harm).map(|(text, _)| text).collect()
}

#[test]
fn turning_call_history_on_says_what_it_means_where_the_other_server_may_send_too() {
    let at = Instant::now();
    let mut model = shown(at, Which::Secondary, &Page::HistoryInterface);
    let view = frame_view(&model, PageKind::HistoryInterface, Some(ACD), at).expect("signed in");
    assert_eq!(view.lines[0].kind, LineKind::Caution);
    assert!(view.lines[0].text.contains("usually does not send, so that nothing is sent twice"), "{:?}", view.lines);
    assert!(!view.about.contains("make the same change"), "{}", view.about);
    assert!(warnings(&model, Which::Secondary)[0].contains("While cms-north, the primary, sends too"));
    model.apply(Update::Serving(Some(Which::Primary)));
    assert!(warnings(&model, Which::Primary)[0].contains("If cms-south sends at present"));
    let mut profile = world::profile();
    profile.secondary = None;
    model.apply(Update::ProfileChanged(profile));
    assert!(warnings(&model, Which::Primary).is_empty(), "there is no other server");
    let draft = history::Draft { lines: Vec::new(), after: " 77 ".to_owned() };
    assert_eq!(draft.after(), Ok(Some(77)));
    assert!(history::Draft { after: "last".to_owned(), ..draft }.change().is_err());
}

#[test]
fn every_page_but_those_for_administrators_may_be_looked_at_by_everybody() {
    let at = Instant::now();
    for kind in PageKind::all() {
        let page = kind.page(Some(ACD)).unwrap_or(Page::Collection);
        let mut model = shown(at, Which::Primary, &page);
        model.apply(Update::SignedIn { which: Which::Primary, administrator: false });
        let view = frame_view(&model, kind, Some(ACD), at).expect("signed in");
        assert!(view.may.is_err(), "{}", kind.title());
        let is_closed = matches!(kind, PageKind::Changes | PageKind::Users | PageKind::Shortcuts | PageKind::Menu);
        assert_eq!(view.closed.is_some(), is_closed, "{}", kind.title());
    }
}
