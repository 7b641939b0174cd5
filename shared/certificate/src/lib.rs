//! Certificates that are known by their fingerprint, and the two ends of a connection between parties who know each other so.
//!
//! A pinned certificate is compared whole; name, dates and issuer do not matter then, as with SSH host keys. The handshake's
//! signature is checked in every case: it proves that the far end holds the key, without which a fingerprint would prove
//! nothing. No file and no socket is touched here. That server, clients and switches each have a check of their own was turned
//! down: what keeps strangers out should be read once.

mod ends;
mod fingerprint;
mod pinned;
#[cfg(test)]
mod tests;

pub use ends::{Identity, IdentityError, connecting, listening};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use pinned::{Pinned, Stranger, stranger};
