//! How a feed and its links stand, for people and tests to look at.

use model::Moment;

use super::fault::LinkFault;

/// A feed at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedStatus {
    /// The switch's time reached.
    pub at: Moment,
    /// Events told since the start.
    pub events: u64,
    /// Number of the last event in the present numbering.
    pub last_seq: u64,
    /// Whether the switch's time has reached the time it should show.
    pub caught_up: bool,
    /// Its links, in the order of the settings.
    pub links: Vec<LinkStatus>,
}

/// One link at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStatus {
    /// The server, as given.
    pub address: String,
    pub state: LinkState,
    /// Number of the last event the server has on disk, in the present numbering.
    pub acknowledged: u64,
    /// Connections made so far.
    pub connections: u64,
    /// Times the server had to be told the present state.
    pub pump_ups: u64,
    /// What went wrong last; kept after it is well again.
    pub last_error: Option<String>,
    /// A fault put on the link.
    pub fault: Option<LinkFault>,
}

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// No connection; it is being tried again.
    Down,
    /// Connected, not yet welcomed.
    Connected,
    /// Events flow.
    Streaming,
}

impl FeedStatus {
    pub(super) fn new(at: Moment, servers: &[String]) -> Self {
        let links = servers.iter().cloned().map(LinkStatus::new).collect();
        FeedStatus { at, events: 0, last_seq: 0, caught_up: false, links }
    }
}

impl LinkStatus {
    pub(super) fn new(address: String) -> Self {
        LinkStatus {
            address,
            state: LinkState::Down,
            acknowledged: 0,
            connections: 0,
            pump_ups: 0,
            last_error: None,
            fault: None,
        }
    }

    pub(super) fn connected(&mut self) {
        self.state = LinkState::Connected;
        self.connections += 1;
    }

    pub(super) fn lost(&mut self, error: String) {
        self.state = LinkState::Down;
        self.last_error = Some(error);
    }

    pub(super) fn note_streaming(&mut self, streaming: bool) {
        match (self.state, streaming) {
            (LinkState::Connected, true) => self.state = LinkState::Streaming,
            (LinkState::Streaming, false) => self.state = LinkState::Connected,
            _ => {}
        }
    }
}
