//! What the screens show, as text.

use std::time::{Duration, Instant};

use api::LinkState;
use report::Level;
use session::{Arranger, Certificate, Model, Refresh, ReportKey, SortBy, Sorting, Update, Which};

use super::world::{self, ACD};
use crate::keep::{self, KeepError, Kept};
use crate::layout::LayoutFile;
use crate::settings::Settings;
use crate::theme::{self, DARK, LIGHT};
use crate::view::cells::{cell_view, total_view};
use crate::view::inputs::{Pace, choices, forms, label, picked, toggled};
use crate::view::library::{Tab, categories, found};
use crate::view::meanings::column_meaning;
use crate::view::pane::{Feed, inputs_line, pane_view};
use crate::view::prefs::{OwnLimits, PanePrefs};
use crate::view::servers::{Ask, asks, grouped, server_lines, the_other_way_round};
use crate::view::times::{age_text, by_acd_clock};
use crate::view::top::{first_acd, top_view};
use crate::workspace::Workspace;

fn model_with(updates: impl IntoIterator<Item = Update>) -> Model {
    let mut model = Model::default();
    for update in updates {
        model.apply(update);
    }
    model
}

fn signed_in_with_report(at: Instant, name: &str, inputs: &[(&str, &str)]) -> (Model, session::ReportRequest) {
    let mut model = model_with(world::signed_in(at));
    let request = world::request(name, inputs);
    model.apply(Update::Opened { report: ReportKey(1), request: request.clone() });
    model.apply(world::frame(ReportKey(1), &request, 32, at));
    (model, request)
}

#[test]
fn text_is_legible_on_every_fill() {
    for (theme, palette) in [("light", &LIGHT), ("dark", &DARK)] {
        for (name, pair) in palette.pairs() {
            let contrast = contrast(pair.fill, pair.text);
            assert!(contrast >= 4.5, "{theme}: {name} has a contrast of {contrast:.2}");
        }
    }
}

#[test]
fn an_example_in_an_empty_field_is_weaker_than_what_is_typed() {
    let egui = egui::Context::default();
    theme::apply(&egui);
    for (theme, palette) in [(egui::Theme::Light, &LIGHT), (egui::Theme::Dark, &DARK)] {
        assert_eq!(egui.style_of(theme).visuals.weak_text_color(), palette.faint, "what fields show their examples in");
        let theme = format!("{theme:?}");
        let example = contrast(palette.sunken, palette.faint);
        assert!(2.5 * example < contrast(palette.sunken, palette.text), "{theme}: {example:.2}");
        assert!(example < contrast(palette.sunken, palette.soft), "{theme}: {example:.2}");
    }
}

