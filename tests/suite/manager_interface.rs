//! Two servers at one PBX: what its manager interface really sent, and what must be in both archives then.

use std::sync::Arc;

use anyhow::Result;
use api::{LinkState, SetAgentSkills};
use daemon::config::FILE;
use model::Moment;
use testkit::ami::{AmiServer, Recording};
use testkit::digests::compare;
use testkit::{Place, Site, SiteOptions, until};

use crate::day::restart_from_journal;
use crate::heal::merging::heal;
use crate::link_tls::Holder;

const SECRET: &str = "not-a-real-secret";
const INTERVAL_SECS: i64 = 900;
/// When the first of two recorded connections was cut; the second one was made 70 s later.
const LOST_AT: i64 = 1_795_349_407;
/// What passes with every ping after a recording. Less than what the link takes for a clock that was set.
const STEP_SECS: i64 = 500;
/// Splits 1, 2 and 3; the wrap-up of the queues is nowhere in the recordings.
const LINK: &str = r#"[acd.link]
kind = "asterisk"
address = "ADDRESS"
username = "cmslink"
secret_file = "pbx.secret"
splits = { sales = 1, support = 2, billing = 3 }
wrapup_secs = { sales = 5, support = 8, billing = 4 }
"#;

fn recording(name: &str) -> Result<Recording> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/asterisk");
    Recording::load(&folder.join(format!("{name}.ami.gz")), STEP_SECS)
}

/// All recordings of one server; every one but the last is closed at its end.
fn recordings(names: &[&str]) -> Result<Vec<Recording>> {
    let mut found = names.iter().map(|name| recording(name)).collect::<Result<Vec<_>>>()?;
    let last = found.pop();
    Ok(found.into_iter().map(Recording::then_closed).chain(last).collect())
}

/// A PBX whose one connection lasts.
fn whole() -> Result<AmiServer> {
    AmiServer::start(SECRET, recordings(&["mixed/A"])?)
}

/// The same PBX at the same time: the connection is cut in the middle of a message, and made again after 70 s.
fn broken() -> Result<AmiServer> {
    AmiServer::start(SECRET, vec![recording("mixed/C1")?.torn(), recording("mixed/C2")?])
}

/// Two servers that sign in to these interfaces with this secret, in quarters of an hour.
fn servers(dir: &std::path::Path, pbx: [&AmiServer; 2], secret: &str) -> Result<Site> {
    let mut site = Site::make(dir, &SiteOptions::default())?;
    for (place, pbx) in Place::BOTH.into_iter().zip(pbx) {
        let folder = site.folder(place);
        let text =
            std::fs::read_to_string(folder.join(FILE))?.replace("interval_minutes = 30", "interval_minutes = 15");
        let (head, _) = text.split_once("[acd.link]").expect("the file has a link");
        std::fs::write(folder.join(FILE), head.to_owned() + &LINK.replace("ADDRESS", &pbx.address()))?;
        std::fs::write(folder.join("pbx.secret"), format!("{secret}\n"))?;
        site.run(place)?;
    }
    Ok(site)
}

/// Plays one list of recordings to each server and waits until both have archived what ends at `end`.
async fn play(dir: &std::path::Path, names: [&[&str]; 2], end: Moment) -> Result<(Site, [Vec<api::Digest>; 2])> {
    let [a, b] = [AmiServer::start(SECRET, recordings(names[0])?)?, AmiServer::start(SECRET, recordings(names[1])?)?];
    let site = servers(dir, [&a, &b], SECRET)?;
    let digests = site.both_digests_through(end).await?;
    Ok((site, digests))
}

/// Figures of one split: offered, answered, abandoned, left otherwise, transferred, within the service level.
async fn figures(site: &Site, place: Place, split: u32) -> Result<Vec<i64>> {
    let items = "sum(CALLSOFFERED), sum(ACDCALLS), sum(ABNCALLS), sum(OUTFLOWCALLS), sum(TRANSFERRED), sum(ACCEPTABLE)";
    site.figures(place, &format!("SELECT {items} FROM hsplit WHERE SPLIT = {split}")).await
}

