//! The client's requests that administer an ACD.

use api::endpoints as at;
use api::{Change, Changed, Profile, RemoveProfile, SetCollection, SetInterval, SetProfile};
use model::AcdNumber;
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The administered call profiles.
    pub async fn profiles(&self, acd: AcdNumber) -> Result<Vec<Profile>, ClientError> {
        self.json(self.get(at::PROFILES).query(&[("acd", acd.0)])).await
    }

    /// Gives a split or VDN its call profile.
    pub async fn set_profile(&self, set: &SetProfile) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::PROFILE, REQUEST_TIMEOUT, set)).await
    }

    /// Removes the call profile of a split or VDN.
    pub async fn remove_profile(&self, remove: &RemoveProfile) -> Result<Changed, ClientError> {
        self.json(self.request(Method::DELETE, at::PROFILE, REQUEST_TIMEOUT).query(remove)).await
    }

    /// Turns data collection on or off.
    pub async fn set_collection(&self, set: &SetCollection) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::COLLECTION, REQUEST_TIMEOUT, set)).await
    }

    /// Sets the storage interval.
    pub async fn set_interval(&self, set: &SetInterval) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::INTERVAL, REQUEST_TIMEOUT, set)).await
    }

    /// The administrative changes made on this server, newest first.
    pub async fn changes(&self, limit: u32) -> Result<Vec<Change>, ClientError> {
        self.json(self.get(at::CHANGES).query(&[("limit", limit)])).await
    }
}
