//! Parcels that must not be taken in, and intervals that must not be replaced.

use anyhow::{Context, Result};
use api::endpoints as at;
use api::{ErrorCode, IntervalStretch, JobState, PARCELS_DEVICE, PackParcel, Received, RunRestore, Session};
use client::Client;
use model::{AcdNumber, Moment};
use sha2::{Digest as _, Sha256};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site, until};

use super::{Missed, cut, parcels};
use crate::api::rude;
use crate::people::code;

/// Sends volumes as nobody well-behaved would.
struct Rude {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Rude {
    async fn to(site: &Site, place: Place) -> Result<Rude> {
        let (http, url) = (rude()?, site.server(place).url());
        let login = serde_json::json!({ "user": ADMINISTRATOR, "password": PASSWORD }).to_string();
        let request = http.post(format!("{url}{}", at::LOGIN)).header("content-type", "application/json");
        let session: Session = serde_json::from_str(&request.body(login).send().await?.text().await?)?;
        Ok(Rude { http, url, token: session.token })
    }

    async fn get(&self, label: &str, volume: &str) -> Result<Vec<u8>> {
        let url = format!("{}{}?label={label}&volume={volume}", self.url, at::PARCEL_VOLUME);
        Ok(self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()?.bytes().await?.to_vec())
    }