/// The whole way, and the totals of the PBX's own queue_log at its end.
#[tokio::test(flavor = "multi_thread")]
async fn two_connections_give_equal_rows_and_the_totals_of_the_queue_log() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let end = Moment(1_795_350_600);
    let (site, [a, b]) = play(dir.path(), [&["mixed/A"], &["mixed/B"]], end).await?;
    for digests in [&a, &b] {
        let starts: Vec<_> = digests.iter().map(|digest| (digest.start, digest.incomplete)).collect();
        assert_eq!(starts, [(end + -2 * INTERVAL_SECS, true), (end + -INTERVAL_SECS, false)]);
    }
    // The second connection was made a second later, in the middle of the first interval.
    assert_eq!(a[1], b[1]);
    let log = [(1, [75, 53, 20, 2, 4, 42]), (2, [71, 47, 21, 3, 3, 45]), (3, [44, 31, 8, 5, 2, 29])];
    let times = [(368, 870), (279, 764), (150, 444)];
    for place in Place::BOTH {
        for ((split, totals), (hold_secs, talk_secs)) in log.into_iter().zip(times) {
            assert_eq!(figures(&site, place, split).await?, totals, "{place:?}, split {split}");
            let items = "sum(ANSTIME), sum(ACDTIME) + sum(HOLDTIME), sum(ACDCALLS)";
            let found = site.figures(place, &format!("SELECT {items} FROM hsplit WHERE SPLIT = {split}")).await?;
            // The log rounds each of its times: a whole second either way for a call is its own error.
            assert!((found[0] - hold_secs).abs() <= found[2], "{place:?}, split {split}: {found:?}");
            assert!((found[1] - talk_secs).abs() <= found[2], "{place:?}, split {split}: {found:?}");
        }
        let status = site.client(place).await?.status().await?;
        assert_eq!(status.acds[0].anomalies, [], "{place:?}: a PBX in good health says nothing impossible");
    }
    Ok(())
}

/// One server loses the PBX in the middle of a message for a minute: it says so, comes back by itself, and the
/// interval after is the same again.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_in_a_message_is_made_again() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let [whole, broken] = [whole()?, broken()?];
    let site = servers(dir.path(), [&whole, &broken], SECRET)?;
    let end = Moment(1_795_350_600);
    let [a, b] = site.both_digests_through(end).await?;
    assert_eq!((whole.logins(), broken.logins()), (1, 2));
    assert_ne!(a[0].digest, b[0].digest);
    assert!(b[0].incomplete, "{b:?}");
    assert_eq!(a[1], b[1]);
    // What was before the first connection is a time without data too.
    let lost = "SELECT count(*), max(DURATION) FROM linkex";
    assert_eq!(site.figures(Place::A, lost).await?, [1, 0]);
    // The connection was cut at 12:10:07 and made again at 12:11:17.
    assert_eq!(site.figures(Place::B, lost).await?, [2, 70]);
    Ok(())
}

/// One server lost the PBX for a minute, and what it missed comes from the other one's journal, though no message bears a
/// number: the interval, in whose middle both began, is the same on both in the end. Asking again brings nothing more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_one_connection_missed_comes_from_the_other() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let [whole, broken] = [whole()?, broken()?];
    let site = servers(dir.path(), [&whole, &broken], SECRET)?;
    let end = Moment(1_795_350_600);
    let [a, b] = site.both_digests_through(end).await?;
    assert_ne!(a[0].digest, b[0].digest);

    let ended = heal(&site, Place::B, Place::A)?;
    assert!(ended.out.contains("fuller than before"), "{ended:?}");
    let [a, b] = site.both_digests_through(end).await?;
    assert_eq!(a[..2], b[..2]);
    assert_eq!(records(&site, Place::A, end).await?, records(&site, Place::B, end).await?);
    assert_eq!(figures(&site, Place::B, 1).await?, [75, 53, 20, 2, 4, 42]);
    let ended = heal(&site, Place::B, Place::A)?;
    assert!(ended.code == Some(1) && ended.out.contains("neither server was receiving"), "{ended:?}");
    let ended = heal(&site, Place::A, Place::B)?;
    assert!(ended.code == Some(1) && ended.out.contains("incomplete on both"), "{ended:?}");
    let [again_a, again_b] = site.both_digests_through(end).await?;
    assert_eq!((&again_a[..2], &again_b[..2]), (&a[..2], &b[..2]));
    Ok(())
}

/// Both lost the PBX, one of them earlier, and nobody heard what came before they were back: both have what the later one
/// heard, also after a start that collects anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_what_neither_connection_heard_both_say_the_same() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let earlier = recording("mixed/A")?.up_to(LOST_AT - 125);
    let early = AmiServer::start(SECRET, vec![earlier, recording("mixed/C2")?])?;
    let late = broken()?;
    let mut site = servers(dir.path(), [&early, &late], SECRET)?;
    let end = Moment(1_795_350_600);
    let [before, wanted] = site.both_digests_through(end).await?;
    let wanted = &wanted[..2];
    assert_ne!(before[0].digest, wanted[0].digest);
    for (here, there) in [(Place::A, Place::B), (Place::B, Place::A)] {
        heal(&site, here, there)?;
    }
    let [a, b] = site.both_digests_through(end).await?;
    assert_eq!((&a[..2], &b[..2]), (wanted, wanted));
    assert_eq!(records(&site, Place::A, end).await?, records(&site, Place::B, end).await?);
    restart_from_journal(&mut site)?;
    let [a, b] = site.both_digests_through(end).await?;
    assert_eq!((&a[..2], &b[..2]), (wanted, wanted));
    Ok(())
}

