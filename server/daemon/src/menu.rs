//! Programs of main menu additions: run on this server for the person who asks, and what they say handed back.
//!
//! A program's file comes from the addition and is written for the one run, into a folder that goes with it. It runs as the
//! server's user, with an environment of its own, for so long and with so much to say as is allowed. Because whoever makes
//! an addition then decides what runs on this machine, none runs unless `cms.toml` says so.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use api::{ErrorBody, ErrorCode, MenuOutput};
use serde::Deserialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::programs::{self, Ears, Ending, Heard, Keep, Leftovers};

/// Folder in the data folder in which programs run; what is in it is of the moment.
pub const FOLDER: &str = "programs";
/// So much of what a program says is shown.
pub const SAID_MAX: usize = 256 * 1024;
/// Longest time limit: shorter than a client waits for an answer.
const TIME_LIMIT_MOST: Duration = Duration::from_secs(240);
/// Programs that run at once.
const RUNNING_MAX: usize = 4;
/// Where programs look for others.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// `[menu]` of `cms.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuConfig {
    /// Whether programs of main menu additions run on this server.
    #[serde(default)]
    pub programs: bool,
    /// A program that runs longer is ended; seconds.
    #[serde(default = "default_time_limit_secs", deserialize_with = "time_limit_secs")]
    pub time_limit_secs: u64,
}

impl Default for MenuConfig {
    fn default() -> Self {
        MenuConfig { programs: false, time_limit_secs: default_time_limit_secs() }
    }
}

fn default_time_limit_secs() -> u64 {
    60
}

fn time_limit_secs<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let (secs, most) = (u64::deserialize(deserializer)?, TIME_LIMIT_MOST.as_secs());
    if !(1..=most).contains(&secs) {
        return Err(serde::de::Error::custom(format!("time_limit_secs is 1 to {most}, not {secs}")));
    }
    Ok(secs)
}

/// Runs programs of main menu additions.
pub struct Programs {
    are_allowed: bool,
    time_limit: Duration,
    folder: PathBuf,
    running: Semaphore,
}

/// What is run.
pub struct Program<'a> {
    /// Name of its file.
    pub file_name: &'a str,
    /// Its file.
    pub content: &'a [u8],
    /// What it is told.
    pub variables: &'a [(&'a str, String)],
}

impl Programs {
    /// Makes ready; what a server that was killed has left of its programs is removed. What cannot be removed is no reason
    /// not to start.
    pub fn new(dir: &Path, config: &MenuConfig) -> Programs {
        let folder = dir.join(FOLDER);
        // A program is found by this path from another folder.
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!("cannot remove what programs have left in {}: {error}", folder.display());
            }
            _ => {}
        }
        Programs {
            are_allowed: config.programs,
            time_limit: Duration::from_secs(config.time_limit_secs),
            folder,
            running: Semaphore::new(RUNNING_MAX),
        }
    }

    /// Refuses programs where they are off.
    pub fn allowed(&self) -> Result<(), ErrorBody> {
        match self.are_allowed {
            true => Ok(()),
            false => Err(ErrorBody::new(
                ErrorCode::WrongState,
                "programs of main menu additions are off on this server: set `programs = true` under [menu] in cms.toml and \
                 restart the server",
            )),
        }
    }

    /// Room for one more program.
    pub fn room(&self) -> Result<SemaphorePermit<'_>, ErrorBody> {
        self.running.try_acquire().map_err(|_| {
            let message = format!("{RUNNING_MAX} programs run already: wait until one of them has ended");
            ErrorBody::new(ErrorCode::TooMany, message)
        })
    }

    /// Runs a program to its end, or until `stopping` is set. Blocks.
    ///
    /// # Errors
    /// If it could not be begun. However it ends is told as what came of it.
    pub fn run(&self, program: &Program<'_>, stopping: &AtomicBool) -> Result<MenuOutput, ErrorBody> {
        self.run_telling(program, stopping, |_| {})
    }

    /// The same, and hands on what is shown as it is said: first nothing, when the program has begun, then each part.
    ///
    /// # Errors
    /// As [`Programs::run`]; nothing was handed on then.
    pub fn run_telling(
        &self,
        program: &Program<'_>,
        stopping: &AtomicBool,
        mut tell: impl FnMut(&[u8]) + Send + 'static,
    ) -> Result<MenuOutput, ErrorBody> {
        self.allowed()?;
        let failed = |error: io::Error| {
            let message = format!(
                "{} cannot be run: {error}; a program is made for this kind of machine, or a script whose first line is like #!/bin/sh",
                program.file_name
            );
            ErrorBody::new(ErrorCode::Unavailable, message)
        };
        let room = RunFolder::make(&self.folder).map_err(failed)?;
        let file = room.write(program).map_err(failed)?;
        let (reader, writer) = io::pipe().map_err(failed)?;
        let mut command = Command::new(file);
        command.env_clear().env("PATH", PATH).env("LANG", "C.UTF-8").env("HOME", room.work());
        command.envs(program.variables.iter().map(|(name, value)| (name, value))).current_dir(room.work());
        command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(failed)?).stderr(writer);
        let mut started = programs::start(&mut command).map_err(failed)?;
        // Its ends of the pipe are the child's alone now.
        drop(command);
        tell(&[]);
        let ears = Ears::telling(reader, Keep::Beginning(SAID_MAX), tell);
        let ending = programs::wait(&mut started, self.time_limit, stopping, Leftovers::End).map_err(failed)?;
        let Heard { kept, cut } = ears.heard();
        let (success, outcome) = match ending {
            Ending::Itself(status) => (status.success(), format!("ended with {status}")),
            Ending::Stopped => (false, "was ended before its time".to_owned()),
            Ending::TooLong => (false, format!("was ended after {} s", self.time_limit.as_secs())),
        };
        Ok(MenuOutput { text: String::from_utf8_lossy(&kept).into_owned(), cut, success, outcome })
    }
}

/// Takes what was said but for a letter at its end of which bytes are still to come.
pub(crate) fn whole_letters(said: &mut Vec<u8>) -> String {
    let is_begun = |back: &usize| {
        let tail = &said[said.len() - back..];
        let goes_on = tail[1..].iter().all(|byte| (0x80..0xC0).contains(byte));
        (0xC2..0xF5).contains(&tail[0]) && tail[0].leading_ones() as usize > *back && goes_on
    };
    let unfinished = (1..=said.len().min(3)).find(is_begun).unwrap_or(0);
    let rest = said.split_off(said.len() - unfinished);
    String::from_utf8_lossy(&std::mem::replace(said, rest)).into_owned()
}

/// Where one run has its file, and an empty folder to work in. Both go with it.
struct RunFolder(PathBuf);

impl RunFolder {
    /// Under the first number that is free.
    fn make(folder: &Path) -> io::Result<RunFolder> {
        let mut builder = DirBuilder::new();
        builder.mode(0o700).recursive(true).create(folder)?;
        builder.recursive(false);
        for number in 1_u32.. {
            let path = folder.join(number.to_string());
            match builder.create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => {
                    made?;
                    let made = RunFolder(path);
                    builder.create(made.work())?;
                    return Ok(made);
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    fn write(&self, program: &Program<'_>) -> io::Result<PathBuf> {
        let folder = self.0.join("file");
        DirBuilder::new().mode(0o700).create(&folder)?;
        let path = folder.join(program.file_name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o700).open(&path)?;
        file.write_all(program.content)?;
        Ok(path)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}
