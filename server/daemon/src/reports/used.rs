//! What would miss a designer report: timetables and shortcuts name reports by path or name, as they were typed, so nothing in
//! the database ties them together.

use api::{ErrorBody, ErrorCode, ReportEntry, Scope, TypedRequest};
use model::Work;

use super::Reports;
use crate::auth::User;
use crate::causes::failed;

/// As many are named; more are counted.
const NAMED_MOST: usize = 8;

impl Reports {
    /// Refuses to take away a report that timetables or shortcuts use.
    ///
    /// # Errors
    /// Names them, and what to do.
    pub(super) fn check_unused(&self, user: &User, entry: &ReportEntry) -> Result<(), ErrorBody> {
        let mut used = self.used_by(user, entry)?;
        if used.is_empty() {
            return Ok(());
        }
        let more = used.len().saturating_sub(NAMED_MOST);
        used.truncate(NAMED_MOST);
        if more > 0 {
            used.push(format!("{more} more"));
        }
        let message = format!(
            "{:?} is used by {}, which would not find it any more: change those first, or delete it all the same with \
             `cms report delete {:?} --yes`",
            entry.path,
            used.join(", "),
            entry.path
        );
        Err(ErrorBody { used_by: used, ..ErrorBody::new(ErrorCode::InUse, message) })
    }

    /// Timetables and shortcuts that mean this report, in words. Whose shortcut another one is, is told; what it is called only
    /// to an administrator.
    fn used_by(&self, user: &User, entry: &ReportEntry) -> Result<Vec<String>, ErrorBody> {
        let timetables = self.lock().timetables().map_err(|error| failed("reading the timetables", &error))?;
        let shortcuts = self.lock().shortcuts(None).map_err(|error| failed("reading the shortcuts", &error))?;
        let mut used = Vec::new();
        for timetable in timetables.timetables.iter().map(|known| &known.timetable) {
            let paths = timetable.tasks.iter().filter_map(|task| match &task.work {
                Work::Report { path, .. } | Work::Print { path, .. } => Some(path.as_str()),
                _ => None,
            });
            if self.any_means(&timetable.key.owner, paths, user, entry) {
                used.push(timetable.key.to_string());
            }
        }
        for shortcut in &shortcuts {
            let typed = shortcut.steps.iter().filter_map(|step| step.parse().ok());
            let paths: Vec<String> = typed.map(|step: TypedRequest| step.path).collect();
            if self.any_means(&shortcut.owner, paths.iter().map(String::as_str), user, entry) {
                let is_shown = user.administrator || shortcut.owner == user.name;
                used.push(match is_shown {
                    true => format!("shortcut {:?} of {}", shortcut.name, shortcut.owner),
                    false => format!("a shortcut of {}", shortcut.owner),
                });
            }
        }
        Ok(used)
    }

    /// Whether one of these paths is this report of `user`'s to whom they belong.
    fn any_means<'a>(
        &self,
        owner: &str,
        mut paths: impl Iterator<Item = &'a str>,
        user: &User,
        entry: &ReportEntry,
    ) -> bool {
        if entry.scope == Scope::Personal && owner != user.name {
            return false;
        }
        let owner = User { name: owner.to_owned(), administrator: false };
        paths.any(|path| {
            self.find(&owner, path).is_ok_and(|(found, _)| found.scope == entry.scope && found.path == entry.path)
        })
    }
}
