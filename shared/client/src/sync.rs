//! The client's requests about Admin-Sync.

use api::endpoints as at;
use api::{Changed, NoteSync, PackAdministration, Peer, SetPeer, Started, SyncEntry, TakeAdministration};
use reqwest::Method;

use crate::connection::{Client, LONG_REQUEST_TIMEOUT, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// Begins to pack administration for another server.
    pub async fn pack_administration(&self, asked: &PackAdministration) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::SYNC_PACK, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// Begins to take in administration of another server, or to find out what that would do.
    pub async fn take_administration(&self, asked: &TakeAdministration) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, at::SYNC, LONG_REQUEST_TIMEOUT, asked)).await
    }

    /// The syncs that this server sent or took in, newest first.
    pub async fn syncs(&self) -> Result<Vec<SyncEntry>, ClientError> {
        self.json(self.get(at::SYNC)).await
    }

    /// Tells the server that sent it what became of a sync.
    pub async fn note_sync(&self, note: &NoteSync) -> Result<(), ClientError> {
        self.send(self.with_body(Method::PUT, at::SYNC, REQUEST_TIMEOUT, note)).await.map(drop)
    }

    /// The server that this one's timetables sync to; `None` if none was set.
    pub async fn peer(&self) -> Result<Option<Peer>, ClientError> {
        self.json(self.get(at::SYNC_PEER)).await
    }

    /// Sets the server that this one's timetables sync to. It is signed in to once, to see that all is right.
    pub async fn set_peer(&self, set: &SetPeer) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::SYNC_PEER, LONG_REQUEST_TIMEOUT, set)).await
    }

    /// Forgets the server that this one's timetables sync to.
    pub async fn remove_peer(&self) -> Result<Changed, ClientError> {
        self.json(self.request(Method::DELETE, at::SYNC_PEER, REQUEST_TIMEOUT)).await
    }
}
