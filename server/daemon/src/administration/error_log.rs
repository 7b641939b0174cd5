//! Acknowledging what the maintenance error log tells.

use api::{AcknowledgeMaintenance, Changed, ErrorBody};

use super::{Administration, Recorded};
use crate::auth::User;
use crate::causes::failed;

impl Administration {
    /// Acknowledges entries in a user's name.
    pub fn acknowledge(&self, user: &User, asked: &AcknowledgeMaintenance) -> Result<Changed, ErrorBody> {
        let count = self.local().acknowledge_maintenance(asked.ids.as_deref(), self.now(), &user.name);
        let count = count.map_err(|error| failed("acknowledging the entries", &error))?;
        let mut text = match count {
            0 => "there was nothing to acknowledge".to_owned(),
            1 => "one entry is acknowledged".to_owned(),
            many => format!("{many} entries are acknowledged"),
        };
        let others = asked.ids.as_ref().map_or(0, |ids| ids.len().saturating_sub(count));
        if others > 0 && count > 0 {
            text.push_str(&format!("; {others} of those named are not there, or were acknowledged before"));
        }
        let recorded = match count {
            0 => Recorded::default(),
            _ => self.record(user, None, "maintenance error log", "", text.as_str()),
        };
        Ok(recorded.told(Changed { changed: count > 0, text }))
    }
}
