//! What the machine can do without us: loopback, decoding, writing and syncing.

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use link::native::wire::decode_event;

use super::Input;
use crate::figures::spread_line;

/// The server reads so much at once too.
const READ_BYTES: usize = 256 << 10;
/// Small syncs that are timed one by one.
const SYNCS: usize = 100;

pub(super) fn run(input: &Input) -> Result<()> {
    loopback(input)?;
    input.best(
        "decode",
        || Ok(()),
        |()| {
            let mut start = 0;
            for &end in &input.ends {
                black_box(decode_event(&input.encoded[start..end])?);
                start = end;
            }
            Ok(start)
        },
    )?;
    write_and_sync(input)?;
    small_syncs(input)
}

/// The link's bytes through a socket into a buffer, and nothing else.
fn loopback(input: &Input) -> Result<()> {
    let connect = || -> Result<TcpStream> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let stream = input.stream.clone();
        std::thread::spawn(move || -> Result<()> {
            let mut sender = TcpStream::connect(address)?;
            sender.write_all(&stream).context("sending over loopback")
        });
        Ok(listener.accept()?.0)
    };
    let mut buffer = vec![0; READ_BYTES];
    input.best("loopback, read only", connect, |mut receiver| {
        let mut bytes = 0;
        loop {
            match receiver.read(&mut buffer)? {
                0 => return Ok(bytes),
                read => bytes += read,
            }
        }
    })
}

/// As many bytes as the events have, in as large pieces as the journal writes, each synced.
fn write_and_sync(input: &Input) -> Result<()> {
    let path = input.folder.join("bare");
    let make = || File::create(&path).context("making a file to write to");
    input.best("append and fdatasync, a batch each", make, |mut file| {
        let mut start = 0;
        for ends in input.ends.chunks(input.batch) {
            let end = ends.last().copied().unwrap_or(start);
            file.write_all(&input.encoded[start..end])?;
            file.sync_data()?;
            start = end;
        }
        Ok(start)
    })
}

fn small_syncs(input: &Input) -> Result<()> {
    let mut file = File::create(input.folder.join("small"))?;
    let mut durations: Vec<Duration> = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        durations.push(begun.elapsed());
    }
    spread_line("append and fdatasync 4 KB", durations);
    Ok(())
}
