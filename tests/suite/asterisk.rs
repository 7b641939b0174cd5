//! The asterisk link: recorded connections of a real PBX, played to real servers.

use api::LinkState;
use testkit::digests::compare;
use testkit::pbx::{Pbx, last_stamp, recording, ticks};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

/// Two servers, each of which signs in to a PBX of its own.
struct Wired {
    site: Site,
    _pbxs: Vec<Pbx>,
    _dir: tempfile::TempDir,
}

fn wire(folder: &std::path::Path, pbx: &Pbx) -> anyhow::Result<()> {
    std::fs::write(folder.join("pbx.secret"), "secret of the PBX\n")?;
    let file = folder.join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    let (above, _) = text.split_once("[acd.link]").expect("the template has a link");
    let link = format!(
        "[acd.link]\nkind = \"asterisk\"\naddress = \"{}\"\nusername = \"cmslink\"\nsecret_file = \"pbx.secret\"\n\
         splits = {{ sales = 1, support = 2, billing = 3 }}\nwrapup_secs = {{ sales = 5, support = 8, billing = 4 }}\n",
        pbx.address()
    );
    // A recording lasts some minutes: with quarters, most of one lies in a full interval.
    std::fs::write(file, format!("{}{link}", above.replace("interval_minutes = 30", "interval_minutes = 15")))?;
    Ok(())
}

