//! The client's requests about archiving and storage.

use api::endpoints as at;
use api::{ArchiveStatus, Changed, SetStorage, SetSummarizing, StorageView, Summarize, Summarized, SummaryDigest};
use model::{AcdNumber, Level};
use reqwest::Method;

use crate::connection::{Client, LONG_REQUEST_TIMEOUT, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// How archiving stands, of one ACD or of all.
    pub async fn archive_status(&self, acd: Option<AcdNumber>) -> Result<Vec<ArchiveStatus>, ClientError> {
        let request = self.request(Method::GET, at::ARCHIVE_STATUS, LONG_REQUEST_TIMEOUT);
        self.json(request.query(&acd.map(|acd| ("acd", acd.0)).into_iter().collect::<Vec<_>>())).await
    }

    /// One digest for each day, week or month that is summed up.
    pub async fn summaries(&self, acd: AcdNumber, level: Level) -> Result<Vec<SummaryDigest>, ClientError> {
        let request = self.request(Method::GET, at::SUMMARIES, LONG_REQUEST_TIMEOUT);
        self.json(request.query(&[("acd", acd.to_string().as_str()), ("level", level.word())])).await
    }

    /// Sums up chosen dates again.
    pub async fn summarize(&self, asked: &Summarize) -> Result<Vec<Summarized>, ClientError> {
        self.json(self.with_body(Method::POST, at::SUMMARIZE, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// How much of an ACD's history is kept, and what it takes.
    pub async fn storage(&self, acd: AcdNumber) -> Result<StorageView, ClientError> {
        self.json(self.request(Method::GET, at::STORAGE, LONG_REQUEST_TIMEOUT).query(&[("acd", acd.0)])).await
    }

    /// Changes the allocation of an element or a table of events.
    pub async fn set_storage(&self, set: &SetStorage) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::STORAGE, REQUEST_TIMEOUT, set)).await
    }

    /// Changes when an ACD's history is summed up.
    pub async fn set_summarizing(&self, set: &SetSummarizing) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::SUMMARIZING, REQUEST_TIMEOUT, set)).await
    }
}
