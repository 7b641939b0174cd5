//! The remote control of a running feed.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::fault::{Change, LinkFault};
use super::status::FeedStatus;
use crate::truth::Truth;

#[derive(Debug)]
pub(super) enum Command {
    Change(Change),
    Truth(oneshot::Sender<Truth>),
    Stop,
}

/// Puts faults on links, looks at them and ends the feed. Links are numbered from 0. Cheap to clone; once the feed
/// has ended, orders do nothing.
#[derive(Debug, Clone)]
pub struct LinkControl {
    commands: mpsc::UnboundedSender<Command>,
    status: watch::Receiver<FeedStatus>,
}

impl LinkControl {
    pub(super) fn new(commands: mpsc::UnboundedSender<Command>, status: watch::Receiver<FeedStatus>) -> Self {
        LinkControl { commands, status }
    }

    fn send(&self, command: Command) {
        // A feed that has ended has no links to change.
        let _ = self.commands.send(command);
    }

    /// Puts a fault on a link; it takes the place of one that is there.
    pub fn begin(&self, link: usize, fault: LinkFault) {
        self.send(Command::Change(Change::Begin(link, fault)));
    }

    /// Closes the connection and makes no other until [`Self::resume`].
    pub fn cut(&self, link: usize) {
        self.begin(link, LinkFault::Cut);
    }

    /// Keeps the connection but neither sends nor reads.
    pub fn stall(&self, link: usize) {
        self.begin(link, LinkFault::Stall);
    }

    /// Sends everything so much later.
    pub fn late(&self, link: usize, delay: Duration) {
        self.begin(link, LinkFault::Late(delay));
    }

    /// Sends the last `events` events once more.
    pub fn duplicate(&self, link: usize, events: usize) {
        self.begin(link, LinkFault::Duplicate(events));
    }

    /// Restarts the switch's numbering. It is common to all links, so all of them begin anew; calls go on.
    pub fn restart(&self) {
        self.begin(0, LinkFault::Restart);
    }

    /// Ends a cut, stall or delay.
    pub fn resume(&self, link: usize) {
        self.send(Command::Change(Change::End(link)));
    }

    /// Ends the feed once what is told has been acknowledged.
    pub fn stop(&self) {
        self.send(Command::Stop);
    }

    /// What has happened up to now; `None` once the feed has ended.
    pub async fn truth(&self) -> Option<Truth> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Truth(reply));
        answer.await.ok()
    }

    /// How everything stands now.
    pub fn status(&self) -> FeedStatus {
        self.status.borrow().clone()
    }

    /// Waits until the status satisfies `wanted`; `None` if the feed ends before.
    pub async fn wait_for(&mut self, wanted: impl FnMut(&FeedStatus) -> bool) -> Option<FeedStatus> {
        self.status.wait_for(wanted).await.ok().map(|status| status.clone())
    }
}
