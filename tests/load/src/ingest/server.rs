//! The same events into a real server: link, journal, collector, archive, boards and checkpoints, nothing left out.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use api::Role;
use model::Event;

use super::{Options, rate_line};
use crate::Bench;
use crate::figures::line;
use crate::front::Front;
use crate::processor::{Memory, Took, measured_process, threads_cpu};
use crate::server::Server;
use crate::switch::Switch;

pub(super) fn run(bench: &Bench, options: &Options, events: &[Event]) -> Result<()> {
    let mut server = Server::make(&bench.server, &bench.folder("whole"), "CMS-A", Role::Primary)?;
    if options.tls {
        server = server.with_tls()?;
    }
    server.run()?;
    let front = options.tls.then(|| Front::of(server.link(), &server.fingerprint()?)).transpose()?;
    let pid = server.pid()?;
    let link = front.as_ref().map_or(server.link(), Front::address);
    let mut switch = Switch::connect(&[link], options.in_flight)?;
    // Encoded beforehand, so that the switch takes as little as possible of the processor they share.
    events.iter().try_for_each(|event| switch.push(event))?;
    let threads_before = threads_cpu(pid)?;
    let ((), took) = measured_process(pid, || switch.tell_all())?;
    let threads = difference(&threads_cpu(pid)?, &threads_before);
    let bytes = usize::try_from(server.bytes_on_disk("acd/01/journal")?)?;
    rate_line(
        if options.tls { "all threads, all acknowledged, by TLS" } else { "all threads, all acknowledged" },
        events.len(),
        bytes,
        took,
    );
    let on_the_way = |name: &str| name.starts_with("acd-") || name.starts_with("journal-");
    let way: Duration = threads.iter().filter(|(name, _)| on_the_way(name)).map(|(_, cpu)| *cpu).sum();
    rate_line("only link, journal and collector threads", events.len(), bytes, Took { cpu: way, wall: took.wall });
    for (name, cpu) in threads.iter().filter(|(_, cpu)| !cpu.is_zero()) {
        line(&format!("  thread {name}"), format!("{:>7.2} s of CPU", cpu.as_secs_f64()));
    }
    line("memory while catching up", Memory::of(pid)?);
    drop(switch);
    server.stop()
}

fn difference(after: &BTreeMap<String, Duration>, before: &BTreeMap<String, Duration>) -> BTreeMap<String, Duration> {
    let gone = |name: &String| before.get(name).copied().unwrap_or_default();
    after.iter().map(|(name, cpu)| (name.clone(), cpu.saturating_sub(gone(name)))).collect()
}
