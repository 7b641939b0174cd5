//! What is asked of a server once: lists, names, copies.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use api::{ErrorCode, UserPermissions};
use client::{Client, ClientError};
use model::AcdNumber;

use super::{Asking, Driver};
use crate::command::Command;
use crate::copying::CopyState;
use crate::error_log::Unacknowledged;
use crate::lasting::{Asked, Lasting};
use crate::network::copy::{self, Saving};
use crate::network::exceptions;
use crate::network::happened::Happened;
use crate::network::pages::ENTRIES;
use crate::network::short;
use crate::network::sign_in::{Party, is_token_lost, token_lost};
use crate::network::task::Task;
use crate::previewing::PreviewRequest;
use crate::profile::Which;
use crate::update::Update;
use crate::view::NoticeLevel;

/// Other people change lists and names while a program is open for weeks: they are asked for again so often.
const LIST_EVERY: Duration = Duration::from_secs(300);
/// What did not come is asked for again after so long, once the server answers.
const LIST_AGAIN: Duration = Duration::from_secs(3);
/// What the user may is asked for so often. Many desktops ask, and what is taken away the server tells by itself.
const PERMITTED_EVERY: Duration = Duration::from_secs(60);
/// The same while something is refused: who has just been permitted it sits in front of the screen and waits.
const PERMITTED_AGAIN: Duration = Duration::from_secs(5);
/// Somebody should know within a minute or so that something has failed on the server.
const COUNT_EVERY: Duration = Duration::from_secs(60);

/// What the user may on the serving server, to notice when it is changed.
#[derive(Default)]
pub(super) struct Permitted {
    known: Option<UserPermissions>,
    asked_at: Option<Instant>,
    /// Something was refused since what the user may was told first, or was another.
    pub(super) refused: bool,
}

/// A copy that goes on, or has ended.
pub(super) struct Copying {
    task: Task,
    /// Nobody waits for its outcome in a dialog any more.
    dismissed: bool,
    /// What is to be done with the report.
    deed: Deed,
}

/// What is to be done with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Copied,
    Saved,
    Deleted,
}

impl Deed {
    /// As something done.
    fn word(self) -> &'static str {
        match self {
            Deed::Copied => "copied",
            Deed::Saved => "saved",
            Deed::Deleted => "deleted",
        }
    }

    /// Whether the dialog that asks for it closes when it is done, so that the outcome is read elsewhere.
    fn closes_its_dialog(self) -> bool {
        matches!(self, Deed::Saved | Deed::Deleted)
    }
}

impl Driver {
    /// Asks for lists and names again once in a while. What does not come is left as it was, without a word: the next time will do.
    pub(super) fn list_again_when_due(&mut self, now: Instant) {
        let is_due = self.listed_at.is_some_and(|at| now.saturating_duration_since(at) >= LIST_EVERY);
        let Some((which, client)) = self.serving_client().filter(|_| is_due) else { return };
        if !client.has_token() || self.views[which].problem.is_some() {
            return;
        }
        self.listed_at = Some(now);
        let acds: Vec<AcdNumber> = self.acds().into_iter().collect();
        let happened = self.happened.clone();
        let work = async move {
            if let Ok(entries) = client.reports().await {
                let _ = happened.send(Happened::Tell(Update::Library { which, entries })).await;
            }
            if let Ok(shortcuts) = client.shortcuts(None).await {
                let _ = happened.send(Happened::Tell(Update::Shortcuts { which, shortcuts })).await;
            }
            for acd in acds {
                if let Ok(dictionary) = client.dictionary(acd).await {
                    let _ = happened.send(Happened::Tell(Update::Dictionary { which, acd, dictionary })).await;
                }
            }
        };
        self.asking.insert(Asking::Again, Task::spawn(work));
    }

    /// Asks again what the user is permitted, once in a while. What does not come is left as it was.
    pub(super) fn ask_permitted_when_due(&mut self, now: Instant) {
        let every = if self.permitted.refused { PERMITTED_AGAIN } else { PERMITTED_EVERY };
        let is_due = self.permitted.asked_at.is_none_or(|at| now.saturating_duration_since(at) >= every);
        let Some((which, client)) = self.serving_client().filter(|_| is_due) else { return };
        let Some(user) = self.profile.as_ref().map(|profile| profile.user.clone()) else { return };
        if !client.has_token() || self.views[which].problem.is_some() {
            return;
        }
        self.permitted.asked_at = Some(now);
        let happened = self.happened.clone();
        let work = async move {
            if let Ok(permissions) = client.permissions(&user).await {
                let _ = happened.send(Happened::Permitted { which, permissions }).await;
            }
        };
        self.asking.insert(Asking::Permitted, Task::spawn(work));
    }

