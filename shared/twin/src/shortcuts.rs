//! What one server says of shortcuts.

use api::ErrorCode;
use client::{Client, ClientError};

use super::{Account, Area};

impl Account {
    /// Shortcuts of all users; of whoever is no administrator, the own ones.
    pub(super) async fn ask_for_shortcuts(&mut self, client: &Client) -> Result<(), ClientError> {
        let shortcuts = match client.shortcuts_of_everybody().await {
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotPermitted => {
                client.shortcuts(None).await?
            }
            told => told?,
        };
        for shortcut in shortcuts {
            let thing = format!("{} of {}", shortcut.name, shortcut.owner);
            let arranged = shortcut.arrangement.as_ref().map(|text| format!("; arranged: {text}"));
            self.fact(Area::Shortcuts, None, &thing, shortcut.typed().join("; ") + &arranged.unwrap_or_default());
        }
        Ok(())
    }
}
