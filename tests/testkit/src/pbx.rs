//! An Asterisk that says again what a real one once said: recorded manager connections, byte for byte.
//!
//! It answers nothing: the recording holds the answers, under the recorder's action IDs, which are replaced by ours.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;

/// Sizes of the pieces that a connection is sent in, over and over.
const PIECES: [usize; 7] = [1, 4096, 13, 700, 2, 65_536, 5];

/// The bytes of a recorded connection, such as `mixed/A`.
pub fn recording(name: &str) -> Result<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/asterisk").join(format!("{name}.ami.gz"));
    let file = std::fs::File::open(&path).with_context(|| format!("opening {}", path.display()))?;
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
    let connection = name.rsplit('/').next().unwrap_or(name);
    for (number, id) in [(1, "login"), (2, "queues"), (4, "channels")] {
        text = text.replace(&format!("ActionID: {connection}-{number}\r\n"), &format!("ActionID: understudy-{id}\r\n"));
    }
    Ok(text.into_bytes())
}

/// The UNIX second of the last time stamp in a recording.
pub fn last_stamp(recording: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(recording);
    let stamps = text.lines().filter_map(|line| line.strip_prefix("Timestamp: "));
    stamps.filter_map(|stamp| stamp.split('.').next()?.parse().ok()).max().unwrap_or(0)
}

/// Events that only let time pass, from one second to another.
pub fn ticks(from: i64, to: i64) -> Vec<u8> {
    // Close together: a leap would be a clock that was set.
    let stamps = (from + 1..=to).step_by(10);
    let tick = |at| format!("Event: Tick\r\nPrivilege: system,all\r\nTimestamp: {at}.000000\r\n\r\n");
    stamps.map(tick).collect::<String>().into_bytes()
}

/// Says its connections one after the other; the last stays open until this is dropped.
pub struct Pbx {
    address: SocketAddr,
    /// What each connection got to hear, once it ended.
    heard: Receiver<Vec<u8>>,
    _end: Sender<()>,
}

impl Pbx {
    /// Listens on a port of its own.
    pub fn start(connections: Vec<Vec<u8>>) -> Result<Pbx> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (tell, heard) = channel();
        let (end, ended) = channel();
        std::thread::Builder::new()
            .name("pbx".to_owned())
            .spawn(move || serve(&listener, &connections, &tell, &ended))?;
        Ok(Pbx { address, heard, _end: end })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the next connection that ended had been asked.
    pub fn heard(&self) -> Result<String> {
        let heard = self.heard.recv_timeout(crate::LIMIT).context("waiting for a connection to end")?;
        Ok(String::from_utf8_lossy(&heard).into_owned())
    }
}

fn serve(listener: &TcpListener, connections: &[Vec<u8>], tell: &Sender<Vec<u8>>, ended: &Receiver<()>) {
    for (index, bytes) in connections.iter().enumerate() {
        let Ok((mut stream, _)) = listener.accept() else { return };
        let Ok(reader) = stream.try_clone() else { return };
        let (begin, begun) = channel();
        let listening = std::thread::spawn(move || listen(reader, &begin));
        // The banner first, and the rest once the other end has begun to sign in, or has gone away.
        let banner = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        say(&mut stream, &bytes[..banner]);
        let _ = begun.recv();
        say(&mut stream, &bytes[banner..]);
        if index + 1 == connections.len() {
            // Until the PBX is dropped.
            let _ = ended.recv();
        }
        // Only this way: a reset would take with it what the other end has not read yet.
        let _ = stream.shutdown(Shutdown::Write);
        let _ = tell.send(listening.join().unwrap_or_default());
    }
}

fn say(stream: &mut TcpStream, bytes: &[u8]) {
    let (mut rest, mut sizes) = (bytes, PIECES.iter().cycle());
    while let (false, Some(&size)) = (rest.is_empty(), sizes.next()) {
        let (piece, next) = rest.split_at(size.min(rest.len()));
        if stream.write_all(piece).is_err() {
            return;
        }
        rest = next;
    }
}

/// Reads to the end; tells when the first request is there.
fn listen(mut stream: TcpStream, begin: &Sender<()>) -> Vec<u8> {
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    // A reset ends it as well as a good-bye.
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        heard.extend_from_slice(&buffer[..read]);
        if heard.windows(4).any(|four| four == b"\r\n\r\n") {
            let _ = begin.send(());
        }
    }
    heard
}
