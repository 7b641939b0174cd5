//! Two servers that do not know of each other, in one process, with everything real but the machines.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, ensure};
use api::{Digest, Role};
use catalog::Value;
use chrono_tz::Tz;
use client::{Address, Client, Trust};
use daemon::config::{Config, FILE};
use daemon::{Clock, InitOptions, Server, SystemClock};
use model::{AcdNumber, Moment};
use report::Cell;

use crate::clock::DrivenClock;
use crate::wait::{LIMIT, until};

/// Name of the administrator of both servers.
pub const ADMINISTRATOR: &str = "cms";
/// Password of the administrator of both servers.
pub const PASSWORD: &str = "understudy";

/// How often a recovering server is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The primary.
    A,
    /// The secondary.
    B,
}

impl Place {
    /// Both, the primary first.
    pub const BOTH: [Place; 2] = [Place::A, Place::B];

    fn index(self) -> usize {
        self as usize
    }
}

/// What both servers have in common.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// Zone of the ACD.
    pub zone: Tz,
    /// Name of the ACD.
    pub acd_name: String,
    /// By what timetables are due; the machine's clock if absent.
    pub clock: Option<Arc<DrivenClock>>,
}

impl Default for SiteOptions {
    fn default() -> Self {
        SiteOptions { zone: Tz::UTC, acd_name: "Main site".to_owned(), clock: None }
    }
}

/// Two data folders and the servers that run on them.
pub struct Site {
    folders: [PathBuf; 2],
    clock: Arc<dyn Clock>,
    servers: [Option<Server>; 2],
}

impl Site {
    /// The ACD that both servers collect from.
    pub const ACD: AcdNumber = AcdNumber(1);

    /// Makes the two servers' data folders under `dir`; they do not run yet.
    pub fn make(dir: &Path, options: &SiteOptions) -> Result<Site> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let folders = [dir.join("cms-a"), dir.join("cms-b")];
        let clock: Arc<dyn Clock> = match &options.clock {
            Some(driven) => Arc::<DrivenClock>::clone(driven),
            None => Arc::new(SystemClock),
        };
        for (folder, (name, role)) in folders.iter().zip([("CMS-A", Role::Primary), ("CMS-B", Role::Secondary)]) {
            let options = InitOptions {
                name: name.to_owned(),
                role,
                acds: vec![(Site::ACD, options.acd_name.clone())],
                zone: options.zone,
                password: PASSWORD.to_owned(),
                at: Moment(i64::try_from(now)?),
            };
            daemon::init(folder, &options).with_context(|| format!("making {name}"))?;
            // Any free ports the first time; the same ones ever after, so that switch and clients find it again.
            rewrite(folder, "0.0.0.0:8443", "127.0.0.1:0")?;
            rewrite(folder, "0.0.0.0:5001", "127.0.0.1:0")?;
        }
        Ok(Site { folders, clock, servers: [None, None] })
    }

    /// Makes the folders and starts both servers.
    pub fn start(dir: &Path, options: &SiteOptions) -> Result<Site> {
        let mut site = Site::make(dir, options)?;
        Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
        Ok(site)
    }

    /// A server's data folder.
    pub fn folder(&self, place: Place) -> &Path {
        &self.folders[place.index()]
    }

    /// Starts one server, on the ports that it had before, and returns once its state is recovered.
    pub fn run(&mut self, place: Place) -> Result<()> {
        self.launch(place)?;
        let (server, began) = (self.server(place), Instant::now());
        while server.is_recovering() {
            ensure!(began.elapsed() < LIMIT, "{place:?} did not recover within {} s", LIMIT.as_secs());
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Starts one server and returns as soon as it is up; it may still be recovering its state.
    pub fn launch(&mut self, place: Place) -> Result<()> {
        let folder = &self.folders[place.index()];
        let server = Server::start_by(folder, None, Config::load(folder)?, Arc::clone(&self.clock))?;
        rewrite_ports(folder, &server)?;
        self.servers[place.index()] = Some(server);
        Ok(())
    }

    /// Stops one server in good order.
    pub fn stop(&mut self, place: Place) {
        if let Some(server) = self.servers[place.index()].take() {
            server.stop();
        }
    }

    /// A running server.
    ///
    /// # Panics
    /// If it does not run.
    pub fn server(&self, place: Place) -> &Server {
        self.servers[place.index()].as_ref().expect("the server runs")
    }

    /// Where a running server listens for the switch, as text.
    pub fn link(&self, place: Place) -> String {
        let address: Option<SocketAddr> = self.server(place).link_address(Site::ACD);
        address.expect("the link is native").to_string()
    }

    /// Where both servers listen for the switch.
    pub fn links(&self) -> Vec<String> {
        Place::BOTH.map(|place| self.link(place)).to_vec()
    }

    /// A client that is signed in as the administrator.
    pub async fn client(&self, place: Place) -> Result<Client> {
        self.client_of(place, ADMINISTRATOR).await
    }

    /// A client that is signed in as a user who has the administrator's password.
    pub async fn client_of(&self, place: Place, user: &str) -> Result<Client> {
        let server = self.server(place);
        let trust = Trust::Fingerprint(server.fingerprint()?.parse()?);
        let client = Client::new(Address { url: server.url(), trust })?;
        client.login(user, PASSWORD).await?;
        Ok(client)
    }

    /// The numbers in the first row of a SELECT on a server's archive.
    pub async fn figures(&self, place: Place, sql: &str) -> Result<Vec<i64>> {
        let found = self.client(place).await?.sql(Site::ACD, sql).await?;
        let row = found.rows.into_iter().next().unwrap_or_default();
        let number = |cell: Cell| if let Value::Int(number) = cell.value { Some(number) } else { None };
        Ok(row.into_iter().filter_map(number).collect())
    }

    /// The digests of a server once it has archived the interval that ends at `end`.
    ///
    /// # Panics
    /// If it does not come to that.
    pub async fn digests_through(&self, place: Place, end: Moment) -> Result<Vec<Digest>> {
        let client = self.client(place).await?;
        let what = format!("{place:?} archives the interval up to {end}");
        let found = until(&what, async || match client.digests(Site::ACD, None, None).await {
            Ok(digests) if digests.last().is_none_or(|last| last.end < end) => None,
            result => Some(result),
        });
        Ok(found.await?)
    }

    /// Both servers' digests once both have archived the interval that ends at `end`, the primary's first.
    pub async fn both_digests_through(&self, end: Moment) -> Result<[Vec<Digest>; 2]> {
        Ok([self.digests_through(Place::A, end).await?, self.digests_through(Place::B, end).await?])
    }
}

fn rewrite(folder: &Path, from: &str, to: &str) -> Result<()> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path)?;
    std::fs::write(&path, text.replace(from, to))?;
    Ok(())
}

fn rewrite_ports(folder: &Path, server: &Server) -> Result<()> {
    let mut listens = [Some(server.address()), server.link_address(Site::ACD)].into_iter();
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path)?;
    let line = |line: &str| match line.starts_with("listen = ") {
        true => listens.next().flatten().map_or(line.to_owned(), |address| format!("listen = \"{address}\"")),
        false => line.to_owned(),
    };
    std::fs::write(&path, text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n")?;
    Ok(())
}