/// Contrast of two colours as the accessibility guidelines define it.
fn contrast(one: egui::Color32, other: egui::Color32) -> f32 {
    let luminance = |color: egui::Color32| {
        let rgb = egui::Rgba::from(color);
        0.2126 * rgb.r() + 0.7152 * rgb.g() + 0.0722 * rgb.b()
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn columns_say_what_their_figures_mean() {
    let model = Model::default();
    let path = &report::find_built_in("Split/Skill Report").expect("a built-in report").path;
    let item = catalog::table("csplit").and_then(|table| table.item_for_key("SPLIT").map(|item| item.meaning));
    assert_eq!(column_meaning(&model, path, 0, "split_number").as_deref(), item);
    assert_eq!(column_meaning(&model, path, 0, "split").as_deref(), item, "the name of it");
    let waiting = column_meaning(&model, path, 0, "waiting").expect("a standard calculation");
    let known = report::standard_calculations().iter().find(|known| known.name == "CALLS_WAITING");
    assert_eq!(Some(waiting.as_str()), known.map(|known| known.meaning));
    assert_eq!(column_meaning(&model, path, 0, "nothing"), None);
    for definition in report::built_in() {
        for (at, block) in definition.blocks.iter().enumerate() {
            for id in block.columns.iter().flat_map(report::ColumnDef::ids) {
                let meaning = column_meaning(&model, &definition.path, at, &id);
                assert!(meaning.is_some_and(|meaning| !meaning.is_empty()), "{}: {id}", definition.name);
            }
        }
    }
}

#[test]
fn ages_read_as_people_say_them() {
    let check = |secs, expect: &str| assert_eq!(age_text(Duration::from_secs(secs)), expect);
    check(0, "0 s");
    check(59, "59 s");
    check(65, "1 min 05 s");
    check(7800, "2 h 10 min");
}

#[test]
fn a_pane_says_what_it_shows_and_whether_it_is_live() {
    let at = Instant::now();
    let (mut model, request) = signed_in_with_report(at, "Split/Skill Status", &[("splits", "1;3;5-9")]);
    let soon = at + Duration::from_secs(2);
    let view = pane_view(&model, ReportKey(1), &request, soon);
    assert_eq!(view.title, "Split/Skill Status");
    assert_eq!(view.inputs, "Splits/skills: Sales, Billing, 5-9 · ACD 1 · every 5 s");
    assert_eq!((view.chosen.as_str(), view.rest.as_str()), ("Sales, Billing, 5-9", "ACD 1 · every 5 s"));
    assert_eq!((view.feed, view.age.as_deref()), (Feed::Live, Some("2 s")));

    let why = "connection refused".to_owned();
    model.apply(Update::Unhealthy { which: Which::Primary, why, at: soon });
    let late = at + Duration::from_secs(40);
    let view = pane_view(&model, ReportKey(1), &request, late);
    let stale = "Stale since 10:42:09 — cms-north does not answer: connection refused";
    assert_eq!(view.feed, Feed::Stale(stale.to_owned()));
    assert_eq!(view.age.as_deref(), Some("40 s"));
    assert_eq!(view.at, Some(world::NOW), "a stale pane's times in state stand still");
}

/// One live report more than the user may have, say: nothing is on its way, and the words say what helps.
#[test]
fn a_pane_to_which_nothing_comes_says_why() {
    let at = Instant::now();
    let mut model = model_with(world::signed_in(at));
    let request = world::request("Split/Skill Status", &[("splits", "3")]);
    model.apply(Update::Opened { report: ReportKey(1), request: request.clone() });
    assert_eq!(pane_view(&model, ReportKey(1), &request, at).feed, Feed::Loading);
    let why = "anna has 4 live reports open and may have 4: close one first".to_owned();
    let state = session::ReportState::Stale { since: at, why: why.clone() };
    model.apply(Update::Feed { which: Which::Primary, report: ReportKey(1), state });
    assert_eq!(pane_view(&model, ReportKey(1), &request, at).feed, Feed::Waiting(why));
    model.apply(world::frame(ReportKey(1), &request, 32, at));
    assert_eq!(pane_view(&model, ReportKey(1), &request, at).feed, Feed::Live);
}

/// The server answers, and goes on sending frames in which the ACD's clock stands where the last event left it.
#[test]
fn a_pane_whose_link_is_down_tells_the_same_time_of_the_loss_with_every_frame() {
    let at = Instant::now();
    let (mut model, request) = signed_in_with_report(at, "Split/Skill Status", &[("splits", "3")]);
    // Without an age the server was restarted since, and nobody knows how long ago that time was.
    let ages = [
        (2, Some(2_400), "10:42:07"),
        (3600, Some(3_600_400), "10:42:07"),
        (86_400, Some(86_400_400), "2026-11-23 10:42:07"),
        (86_405, None, "2026-11-23 10:42:07"),
    ];
    for (after, age_ms, since) in ages {
        let at = at + Duration::from_secs(after);
        let Update::Frame { which, report, stamp, sheet, orders, .. } = world::frame(ReportKey(1), &request, 32, at)
        else {
            panic!("a frame");
        };
        let stamp = api::Stamp { link: LinkState::Down, age_ms, ..stamp };
        model.apply(Update::Frame { which, report, stamp, sheet, orders, at });
        let stale = format!("Stale since {since} — link to ACD 1 is down on cms-north");
        assert_eq!(pane_view(&model, ReportKey(1), &request, at).feed, Feed::Stale(stale), "after {after} s");
    }
}

/// What -1 and 0 are is the server's to work out; of one table alone no heading says it.
#[test]
fn a_pane_says_which_time_its_report_shows() {
    let at = Instant::now();
    let (mut model, request) = signed_in_with_report(at, "Split/Skill Summary Interval", &[("dates", "-1;0")]);
    let Update::Frame { which, report, stamp, sheet, orders, .. } = world::frame(ReportKey(1), &request, 0, at) else {
        panic!("a frame");
    };
    let mut sheet = (*sheet).clone();
    let title = &report::find_built_in("Split/Skill Summary Interval").expect("it comes along").blocks[0].title;
    sheet.blocks[0].title = format!("{title}: 2026-11-22 to 2026-11-23");
    model.apply(Update::Frame { which, report, stamp, sheet: std::sync::Arc::new(sheet), orders, at });
    let view = pane_view(&model, ReportKey(1), &request, at);
    assert!(view.inputs.starts_with("2026-11-22 to 2026-11-23 · Dates: -1, 0 · ACD 1"), "{}", view.inputs);
}

#[test]
fn a_long_list_of_inputs_is_cut() {
    let (model, mut request) =
        signed_in_with_report(Instant::now(), "Split/Skill Status", &[("splits", "1;2;3;5;7;9")]);
    assert_eq!(
        inputs_line(&model, &request),
        "Splits/skills: Sales, Service, Billing, Technical support and 2 more · ACD 1 · every 5 s"
    );
    request.inputs.insert("splits".to_owned(), "  ".to_owned());
    assert_eq!(inputs_line(&model, &request), "ACD 1 · every 5 s");
}

#[test]
fn the_top_bar_tells_server_links_clock_and_age() {
    let at = Instant::now();
    let mut model = model_with(world::signed_in(at));
    let view = top_view(&model, Some(ACD), at + Duration::from_secs(1)).expect("signed in");
    assert_eq!((view.server.as_str(), view.role, view.user.as_str()), ("cms-north", Which::Primary, "m.keller"));
    assert_eq!((view.clock.as_deref(), view.zone.as_str(), view.live), (Some("10:42:08"), "Europe/Berlin", true));
    assert_eq!(view.age.as_deref(), Some("1 s"));
    let links: Vec<_> = view.acds.iter().map(|acd| (acd.name.as_str(), acd.link)).collect();
    assert_eq!(links, [("Berlin", Some(LinkState::Up)), ("Porto", Some(LinkState::PumpUp))]);
    assert_eq!(view.acds[0].tooltip, "Berlin (ACD 1): link up");

    let mut health = world::health(Which::Primary, LinkState::Down);
    health.acds[0].collecting = false;
    model.apply(Update::Health { which: Which::Primary, health, took: Duration::ZERO, at });
    let off = &top_view(&model, Some(ACD), at).expect("signed in").acds[0];
    assert_eq!((off.tooltip.as_str(), off.collecting), ("Berlin (ACD 1): data collection is off", false));

    model.apply(Update::Unhealthy { which: Which::Primary, why: "timed out".to_owned(), at });
    let view = top_view(&model, Some(ACD), at + Duration::from_secs(9)).expect("signed in");
    assert_eq!((view.clock.as_deref(), view.live), (Some("10:42:07"), false), "a clock nobody hears stands still");
    assert_eq!(view.acds[0].link, None);
    assert_eq!(view.acds[0].tooltip, "Berlin (ACD 1): link unknown: the server does not answer");
}

#[test]
fn an_acd_that_the_user_may_not_see_is_left_out() {
    let mut model = model_with(world::signed_in(Instant::now()));
    model.apply(Update::AcdClosed { which: Which::Primary, acd: ACD });
    let view = top_view(&model, Some(ACD), Instant::now()).expect("signed in");
    assert_eq!(view.acds.iter().map(|acd| acd.acd.0).collect::<Vec<_>>(), [2]);
    assert_eq!(first_acd(&model), Some(model::AcdNumber(2)), "new reports are of another one");
    model.apply(Update::Dictionary { which: Which::Primary, acd: ACD, dictionary: world::dictionary() });
    assert_eq!(first_acd(&model), Some(ACD), "it is permitted meanwhile");
}

/// Before an outage one sees whether there is something to move to.
#[test]
fn the_top_bar_tells_how_the_other_server_is() {
    let at = Instant::now();
    let mut model = model_with(world::signed_in(at));
    let other = |model: &Model, at: Instant| {
        let other = top_view(model, Some(ACD), at).expect("signed in").other.expect("the profile has two");
        (other.word, other.ready, other.tooltip)
    };
    let (word, ready, tooltip) = other(&model, at);
    assert_eq!((word.as_str(), ready), ("", Some(true)));
    assert_eq!(tooltip, "Move all reports to the secondary cms-south, which is well (Ctrl+Shift+S)");
    let which = Which::Secondary;
    let told = |change: &dyn Fn(&mut api::Health)| {
        let mut health = world::health(which, LinkState::Up);
        change(&mut health);
        Update::Health { which, health, took: Duration::ZERO, at }
    };
    model.apply(told(&|health| health.acds[0].link = LinkState::Down));
    let (word, _, tooltip) = other(&model, at);
    assert_eq!(word, "cms-south ACD 1 down");
    assert!(tooltip.contains("nothing to move to") && tooltip.contains("ACD 1 Berlin"), "{tooltip}");
    // Somebody looks at ACD 1 alone: what is wrong with another one does not keep that from being moved.
    let request = world::request("Split/Skill Status", &[]);
    model.apply(Update::Opened { report: ReportKey(1), request });
    model.apply(told(&|health| health.acds[1].link = LinkState::Down));
    let (word, _, tooltip) = other(&model, at);
    assert_eq!(word, "cms-south ACD 2 down");
    assert!(tooltip.ends_with("Everything else can be moved to the secondary cms-south"), "{tooltip}");
    model.apply(Update::Closed { report: ReportKey(1) });
    model.apply(told(&|health| (health.acds[0].link, health.acds[0].collecting) = (LinkState::Down, false)));
    assert_eq!(other(&model, at).1, Some(true), "what is turned off is no surprise");
    model.apply(told(&|health| health.mode = api::Mode::SingleUser));
    assert_eq!(other(&model, at).0, "cms-south single-user");
    model.apply(told(&|_| {}));
    model.apply(Update::Unhealthy { which, why: "connection refused".to_owned(), at });
    let (word, ready, tooltip) = other(&model, at);
    assert_eq!((word.as_str(), ready), ("cms-south down", Some(false)));
    assert!(tooltip.contains("nothing to move to") && tooltip.contains("connection refused"), "{tooltip}");
    let mut profile = world::profile();
    profile.secondary = None;
    model.apply(Update::ProfileChanged(profile));
    assert_eq!(top_view(&model, Some(ACD), at).expect("signed in").other, None);
}

#[test]
fn the_sign_in_screen_knows_both_servers() {
    let at = Instant::now();
    let mut model = model_with([Update::Connected(world::profile())]);
    let text = |model: &Model| -> Vec<String> {
        server_lines(model, at).iter().map(|line| format!("{}: {}", line.title, line.text)).collect()
    };
    assert_eq!(text(&model)[0], "Primary https://cms-north.example:8443: Asking…");
    let mut health = world::health(Which::Primary, LinkState::Up);
    health.acds.truncate(1);
    model.apply(Update::Health { which: Which::Primary, health, took: Duration::ZERO, at });
    let fingerprint = "00ff".repeat(16);
    model.apply(Update::Certificate { which: Which::Secondary, certificate: Certificate::Unknown { fingerprint } });
    assert_eq!(
        text(&model),
        [
            "Primary cms-north: Answers; the link to its ACD is up; version 0.1.0",
            "Secondary https://cms-south.example:8443: Its certificate waits for your trust",
        ]
    );
    assert!(matches!(&asks(&model)[..], [Ask::Trust { which: Which::Secondary, .. }]));
    assert_eq!(grouped("00ff:12ab:9"), "00FF 12AB 9");
}

/// What the servers tell of themselves goes before what somebody wrote into a profile.
#[test]
fn a_profile_with_its_servers_the_other_way_round_is_told_and_exchanged() {
    let at = Instant::now();
    let mut model = model_with(world::signed_in(at));
    assert_eq!(the_other_way_round(&model), None);
    let tell = |model: &mut Model, which, role, mode| {
        let health = api::Health { role, mode, ..world::health(which, LinkState::Up) };
        model.apply(Update::Health { which, health, took: Duration::ZERO, at });
    };
    tell(&mut model, Which::Primary, api::Role::Secondary, api::Mode::SingleUser);
    assert_eq!(the_other_way_round(&model), None, "two secondaries are no matter of the profile");
    tell(&mut model, Which::Secondary, api::Role::Primary, api::Mode::MultiUser);
    let (why, exchanged) = the_other_way_round(&model).expect("it is told");
    assert!(why.ends_with("cms-north says that it is the secondary, cms-south says that it is the primary"), "{why}");
    assert_eq!(exchanged.primary.url, "https://cms-south.example:8443");
    let view = top_view(&model, Some(ACD), at).expect("signed in");
    assert_eq!((view.server.as_str(), view.role), ("cms-north", Which::Secondary));
    assert!(view.contradiction.is_some_and(|why| why.contains("has it as its primary")));
    assert!(view.single_user, "everybody else is locked out");
}

#[test]
fn pickers_and_typed_lists_stay_in_step() {
    let names = world::dictionary();
    let kind = model::NameKind::Split;
    let check = |text: &str, number: &str, expect: &str| assert_eq!(toggled(text, number, &names, kind), expect);
    check("", "3", "3");
    check("1;3", "3", "1");
    check("1; billing", "3", "1");
    check("1-7", "3", "1;2;5;7");
    check("all", "3", "3");
    check("1,2", "5", "1;2;5");
    let numbers: Vec<String> = picked("Sales;5-9;77", &names, kind).into_iter().collect();
    assert_eq!(numbers, ["1", "5", "7", "77", "9"]);
    let found: Vec<String> = choices(&names, kind, "se").into_iter().map(|choice| choice.number).collect();
    assert_eq!(found, ["2"], "Service, and in the order of numbers");
    let order: Vec<String> = choices(&names, kind, "").into_iter().map(|choice| choice.number).collect();
    assert_eq!(order, ["1", "2", "3", "5", "7", "9", "12", "14"]);
}

#[test]
fn inputs_say_what_they_want() {
    let asked = |report: &str| {
        let report = report::find_built_in(report).expect("a built-in report");
        report.inputs.iter().map(|input| format!("{}: {}", label(input), forms(input))).collect::<Vec<_>>()
    };
    let [splits, dates, times] = &asked("Split/Skill Summary Interval")[..] else { panic!("three inputs") };
    assert_eq!(splits, "Splits/skills (empty: all): Numbers or names: 1;3;5-9");
    assert_eq!(dates, "Dates: 0 for today, -7:-1, 2026-11-23, 2026-11-01:2026-11-07");
    assert_eq!(times, "Times of the day (empty: all): 08:00-17:30, or 08:00-12:00;13:00-17:30");
    assert_eq!(asked("VDN Summary Weekly")[1], "Weeks: -1 for last week, -4:-1, or a day of it: 2026-11-23");
    assert_eq!(asked("Vector Monthly")[1], "Months: -1 for last month, -12:-1, 2026-11");
    assert_eq!(asked("Call Records")[0], "Start: 2026-11-23 08:00, 08:00 for today, -1 for yesterday");
}

#[test]
fn a_refresh_is_seconds_or_as_it_happens() {
    let typed = |secs: &str, least| Pace { as_it_happens: false, secs: secs.to_owned() }.refresh(least);
    assert_eq!(typed(" 5 ", 1), Ok(Refresh::Secs(5)));
    assert!(typed("0", 1).is_err() && typed("601", 1).is_err() && typed("", 1).is_err());
    for refresh in [Refresh::Secs(1), Refresh::Secs(600), Refresh::AsItHappens] {
        assert_eq!(Pace::of(refresh).refresh(1), Ok(refresh));
    }
    // An integrated report.
    assert_eq!(typed("10", 10), Ok(Refresh::Secs(10)));
    assert_eq!(typed("9", 10), Err("The refresh is a whole number of seconds from 10 to 600".to_owned()));
    assert!(Pace::of(Refresh::AsItHappens).refresh(10).is_err());
    assert_eq!(Pace::of(Refresh::Secs(700)).secs, "600");
    let (model, mut request) = signed_in_with_report(Instant::now(), "VDN Report", &[]);
    request.refresh = Refresh::AsItHappens;
    assert_eq!(inputs_line(&model, &request), "ACD 1 · as it happens");
    request.refresh = Refresh::Once;
    assert_eq!(inputs_line(&model, &request), "ACD 1");
}

#[test]
fn the_list_has_tabs_and_a_search_through_all_of_them() {
    let model = model_with(world::signed_in(Instant::now()));
    let names = |tab, search: &str| -> Vec<String> {
        let shown = categories(&model.library, tab, search);
        shown
            .iter()
            .flat_map(|category| category.entries.iter().map(|entry| format!("{}/{}", category.name, entry.name)))
            .collect()
    };
    assert_eq!(names(Tab::Designer, ""), ["Personal/My morning round"]);
    let historical = report::built_in().iter().filter(|known| known.kind == report::ReportKind::Historical).count();
    assert_eq!(names(Tab::Historical, "").len(), historical);
    assert_eq!(
        names(Tab::Historical, "attendance"),
        [
            "Historical · Agent/Agent Attendance",
            "Historical · Agent/Agent Attendance Monthly",
            "Historical · Agent/Agent Attendance Weekly"
        ]
    );
    assert_eq!(names(Tab::Historical, "vdn rep"), ["Real-time · VDN/VDN Report"]);
    assert_eq!(names(Tab::Historical, "morning round"), ["Personal/My morning round"]);
    assert!(names(Tab::RealTime, "no such thing").is_empty());
}

/// Enter opens what stands first.
#[test]
fn what_fits_a_search_best_stands_first_in_both_lists() {
    let model = model_with(world::signed_in(Instant::now()));
    let check = |search: &str, expected: &str| {
        let shown = categories(&model.library, Tab::RealTime, search);
        let first = shown.first().and_then(|category| category.entries.first()).map(|entry| entry.name.as_str());
        assert_eq!(first, Some(expected), "{search}");
        assert_eq!(found(&model.library, search)[0].name, expected, "{search} in a picker");
    };
    check("agent summary int", "Agent Summary Interval");
    check("queue", "Queue/Agent Status");
    check("split/skill re", "Split/Skill Report");
    check("vdn report", "VDN Report");
}

/// Whoever chooses splits would take agents of the top skill for all who are staffed in them.
#[test]
fn the_multi_acd_report_says_which_agents_it_counts() {
    let report = report::find_built_in("Multi-ACD Report").expect("a built-in report");
    let text = serde_json::to_value(report).expect("it is plain data");
    let columns = text["blocks"][0]["columns"].as_array().expect("columns");
    let of_agents = ["TSTAFFED", "TAVAILABLE", "TONACD", "TINACW", "TINAUX", "TAGINRING", "TOTHER"];
    for item in of_agents {
        let column = columns.iter().find(|column| column["expression"] == item).expect(item);
        assert!(column["heading"].as_str().is_some_and(|heading| heading.contains("top skill")), "{column}");
    }
}

/// An agent with three skills is staffed in three queues: their sum would count that agent three times.
#[test]
fn agents_of_several_skills_are_summed_over_no_queues() {
    let sheets = ["Split/Skill Report", "Queue/Agent Status", "Split/Skill View"].map(report::find_built_in);
    for report in sheets.map(|report| report.expect("a built-in report")) {
        let queues = report.blocks.iter().filter(|block| block.table == "csplit");
        for column in queues.flat_map(|block| &block.columns) {
            let is_of_each_skill = ["STAFFED", "AVAILABLE", "INAUX", "OTHER"].contains(&column.expression.as_str());
            assert!(!is_of_each_skill || column.total.is_none(), "{}: {}", report.name, column.heading);
        }
        assert!(report.description.contains("have no total"), "{}", report.description);
    }
}

#[test]
fn moments_in_a_servers_words_are_told_by_the_acds_clock() {
    let model = model_with(world::signed_in(Instant::now()));
    let told = |text: &str| by_acd_clock(&model, text);
    let refused = "CMS-A is in single-user mode since 2026-11-23T09:42:07Z, set by cms: Zürich Z2026";
    assert_eq!(told(refused), "CMS-A is in single-user mode since 2026-11-23 10:42:07, set by cms: Zürich Z2026");
    assert_eq!(told("at 2026-07-01T00:00:00Z) exists already"), "at 2026-07-01 02:00:00) exists already");
    assert_eq!(by_acd_clock(&Model::default(), "at 2026-07-01T00:00:00Z"), "at 2026-07-01T00:00:00Z");
}

#[test]
fn rows_are_ordered_by_value_with_blanks_last() {
    let sheet = world::sheet("Split/Skill Report", &Default::default(), 0);
    let block = &sheet.blocks[0];
    let column = |id: &str| block.columns.iter().position(|column| column.id == id).expect("a column");
    let mut arranger = Arranger::default();
    arranger.show(sheet.clone());
    let mut shown = |id: &str, descending: bool| -> Vec<String> {
        let sorting = Sorting::from([(0, SortBy { column: id.to_owned(), descending })]);
        let orders = arranger.sort(sorting).expect("a sheet is shown");
        let text = |row: usize| {
            report::format_value(
                block.columns[column(id)].format,
                &block.rows[orders.of(0).row(row)].cells[column(id)].value,
                sheet.at,
            )
        };
        (0..block.rows.len()).map(text).collect()
    };
    let up: Vec<u32> = shown("waiting", false).iter().map(|text| text.parse().expect("a count")).collect();
    assert!(up.is_sorted(), "{up:?}");
    let longest_first = shown("oldest", true);
    assert_eq!(longest_first[0], "3:07");
    assert_eq!(longest_first.last().map(String::as_str), Some(""), "{longest_first:?}");
    assert_eq!(shown("oldest", false).last().map(String::as_str), Some(""));
    assert_eq!(shown("split", true)[0], "Technical support");
}

#[test]
fn headings_go_round_three_orders_and_limits_have_two_sides() {
    let mut prefs = PanePrefs::default();
    let mut click = || {
        prefs.click_heading(0, "waiting");
        prefs.sort.get(&0).map(|sort| sort.descending)
    };
    assert_eq!([click(), click(), click()], [Some(false), Some(true), None]);
    let high = OwnLimits { caution: Some(5.0), warning: Some(10.0), low_is_bad: false };
    let low = OwnLimits { caution: Some(80.0), warning: None, low_is_bad: true };
    let level = |limits: OwnLimits, value| limits.level(value, Level::Normal);
    let levels = [level(high, 4.9), level(high, 5.0), level(high, 10.0), level(low, 80.0), level(low, 81.0)];
    assert_eq!(levels, [Level::Normal, Level::Caution, Level::Warning, Level::Caution, Level::Normal]);
    prefs.change_column(0, "waiting", |column| column.limits = Some(high));
    prefs.change_column(0, "waiting", |column| column.limits = None);
    assert!(prefs.columns.is_empty(), "what is as by default is not kept");
}

#[test]
fn a_limit_of_ones_own_takes_the_place_of_that_of_the_report_and_of_no_other() {
    let (normal, caution, warning) = (Level::Normal, Level::Caution, Level::Warning);
    let check = |limits: OwnLimits, value: f64, by_report: Level, expect: Level| {
        assert_eq!(limits.level(value, by_report), expect, "{limits:?}: {value}, {by_report:?} by the report");
    };
    let none = OwnLimits::default();
    for level in [normal, caution, warning] {
        check(none, 7.0, level, level);
    }
    let own_warning = OwnLimits { warning: Some(100.0), ..none };
    check(own_warning, 7.0, caution, caution);
    check(own_warning, 7.0, warning, caution);
    check(own_warning, 100.0, normal, warning);
    let own_caution = OwnLimits { caution: Some(50.0), ..none };
    check(own_caution, 7.0, caution, normal);
    check(own_caution, 7.0, warning, warning);
    check(own_caution, 50.0, normal, caution);
}

/// A time that ticks on between two refreshes has the colour of what it shows, not of what it was.
#[test]
fn the_colour_of_a_time_ticks_with_it() {
    let sheet = world::sheet("Split/Skill Report", &Default::default(), 0);
    let oldest = sheet.blocks[0].columns.iter().find(|column| column.id == "oldest").expect("a column");
    let limits = Some(report::Limits { caution: 30.0, warning: 45.0, low_is_bad: false });
    let mut column = report::SheetColumn { limits, ..oldest.clone() };
    let cell = report::Cell { value: catalog::Value::Since(world::NOW), level: Level::Normal };
    let level = |column: &report::SheetColumn, secs: i64| cell_view(column, &cell, None, world::NOW + secs, None).level;
    let (normal, caution, warning) = (Level::Normal, Level::Caution, Level::Warning);
    assert_eq!([29, 30, 44, 45].map(|secs| level(&column, secs)), [normal, caution, caution, warning]);
    let own = OwnLimits { caution: Some(10.0), warning: None, low_is_bad: false };
    assert_eq!(cell_view(&column, &cell, Some(&own), world::NOW + 46, None).level, warning, "the report's own holds");
    column.limits = None;
    assert_eq!(level(&column, 300), normal, "what it goes by instead is known to the server alone");
}

#[test]
fn a_column_with_own_limits_that_are_empty_keeps_the_colours_of_the_report() {
    let sheet = world::sheet("Split/Skill Report", &Default::default(), 0);
    let column = &sheet.blocks[0].columns[2];
    assert_eq!(column.id, "waiting");
    let levels = |limits: Option<&OwnLimits>| -> Vec<Level> {
        let rows = sheet.blocks[0].rows.iter();
        rows.map(|row| cell_view(column, &row.cells[2], limits, sheet.at, None).level).collect()
    };
    let by_report = levels(None);
    assert!(by_report.contains(&Level::Warning), "{by_report:?}");
    assert_eq!(levels(Some(&OwnLimits::default())), by_report);
}

/// Limits are meant for one row: a sum of all rows would be beyond them as soon as there are rows enough.
#[test]
fn own_limits_colour_no_sum_of_rows() {
    let sheet = world::sheet("Split/Skill Report", &Default::default(), 0);
    let block = &sheet.blocks[0];
    let low = OwnLimits { caution: Some(0.0), warning: Some(0.5), low_is_bad: false };
    let mut levels = std::collections::BTreeMap::new();
    for (column, cell) in block.columns.iter().zip(block.totals.as_ref().expect("a total row")) {
        levels.insert(column.id.as_str(), total_view(column, cell, Some(&low), sheet.at, None).level);
    }
    assert_eq!(levels["waiting"], Level::Normal, "a sum");
    assert_eq!(levels["within_service_level"], Level::Warning, "a percentage over all rows: {levels:?}");
}

/// Whoever ticks own limits sees those of the report, and which side is the bad one.
#[test]
fn own_limits_begin_beside_those_of_the_report() {
    let sheet = world::sheet("Split/Skill Report", &Default::default(), 0);
    let column = |id: &str| sheet.blocks[0].columns.iter().find(|column| column.id == id).expect("a column");
    let by_report = column("within_service_level").limits.expect("the report colours it");
    assert!(by_report.low_is_bad && by_report.warning < by_report.caution, "{by_report:?}");
    assert!(OwnLimits::beside(Some(by_report)).low_is_bad);
    assert_eq!(OwnLimits::beside(column("waiting").limits), OwnLimits::default(), "much is bad there");
    assert!(column("waiting").limits.is_some());
}

#[test]
fn a_layout_comes_back_as_it_was_and_a_broken_one_is_set_aside() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    assert!(LayoutFile::load(dir.path(), "Day shift").expect("no file is no error").is_none());
    let mut workspace = Workspace::default();
    for name in ["VDN Report", "Agent Report", "Split/Skill Report"] {
        workspace.open(world::request(name, &[]));
    }
    workspace.pane_mut(ReportKey(3)).expect("the third pane").request.refresh = Refresh::AsItHappens;
    let key = ReportKey(2);
    let limits = Some(OwnLimits { caution: Some(1.5), ..OwnLimits::default() });
    let pane = workspace.pane_mut(key).expect("the second pane");
    pane.prefs.change_column(0, "time", |column| column.limits = limits);
    let file = workspace.to_file(Some(ACD));
    file.save(dir.path(), "Day shift").expect("the folder can be written to");
    let back = LayoutFile::load(dir.path(), "Day shift").expect("a sound file").expect("a file");
    assert_eq!(back, file);
    let mut again = Workspace::from_file(back);
    assert_eq!(again.pane(key).expect("the pane").prefs.column(0, "time").limits, limits);
    assert_eq!(again.open(world::request("VDN Report", &[])), ReportKey(4), "numbers are never used again");

    let path = dir.path().join("layouts/Day shift.json");
    std::fs::write(&path, b"{\"version\": 1, ").expect("the folder can be written to");
    let error = LayoutFile::load(dir.path(), "Day shift").expect_err("a torn file");
    assert!(matches!(&error, KeepError::Broken { aside, .. } if aside.exists()), "{error}");
    assert!(!path.exists());
    std::fs::write(&path, serde_json::to_vec(&serde_json::json!({"version": 2, "tree": file.tree})).expect("JSON"))
        .expect("the folder can be written to");
    let error = LayoutFile::load(dir.path(), "Day shift").expect_err("a newer file");
    assert!(error.to_string().contains("version-2"), "{error}");
}

#[test]
fn profiles_whose_names_differ_in_marks_alone_have_layouts_of_their_own() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let layout = |acd| Workspace::default().to_file(Some(model::AcdNumber(acd)));
    let names = ["Day 1", "Day_1", "Day-1", "Day.1"];
    for (name, acd) in names.into_iter().zip(1..) {
        layout(acd).save(dir.path(), name).expect("the folder can be written to");
    }
    for (name, acd) in names.into_iter().zip(1..) {
        let kept = LayoutFile::load(dir.path(), name).expect("a sound file").expect("a file");
        assert_eq!(kept.acd, Some(model::AcdNumber(acd)), "{name}");
    }
    // As it was kept before.
    keep::write(&dir.path().join("layouts/Night_shift.json"), &layout(9)).expect("the folder can be written to");
    let kept = LayoutFile::load(dir.path(), "Night shift").expect("a sound file").expect("a file");
    assert_eq!(kept.acd, Some(model::AcdNumber(9)));
}

