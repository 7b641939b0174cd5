//! A server in a process of its own, under something that plays the service manager.

use std::os::unix::net::UnixDatagram;

use anyhow::Result;
use testkit::{LIMIT, Place, Site, SiteOptions};

use crate::child::ServerProcess;

/// `Type=notify` and `WatchdogSec=`: it says when it is up, and then, again and again, that its threads live.
#[test]
fn the_service_manager_hears_that_the_server_is_up_and_lives() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let path = dir.path().join("notify");
    let manager = UnixDatagram::bind(&path)?;
    manager.set_read_timeout(Some(LIMIT))?;
    let heard = || -> Result<String> {
        let mut buffer = [0; 512];
        let length = manager.recv(&mut buffer)?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    };
    let address = path.to_string_lossy();
    let variables = [("NOTIFY_SOCKET", &*address), ("WATCHDOG_USEC", "300000")];
    let process = ServerProcess::start_under(site.folder(Place::A), None, &variables)?;
    let first = heard()?;
    assert!(first.starts_with("READY=1\nSTATUS=ACD 1 down"), "{first}");
    for _ in 0..3 {
        let next = heard()?;
        assert!(next.starts_with("WATCHDOG=1\nSTATUS=ACD 1 down"), "{next}");
    }
    process.stop()
}
