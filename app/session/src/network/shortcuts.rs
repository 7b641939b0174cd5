//! How changes of shortcuts reach a server.

use api::Changed;
use client::{Client, ClientError};

use crate::pages::ShortcutChange;

pub(super) async fn make(client: &Client, change: &ShortcutChange) -> Result<Changed, ClientError> {
    match change {
        ShortcutChange::Add(add) => client.add_shortcut(add).await,
        ShortcutChange::Modify(modify) => client.modify_shortcut(modify).await,
        ShortcutChange::Delete { owner, name } => client.delete_shortcut(owner.as_deref(), name).await,
        ShortcutChange::Give(give) => client.give_shortcut(give).await,
    }
}
