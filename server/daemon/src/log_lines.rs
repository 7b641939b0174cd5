//! Lines of the log for a journal that keeps their time and weight itself.
//!
//! Under systemd what goes to standard error is the journal's. A line that begins with `<4>` is kept there as a warning, so that
//! `journalctl -p warning` finds what matters at night; the prefix is taken off, and a time of our own would stand there twice.

use std::fmt;
use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The lines of another format, each with its weight in front.
#[derive(Debug)]
pub struct Weighed<F>(pub F);

impl<S, N, F> FormatEvent<S, N> for Weighed<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        write!(writer, "<{}>", weight(*event.metadata().level()))?;
        self.0.format_event(context, writer, event)
    }
}

/// The number that syslog gives to a level.
fn weight(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}

/// Whether the journal reads what goes there. `stream` is what the service manager says of it (`JOURNAL_STREAM`, as
/// `DEVICE:INODE`): a program that was started with its output led elsewhere inherits the variable all the same.
pub fn is_journal(stream: Option<&str>, there: &impl AsFd) -> bool {
    let Some((device, inode)) = stream.and_then(|stream| stream.split_once(':')) else { return false };
    let found = there.as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
    found.is_ok_and(|found| device.parse() == Ok(found.dev()) && inode.parse() == Ok(found.ino()))
}
