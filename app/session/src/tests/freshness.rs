use std::time::{Duration, Instant};

use api::LinkState;

use super::{NOON, REPORT, frame, health, request, working};
use crate::{BannerKind, Certificate, Freshness, Model, Refresh, ReportState, Update, Which, clock_text};

const SECOND: Duration = Duration::from_secs(1);

fn stale(model: &Model, now: Instant) -> Option<(Instant, String)> {
    match model.freshness(REPORT, now) {
        Freshness::Stale { since, why } => Some((since, why)),
        Freshness::Live => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_is_loading_until_its_first_frame() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::Secs(1)) });
    assert_eq!(model.freshness(REPORT, start), Freshness::Loading);
    assert_eq!(model.age(REPORT, start), None);
    model.apply(frame(Which::Primary, LinkState::Up, start));
    assert_eq!(model.freshness(REPORT, start), Freshness::Live);
    assert_eq!(model.age(REPORT, start + SECOND), Some(Duration::from_millis(1250)));
    // A server that was restarted has not heard from the ACD yet.
    let Update::Frame { which, report, stamp, sheet, orders, at } = frame(Which::Primary, LinkState::Up, start) else {
        panic!("a frame");
    };
    let stamp = api::Stamp { age_ms: None, ..stamp };
    model.apply(Update::Frame { which, report, stamp, sheet, orders, at });
    assert_eq!(model.age(REPORT, start + SECOND), None);
}

#[test]
fn a_dead_server_makes_its_reports_stale_since_it_was_noticed() {
    let start = Instant::now();
    let mut model = working(start);
    let at = start + SECOND / 2;
    model.apply(Update::Unhealthy { which: Which::Primary, why: "Connection refused".to_owned(), at });
    let why = "cms1 does not answer: Connection refused".to_owned();
    assert_eq!(stale(&model, at), Some((at, why.clone())));
    model.apply(Update::Unhealthy { which: Which::Primary, why: "Connection refused".to_owned(), at: at + SECOND });
    assert_eq!(stale(&model, at + SECOND), Some((at, why)), "the same trouble keeps the time it began");
    assert!(model.reports[&REPORT].sheet.is_some(), "what is shown stays");
    let later = at + 5 * SECOND;
    model.apply(health(Which::Primary, LinkState::Up, later));
    model.apply(frame(Which::Primary, LinkState::Up, later));
    assert_eq!(stale(&model, later), None);
}

#[test]
fn a_server_that_hangs_is_noticed_within_two_seconds_without_any_update() {
    let start = Instant::now();
    let model = working(start);
    assert_eq!(stale(&model, start + Duration::from_millis(1800)), None);
    let (since, why) = stale(&model, start + Duration::from_millis(1999)).unwrap();
    assert_eq!((since, why.as_str()), (start + SECOND, "the expected refresh did not come"));
    let (_, why) = stale(&model, start + 4 * SECOND).unwrap();
    assert_eq!(why, "cms1 has gone silent");
}

#[test]
fn a_link_that_is_down_makes_reports_stale_by_stamp_and_by_health() {
    for by_stamp in [true, false] {
        let start = Instant::now();
        let mut model = working(start);
        let tell = |link, at| {
            if by_stamp { frame(Which::Primary, link, at) } else { health(Which::Primary, link, at) }
        };
        let down_at = start + SECOND / 2;
        model.apply(tell(LinkState::Down, down_at));
        assert_eq!(stale(&model, down_at), Some((down_at, "link to ACD 1 is down on cms1".to_owned())));
        model.apply(tell(LinkState::PumpUp, down_at + SECOND / 4));
        let (since, why) = stale(&model, down_at + SECOND / 4).unwrap();
        assert_eq!((since, why.as_str()), (down_at, "link to ACD 1 is pump-up on cms1"), "still one trouble");
        model.apply(tell(LinkState::Up, down_at + SECOND / 2));
        assert_eq!(stale(&model, down_at + SECOND / 2), None);
    }
}

