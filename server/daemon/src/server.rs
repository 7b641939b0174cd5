//! A running server: its ACDs, its API, and their orderly end.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use api::Role;
use hyper_util::rt::TokioTimer;
use model::{AcdNumber, ServerId};
use parking_lot::Mutex;
use store::{DataFolder, Identity, LocalStore, SystemStore};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::acd::{Acd, AcdView, Opening};
use crate::administration::Administration;
use crate::app::{App, CHECKING_MAX};
use crate::auth::Sessions;
use crate::causes::told;
use crate::clock::{Clock, SystemClock};
use crate::config::TimetableFolders;
use crate::config::{AcdConfig, Config};
use crate::door::{Door, local_url};
use crate::folder_lock::lock;
use crate::histories::Histories;
use crate::house::House;
use crate::http;
use crate::live::Hub;
use crate::lost_files;
use crate::maintenance::Maintenance;
use crate::maintenance_log::MaintenanceLog;
use crate::menu::Programs;
use crate::names::Names;
use crate::reports::Reports;
use crate::scraper::Scraper;
use crate::service::Service;
use crate::source::Source;
use crate::standing::Standing;
use crate::timetables::{Services, Timetables};
use crate::tls;
use crate::troubles::Troubles;
use crate::vitals::SILENT_MAX;
/// How long open requests may take when the server stops.
const GRACE: Duration = Duration::from_secs(2);
/// How long tasks of timetables that are being done may take when the server stops, before the ACDs end under them.
const TASKS: Duration = Duration::from_secs(10);

/// How often it is tried to record what could not be recorded when it was done.
const MAKE_UP: Duration = Duration::from_secs(5);

/// A running server. Dropping it stops it.
pub struct Server {
    dir: PathBuf,
    identity: Identity,
    address: SocketAddr,
    acds: Vec<Acd>,
    histories: Arc<Histories>,
    timetables: Arc<Timetables>,
    maintenance: Arc<Maintenance>,
    log: Arc<MaintenanceLog>,
    stop: watch::Sender<bool>,
    handle: axum_server::Handle<SocketAddr>,
    runtime: Option<Runtime>,
    _lock: File,
}

impl Server {
    /// Starts the server of a data folder. `listen` overrides the API's address of `cms.toml`; port 0 picks one.
    pub fn start(dir: &Path, listen: Option<SocketAddr>) -> Result<Server> {
        let config = Config::load(dir)?;
        Server::start_with(dir, listen, config)
    }

    /// Starts a server with another configuration than the file's; for tests that need ports of their own.
    pub fn start_with(dir: &Path, listen: Option<SocketAddr>, config: Config) -> Result<Server> {
        Server::start_by(dir, listen, config, Arc::new(SystemClock))
    }

