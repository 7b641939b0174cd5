//! A timetable that syncs: set up by an administrator, run by the primary in the owner's name, and told when it cannot be done.

use anyhow::Result;
use api::{Digest, ErrorCode, LogCode, Mode, Peer, Profile, Profiled, RunOn, SetPassword, SetPeer, SetProfile};
use model::{Event, EventBody, Moment, RunStatus};
use simulator::World;
use testkit::{ADMINISTRATOR, EventFeed, LIMIT, PASSWORD, Place, Site, until};

use super::{DAY, MIDNIGHT, MINUTE, Night, ended, ended_after, logged, timetable};
use crate::cli::Server;
use crate::heal::Missed;
use crate::people::{code, signed_in};

/// Night after night the secondary gets what the primary has; when it is gone, the maintenance error log says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timetable_syncs_night_after_night() -> Result<()> {
    let mut night = Night::start()?;
    let (a, b) = (night.site.client(Place::A).await?, night.site.client(Place::B).await?);
    let (cms, there) = (Server::at(night.site.server(Place::A))?, night.site.server(Place::B));
    let (url, fingerprint) = (there.url(), there.fingerprint()?);
    let sync = timetable("sync", "daily 00:45", &["admin-sync system,acd history"]);
    let early = a.add_timetable(&sync).await;
    assert!(early.is_err_and(|error| error.to_string().contains("cms sync peer set")));

    let peer = |user: &str, password: &str, fingerprint: &str| SetPeer {
        url: url.clone(),
        fingerprint: fingerprint.to_owned(),
        user: user.to_owned(),
        password: password.to_owned(),
    };
    let wrong = a.set_peer(&peer("nobody", PASSWORD, &fingerprint)).await;
    assert_eq!(code(wrong), Some(ErrorCode::WrongState));
    let own = night.site.server(Place::A).fingerprint()?;
    let wrong = a.set_peer(&peer(ADMINISTRATOR, PASSWORD, &own)).await;
    assert!(
        wrong.as_ref().is_err_and(|error| error.to_string().contains("the fingerprint is that of this very server"))
    );
    assert_eq!(code(wrong), Some(ErrorCode::BadRequest));
    night.add_user("ann", false)?;
    assert_eq!(code(a.set_peer(&peer("ann", PASSWORD, &fingerprint)).await), Some(ErrorCode::NotPermitted));
    assert_eq!(a.peer().await?, None);
    let told = cms.out(&["sync", "peer", "set", &url, "--to-fingerprint", &fingerprint]);
    assert!(told.contains("timetables sync to CMS-B"), "{told}");
    let shown = cms.out(&["sync", "peer", "show", "--json"]);
    let user = ADMINISTRATOR.to_owned();
    assert_eq!(serde_json::from_str::<Option<Peer>>(&shown)?, Some(Peer { url: url.clone(), fingerprint, user }));
    let changes = cms.out(&["changes", "--json"]);
    assert!(changes.contains("timetables sync to") && !changes.contains(PASSWORD), "{changes}");

    let mut mine = timetable("sync", "daily 00:45", &["admin-sync system,acd history"]);
    mine.run_on = Some(RunOn::ThisOrAnother);
    a.add_timetable(&mine).await?;
    let profile =
        Profile { of: Profiled::Split, number: "1".to_owned(), service_level_secs: 30, increments_secs: vec![5, 10] };
    a.set_profile(&SetProfile { acd: Site::ACD, profile }).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    let run = ended(&a, "sync").await;
    assert_eq!((run.outcome, run.outcome_text.as_str()), (Some(RunStatus::Done), "its task is done"));
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(logged(&a, LogCode::SyncDone).await.len(), 1);
    assert!(b.timetables(None).await?.is_empty(), "a timetable that syncs goes one way");
    let (sent, taken) = (a.syncs().await?, b.syncs().await?);
    assert!(
        sent.len() == 1 && taken.len() == 1 && sent[0].sent && sent[0].restore == taken[0].restore,
        "{sent:?} {taken:?}"
    );

    night.site.stop(Place::B);
    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    let run = ended_after(&a, ADMINISTRATOR, "sync", MIDNIGHT + DAY).await;
    assert_eq!(run.outcome, Some(RunStatus::Failed));
    assert!(run.outcome_text.contains("cannot be reached"), "{}", run.outcome_text);
    until("it is told", async || {
        let log = a.maintenance_log(false, 20).await.ok()?;
        log.iter()
            .any(|entry| entry.code == LogCode::TimetableFailed && entry.text.contains("cannot be reached"))
            .then_some(())
    })
    .await;
    cms.out(&["sync", "peer", "remove"]);
    assert_eq!(a.peer().await?, None);
    Ok(())
}