    async fn put(&self, volume: &str, bytes: Vec<u8>) -> Result<String> {
        let url = format!("{}{}?volume={volume}", self.url, at::PARCEL_VOLUME);
        Ok(self.http.put(url).bearer_auth(&self.token).body(bytes).send().await?.text().await?)
    }
}

/// Packs everything from `from` to `to` on a server.
async fn pack(client: &Client, from: Moment, to: Moment) -> Result<String> {
    let asked = PackParcel {
        acd: Site::ACD,
        stretches: vec![IntervalStretch { from, to }],
        events: Vec::new(),
        reads_volumes: 1,
    };
    let started = client.pack_parcel(&asked).await?;
    let job = until("the parcel is packed", async || {
        client.job(started).await.ok().filter(|job| job.state != JobState::Running)
    })
    .await;
    anyhow::ensure!(job.state == JobState::Done, "{}", job.text);
    job.label.context("a parcel has a label")
}

/// The same volume, saying that its format is a later one.
fn of_a_later_format(volume: &[u8]) -> Result<Vec<u8>> {
    let tail = volume.len() - 44;
    let length = u32::from_le_bytes(volume[tail + 32..tail + 36].try_into()?) as usize;
    let begins = tail - length;
    let json = std::str::from_utf8(&volume[begins..tail])?.replacen("\"format\":1", "\"format\":9", 1);
    let mut changed = volume[..begins].to_vec();
    changed.extend_from_slice(json.as_bytes());
    changed.extend_from_slice(&Sha256::digest(json.as_bytes()));
    changed.extend_from_slice(&volume[tail + 32..]);
    Ok(changed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_parcel_that_cannot_be_trusted_is_not_taken_in() -> Result<()> {
    let missed = Missed::open(94, 3, &[cut(45, 30)]).await?;
    let site = &missed.site;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let before = missed.digests(Place::B).await?;
    let label = pack(&a, before[0].start, missed.end).await?;
    let volume = format!("{}-01", label.rsplit_once('/').context("a folder")?.1);
    let (from, to) = (Rude::to(site, Place::A).await?, Rude::to(site, Place::B).await?);
    let sound = from.get(&label, &volume).await?;

    let check = async |volume: &str, bytes: Vec<u8>, told: &str| -> Result<()> {
        let answer = to.put(volume, bytes).await?;
        assert!(answer.contains(told), "{answer:?} does not say {told:?}");
        assert!(parcels(site, Place::B).is_empty(), "{told}: something is left");
        Ok(())
    };
    let mut changed = sound.clone();
    changed[100] ^= 1;
    check(&volume, changed, "is damaged").await?;
    check(&volume, sound[..sound.len() - 9].to_vec(), "cut off").await?;
    check(&volume, of_a_later_format(&sound)?, "has format 9, and this program reads up to 2").await?;
    check(&volume, b"something else altogether, long enough to be looked at as a volume".to_vec(), "is no volume")
        .await?;
    check(&volume.replace("-01-XX", "-02-XX"), sound.clone(), "was announced").await?;
    check("../../etc/passwd", sound.clone(), "is no label of a volume").await?;
    // Back to where it came from.
    assert!(from.put(&volume, sound.clone()).await?.contains("a parcel of this very server"));
    // Broken off on its way.
    broken_off(&to, &volume, &sound).await?;
    until("what was begun is removed", async || parcels(site, Place::B).is_empty().then_some(())).await;

    // The server may be about to let go of what was broken off.
    let taken = async || serde_json::from_str::<Received>(&to.put(&volume, sound.clone()).await.ok()?).ok();
    let received = until("it is taken in", taken).await;
    assert_eq!(received.label, label);
    let asked = RunRestore { label, device: Some(PARCELS_DEVICE.to_owned()), heals: true, ..RunRestore::default() };
    let other = RunRestore { acd: Some(AcdNumber(2)), ..asked.clone() };
    assert_eq!(code(b.run_restore(&other).await), Some(ErrorCode::BadRequest));
    let stretches = vec![IntervalStretch { from: Moment(0), to: Moment(1) }];
    let nowhere = PackParcel { acd: AcdNumber(2), stretches, events: Vec::new(), reads_volumes: 1 };
    assert_eq!(code(a.pack_parcel(&nowhere).await), Some(ErrorCode::NotFound));
    assert_eq!(missed.digests(Place::B).await?, before);

    // Only what is missing or lacks data is taken, though the parcel has everything.
    let started = b.run_restore(&asked).await?;
    let job =
        until("the restore is over", async || b.job(started).await.ok().filter(|job| job.state != JobState::Running))
            .await;
    let plan = job.plan.with_context(|| job.text.clone())?;
    assert!(plan.notes.iter().any(|note| note.contains("they are whole here")), "{:?}", plan.notes);
    assert_eq!(missed.digests(Place::B).await?, missed.digests(Place::A).await?);
    Ok(())
}

/// Sends a part of what is announced, and goes.
async fn broken_off(to: &Rude, volume: &str, sound: &[u8]) -> Result<()> {
    let half = sound[..sound.len() / 2].to_vec();
    let pieces = futures_util::stream::iter([Ok(half), Err(std::io::Error::other("gone"))]);
    let url = format!("{}{}?volume={volume}", to.url, at::PARCEL_VOLUME);
    let request = to.http.put(url).bearer_auth(&to.token).header("content-length", sound.len());
    let outcome = request.body(reqwest::Body::wrap_stream(pieces)).send().await;
    assert!(outcome.is_err(), "half a volume was taken: {outcome:?}");
    Ok(())
}

/// The better rows stay, whoever is asked to heal from whom.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_whole_interval_is_never_replaced_by_one_that_lacks_data() -> Result<()> {
    let missed = Missed::open(95, 3, &[cut(45, 30)]).await?;
    let site = &missed.site;
    let wanted = missed.digests(Place::A).await?;
    let (b, rude_b, rude_a) =
        (site.client(Place::B).await?, Rude::to(site, Place::B).await?, Rude::to(site, Place::A).await?);
    let label = pack(&b, wanted[0].start, missed.end).await?;
    let volume = format!("{}-01", label.rsplit_once('/').context("a folder")?.1);
    let bytes = rude_b.get(&label, &volume).await?;
    rude_a.put(&volume, bytes).await?;
    let a = site.client(Place::A).await?;
    let asked = RunRestore { label, device: Some(PARCELS_DEVICE.to_owned()), heals: true, ..RunRestore::default() };
    let started = a.run_restore(&asked).await?;
    let job =
        until("the restore is over", async || a.job(started).await.ok().filter(|job| job.state != JobState::Running))
            .await;
    assert!(job.state == JobState::Failed && job.text.contains("they are whole here"), "{job:?}");
    assert_eq!(missed.digests(Place::A).await?, wanted);
    assert!(a.restores().await?.is_empty());
    Ok(())
}