/// The connections, the last one followed by half an hour in which nothing happens, so that intervals end.
fn with_time_after(names: &[&str]) -> anyhow::Result<(Vec<Vec<u8>>, i64)> {
    let mut connections = names.iter().map(|name| recording(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let end = connections.iter().map(|bytes| last_stamp(bytes)).max().unwrap_or(0);
    if let Some(last) = connections.last_mut() {
        last.extend(ticks(end, end + 1_800));
    }
    Ok((connections, end))
}

impl Wired {
    /// Plays connections to the primary and others to the secondary; returns once both have archived them.
    async fn play(a: &[&str], b: &[&str]) -> anyhow::Result<Wired> {
        let dir = tempfile::tempdir()?;
        let mut site = Site::make(dir.path(), &SiteOptions::default())?;
        let mut pbxs = Vec::new();
        let mut last = 0;
        for (place, names) in [(Place::A, a), (Place::B, b)] {
            let (connections, end) = with_time_after(names)?;
            last = last.max(end);
            let pbx = Pbx::start(connections)?;
            wire(site.folder(place), &pbx)?;
            site.run(place)?;
            pbxs.push(pbx);
        }
        site.both_digests_through(model::Moment(last)).await?;
        Ok(Wired { site, _pbxs: pbxs, _dir: dir })
    }

    async fn check_split(&self, place: Place, split: u32, log: &Log) -> anyhow::Result<()> {
        let sql = format!(
            "SELECT sum(CALLSOFFERED), sum(ACDCALLS), sum(TRANSFERRED), sum(ABNCALLS), sum(OUTFLOWCALLS), \
             sum(ACCEPTABLE), sum(ANSTIME), sum(ACDTIME) + sum(HOLDTIME) FROM hsplit WHERE SPLIT = {split}"
        );
        let found = self.site.figures(place, &sql).await?;
        let counts = [log.offered, log.connected, log.transferred, log.abandoned, log.left, log.in_time];
        assert_eq!(found[..6], counts, "{place:?} split {split}");
        // The log rounds each of its times: a whole second either way per call is its own error.
        assert!((found[6] - log.hold_secs).abs() <= log.connected, "{place:?} split {split} hold {found:?}");
        assert!((found[7] - log.talk_secs).abs() <= log.connected, "{place:?} split {split} talk {found:?}");
        Ok(())
    }
}

/// One queue in the PBX's own queue log. `left`: by timeout, empty queue, key or withdrawal.
struct Log {
    offered: i64,
    connected: i64,
    transferred: i64,
    abandoned: i64,
    left: i64,
    in_time: i64,
    hold_secs: i64,
    talk_secs: i64,
}

#[rustfmt::skip]
const MIXED: [Log; 3] = [
    Log { offered: 75, connected: 53, transferred: 4, abandoned: 20, left: 2, in_time: 42, hold_secs: 368, talk_secs: 870 },
    Log { offered: 71, connected: 47, transferred: 3, abandoned: 21, left: 3, in_time: 45, hold_secs: 279, talk_secs: 764 },
    Log { offered: 44, connected: 31, transferred: 2, abandoned: 8, left: 5, in_time: 29, hold_secs: 150, talk_secs: 444 },
];

#[tokio::test(flavor = "multi_thread")]
async fn two_connections_to_one_pbx_give_equal_rows_and_its_own_totals() -> anyhow::Result<()> {
    let wired = Wired::play(&["mixed/A"], &["mixed/B"]).await?;
    for place in Place::BOTH {
        for (split, log) in (1..).zip(&MIXED) {
            wired.check_split(place, split, log).await?;
        }
        let status = wired.site.client(place).await?.status().await?;
        assert_eq!(status.acds[0].anomalies, [], "{place:?}: a PBX in good health says nothing impossible");
    }
    // The recorded connections did not begin in the same second. What is timed in the interval of the beginning, which
    // is incomplete for that reason, may differ by that; nothing else may.
    let [a, b] = wired.site.both_digests_through(model::Moment(0)).await?;
    let compared = compare(&a, &b);
    assert_eq!((compared.differing, compared.missing), (0, 0), "{compared:?}");
    assert!(
        compared.equal >= 2 && compared.incomplete <= 1 && a[0].incomplete && !a[1].incomplete,
        "{compared:?} {a:?}"
    );
    Ok(())
}

/// The recorded PBX is restarted, and later killed while one caller talks, one is rung for and one waits.
#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_that_restarts_and_crashes_leaves_both_servers_alike() -> anyhow::Result<()> {
    let wired = Wired::play(&["odd/A1", "odd/A2", "odd/A3"], &["odd/B1", "odd/B2", "odd/B3"]).await?;
    let [a, b] = wired.site.both_digests_through(model::Moment(0)).await?;
    let compared = compare(&a, &b);
    assert_eq!((compared.differing, compared.missing), (0, 0), "{compared:?}");
    for place in Place::BOTH {
        // Lost and not invented: what the crash cut off, and a call of billing in whose after-call work the restart came.
        for (split, answered) in [(1, 1), (2, 9), (3, 8)] {
            let sql = format!("SELECT sum(ACDCALLS) FROM hsplit WHERE SPLIT = {split}");
            assert_eq!(wired.site.figures(place, &sql).await?, [answered], "{place:?} split {split}");
        }
        assert_eq!(wired.site.figures(place, "SELECT count(*) FROM linkex WHERE REASON = 97").await?, [2], "{place:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_in_mid_message_is_made_again_and_recorded() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    let (mut connections, end) = with_time_after(&["small/2a", "small/2b"])?;
    let torn = connections[0].len() - 17;
    connections[0].truncate(torn);
    let pbx = Pbx::start(connections)?;
    wire(site.folder(Place::A), &pbx)?;
    site.run(Place::A)?;
    let asked = tokio::task::block_in_place(|| pbx.heard())?;
    assert!(asked.contains("Username: cmslink\r\n") && asked.contains("Secret: secret of the PBX\r\n"), "{asked}");
    site.digests_through(Place::A, model::Moment(end)).await?;
    assert_eq!(site.figures(Place::A, "SELECT count(*) FROM linkex WHERE REASON = 97").await?, [1]);
    assert!(site.figures(Place::A, "SELECT count(*) FROM hsplit WHERE INCOMPLETE = 1").await?[0] > 0);
    let client = site.client(Place::A).await?;
    let health = client.health(LIMIT).await?;
    assert_eq!((health.acds[0].link, health.acds[0].link_text.as_str()), (LinkState::Up, ""));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pbx_that_is_not_there_or_says_no_is_told_of() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    let refusal = b"Asterisk Call Manager/9.0.0\r\nResponse: Error\r\nActionID: understudy-login\r\n\
                    Message: Authentication failed\r\n\r\n";
    let refusing = Pbx::start(vec![refusal.to_vec()])?;
    wire(site.folder(Place::A), &refusing)?;
    let gone = Pbx::start(vec![Vec::new()])?;
    wire(site.folder(Place::B), &gone)?;
    // Its one connection is taken, and then nobody listens there.
    drop(std::net::TcpStream::connect(gone.address())?);
    drop(gone);
    for (place, words) in [(Place::A, "Authentication failed"), (Place::B, "cannot connect")] {
        site.run(place)?;
        let client = site.client(place).await?;
        let text = until("the server says why its link is down", async || {
            let health = client.health(LIMIT).await.ok()?;
            Some(health.acds[0].link_text.clone()).filter(|text| text.contains("trying again"))
        });
        let text = text.await;
        assert!(text.contains(words), "{place:?}: {text}");
        site.stop(place);
    }
    Ok(())
}
