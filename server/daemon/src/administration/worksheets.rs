//! Worksheets that are kept for whoever carries them out. Nothing here acts by them.

use api::{Changed, ErrorBody, ErrorCode, Worksheet, WorksheetKind, WorksheetStep};
use model::Moment;
use serde_json::Value;

use super::Administration;
use crate::auth::User;
use crate::causes::failed;

const ID_LONGEST: usize = 40;
const STEPS_MOST: usize = 64;
const EDITION_MOST: u64 = 1 << 40;

impl Administration {
    /// The worksheets, changed last first. One of another version is told as far as it can be read, and left as it is.
    pub fn worksheets(&self) -> Result<Vec<Worksheet>, ErrorBody> {
        let kept = self.local().worksheets().map_err(|error| failed("reading the worksheets", &error))?;
        Ok(kept.iter().map(|(id, sheet)| read(sheet).unwrap_or_else(|error| partly(id, sheet, &error))).collect())
    }

    /// Keeps a worksheet.
    pub fn keep_worksheet(&self, user: &User, sheet: &Worksheet) -> Result<Changed, ErrorBody> {
        check(sheet)?;
        let id = &sheet.id;
        let failed = |error| failed("keeping the worksheet", &error);
        let (before, kept) = {
            let mut local = self.local();
            let before = local.worksheet(id).map_err(failed)?.and_then(|before| read(&before).ok());
            let text = serde_json::to_string(sheet).map_err(|error| wrong(error.to_string()))?;
            let kept = local.keep_worksheet(id, sheet.edition, sheet.changed_at, &text).map_err(failed)?;
            (before, kept)
        };
        match (before, kept) {
            (before, true) => {
                let before = before.as_ref().map(told).unwrap_or_default();
                let recorded = self.record(user, None, format!("worksheet {id}"), before, told(sheet));
                Ok(recorded.told(Changed { changed: true, text: format!("worksheet {id} is kept") }))
            }
            (Some(before), false) if before == *sheet => {
                Ok(Changed { changed: false, text: format!("worksheet {id} is kept already") })
            }
            (before, false) => {
                let by = before.map_or_else(String::new, |before| format!(" by {}", before.changed_by));
                let message =
                    format!("worksheet {id} was gone on with{by} meanwhile; look at it again and go on from there");
                Err(ErrorBody::new(ErrorCode::Overtaken, message))
            }
        }
    }
}

fn read(kept: &str) -> Result<Worksheet, serde_json::Error> {
    serde_json::from_str(kept)
}

/// What can be read of a worksheet that another version wrote.
fn partly(id: &str, kept: &str, error: &serde_json::Error) -> Worksheet {
    let value: Value = serde_json::from_str(kept).unwrap_or_default();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let moment = |key: &str| Moment(value[key].as_i64().unwrap_or_default());
    let state = |step: &Value| serde_json::from_value(step["state"].clone()).unwrap_or_default();
    let step = |step: &Value| WorksheetStep {
        step: text(step, "step"),
        state: state(step),
        at: step["at"].as_i64().map(Moment),
        by: text(step, "by"),
        text: text(step, "text"),
        label: text(step, "label"),
        ..WorksheetStep::default()
    };
    Worksheet {
        id: id.to_owned(),
        kind: serde_json::from_value(value["kind"].clone()).unwrap_or(WorksheetKind::Unknown),
        by_backup: value["by_backup"].as_bool().unwrap_or_default(),
        about: text(&value, "about"),
        primary: text(&value, "primary"),
        secondary: text(&value, "secondary"),
        edition: value["edition"].as_u64().unwrap_or_default(),
        started_at: moment("started_at"),
        started_by: text(&value, "started_by"),
        changed_at: moment("changed_at"),
        changed_by: text(&value, "changed_by"),
        end: serde_json::from_value(value["end"].clone()).unwrap_or_default(),
        steps: value["steps"].as_array().into_iter().flatten().map(step).collect(),
        unreadable: Some(format!("version {} does not understand it: {error}", crate::VERSION)),
    }
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
    if sheet.unreadable.is_some() || sheet.kind == WorksheetKind::Unknown {
        let why = "it is of another version, and is kept only as that has written it: go on with it by a program of that version";
        return Err(wrong(format!("worksheet {}: {why}", sheet.id)));
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
