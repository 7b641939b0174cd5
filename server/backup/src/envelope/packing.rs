//! Bytes into a packed file and out of it again, with the digests of both.
//!
//! The packed form is small and hashed where it passes; the database is hashed on a thread of its own ([`HashBeside`]), because
//! its digest takes nearly half as long as packing it and as long as unpacking it. What is packed is read back and unpacked while
//! more of it is written ([`following`](super::following)), because that takes two thirds as long once more.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

use super::following::{Followed, followed};
use super::{CHUNK, damaged};
use crate::error::{BackupError, Result};

const LEVEL: i32 = 3;
/// Pieces that are handed over, and how many may wait.
const PIECE: usize = 1 << 18;
const WAITING: usize = 8;

/// Bytes and digests of a database and of its packed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Bytes of the database.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// Bytes when packed.
    pub packed_bytes: u64,
    /// SHA-256 of that.
    pub packed_sha256: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What passes, hashed.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Hashing { inner, hash: Sha256::new(), bytes: 0 }
    }

    fn told(self) -> (u64, String) {
        (self.bytes, hex(&self.hash.finalize()))
    }

    fn count(&mut self, part: &[u8]) {
        self.hash.update(part);
        self.bytes += part.len() as u64;
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(&buffer[..read]);
        Ok(read)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.count(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A digest that is made on a thread of its own, which ends with this.
struct HashBeside {
    full: SyncSender<Vec<u8>>,
    /// Pieces that were hashed and may be filled again.
    empty: Receiver<Vec<u8>>,
    filling: Vec<u8>,
    bytes: u64,
    thread: JoinHandle<Sha256>,
}

impl HashBeside {
    fn start() -> io::Result<HashBeside> {
        let (full, pieces) = sync_channel::<Vec<u8>>(WAITING);
        let (back, empty): (Sender<Vec<u8>>, _) = channel();
        let thread = std::thread::Builder::new().name("digest".to_owned()).spawn(move || {
            let mut hash = Sha256::new();
            for mut piece in pieces {
                hash.update(&piece);
                piece.clear();
                // Nobody fills it again after the end.
                let _ = back.send(piece);
            }
            hash
        })?;
        Ok(HashBeside { full, empty, filling: Vec::new(), bytes: 0, thread })
    }

    fn update(&mut self, part: &[u8]) {
        self.bytes += part.len() as u64;
        self.filling.extend_from_slice(part);
        if self.filling.len() >= PIECE {
            let next = self.empty.try_recv().unwrap_or_default();
            // It fails only with the thread, and then the end tells.
            let _ = self.full.send(std::mem::replace(&mut self.filling, next));
        }
    }

    /// Bytes and digest of everything.
    fn told(self) -> io::Result<(u64, String)> {
        let HashBeside { full, filling, bytes, thread, .. } = self;
        let _ = full.send(filling);
        drop(full);
        let broke_off = |_| io::Error::other("the digest's thread broke off");
        Ok((bytes, hex(&thread.join().map_err(broke_off)?.finalize())))
    }
}

/// Bytes on their way into a packed file.
pub(crate) struct Packing {
    state: State,
}

enum State {
    Open(Box<zstd::Encoder<'static, Hashing<Followed>>>, HashBeside, JoinHandle<io::Result<Packed>>),
    Done { made: Packed, read_back: io::Result<Packed> },
    Broken,
}

impl Packing {
    /// Into a file that is empty, and can be read as well.
    pub(crate) fn new(file: File) -> io::Result<Packing> {
        let (file, following) = followed(file)?;
        let mut encoder = zstd::Encoder::new(Hashing::new(file), LEVEL)?;
        encoder.include_checksum(true)?;
        let hash = HashBeside::start()?;
        let reading = std::thread::Builder::new().name("read-back".to_owned());
        let reading = reading.spawn(move || Unpacking::of(following)?.read_all())?;
        Ok(Packing { state: State::Open(Box::new(encoder), hash, reading) })
    }

    /// Bytes so far, before they are packed.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.state {
            State::Open(_, hash, _) => hash.bytes,
            State::Done { made, .. } => made.bytes,
            State::Broken => 0,
        }
    }

    /// Ends the frame and makes the file durable.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let State::Open(encoder, hash, reading) = std::mem::replace(&mut self.state, State::Broken) else {
            return Ok(());
        };
        let target = encoder.finish()?;
        target.inner.end()?;
        let (packed_bytes, packed_sha256) = target.told();
        let (bytes, sha256) = hash.told()?;
        let read_back = reading.join().map_err(|_| io::Error::other("reading back broke off"))?;
        self.state = State::Done { made: Packed { bytes, sha256, packed_bytes, packed_sha256 }, read_back };
        Ok(())
    }

    /// Compares what was read back from the finished file with what was written.
    pub(crate) fn read_back(self, path: &Path) -> Result<Packed> {
        let State::Done { made, read_back } = self.state else { return Err(damaged(path, "it was never finished")) };
        match read_back {
            Ok(again) if again == made => Ok(made),
            Ok(_) => Err(damaged(path, "what was read back is not what was written")),
            Err(error) => Err(damaged(path, &format!("it cannot be unpacked: {error}"))),
        }
    }
}

impl Write for Packing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let State::Open(encoder, hash, _) = &mut self.state else {
            return Err(io::Error::other("the volume is finished"));
        };
        let written = encoder.write(bytes)?;
        hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Open(encoder, ..) => encoder.flush(),
            _ => Ok(()),
        }
    }
}

/// A packed frame, as it is unpacked.
pub(crate) struct Unpacking<R: Read> {
    decoder: zstd::Decoder<'static, BufReader<Hashing<BufReader<R>>>>,
    hash: HashBeside,
}

impl Unpacking<io::Take<File>> {
    /// Of the first `packed_bytes` of a file.
    pub(crate) fn open(path: &Path, packed_bytes: u64) -> Result<Self> {
        let file = File::open(path).map_err(|error| BackupError::io("open", path, error))?;
        Unpacking::of(file.take(packed_bytes)).map_err(|error| BackupError::io("read", path, error))
    }
}

impl<R: Read> Unpacking<R> {
    fn of(packed: R) -> io::Result<Self> {
        let body = Hashing::new(BufReader::new(packed));
        let decoder = zstd::Decoder::with_buffer(BufReader::with_capacity(CHUNK, body))?;
        Ok(Unpacking { decoder, hash: HashBeside::start()? })
    }

    /// Reads all that is left, and says what was read and what came out.
    fn read_all(mut self) -> io::Result<Packed> {
        let mut buffer = vec![0; CHUNK];
        while self.read(&mut buffer)? > 0 {}
        self.told()
    }

    /// What was read and what came out, once all of it is.
    pub(crate) fn told(self) -> io::Result<Packed> {
        let mut body = self.decoder.finish().into_inner();
        // What stands behind the packed frame counts, too.
        io::copy(&mut body, &mut io::sink())?;
        let (packed_bytes, packed_sha256) = body.told();
        let (bytes, sha256) = self.hash.told()?;
        Ok(Packed { bytes, sha256, packed_bytes, packed_sha256 })
    }
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}
