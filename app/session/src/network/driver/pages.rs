//! The administration page that is shown, and changes made from it.

use std::time::{Duration, Instant};

use super::Driver;
use crate::lasting::Lasting;
use crate::network::pages;
use crate::network::task::Task;
use crate::pages::{ChangeRequest, ChangeState, ChangeView, Page};
use crate::profile::Which;
use crate::update::Update;
use crate::view::NoticeLevel;

/// How often a page that is shown is asked for. It is administration, not a live report.
const ASK_EVERY: Duration = Duration::from_secs(5);
/// The same for the backups, for which the server looks through its devices, and for the maintenance error log, which is long.
const ASK_SELDOM_EVERY: Duration = Duration::from_secs(15);

/// The page that is shown.
pub(super) struct Shown {
    page: Page,
    asked_at: Option<Instant>,
    asking: Option<Task>,
}

impl Driver {
    /// Shows another page, or none.
    pub(super) fn show_page(&mut self, page: Option<Page>) {
        self.page = page.map(|page| Shown { page, asked_at: None, asking: None });
        self.ask_page();
    }

    /// Whether this page is shown.
    pub(super) fn shows(&self, page: &Page) -> bool {
        self.page.as_ref().is_some_and(|shown| shown.page == *page)
    }

    /// Asks for the page that is shown; an earlier question is given up.
    pub(super) fn ask_page(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        if self.page.as_ref().is_some_and(|shown| shown.page.told_by(which) != which) {
            return self.ask_other(which.other());
        }
        let happened = self.happened.clone();
        let Some(shown) = &mut self.page else { return };
        shown.asked_at = Some(Instant::now());
        // Without a token the server is being signed in to, and is asked after that.
        if client.has_token() {
            shown.asking = Some(Task::spawn(pages::load(which, client, shown.page.clone(), happened)));
        }
    }

    /// Asks the server that does not serve for the page that is shown. One that does not answer is asked once it does.
    fn ask_other(&mut self, which: Which) {
        let (party, is_there) = (self.party(which), self.views[which].problem.is_none());
        let happened = self.happened.clone();
        let Some(shown) = &mut self.page else { return };
        shown.asked_at = Some(Instant::now());
        if let Some(party) = party.filter(|_| is_there) {
            shown.asking = Some(Task::spawn(pages::load_beside(party, shown.page.clone(), happened)));
        }
    }

    /// Whether asking would only ask the person for a password once more.
    fn page_needs_password(&self) -> bool {
        let which = self.serving.zip(self.page.as_ref()).map(|(serving, shown)| shown.page.told_by(serving));
        let line = which.filter(|which| Some(*which) != self.serving).and_then(|which| self.lines.get(&which));
        line.is_some_and(|line| !line.client.has_token())
            && which.is_some_and(|which| self.credentials(which).is_none())
    }

    /// A server that does not serve has let the user in: what waited for that is asked.
    pub(super) fn ask_page_of(&mut self, which: Which) {
        let serving = self.serving.filter(|serving| *serving != which);
        if serving.is_some_and(|serving| self.page.as_ref().is_some_and(|shown| shown.page.told_by(serving) == which)) {
            self.ask_page();
        }
    }

    /// Asks again once the last answer has become old.
    pub(super) fn ask_page_when_due(&mut self, now: Instant) {
        let due = self.page.as_ref().is_some_and(|shown| {
            let is_asking = shown.asking.as_ref().is_some_and(Task::is_running);
            let is_seldom = matches!(shown.page, Page::Backups | Page::ErrorLog | Page::OtherErrorLog);
            let every = if is_seldom { ASK_SELDOM_EVERY } else { ASK_EVERY };
            !is_asking && shown.asked_at.is_none_or(|at| now.saturating_duration_since(at) >= every)
        });
        if due && !self.page_needs_password() {
            self.ask_page();
            self.ask_permissions();
        }
    }

    /// Makes a change on the server that the person looked at.
    pub(super) fn administer(&mut self, which: Which, change: ChangeRequest) {
        if self.administering.as_ref().is_some_and(Task::is_running) {
            // Ending that one would leave open whether it was made.
            let text = "Another change is still under way; wait for its end".to_owned();
            return self.trouble_notice(Some(which), text, Lasting::Changing);
        }
        let refused = |why: String| ChangeState::Refused { why };
        self.changes_told += 1;
        let client = match self.serving_client() {
            Some((serving, client)) if serving == which => client,
            // The other server's log is shown as well.
            Some(_) if matches!(change, ChangeRequest::Acknowledge(_)) && self.lines.contains_key(&which) => {
                self.lines[&which].client.clone()
            }
            Some((serving, _)) => {
                let why = format!(
                    "the reports have moved to {} meanwhile; look at its page and change it there",
                    self.views[serving].name()
                );
                return self.tell_change(which, change, refused(why));
            }
            None => return self.tell_change(which, change, refused("nobody is signed in; sign in first".to_owned())),
        };
        let work = pages::administer(which, client, change.clone(), self.happened.clone());
        self.administering = Some(Task::spawn(work));
        self.tell_change(which, change, ChangeState::Running);
    }

    /// A change has been answered: what is shown may have changed with it.
    pub(super) fn administered(&mut self, which: Which, change: ChangeRequest, state: ChangeState) {
        // Nobody waits for the outcome of a change made before signing out.
        if self.administering.take().is_none() {
            return;
        }
        if let ChangeState::Done { text, .. } = &state {
            self.remember_password(which, &change);
            // Whoever changes the own password need not look at any page.
            if self.page.is_none() {
                self.notice(Some(which), NoticeLevel::Info, text.clone());
            }
        }
        if matches!(change, ChangeRequest::Shortcut(_)) {
            self.load_shortcuts();
        }
        self.tell_change(which, change, state);
        self.load_menu();
        self.ask_page();
        self.ask_detail();
    }

    /// One's own password was changed on one server. The other one still has the old one.
    fn remember_password(&mut self, which: Which, change: &ChangeRequest) {
        let ChangeRequest::Password { user, new, .. } = change else { return };
        let own = self.profile.as_ref().map(|profile| &profile.user);
        if user.as_ref().is_some_and(|user| Some(user) != own) {
            return;
        }
        let known = self.credentials(which.other()).map(|credentials| credentials.password);
        for (of, password) in [(which.other(), known), (which, Some(new.reveal().to_owned()))] {
            if let Some(line) = self.lines.get_mut(&of) {
                line.password = password;
            }
        }
    }

    fn tell_change(&mut self, which: Which, change: ChangeRequest, state: ChangeState) {
        let (number, change) = (self.changes_told, change.without_secrets());
        self.tell(Update::Administered(Some(ChangeView { number, which, change, state })));
    }
}
