//! The main menu additions of the serving server, and the one that is opened.

use super::{Asking, Driver};
use crate::menu::{MenuRequest, MenuStage, MenuView};
use crate::network::happened::Happened;
use crate::network::menu;
use crate::network::task::Task;
use crate::update::Update;

impl Driver {
    /// Asks which additions there are. Without an answer what is known stays: the menu is not what anybody works with.
    pub(super) fn load_menu(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        let happened = self.happened.clone();
        let work = async move {
            if let Ok(additions) = menu::list(&client).await {
                let _ = happened.send(Happened::Tell(Update::Menu { which, additions })).await;
            }
        };
        self.asking.insert(Asking::Menu, Task::spawn(work));
    }

    /// Opens an addition, or closes what is opened: a program that runs is then ended by its server.
    pub(super) fn open_menu(&mut self, request: Option<MenuRequest>) {
        self.opening = None;
        let (Some((which, client)), Some(request)) = (self.serving_client(), request) else {
            return self.tell(Update::MenuOpened(None));
        };
        let view = MenuView { which, request, stage: MenuStage::Asking };
        let work = menu::open(client, view.clone(), self.happened.clone());
        self.opening = Some((view.request.clone(), Task::spawn(work)));
        self.tell(Update::MenuOpened(Some(view)));
    }

    /// A program says something. Nobody reads what one says that was closed meanwhile.
    pub(super) fn menu_said(&mut self, request: &MenuRequest, text: String) {
        if self.opening.as_ref().is_some_and(|(open, _)| open == request) {
            self.tell(Update::MenuSaid(text));
        }
    }

    /// What was opened has come. Nobody waits for what was closed meanwhile.
    pub(super) fn menu_opened(&mut self, view: MenuView) {
        if self.opening.as_ref().is_some_and(|(request, _)| *request == view.request) {
            self.opening = None;
            self.tell(Update::MenuOpened(Some(view)));
        }
    }
}
