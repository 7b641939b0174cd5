use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::throttle::{ThrottleConfig, ThrottledStore};
use object_store::{ObjectStore, ObjectStoreExt};

use super::{NINE, Place, marks_of, rows, unpack_all};
use crate::{BackupError, Bucket, BucketSettings, Device, Made, Marks, Mode, Place as Placed};

/// A device in a store of memory, and what is in it.
struct Remote {
    store: Arc<InMemory>,
    device: Device,
}

fn settings(prefix: &str) -> BucketSettings {
    BucketSettings {
        bucket: "cms".to_owned(),
        prefix: prefix.to_owned(),
        endpoint: None,
        region: "here".to_owned(),
        access_key: "key".to_owned(),
        secret_file: PathBuf::from("/nowhere/secret"),
        ca_file: None,
    }
}

fn remote(keep: Option<u32>) -> Remote {
    let store = Arc::new(InMemory::new());
    let bucket = Bucket::over(Arc::<InMemory>::clone(&store), settings("site/a"), Duration::ZERO);
    let place = Placed::Store(Arc::new(bucket));
    Remote { store, device: Device { name: "offsite".to_owned(), place, volume_bytes: u64::MAX, keep } }
}

impl Remote {
    fn keep(&self, made: Made) -> crate::Result<Made> {
        self.device.keep("CMS-A", made, &mut |_| true)
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.device.names("CMS-A", &mut || true).unwrap();
        names.sort();
        names
    }

    fn put(&self, name: &str, content: Vec<u8>) {
        let key = Key::from(format!("site/a/CMS-A/{name}"));
        now(self.store.put(&key, content.into())).unwrap();
    }

    fn labels(&self) -> Vec<String> {
        self.device.list().unwrap().sets.into_iter().map(|set| set.label).collect()
    }
}

/// A store of memory is asked and has answered.
fn now<T>(asked: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(asked)
}

#[test]
fn a_backup_is_carried_to_a_store_listed_there_and_fetched_back() {
    let place = Place::with(200, 10);
    let remote = remote(None);
    let made = place.back_up_in_volumes(1, Mode::Full, &Marks::new(), 300_000).unwrap();
    let plain = unpack_all(&made, place._dir.path());
    let local: Vec<PathBuf> = made.volumes.iter().map(|(path, _)| path.clone()).collect();
    let kept = remote.keep(made).unwrap();
    assert!(kept.volumes.len() > 1);
    assert!(local.iter().all(|path| !path.exists()), "what was carried does not stay behind");
    let set = remote.device.find("CMS-A/CMS-261123-01-XXHX-00-F").unwrap();
    assert_eq!(set.volumes, kept.volumes);
    assert!(set.volumes[0].0.display().to_string().starts_with("s3://cms/site/a/CMS-A/CMS-261123-01"));
    for ((path, manifest), plain) in set.volumes.iter().zip(plain) {
        let volume = remote.device.at_hand(path, place._dir.path(), &mut || true).unwrap();
        let again = place._dir.path().join("again.db");
        assert_eq!(crate::unpack(volume.path(), &again, &mut || true).unwrap(), *manifest);
        assert_eq!(fs::read(&again).unwrap(), fs::read(&plain).unwrap());
        let fetched = volume.path().to_owned();
        fs::remove_file(again).unwrap();
        drop(volume);
        assert!(!fetched.exists());
    }
}

#[test]
fn what_was_broken_off_does_not_count_and_goes_with_the_next_backup() {
    let place = Place::with(3, 10);
    let remote = remote(None);
    remote.keep(place.back_up(1, Mode::Full, &Marks::new()).unwrap()).unwrap();
    let volume = "CMS-261123-02-XXHX-00-F-01.db.zst";
    let made = place.back_up(2, Mode::Full, &Marks::new()).unwrap();
    // As a program leaves it that is killed after it has carried the volume.
    remote.put(volume, fs::read(&made.volumes[0].0).unwrap());
    remote.put("CMS-261123-02-XXHX-00-F.uploading", Vec::new());
    remote.put("CMSADM-261123-01.uploading", Vec::new());
    assert_eq!(remote.labels(), ["CMS-261123-01-XXHX-00-F"]);
    remote.keep(place.back_up(3, Mode::Full, &Marks::new()).unwrap()).unwrap();
    assert_eq!(remote.labels(), ["CMS-261123-03-XXHX-00-F", "CMS-261123-01-XXHX-00-F"]);
    let names = remote.names();
    assert!(!names.iter().any(|name| name.starts_with("CMS-261123-02")), "{names:?}");
    assert!(names.contains(&"CMSADM-261123-01.uploading".to_owned()), "another program may be at it: {names:?}");
}

/// What lies between here and the store may hand over the last bytes when nobody waits for them any more.
#[test]
fn what_arrives_after_it_was_called_off_does_not_count() {
    let place = Place::with(3, 10);
    let remote = remote(None);
    let over = |store: Arc<dyn ObjectStore>| {
        let bucket = Bucket::over(store, settings("site/a"), Duration::from_secs(1_800));
        Device { place: Placed::Store(Arc::new(bucket)), ..remote.device.clone() }
    };
    let waits = ThrottleConfig { wait_put_per_call: Duration::from_millis(700), ..ThrottleConfig::default() };
    let slow = over(Arc::new(ThrottledStore::new(Arc::clone(&remote.store), waits)));
    let (mark, volume) = ("CMS-261123-01-XXHX-00-F.uploading", "CMS-261123-01-XXHX-00-F-01.db.zst");
    let made = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let content = fs::read(&made.volumes[0].0).unwrap();
    let stopped = slow.keep("CMS-A", made, &mut |step| !step.starts_with("carrying"));
    assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
    assert_eq!(remote.names(), [mark]);
    remote.put(volume, content.clone());
    assert_eq!(remote.labels(), Vec::<String>::new());
    // The next one takes it away; behind that, too, something may arrive.
    let soon = over(Arc::<InMemory>::clone(&remote.store));
    soon.keep("CMS-A", place.back_up(2, Mode::Full, &Marks::new()).unwrap(), &mut |_| true).unwrap();
    assert_eq!(remote.names(), ["CMS-261123-01-XXHX-00-F.uploading", "CMS-261123-02-XXHX-00-F-01.db.zst"]);
    remote.put(volume, content);
    assert_eq!(remote.labels(), ["CMS-261123-02-XXHX-00-F"]);
    // Once nothing arrives any more, nothing is left of it.
    remote.keep(place.back_up(3, Mode::Full, &Marks::new()).unwrap()).unwrap();
    assert_eq!(remote.names(), ["CMS-261123-02-XXHX-00-F-01.db.zst", "CMS-261123-03-XXHX-00-F-01.db.zst"]);
}

