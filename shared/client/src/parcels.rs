//! The client's requests about parcels. A volume goes from one server to the other through this program, piece by piece:
//! it is never whole in memory and never on this machine's disk.

use std::sync::Arc;
use std::time::Duration;

use api::endpoints as at;
use api::{CollectAgain, MissedEvents, MissedIn, PackParcel, Received, Started};
use futures_util::StreamExt;
use parking_lot::Mutex;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, Method};

use crate::connection::{Client, LONG_REQUEST_TIMEOUT, REQUEST_TIMEOUT};
use crate::error::ClientError;

/// A volume of some gigabytes over a slow line.
const VOLUME_TIMEOUT: Duration = Duration::from_secs(6 * 3600);

impl Client {
    /// Begins to pack intervals.
    pub async fn pack_parcel(&self, asked: &PackParcel) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::PARCEL, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// The events that the server did not get in intervals.
    pub async fn missed_events(&self, asked: &MissedIn) -> Result<Vec<MissedEvents>, ClientError> {
        self.json(self.with_body(Method::POST, at::PARCEL_MISSED, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// Begins to collect intervals again, with the events of a parcel.
    pub async fn collect_again(&self, asked: &CollectAgain) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::PARCEL_COLLECT, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// Removes a parcel from the server.
    pub async fn remove_parcel(&self, label: &str) -> Result<(), ClientError> {
        let request = self.request(Method::DELETE, at::PARCEL, REQUEST_TIMEOUT).query(&[("label", label)]);
        self.send(request).await.map(drop)
    }

    /// Carries a volume from this server to another one. `carried` is told the bytes of each piece.
    ///
    /// # Errors
    /// Of the server that failed: either may break off, or refuse.
    pub async fn carry_volume(
        &self,
        to: &Client,
        label: &str,
        volume: &str,
        carried: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<Received, ClientError> {
        let query = [("label", label), ("volume", volume)];
        let answer = self.send(self.request(Method::GET, at::PARCEL_VOLUME, VOLUME_TIMEOUT).query(&query)).await?;
        let bytes = answer.content_length();
        let broken: Arc<Mutex<Option<ClientError>>> = Arc::default();
        let (noted, url) = (Arc::clone(&broken), self.url().to_owned());
        let pieces = answer.bytes_stream().map(move |piece| match piece {
            Ok(piece) => {
                carried(piece.len() as u64);
                Ok(piece)
            }
            Err(error) => {
                let why = ClientError::from_request(&url, &error);
                *noted.lock() = Some(why);
                Err(error)
            }
        });
        let mut request = to
            .request(Method::PUT, at::PARCEL_VOLUME, VOLUME_TIMEOUT)
            .query(&[("volume", volume)])
            .body(Body::wrap_stream(pieces));
        if let Some(bytes) = bytes {
            request = request.header(CONTENT_LENGTH, bytes);
        }
        let received = to.json(request).await;
        let broken = broken.lock().take();
        broken.map_or(received, Err)
    }
}
