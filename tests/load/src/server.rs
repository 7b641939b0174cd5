//! A real `cms-server` process on a data folder of its own, and clients for it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use api::Role;
use client::{Address, Client, Trust};
use daemon::InitOptions;
use daemon::config::FILE;
use model::{AcdNumber, Moment};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use session::ServerRef;

/// The ACD of every measurement.
pub const ACD: AcdNumber = AcdNumber(1);
/// The administrator's name.
pub const USER: &str = "cms";
/// The administrator's password.
pub const PASSWORD: &str = "understudy";

/// A server: its folder, and its process while one runs. Dropping it kills the process.
pub struct Server {
    program: PathBuf,
    folder: PathBuf,
    api: SocketAddr,
    link: SocketAddr,
    child: Option<Child>,
}

impl Server {
    /// Makes the data folder; the ports are free ones.
    pub fn make(program: &Path, folder: &Path, name: &str, role: Role) -> Result<Server> {
        let options = InitOptions {
            name: name.to_owned(),
            role,
            acds: vec![(ACD, "Load".to_owned())],
            zone: chrono_tz::Tz::UTC,
            password: PASSWORD.to_owned(),
            at: Moment(0),
        };
        daemon::init(folder, &options).with_context(|| format!("making {name}"))?;
        let [api, link] = free_addresses()?;
        let file = folder.join(FILE);
        let text = std::fs::read_to_string(&file)?
            .replace("0.0.0.0:8443", &api.to_string())
            .replace("0.0.0.0:5001", &link.to_string());
        std::fs::write(&file, text)?;
        Ok(Server { program: program.to_owned(), folder: folder.to_owned(), api, link, child: None })
    }

    /// Turns TLS on at its link; before it starts.
    pub fn with_tls(self) -> Result<Server> {
        let (file, kind) = (self.folder.join(FILE), "kind = \"native\"\n");
        let text = std::fs::read_to_string(&file)?;
        ensure!(text.contains(kind), "{} has no native link", file.display());
        std::fs::write(&file, text.replace(kind, &format!("{kind}tls = true\n")))?;
        Ok(self)
    }

    /// Makes a folder and starts the process.
    pub fn start(program: &Path, folder: &Path, name: &str, role: Role) -> Result<Server> {
        let mut server = Server::make(program, folder, name, role)?;
        server.run()?;
        Ok(server)
    }

    /// Starts the process and waits until it says that it serves.
    pub fn run(&mut self) -> Result<()> {
        let mut child = self.spawn()?;
        let output = child.stdout.take().context("the server's output")?;
        self.child = Some(child);
        let mut said = String::new();
        let mut output = BufReader::new(output);
        // Two lines: where it serves, and its fingerprint.
        for _ in 0..2 {
            output.read_line(&mut said).context("reading what the server says")?;
        }
        let log = self.folder.join("log");
        ensure!(said.contains("serves"), "the server did not start; {} tells why", log.display());
        Ok(())
    }

    /// Starts the process and does not wait.
    pub fn spawn_only(&mut self) -> Result<()> {
        self.child = Some(self.spawn()?);
        Ok(())
    }

    fn spawn(&self) -> Result<Child> {
        let log = File::create(self.folder.join("log")).context("making the server's log")?;
        Command::new(&self.program)
            .arg("run")
            .arg(&self.folder)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| {
                format!("cannot start {}; build it with `cargo build --release -p daemon`", self.program.display())
            })
    }

    /// Number of the running process.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.child.as_ref().context("the server does not run")?.id())
    }

    /// Where the switch connects.
    pub fn link(&self) -> SocketAddr {
        self.link
    }

    /// Where the API listens.
    pub fn api(&self) -> SocketAddr {
        self.api
    }

    /// URL of the API.
    pub fn url(&self) -> String {
        format!("https://{}", self.api)
    }

    /// SHA-256 of its certificate.
    pub fn fingerprint(&self) -> Result<String> {
        daemon::fingerprint(&self.folder)
    }

    /// For a profile.
    pub fn reference(&self) -> Result<ServerRef> {
        let mut reference = ServerRef::new(self.url());
        reference.fingerprint = Some(self.fingerprint()?);
        Ok(reference)
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Result<Client> {
        client_of(self.url(), &self.fingerprint()?)
    }

    /// Something in its data folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// Bytes of a file or folder in its data folder.
    pub fn bytes_on_disk(&self, below: &str) -> Result<u64> {
        bytes_of(&self.path(below))
    }

    /// Ends the process in good order.
    pub fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM).context("stopping the server")?;
        let status = child.wait().context("waiting for the server")?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Ends the process at once, as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        child.kill().context("killing the server")?;
        child.wait().context("waiting for the server")?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("cms-load: {error:#}");
        }
    }
}

/// A client for a URL and a pinned certificate.
pub fn client_of(url: String, fingerprint: &str) -> Result<Client> {
    Ok(Client::new(Address { url, trust: Trust::Fingerprint(fingerprint.parse()?) })?)
}

fn free_addresses() -> Result<[SocketAddr; 2]> {
    let listeners = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
    Ok([listeners[0].local_addr()?, listeners[1].local_addr()?])
}

fn bytes_of(path: &Path) -> Result<u64> {
    let metadata = path.metadata().with_context(|| format!("looking at {}", path.display()))?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    std::fs::read_dir(path)?.map(|entry| bytes_of(&entry?.path())).sum()
}
