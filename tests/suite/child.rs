//! A server in a process of its own, so that it can be killed: this test binary run a second time.
//!
//! The child is one test of this binary, [`server`], which serves the folder that [`DIR`] names and ends with its
//! parent's pipe. Without the variable it is a test that has nothing to do.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use daemon::{Server, Service};

/// Names the data folder to the child.
const DIR: &str = "UNDERSTUDY_SUITE_SERVER";
/// A limit of files that nobody reaches, in blocks of 512 bytes: for servers whose disk is filled later.
pub const PLENTY: u64 = 1 << 40;
/// Beside the data folder: while this file is missing, the child may write only files of a limited size.
pub const ROOM: &str = "room";

/// The child's whole life, when this binary is run as one.
#[test]
fn server() -> anyhow::Result<()> {
    let Some(dir) = std::env::var_os(DIR) else { return Ok(()) };
    let dir = Path::new(&dir);
    let service = Service::of_environment()?;
    let server = Server::start(dir, None)?;
    if let Some(service) = service {
        server.keep_telling(Arc::new(service));
    }
    let room = dir.with_extension(ROOM);
    std::thread::spawn(move || {
        while !room.exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let (_, most) = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_FSIZE)?;
        nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_FSIZE, most, most)
    });
    // Ends when the parent lets go, however the parent ends.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    server.stop();
    Ok(())
}

/// A running child.
pub struct ServerProcess {
    child: Child,
}

impl ServerProcess {
    /// Serves a folder in a process of its own. With `file_blocks`, no file may grow beyond so many blocks of 512
    /// bytes until there is a file named like the folder with the extension [`ROOM`].
    pub fn start(dir: &Path, file_blocks: Option<u64>) -> anyhow::Result<ServerProcess> {
        ServerProcess::start_under(dir, file_blocks, &[])
    }

    /// The same with these variables in its environment.
    pub fn start_under(
        dir: &Path,
        file_blocks: Option<u64>,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<ServerProcess> {
        let program = std::env::current_exe()?;
        let mut command = match file_blocks {
            None => Command::new(program),
            // The shell lets the signal of an oversized file be ignored, so that the write fails instead.
            Some(blocks) => {
                let mut command = Command::new("sh");
                let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
                command.arg("-c").arg(script).arg(program);
                command
            }
        };
        command.args(["--exact", "child::server", "--nocapture"]).env(DIR, dir).envs(variables.iter().copied());
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(ServerProcess { child })
    }

    /// No file may grow beyond so many bytes from now on, as if the disk were full; `None` makes room again. Only for one
    /// that was started with a limit, which ignores the signal of an oversized file.
    pub fn fill(&self, bytes: Option<u64>) -> anyhow::Result<()> {
        let soft = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let pid = self.child.id().to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={soft}:")]).status()?;
        anyhow::ensure!(status.success(), "prlimit ended with {status}");
        Ok(())
    }

    /// SIGKILL: no goodbye, nothing flushed.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it in good order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        anyhow::ensure!(status.success(), "the server's process ended with {status}");
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
