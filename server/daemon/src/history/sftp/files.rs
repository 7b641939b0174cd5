//! Files of an SFTP server, by the requests of the protocol.
//!
//! The library's own session was turned down: it knows no renaming to a name that is taken, and does not tell whether the
//! server does.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use russh_sftp::client::error::Error;
use russh_sftp::client::rawsession::SftpResult;
use russh_sftp::client::{Config, RawSftpSession};
use russh_sftp::extensions;
use russh_sftp::protocol::{FileAttributes, OpenFlags, Packet, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};

/// Renames to a name that another file has, as a whole: whoever looks sees the one or the other.
const RENAME_OVER: &str = "posix-rename@openssh.com";
/// What every server takes in one packet, what is around the data included.
const PACKET_BYTES: u64 = 32_768;
/// What is around the data of a packet, without the file's handle.
const AROUND_BYTES: u64 = 25;
/// So many parts of a file are on their way at once.
const AT_ONCE: usize = 16;

/// The files that a user sees there.
pub(super) struct Files {
    raw: RawSftpSession,
    renames_over: bool,
    syncs: bool,
    packet_bytes: u64,
}

impl Files {
    /// Begins to speak SFTP; each request may take so many seconds.
    pub(super) async fn open<S>(stream: S, request_secs: u64) -> SftpResult<Files>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let config = Config { request_timeout_secs: request_secs, ..Config::default() };
        let raw = RawSftpSession::new_with_config(stream, config);
        let told = raw.init().await?.extensions;
        let has = |name: &str, version: &str| told.get(name).is_some_and(|told| told == version);
        let mut packet_bytes = PACKET_BYTES;
        if has(extensions::LIMITS, "1") {
            let limits = raw.limits().await?;
            for limit in [limits.max_packet_len, limits.max_write_len] {
                packet_bytes = if limit == 0 { packet_bytes } else { packet_bytes.min(limit) };
            }
        }
        let (renames_over, syncs) = (has(RENAME_OVER, "1"), has(extensions::FSYNC, "1"));
        Ok(Files { raw, renames_over, syncs, packet_bytes })
    }

    /// How long a file is; `None` if there is none of this name.
    pub(super) async fn len(&self, path: &str) -> SftpResult<Option<u64>> {
        match self.raw.stat(path).await {
            Ok(found) => Ok(Some(found.attrs.size.unwrap_or(0))),
            Err(Error::Status(status)) if status.status_code == StatusCode::NoSuchFile => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file anew; it is on the server's disk when this returns, where the server can promise that.
    pub(super) async fn put(&self, path: &str, content: &[u8]) -> SftpResult<()> {
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
        let handle = self.raw.open(path, flags, FileAttributes::empty()).await?.handle;
        let around = AROUND_BYTES + handle.len() as u64;
        let room = usize::try_from(self.packet_bytes.saturating_sub(around)).unwrap_or(usize::MAX).max(1);
        let parts = content.chunks(room).enumerate();
        let parts = parts.map(|(number, part)| self.raw.write(handle.as_str(), (number * room) as u64, part.to_vec()));
        stream::iter(parts).buffer_unordered(AT_ONCE).try_for_each(|_| futures_util::future::ok(())).await?;
        if self.syncs {
            self.raw.fsync(handle.as_str()).await?;
        }
        self.raw.close(handle).await.map(|_| ())
    }

    /// Gives a file another name that nothing bears.
    pub(super) async fn rename(&self, from: &str, to: &str) -> SftpResult<()> {
        self.raw.rename(from, to).await.map(|_| ())
    }

    /// Gives a file another name, in place of what bears it. A server that cannot do this in one step has the old file under
    /// the name `aside` meanwhile, from where the next call takes it back.
    pub(super) async fn replace(&self, from: &str, to: &str, aside: &str) -> SftpResult<()> {
        if self.renames_over {
            return self.rename_over(from, to).await;
        }
        // A cut came in between.
        if self.len(aside).await?.is_some() {
            match self.len(to).await? {
                Some(_) => self.remove(aside).await?,
                None => self.rename(aside, to).await?,
            }
        }
        // The protocol renames only to names that are free, but many servers do it to any.
        match self.rename(from, to).await {
            Err(Error::Status(_)) => {}
            done => return done,
        }
        self.rename(to, aside).await?;
        if let Err(error) = self.rename(from, to).await {
            // If this fails, too, the next call does it.
            let _ = self.rename(aside, to).await;
            return Err(error);
        }
        self.remove(aside).await
    }

    async fn rename_over(&self, from: &str, to: &str) -> SftpResult<()> {
        let names = extensions::HardlinkExtension { oldpath: from.to_owned(), newpath: to.to_owned() };
        match self.raw.extended(RENAME_OVER, names.try_into()?).await? {
            Packet::Status(status) if status.status_code == StatusCode::Ok => Ok(()),
            Packet::Status(status) => Err(status.into()),
            _ => Err(Error::UnexpectedPacket),
        }
    }

    async fn remove(&self, path: &str) -> SftpResult<()> {
        self.raw.remove(path).await.map(|_| ())
    }
}
