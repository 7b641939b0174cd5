//! The simulated world around the product: two real servers, a switch, and what tests hold them against.
//!
//! [`Site`] runs two servers in this process on ports of their own; [`EventFeed`] is a switch that tells a given list
//! of events; [`bank`] turns a real bank's calls into such a list; [`oracle`] recounts it the slow and plain way.
//! Nothing here is part of the product, and nothing here sleeps for luck: what is waited for has a name and a limit.

pub mod ami;
pub mod bank;
mod clock;
mod collected;
pub mod digests;
mod event_feed;
mod object_server;
pub mod oracle;
mod site;
mod wait;

pub use clock::DrivenClock;
pub use collected::{Collected, collect, collect_with_phantoms};
pub use event_feed::EventFeed;
pub use object_server::{ObjectServer, StoreFault};
pub use site::{ADMINISTRATOR, PASSWORD, Place, Site, SiteOptions};
pub use wait::{LIMIT, until};
