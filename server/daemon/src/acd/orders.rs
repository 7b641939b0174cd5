//! What administrators ask of an ACD's thread.
//!
//! Administration that changes results enters like everything else: as an event of the one sequence, journalled before
//! it is applied. The administration tables are the truth, and are written first ([`super::files`]); should the server end between keeping a change there and
//! entering it, the next start enters it. A lock around the collector was turned down: it could hold collection up.

use model::LoginId;
use model::event::{Configuration, Skills};
use tokio::sync::{mpsc, oneshot};

use super::files::gone;

/// Orders that may wait for the ACD's thread.
const WAITING_MAX: usize = 64;

/// One thing asked of an ACD.
pub(super) enum Order {
    /// Enter a configuration into the sequence of events; answered when it is durable and applied.
    Enter(Box<Configuration>, Reply),
    /// Collect data, or no longer.
    Collect(bool, Reply),
    /// Have the switch give an agent these skills; answered when the switch has confirmed it.
    Skills(LoginId, Skills, Reply),
}

/// Where the outcome of an order goes: nothing, or why it could not be done.
pub(super) type Reply = oneshot::Sender<Result<(), String>>;

/// The giving end.
#[derive(Clone)]
pub struct Orders(mpsc::Sender<Order>);

/// The taking end, in the ACD's thread.
pub(super) type Taken = mpsc::Receiver<Order>;

impl Orders {
    pub(super) fn channel() -> (Orders, Taken) {
        let (give, take) = mpsc::channel(WAITING_MAX);
        (Orders(give), take)
    }

    /// Enters a configuration into the sequence of events. Blocks until it is in force.
    pub fn enter(&self, configuration: &Configuration) -> Result<(), String> {
        self.give(|reply| Order::Enter(Box::new(configuration.clone()), reply))
    }

    /// Turns data collection on or off. Blocks until the link has been told.
    pub fn collect(&self, on: bool) -> Result<(), String> {
        self.give(|reply| Order::Collect(on, reply))
    }

    /// Has the switch give an agent exactly these skills. Blocks until the switch has confirmed it, or has not.
    pub fn set_skills(&self, agent: LoginId, skills: Skills) -> Result<(), String> {
        self.give(|reply| Order::Skills(agent, skills, reply))
    }

    fn give(&self, order: impl FnOnce(Reply) -> Order) -> Result<(), String> {
        let (reply, outcome) = oneshot::channel();
        self.0.blocking_send(order(reply)).map_err(|_| gone())?;
        outcome.blocking_recv().map_err(|_| gone())?
    }
}
