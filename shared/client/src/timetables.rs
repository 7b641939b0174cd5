//! The client's requests about timetables.

use api::endpoints as at;
use api::{AddTimetable, Changed, GlobalEdit, ModifyTimetable, RunTimetable, Timetable, UndoGlobalEdit};
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The timetables of an owner, or of all.
    pub async fn timetables(&self, owner: Option<&str>) -> Result<Vec<Timetable>, ClientError> {
        let query: Vec<_> = owner.map(|owner| ("owner", owner)).into_iter().collect();
        self.json(self.get(at::TIMETABLES).query(&query)).await
    }

    /// One timetable; one's own without an owner.
    pub async fn timetable(&self, owner: Option<&str>, name: &str) -> Result<Timetable, ClientError> {
        self.json(self.get(at::TIMETABLE).query(&named(owner, name))).await
    }

    /// Adds a timetable.
    pub async fn add_timetable(&self, add: &AddTimetable) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::TIMETABLE, REQUEST_TIMEOUT, add)).await
    }

    /// Changes a timetable.
    pub async fn modify_timetable(&self, modify: &ModifyTimetable) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::TIMETABLE, REQUEST_TIMEOUT, modify)).await
    }

    /// Deletes a timetable; one's own without an owner.
    pub async fn delete_timetable(&self, owner: Option<&str>, name: &str) -> Result<Changed, ClientError> {
        let request = self.request(Method::DELETE, at::TIMETABLE, REQUEST_TIMEOUT);
        self.json(request.query(&named(owner, name))).await
    }

    /// Begins a run now; the timetable tells what became of it.
    pub async fn run_timetable(&self, run: &RunTimetable) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::TIMETABLE_RUN, REQUEST_TIMEOUT, run)).await
    }

    /// Says on which servers all timetables of a user ID run.
    pub async fn edit_timetables(&self, edit: &GlobalEdit) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::TIMETABLES_EDIT, REQUEST_TIMEOUT, edit)).await
    }

    /// Undoes the last such edit.
    pub async fn undo_timetables_edit(&self, undo: &UndoGlobalEdit) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::POST, at::TIMETABLES_UNDO, REQUEST_TIMEOUT, undo)).await
    }
}

fn named<'a>(owner: Option<&'a str>, name: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut query = vec![("name", name)];
    query.extend(owner.map(|owner| ("owner", owner)));
    query
}
