//! Losing the server in use: nothing closes, nothing stale looks live, and one command moves it all.

pub mod desk;
mod proxy;

use std::time::Instant;

use anyhow::Result;
use api::LinkState;
use report::Inputs;
use session::{
    BannerKind, Command, Freshness, Model, NoticeLevel, Refresh, ReportKey, ReportRequest, ReportState, Which,
};
use testkit::{PASSWORD, Place, Site, until};

use crate::running::Running;
use desk::{Desk, profile};
use proxy::Proxy;

fn requests() -> Vec<(ReportKey, ReportRequest)> {
    let choices = [
        ("Real-time/Split-Skill/Split-Skill Status", "1", Refresh::Secs(1)),
        ("Real-time/Split-Skill/Split-Skill Report", "1-4", Refresh::AsItHappens),
        ("Real-time/Queue-Agent/Queue-Agent Status", "2;3", Refresh::Secs(2)),
    ];
    let request = |(path, splits, refresh): (&str, &str, Refresh)| ReportRequest {
        path: path.to_owned(),
        acd: Site::ACD,
        inputs: Inputs::from([("splits".to_owned(), splits.to_owned())]),
        refresh,
    };
    (1..).map(ReportKey).zip(choices.map(request)).collect()
}

/// Every report is live, and comes from this server.
fn all_live(which: Which) -> impl Fn(&Model, Instant) -> bool {
    move |model, now| {
        let live = |report: ReportKey| model.freshness(report, now) == Freshness::Live;
        model.reports.len() == requests().len()
            && model.reports.iter().all(|(&report, view)| view.from == Some(which) && live(report))
    }
}

fn all_stale(model: &Model, now: Instant) -> bool {
    model.reports.keys().all(|&report| matches!(model.freshness(report, now), Freshness::Stale { .. }))
}

async fn open_all(desk: &mut Desk) {
    for (report, request) in requests() {
        desk.send(Command::Open { report, request });
    }
    desk.wait("all reports are live on the primary", all_live(Which::Primary)).await;
    desk.wait("nothing is said of trouble", |model, now| model.banner(now).is_none()).await;
}

/// Which report shows what, on whose data.
#[track_caller]
fn check_same_reports(desk: &Desk, server: &str) {
    let open: Vec<_> = desk.model.reports.iter().map(|(&report, view)| (report, view.request.clone())).collect();
    assert_eq!(open, requests());
    for view in desk.model.reports.values() {
        assert_eq!(view.stamp.as_ref().map(|stamp| stamp.server.as_str()), Some(server));
        assert!(view.sheet.as_ref().is_some_and(|sheet| sheet.blocks.iter().any(|block| !block.rows.is_empty())));
    }
}

