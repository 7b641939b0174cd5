//! Worksheets that are kept for whoever carries them out. Nothing here acts by them.

use api::{Changed, ErrorBody, ErrorCode, Worksheet};

use super::Administration;
use crate::auth::User;
use crate::reports::failed;

const ID_LONGEST: usize = 40;
const STEPS_MOST: usize = 64;
const EDITION_MOST: u64 = 1 << 40;

impl Administration {
    /// The worksheets, changed last first. One that cannot be read is named in the log and left where it is.
    pub fn worksheets(&self) -> Result<Vec<Worksheet>, ErrorBody> {
        let kept = self.local().worksheets().map_err(|error| failed("reading the worksheets", &error))?;
        Ok(kept.iter().filter_map(|sheet| read(sheet)).collect())
    }

    /// Keeps a worksheet.
    pub fn keep_worksheet(&self, user: &User, sheet: &Worksheet) -> Result<Changed, ErrorBody> {
        check(sheet)?;
        let id = &sheet.id;
        let failed = |error| failed("keeping the worksheet", &error);
        let (before, kept) = {
            let mut local = self.local();
            let before = local.worksheet(id).map_err(failed)?.and_then(|before| read(&before));
            let text = serde_json::to_string(sheet).map_err(|error| wrong(error.to_string()))?;
            let kept = local.keep_worksheet(id, sheet.edition, sheet.changed_at, &text).map_err(failed)?;
            (before, kept)
        };
        match (before, kept) {
            (before, true) => {
                let before = before.as_ref().map(told).unwrap_or_default();
                self.record(user, None, format!("worksheet {id}"), before, told(sheet))?;
                Ok(Changed { changed: true, text: format!("worksheet {id} is kept") })
            }
            (Some(before), false) if before == *sheet => {
                Ok(Changed { changed: false, text: format!("worksheet {id} is kept already") })
            }
            (before, false) => {
                let by = before.map_or_else(String::new, |before| format!(" by {}", before.changed_by));
                let message =
                    format!("worksheet {id} was gone on with{by} meanwhile; look at it again and go on from there");
                Err(ErrorBody::new(ErrorCode::WrongState, message))
            }
        }
    }
}

fn read(kept: &str) -> Option<Worksheet> {
    let read = serde_json::from_str(kept);
    read.inspect_err(|error| tracing::warn!("a worksheet in local.db cannot be read: {error}")).ok()
}

fn wrong(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

fn check(sheet: &Worksheet) -> Result<(), ErrorBody> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if sheet.id.is_empty() || sheet.id.len() > ID_LONGEST || !sheet.id.bytes().all(fits) {
        let id = &sheet.id;
        return Err(wrong(format!("{id:?} names no worksheet: 1 to {ID_LONGEST} lower-case letters, digits and -")));
    }
    if sheet.steps.is_empty() || sheet.steps.len() > STEPS_MOST {
        return Err(wrong(format!("a worksheet has 1 to {STEPS_MOST} steps")));
    }
    if sheet.edition > EDITION_MOST {
        return Err(wrong(format!("{} is no edition that a worksheet can have come to", sheet.edition)));
    }
    Ok(())
}

/// How a worksheet stands, for the record of changes.
fn told(sheet: &Worksheet) -> String {
    if let Some(end) = &sheet.end {
        let why = if end.why.is_empty() { String::new() } else { format!(": {}", end.why) };
        return format!("{}{why}", if end.abandoned { "abandoned" } else { "done" });
    }
    let Some(now) = sheet.now() else { return "all steps done".to_owned() };
    let step = &sheet.steps[now];
    let why = if step.text.is_empty() { String::new() } else { format!(": {}", step.text) };
    format!("step {} of {} ({}) {}{why}", now + 1, sheet.steps.len(), step.step, step.state)
}
