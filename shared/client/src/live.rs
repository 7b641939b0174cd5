//! A live report: one request whose answer keeps coming.

use std::marker::PhantomData;

use api::Frame;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::AcdNumber;
use report::Inputs;
use serde::de::DeserializeOwned;

use crate::error::ClientError;
use crate::event_stream::EventStream;

/// A frame may not be larger: room for a sheet of some hundred thousand rows.
const FRAME_MAX_BYTES: usize = 128 * 1024 * 1024;

/// What is to be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRequest {
    /// Path or name of the report.
    pub path: String,
    /// The ACD.
    pub acd: AcdNumber,
    /// Inputs as typed, by name.
    pub inputs: Inputs,
    /// Seconds between frames, 1 to 600; 0 for as it happens, at most five a second.
    pub refresh_secs: u32,
}

/// The coming frames. Dropping it closes the connection.
pub struct Live<F = Frame> {
    url: String,
    chunks: BoxStream<'static, reqwest::Result<Bytes>>,
    events: EventStream,
    last_event_id: Option<String>,
    frames: PhantomData<fn() -> F>,
}

impl<F: DeserializeOwned> Live<F> {
    pub(crate) fn new(url: String, answer: reqwest::Response, last_event_id: Option<String>) -> Self {
        let events = EventStream::new(FRAME_MAX_BYTES);
        Live { url, chunks: answer.bytes_stream().boxed(), events, last_event_id, frames: PhantomData }
    }

    /// The next frame; `None` when the server has ended the stream in good order. It waits as long as it
    /// takes: how long without a frame is too long, the caller decides.
    pub async fn next_frame(&mut self) -> Result<Option<F>, ClientError> {
        loop {
            if let Some(event) = self.events.next_event() {
                let frame = serde_json::from_slice(&event.data)
                    .map_err(|error| ClientError::Garbled { url: self.url.clone(), why: format!("frame: {error}") })?;
                self.last_event_id = event.id;
                return Ok(Some(frame));
            }
            match self.chunks.next().await {
                None => return Ok(None),
                Some(Ok(chunk)) => self
                    .events
                    .push(&chunk)
                    .map_err(|error| ClientError::Garbled { url: self.url.clone(), why: error.to_string() })?,
                Some(Err(error)) => return Err(ClientError::from_request(&self.url, &error)),
            }
        }
    }

    /// Where to resume: the ID of the last frame taken.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }
}