/// The report is of ACD 1, with the rows of ACD 2 beside it.
#[test]
fn a_report_over_several_acds_is_stale_by_the_one_whose_link_is_down() {
    let start = Instant::now();
    let mut model = working(start);
    let at = start + SECOND / 2;
    let Update::Frame { which, report, stamp, sheet, orders, .. } = frame(Which::Primary, LinkState::Up, at) else {
        panic!("a frame");
    };
    let other = api::Stamp { acd: model::AcdNumber(2), link: LinkState::Down, ..stamp.clone() };
    model.apply(Update::Frame { which, report, stamp: stamp.with(other), sheet, orders, at });
    assert_eq!(stale(&model, at), Some((at, "link to ACD 2 is down on cms1".to_owned())));
    model.apply(frame(Which::Primary, LinkState::Up, at + SECOND / 4));
    assert_eq!(stale(&model, at + SECOND / 4), None);
}

#[test]
fn the_other_servers_trouble_leaves_reports_live() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Unhealthy { which: Which::Secondary, why: "gone".to_owned(), at: start });
    assert_eq!(stale(&model, start), None);
    assert_eq!(model.banner(start), None);
}

#[test]
fn the_banner_tells_of_both_servers_and_offers_the_other() {
    let start = Instant::now();
    let mut model = working(start);
    assert_eq!(model.banner(start), None);
    let at = start + SECOND;
    model.apply(Update::Unhealthy { which: Which::Primary, why: "no answer in time".to_owned(), at });
    model.apply(health(Which::Secondary, LinkState::Up, at));
    let banner = model.banner(at + 2 * SECOND).unwrap();
    assert_eq!(
        banner.text(),
        "The primary is in trouble: cms1 does not answer: no answer in time\n\
         Primary cms1: no answer for 2 s (no answer in time)\n\
         Secondary cms2: answers; ACD 1 up, ACD time 12:00:00, data 2 s old"
    );
    assert_eq!((banner.kind, banner.action), (BannerKind::Lost, Some(Which::Secondary)));
    assert_eq!(banner.auto_switch_in_secs, None, "off unless somebody chose it");
    let mut profile = model.profile.clone().unwrap();
    profile.auto_switch_secs = Some(10);
    model.apply(Update::ProfileChanged(profile));
    assert_eq!(model.banner(at + 2 * SECOND).unwrap().auto_switch_in_secs, Some(8));
    model.apply(health(Which::Secondary, LinkState::Down, at + 2 * SECOND));
    assert_eq!(model.banner(at + 2 * SECOND).unwrap().auto_switch_in_secs, None, "not to a server in trouble");
}

/// What a server tells, changed.
fn told(which: Which, at: Instant, change: impl FnOnce(&mut api::Health)) -> Update {
    let Update::Health { which, mut health, took, at } = health(which, LinkState::Up, at) else { panic!("health") };
    change(&mut health);
    Update::Health { which, health, took, at }
}

#[test]
fn a_server_in_single_user_mode_is_not_offered() {
    let start = Instant::now();
    let mut model = working(start);
    let single_user = |health: &mut api::Health| health.mode = api::Mode::SingleUser;
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    model.apply(told(Which::Secondary, start, single_user));
    let banner = model.banner(start).unwrap();
    assert_eq!(banner.action, None);
    assert!(
        banner.headline.ends_with("The secondary is no better: cms2 is in single-user mode"),
        "{}",
        banner.headline
    );
    // Working at the secondary while an administrator sets up the primary.
    let mut model = working(start);
    model.apply(Update::Serving(Some(Which::Secondary)));
    model.apply(told(Which::Secondary, start, |_| {}));
    model.apply(told(Which::Primary, start, single_user));
    let mut signed_in = model.clone();
    signed_in.apply(Update::SignedIn { which: Which::Secondary, administrator: false });
    let banner = signed_in.banner(start).unwrap();
    assert_eq!((banner.kind, banner.action), (BannerKind::Alone, None));
    assert!(banner.headline.contains("the primary is in single-user mode"), "{}", banner.headline);
}