/// What would fail night after night is told at once, and a password that was changed there since is told as that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_peer_that_does_not_take_a_sync_is_told_with_what_to_do() -> Result<()> {
    let night = Night::start()?;
    let (a, b) = (night.site.client(Place::A).await?, night.site.client(Place::B).await?);
    let peer = |place: Place| -> Result<SetPeer> {
        let server = night.site.server(place);
        let (user, password) = (ADMINISTRATOR.to_owned(), PASSWORD.to_owned());
        Ok(SetPeer { url: server.url(), fingerprint: server.fingerprint()?, user, password })
    };
    let wrong = b.set_peer(&peer(Place::A)?).await;
    assert!(wrong.as_ref().is_err_and(|error| error.to_string().contains("CMS-A is the primary")), "{wrong:?}");
    assert_eq!(code(wrong), Some(ErrorCode::WrongState));

    a.set_peer(&peer(Place::B)?).await?;
    a.add_timetable(&timetable("sync", "daily 00:45", &["admin-sync system,acd"])).await?;
    let new = "an other secret 7".to_owned();
    b.set_password(&SetPassword { user: None, old: Some(PASSWORD.to_owned()), new }).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    let run = ended(&a, "sync").await;
    assert!(
        run.outcome == Some(RunStatus::Failed) && run.outcome_text.contains("cms sync peer set"),
        "{}",
        run.outcome_text
    );
    Ok(())
}

/// Some hours of a switch that keeps little, while the secondary is down for half an hour of them. The links stay up as long as
/// what is given is there.
fn down_for_half_an_hour(night: &mut Night) -> Result<(EventFeed, Moment)> {
    let scenario = Missed::scenario(113);
    let (start, end) = (scenario.start, scenario.start + 4 * 3600);
    let mut world = World::new(scenario)?;
    let mut feed = EventFeed::new(Site::ACD, &night.site.links(), start, world.snapshot()).with_capacity(20);
    let play = |world: &mut World, feed: &mut EventFeed, to: Moment| {
        let mut events = Vec::new();
        world.run_until(to, &mut events);
        // So that the state that is told is not younger than the last event.
        events.push(Event { at: to, body: EventBody::Heartbeat });
        feed.tell_those_here(&events)
    };
    feed.tell(&[], LIMIT)?;
    play(&mut world, &mut feed, start + 45 * MINUTE)?;
    feed.leave(Place::B as usize);
    night.site.stop(Place::B);
    play(&mut world, &mut feed, start + 75 * MINUTE)?;
    night.site.run(Place::B)?;
    feed.come_back(Place::B as usize, world.snapshot())?;
    play(&mut world, &mut feed, end)?;
    Ok((feed, end))
}

/// What the secondary missed while it was down it has after the night's sync; a night in which it refuses is told, and the next one
/// does what was left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timetable_heals_what_the_secondary_missed_while_it_was_down() -> Result<()> {
    let mut night = Night::start()?;
    night.add_user("ann", true)?;
    let (_feed, end) = tokio::task::block_in_place(|| down_for_half_an_hour(&mut night))?;
    let [before, there] = night.site.both_digests_through(end).await?;
    assert_ne!(before, there, "the secondary lacks something");
    let records = async |place: Place| -> Result<Vec<Digest>> {
        Ok(night.site.client(place).await?.record_digests(Site::ACD, None, None).await?)
    };
    let a = night.site.client(Place::A).await?;
    let secondary = night.site.server(Place::B);
    let (user, password) = (ADMINISTRATOR.to_owned(), PASSWORD.to_owned());
    a.set_peer(&SetPeer { url: secondary.url(), fingerprint: secondary.fingerprint()?, user, password }).await?;
    a.add_timetable(&timetable("sync", "daily 00:45", &["admin-sync system,acd history"])).await?;

    let ann = signed_in(secondary, "ann").await?;
    ann.set_mode(Mode::SingleUser).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    let run = ended(&a, "sync").await;
    assert!(run.outcome == Some(RunStatus::Failed) && run.outcome_text.contains("single-user mode"), "{run:?}");
    assert!(logged(&a, LogCode::TaskFailed).await[0].text.contains("single-user mode"));
    ann.set_mode(Mode::MultiUser).await?;
    assert_ne!(records(Place::A).await?, records(Place::B).await?);

    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    let run = ended_after(&a, ADMINISTRATOR, "sync", MIDNIGHT + DAY).await;
    assert_eq!((run.outcome, run.outcome_text.as_str()), (Some(RunStatus::Done), "its task is done"));
    assert_eq!(night.site.both_digests_through(end).await?, [before.clone(), before]);
    assert_eq!(records(Place::A).await?, records(Place::B).await?);
    let log = a.maintenance_log(true, 50).await?;
    assert!(log.iter().all(|entry| entry.code != LogCode::SyncHistory), "{log:?}");
    assert_eq!(logged(&a, LogCode::SyncDone).await.len(), 1);
    Ok(())
}
