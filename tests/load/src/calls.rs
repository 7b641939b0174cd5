//! A real bank's calls, many times over, from the link to archived half hours; beside one bare pass over the same calls that
//! stores nothing. With `--keep` the calls stay as a queue log, so that other databases can be given the same work
//! (`tests/load/rivals/calls.py`).

mod bare;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use api::Role;
use model::{Event, EventBody, Moment};
use testkit::bank::{self, Logged, Month};

use crate::Bench;
use crate::figures::{heading, line};
use crate::processor::{Memory, measured, measured_process, threads_cpu};
use crate::server::{ACD, PASSWORD, Server, USER};
use crate::switch::Switch;

/// Weeks of the bank that are repeated: from the first Sunday of January to the last Saturday of February.
const WEEKS: i64 = 8;
const WEEK_SECS: i64 = 7 * 86_400;
/// Archiving that gets no further for so long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(clap::Args)]
pub struct Options {
    /// Calls in the queue log, at least; the bank's weeks are repeated until there are so many.
    #[arg(long, default_value_t = 1_000_000)]
    calls: usize,
    /// Keep the queue log (`calls.csv`) and the server's folder (`server`) in this new folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// The bank's whole weeks, once.
struct Weeks {
    events: Vec<Event>,
    log: Vec<Logged>,
    /// First moment of the first week, and first one after the last.
    start: Moment,
    end: Moment,
    /// Numbers of calls lie below this.
    calls: u64,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let folder = options.keep.clone().unwrap_or_else(|| bench.folder("calls"));
    std::fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
    let weeks = Weeks::of_the_bank()?;
    let logged = weeks.log.iter().filter(|line| matches!(line.verb, bank::Verb::Enter)).count();
    let times = options.calls.div_ceil(logged.max(1));
    line("the bank's calls", format!("{logged} in {WEEKS} weeks, {times} times"));
    let log = folder.join("calls.csv");
    let lines = weeks.write_log(&log, times)?;
    line("the same as a queue log", format!("{lines} lines"));
    heading("One bare pass over the queue log, one thread, nothing stored");
    let (rows, took) = measured(|| bare::rows(&log))?;
    line("half hours of queues", format!("{} rows, {:.2} s", rows.len(), took.wall.as_secs_f64()));
    heading("cms-server: from the link to archived half hours, records of calls and days included");
    through_a_server(bench, &folder.join("server"), &weeks, times)
}

fn through_a_server(bench: &Bench, folder: &Path, weeks: &Weeks, times: usize) -> Result<()> {
    let mut server = Server::start(&bench.server, folder, "CMS-A", Role::Primary)?;
    let pid = server.pid()?;
    let mut switch = Switch::connect_at(&[server.link()], 16_384, weeks.start)?;
    let (events, intervals) = weeks.push(&mut switch, times)?;
    let mut acknowledged = Duration::ZERO;
    let begun = Instant::now();
    let ((), took) = measured_process(pid, || {
        switch.tell_all()?;
        acknowledged = begun.elapsed();
        wait_for_archive(&server, intervals)
    })?;
    let secs = took.wall.as_secs_f64();
    line("events", format!("{events}, {:.2} M a second", events as f64 / secs / 1e6));
    line("all acknowledged after", format!("{:.2} s", acknowledged.as_secs_f64()));
    line("all archived after", format!("{secs:.2} s ({:.2} s of CPU, {intervals} intervals)", took.cpu.as_secs_f64()));
    for (name, cpu) in threads_cpu(pid)?.iter().filter(|(_, cpu)| cpu.as_millis() > 50) {
        line(&format!("  thread {name}"), format!("{:>7.2} s of CPU", cpu.as_secs_f64()));
    }
    line("memory", Memory::of(pid)?);
    drop(switch);
    server.stop()?;
    for file in ["acd/01.db", "acd/01-events.db"] {
        line(file, format!("{} MB", server.bytes_on_disk(file)? >> 20));
    }
    Ok(())
}

/// Waits until so many intervals are archived.
fn wait_for_archive(server: &Server, intervals: u64) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = server.client()?;
        client.login(USER, PASSWORD).await?;
        let (mut known, mut since) = (0, Instant::now());
        loop {
            let status = client.status().await?;
            let acd = status.acds.iter().find(|acd| acd.health.acd == ACD).context("the server has no ACD")?;
            if acd.intervals >= intervals {
                return Ok(());
            }
            if acd.intervals > known {
                (known, since) = (acd.intervals, Instant::now());
            }
            ensure!(since.elapsed() < PATIENCE, "{known} of {intervals} intervals are archived, and no more come");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
}

impl Weeks {
    fn of_the_bank() -> Result<Weeks> {
        let (Some(january), Some(february)) = (Month::load(1)?, Month::load(2)?) else {
            bail!("the bank's months are not on this machine; UNDERSTUDY_SHARED names the folder that has them");
        };
        let both = Month {
            start: january.start,
            end: february.end,
            calls: january.calls.into_iter().chain(february.calls).collect(),
        };
        let weeks = both.whole_weeks(WEEKS)?;
        let mut events = weeks.configuration();
        events.extend(weeks.events());
        Ok(Weeks {
            events,
            log: weeks.queue_log(),
            start: weeks.start,
            end: weeks.end,
            calls: weeks.calls.len() as u64 + 1,
        })
    }

