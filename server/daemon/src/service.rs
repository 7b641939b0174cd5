//! What the service manager is told: that the server is up, that its threads live, that it stops.
//!
//! The protocol is one datagram for each message to the socket in `NOTIFY_SOCKET`; a few lines, so no library. Without that
//! variable nobody asks, and nothing is told.

use std::ffi::OsStr;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use anyhow::{Context, Result};

/// The way to the service manager.
#[derive(Debug)]
pub struct Service {
    socket: UnixDatagram,
    address: SocketAddr,
    /// How soon after a sign of life the next one is expected; `None` if nobody watches.
    watchdog: Option<Duration>,
}

impl Service {
    /// The service manager that started this process, if one did that wants to be told.
    pub fn of_environment() -> Result<Option<Service>> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let Some(path) = variable("NOTIFY_SOCKET") else { return Ok(None) };
        let number = |name: &str| variable(name)?.to_str()?.parse::<u64>().ok();
        // The variables of a process that was started by the watched one are not meant for this one.
        let is_meant = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|micros| *micros > 0 && is_meant).map(Duration::from_micros);
        Service::at(&path, watchdog).map(Some)
    }

    /// The service manager that listens at a path, or at an abstract address that begins with `@`.
    pub fn at(path: &OsStr, watchdog: Option<Duration>) -> Result<Service> {
        let unusable = || format!("cannot reach the service manager at {}", path.display());
        let address = match path.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            _ => SocketAddr::from_pathname(path),
        };
        let socket = UnixDatagram::unbound().with_context(unusable)?;
        // A manager that does not read must not hold the server up.
        socket.set_nonblocking(true).with_context(unusable)?;
        Ok(Service { socket, address: address.with_context(unusable)?, watchdog })
    }

    /// The server is up.
    pub fn ready(&self, status: &str) {
        self.tell(&format!("READY=1\nSTATUS={status}"));
    }

    /// The server stops.
    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=stopping");
    }

    /// The threads that collect live.
    pub fn alive(&self, status: &str) {
        self.tell(&format!("WATCHDOG=1\nSTATUS={status}"));
    }

    /// Something is wrong with the threads, and no sign of life is given.
    pub fn troubled(&self, why: &str) {
        self.tell(&format!("STATUS={why}"));
    }

    /// How often it is to be told that the threads live: three times within the time after which the manager acts.
    pub fn every(&self) -> Option<Duration> {
        self.watchdog.map(|watchdog| watchdog / 3)
    }

    fn tell(&self, message: &str) {
        if let Err(error) = self.socket.send_to_addr(message.as_bytes(), &self.address) {
            tracing::warn!("the service manager cannot be told: {error}");
        }
    }
}
