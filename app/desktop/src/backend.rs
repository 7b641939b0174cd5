//! The other end of the screens: where commands go and the model's changes come from.

use std::time::Duration;

use session::{Command, Model, Session};

/// What the application needs of a session. Tests put a canned one in its place.
pub trait Backend {
    /// Hands a command over; never waits.
    fn send(&mut self, command: Command);
    /// Applies waiting changes for at most about `limit`; returns whether there are more.
    fn drain(&mut self, model: &mut Model, limit: Duration) -> bool;
}

impl Backend for Session {
    fn send(&mut self, command: Command) {
        Session::send(self, command);
    }

    fn drain(&mut self, model: &mut Model, limit: Duration) -> bool {
        Session::drain(self, model, limit)
    }
}
