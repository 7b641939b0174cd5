//! A year's history backed up, verified, restored on another server, and both servers compared; beside a plain copy of the
//! same file through the same compressor.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use api::{Job, JobState, NameBackup, Role, RunBackup, RunRestore, Started};
use client::{Client, ClientError};
use model::DataKind;
use session::twin::{Account, Stretch, compare};
use store::{Snapshot, SourceFile};

use crate::Bench;
use crate::figures::{heading, line};
use crate::processor::{Memory, measured, process_cpu};
use crate::server::{PASSWORD, Server, USER};

/// As the volumes are packed.
const LEVEL: i32 = 3;
/// How often a backup is asked how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(clap::Args)]
pub struct Options {
    /// The history of an ACD, as `cargo bench -p store --bench year_rate -- --keep DIR` leaves it in `DIR/01.db`.
    #[arg(long, value_name = "FILE")]
    history: PathBuf,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let size = std::fs::metadata(&options.history).context("looking at the history")?.len();
    line("the history", format!("{:.0} MB", megabytes(size)));
    heading("The same file through the same compressor, one thread");
    let packed = bench.folder("plain.zst");
    let (bytes, took) = measured(|| pack(&options.history, &packed))?;
    rate("packed and synced", size, took.wall);
    line("  to", format!("{:.0} MB", megabytes(bytes)));
    let ((), took) = measured(|| unpack(&packed, &bench.folder("plain.db")))?;
    rate("unpacked and synced", size, took.wall);
    heading("SQLite's own backup API, a file of the same size, not packed");
    let copied = bench.folder("copied.db");
    let ((), took) = measured(|| copy(&options.history, &copied))?;
    rate("copied and synced", size, took.wall);
    for made in [packed, bench.folder("plain.db"), copied] {
        std::fs::remove_file(&made).with_context(|| format!("removing {}", made.display()))?;
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut a, mut b) = (
        Server::make(&bench.server, &bench.folder("a"), "CMS-A", Role::Primary)?,
        Server::make(&bench.server, &bench.folder("b"), "CMS-B", Role::Secondary)?,
    );
    std::fs::create_dir_all(a.path("acd"))?;
    std::fs::copy(&options.history, a.path("acd/01.db")).context("giving the first server the history")?;
    a.run()?;
    b.run()?;
    runtime.block_on(through_servers(&a, &b, size))
}

async fn through_servers(a: &Server, b: &Server, size: u64) -> Result<()> {
    let (first, second) = (a.client()?, b.client()?);
    first.login(USER, PASSWORD).await?;
    second.login(USER, PASSWORD).await?;
    heading("cms-server: rates are of the bytes of the history's file");
    let asked = RunBackup { data: vec![DataKind::Historical], ..RunBackup::default() };
    let job = timed(a, &first, "full backup, read back and compared", size, first.run_backup(&asked)).await?;
    let label = job.label.context("a backup has a label")?;
    line("  rows", job.rows);
    let backups = first.backups().await?;
    let made = backups.backups.iter().find(|made| made.label == label).context("the backup is listed")?;
    line("  to", format!("{:.0} MB in {} volumes", made.bytes as f64 / 1e6, made.volumes));
    let name = NameBackup { label: label.clone(), device: None };
    timed(a, &first, "verified once more", size, first.verify_backup(&name)).await?;
    carry(&a.path("backup"), &b.path("backup"))?;
    let asked = RunRestore { label, ..RunRestore::default() };
    timed(b, &second, "restore planned", size, second.plan_restore(&asked)).await?;
    timed(b, &second, "restored on an empty server", size, second.run_restore(&asked)).await?;
    let begun = Instant::now();
    let log = b.path("acd/01.db-wal");
    // Behind the restore its log is moved into the file; the end is when the processor rests.
    let mut before = process_cpu(b.pid()?)?;
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = process_cpu(b.pid()?)?;
        if now.saturating_sub(before) < Duration::from_millis(20) {
            break;
        }
        before = now;
    }
    line("  and its log moved after another", format!("{:.1} s", begun.elapsed().as_secs_f64()));
    line("  the log has", format!("{:.0} MB", std::fs::metadata(log)?.len() as f64 / 1e6));
    for (server, name) in [(a, "first server"), (b, "second server")] {
        line(&format!("memory, {name}"), Memory::of(server.pid()?)?);
    }
    let begun = Instant::now();
    let accounts = (Account::of(&first, Stretch::default()).await?, Account::of(&second, Stretch::default()).await?);
    let compared = compare(&accounts.0, &accounts.1);
    line("both servers compared", format!("{:.2} s", begun.elapsed().as_secs_f64()));
    line("  the same, by area", format!("{:?}", compared.identical));
    line("  not the same", compared.findings.len());
    Ok(())
}

/// Has something done, and prints how long it took and what the server's processors did for it.
async fn timed(
    server: &Server,
    client: &Client,
    what: &str,
    size: u64,
    begun: impl Future<Output = Result<Started, ClientError>>,
) -> Result<Job> {
    let cpu = process_cpu(server.pid()?)?;
    let (job, took) = done(client, begun.await?).await?;
    rate(what, size, took);
    line("  CPU", format!("{:.2} s", (process_cpu(server.pid()?)? - cpu).as_secs_f64()));
    Ok(job)
}

/// Waits for something that was begun.
pub async fn done(client: &Client, started: Started) -> Result<(Job, Duration)> {
    let begun = Instant::now();
    loop {
        let job = client.job(started).await?;
        match job.state {
            JobState::Running => tokio::time::sleep(LOOK_EVERY).await,
            JobState::Done => return Ok((job, begun.elapsed())),
            JobState::Failed => bail!("{}: {}", job.what, job.text),
        }
    }
}

/// Copies a device's folder with all that is in it.
fn carry(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => carry(&entry.path(), &target)?,
            false => _ = std::fs::copy(entry.path(), target)?,
        }
    }
    Ok(())
}

fn pack(from: &Path, to: &Path) -> Result<u64> {
    let file = File::create(to)?;
    let mut encoder = zstd::Encoder::new(&file, LEVEL)?;
    std::io::copy(&mut BufReader::with_capacity(1 << 20, File::open(from)?), &mut encoder)?;
    encoder.finish()?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = Snapshot::open(from, SourceFile::Acd)?.copy_whole(to, &mut || true)?;
    copied.context("the copy was not broken off")?;
    Ok(File::open(to)?.sync_all()?)
}

fn unpack(from: &Path, to: &Path) -> Result<()> {
    let mut decoder = zstd::Decoder::new(File::open(from)?)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(to)?);
    let bytes = std::io::copy(&mut decoder, &mut out)?;
    ensure!(bytes > 0, "{} is empty", from.display());
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}

fn rate(what: &str, bytes: u64, took: Duration) {
    let secs = took.as_secs_f64();
    line(what, format!("{secs:.2} s, {:.0} MB/s", bytes as f64 / secs / 1e6));
}