    /// Gives the switch everything to tell; the number of events and of intervals that they close.
    fn push(&self, switch: &mut Switch, times: usize) -> Result<(usize, u64)> {
        let first = self.events.first().context("there are no events")?.at;
        let (mut last, mut pushed) = (first, 0);
        let renumber = |event: &mut Event, shift: i64, numbers: u64| {
            event.at = event.at + shift;
            if let EventBody::Call { call, .. } = &mut event.body {
                call.0 += numbers;
            }
        };
        self.repeat(
            &self.events,
            times,
            |event| event.at,
            renumber,
            |event| {
                last = event.at;
                pushed += 1;
                switch.push(&event)
            },
        )?;
        let half_hours = |at: Moment| at.0.div_euclid(1800);
        Ok((pushed, (half_hours(last) - half_hours(first)).unsigned_abs()))
    }

    /// Writes everything as a queue log; the number of lines.
    fn write_log(&self, path: &Path, times: usize) -> Result<usize> {
        let file = std::fs::File::create(path).with_context(|| format!("making {}", path.display()))?;
        let mut out = BufWriter::new(file);
        let mut lines = 0;
        let renumber = |line: &mut Logged, shift: i64, numbers: u64| {
            line.at = line.at + shift;
            line.call.0 += numbers;
        };
        self.repeat(
            &self.log,
            times,
            |line| line.at,
            renumber,
            |line| {
                lines += 1;
                writeln!(out, "{},{},{},{}", line.at.0, line.call, line.split, line.verb.word())
            },
        )?;
        out.flush()?;
        Ok(lines)
    }

    /// Gives everything so many times, each time some weeks later and with other numbers of calls. What reaches over the end
    /// of the last week goes in among the first of the next, so that time never runs back.
    fn repeat<T: Clone, E>(
        &self,
        items: &[T],
        times: usize,
        at: impl Fn(&T) -> Moment,
        renumber: impl Fn(&mut T, i64, u64),
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut left_over: Vec<T> = Vec::new();
        for time in 0..times as u64 {
            let shift = time as i64 * WEEKS * WEEK_SECS;
            let mut told = std::mem::take(&mut left_over);
            told.extend(items.iter().cloned().map(|mut item| {
                renumber(&mut item, shift, time * self.calls);
                item
            }));
            told.sort_by_key(&at);
            if time + 1 < times as u64 {
                let next = self.end + shift;
                left_over = told.split_off(told.partition_point(|item| at(item) < next));
            }
            told.into_iter().try_for_each(&mut each)?;
        }
        Ok(())
    }
}
