//! The client's requests about worksheets.

use api::endpoints as at;
use api::{Changed, Worksheet};
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The worksheets that the server keeps, changed last first.
    pub async fn worksheets(&self) -> Result<Vec<Worksheet>, ClientError> {
        self.json(self.get(at::WORKSHEETS)).await
    }

    /// Has the server keep a worksheet.
    pub async fn keep_worksheet(&self, sheet: &Worksheet) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::WORKSHEETS, REQUEST_TIMEOUT, sheet)).await
    }
}