#[test]
fn settings_are_kept_and_unknown_ones_do_no_harm() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings { scale_percent: 150, last_profile: Some("Night".to_owned()), ..Settings::default() };
    settings.save(dir.path()).expect("the folder can be written to");
    assert_eq!(Settings::load(dir.path()).expect("a sound file"), settings);
    keep::write(&dir.path().join("settings.json"), &serde_json::json!({"scale_percent": 125, "later": true}))
        .expect("the folder can be written to");
    assert_eq!(Settings::load(dir.path()).expect("a newer file").scale_percent, 125);
}

/// Who reads that a file is broken wants to know what is lost and what to do; and a second one replaces no first one.
#[test]
fn files_that_cannot_be_read_or_written_say_what_follows() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("settings.json");
    let broken = |content: &str| {
        std::fs::write(&path, content).expect("the folder can be written to");
        Settings::load(dir.path()).expect_err("a torn file").in_words(Kept::Settings)
    };
    let text = broken("{\"theme\": ");
    assert!(text.starts_with("Your settings cannot be read: the file is damaged (EOF while"), "{text}");
    assert!(text.contains("Everything is set as at the first start: set it anew in the settings"), "{text}");
    assert!(text.contains("What there was is kept as") && text.contains("settings.broken.json"), "{text}");
    assert!(broken("[").contains("settings.broken-2.json"));
    let kept = std::fs::read_to_string(dir.path().join("settings.broken.json")).expect("the first one is there");
    assert_eq!(kept, "{\"theme\": ");
    let source = std::io::Error::other("read-only file system");
    let text = KeepError::Write { path: path.clone(), source }.in_words(Kept::Arrangement);
    assert!(text.starts_with("The arrangement of your reports cannot be kept, and will be lost when the program ends"));
    assert!(text.ends_with("start the program with --config and another folder"), "{text}");
    let source = std::io::Error::other("permission denied");
    let text = KeepError::Read { path, source }.in_words(Kept::Arrangement);
    assert!(text.contains("No report of it is open: open them anew, or run a shortcut"), "{text}");
}

