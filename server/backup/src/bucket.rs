//! An object store as a device: S3, and what speaks as it does.
//!
//! Volumes are made on this machine and then carried; one that is needed is fetched back first. Each is read back from the
//! store before the backup counts. While volumes are carried an object `LABEL.uploading` lies beside them: what bears that
//! label does not count until it is gone, so a backup that was broken off is never taken for one. Copying each volume to its
//! final name instead was turned down: stores copy only up to 5 GB at once.
//!
//! Whoever asks waits; no async leaves this module. The runtime is one of its own, because `cms-server cmsadm` has none.

mod faults;
mod transfer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{BackoffConfig, Certificate, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use parking_lot::Mutex;
use tokio::runtime::Runtime;

use crate::envelope::{FRAME_MOST, frame_bytes, frame_of, named};
use crate::error::{BackupError, Result};
use crate::manifest::Manifest;
use faults::Asked;

/// How the name of the object ends that says that volumes are being carried.
const CARRYING: &str = ".uploading";
/// How often whoever waits is asked whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A store is connected to, and answers one request, within this time.
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// A request that failed for a reason that may pass is tried again, for so long.
const TRIED_FOR: Duration = Duration::from_secs(30);
const TRIES: usize = 4;
/// What was carried in vain is taken away again within this time, or when the next backup begins.
const TAKEN_AWAY_WITHIN: Duration = Duration::from_secs(10);
/// A volume that was broken off may still arrive behind its removal, from whatever stands between here and the store: its mark
/// stays for so long. Both clocks may differ by half of that before a store refuses everything.
const ARRIVES_WITHIN: Duration = Duration::from_secs(30 * 60);
/// What lies in a store is told within this time, or it is told that the store does not answer.
const LISTED_WITHIN: Duration = Duration::from_secs(15);
/// Requests at once when many small things are read.
const AT_ONCE: usize = 8;
/// So much of the end of a volume is read to know what it is; mostly it is enough.
const END_BYTES: u64 = 64 << 10;

/// Where an object store is, and by what right it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// Name of the bucket.
    pub bucket: String,
    /// What all names in it begin with, such as `cms/backup`; may be empty.
    pub prefix: String,
    /// Its address, such as `https://store.example:9000`; that of AWS in the region without it.
    pub endpoint: Option<String>,
    /// Region.
    pub region: String,
    /// Name of the key.
    pub access_key: String,
    /// File with the secret of the key, one line.
    pub secret_file: PathBuf,
    /// File with the certificate of the authority that signed the store's, if the machine does not know it.
    pub ca_file: Option<PathBuf>,
}

/// A bucket of an object store.
pub struct Bucket {
    settings: BucketSettings,
    root: PathBuf,
    opened: Mutex<Option<Arc<Opened>>>,
    arrives_within: Duration,
    /// What volumes said of themselves when they were last listed, by name and by what tells that they are the same.
    known: Mutex<BTreeMap<PathBuf, (String, Manifest)>>,
}

/// An object that may be a volume.
#[derive(Debug, Clone)]
struct Object {
    path: PathBuf,
    bytes: u64,
    tag: Option<String>,
    /// When it was written, UNIX seconds of the store's clock.
    at: i64,
}

/// A store that was opened, and what its connections live on.
struct Opened {
    store: Arc<dyn ObjectStore>,
    runtime: Option<Runtime>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        // Waiting for it is not allowed everywhere a device may be dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Opened {
    fn over(store: Arc<dyn ObjectStore>) -> Result<Arc<Opened>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let failed = |error| BackupError::Refused(format!("cannot begin to talk to an object store: {error}"));
        Ok(Arc::new(Opened { store, runtime: Some(runtime.map_err(failed)?) }))
    }

    /// Does something and waits for it, unless `go_on` says no.
    fn wait<T>(&self, go_on: &mut dyn FnMut() -> bool, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(runtime) = &self.runtime else { return Err(BackupError::Stopped) };
        runtime.block_on(async {
            tokio::pin!(work);
            loop {
                tokio::select! {
                    done = &mut work => return done,
                    () = tokio::time::sleep(LOOK_EVERY) => if !go_on() { return Err(BackupError::Stopped) },
                }
            }
        })
    }
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({})", self.root.display())
    }
}