    /// Starts a server with another clock than the machine's; for tests that drive one.
    pub fn start_by(dir: &Path, listen: Option<SocketAddr>, config: Config, clock: Arc<dyn Clock>) -> Result<Server> {
        let started_at = Instant::now();
        let lock = lock(dir)?;
        let (mut local, identity, system) = open_own(&DataFolder::new(dir))?;
        let role = role_of(&identity)?;
        let (tls, scraper) = (tls::server_config(dir)?, Scraper::new(dir, config.metrics.as_ref())?);
        let certificate = tls::Shown::of(dir).inspect(|certificate| certificate.warn(clock.now()));
        let programs = Programs::new(dir, &config.menu);
        let (listener, address) = bind(listen.unwrap_or(config.listen))?;
        let runtime = api_runtime()?;
        let (stop, stopping) = watch::channel(false);
        let histories = Arc::new(Histories::start(dir, &config, role, &local)?);
        let maintenance = Arc::new(Maintenance::new(dir, &config, &identity, Arc::clone(&clock)));
        maintenance.clear_up(&mut local).context("clearing up after the last run")?;
        lost_files::tell(dir, &config, &mut local, clock.now()).context("looking for lost files")?;
        let acds = open_acds(dir, &config, &local, &histories, &clock, &stopping)?;
        lost_files::remember(dir, &config, &mut local).context("writing local.db")?;
        let sources = acds.iter().map(|acd| source(&DataFolder::new(dir), acd)).collect();
        let (server, system, house) = (identity.name.clone(), Mutex::new(system), House::default());
        let reports = Arc::new(Reports { server, role, sources, system, house });
        let administration = Arc::new(Administration::new(local, Arc::clone(&clock)).context("reading local.db")?);
        let log = maintenance_log(&administration, &clock, &maintenance, &acds);
        let sessions = Arc::new(Sessions::default());
        let services = Services {
            sessions: Arc::clone(&sessions),
            printer: config.printing.clone(),
            reports: Arc::clone(&reports),
            administration: Arc::clone(&administration),
            histories: Arc::clone(&histories),
            log: Arc::clone(&log),
            maintenance: Arc::clone(&maintenance),
            door: Door::new(&sessions, address, dir)?,
            clock,
            server: ServerId(identity.server_id.clone()),
            folders: TimetableFolders::new(dir, config.timetables.as_ref()),
        };
        let timetables = Arc::new(Timetables::start(services)?);
        let app = Arc::new(App {
            reports,
            administration,
            timetables: Arc::clone(&timetables),
            maintenance_log: Arc::clone(&log),
            sessions,
            hub: Hub::default(),
            histories: Arc::clone(&histories),
            maintenance: Arc::clone(&maintenance),
            programs,
            checking: Semaphore::new(CHECKING_MAX),
            troubles: Troubles::default(),
            scraper,
            certificate,
            started_at,
        });
        let handle = serve(app, listener, tls, &runtime)?;
        tracing::info!(name = identity.name, role = %identity.role, %address, "server is up");
        Ok(Server {
            dir: dir.to_owned(),
            identity,
            address,
            acds,
            histories,
            timetables,
            maintenance,
            log,
            stop,
            handle,
            runtime: Some(runtime),
            _lock: lock,
        })
    }

    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// URL of the API for clients on this machine.
    pub fn url(&self) -> String {
        local_url(self.address)
    }

    /// Name and role.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// SHA-256 of its certificate.
    pub fn fingerprint(&self) -> Result<String> {
        tls::fingerprint(&self.dir)
    }

    /// Where the switch of an ACD connects, for native links.
    pub fn link_address(&self, acd: AcdNumber) -> Option<SocketAddr> {
        let acd = self.acds.iter().find(|running| running.view().number() == acd)?;
        acd.view().address().parse().ok()
    }

    /// Whether the state of an ACD is still being recovered from checkpoint and journal.
    pub fn is_recovering(&self) -> bool {
        self.acds.iter().any(|acd| acd.view().recovery().is_some())
    }

    /// What may be seen of each ACD.
    pub(crate) fn views(&self) -> Vec<Arc<AcdView>> {
        self.acds.iter().map(|acd| Arc::clone(acd.view())).collect()
    }

    /// The maintenance error log.
    pub(crate) fn log(&self) -> &MaintenanceLog {
        &self.log
    }

    /// Tells the service manager that the server is up, and from then on, where it watches, that the threads live. It is
    /// told from the API's own runtime: a server that answers nobody gives no sign of life either.
    pub fn keep_telling(&self, service: Arc<Service>) {
        let views = self.views();
        service.ready(&links(&views));
        let (Some(every), Some(runtime)) = (service.every(), &self.runtime) else { return };
        runtime.spawn(async move {
            let mut before = None;
            loop {
                let trouble = views.iter().find_map(|view| {
                    let why = view.vitals().trouble(SILENT_MAX)?;
                    Some(format!("ACD {}: {why}", view.number()))
                });
                match &trouble {
                    None => service.alive(&links(&views)),
                    Some(why) => service.troubled(why),
                }
                if let Some(why) = trouble.as_ref().filter(|why| before.as_ref() != Some(*why)) {
                    tracing::error!("no sign of life is given any more, so that the server is started anew: {why}");
                }
                before = trouble;
                tokio::time::sleep(every).await;
            }
        });
    }

