//! The External Call History interface: call records leave as files for another program.
//!
//! Each ACD has a [`Recorder`]. Its first thread writes records into the spool folder and closes files; its second hands
//! closed files to the receiver, a folder or an SFTP server. They are two, because a receiver that hangs must not hold up
//! writing: a checkpoint of the collector waits until every record before it is on disk here. What is written, closed and
//! handed over stands in the spool's state file, and each step is so ordered that a kill behind any of them loses nothing and
//! repeats nothing (`spool`, `hand_over`).
//!
//! Whether the interface is on belongs to this server alone (`local.db`) and is carried nowhere: two servers that both send
//! would send everything twice. Reading the archive's `call_rec` instead of the collector's effects was turned down: that
//! table is circular, and a receiver that is away for long would find its records overwritten.

mod disk;
mod growing;
mod hand_over;
mod receiver;
mod recorder;
mod sftp;
mod spool;
mod state;

pub use disk::{Disk, RealDisk};
pub use hand_over::{HandOver, hand_over, part_of};
pub use receiver::{BreakOff, FolderReceiver, Receiver, open_receiver, readiness};
pub use recorder::{Archive, Opener, Recorder};
pub use spool::{BUFFER_SEGMENTS, Front, Spool, SpoolOptions, SpoolReport};
pub use state::{Handed, Place};
