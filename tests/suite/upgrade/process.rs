//! A `cms-server` program, and a server that one program after the other runs.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use testkit::{LIMIT, PASSWORD};

use super::OLDER;
use crate::cli::{Server, built};

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A `cms-server`.
#[derive(Clone)]
pub struct Version(PathBuf);

/// Both of them.
pub struct Programs {
    pub older: Version,
    pub newer: Version,
}

impl Programs {
    /// The one that the environment names, and this workspace's own.
    pub fn of_environment() -> Result<Option<Programs>> {
        let Some(older) = std::env::var_os(OLDER) else { return Ok(None) };
        let older = PathBuf::from(older);
        ensure!(older.is_file(), "{OLDER} names {}, which is no program", older.display());
        Ok(Some(Programs { older: Version(older), newer: Version(built("cms-server")) }))
    }
}

impl Version {
    /// Has the program make a data folder, on free ports of this machine.
    pub fn make(&self, dir: &Path, name: &'static str, role: &str) -> Result<Program> {
        let (folder, password) = (dir.join(name), dir.join("password"));
        std::fs::write(&password, PASSWORD)?;
        let mut command = Command::new(&self.0);
        command.arg("init").arg(&folder).args(["--name", name, "--role", role, "--acd", "1=Main"]);
        let output = command.arg("--password-file").arg(&password).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let [api, link] = free_addresses()?;
        let file = folder.join(daemon::config::FILE);
        let text = std::fs::read_to_string(&file)?;
        let text = text.replace("0.0.0.0:8443", &api.to_string()).replace("0.0.0.0:5001", &link.to_string());
        std::fs::write(&file, text)?;
        Ok(Program { name, folder, api, link, child: None })
    }
}

fn free_addresses() -> Result<[SocketAddr; 2]> {
    let listeners = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
    Ok([listeners[0].local_addr()?, listeners[1].local_addr()?])
}

/// A server: its folder, and the process that serves it.
pub struct Program {
    pub name: &'static str,
    folder: PathBuf,
    api: SocketAddr,
    pub link: SocketAddr,
    child: Option<Child>,
}

impl Program {
    /// Serves the folder by this program, and returns once its state is recovered.
    ///
    /// # Errors
    /// If the program ends instead; [`Program::said`] tells why.
    pub fn run(&mut self, version: &Version) -> Result<()> {
        let log = File::create(self.log())?;
        let mut command = Command::new(&version.0);
        command.arg("run").arg(&self.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = self.child.insert(command.spawn()?);
        let cms = Server::serving(self.api, &self.folder)?;
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                self.child = None;
                bail!("{} ended with {status}", self.name);
            }
            let told = cms.run(&["status"]);
            if told.code == Some(0) && !told.out.contains("recovering") {
                return Ok(());
            }
            ensure!(began.elapsed() < LIMIT, "{} does not serve: {told:?}", self.name);
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Stops it in good order.
    pub fn stop(&mut self) -> Result<()> {
        let mut child = self.child.take().context("it runs")?;
        kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM)?;
        let status = child.wait()?;
        ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }

    /// What the last process has said.
    pub fn said(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.log())?)
    }

    pub fn cms(&self) -> Result<Server> {
        Server::serving(self.api, &self.folder)
    }

    /// Copies this server's backups to where the other one finds them.
    pub fn carry_backups(&self, to: &Program) -> Result<()> {
        let folder = |server: &Program| server.folder.join("backup").join(self.name);
        std::fs::create_dir_all(folder(to))?;
        for entry in std::fs::read_dir(folder(self))? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder(to).join(entry.file_name()))?;
        }
        Ok(())
    }

    /// The databases, byte by byte.
    pub fn databases(&self) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let files = ["system.db", "local.db", "acd/01.db", "acd/01-events.db"].map(|name| self.folder.join(name));
        files.into_iter().map(|path| Ok((path.clone(), std::fs::read(&path)?))).collect()
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
