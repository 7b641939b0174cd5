//! Bytes into a packed file and out of it again, with the digests of both.
//!
//! The packed form is small and hashed where it passes; the database is hashed on a thread of its own ([`HashBeside`]), because
//! its digest takes nearly half as long as packing it and as long as unpacking it. What is packed is read back and unpacked while
//! more of it is written ([`following`](super::following)), because that takes two thirds as long once more. What comes out is
//! compared by a hash of 128 bits that costs next to nothing: a second SHA-256 would take a fifth of the whole backup's processor
//! time, and it is a disk that is looked at here, not somebody who means harm.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use model::hex;
use sha2::{Digest, Sha256};
use twox_hash::XxHash3_128;

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
    thread: JoinHandle<Digests>,
}

/// Of the same bytes.
#[derive(Default)]
struct Digests {
    sha256: Sha256,
    quick: XxHash3_128,
}

impl Digests {
    fn update(&mut self, part: &[u8]) {
        self.sha256.update(part);
        self.quick.write(part);
    }
}

/// What a digest made beside says in the end.
struct Told {
    bytes: u64,
    sha256: String,
    quick: u128,
}

impl HashBeside {
    fn start() -> io::Result<HashBeside> {
        let (full, pieces) = sync_channel::<Vec<u8>>(WAITING);
        let (back, empty): (Sender<Vec<u8>>, _) = channel();
        let thread = std::thread::Builder::new().name("digest".to_owned()).spawn(move || {
            let mut hash = Digests::default();
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

    /// Bytes and digests of everything.
    fn told(self) -> io::Result<Told> {
        let HashBeside { full, filling, bytes, thread, .. } = self;
        let _ = full.send(filling);
        drop(full);
        let broke_off = |_| io::Error::other("the digest's thread broke off");
        let Digests { sha256, quick } = thread.join().map_err(broke_off)?;
        Ok(Told { bytes, sha256: hex(&sha256.finalize()), quick: quick.finish_128() })
    }
}

/// Bytes on their way into a packed file.
pub(crate) struct Packing {
    state: State,
}

enum State {
    Open(Box<zstd::Encoder<'static, Hashing<Followed>>>, HashBeside, JoinHandle<io::Result<ReadBack>>),
    Done {
        made: Packed,
        /// What has to be read back, and what was.
        written: ReadBack,
        read_back: io::Result<ReadBack>,
    },
    Broken,
}

/// What a file gives when it is read back and unpacked.
#[derive(Debug, PartialEq, Eq)]
struct ReadBack {
    bytes: u64,
    quick: u128,
    packed_bytes: u64,
    packed_sha256: String,
}

impl ReadBack {
    fn of(packed: impl Read) -> io::Result<ReadBack> {
        let mut decoder = decoder(packed)?;
        let (mut bytes, mut quick, mut buffer) = (0, XxHash3_128::new(), vec![0; CHUNK]);
        loop {
            let read = decoder.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            quick.write(&buffer[..read]);
        }
        let (packed_bytes, packed_sha256) = told(decoder)?;
        Ok(ReadBack { bytes, quick: quick.finish_128(), packed_bytes, packed_sha256 })
    }
}

impl Packing {
    /// Into a file that is empty, and can be read as well.
    pub(crate) fn new(file: File) -> io::Result<Packing> {
        let (file, following) = followed(file)?;
        let mut encoder = zstd::Encoder::new(Hashing::new(file), LEVEL)?;
        encoder.include_checksum(true)?;
        let hash = HashBeside::start()?;
        let reading = std::thread::Builder::new().name("read-back".to_owned());
        let reading = reading.spawn(move || ReadBack::of(following))?;
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
        let Told { bytes, sha256, quick } = hash.told()?;
        let read_back = reading.join().map_err(|_| io::Error::other("reading back broke off"))?;
        let written = ReadBack { bytes, quick, packed_bytes, packed_sha256: packed_sha256.clone() };
        self.state = State::Done { made: Packed { bytes, sha256, packed_bytes, packed_sha256 }, written, read_back };
        Ok(())
    }

    /// Compares what was read back from the finished file with what was written.
    pub(crate) fn read_back(self, path: &Path) -> Result<Packed> {
        let State::Done { made, written, read_back } = self.state else {
            return Err(damaged(path, "it was never finished"));
        };
        match read_back {
            Ok(again) if again == written => Ok(made),
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

type Decoder<R> = zstd::Decoder<'static, BufReader<Hashing<BufReader<R>>>>;

fn decoder<R: Read>(packed: R) -> io::Result<Decoder<R>> {
    let body = Hashing::new(BufReader::new(packed));
    zstd::Decoder::with_buffer(BufReader::with_capacity(CHUNK, body))
}

/// Bytes and digest of what was unpacked, with what stands behind the packed frame.
fn told<R: Read>(decoder: Decoder<R>) -> io::Result<(u64, String)> {
    let mut body = decoder.finish().into_inner();
    io::copy(&mut body, &mut io::sink())?;
    Ok(body.told())
}

/// A packed frame, as it is unpacked.
pub(crate) struct Unpacking {
    decoder: Decoder<io::Take<File>>,
    hash: HashBeside,
}

impl Unpacking {
    /// Of the first `packed_bytes` of a file.
    pub(crate) fn open(path: &Path, packed_bytes: u64) -> Result<Self> {
        let open =
            || Ok(Unpacking { decoder: decoder(File::open(path)?.take(packed_bytes))?, hash: HashBeside::start()? });
        open().map_err(|error| BackupError::io("open", path, error))
    }

    /// What was read and what came out, once all of it is.
    pub(crate) fn told(self) -> io::Result<Packed> {
        let (packed_bytes, packed_sha256) = told(self.decoder)?;
        let Told { bytes, sha256, .. } = self.hash.told()?;
        Ok(Packed { bytes, sha256, packed_bytes, packed_sha256 })
    }
}

impl Read for Unpacking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}
