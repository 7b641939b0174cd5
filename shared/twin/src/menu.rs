//! What one server says of its main menu additions. Files are told by their digests.

use api::{ErrorCode, MenuAddition};
use client::{Client, ClientError};

use super::{Account, Area};

impl Account {
    /// The additions that the user may open: of an administrator all, and to whom each is permitted.
    pub(super) async fn ask_for_menu(&mut self, client: &Client) -> Result<(), ClientError> {
        match client.menu().await {
            Ok(additions) => {
                additions.iter().for_each(|addition| self.fact(Area::Menu, None, &addition.name, said(addition)));
                Ok(())
            }
            // A version that has none yet: what the other server has is missing there.
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn said(addition: &MenuAddition) -> String {
    let MenuAddition { description, place, kind, address, file, users, .. } = addition;
    let opens = match file {
        Some(file) => format!("{kind} {} ({} bytes, SHA-256 {})", file.name, file.bytes, file.digest),
        None => format!("{kind} {address}"),
    };
    let described = if description.is_empty() { String::new() } else { format!(", {description}") };
    let users = if users.is_empty() { "nobody".to_owned() } else { users.join(", ") };
    format!("{opens}, place {place}{described}, for {users}")
}
