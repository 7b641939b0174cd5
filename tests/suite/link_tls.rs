//! TLS on the native link: the same rows as without it, and strangers who are refused and told of on both sides.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use api::{LinkState, LogCode};
use certificate::{Fingerprint, Identity};
use client::Client;
use daemon::config::FILE;
use simulator::feed::{LinkFault, LinkTls, ScheduledFault};
use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::day::Day;

const HOURS: u64 = 3;
/// More than may be saying hello at once.
const MANY: usize = 20;

/// Somebody with a certificate and its key, PEM.
pub(crate) struct Holder {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Holder {
    pub(crate) fn new() -> anyhow::Result<Holder> {
        let key = rcgen::KeyPair::generate()?;
        let certificate = rcgen::CertificateParams::new(vec!["switch".to_owned()])?.self_signed(&key)?;
        Ok(Holder { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    pub(crate) fn identity(&self) -> anyhow::Result<Identity> {
        Ok(Identity::from_pem(self.certificate.as_bytes(), self.key.as_bytes())?)
    }

    fn fingerprint(&self) -> anyhow::Result<Fingerprint> {
        Ok(self.identity()?.fingerprint())
    }
}

/// Adds keys to a server's `[acd.link]`.
fn write_link(folder: &Path, keys: &str) -> anyhow::Result<()> {
    let kind = "kind = \"native\"\n";
    let text = std::fs::read_to_string(folder.join(FILE))?;
    assert!(text.contains(kind));
    Ok(std::fs::write(folder.join(FILE), text.replacen(kind, &format!("{kind}{keys}"), 1))?)
}

/// Two servers: the primary's link is TLS for this switch alone, with a certificate of its own; what the secondary's is says `keys`.
fn site(dir: &Path, switch: &Holder, link: &Holder, keys: &str) -> anyhow::Result<Site> {
    let mut site = Site::make(dir, &SiteOptions::default())?;
    let own = "tls = true\ncertificate = \"link.crt\"\nkey = \"link.key\"\n";
    write_link(site.folder(Place::A), &format!("{own}accept = [\"{}\"]\n", switch.fingerprint()?))?;
    std::fs::write(site.folder(Place::A).join("link.crt"), &link.certificate)?;
    std::fs::write(site.folder(Place::A).join("link.key"), &link.key)?;
    write_link(site.folder(Place::B), keys)?;
    Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
    Ok(site)
}

fn scenario() -> Scenario {
    let start = Scenario::default().start + 2 * 3600;
    Scenario { seed: 21, start, agents: 20, splits: 4, ..Scenario::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_over_tls_with_cuts_gives_the_rows_of_a_day_without() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (switch, link) = (Holder::new()?, Holder::new()?);
    // The secondary shows the certificate of its API, and takes any switch.
    let site = site(dir.path(), &switch, &link, "tls = true\n")?;
    let api: Fingerprint = site.server(Place::B).fingerprint()?.parse()?;
    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.tls = vec![
        LinkTls::new(vec![link.fingerprint()?], Some(switch.identity()?))?,
        // As while a certificate is being changed: the one of before, and the one of now.
        LinkTls::new(vec![switch.fingerprint()?, api], None)?,
    ];
    settings.pace = Pace::at_speed(1e9);
    settings.run_for = Some(Duration::from_secs(HOURS * 3600));
    let fault = |link, minute: u64, fault, minutes: u64| ScheduledFault {
        link,
        fault,
        offset: Duration::from_secs(minute * 60),
        lasting: (minutes > 0).then_some(Duration::from_secs(minutes * 60)),
    };
    settings.faults = vec![
        fault(0, 20, LinkFault::Cut, 10),
        fault(1, 40, LinkFault::Stall, 15),
        fault(1, 90, LinkFault::Cut, 30),
        fault(0, 130, LinkFault::Duplicate(500), 0),
        fault(0, 140, LinkFault::Cut, 0),
    ];
    let (feed, _) = Feed::new(World::new(scenario())?, settings);
    let outcome = feed.run().await?;
    assert!(outcome.links.iter().all(|link| link.acknowledged == outcome.last_seq), "{:?}", outcome.links);
    assert!(outcome.links.iter().all(|link| link.connections > 1 && link.pump_ups == 1), "{:?}", outcome.links);

    let day = Day::play(scenario(), HOURS as i64);
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    for place in Place::BOTH {
        assert_eq!(site.figures(place, "SELECT count(*) FROM linkex WHERE REASON <> 91").await?, [0], "{place:?}");
    }
    let findings = daemon::check(site.folder(Place::A));
    let found = findings.iter().find(|finding| finding.what == "TLS of the link of ACD 1").expect("it is looked at");
    assert!(found.is_right() && found.detail.contains(&link.fingerprint()?.to_string()), "{found:?}");
    assert!(found.detail.contains("accepts 1 certificate"), "{found:?}");
    let findings = daemon::check(site.folder(Place::B));
    assert!(findings.iter().any(|finding| finding.is_right() && finding.detail.contains("accepts any switch")));
    Ok(())
}

/// A switch with one link, as it goes on by itself.
fn switch_to(address: String, tls: Option<LinkTls>) -> anyhow::Result<LinkControl> {
    let mut settings = FeedSettings::new(Site::ACD, vec![address]);
    settings.tls = tls.into_iter().collect();
    let (feed, control) = Feed::new(World::new(scenario())?, settings);
    tokio::spawn(feed.run());
    Ok(control)
}

/// A stranger comes; what it says of that itself, what the link's state says, and whether the maintenance error log has the latter.
async fn refused(
    client: &Client,
    address: String,
    tls: Option<LinkTls>,
    for_the_server: &[&str],
    for_the_switch: &[&str],
) -> anyhow::Result<()> {
    let mut control = switch_to(address, tls)?;
    let is_told = |text: &str, parts: &[&str]| parts.iter().all(|part| text.contains(part));
    let said =
        |link: &simulator::LinkStatus| link.last_error.as_deref().is_some_and(|said| is_told(said, for_the_switch));
    let told = tokio::time::timeout(LIMIT, control.wait_for(|status| said(&status.links[0]))).await;
    let status = control.status();
    assert!(matches!(told, Ok(Some(_))), "{for_the_switch:?}: {:?}", status.links);
    until(&format!("the link's state says {for_the_server:?}"), async || {
        let health = client.health(LIMIT).await.ok()?.acds.remove(0);
        assert_eq!(health.link, LinkState::Down);
        (is_told(&health.link_text, for_the_server) && health.link_text.contains("waiting for the switch"))
            .then_some(())
    })
    .await;
    until(&format!("the maintenance error log says {for_the_server:?}"), async || {
        let log = client.maintenance_log(false, 50).await.ok()?;
        log.iter()
            .any(|entry| entry.code == LogCode::SwitchRefused && is_told(&entry.text, for_the_server))
            .then_some(())
    })
    .await;
    control.stop();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_and_both_sides_say_why_and_what_to_do() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (switch, link, other) = (Holder::new()?, Holder::new()?, Holder::new()?);
    let site = site(dir.path(), &switch, &link, "")?;
    let (client, plain) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let (a, b) = (site.link(Place::A), site.link(Place::B));
    let known = || -> anyhow::Result<Vec<Fingerprint>> { Ok(vec![link.fingerprint()?]) };
    let [shown, strange] = [link.fingerprint()?.to_string(), other.fingerprint()?.to_string()];

    let wrong = LinkTls::new(vec![other.fingerprint()?], Some(switch.identity()?))?;
    let server_says = ["127.0.0.1 was refused", "does not trust this server's certificate", &*shown];
    refused(&client, a.clone(), Some(wrong), &server_says, &["certificate of", &shown, "--fingerprint"]).await?;
    let without = LinkTls::new(known()?, None)?;
    refused(&client, a.clone(), Some(without), &["no certificate", "`accept`"], &["--certificate and --key"]).await?;
    let another = LinkTls::new(known()?, Some(other.identity()?))?;
    refused(
        &client,
        a.clone(),
        Some(another),
        &[&strange, "add that fingerprint", "cms.toml"],
        &["`accept`", "cms.toml"],
    )
    .await?;
    refused(&client, a.clone(), None, &["plain TCP", "tls = false"], &["plain TCP, and this link is TLS", "--tls"])
        .await?;
    let right = || LinkTls::new(known()?, Some(switch.identity()?)).map_err(anyhow::Error::from);
    refused(&plain, b, Some(right()?), &["speaks TLS", "tls = true"], &["does not speak TLS", "tls = true"]).await?;

    let counted = client.server_exceptions().await?;
    let refusals = counted.exceptions.iter().find(|exception| exception.exception == "switch-refused");
    assert!(refusals.is_some_and(|refusals| refusals.count >= 4), "{counted:?}");
    let mut control = switch_to(a, Some(right()?))?;
    let up = control.wait_for(|status| status.links[0].state == simulator::feed::LinkState::Streaming);
    assert!(tokio::time::timeout(LIMIT, up).await.is_ok(), "{:?}", control.status().links);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes_that_hang_hold_up_neither_the_switch_nor_the_end() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (switch, link) = (Holder::new()?, Holder::new()?);
    let mut site = site(dir.path(), &switch, &link, "")?;
    let address = site.link(Place::A);
    let hanging = || -> anyhow::Result<TcpStream> {
        let mut stream = TcpStream::connect(&address)?;
        // A record that is announced and does not come.
        stream.write_all(&[0x16, 3, 1, 2, 0, 1])?;
        Ok(stream)
    };
    let first = hanging()?;
    let client = site.client(Place::A).await?;
    let told = ["TLS handshake was not over within 10 s", "look at the switch"];
    until("the handshake has its limit", async || {
        let text = client.health(LIMIT).await.ok()?.acds.remove(0).link_text;
        told.iter().all(|part| text.contains(part)).then_some(())
    })
    .await;
    drop(first);
    let many = (0..MANY).map(|_| hanging()).collect::<anyhow::Result<Vec<_>>>()?;
    let tls = LinkTls::new(vec![link.fingerprint()?], Some(switch.identity()?))?;
    let mut control = switch_to(address.clone(), Some(tls))?;
    let acknowledged = control.wait_for(|status| status.links[0].acknowledged > 0);
    assert!(tokio::time::timeout(LIMIT, acknowledged).await.is_ok(), "{:?}", control.status().links);
    assert_eq!(control.status().links[0].last_error, None, "at the first attempt");
    let more = (0..MANY).map(|_| hanging()).collect::<anyhow::Result<Vec<_>>>()?;
    // It ends although they hang.
    tokio::task::block_in_place(|| site.stop(Place::A));
    drop((many, more));
    Ok(())
}