#[test]
fn a_volume_of_the_same_name_is_left_as_it_is() {
    let place = Place::with(1, 10);
    let remote = remote(None);
    let volume = "CMS-261123-01-XXHX-00-F-01.db.zst";
    remote.put(volume, b"of somebody".to_vec());
    let told = remote.keep(place.back_up(1, Mode::Full, &Marks::new()).unwrap()).expect_err("it is there").to_string();
    assert!(told.contains("is there already and was left as it is"), "{told}");
    assert_eq!(remote.names(), [volume]);
    let found = remote.device.list().unwrap();
    assert!(found.sets.is_empty());
    assert!(matches!(found.problems[0].error, BackupError::Foreign { .. }), "{:?}", found.problems);
}

#[test]
fn stopping_in_the_middle_leaves_nothing_that_counts() {
    let place = Place::with(1, 10);
    let remote = remote(None);
    let made = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let mut volume = fs::read(&made.volumes[0].0).unwrap();
    let stopped =
        remote.device.keep_files("CMS-A", "CMS-261123-01-XXHX-00-F", vec!["/nowhere/it".into()], &mut |_| true);
    assert!(matches!(stopped, Err(BackupError::Missing { .. })), "{stopped:?}");
    assert_eq!(remote.names(), Vec::<String>::new());
    // Damage is told as on a disk.
    let end = volume.len();
    volume[end - 60] ^= 1;
    remote.put("CMS-261123-01-XXHX-00-F-01.db.zst", volume.clone());
    volume.truncate(end - 1);
    remote.put("CMS-261123-02-XXHX-00-F-01.db.zst", volume);
    let problems = remote.device.list().unwrap().problems;
    let told: Vec<String> = problems.iter().map(|problem| problem.error.to_string()).collect();
    assert!(told[0].contains("what it says of itself has changed"), "{told:?}");
    assert!(told[1].contains("it was cut off"), "{told:?}");
}

#[test]
fn what_is_large_goes_in_parts_and_comes_back_the_same() {
    let place = Place::with(0, 0);
    let remote = remote(None);
    let file = place._dir.path().join("CMSADM-261123-01-01.tar.zst");
    let content: Vec<u8> = (0..20_000_001_u32).map(|at| (at ^ (at >> 11)) as u8).collect();
    fs::write(&file, &content).unwrap();
    let placed = remote.device.keep_files("CMS-A", "CMSADM-261123-01", vec![file], &mut |_| true).unwrap();
    assert_eq!(remote.names(), ["CMSADM-261123-01-01.tar.zst"]);
    let volume = remote.device.at_hand(&placed[0], place._dir.path(), &mut || true).unwrap();
    assert!(fs::read(volume.path()).unwrap() == content);
}

#[test]
fn old_full_backups_go_from_a_store_too_and_a_lost_volume_is_named() {
    let place = Place::with(200, 10);
    let remote = remote(Some(1));
    let first = remote.keep(place.back_up(1, Mode::Full, &Marks::new()).unwrap()).unwrap();
    place.store().archive(&rows(NINE + 500 * 1800, 1)).unwrap();
    remote.keep(place.back_up(2, Mode::Incremental, &marks_of(&[&first])).unwrap()).unwrap();
    let made = place.back_up_in_volumes(3, Mode::Full, &Marks::new(), 300_000).unwrap();
    let newest = remote.keep(made).unwrap();
    let gone = remote.device.rotate("a1", &newest.volumes[0].1, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-02-XXHX-00-I", "CMS-261123-01-XXHX-00-F"]);
    let key = Key::from("site/a/CMS-A/CMS-261123-03-XXHX-00-F-02.db.zst");
    now(self::delete(&remote.store, &key));
    let set = remote.device.find("CMS-261123-03-XXHX-00-F").unwrap();
    let told = set.whole().expect_err("one is lost").to_string();
    assert!(told.contains("number 02 is missing in CMS-A"), "{told}");
    let lost = remote.device.at_hand(&newest.volumes[1].0, place._dir.path(), &mut || true).expect_err("it is lost");
    let told = lost.to_string();
    assert!(
        told.contains("s3://cms/site/a/CMS-A/CMS-261123-03-XXHX-00-F-02.db.zst is not in the store any more"),
        "{told}"
    );
}

async fn delete(store: &InMemory, key: &Key) {
    store.delete(key).await.unwrap();
    assert!(store.head(key).await.is_err());
}

#[test]
fn a_secret_that_cannot_be_read_is_named() {
    let place = Placed::Store(Arc::new(Bucket::new(settings(""))));
    let device = Device { name: "offsite".to_owned(), place, volume_bytes: 1, keep: None };
    let told = device.list().expect_err("there is no secret").to_string();
    assert!(told.contains("/nowhere/secret") && told.contains("s3://cms"), "{told}");
}
