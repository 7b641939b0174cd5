//! From a profile's server to a connection.

use std::fs;

use client::{Address, Client, ClientError, Trust};

use crate::profile::ServerRef;

/// A connection to a server of a profile; nothing is sent yet.
pub(super) fn connect(server: &ServerRef) -> Result<Client, ClientError> {
    let untrusted = |why: String| ClientError::Untrusted { url: server.url.clone(), why };
    let trust = match (&server.ca_file, &server.fingerprint) {
        (Some(file), _) => {
            Trust::CaFile(fs::read(file).map_err(|error| untrusted(format!("{}: {error}", file.display())))?)
        }
        (None, Some(fingerprint)) => {
            Trust::Fingerprint(fingerprint.parse().map_err(|error| untrusted(format!("{error}")))?)
        }
        (None, None) => Trust::FirstUse,
    };
    Client::new(Address { url: server.url.clone(), trust })
}