/// Of the intervals up to `end`: behind it, one server may have closed another one already.
async fn records(site: &Site, place: Place, end: Moment) -> Result<Vec<api::Digest>> {
    let all = site.client(place).await?.record_digests(Site::ACD, None, None).await?;
    Ok(all.into_iter().filter(|digest| digest.end <= end).collect())
}

/// The PBX is restarted, then killed: both servers lose it twice, and both archive what the queue_log says of the two
/// queues that lost no call.
#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_that_is_restarted_and_killed_is_collected_alike() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let names: [&[&str]; 2] = [&["odd/A1", "odd/A2", "odd/A3"], &["odd/B1", "odd/B2", "odd/B3"]];
    let (site, [a, b]) = play(dir.path(), names, Moment(1_795_351_500)).await?;
    let compared = compare(&a, &b);
    assert_eq!((compared.intervals, compared.differing, compared.missing), ([1, 1], 0, 0), "{compared:?}");
    // Before the first connection, at the restart, at the crash.
    let lost = "SELECT count(*) FROM linkex";
    for place in Place::BOTH {
        assert_eq!(site.figures(place, lost).await?, [3], "{place:?}");
        for (split, totals) in [(1, [3, 1, 1, 1]), (2, [14, 9, 3, 2])] {
            assert_eq!(figures(&site, place, split).await?[..4], totals, "{place:?}, split {split}");
        }
    }
    Ok(())
}

/// The link's state must tell what to change, where the person looks.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_link_says_what_to_change() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let pbx = AmiServer::start("another-secret", recordings(&["small/1"])?)?;
    let other = AmiServer::start(SECRET, vec![Recording::text("SSH-2.0-OpenSSH_9.2\r\n")])?;
    let site = servers(dir.path(), [&pbx, &other], SECRET)?;
    let expected = [
        (Place::A, ["\"cmslink\"", "Authentication failed", "manager.conf", "secret_file"]),
        (Place::B, ["no Asterisk Manager Interface answers there", "SSH-2.0-OpenSSH_9.2", "`address`", "cms.toml"]),
    ];
    for (place, parts) in expected {
        let client = site.client(place).await?;
        let told = until("the link is refused", async || {
            let health = client.health(testkit::LIMIT).await.ok()?.acds.remove(0);
            (health.link == LinkState::Down && health.link_text.contains("trying again")).then_some(health.link_text)
        });
        let told = told.await;
        assert!(parts.iter().all(|part| told.contains(part)), "{place:?}: {told}");
    }
    assert_eq!(pbx.logins(), 0);
    Ok(())
}

/// What a link says once it is down and tries again.
async fn told_down(site: &Site, place: Place) -> Result<api::AcdHealth> {
    let client = site.client(place).await?;
    Ok(until("the link is down", async || {
        let health = client.health(testkit::LIMIT).await.ok()?.acds.remove(0);
        (health.link == LinkState::Down && health.link_text.contains("trying again")).then_some(health)
    })
    .await)
}

/// A PBX that answers pings and never lists its queues, for want of rights or of an end, is no link that is about to be up.
#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_that_lists_no_queues_is_down_and_says_why() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let banner = "Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nActionID: understudy-login\r\n\r\n";
    let denied = "Response: Error\r\nActionID: understudy-queues\r\nMessage: Permission denied\r\n\r\n";
    let half = "Event: QueueParams\r\nActionID: understudy-queues\r\nQueue: 7\r\n\r\n";
    let pbx = |lists: &str| AmiServer::start(SECRET, vec![Recording::text(&format!("{banner}{lists}")).then_stays()]);
    let (denying, endless) = (pbx(denied)?, pbx(half)?);
    let site = servers(dir.path(), [&denying, &endless], SECRET)?;
    let told = told_down(&site, Place::A).await?.link_text;
    assert!(told.contains("Permission denied") && told.contains("`reporting`"), "{told}");
    let told = told_down(&site, Place::B).await?.link_text;
    assert!(told.contains("did not list its queues within 30 s"), "{told}");
    Ok(())
}