    /// Stops: no more events, what came is durable, closed intervals are archived.
    pub fn stop(mut self) {
        self.halt();
    }

    /// Lets the thread that archives an ACD die.
    #[cfg(test)]
    pub(crate) fn break_archiver(&self, acd: AcdNumber) {
        let acd = self.acds.iter().find(|running| running.view().number() == acd);
        let _ = acd.map(|acd| acd.files().work(|_| panic!("the archiver dies")));
    }

    fn halt(&mut self) {
        // Before the ACDs end, which its tasks need.
        if !self.timetables.stop(TASKS) {
            tracing::warn!("a timetable's task does not end; the ACDs are stopped, and it ends with them");
        }
        self.stop.send_replace(true);
        self.handle.graceful_shutdown(Some(GRACE));
        // Before the ACDs: a restore that is broken off waits for one of them.
        self.maintenance.stop();
        self.acds.iter_mut().for_each(Acd::join);
        // Whatever still waited for an ACD has been told that it is gone.
        self.timetables.stop(Duration::MAX);
        self.histories.stop();
        self.log.make_up();
        if let Some(runtime) = self.runtime.take() {
            // On a thread of its own: whoever stops the server may be inside a runtime, where blocking panics.
            let ending = std::thread::spawn(move || runtime.shutdown_timeout(GRACE));
            if ending.join().is_err() {
                tracing::error!("the API's runtime did not end in good order");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.halt();
    }
}

/// How the links stand, in a line.
fn links(views: &[Arc<AcdView>]) -> String {
    let link = |view: &Arc<AcdView>| format!("ACD {} {}", view.number(), view.health().link.word());
    views.iter().map(link).collect::<Vec<_>>().join(", ")
}

fn api_runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).thread_name("api").enable_all();
    builder.build().context("starting the runtime")
}

/// The maintenance error log. Its times, and those of backups, are by the first ACD's clock as it is in force there.
fn maintenance_log(
    administration: &Administration,
    clock: &Arc<dyn Clock>,
    maintenance: &Arc<Maintenance>,
    acds: &[Acd],
) -> Arc<MaintenanceLog> {
    acds.iter().take(1).for_each(|first| maintenance.follow(first.view()));
    let by = Arc::clone(maintenance);
    let log = MaintenanceLog::new(administration.shared(), Arc::clone(clock), move || by.calendar());
    let log = Arc::new(log);
    acds.iter().for_each(|acd| acd.view().tell_into(&log));
    log
}

fn source(folder: &DataFolder, acd: &Acd) -> Source {
    let view = Arc::clone(acd.view());
    let database = folder.acd(view.number());
    let names = Arc::new(Names::new(database.clone(), Arc::clone(view.names_stored())));
    if let Some(history) = view.history() {
        history.put_over(&names);
    }
    Source { names, database, view, files: acd.files().clone(), orders: acd.orders().clone() }
}

/// Records by and by what was done and could not be recorded.
fn make_up_by_and_by(log: &Arc<MaintenanceLog>, runtime: &Runtime) {
    let log = Arc::downgrade(log);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(MAKE_UP).await;
            let Some(log) = log.upgrade() else { return };
            let _ = tokio::task::spawn_blocking(move || log.make_up()).await;
        }
    });
}

/// How long the head of a request may take, and how long a connection may be without one. A client that holds connections holds files
/// of the server, and the links need some, too. Own clients let go of idle ones earlier.
const HEAD_WAIT: Duration = if cfg!(test) { Duration::from_millis(300) } else { Duration::from_secs(30) };

