//! When an open stream has to end although its reader stays: the user was signed out, or may no longer see what the stream shows.

use std::sync::Arc;

use api::ErrorBody;
use tokio::sync::watch;

use super::{May, who};
use crate::app::App;

/// Watches over one stream.
pub(super) struct Leave {
    app: Arc<App>,
    may: May,
    stirred: watch::Receiver<()>,
    /// Something was stirred and has not been looked at to the end. A frame that comes meanwhile drops the look; without this
    /// what was stirred would be forgotten with it.
    to_look: bool,
}

impl Leave {
    pub(super) fn new(app: &Arc<App>, may: May) -> Leave {
        // What changed since the request was let through counts, too.
        Leave { app: Arc::clone(app), may, stirred: app.sessions.stirred(), to_look: true }
    }

    /// Waits until the stream has to end, and says why, unless the reader had better ask again: then what is permitted now
    /// decides. Dropping it at any moment loses nothing.
    pub(super) async fn wait(&mut self) -> Option<ErrorBody> {
        loop {
            if !self.to_look && self.stirred.changed().await.is_err() {
                // The server stops, which ends the stream anyway.
                std::future::pending::<()>().await;
            }
            self.to_look = true;
            match who(&self.app, &self.may.token).await {
                Err(refusal) => return Some(refusal.0),
                Ok((_, rights)) if *rights != *self.may.rights => return None,
                Ok(_) => self.to_look = false,
            }
        }
    }
}