    /// What the user may is told. Where it is not what it was, all that follows from it is asked for again.
    pub(super) fn permitted(&mut self, which: Which, permissions: UserPermissions) {
        if self.serving != Some(which) {
            return;
        }
        let administrator = permissions.administrator;
        let fastest = permissions.fastest_refresh_secs;
        if self.permitted.known.as_ref().is_none_or(|known| known.fastest_refresh_secs != fastest) {
            self.tell(Update::FastestRefresh { which, secs: u32::from(fastest) });
        }
        // What was refused before the first answer may have been permitted before it, too.
        let changed = self.permitted.known.as_ref().map_or(self.permitted.refused, |known| *known != permissions);
        self.permitted.known = Some(permissions);
        if !changed {
            return;
        }
        // What still is, is refused anew.
        self.permitted.refused = false;
        if self.views[which].administrator != administrator {
            self.tell(Update::SignedIn { which, administrator });
        }
        self.feed_again();
        self.following.clear();
        self.ask_lists();
        self.ask_page();
        self.ask_detail();
    }

    /// Counts what nobody has acknowledged in the maintenance error log, again once in a while. What cannot be asked now is left
    /// as it was; who may not know it is told nothing.
    pub(super) fn count_errors_when_due(&mut self, now: Instant) {
        let is_due = self.counted_at.is_none_or(|at| now.saturating_duration_since(at) >= COUNT_EVERY);
        let Some((which, client)) = self.serving_client().filter(|_| is_due) else { return };
        if !client.has_token() || self.views[which].problem.is_some() {
            return;
        }
        self.counted_at = Some(now);
        let happened = self.happened.clone();
        let work = async move {
            let count = match client.maintenance_log(false, ENTRIES).await {
                Ok(entries) => Some(Unacknowledged::of(&entries)),
                Err(error) if !is_token_lost(&error) && error.refusal().is_some() => None,
                Err(_) => return,
            };
            let _ = happened.send(Happened::Tell(Update::Unacknowledged { which, count })).await;
        };
        self.asking.insert(Asking::ErrorLog, Task::spawn(work));
    }

    /// Follows the exceptions of each ACD that the serving server has. Who may not be told is refused there, and asks again.
    pub(super) fn follow_exceptions(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        if !client.has_token() || self.views[which].problem.is_some() {
            return;
        }
        let Some(health) = &self.views[which].health else { return };
        let acds: BTreeSet<AcdNumber> = health.acds.iter().map(|acd| acd.acd).collect();
        self.following.retain(|acd, task| task.is_running() && acds.contains(acd));
        for acd in acds {
            self.following
                .entry(acd)
                .or_insert_with(|| Task::spawn(exceptions::follow(which, client.clone(), acd, self.happened.clone())));
        }
    }

    /// The ACDs of the serving server, and those of the open reports.
    fn acds(&self) -> BTreeSet<AcdNumber> {
        let mut acds: BTreeSet<AcdNumber> = self.open_reports().map(|(_, request)| request.acd).collect();
        if let Some(health) = self.serving.and_then(|which| self.views[which].health.as_ref()) {
            acds.extend(health.acds.iter().map(|acd| acd.acd));
        }
        acds
    }

    /// A list did not come because the server did not answer: all are asked for again as soon as it does.
    pub(super) fn not_listed(&mut self, which: Which) {
        if self.serving == Some(which) {
            self.listed_at = Instant::now().checked_sub(LIST_EVERY - LIST_AGAIN);
        }
    }

    /// Asks a server that has just come into use for what its screens need.
    pub(super) fn reload(&mut self) {
        self.opening = None;
        self.permitted = Permitted::default();
        self.following.clear();
        self.ask_lists();
    }

    fn ask_lists(&mut self) {
        self.listed_at = Some(Instant::now());
        self.counted_at = None;
        self.load_library();
        self.load_shortcuts();
        self.load_menu();
        self.load_tables();
        for acd in self.acds() {
            self.load_dictionary(acd);
        }
    }

