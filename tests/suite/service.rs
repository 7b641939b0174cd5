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

/// A machine that gets another name, and two servers that change places: nothing is made anew, and the change is recorded.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stopped_server_gets_another_name_and_role() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let at = model::Moment(1_795_396_500);
    let refused = daemon::rename(site.folder(Place::B), Some("CMS-C"), None, at);
    assert!(refused.is_err_and(|error| format!("{error:#}").contains("a server is already running")));
    site.stop(Place::B);
    assert!(daemon::rename(site.folder(Place::B), Some(" "), None, at).is_err(), "a name has letters");
    let told = daemon::rename(site.folder(Place::B), Some("CMS-C"), Some(api::Role::Primary), at)?;
    assert_eq!(told, ["name of the server: CMS-B became CMS-C", "role of the server: secondary became primary"]);
    assert_eq!(daemon::rename(site.folder(Place::B), Some("CMS-C"), None, at)?, [""; 0]);
    site.run(Place::B)?;
    let client = site.client(Place::B).await?;
    let status = client.status().await?;
    assert_eq!((status.server.as_str(), status.role), ("CMS-C", api::Role::Primary));
    let changes = client.changes(2).await?;
    assert!(changes.iter().all(|change| change.user == "cms-server"), "{changes:?}");
    Ok(())
}
