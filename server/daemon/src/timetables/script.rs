//! Running a program of the folder of scripts or one that prints, ended with the server.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::programs::{self, Ears, Ending, Heard, Keep, Leftovers};

/// A program that runs longer is ended.
const RUN_MAX: Duration = Duration::from_secs(3_600);
/// So much of what it says on standard error is told when it fails.
const TOLD_BYTES: usize = 1_000;

/// Runs a program to its end.
///
/// # Errors
/// Why it could not be run, or what it said when it failed.
pub fn run(
    folder: &Path,
    program: &str,
    arguments: &[String],
    variables: &[(&str, String)],
    stopping: &AtomicBool,
) -> Result<(), String> {
    let path = folder.join(program);
    let mut command = Command::new(&path);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    command.current_dir(folder);
    end_to_end(command, None, stopping)
}

/// Runs a command, with something on its standard input, to its end.
///
/// # Errors
/// Why it could not be run, or what it said when it failed.
pub(super) fn end_to_end(mut command: Command, input: Option<Vec<u8>>, stopping: &AtomicBool) -> Result<(), String> {
    let path = PathBuf::from(command.get_program());
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::piped());
    let started = programs::start(&mut command);
    let mut started = started.map_err(|error| format!("cannot run {}: {error}", path.display()))?;
    let child = &mut started.child;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A command that does not read to the end says itself why.
        std::thread::spawn(move || drop(stdin.write_all(&input)));
    }
    let ears = child.stderr.take().map(|stderr| Ears::open(stderr, Keep::End(TOLD_BYTES)));
    let status = match programs::wait(&mut started, RUN_MAX, stopping, Leftovers::Stay) {
        Ok(Ending::Itself(status)) => status,
        Ok(Ending::Stopped) => return Err(format!("{} was ended because the server stops", path.display())),
        Ok(Ending::TooLong) => return Err(format!("{} was ended after {} s", path.display(), RUN_MAX.as_secs())),
        Err(error) => return Err(format!("cannot wait for {}: {error}", path.display())),
    };
    if status.success() {
        return Ok(());
    }
    // What it has started may go on, and hold its standard error for as long as it lives.
    let said = ears.map(|ears| in_one_line(&ears.heard())).unwrap_or_default();
    let said = if said.is_empty() { said } else { format!(": {said}") };
    Err(format!("{} ended with {status}{said}", path.display()))
}

fn in_one_line(said: &Heard) -> String {
    String::from_utf8_lossy(&said.kept).split_whitespace().collect::<Vec<_>>().join(" ")
}
