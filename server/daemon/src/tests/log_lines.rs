//! The log under a journal.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use anyhow::Result;
use parking_lot::Mutex;

use crate::{Weighed, is_journal};

/// What was written, readable meanwhile.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn everything() {
    tracing::error!("the disk is gone");
    tracing::warn!("a second switch");
    tracing::info!("up");
    tracing::debug!("a byte");
}

#[test]
fn each_line_has_its_weight_in_front() {
    let written = Written::default();
    let there = written.clone();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || there.clone());
    let log = log.with_ansi(false).without_time().with_target(false).map_event_format(Weighed).finish();
    tracing::subscriber::with_default(log, everything);
    let text = String::from_utf8(written.0.lock().clone()).expect("it is text");
    assert_eq!(text, "<3>ERROR the disk is gone\n<4> WARN a second switch\n<6> INFO up\n<7>DEBUG a byte\n");
}

#[test]
fn the_journal_is_known_by_its_stream() -> Result<()> {
    let file = tempfile::tempfile()?;
    let (device, inode) = file.metadata().map(|found| (found.dev(), found.ino()))?;
    let named = |device: u64, inode: u64| is_journal(Some(&format!("{device}:{inode}")), &file);
    assert!(named(device, inode));
    assert!(!named(device, inode + 1), "led elsewhere");
    assert!(!named(device + 1, inode), "led elsewhere");
    assert!(!is_journal(Some("nonsense"), &file) && !is_journal(None, &file));
    Ok(())
}