    pub(super) fn load_library(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        let happened = self.happened.clone();
        let work = async move {
            let answer = match client.reports().await {
                Err(error) if is_not_permitted(&error) => {
                    let why = short(&error);
                    Ok(Update::LibraryClosed { which, why })
                }
                answer => answer.map(|entries| Update::Library { which, entries }),
            };
            let _ = happened.send(listed(which, Asked::Library, answer)).await;
        };
        self.asking.insert(Asking::Library, Task::spawn(work));
    }

    pub(super) fn load_shortcuts(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        let happened = self.happened.clone();
        let work = async move {
            let answer = client.shortcuts(None).await.map(|shortcuts| Update::Shortcuts { which, shortcuts });
            let _ = happened.send(listed(which, Asked::Shortcuts, answer)).await;
        };
        self.asking.insert(Asking::Shortcuts, Task::spawn(work));
    }

    /// Asks for the names of tables. Without an answer they can be typed all the same: not everybody may be told.
    fn load_tables(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        let happened = self.happened.clone();
        let work = async move {
            if let Ok(tables) = client.table_names().await {
                let _ = happened.send(Happened::Tell(Update::Tables { which, tables })).await;
            }
        };
        self.asking.insert(Asking::Tables, Task::spawn(work));
    }

    pub(super) fn load_dictionary(&mut self, acd: AcdNumber) {
        let Some((which, client)) = self.serving_client() else { return };
        let happened = self.happened.clone();
        let work = async move {
            let answer = match client.dictionary(acd).await {
                Ok(dictionary) => Ok(Update::Dictionary { which, acd, dictionary }),
                // What somebody may not see is left out, here as elsewhere, and is nothing to tell at every turn.
                Err(error) if is_not_permitted(&error) => Ok(Update::AcdClosed { which, acd }),
                Err(error) => Err(error),
            };
            let _ = happened.send(listed(which, Asked::Names(acd), answer)).await;
        };
        self.asking.insert(Asking::Dictionary(acd), Task::spawn(work));
    }

    pub(super) fn load_definition(&mut self, path: String) {
        let Some((which, client)) = self.serving_client() else { return };
        let (happened, asked) = (self.happened.clone(), path.clone());
        let work = async move {
            let what = Asked::Definition(path.clone());
            let answer = client.report(&path).await;
            let answer = answer.map(|answer| Update::Definition { which, path, definition: answer.definition });
            let _ = happened.send(answered(which, what, answer)).await;
        };
        self.asking.insert(Asking::Definition(asked), Task::spawn(work));
    }

    /// Shows what a report that is being designed shows; what was asked before is not waited for any more.
    pub(super) fn preview(&mut self, request: Option<Box<PreviewRequest>>) {
        self.asking.remove(&Asking::Preview);
        self.tell(Update::Previewing(request.as_ref().map(|request| request.number)));
        let (Some(request), Some((which, client))) = (request, self.serving_client()) else { return };
        let work = copy::preview(which, client, *request, self.happened.clone());
        self.asking.insert(Asking::Preview, Task::spawn(work));
    }

    pub(super) fn serving_client(&self) -> Option<(Which, Client)> {
        let which = self.serving?;
        Some((which, self.lines.get(&which)?.client.clone()))
    }

    pub(super) fn party(&self, which: Which) -> Option<Party> {
        let line = self.lines.get(&which)?;
        Some(Party { which, client: line.client.clone(), credentials: self.credentials(which), put_out: line.put_out })
    }

