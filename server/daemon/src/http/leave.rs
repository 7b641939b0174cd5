//! When an open stream has to end although its reader stays: the user was signed out, or may no longer what the stream shows.

use std::sync::Arc;

use api::ErrorBody;
use tokio::sync::watch;

use super::{App, May, who};

/// Watches over one stream.
pub(super) struct Leave {
    app: Arc<App>,
    may: May,
    stirred: watch::Receiver<()>,
}

impl Leave {
    pub(super) fn new(app: &Arc<App>, may: May) -> Leave {
        let mut stirred = app.sessions.stirred();
        // What changed since the request was let through counts, too.
        stirred.mark_changed();
        Leave { app: Arc::clone(app), may, stirred }
    }

    /// Waits until the stream has to end, and says why, unless the reader had better ask again: then what is permitted now
    /// decides.
    pub(super) async fn wait(&mut self) -> Option<ErrorBody> {
        loop {
            if self.stirred.changed().await.is_err() {
                // The server stops, which ends the stream anyway.
                std::future::pending::<()>().await;
            }
            match who(&self.app, &self.may.token).await {
                Err(refusal) => return Some(refusal.0),
                Ok((_, rights)) if *rights != *self.may.rights => return None,
                Ok(_) => {}
            }
        }
    }
}