#[test]
fn the_banner_goes_by_the_roles_that_the_servers_tell() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(told(Which::Primary, start, |health| health.role = api::Role::Secondary));
    model.apply(told(Which::Secondary, start, |health| health.role = api::Role::Primary));
    let banner = model.banner(start).unwrap();
    assert_eq!((banner.kind, banner.action), (BannerKind::WayBack, Some(Which::Secondary)));
    assert_eq!(banner.headline, "Reports come from the secondary cms1; the primary is well");
    assert!(banner.servers[0].starts_with("Secondary cms1") && banner.servers[1].starts_with("Primary cms2"));
}

#[test]
fn the_banner_tells_nothing_of_an_acd_that_may_not_be_seen() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::AcdClosed { which: Which::Primary, acd: model::AcdNumber(1) });
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    let banner = model.banner(start).unwrap();
    assert!(banner.servers.iter().all(|line| !line.contains("ACD 1 up")), "{:?}", banner.servers);
}

#[test]
fn a_server_that_is_no_better_is_not_offered() {
    let start = Instant::now();
    let mut model = working(start);
    for which in Which::BOTH {
        model.apply(health(which, LinkState::Down, start));
    }
    let banner = model.banner(start).unwrap();
    assert_eq!(banner.action, None);
    assert_eq!(
        banner.headline,
        "The primary is in trouble: link to ACD 1 is down on cms1. The secondary is no better: link to ACD 1 is down on cms2"
    );
    // Of a server that is gone not even history is to be had.
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    assert_eq!(model.banner(start).unwrap().action, Some(Which::Secondary));
    model.apply(Update::Unhealthy { which: Which::Secondary, why: "gone, too".to_owned(), at: start });
    let banner = model.banner(start).unwrap();
    assert_eq!(banner.action, None);
    assert!(banner.headline.ends_with("The secondary is no better: cms2 does not answer: gone, too"));
}

#[test]
fn data_collection_that_is_off_is_no_outage() {
    let start = Instant::now();
    let mut model = working(start);
    let Update::Health { which, mut health, took, at } = health(Which::Primary, LinkState::Down, start) else {
        panic!("health");
    };
    health.acds[0].collecting = false;
    model.apply(Update::Health { which, health, took, at });
    assert_eq!(stale(&model, start), Some((start, "data collection of ACD 1 is off on cms1".to_owned())));
    let banner = model.banner(start).unwrap();
    assert_eq!(
        (banner.kind, banner.headline.as_str(), banner.servers[0].as_str()),
        (
            BannerKind::TurnedOff,
            "The primary does not collect everything: data collection of ACD 1 is off on cms1",
            "Primary cms1: answers; ACD 1: data collection is off, ACD time 12:00:00, data 0 s old"
        )
    );
    assert_eq!(banner.action, Some(Which::Secondary), "the other server collects");
}

/// A report that is shown anew every half minute: the link is up again long before its next frame.
#[test]
fn what_came_while_the_link_was_down_is_stale_until_the_next_frame() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::Secs(30)) });
    model.apply(frame(Which::Primary, LinkState::PumpUp, start));
    model.apply(health(Which::Primary, LinkState::Up, start + SECOND));
    let (_, why) = stale(&model, start + SECOND).unwrap();
    assert_eq!(why, "the link was pump-up when this came, and the next refresh is not there yet");
    model.apply(frame(Which::Primary, LinkState::Up, start + 2 * SECOND));
    assert_eq!(stale(&model, start + 2 * SECOND), None);
}

