//! Signing in and out, at a person's word and again after a server has forgotten us.

use std::time::{Duration, Instant};

use api::{ErrorCode, Role};
use client::{Client, ClientError};
use model::AcdNumber;

use super::{Driver, Line};
use crate::lasting::Lasting;
use crate::network::short;
use crate::network::sign_in::{self, Credentials};
use crate::network::task::Task;
use crate::profile::Which;
use crate::secret::Secret;
use crate::update::Update;
use crate::view::NoticeLevel;

/// After a refusal that may pass (too many attempts, starting up), the next attempt waits so long.
const SIGN_IN_PAUSE: Duration = Duration::from_secs(5);
/// Signing out must not hold up the end of the program.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_millis(500);

/// What is told where a server refuses the password that it took before: nobody has mistyped it.
pub(in crate::network) fn no_longer_holds(server: &str) -> String {
    format!("Your password no longer holds on {server}: it was changed there, or you are no user of it any more")
}

impl Driver {
    /// Signs in again where a server has forgotten us and answers now.
    pub(super) fn sign_in_again(&mut self, now: Instant) {
        let Some(which) = self.serving else { return };
        let Some(line) = self.lines.get(&which) else { return };
        let is_known = self.credentials(which).is_some();
        let may = is_known
            && line.signing_in.is_none()
            && !line.client.has_token()
            && !line.put_out
            && line.sign_in_not_before.is_none_or(|at| at <= now)
            && self.views[which].problem.is_none()
            && self.views[which].needs_password.is_none();
        if may {
            self.sign_in(which);
        }
    }

    /// Begins to sign in, if a password is known; asks for one if not.
    pub(super) fn sign_in(&mut self, which: Which) {
        let Some(credentials) = self.credentials(which) else {
            if self.lines.contains_key(&which) {
                self.tell(Update::NeedsPassword { which, why: format!("Sign in to the {which}") });
            }
            return;
        };
        let happened = self.happened.clone();
        if let Some(line) = self.lines.get_mut(&which) {
            line.signing_in = Some(Task::spawn(sign_in::sign_in(which, line.client.clone(), credentials, happened)));
            self.tell(Update::SigningIn { which });
        }
    }

    /// Asks the person for a password, unless one is being tried, or holds and was not enough.
    pub(super) fn ask_password(&mut self, which: Which) {
        let view = &self.views[which];
        if view.signed_in || view.signing_in || !self.lines.contains_key(&which) {
            return;
        }
        let why = view.needs_password.clone().unwrap_or_else(|| format!("Sign in to the {which}"));
        let is_known = self.credentials(which).is_some();
        if let Some(line) = self.lines.get_mut(&which).filter(|line| line.put_out && is_known) {
            // The password is right, it is the place that was wanting.
            (line.given, line.sign_in_not_before) = (true, None);
            return self.sign_in(which);
        }
        self.tell(Update::NeedsPassword { which, why });
    }

    /// The password given for this server, else the one given for the other: the two have the same users.
    pub(super) fn credentials(&self, which: Which) -> Option<Credentials> {
        let user = self.profile.as_ref()?.user.clone();
        let of = |which: Which| self.lines.get(&which).and_then(|line| line.password.clone());
        let line = self.lines.get(&which)?;
        let password = of(which).or_else(|| of(which.other()).filter(|known| line.refused.as_ref() != Some(known)))?;
        Some(Credentials { user, password })
    }

    pub(super) fn signed_in(&mut self, which: Which, result: Result<bool, ClientError>) {
        let tried = self.credentials(which).map(|credentials| credentials.password);
        if let Some(line) = self.lines.get_mut(&which) {
            line.signing_in = None;
            if result.is_ok() {
                line.accepted = tried;
            }
            line.given &= result.is_err();
            line.single_user_told &= result.is_err();
            line.put_out &= result.is_err();
        }
        match result {
            Ok(administrator) => {
                self.tell(Update::SignedIn { which, administrator });
                // Not where the other server is only asked something beside the work.
                if self.serving.is_none_or(|serving| serving == which) || self.is_moving_to(which) {
                    self.warn_of_secondary(which);
                }
                if self.is_moving_to(which) || self.serving.is_none() {
                    self.serve_from(which);
                } else if self.serving == Some(which) {
                    self.feed_again();
                    self.reload();
                    self.ask_page();
                    self.ask_detail();
                } else {
                    self.ask_page_of(which);
                }
            }
            Err(error) => self.sign_in_failed(which, &error),
        }
    }

    /// The servers do not know of each other: only who watches both can say that the primary is there.
    fn warn_of_secondary(&mut self, which: Which) {
        let acds: Vec<AcdNumber> = self.open_reports().map(|(_, request)| request.acd).collect();
        let role = |which: Which| self.views[which].health.as_ref().map(|health| health.role);
        let primary = which.other();
        let both = (role(which), role(primary)) == (Some(Role::Secondary), Some(Role::Primary));
        if both && self.views[primary].is_well(&acds, Instant::now()) {
            let text = format!(
                "{} is the secondary, and the primary {} is well: work and administration belong there",
                self.views[which].name(),
                self.views[primary].name()
            );
            self.notice(Some(which), NoticeLevel::Info, text);
        }
    }