/// Whoever puts the right secret into the file need not restart the server; a login that was refused is no data.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_mended_is_read_at_the_next_try() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let again = || -> Result<_> { Ok([recording("mixed/A")?, recording("mixed/A")?, recording("mixed/A")?]) };
    let pbx = AmiServer::start(SECRET, again()?.to_vec())?;
    let site = servers(dir.path(), [&pbx, &whole()?], "of-last-year")?;
    let health = told_down(&site, Place::A).await?;
    assert!(health.link_text.contains("read anew at each try"), "{health:?}");
    assert_eq!((health.age_ms, pbx.logins()), (None, 0));
    std::fs::write(site.folder(Place::A).join("pbx.secret"), SECRET)?;
    let client = site.client(Place::A).await?;
    // Turned off and on, it is tried at once.
    for on in [false, true] {
        client.set_collection(&api::SetCollection { acd: Site::ACD, on }).await?;
    }
    until("the PBX is signed in to", async || (pbx.logins() == 1).then_some(())).await;
    Ok(())
}

/// What a PBX has for TLS in front of its manager interface; where it listens.
async fn tls_in_front_of(pbx: &AmiServer, holder: &Holder) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(certificate::listening(holder.identity()?, None)?));
    let behind = pbx.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut plain = tokio::net::TcpStream::connect(behind).await?;
                tokio::io::copy_bidirectional(&mut stream, &mut plain).await
            });
        }
    });
    Ok(address)
}

/// The same rows over TLS; a certificate that is not the PBX's, and a port without TLS, are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_manager_interface_behind_tls_is_known_by_its_fingerprint() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (pbx, beside) = (whole()?, whole()?);
    let banner = Recording::text("SSH-2.0-OpenSSH_9.2\r\n");
    let plain = AmiServer::start(SECRET, vec![banner.clone(), banner.clone(), banner])?;
    let (holder, other) = (Holder::new()?, Holder::new()?);
    let front = tls_in_front_of(&pbx, &holder).await?;
    let mut site = servers(dir.path(), [&plain, &beside], SECRET)?;
    let point = |site: &mut Site, address: &str, known: &Holder| -> Result<()> {
        site.stop(Place::A);
        let path = site.folder(Place::A).join(FILE);
        let text = std::fs::read_to_string(&path)?;
        let (head, _) = text.split_once("[acd.link]").expect("the file has a link");
        let tls = format!("tls = true\naccept = [\"{}\"]\n", known.identity()?.fingerprint());
        std::fs::write(&path, head.to_owned() + &LINK.replace("ADDRESS", address) + &tls)?;
        site.run(Place::A)
    };
    let shown = holder.identity()?.fingerprint().to_string();
    for (address, parts) in [(front.clone(), [&*shown, "`accept`"]), (plain.address(), ["does not speak TLS", "5039"])]
    {
        point(&mut site, &address, &other)?;
        let client = site.client(Place::A).await?;
        until("the link says why it is down", async || {
            let text = client.health(testkit::LIMIT).await.ok()?.acds.remove(0).link_text;
            parts.iter().all(|part| text.contains(part)).then_some(())
        })
        .await;
    }
    assert_eq!(pbx.logins(), 0, "nothing was said to a stranger");
    point(&mut site, &front, &holder)?;
    let [a, b] = site.both_digests_through(Moment(1_795_350_600)).await?;
    assert_eq!(a, b);
    assert_eq!(pbx.logins(), 1);
    Ok(())
}

/// A skill's level goes out as a manager action; the PBX confirms it, and the change comes back as an event.
#[tokio::test(flavor = "multi_thread")]
async fn a_skill_is_changed_by_a_manager_action() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let [a, b] =
        [AmiServer::start(SECRET, recordings(&["mixed/A"])?)?, AmiServer::start(SECRET, recordings(&["mixed/B"])?)?];
    let site = servers(dir.path(), [&a, &b], SECRET)?;
    site.both_digests_through(Moment(1_795_350_600)).await?;
    let client = site.client(Place::A).await?;
    let known = client.agent_skills(Site::ACD, None).await?;
    let mut chosen = known.into_iter().next().expect("somebody is in a queue");
    let agent = chosen.agent;
    let skill = chosen.skills.first_mut().expect("an agent has a skill");
    (skill.level, skill.name) = (if skill.level == 7 { 8 } else { 7 }, String::new());
    let (split, level) = (skill.split, skill.level);
    let set = SetAgentSkills { acd: Site::ACD, agent, skills: chosen.skills, was: None };
    let told = client.set_agent_skills(&set).await?.text;
    assert!(told.contains("the switch confirmed") && told.contains(&format!("{split} at level {level}")), "{told}");
    until("the PBX has told it", async || {
        let known = client.agent_skills(Site::ACD, Some(agent)).await.ok()?.into_iter().next()?;
        known.skills.iter().any(|skill| skill.split == split && skill.level == level).then_some(())
    })
    .await;
    // A PBX has no reserve levels: nothing is sent, and the reason is told.
    let mut reserve = set.clone();
    reserve.skills[0].reserve = 1;
    let refused = client.set_agent_skills(&reserve).await.expect_err("it cannot be done");
    assert!(refused.to_string().contains("neither reserve levels"), "{refused}");
    Ok(())
}
