//! A write-ahead log that is written in large pieces.
//!
//! SQLite writes each page into its log by two calls, 24 bytes and 8 KB, and for a restore of gigabytes the system's part of
//! those calls is half of all the work. Here they are gathered to 124 KB. It is a VFS of SQLite that stands on the usual one:
//! all files but logs are the usual one's own, with its locks and its shared memory, so that other connections and other programs
//! see nothing unusual.
//!
//! Why nothing can be lost by it: readers look only at frames that the index of the log counts, and frames count from a commit on,
//! behind a sync of the log; a sync first writes what was gathered. This needs `synchronous=FULL`, which every connection of ours
//! has ([`crate::database`]). If gathered bytes cannot be written, the log refuses everything from then on until it is closed, so that
//! no later commit can count what is missing. It is used where one transaction writes much, and nowhere else.
//!
//! The only unsafe code of the product stands here (`docs/decisions/0050-a-log-written-in-large-pieces.md`).
#![expect(unsafe_code, reason = "SQLite's interface for files is made of pointers (docs/decisions/0050)")]

#[cfg(test)]
mod tests;

use std::ffi::{CStr, c_int, c_void};
use std::mem::size_of;
use std::sync::LazyLock;

use rusqlite::ffi;

/// So much is gathered: whole pages of the system's, and fewer than the 128 KB that SQLite's own files take in one write.
const GATHERED_BYTES: usize = 31 << 12;
/// The name under which connections ask for it.
const NAME: &CStr = c"gathering";

/// Makes the VFS known to SQLite and gives its name; `None` if SQLite has no VFS to stand on or takes no other one.
pub(crate) fn vfs() -> Option<&'static CStr> {
    static IS_KNOWN: LazyLock<bool> = LazyLock::new(register);
    IS_KNOWN.then_some(NAME)
}

/// What was written to a log and is not in its file yet: one stretch of it.
#[derive(Debug, Default)]
struct Gathered {
    at: i64,
    bytes: Vec<u8>,
    /// The code of what could not be written; everything is refused with it from then on.
    failed: Option<c_int>,
}

impl Gathered {
    fn end(&self) -> i64 {
        self.at + self.bytes.len() as i64
    }

    /// Takes bytes for the place `at`. `below` writes to the file and gives SQLite's code for how it went, here and further on.
    fn write(&mut self, bytes: &[u8], at: i64, below: impl FnMut(&[u8], i64) -> c_int) -> c_int {
        if at != self.end() || self.bytes.len() + bytes.len() > GATHERED_BYTES {
            let code = self.flush(below);
            if code != ffi::SQLITE_OK {
                return code;
            }
            self.at = at;
            self.bytes.reserve(GATHERED_BYTES);
        }
        self.bytes.extend_from_slice(bytes);
        self.failed.unwrap_or(ffi::SQLITE_OK)
    }

    /// Writes what was gathered.
    fn flush(&mut self, mut below: impl FnMut(&[u8], i64) -> c_int) -> c_int {
        if let Some(code) = self.failed {
            return code;
        }
        if self.bytes.is_empty() {
            return ffi::SQLITE_OK;
        }
        for piece in self.bytes.chunks(GATHERED_BYTES) {
            let code = below(piece, self.at);
            if code != ffi::SQLITE_OK {
                self.failed = Some(code);
                return code;
            }
            self.at += piece.len() as i64;
        }
        self.bytes.clear();
        ffi::SQLITE_OK
    }

    /// The same if some of it would be read.
    fn flush_for(&mut self, at: i64, length: i64, below: impl FnMut(&[u8], i64) -> c_int) -> c_int {
        if self.failed.is_none() && (self.end() <= at || at + length <= self.at) {
            return ffi::SQLITE_OK;
        }
        self.flush(below)
    }
}

/// An open log as SQLite holds it: behind it, in the same memory, lies the file of the VFS below.
#[repr(C)]
struct Log {
    base: ffi::sqlite3_file,
    /// Owned: made when the log is opened, dropped when it is closed.
    gathered: *mut Gathered,
}

/// SQLite aligns files to eight bytes, which is a divisor of this.
const BELOW_AT: usize = size_of::<Log>();
const _: () = assert!(BELOW_AT.is_multiple_of(8));

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // The first version has no shared memory and no mapping: SQLite asks a database for these, and not its log.
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

