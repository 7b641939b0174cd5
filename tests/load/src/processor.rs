//! Processor time and memory of threads and processes, from the kernel's own accounts.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// Wall-clock and processor time of a piece of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Took {
    /// By the clock on the wall.
    pub wall: Duration,
    /// On a processor.
    pub cpu: Duration,
}

impl Took {
    /// The processor's share, in percent of one core.
    pub fn percent_of_core(self) -> f64 {
        100.0 * self.cpu.as_secs_f64() / self.wall.as_secs_f64().max(1e-9)
    }
}

/// Processor time of the calling thread.
pub fn thread_cpu() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).context("reading the thread's processor time")?.into())
}

/// Measures work on the calling thread.
pub fn measured<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Took)> {
    let (cpu, begun) = (thread_cpu()?, Instant::now());
    let result = work()?;
    let wall = begun.elapsed();
    Ok((result, Took { wall, cpu: thread_cpu()? - cpu }))
}

/// Processor time that a whole process has used, ended threads included.
pub fn process_cpu(pid: u32) -> Result<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(i32::try_from(pid)?)).context("finding the process's clock")?;
    Ok(clock_gettime(clock).context("reading the process's processor time")?.into())
}

/// Measures a process while something else is done.
pub fn measured_process<T>(pid: u32, work: impl FnOnce() -> Result<T>) -> Result<(T, Took)> {
    let (cpu, begun) = (process_cpu(pid)?, Instant::now());
    let result = work()?;
    let wall = begun.elapsed();
    Ok((result, Took { wall, cpu: process_cpu(pid)? - cpu }))
}

/// Processor time of a process's living threads, added up by name.
pub fn threads_cpu(pid: u32) -> Result<BTreeMap<String, Duration>> {
    let mut threads = BTreeMap::new();
    for entry in std::fs::read_dir(format!("/proc/{pid}/task")).context("listing the process's threads")? {
        let folder = entry?.path();
        // A thread may end while the list is read.
        let Ok(name) = std::fs::read_to_string(folder.join("comm")) else { continue };
        let Ok(times) = std::fs::read_to_string(folder.join("schedstat")) else { continue };
        let nanos = times.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        *threads.entry(name.trim().to_owned()).or_default() += Duration::from_nanos(nanos);
    }
    Ok(threads)
}

/// Resident memory of a process, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Now.
    pub resident: u64,
    /// The most since the start or since [`forget_peak`].
    pub peak: u64,
}

impl Memory {
    /// Of a process.
    pub fn of(pid: u32) -> Result<Memory> {
        let path = PathBuf::from(format!("/proc/{pid}/status"));
        let status = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Memory::parse(&status).with_context(|| format!("{} has no VmRSS and VmHWM", path.display()))
    }

    /// From the text of a status file.
    pub fn parse(status: &str) -> Option<Memory> {
        let kilobytes = |field: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Memory { resident: kilobytes("VmRSS:")? << 10, peak: kilobytes("VmHWM:")? << 10 })
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>4} MB now, {:>4} MB at most", self.resident >> 20, self.peak >> 20)
    }
}

/// Lets the peak of a process begin anew.
pub fn forget_peak(pid: u32) -> Result<()> {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").context("resetting the process's memory peak")
}

/// The machine in one line.
pub fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown processor");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{cores} cores of {}; load before this run: {load}", model.trim_matches([' ', '\t', ':']))
}
