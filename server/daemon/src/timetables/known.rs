//! The timetables as they were read last: they are looked at each second, and change once a month.
//!
//! Whether they still stand so is asked of their file and not of those who change it: additions, global edits, restores and syncs
//! come by different ways, and one that forgot to tell would leave a timetable that does not run.

use std::sync::Arc;

use store::{KeptTimetables, Revision, SystemStore};

/// What was read, and of which state of the file.
#[derive(Debug, Default)]
pub(crate) struct Known(Option<(Revision, Arc<KeptTimetables>)>);

impl Known {
    /// All timetables, without their tasks. They are read where their file has changed since the last time.
    pub(crate) fn heads(&mut self, system: &SystemStore) -> store::Result<Arc<KeptTimetables>> {
        let revision = system.revision()?;
        if let Some((_, heads)) = self.0.as_ref().filter(|(read, _)| *read == revision) {
            return Ok(Arc::clone(heads));
        }
        let heads = Arc::new(system.timetable_heads()?);
        self.0 = Some((revision, Arc::clone(&heads)));
        Ok(heads)
    }
}