    pub(super) fn copy(&mut self, command: Command) {
        if self.copying.as_ref().is_some_and(|copying| copying.task.is_running()) {
            // Ending it half way would leave open whether the server has the report.
            let text = "A copy is still under way; wait for its end".to_owned();
            return self.trouble_notice(None, text, Lasting::Copying);
        }
        let deed = match command {
            Command::SaveReport { .. } => Deed::Saved,
            Command::DeleteReport { .. } => Deed::Deleted,
            _ => Deed::Copied,
        };
        let happened = self.happened.clone();
        let serving = self.serving.and_then(|which| self.party(which));
        let (what, task) = match (command, serving) {
            (Command::CopyToFile { path, file, overwrite }, Some(from)) => {
                (format!("Copying {path}"), Task::spawn(copy::to_file(from, path, file, overwrite, happened)))
            }
            (Command::CopyFromFile { file, scope, rename, overwrite, house }, Some(to)) => {
                let saving = Saving { scope, rename, overwrite, house };
                let what = format!("Copying {}", file.display());
                (what, Task::spawn(copy::from_file(to, file, saving, happened)))
            }
            (Command::SaveReport { report, scope, overwrite, house }, Some(to)) => {
                let saving = Saving { scope, rename: None, overwrite, house };
                let what = format!("Saving {}", report.definition.name);
                (what, Task::spawn(copy::designed(to, *report, saving, happened)))
            }
            (Command::CopyToServer { path, to, scope, rename, overwrite, house }, _) => {
                let (Some(from), Some(target)) = (self.party(to.other()), self.party(to)) else {
                    let why = "The profile names one server only; add the other one first".to_owned();
                    return self.tell(Update::Copy(Some(CopyState::Failed { why })));
                };
                let saving = Saving { scope, rename, overwrite, house };
                let what = format!("Copying {path} to the {to}");
                (what, Task::spawn(copy::to_server(from, target, path, saving, happened)))
            }
            (Command::DeleteReport { path, anyway }, Some(on)) => {
                (format!("Deleting {path}"), Task::spawn(copy::delete(on, path, anyway, happened)))
            }
            _ => {
                let why = "Nobody is signed in; sign in first".to_owned();
                return self.tell(Update::Copy(Some(CopyState::Failed { why })));
            }
        };
        self.copying = Some(Copying { task, dismissed: false, deed });
        self.tell(Update::Copy(Some(CopyState::Running { what })));
    }

    /// Nobody looks at the last copy any more.
    pub(super) fn dismiss_copy(&mut self) {
        if let Some(copying) = &mut self.copying {
            copying.dismissed = true;
        }
        self.tell(Update::Copy(None));
    }

    /// A copy has ended: told where it was asked for, and where nobody waits for it there, as a notice. A dialog that is opened
    /// later must not begin with a question about something else.
    pub(super) fn copied(&mut self, state: CopyState) {
        // What was broken off by signing out has said last.
        let Some(copying) = &self.copying else { return };
        let (dismissed, deed) = (copying.dismissed, copying.deed);
        let is_told = matches!(state, CopyState::Done { .. }) && deed.closes_its_dialog();
        self.tell(Update::Copy((!dismissed).then(|| state.clone())));
        if (dismissed || is_told)
            && let Some((level, text)) = copied_text(deed, state)
        {
            self.notice(None, level, text);
        }
    }
}

/// The outcome of a copy that nobody waits for any more.
fn copied_text(deed: Deed, state: CopyState) -> Option<(NoticeLevel, String)> {
    let done = deed.word();
    Some(match state {
        CopyState::Running { .. } => return None,
        CopyState::Done { what } => (NoticeLevel::Info, what),
        CopyState::Failed { why } => (NoticeLevel::Problem, format!("The report was not {done}: {why}")),
        CopyState::Used { what, .. } => (NoticeLevel::Problem, format!("The report was not {done}: {what}")),
        CopyState::Exists { what, .. } => {
            (NoticeLevel::Problem, format!("The report was not {done}: {what}. Ask for it again to overwrite that"))
        }
        CopyState::Namesake { what, .. } => {
            let text = format!("The report was not {done}: {what}. Ask for it again under another name");
            (NoticeLevel::Problem, text)
        }
        CopyState::Needs { what, .. } => {
            let text = format!(
                "The report was not {done}: it needs calculations of the house. {what}. Ask for it again to choose what \
                 becomes of them"
            );
            (NoticeLevel::Problem, text)
        }
    })
}

fn is_not_permitted(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code == ErrorCode::NotPermitted)
}

/// The same of what is asked for again by itself: that a server does not answer is told of the server.
fn listed(which: Which, what: Asked, answer: Result<Update, ClientError>) -> Happened {
    match answer {
        Err(ClientError::Unreachable { .. }) => Happened::NotListed { which },
        answer => answered(which, what, answer),
    }
}

/// What came of a question. A server that was started anew knows our token no more: it is signed in to again, and then asked
/// again, which is nothing to tell anybody.
fn answered(which: Which, what: Asked, answer: Result<Update, ClientError>) -> Happened {
    match answer {
        Ok(update) => Happened::Tell(update),
        Err(error) if is_token_lost(&error) => token_lost(which, &error),
        Err(error) => {
            let text = format!("{} did not come: {}", what.words(), short(&error));
            let (level, lasting) = (NoticeLevel::Problem, Some(Lasting::Missing(what)));
            Happened::Tell(Update::Notice { which: Some(which), level, text, lasting, at: Instant::now() })
        }
    }
}
