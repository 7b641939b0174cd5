//! The client's requests about the maintenance error log.

use api::endpoints as at;
use api::{AcknowledgeMaintenance, Changed, MaintenanceEntry};
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The newest entries, newest first; those that were acknowledged only if so asked.
    pub async fn maintenance_log(&self, all: bool, limit: u32) -> Result<Vec<MaintenanceEntry>, ClientError> {
        let (all, limit) = (all.to_string(), limit.to_string());
        self.json(self.get(at::MAINTENANCE_LOG).query(&[("all", all), ("limit", limit)])).await
    }

    /// Acknowledges entries.
    pub async fn acknowledge_maintenance(&self, entries: &AcknowledgeMaintenance) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::MAINTENANCE_ACKNOWLEDGE, REQUEST_TIMEOUT, entries)).await
    }
}