impl Bucket {
    /// A bucket; nothing is asked of it yet, and the secret is read when it first is.
    pub fn new(settings: BucketSettings) -> Bucket {
        let prefix = settings.prefix.trim_matches('/');
        let root = PathBuf::from(format!("s3://{}/{prefix}", settings.bucket).trim_end_matches('/'));
        Bucket { settings, root, opened: Mutex::default(), arrives_within: ARRIVES_WITHIN, known: Mutex::default() }
    }

    /// A bucket that is really something else, to which nothing arrives later than within `arrives_within`.
    #[cfg(test)]
    pub(crate) fn over(store: Arc<dyn ObjectStore>, settings: BucketSettings, arrives_within: Duration) -> Bucket {
        let bucket = Bucket { arrives_within, ..Bucket::new(settings) };
        *bucket.opened.lock() = Some(Opened::over(store).expect("a runtime"));
        bucket
    }

    /// Its address, before which of the objects stand.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn opened(&self) -> Result<Arc<Opened>> {
        let mut opened = self.opened.lock();
        match &*opened {
            Some(known) => Ok(Arc::clone(known)),
            // A failure is not remembered: the secret may be put in place meanwhile.
            None => Ok(Arc::clone(opened.insert(Opened::over(self.connect()?)?))),
        }
    }

    fn connect(&self) -> Result<Arc<dyn ObjectStore>> {
        let BucketSettings { bucket, endpoint, region, access_key, secret_file, ca_file, .. } = &self.settings;
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|error| {
                BackupError::Refused(format!(
                    "cannot read {}: {error}; {} needs it",
                    path.display(),
                    self.root.display()
                ))
            })
        };
        // Whoever came first has chosen; all of this program use the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let mut options = ClientOptions::new()
            .with_allow_http(is_plain)
            .with_connect_timeout(CONNECTED_WITHIN)
            // Between two questions nobody looks after a connection.
            .with_pool_idle_timeout(CONNECTED_WITHIN)
            .with_timeout(ANSWERED_WITHIN);
        if let Some(path) = ca_file {
            let certificates = Certificate::from_pem_bundle(read(path)?.as_bytes());
            let wrong = |error| BackupError::Refused(format!("{} is no certificate: {error}", path.display()));
            for certificate in certificates.map_err(wrong)? {
                options = options.with_root_certificate(certificate);
            }
        }
        let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: TRIES, retry_timeout: TRIED_FOR };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_access_key_id(access_key)
            .with_secret_access_key(read(secret_file)?.trim())
            .with_client_options(options)
            .with_retry(retry)
            // Not every store that speaks as S3 does knows how to delete many at once.
            .with_disable_bulk_delete(true);
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let wrong = |error| BackupError::Refused(format!("{} cannot be used: {error}", self.root.display()));
        Ok(Arc::new(builder.build().map_err(wrong)?))
    }

    fn key(&self, path: &Path) -> Key {
        let below = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
        Key::from(format!("{}/{below}", self.settings.prefix.trim_matches('/')))
    }

    /// Everything below a place.
    async fn objects(&self, store: &dyn ObjectStore, below: &Path) -> Result<Vec<Object>> {
        let asked = Asked { bucket: self, operation: "list", path: below };
        let place = self.key(below);
        let prefix = Some(&place).filter(|place| place.parts().next().is_some());
        let found: Vec<_> = store.list(prefix).try_collect().await.map_err(|error| asked.failed(&error))?;
        let own = self.key(&self.root).to_string();
        let object = |meta: object_store::ObjectMeta| {
            let below = meta.location.to_string().strip_prefix(&own)?.trim_start_matches('/').to_owned();
            let at = meta.last_modified.timestamp();
            Some(Object { path: self.root.join(below), bytes: meta.size, tag: meta.e_tag, at })
        };
        let mut objects: Vec<Object> = found.into_iter().filter_map(object).collect();
        objects.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(objects)
    }

    /// The volumes that count, with what they say of themselves or what is wrong with them.
    ///
    /// # Errors
    /// If the store does not answer, or refuses.
    pub(crate) fn volumes(&self, ending: &str) -> Result<Vec<(PathBuf, Result<Manifest>)>> {
        let opened = self.opened()?;
        let store = opened.store.as_ref();
        let listed = async {
            let objects = self.objects(store, &self.root).await?;
            let carried: Vec<PathBuf> = objects.iter().filter_map(|object| carried(&object.path)).collect();
            let counts = |object: &Object| {
                let is_volume = object.path.to_string_lossy().ends_with(ending);
                is_volume && !carried.iter().any(|label| bears(&object.path, label))
            };
            let objects = objects.into_iter().filter(counts);
            let read = stream::iter(objects).map(|object| self.manifest(store, object)).buffered(AT_ONCE);
            let read: Vec<_> = read.try_collect().await?;
            Ok(read.into_iter().flatten().collect())
        };
        opened.wait(&mut || true, self.soon(listed))
    }

    /// Does what somebody waits for at a screen.
    async fn soon<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let listed = tokio::time::timeout(LISTED_WITHIN, work).await;
        listed.unwrap_or_else(|_| Err(Asked { bucket: self, operation: "list", path: &self.root }.unanswered()))
    }

    /// What one volume says; nothing if it went meanwhile.
    async fn manifest(&self, store: &dyn ObjectStore, object: Object) -> Result<Option<(PathBuf, Result<Manifest>)>> {
        let known = |tag: &String| {
            let known = self.known.lock();
            known.get(&object.path).filter(|(same, _)| same == tag).map(|(_, manifest)| manifest.clone())
        };
        if let Some(manifest) = object.tag.as_ref().and_then(known) {
            return Ok(Some((object.path, Ok(manifest))));
        }
        match self.read_manifest(store, &object).await {
            Ok(manifest) => {
                if let Some(tag) = object.tag {
                    let mut known = self.known.lock();
                    known.insert(object.path.clone(), (tag, manifest.clone()));
                }
                Ok(Some((object.path, Ok(manifest))))
            }
            Err(BackupError::Lost { .. }) => Ok(None),
            Err(error @ BackupError::Remote { .. }) => Err(error),
            Err(error) => Ok(Some((object.path, Err(error)))),
        }
    }

    async fn read_manifest(&self, store: &dyn ObjectStore, object: &Object) -> Result<Manifest> {
        let Object { path, bytes, .. } = object;
        let (key, asked) = (self.key(path), Asked { bucket: self, operation: "read", path });
        let piece = async |from: u64, to: u64| match from < to {
            true => store.get_range(&key, from..to).await.map_err(|error| asked.failed(&error)),
            false => Ok(bytes::Bytes::new()),
        };
        let mut end = piece(bytes.saturating_sub(END_BYTES), *bytes).await?;
        let told = frame_bytes(&end);
        if let Some(wanted) = told.filter(|wanted| *wanted > end.len() as u64 && *wanted <= FRAME_MOST.min(*bytes)) {
            end = piece(bytes - wanted, *bytes).await?;
        }
        let mut begin = [0; 4];
        if told.is_none()
            && let Some(first) = piece(0, 4.min(*bytes)).await?.first_chunk()
        {
            begin = *first;
        }
        named(path, frame_of(path, *bytes, begin, &end)?)
    }

    /// Names of the objects in a folder.
    ///
    /// # Errors
    /// If the store does not answer, or refuses.
    pub(crate) fn names(&self, folder: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<Vec<String>> {
        let opened = self.opened()?;
        let objects = opened.wait(go_on, self.soon(self.objects(opened.store.as_ref(), folder)))?;
        let name = |object: &Object| object.path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(objects.iter().filter_map(name).collect())
    }

    /// Removes objects; those that are gone already are no error.
    pub(crate) fn remove(&self, paths: &[PathBuf]) -> Result<()> {
        let opened = self.opened()?;
        opened.wait(&mut || true, self.take_away(opened.store.as_ref(), paths))
    }

    async fn take_away(&self, store: &dyn ObjectStore, paths: &[PathBuf]) -> Result<()> {
        for path in paths {
            match store.delete(&self.key(path)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(Asked { bucket: self, operation: "remove", path }.failed(&error)),
            }
        }
        Ok(())
    }

    /// Fetches a volume into a file.
    ///
    /// # Errors
    /// If the store does not give it, or it is not as long as the store says.
    pub(crate) fn fetch(&self, path: &Path, into: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<()> {
        let opened = self.opened()?;
        opened.wait(go_on, self.receive(opened.store.as_ref(), path, into))
    }

    /// Carries the volumes of one backup or image into a folder of the store, the first one last, and reads each back. Gives
    /// their new places. After an error none of them counts.
    ///
    /// # Errors
    /// If one of them is there already, the store does not take one, or does not give back what it was given.
    pub(crate) fn keep(
        &self,
        folder: &Path,
        label: &str,
        files: &[PathBuf],
        go_on: &mut dyn FnMut(&str) -> bool,
    ) -> Result<Vec<PathBuf>> {
        let opened = self.opened()?;
        let store = opened.store.as_ref();
        let placed: Vec<PathBuf> = files.iter().map(|file| folder.join(file.file_name().unwrap_or_default())).collect();
        let mark = folder.join(format!("{label}{CARRYING}"));
        opened.wait(&mut || go_on("looking at the store"), async {
            self.sweep(store, folder, label).await?;
            let there = self.objects(store, folder).await?;
            match there.iter().find(|object| placed.contains(&object.path)) {
                Some(object) => {
                    let path = object.path.display();
                    Err(BackupError::Refused(format!("{path} is there already and was left as it is")))
                }
                None => self.send_mark(store, &mark).await,
            }
        })?;
        let carry = |(file, to): (&PathBuf, &PathBuf)| {
            let name = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mut told = || go_on(&format!("carrying {name} to the store"));
            opened.wait(&mut told, self.send_and_compare(store, file, to))
        };
        let carried = files.iter().zip(&placed).rev().try_for_each(carry);
        // What is on its way to the store arrives there, or does not, whoever waits for it.
        let may_arrive = matches!(carried, Err(BackupError::Stopped | BackupError::Remote { .. }));
        let marks = [mark];
        let counted = carried.and_then(|()| opened.wait(&mut || true, self.take_away(store, &marks)));
        match counted {
            Ok(()) => Ok(placed),
            Err(error) => {
                // Where even this fails the mark is left, and what bears the label does not count.
                let marks = marks.into_iter().filter(|_| !may_arrive);
                let all: Vec<PathBuf> = placed.into_iter().chain(marks).collect();
                let _ = opened.wait(&mut || true, async {
                    let taken = tokio::time::timeout(TAKEN_AWAY_WITHIN, self.take_away(store, &all)).await;
                    taken.unwrap_or(Err(BackupError::Stopped))
                });
                Err(error)
            }
        }
    }

    /// Removes what was carried in vain before, of labels of the same family as `label` (`CMS-`, `CMSADM-`). A mark under which
    /// something may arrive yet stays.
    async fn sweep(&self, store: &dyn ObjectStore, folder: &Path, label: &str) -> Result<()> {
        let objects = self.objects(store, folder).await?;
        let since = chrono::Utc::now().timestamp() - self.arrives_within.as_secs().cast_signed();
        let family = label.split_inclusive('-').next().unwrap_or(label);
        for mark in &objects {
            let Some(broken_off) = carried(&mark.path).filter(|label| is_of(label, family)) else { continue };
            let of_it = objects.iter().filter(|object| bears(&object.path, &broken_off));
            let mark = Some(mark).filter(|mark| mark.at <= since);
            let all: Vec<PathBuf> = of_it.chain(mark).map(|object| object.path.clone()).collect();
            self.take_away(store, &all).await?;
        }
        Ok(())
    }
}

/// The label, with its folder, that an object says to be carried.
fn carried(path: &Path) -> Option<PathBuf> {
    path.to_str()?.strip_suffix(CARRYING).map(PathBuf::from)
}

/// Whether an object bears a label: a volume has its number behind it.
fn bears(path: &Path, label: &Path) -> bool {
    let rest = path.to_str().and_then(|path| path.strip_prefix(label.to_str()?));
    rest.is_some_and(|rest| rest.starts_with('-'))
}

fn is_of(label: &Path, family: &str) -> bool {
    label.file_name().is_some_and(|name| name.to_string_lossy().starts_with(family))
}