#[test]
fn a_switch_keeps_the_report_until_the_other_server_sends_and_the_way_back_is_offered() {
    let start = Instant::now();
    let mut model = working(start);
    let at = start + SECOND;
    model.apply(health(Which::Secondary, LinkState::Up, at));
    model.apply(health(Which::Primary, LinkState::Up, at));
    model.apply(Update::SignedIn { which: Which::Secondary, administrator: false });
    model.apply(Update::Serving(Some(Which::Secondary)));
    let state = ReportState::Stale { since: at, why: "moving to cms2".to_owned() };
    model.apply(Update::Feed { which: Which::Secondary, report: REPORT, state });
    assert_eq!(stale(&model, at), Some((at, "moving to cms2".to_owned())));
    assert_eq!(model.reports[&REPORT].sheet.as_ref().unwrap().title, "from cms1");
    model.apply(frame(Which::Secondary, LinkState::Up, at + SECOND / 10));
    assert_eq!(stale(&model, at + SECOND / 10), None);
    let view = &model.reports[&REPORT];
    assert_eq!((view.from, view.sheet.as_ref().unwrap().title.as_str()), (Some(Which::Secondary), "from cms2"));
    assert_eq!(view.request, request(Refresh::Secs(1)), "inputs and refresh survive");
    let banner = model.banner(at + SECOND / 10).unwrap();
    assert_eq!((banner.kind, banner.action), (BannerKind::WayBack, Some(Which::Primary)));
    assert_eq!(banner.headline, "Reports come from the secondary cms2; the primary is well");
    // That goes, too: who looks at the secondary knows that it is the last one.
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at });
    let banner = model.banner(at + SECOND / 10).unwrap();
    assert_eq!((banner.kind, banner.action), (BannerKind::Alone, None));
    assert_eq!(
        banner.headline,
        "Reports come from the secondary cms2; the primary is in trouble, so there is nothing to move to"
    );
}

#[test]
fn without_a_second_server_there_is_nothing_to_switch_to() {
    let start = Instant::now();
    let mut model = working(start);
    let mut profile = model.profile.clone().unwrap();
    profile.secondary = None;
    model.apply(Update::ProfileChanged(profile));
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    let banner = model.banner(start).unwrap();
    assert_eq!((banner.action, banner.servers.len()), (None, 1));
}

#[test]
fn a_report_run_once_does_not_age_and_a_refused_one_says_why() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::Once) });
    model.apply(frame(Which::Primary, LinkState::Up, start));
    assert_eq!(model.freshness(REPORT, start + 100 * SECOND), Freshness::Once);
    let state = ReportState::Failed("split 99 is not known".to_owned());
    model.apply(Update::Feed { which: Which::Primary, report: REPORT, state });
    assert_eq!(model.freshness(REPORT, start), Freshness::Failed("split 99 is not known".to_owned()));
}

/// It answers; the words say what is wrong and what to do.
#[test]
fn a_server_with_another_certificate_is_not_said_to_be_silent() {
    let start = Instant::now();
    let mut model = working(start);
    let which = Which::Primary;
    let certificate = Certificate::Changed { expected: "ab".to_owned(), found: "cd".to_owned() };
    model.apply(Update::Certificate { which, certificate });
    model.apply(Update::Unhealthy { which, why: "its certificate has changed".to_owned(), at: start });
    let text = model.banner(start + SECOND).expect("it is told").text();
    for said in ["cms1 shows another certificate", "sign out, and compare", "Primary cms1: another certificate"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("answer: ") && !text.contains("no answer"), "{text}");
    model.apply(Update::Certificate { which, certificate: Certificate::Trusted });
    model.apply(Update::Unhealthy { which, why: "timed out".to_owned(), at: start });
    assert!(model.banner(start).is_some_and(|banner| banner.text().contains("cms1 does not answer: timed out")));
}

#[test]
fn a_report_that_was_run_once_waits_for_no_link() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::Once) });
    model.apply(frame(Which::Primary, LinkState::Up, start));
    model.apply(health(Which::Primary, LinkState::Down, start));
    assert_eq!((model.acds_in_use(), model.banner(start)), (Vec::new(), None));
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start });
    assert_eq!(model.banner(start).map(|banner| banner.kind), Some(BannerKind::Lost), "but for its server");
}

#[test]
fn a_missing_password_of_the_server_in_use_is_told_and_can_be_given() {
    let start = Instant::now();
    let mut model = working(start);
    let which = Which::Primary;
    model.apply(Update::SignedOut { which });
    model.apply(Update::NeedsPassword { which, why: "user name or password is wrong".to_owned() });
    let banner = model.banner(start).unwrap();
    assert_eq!((banner.sign_in, banner.action), (Some(which), Some(Which::Secondary)));
    assert_eq!(model.servers[which].passwords_asked, 1);
    model.apply(Update::SignedIn { which, administrator: false });
    assert_eq!(model.banner(start), None);
}

