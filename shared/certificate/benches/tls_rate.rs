//! Prints what TLS costs the end that listens, beside the bare limit of copying the same bytes: handshakes with a certificate on both
//! sides, and bytes of the link in records as a busy and as a quiet switch sends them.
//!
//! `cargo bench -p certificate [-- MEGABYTES]`

use std::error::Error;
use std::hint::black_box;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use certificate::{Identity, connecting, listening};
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection};
use rustls_pki_types::ServerName;

const ROUNDS: usize = 10;
const HANDSHAKES: u32 = 200;
/// Bytes of an event of a large centre on the link.
const EVENT_BYTES: usize = 35;
/// The largest record.
const RECORD_BYTES: usize = 16 << 10;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn identity() -> Result<Identity> {
    let key = rcgen::KeyPair::generate()?;
    let certificate = rcgen::CertificateParams::new(vec!["bench".to_owned()])?.self_signed(&key)?;
    Ok(Identity::from_pem(certificate.pem().as_bytes(), key.serialize_pem().as_bytes())?)
}

/// Both ends after the handshake, and how long the end that listens took for it.
fn shaken(
    server: &Arc<ServerConfig>,
    client: &Arc<ClientConfig>,
) -> Result<(ServerConnection, ClientConnection, Duration)> {
    let mut listens = ServerConnection::new(Arc::clone(server))?;
    let mut connects = ClientConnection::new(Arc::clone(client), ServerName::try_from("bench")?)?;
    let mut took = Duration::ZERO;
    while listens.is_handshaking() || connects.is_handshaking() {
        let mut wire = Vec::new();
        while connects.wants_write() {
            connects.write_tls(&mut wire)?;
        }
        let began = Instant::now();
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            listens.read_tls(&mut rest)?;
            listens.process_new_packets()?;
        }
        let mut wire = Vec::new();
        while listens.wants_write() {
            listens.write_tls(&mut wire)?;
        }
        took += began.elapsed();
        let mut rest = wire.as_slice();
        while !rest.is_empty() {
            connects.read_tls(&mut rest)?;
            connects.process_new_packets()?;
        }
    }
    Ok((listens, connects, took))
}

/// So many bytes of plain text in records of this size, as they go over the wire.
fn records(connects: &mut ClientConnection, bytes: usize, record: usize) -> Result<Vec<u8>> {
    let text = vec![0x5a; record];
    let mut wire = Vec::with_capacity(bytes + bytes / record * 32);
    for _ in 0..bytes / record {
        connects.writer().write_all(&text)?;
        while connects.wants_write() {
            connects.write_tls(&mut wire)?;
        }
    }
    Ok(wire)
}

/// Takes it in as a server does; the bytes of plain text.
fn take_in(listens: &mut ServerConnection, wire: &[u8], buffer: &mut [u8]) -> Result<usize> {
    let (mut rest, mut taken) = (wire, 0);
    while !rest.is_empty() {
        listens.read_tls(&mut rest)?;
        let ready = listens.process_new_packets()?.plaintext_bytes_to_read();
        let mut left = ready;
        while left > 0 {
            left -= listens.reader().read(buffer)?;
        }
        taken += ready;
    }
    Ok(taken)
}

fn rate(what: &str, bytes: usize, secs: f64) {
    let (megabytes, events) = (bytes as f64 / secs / 1e6, bytes as f64 / EVENT_BYTES as f64 / secs / 1e6);
    println!("{what:<40} {megabytes:>8.0} MB/s {events:>8.2} M events/s of {EVENT_BYTES} bytes");
}

fn main() -> Result<()> {
    // Cargo hands `--bench` over, too.
    let megabytes = std::env::args().skip(1).find(|text| !text.starts_with('-'));
    let bytes = megabytes.map_or(Ok(32_usize), |text| text.parse())? << 20;
    let (server, switch) = (identity()?, identity()?);
    let (shown, accepted) = (server.fingerprint(), switch.fingerprint());
    let server = Arc::new(listening(server, Some(vec![accepted]))?);
    let client = Arc::new(connecting(vec![shown], Some(switch))?);

    let mut best = Duration::MAX;
    for _ in 0..HANDSHAKES {
        best = best.min(shaken(&server, &client)?.2);
    }
    println!("{:<40} {:>8.0} µs of the server", "handshake, certificates on both sides", best.as_secs_f64() * 1e6);

    let mut buffer = vec![0; 256 << 10];
    let text = vec![0x5a; bytes];
    let copied = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        for piece in text.chunks(buffer.len()) {
            buffer[..piece.len()].copy_from_slice(piece);
            black_box(&buffer);
        }
        began.elapsed().as_secs_f64()
    });
    rate("bare limit: copy", bytes, copied.fold(f64::INFINITY, f64::min));
    for (what, record) in [("records of 16 KiB", RECORD_BYTES), ("a record for each event", EVENT_BYTES)] {
        let mut secs = f64::INFINITY;
        let mut taken = 0;
        for _ in 0..ROUNDS {
            let (mut listens, mut connects, _) = shaken(&server, &client)?;
            let wire = records(&mut connects, if record == EVENT_BYTES { bytes / 8 } else { bytes }, record)?;
            let began = Instant::now();
            taken = take_in(&mut listens, &wire, &mut buffer)?;
            secs = secs.min(began.elapsed().as_secs_f64());
        }
        rate(what, taken, secs);
    }
    Ok(())
}
