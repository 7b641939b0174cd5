//! Bytes on their way to a store and back, in parts, so that one that is lost does not cost the others.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use super::Bucket;
use super::faults::Asked;
use crate::error::{BackupError, Result};

/// Bytes of a part. A store takes 10,000 of them.
const PART: usize = 8 << 20;
/// Parts on their way at once.
const PARTS_AT_ONCE: usize = 4;
/// What stands in the object that says that volumes are being carried.
const MARK: &str = "Volumes of this label are being carried here. They do not count until this object is gone.\n";

impl Bucket {
    pub(super) async fn send_mark(&self, store: &dyn ObjectStore, path: &Path) -> Result<()> {
        let asked = Asked { bucket: self, operation: "write", path };
        store.put(&self.key(path), MARK.into()).await.map(drop).map_err(|error| asked.failed(&error))
    }

    /// Sends a file, reads it back and compares.
    pub(super) async fn send_and_compare(&self, store: &dyn ObjectStore, from: &Path, to: &Path) -> Result<()> {
        let written = self.send(store, from, to).await?;
        let mut hash = Sha256::new();
        self.pieces(store, to, "read back", &mut |piece| {
            hash.update(piece);
            Ok(())
        })
        .await?;
        match hash.finalize() == written {
            true => Ok(()),
            false => Err(damaged(to, "what was read back is not what was written")),
        }
    }

    /// Sends a file, and gives the SHA-256 of what was read of it.
    async fn send(&self, store: &dyn ObjectStore, from: &Path, to: &Path) -> Result<sha2::digest::Output<Sha256>> {
        let reading = |error| BackupError::io("read", from, error);
        let asked = Asked { bucket: self, operation: "write", path: to };
        let failed = |error| asked.failed(&error);
        let mut file = File::open(from).map_err(reading)?;
        let bytes = file.metadata().map_err(reading)?.len();
        let key = self.key(to);
        let mut hash = Sha256::new();
        if bytes <= PART as u64 {
            let all = part(&mut file).map_err(reading)?;
            hash.update(&all);
            store.put(&key, all.into()).await.map_err(failed)?;
            return Ok(hash.finalize());
        }
        let upload = store.put_multipart(&key).await.map_err(failed)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        let fed = async {
            loop {
                let some = part(&mut file).map_err(reading)?;
                if some.is_empty() {
                    return upload.wait_for_capacity(1).await.map_err(failed);
                }
                hash.update(&some);
                upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(failed)?;
                upload.put(some);
            }
        };
        match fed.await {
            Ok(()) => upload.finish().await.map(drop).map_err(failed)?,
            Err(error) => {
                let _ = upload.abort().await;
                return Err(error);
            }
        }
        Ok(hash.finalize())
    }

    /// Fetches an object into a new file.
    pub(super) async fn receive(&self, store: &dyn ObjectStore, path: &Path, into: &Path) -> Result<()> {
        let writing = |error| BackupError::io("write", into, error);
        let mut file = OpenOptions::new().write(true).create_new(true).open(into).map_err(writing)?;
        self.pieces(store, path, "fetch", &mut |piece| file.write_all(piece).map_err(writing)).await
    }

    /// Reads an object from its beginning to its end.
    async fn pieces(
        &self,
        store: &dyn ObjectStore,
        path: &Path,
        operation: &'static str,
        each: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let (key, asked) = (self.key(path), Asked { bucket: self, operation, path });
        let bytes = store.head(&key).await.map_err(|error| asked.failed(&error))?.size;
        let mut at = 0;
        while at < bytes {
            let wanted = at..bytes.min(at + PART as u64);
            let piece = store.get_range(&key, wanted.clone()).await.map_err(|error| asked.failed(&error))?;
            if piece.len() as u64 != wanted.end - wanted.start {
                return Err(damaged(path, "the store gave less than it says to have"));
            }
            each(&piece)?;
            at = wanted.end;
        }
        Ok(())
    }
}

/// The next part of a file; an empty one at its end.
fn part(file: &mut File) -> std::io::Result<Bytes> {
    let mut some = Vec::with_capacity(PART);
    file.take(PART as u64).read_to_end(&mut some)?;
    Ok(some.into())
}

fn damaged(path: &Path, detail: &str) -> BackupError {
    BackupError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}