    /// Tells once that a server lets nobody else in.
    fn tell_of_single_user(&mut self, which: Which, why: &str) {
        let Some(line) = self.lines.get_mut(&which) else { return };
        line.put_out = true;
        if !std::mem::replace(&mut line.single_user_told, true) {
            self.trouble_notice(Some(which), why.to_owned(), Lasting::SingleUser(which));
        }
    }

    pub(super) fn sign_in_failed(&mut self, which: Which, error: &ClientError) {
        let wrong_password = error.refusal().is_some_and(|body| body.code == ErrorCode::WrongPassword);
        let given = self.lines.get_mut(&which).is_some_and(|line| std::mem::take(&mut line.given));
        let tried = self.credentials(which).map(|credentials| credentials.password);
        if let Some(line) = self.lines.get_mut(&which) {
            line.sign_in_not_before = Some(Instant::now() + SIGN_IN_PAUSE);
            if wrong_password {
                (line.password, line.refused) = (None, tried);
            }
        }
        let was_accepted = |line: &Line| line.accepted.is_some() && line.accepted == line.refused;
        let why = match self.lines.get(&which) {
            Some(line) if wrong_password && was_accepted(line) => no_longer_holds(self.views[which].name()),
            _ => short(error),
        };
        if error.refusal().is_some_and(|body| body.code == ErrorCode::SingleUser) {
            self.tell_of_single_user(which, &why);
        }
        if wrong_password {
            // A move goes on once the right password is there.
            self.tell(Update::NeedsPassword { which, why });
        } else {
            if self.is_moving_to(which) {
                self.moving = None;
                let text = format!("The reports could not be moved to the {which}: {why}");
                self.trouble_notice(Some(which), text, Lasting::NotMoved(which));
            } else if given && self.serving.is_some() {
                let text = format!("Not signed in to {}: {why}", self.views[which].name());
                self.trouble_notice(Some(which), text, Lasting::SignedOut(which));
            }
            self.tell(Update::SignInFailed { which, why });
        }
    }

    /// A password was refused where it was tried beside the work: it is not tried there again, and nobody is asked for another
    /// one unless a person wants to sign in.
    pub(super) fn refused_beside(&mut self, which: Which, password: &Secret) {
        let password = password.reveal();
        if let Some(line) = self.lines.get_mut(&which) {
            line.password = line.password.take().filter(|known| *known != password);
            line.refused = Some(password.to_owned());
        }
    }

    pub(super) fn token_lost(&mut self, which: Which, single_user: Option<String>) {
        let Some(line) = self.lines.get(&which) else { return };
        line.client.forget_token();
        // Asked for once is enough: what learns of it later (other reports, lists that are asked for anew) does not bring back
        // a question that was declined. Whoever wants to sign in is asked again.
        let asked = self.views[which].needs_password.is_some();
        if let Some(why) = single_user {
            // Whoever set that mode must not find the one place taken by a program that nobody sits at.
            self.tell(Update::SignedOut { which });
            self.tell_of_single_user(which, &why);
            return self.tell(Update::SignInFailed { which, why });
        }
        if line.signing_in.is_none() && !asked {
            self.tell(Update::SignedOut { which });
            self.sign_in(which);
        }
    }

    pub(super) fn sign_out(&mut self) {
        for report in std::mem::take(&mut self.reports).into_keys() {
            self.tell(Update::Closed { report });
        }
        self.copying = None;
        self.asking.clear();
        self.following.clear();
        self.opening = None;
        self.page = None;
        self.administering = None;
        self.beside.end();
        self.guided = Default::default();
        self.moving = None;
        self.auto_switch_tried = false;
        for which in Which::BOTH {
            let Some(line) = self.lines.get_mut(&which) else { continue };
            (line.password, line.accepted) = (None, None);
            line.signing_in = None;
            line.in_use.send_replace(false);
            if line.client.has_token() {
                let client = line.client.clone();
                // On its own: it may outlive the line, and nobody waits for it.
                tokio::spawn(async move { tokio::time::timeout(SIGN_OUT_TIMEOUT, client.logout()).await });
                self.tell(Update::SignedOut { which });
            }
        }
        if self.serving.take().is_some() {
            self.tell(Update::Serving(None));
        }
    }

    pub(super) async fn quit(mut self) {
        self.reports.clear();
        let clients: Vec<Client> =
            self.lines.values().map(|line| line.client.clone()).filter(Client::has_token).collect();
        self.lines.clear();
        let leaving: Vec<_> = clients
            .into_iter()
            .map(|client| tokio::spawn(async move { tokio::time::timeout(SIGN_OUT_TIMEOUT, client.logout()).await }))
            .collect();
        for task in leaving {
            // Whatever comes of it: the token expires by itself.
            let _ = task.await;
        }
    }
}
