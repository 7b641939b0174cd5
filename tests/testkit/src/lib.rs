//! The simulated world around the product: two real servers, a switch, and what tests hold them against.
//!
//! [`Site`] runs two servers in this process on ports of their own; [`bank`] turns a real bank's calls into events;
//! [`oracle`] recounts an event list the slow and plain way. Nothing here is part of the product.

pub mod bank;
pub mod digests;
pub mod oracle;
mod site;

pub use site::{ADMINISTRATOR, PASSWORD, Place, Site, SiteOptions};