#[test]
fn the_workspace_tells_the_session_only_what_changed() {
    let mut model = model_with(world::watched(Instant::now()));
    let mut workspace = Workspace::default();
    let first = workspace.open(world::request("VDN Report", &[]));
    assert_eq!(workspace.commands(&model), [], "nothing before signing in");
    model.apply(Update::Serving(Some(Which::Primary)));
    let words = |commands: Vec<session::Command>| -> Vec<String> {
        commands
            .iter()
            .map(|command| format!("{command:?}").split([' ', '(']).next().unwrap_or("").to_owned())
            .collect()
    };
    assert_eq!(words(workspace.commands(&model)), ["Open"]);
    assert_eq!(words(workspace.commands(&model)), [""; 0]);
    workspace.pane_mut(first).expect("the pane").request.refresh = session::Refresh::Secs(30);
    workspace.duplicate(first);
    assert_eq!(words(workspace.commands(&model)), ["Change", "Open"]);
    workspace.pane_mut(first).expect("the pane").prefs.click_heading(0, "waiting");
    assert_eq!(words(workspace.commands(&model)), ["Sort"]);
    workspace.duplicate(first);
    assert_eq!(words(workspace.commands(&model)), ["Open", "Sort"], "a copy is in the same order");
    model.apply(Update::Serving(Some(Which::Secondary)));
    assert_eq!(words(workspace.commands(&model)), [""; 0], "the session moves open reports itself");
    workspace.close(first);
    assert_eq!(words(workspace.commands(&model)), ["Close"]);
}

/// Text and chips are never weak, and nothing that is not nought.
#[test]
fn noughts_are_known_from_figures() {
    let check = |texts: &[&str], expect: bool| {
        for text in texts {
            assert_eq!(crate::widgets::table::is_zero(text), expect, "{text:?}");
        }
    };
    check(&["0", "0:00", "0.0", "0 %", "00:00"], true);
    check(&["", "1", "10", "0:01", "20 %", "-", ":", "O"], false);
}