#[test]
fn a_report_shown_as_it_happens_is_stale_when_the_frame_of_each_second_is_missing() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Opened { report: REPORT, request: request(Refresh::AsItHappens) });
    model.apply(frame(Which::Primary, LinkState::Up, start));
    assert_eq!(model.freshness(REPORT, start + Duration::from_millis(1800)), Freshness::Live);
    let (since, why) = stale(&model, start + Duration::from_millis(1999)).unwrap();
    assert_eq!((since, why.as_str()), (start + SECOND, "the expected refresh did not come"));
}

#[test]
fn a_refresh_is_kept_as_seconds_or_a_word_and_older_files_are_understood() {
    for (text, refresh) in
        [("5", Refresh::Secs(5)), ("\"as_it_happens\"", Refresh::AsItHappens), ("\"once\"", Refresh::Once)]
    {
        assert_eq!(serde_json::from_str::<Refresh>(text).unwrap(), refresh);
        assert_eq!(serde_json::to_string(&refresh).unwrap(), text);
    }
    let older = r#"{"path":"VDN Report","acd":1,"inputs":{},"refresh_secs":0}"#;
    assert_eq!(serde_json::from_str::<crate::ReportRequest>(older).unwrap().refresh, Refresh::Once);
}

#[test]
fn the_acds_clock_stands_still_while_stale() {
    let start = Instant::now();
    let mut model = working(start);
    assert_eq!(model.acd_clock(REPORT, start + SECOND), Some(NOON + 1));
    model.apply(Update::Unhealthy { which: Which::Primary, why: "gone".to_owned(), at: start + SECOND });
    assert_eq!(model.acd_clock(REPORT, start + 2 * SECOND), Some(NOON));
    assert_eq!(clock_text(NOON, "Europe/Berlin"), "12:00:00");
    assert_eq!(clock_text(NOON, "Nowhere"), "2026-11-23T11:00:00Z");
}

#[test]
fn updates_of_closed_reports_and_of_former_servers_change_nothing() {
    let start = Instant::now();
    let mut model = working(start);
    model.apply(Update::Closed { report: REPORT });
    model.apply(frame(Which::Primary, LinkState::Up, start));
    assert!(model.reports.is_empty());
    let acd = super::ACD;
    model.apply(Update::Dictionary { which: Which::Secondary, acd, dictionary: model::Dictionary::default() });
    assert!(model.dictionaries.is_empty());
}

#[test]
fn notices_are_numbered_and_the_oldest_fall_out() {
    let mut model = Model::default();
    for number in 0..Model::NOTICES_MAX + 5 {
        let (level, at) = (crate::NoticeLevel::Info, Instant::now());
        model.apply(Update::Notice { which: None, level, text: number.to_string(), lasting: None, at });
    }
    let numbers: Vec<u64> = model.notices.iter().map(|notice| notice.number).collect();
    assert_eq!((numbers.len(), numbers[0], numbers[numbers.len() - 1]), (100, 6, 105));
}

/// Slow reports are asked for at once then; a link that was up all the time, or is new, is no reason.
#[test]
fn a_link_that_is_up_again_is_noticed() {
    let start = Instant::now();
    let mut model = working(start);
    let told = |link| match health(Which::Primary, link, start) {
        Update::Health { health, .. } => health,
        _ => unreachable!(),
    };
    let is_again = |model: &Model, link| model.servers[Which::Primary].has_links_again(&told(link));
    assert!(!is_again(&model, LinkState::Up) && !is_again(&model, LinkState::Down));
    model.apply(health(Which::Primary, LinkState::Down, start));
    assert!(is_again(&model, LinkState::Up) && !is_again(&model, LinkState::Connecting));
    assert!(!Model::default().servers[Which::Primary].has_links_again(&told(LinkState::Up)));
}
