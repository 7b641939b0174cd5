//! The client's requests about main menu additions.

use api::endpoints as at;
use api::{Changed, MenuAddition, MenuFrame, MenuOutput, RunMenuAddition, SetMenuAddition};
use reqwest::Method;

use crate::connection::{Client, LONG_REQUEST_TIMEOUT, REQUEST_TIMEOUT};
use crate::error::ClientError;
use crate::live::Live;

impl Client {
    /// The additions that the user may open, in the order of the menu.
    pub async fn menu(&self) -> Result<Vec<MenuAddition>, ClientError> {
        self.json(self.get(at::MENU)).await
    }

    /// Adds an addition; `file` is empty if `set` names none.
    pub async fn add_menu_addition(&self, set: &SetMenuAddition, file: Vec<u8>) -> Result<Changed, ClientError> {
        self.json(self.request(Method::POST, at::MENU, LONG_REQUEST_TIMEOUT).query(set).body(file)).await
    }

    /// Changes an addition; `file` is empty if `set` names none.
    pub async fn modify_menu_addition(&self, set: &SetMenuAddition, file: Vec<u8>) -> Result<Changed, ClientError> {
        self.json(self.request(Method::PUT, at::MENU, LONG_REQUEST_TIMEOUT).query(set).body(file)).await
    }

    /// Deletes an addition.
    pub async fn delete_menu_addition(&self, name: &str, take_over: bool) -> Result<Changed, ClientError> {
        let query = [("name", name), ("take_over", if take_over { "true" } else { "false" })];
        self.json(self.request(Method::DELETE, at::MENU, REQUEST_TIMEOUT).query(&query)).await
    }

    /// The content of an addition's file.
    pub async fn menu_file(&self, name: &str) -> Result<Vec<u8>, ClientError> {
        let request = self.request(Method::GET, at::MENU_FILE, LONG_REQUEST_TIMEOUT).query(&[("name", name)]);
        let answer = self.send(request).await?;
        self.body(answer).await
    }

    /// Runs an addition's program to its end. The server ends it when this is given up.
    pub async fn run_menu_addition(&self, run: &RunMenuAddition) -> Result<MenuOutput, ClientError> {
        self.json(self.with_body(Method::POST, at::MENU_RUN, LONG_REQUEST_TIMEOUT, run)).await
    }

    /// The same, told as it goes on. The server ends the program when the stream is dropped.
    pub async fn run_menu_addition_live(&self, run: &RunMenuAddition) -> Result<Live<MenuFrame>, ClientError> {
        let answer = self.send(self.with_body(Method::POST, at::MENU_RUN_LIVE, LONG_REQUEST_TIMEOUT, run)).await?;
        Ok(Live::new(self.url().to_string(), answer, None))
    }
}
