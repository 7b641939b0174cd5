//! A task that ends when its owner lets go of it.

use std::future::Future;

use tokio::task::AbortHandle;

/// A running task. Dropping this ends it at once: nothing more comes from it.
#[derive(Debug)]
pub(super) struct Task(AbortHandle);

impl Task {
    pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Task {
        Task(tokio::spawn(work).abort_handle())
    }

    pub(super) fn is_running(&self) -> bool {
        !self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
