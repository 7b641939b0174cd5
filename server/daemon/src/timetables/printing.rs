//! Printing: a text or a PDF goes to a command of the server, which takes it as `lp` does.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use super::script;
use crate::config::PrinterConfig;

/// Prints what was made: it is the command's standard input, and `-t TITLE` its last arguments.
///
/// # Errors
/// Why the command could not be run, or what it said when it failed.
pub(super) fn print(
    printer: &PrinterConfig,
    title: &str,
    content: Vec<u8>,
    stopping: &AtomicBool,
) -> Result<(), String> {
    let Some((program, arguments)) = printer.command.split_first() else {
        return Err("[printing] in cms.toml names no command".to_owned());
    };
    let mut command = Command::new(program);
    command.args(arguments).args(["-t", title]);
    script::end_to_end(command, Some(content), stopping).map_err(|why| format!("{title:?} was not printed: {why}"))
}
