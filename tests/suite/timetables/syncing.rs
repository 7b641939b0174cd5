//! A timetable that syncs: set up by an administrator, run by the primary in the owner's name, and told when it cannot be done.

use anyhow::Result;
use api::{ErrorCode, Peer, Profile, Profiled, RunOn, SetPeer, SetProfile};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site, until};

use super::{DAY, MIDNIGHT, MINUTE, Night, ended, ended_after, logged, timetable};
use crate::cli::Server;
use crate::people::code;

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
    assert_eq!((run.outcome.as_str(), run.outcome_text.as_str()), ("done", "its task is done"));
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(logged(&a, "sync-done").await.len(), 1);
    assert!(b.timetables(None).await?.is_empty(), "a timetable that syncs goes one way");
    let (sent, taken) = (a.syncs().await?, b.syncs().await?);
    assert!(
        sent.len() == 1 && taken.len() == 1 && sent[0].sent && sent[0].restore == taken[0].restore,
        "{sent:?} {taken:?}"
    );

    night.site.stop(Place::B);
    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    let run = ended_after(&a, ADMINISTRATOR, "sync", MIDNIGHT + DAY).await;
    assert_eq!(run.outcome, "failed");
    assert!(run.outcome_text.contains("cannot be reached"), "{}", run.outcome_text);
    until("it is told", async || {
        let log = a.maintenance_log(false, 20).await.ok()?;
        log.iter()
            .any(|entry| entry.code == "timetable-failed" && entry.text.contains("cannot be reached"))
            .then_some(())
    })
    .await;
    cms.out(&["sync", "peer", "remove"]);
    assert_eq!(a.peer().await?, None);
    Ok(())
}
