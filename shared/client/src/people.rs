//! The client's requests about users, what they may, and the mode of the server.

use api::endpoints as at;
use api::{
    AddUser, Changed, Mode, ModeRule, ModeView, SetMasterAcd, SetMode, SetPassword, SetPermissions, SetUser,
    UserPermissions, UserView,
};
use model::AcdNumber;
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// All users.
    pub async fn users(&self) -> Result<Vec<UserView>, ClientError> {
        self.json(self.get(at::USERS)).await
    }

    /// One user.
    pub async fn user(&self, name: &str) -> Result<UserView, ClientError> {
        self.json(self.get(at::USER).query(&[("name", name)])).await
    }

    /// Adds a user.
    pub async fn add_user(&self, add: &AddUser) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::USER, REQUEST_TIMEOUT, add)).await
    }

    /// Changes what is known of a user.
    pub async fn modify_user(&self, set: &SetUser) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::USER, REQUEST_TIMEOUT, set)).await
    }

    /// Removes a user. What belongs to the user goes to `give_to`, or with the user if `with_belongings` is set; else a
    /// user to whom something belongs is not removed.
    pub async fn remove_user(
        &self,
        name: &str,
        give_to: Option<&str>,
        with_belongings: bool,
    ) -> Result<Changed, ClientError> {
        let mut query = vec![("name", name)];
        query.extend(give_to.map(|heir| ("give_to", heir)));
        query.extend(with_belongings.then_some(("with_belongings", "true")));
        self.json(self.request(Method::DELETE, at::USER, REQUEST_TIMEOUT).query(&query)).await
    }

    /// Gives a user a password on this server.
    pub async fn set_password(&self, set: &SetPassword) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::PASSWORD, REQUEST_TIMEOUT, set)).await
    }

    /// What a user is permitted.
    pub async fn permissions(&self, name: &str) -> Result<UserPermissions, ClientError> {
        self.json(self.get(at::PERMISSIONS).query(&[("name", name)])).await
    }

    /// Changes what a user is permitted.
    pub async fn set_permissions(&self, set: &SetPermissions) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::PERMISSIONS, REQUEST_TIMEOUT, set)).await
    }

    /// Whether one or many may work on the server, and the master ACD.
    pub async fn mode(&self) -> Result<ModeView, ClientError> {
        self.json(self.get(at::MODE)).await
    }

    /// Lets one or many work on the server.
    pub async fn set_mode(&self, mode: Mode) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::MODE, REQUEST_TIMEOUT, &SetMode { mode })).await
    }

    /// What needs which state of the server and of data collection.
    pub async fn mode_rules(&self) -> Result<Vec<ModeRule>, ClientError> {
        self.json(self.get(at::MODE_RULES)).await
    }

    /// Chooses the master ACD.
    pub async fn set_master_acd(&self, acd: AcdNumber) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::MASTER_ACD, REQUEST_TIMEOUT, &SetMasterAcd { acd })).await
    }
}
