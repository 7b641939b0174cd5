//! The client's requests about shortcuts.

use api::endpoints as at;
use api::{AddShortcut, Changed, GiveShortcut, ModifyShortcut, Shortcut};
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The shortcuts of an owner, by name; one's own without an owner.
    pub async fn shortcuts(&self, owner: Option<&str>) -> Result<Vec<Shortcut>, ClientError> {
        let query: Vec<_> = owner.map(|owner| ("owner", owner)).into_iter().collect();
        self.json(self.get(at::SHORTCUTS).query(&query)).await
    }

    /// The shortcuts of all users, by owner and name; for administrators.
    pub async fn shortcuts_of_everybody(&self) -> Result<Vec<Shortcut>, ClientError> {
        self.json(self.get(at::SHORTCUTS).query(&[("everybody", "true")])).await
    }

    /// Adds a shortcut.
    pub async fn add_shortcut(&self, add: &AddShortcut) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::SHORTCUT, REQUEST_TIMEOUT, add)).await
    }

    /// Changes a shortcut.
    pub async fn modify_shortcut(&self, modify: &ModifyShortcut) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::SHORTCUT, REQUEST_TIMEOUT, modify)).await
    }

    /// Deletes a shortcut; one's own without an owner.
    pub async fn delete_shortcut(&self, owner: Option<&str>, name: &str) -> Result<Changed, ClientError> {
        let mut query = vec![("name", name)];
        query.extend(owner.map(|owner| ("owner", owner)));
        self.json(self.request(Method::DELETE, at::SHORTCUT, REQUEST_TIMEOUT).query(&query)).await
    }

    /// Gives a copy of a shortcut to another user.
    pub async fn give_shortcut(&self, give: &GiveShortcut) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::SHORTCUT_COPY, REQUEST_TIMEOUT, give)).await
    }
}