/// The primary is in trouble: the banner tells of both servers, and nothing has moved by itself.
#[track_caller]
fn check_lost(desk: &Desk, words: &[&str]) {
    let banner = desk.model.banner(Instant::now()).expect("a banner while the server in use is in trouble");
    assert_eq!((banner.kind, banner.action), (BannerKind::Lost, Some(Which::Secondary)), "{banner:?}");
    assert_eq!(banner.auto_switch_in_secs, None, "{banner:?}");
    let text = banner.text();
    for word in words.iter().chain(&["CMS-A", "CMS-B", "ACD 1"]) {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
    assert_eq!(desk.model.serving, Some(Which::Primary));
    check_same_reports(desk, "CMS-A");
}

async fn switch_to(desk: &mut Desk, which: Which) {
    desk.send(Command::SwitchTo(which));
    desk.wait(&format!("all reports are live on the {which}"), all_live(which)).await;
    check_same_reports(desk, if which == Which::Primary { "CMS-A" } else { "CMS-B" });
}

/// Waits for the offer to go back, and takes it.
async fn go_back(desk: &mut Desk) {
    let offered = |model: &Model, now| model.banner(now).is_some_and(|banner| banner.kind == BannerKind::WayBack);
    desk.wait("the way back is offered", offered).await;
    switch_to(desk, Which::Primary).await;
    desk.wait("nothing is said of trouble", |model, now| model.banner(now).is_none()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stopped_server_is_replaced_and_comes_back() -> Result<()> {
    let mut running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    open_all(&mut desk).await;

    running.site.stop(Place::A);
    let lost = |model: &Model, now| all_stale(model, now) && model.servers[Which::Primary].problem.is_some();
    desk.wait("all reports are stale", lost).await;
    check_lost(&desk, &["does not answer", "Secondary CMS-B: answers; ACD 1 up"]);
    switch_to(&mut desk, Which::Secondary).await;

    running.site.run(Place::A)?;
    go_back(&mut desk).await;
    // It was started anew and knew nobody: signed in to again, it is asked for its reports again.
    desk.wait("reports are listed", |model, _| !model.library.is_empty()).await;
    let problems = desk.model.notices.iter().filter(|notice| notice.level == NoticeLevel::Problem);
    assert_eq!(problems.map(|notice| notice.text.as_str()).collect::<Vec<_>>(), [""; 0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hung_server_is_noticed_and_left() -> Result<()> {
    let running = Running::start().await?;
    let proxy = Proxy::before(running.site.server(Place::A).address()).await?;
    let mut profile = profile(&running.site)?;
    profile.primary.url = proxy.url();
    let mut desk = Desk::sign_in(profile).await?;
    open_all(&mut desk).await;

    proxy.hold();
    let lost = |model: &Model, now| all_stale(model, now) && model.servers[Which::Primary].problem.is_some();
    desk.wait("all reports are stale", lost).await;
    check_lost(&desk, &["no answer in time", "Secondary CMS-B: answers; ACD 1 up"]);
    switch_to(&mut desk, Which::Secondary).await;

    proxy.release();
    go_back(&mut desk).await;
    Ok(())
}

/// The server is well, but what it shows is not: its link is down.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_without_its_link_is_left_too() -> Result<()> {
    let running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    open_all(&mut desk).await;

    running.switch.cut(0);
    desk.wait("all reports are stale", all_stale).await;
    check_lost(&desk, &["link to ACD 1 is down on CMS-A"]);
    switch_to(&mut desk, Which::Secondary).await;

    running.switch.resume(0);
    go_back(&mut desk).await;
    Ok(())
}

/// What is refreshed every ten minutes is not hatched for ten minutes because it came while the link was down.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_report_is_asked_for_soon_when_the_link_is_back() -> Result<()> {
    let running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    open_all(&mut desk).await;
    running.switch.cut(0);
    desk.wait("all reports are stale", all_stale).await;
    let (_, request) = requests().remove(0);
    let (slow, request) = (ReportKey(9), ReportRequest { refresh: Refresh::Secs(600), ..request });
    desk.send(Command::Open { report: slow, request });
    let came_without_link = |model: &Model, _: Instant| {
        let stamp = model.reports.get(&slow).and_then(|view| view.stamp.as_ref());
        stamp.is_some_and(|stamp| stamp.link != LinkState::Up)
    };
    desk.wait("the slow one has come without the link", came_without_link).await;
    running.switch.resume(0);
    desk.wait("it is live", |model, now| model.freshness(slow, now) == Freshness::Live).await;
    Ok(())
}

/// Off until a person chooses it, then once and not back and forth.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reports_move_by_themselves_where_that_was_chosen() -> Result<()> {
    let running = Running::start().await?;
    let proxy = Proxy::before(running.site.server(Place::A).address()).await?;
    let mut profile = profile(&running.site)?;
    profile.primary.url = proxy.url();
    let mut desk = Desk::sign_in(profile).await?;
    open_all(&mut desk).await;
    desk.send(Command::SetAutoSwitch(Some(1)));
    desk.wait("the profile has the choice", |model, _| {
        model.profile.as_ref().is_some_and(|profile| profile.auto_switch_secs == Some(1))
    })
    .await;

    proxy.hold();
    desk.wait("all reports are live on the secondary", all_live(Which::Secondary)).await;
    check_same_reports(&desk, "CMS-B");
    let told = desk.model.notices.iter().find(|notice| notice.text.contains("Switched to the secondary after 1 s"));
    assert!(told.is_some_and(|notice| notice.text.contains("CMS-A")), "{:?}", desk.model.notices);

    // The primary is well again: that is offered, not done.
    proxy.release();
    go_back(&mut desk).await;
    Ok(())
}

/// The administrator has another password on the secondary.
async fn another_password_there(running: &Running, password: &str) -> Result<()> {
    let set = api::SetPassword { user: None, old: Some(PASSWORD.to_owned()), new: password.to_owned() };
    running.site.client(Place::B).await?.set_password(&set).await?;
    Ok(())
}

/// Who does not sign in stays, whatever is signed in to later, and is asked again the next time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_that_is_not_given_moves_nothing_later() -> Result<()> {
    const THERE: &str = "only on the secondary";
    let running = Running::start().await?;
    another_password_there(&running, THERE).await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    open_all(&mut desk).await;
    let secondary = Which::Secondary;
    for times in 1..=2 {
        desk.send(Command::SwitchTo(secondary));
        desk.wait("the password is asked for", |model, _| model.servers[secondary].passwords_asked == times).await;
    }
    desk.send(Command::DeclinePassword(secondary));
    desk.wait("that is told", |model, _| model.notices.iter().any(|notice| notice.text.contains("The reports stay")))
        .await;
    // The server makes whoever was wrong wait; that is told, too.
    until("it is let in", async || {
        let last = |model: &Model| model.notices.back().map_or(0, |notice| notice.number);
        let told = last(&desk.model);
        desk.send(Command::SignIn { which: secondary, password: THERE.to_owned() });
        let outcome = |model: &Model, _| model.servers[secondary].signed_in || last(model) > told;
        desk.wait("signed in to the secondary, or told why not", outcome).await;
        desk.model.servers[secondary].signed_in.then_some(())
    })
    .await;
    desk.wait("all reports are live where they were", all_live(Which::Primary)).await;
    assert_eq!(desk.model.serving, Some(Which::Primary));
    // Asked for, they move.
    switch_to(&mut desk, secondary).await;
    Ok(())
}

/// Where the password of the server in use was changed by somebody else, the screen says so, and asks when it is told to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_that_was_changed_meanwhile_is_asked_for_again() -> Result<()> {
    const CHANGED: &str = "changed by somebody else";
    let mut running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    open_all(&mut desk).await;
    let primary = Which::Primary;
    let elsewhere = running.site.client(Place::A).await?;
    let set = api::SetPassword { user: None, old: Some(PASSWORD.to_owned()), new: CHANGED.to_owned() };
    elsewhere.set_password(&set).await?;
    // Started anew, it knows nobody.
    running.site.stop(Place::A);
    running.site.run(Place::A)?;
    let asks = |model: &Model, now| {
        model
            .banner(now)
            .is_some_and(|banner| (banner.sign_in, banner.action) == (Some(primary), Some(Which::Secondary)))
    };
    desk.wait("the password is asked for", asks).await;
    let why = desk.model.servers[primary].needs_password.clone().unwrap_or_default();
    assert!(why.contains("no longer holds on CMS-A"), "nobody has mistyped it: {why}");
    desk.send(Command::DeclinePassword(primary));
    desk.send(Command::AskPassword(primary));
    desk.wait("it is asked for once more", |model, _| model.servers[primary].passwords_asked == 2).await;
    desk.send(Command::SignIn { which: primary, password: CHANGED.to_owned() });
    desk.wait("all reports are live again", all_live(primary)).await;
    desk.wait("nothing is said of trouble", |model, now| model.banner(now).is_none()).await;
    Ok(())
}

/// It moves as the others do, also back to a server that was started anew and knows nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_that_was_run_once_is_run_again_where_the_reports_are() -> Result<()> {
    let mut running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    let report = ReportKey(1);
    let request = ReportRequest { refresh: Refresh::Once, ..requests().remove(1).1 };
    desk.send(Command::Open { report, request });
    let once = |which: Which| {
        move |model: &Model, now: Instant| {
            let view = model.reports.get(&report);
            view.is_some_and(|view| view.from == Some(which)) && model.freshness(report, now) == Freshness::Once
        }
    };
    desk.wait("it is run on the primary", once(Which::Primary)).await;
    running.site.stop(Place::A);
    desk.wait("the primary is gone", |model, _| model.servers[Which::Primary].problem.is_some()).await;
    desk.send(Command::SwitchTo(Which::Secondary));
    desk.wait("it is run on the secondary", once(Which::Secondary)).await;
    running.site.run(Place::A)?;
    let offered = |model: &Model, now| model.banner(now).is_some_and(|banner| banner.kind == BannerKind::WayBack);
    desk.wait("the way back is offered", offered).await;
    desk.send(Command::SwitchTo(Which::Primary));
    desk.wait("it is run on the primary again", once(Which::Primary)).await;

    // Moved to a server that is gone, it cannot be run there; what stands on the screen stays.
    running.site.stop(Place::B);
    desk.wait("the secondary is gone", |model, _| model.servers[Which::Secondary].problem.is_some()).await;
    desk.send(Command::SwitchTo(Which::Secondary));
    let state = |model: &Model| model.reports.get(&report).map(|view| view.state.clone());
    let is_kept = |model: &Model, _| matches!(state(model), Some(ReportState::Stale { why, .. }) if why.starts_with("it could not be run again"));
    desk.wait("it is told", is_kept).await;
    assert!(desk.model.reports.get(&report).is_some_and(|view| view.sheet.is_some()));
    Ok(())
}
