//! Reading a file while it is being written: what is there is read back at once, on another thread, instead of all of it behind
//! the last byte. It is the same file, read through a place of its own.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

/// How far the writer is.
#[derive(Debug, Default)]
struct Written {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bytes: u64,
    has_ended: bool,
}

impl Written {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
        self.more.notify_all();
    }
}

/// The writer's end. Dropping it ends the file for whoever follows.
#[derive(Debug)]
pub(super) struct Followed {
    file: File,
    written: Arc<Written>,
}

/// The reader's end: its end is where the writer has ended.
#[derive(Debug)]
pub(super) struct Following {
    file: File,
    at: u64,
    written: Arc<Written>,
}

/// Both ends of an empty file that can be read and written.
pub(super) fn followed(file: File) -> io::Result<(Followed, Following)> {
    let written = Arc::new(Written::default());
    let following = Following { file: file.try_clone()?, at: 0, written: Arc::clone(&written) };
    Ok((Followed { file, written }, following))
}

impl Followed {
    /// Makes what was written durable; nothing more comes.
    pub(super) fn end(&self) -> io::Result<()> {
        self.written.change(|state| state.has_ended = true);
        self.file.sync_all()
    }
}

impl Write for Followed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.written.change(|state| state.bytes += written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.written.change(|state| state.has_ended = true);
    }
}

impl Read for Following {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let waits = |state: &mut State| state.bytes == self.at && !state.has_ended;
        let mut state = self.written.state.lock();
        self.written.more.wait_while(&mut state, waits);
        let there = usize::try_from(state.bytes - self.at).unwrap_or(usize::MAX);
        drop(state);
        let most = buffer.len().min(there);
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::followed;

    #[test]
    fn what_is_written_is_read_to_the_end_and_no_further() {
        let (mut writer, mut reader) = followed(tempfile::tempfile().unwrap()).unwrap();
        let reading = std::thread::spawn(move || {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).map(|_| all)
        });
        let parts: Vec<Vec<u8>> = (0..200_u8).map(|number| vec![number; 1 + usize::from(number) * 37]).collect();
        for part in &parts {
            writer.write_all(part).unwrap();
        }
        writer.end().unwrap();
        assert_eq!(reading.join().unwrap().unwrap(), parts.concat());
    }

    #[test]
    fn a_writer_that_breaks_off_is_not_waited_for() {
        let (mut writer, mut reader) = followed(tempfile::tempfile().unwrap()).unwrap();
        writer.write_all(b"half").unwrap();
        drop(writer);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"half");
    }
}
