//! The client's requests about images of the whole server, and the names of tables.

use api::endpoints as at;
use api::{Images, NameImage, RunImage, Started, TableName};
use reqwest::Method;

use crate::connection::{Client, LONG_REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The field's tables, and which of them the server keeps.
    pub async fn table_names(&self) -> Result<Vec<TableName>, ClientError> {
        self.json(self.get(at::BACKUP_TABLES)).await
    }

    /// The images of whole servers on all devices.
    pub async fn images(&self) -> Result<Images, ClientError> {
        self.json(self.request(Method::GET, at::IMAGES, LONG_REQUEST_TIMEOUT)).await
    }

    /// Begins an image of the whole server.
    pub async fn run_image(&self, asked: &RunImage) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::IMAGES, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// Begins to unpack an image and to compare it.
    pub async fn verify_image(&self, name: &NameImage) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::IMAGE_VERIFY, LONG_REQUEST_TIMEOUT, name)).await
    }
}