/// Begins to answer on the API's socket, and to write what cannot be written at once.
fn serve(
    app: Arc<App>,
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    runtime: &Runtime,
) -> Result<axum_server::Handle<SocketAddr>> {
    make_up_by_and_by(&app.maintenance_log, runtime);
    let handle = axum_server::Handle::new();
    let rustls = axum_server::tls_rustls::RustlsConfig::from_config(tls);
    let service = http::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let _guard = runtime.enter();
    let mut serving = axum_server::from_tcp_rustls(listener, rustls).context("preparing the API")?;
    let builder = serving.http_builder();
    *builder = builder.clone().http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT);
    runtime.spawn(serving.handle(handle.clone()).serve(service));
    Ok(handle)
}

/// The files that belong to no ACD, and who this server is.
fn open_own(folder: &DataFolder) -> Result<(LocalStore, Identity, SystemStore)> {
    let reading = || format!("reading {}", folder.local().display());
    let mut local = LocalStore::open(&folder.local()).with_context(reading)?;
    let identity = local.identity().with_context(reading)?;
    let opening = || format!("opening {}", folder.system().display());
    let mut system = SystemStore::open(&folder.system()).with_context(opening)?;
    local.take_over_passwords(&mut system).with_context(opening)?;
    if let Err(error) = forget_passwords_of_nobody(&mut local, &system) {
        tracing::warn!("whose passwords are nobody's any more could not be looked at: {}", told(&error));
    }
    Ok((local, identity, system))
}

/// A server that ended between taking users away and taking their passwords has those still: they would let somebody in whom the next
/// user of the name does not know. A file in which nobody is an administrator says nothing of who is a user.
fn forget_passwords_of_nobody(local: &mut LocalStore, system: &SystemStore) -> store::Result<()> {
    let users = system.users()?;
    if !users.iter().any(|user| user.administrator) {
        return Ok(());
    }
    let is_user = |name: &str| users.iter().any(|user| user.name.eq_ignore_ascii_case(name));
    for name in local.passwords_given()?.into_keys().filter(|name| !is_user(name)) {
        tracing::warn!(user = name, "the password of somebody who is no user is removed");
        local.remove_password(&name)?;
    }
    Ok(())
}

fn role_of(identity: &Identity) -> Result<Role> {
    match identity.role.as_str() {
        "primary" => Ok(Role::Primary),
        "secondary" => Ok(Role::Secondary),
        other => {
            bail!(
                "local.db says that this server is {other:?}, not primary or secondary; take it out of an image or a copy"
            )
        }
    }
}

/// The API's socket, and where it listens.
fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!(
            "cannot listen on {address}: another program may use the port; change `listen` in cms.toml or give --listen"
        )
    })?;
    listener.set_nonblocking(true).context("preparing the API's socket")?;
    let address = listener.local_addr().context("reading the API's address")?;
    Ok((listener, address))
}

/// Opens all ACDs side by side. One ACD's trouble is not the others': they are collected, and `/health` tells what is wrong
/// with the one. An error only if none can be opened.
fn open_acds(
    dir: &Path,
    config: &Config,
    local: &LocalStore,
    histories: &Histories,
    clock: &Arc<dyn Clock>,
    stopping: &watch::Receiver<bool>,
) -> Result<Vec<Acd>> {
    let open = |acd: &AcdConfig| {
        let standing = Standing::read(local, acd.number).context("reading the state of data collection")?;
        let history = histories.recorder(acd.number);
        Acd::open(dir, acd, standing, config.journal_days, history, Arc::clone(clock), stopping.clone())
    };
    let opening = config.acds.iter().map(open);
    let opening = opening.collect::<Result<Vec<_>>>().context("starting the ACDs' threads")?;
    let (acds, outcomes): (Vec<_>, Vec<_>) = opening.into_iter().map(Opening::wait).unzip();
    let any = outcomes.iter().any(Result::is_ok);
    for (acd, outcome) in acds.iter().zip(outcomes) {
        match outcome {
            Ok(()) => {}
            Err(error) if any => acd.failed(&error),
            Err(error) => return Err(error),
        }
    }
    Ok(acds)
}