fn register() -> bool {
    // SAFETY: SQLite gives a VFS that stays as it is while the program runs, or nothing. Its copy lives as long, and asks for
    // memory for the file below behind our own. The copied methods take no notice of the VFS that they are called with, but for
    // its application data and its longest path, which are the same in both.
    unsafe {
        let below = ffi::sqlite3_vfs_find(std::ptr::null());
        if below.is_null() {
            return false;
        }
        let ours = Box::new(ffi::sqlite3_vfs {
            szOsFile: (*below).szOsFile + BELOW_AT as c_int,
            zName: NAME.as_ptr(),
            pNext: std::ptr::null_mut(),
            xOpen: Some(open),
            ..*below
        });
        ffi::sqlite3_vfs_register(Box::into_raw(ours), 0) == ffi::SQLITE_OK
    }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with memory for a file of ours, which has room for one of the VFS below, at its beginning or behind
    // our own part. A file that could not be opened has no methods, and SQLite does not close it.
    unsafe {
        let vfs = ffi::sqlite3_vfs_find(std::ptr::null());
        let Some(open) = vfs.as_ref().and_then(|vfs| vfs.xOpen) else { return ffi::SQLITE_CANTOPEN };
        if flags & ffi::SQLITE_OPEN_WAL == 0 {
            return open(vfs, name, file, flags, flags_out);
        }
        (*file).pMethods = std::ptr::null();
        let code = open(vfs, name, below(file), flags, flags_out);
        if code == ffi::SQLITE_OK {
            let gathered = Box::into_raw(Box::default());
            file.cast::<Log>().write(Log { base: ffi::sqlite3_file { pMethods: &METHODS }, gathered });
        }
        code
    }
}

/// The file of the VFS below.
///
/// # Safety
/// `file` is memory that SQLite gave for a file of ours.
unsafe fn below(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: the memory is as long as both, as `register` asked for.
    unsafe { file.byte_add(BELOW_AT) }
}

/// Calls a method of the file below; SQLite's code for a method that it lacks is given in its place.
macro_rules! call {
    ($file:expr, $method:ident, $($argument:expr),*) => {{
        // SAFETY: of the caller, as SQLite calls methods only of files that are open.
        let below = unsafe { below($file) };
        // SAFETY: the same; an open file has methods.
        match unsafe { (*(*below).pMethods).$method } {
            // SAFETY: the arguments are those that SQLite called with, or stand for such.
            Some(method) => unsafe { method(below, $($argument),*) },
            None => ffi::SQLITE_IOERR,
        }
    }};
}

/// What was gathered for an open log, and how to write to the file below it.
///
/// # Safety
/// `file` is an open log.
unsafe fn parts<'a>(file: *mut ffi::sqlite3_file) -> (&'a mut Gathered, impl FnMut(&[u8], i64) -> c_int) {
    // SAFETY: `open` put it there, and SQLite uses a file from one thread at a time.
    let gathered = unsafe { &mut *(*file.cast::<Log>()).gathered };
    let write = move |bytes: &[u8], at: i64| {
        #[cfg(test)]
        if let Some(code) = tests::told_to_fail() {
            return code;
        }
        call!(file, xWrite, bytes.as_ptr().cast(), bytes.len() as c_int, at)
    };
    (gathered, write)
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open log; nobody uses it behind this.
    let (gathered, write) = unsafe { parts(file) };
    let written = gathered.flush(write);
    // SAFETY: `open` made it so, and it is dropped here only.
    drop(unsafe { Box::from_raw(std::ptr::from_mut(gathered)) });
    let closed = call!(file, xClose,);
    if written == ffi::SQLITE_OK { closed } else { written }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: an open log.
    let (gathered, write) = unsafe { parts(file) };
    match gathered.flush_for(at, i64::from(length), write) {
        ffi::SQLITE_OK => call!(file, xRead, to, length, at),
        code => code,
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives so many bytes, which stay as they are during the call.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(length).unwrap_or(0)) };
    // SAFETY: an open log.
    let (gathered, write) = unsafe { parts(file) };
    gathered.write(bytes, at, write)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open log.
    let (gathered, write) = unsafe { parts(file) };
    match gathered.flush(write) {
        ffi::SQLITE_OK => call!(file, xTruncate, size),
        code => code,
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: an open log.
    let (gathered, write) = unsafe { parts(file) };
    match gathered.flush(write) {
        ffi::SQLITE_OK => call!(file, xSync, flags),
        code => code,
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: an open log.
    let (gathered, write) = unsafe { parts(file) };
    match gathered.flush(write) {
        ffi::SQLITE_OK => call!(file, xFileSize, size),
        code => code,
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    call!(file, xLock, kind)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    call!(file, xUnlock, kind)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, is_held: *mut c_int) -> c_int {
    call!(file, xCheckReservedLock, is_held)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, with: *mut c_void) -> c_int {
    call!(file, xFileControl, what, with)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    call!(file, xSectorSize,)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    call!(file, xDeviceCharacteristics,)
}
