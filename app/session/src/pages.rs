//! Administration pages: what can be asked of the serving server, and what can be changed on it.
//!
//! A page holds what one server told, never a mixture: after a switch-over it is void and asked anew. Keeping it beside that
//! of the other server was turned down: most of what is administered belongs to one server, and an old answer looks like a new one.
//! Of the other server only its maintenance error log is shown: what went wrong there has to be seen from wherever one works.

use std::sync::Arc;
use std::time::Instant;

use api::{
    AcknowledgeMaintenance, AddShortcut, AddTimetable, AgentGroup, AgentSkills, ArchiveStatus, Backups, Change,
    ExceptionLog, ExceptionType, GiveShortcut, GlobalEdit, HistoryInterface, HouseCalculation, Images, Job,
    MenuAddition, Mode, ModeRule, ModeView, ModifyShortcut, ModifyTimetable, RemoveProfile, RestoreEntry, RunTimetable,
    ServerExceptions, SetAgentGroup, SetAgentSkills, SetCalculation, SetCollection, SetException, SetInterval,
    SetPermissions, SetProfile, SetStorage, SetSummarizing, SetSynonyms, SetTrace, SetUser, Shortcut, Status,
    StorageView, Summarize, SwitchHistory, Synonym, Timetable, UndoGlobalEdit, UserView,
};
use model::AcdNumber;

use crate::error_log::ErrorLogData;
use crate::menu::MenuChange;
use crate::problem::Problem;
use crate::profile::Which;
use crate::secret::Secret;

/// An administration page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// Data collection, links and storage intervals of all ACDs.
    Collection,
    /// The administered call profiles of an ACD.
    Profiles(AcdNumber),
    /// What is archived and summed up of all ACDs.
    Archiving,
    /// How much of an ACD's history is kept, and what it takes.
    Storage(AcdNumber),
    /// The rules for exceptions of an ACD, what was told by them, and the server's own troubles. It is told anew as exceptions
    /// happen.
    Exceptions(AcdNumber),
    /// The agents of an ACD who are traced.
    Traces(AcdNumber),
    /// External Call History on this server.
    HistoryInterface,
    /// The maintenance error log of the server.
    ErrorLog,
    /// That of the other server, which does not serve.
    OtherErrorLog,
    /// The newest administrative changes made on the server; administrators only.
    Changes,
    /// The timetables of all users.
    Timetables,
    /// The backups on the server's devices, and the restores that were done.
    Backups,
    /// The users; administrators only.
    Users,
    /// Whether one or many may work on the server, and what needs which.
    Mode,
    /// Names, agent groups, and the calculations of the house.
    Dictionary(AcdNumber),
    /// Skills of the agents who are logged in.
    Skills(AcdNumber),
    /// The shortcuts of all users; administrators only.
    Shortcuts,
    /// Main menu additions, as administrators see them.
    Menu,
}

impl Page {
    /// Which server tells it while this one serves.
    pub fn told_by(&self, serving: Which) -> Which {
        if *self == Page::OtherErrorLog { serving.other() } else { serving }
    }
}

/// What a server told of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageData {
    /// Of [`Page::Collection`].
    Collection(Status),
    /// Of [`Page::Profiles`].
    Profiles(Vec<api::Profile>),
    /// Of [`Page::Archiving`].
    Archiving(Vec<ArchiveStatus>),
    /// Of [`Page::Storage`].
    Storage(StorageView),
    /// Of [`Page::Exceptions`].
    Exceptions(ExceptionsData),
    /// Of [`Page::Traces`]: login IDs.
    Traces(Vec<String>),
    /// Of [`Page::HistoryInterface`].
    HistoryInterface(HistoryInterface),
    /// Of [`Page::ErrorLog`] and [`Page::OtherErrorLog`].
    ErrorLog(ErrorLogData),
    /// Of [`Page::Changes`], newest first.
    Changes(Vec<Change>),
    /// Of [`Page::Timetables`].
    Timetables(Vec<Timetable>),
    /// Of [`Page::Backups`].
    Backups(BackupsData),
    /// Of [`Page::Users`].
    Users(Vec<UserView>),
    /// Of [`Page::Mode`].
    Mode(ModeData),
    /// Of [`Page::Dictionary`].
    Dictionary(DictionaryData),
    /// Of [`Page::Skills`].
    Skills(Vec<AgentSkills>),
    /// Of [`Page::Shortcuts`], by owner and name.
    Shortcuts(Vec<Shortcut>),
    /// Of [`Page::Menu`].
    Menu(Vec<MenuAddition>),
}

/// The Dictionary of an ACD, and what of it belongs to the whole server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryData {
    /// Names that were given.
    pub synonyms: Vec<Synonym>,
    /// The agent groups.
    pub groups: Vec<AgentGroup>,
    /// Calculations and constants of the house, of all ACDs.
    pub calculations: Vec<HouseCalculation>,
}

/// Backups and restores of a server.
#[derive(Debug, Clone, PartialEq)]
pub struct BackupsData {
    /// The backups, the devices, and how backing up stands.
    pub backups: Backups,
    /// The restores on this server, newest first.
    pub restores: Vec<RestoreEntry>,
    /// Images of whole servers on the devices.
    pub images: Images,
    /// What goes on that takes its time, whoever began it: a timetable, a colleague, or this program.
    pub running: Option<Box<Job>>,
}

/// The mode of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeData {
    /// As it is.
    pub mode: ModeView,
    /// What is refused in which state.
    pub rules: Vec<ModeRule>,
}

/// Exceptions of an ACD, and of the server itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionsData {
    /// The exceptions that this server can watch.
    pub types: Vec<ExceptionType>,
    /// The rules, also those that are off.
    pub rules: Vec<api::Exception>,
    /// The last hundred, oldest first.
    pub log: ExceptionLog,
    /// What troubled the server itself since it started.
    pub troubles: ServerExceptions,
}

impl ExceptionsData {
    /// Most exceptions in the log; the server keeps as many.
    const LOG_MAX: usize = 100;

    /// Takes over what the log has had since.
    pub(crate) fn follow(&mut self, mut news: ExceptionLog) {
        let mut exceptions = std::mem::take(&mut self.log.exceptions);
        // A stream begins with the whole log, and a server that has lost its place tells everything once more.
        news.exceptions.retain(|new| exceptions.iter().all(|known| !is_same(known, new)));
        exceptions.append(&mut news.exceptions);
        exceptions.sort_by_key(|exception| exception.at);
        exceptions.drain(..exceptions.len().saturating_sub(Self::LOG_MAX));
        self.log = ExceptionLog { exceptions, ..news };
    }
}

/// Records are numbered by the kind of thing.
pub(crate) fn is_same(one: &api::LoggedException, other: &api::LoggedException) -> bool {
    (one.number, &one.of, one.at) == (other.number, &other.of, other.at)
}

/// A page as the serving server told it last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageView {
    /// What it told; kept while it does not answer.
    pub data: Option<Arc<PageData>>,
    /// When it told that.
    pub told_at: Option<Instant>,
    /// Why it does not tell, and since when.
    pub problem: Option<Problem>,
}

impl PageView {
    /// Takes over an answer. Trouble that goes on keeps the time it began.
    pub(crate) fn told(&mut self, result: Result<Arc<PageData>, String>, at: Instant) {
        match result {
            Ok(data) => *self = PageView { data: Some(data), told_at: Some(at), problem: None },
            Err(why) => {
                let since = self.problem.as_ref().map_or(at, |problem| problem.since);
                self.problem = Some(Problem { since, why });
            }
        }
    }
}

/// A change of a shortcut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShortcutChange {
    /// A new one of one's own.
    Add(AddShortcut),
    /// One of one's own that there is.
    Modify(ModifyShortcut),
    /// One goes.
    Delete {
        /// User ID of its owner; one's own without it.
        owner: Option<String>,
        /// Its name.
        name: String,
    },
    /// Another user gets a copy; administrators only.
    Give(GiveShortcut),
}

/// A change that an administrator wants made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRequest {
    /// Data collection of an ACD on or off.
    Collection(SetCollection),
    /// The storage interval of an ACD.
    Interval(SetInterval),
    /// The call profile of a split or VDN.
    Profile(SetProfile),
    /// A split or VDN has no call profile of its own any more.
    RemoveProfile(RemoveProfile),
    /// Chosen dates summed up again.
    Summarize(Summarize),
    /// How much is kept of an element or a table of events.
    Storage(SetStorage),
    /// When history is summed up.
    Summarizing(SetSummarizing),
    /// Exceptions on or off, and their limits.
    Exception(SetException),
    /// The trace of an agent on or off.
    Trace(SetTrace),
    /// External Call History on or off.
    History(SwitchHistory),
    /// A new timetable.
    AddTimetable(AddTimetable),
    /// A timetable that there is.
    ModifyTimetable(ModifyTimetable),
    /// A timetable goes.
    DeleteTimetable {
        /// User ID of its owner.
        owner: String,
        /// Its name.
        name: String,
    },
    /// A timetable runs now.
    RunTimetable(RunTimetable),
    /// Where all timetables of a user ID run, at once.
    EditTimetables(GlobalEdit),
    /// What was before the last global edit of a user ID's timetables.
    UndoTimetablesEdit(UndoGlobalEdit),
    /// A new user.
    AddUser(NewUser),
    /// What is known of a user.
    ModifyUser(SetUser),
    /// A user goes.
    RemoveUser {
        /// Whom.
        name: String,
        /// Who gets what belongs to the user.
        give_to: Option<String>,
        /// Whether it is removed as well.
        with_belongings: bool,
    },
    /// A password on the server.
    Password {
        /// Whose; absent for one's own.
        user: Option<String>,
        /// One's own present password; not needed for another's.
        old: Option<Secret>,
        /// The new one.
        new: Secret,
    },
    /// What a user is permitted.
    Permissions(SetPermissions),
    /// One or many work on the server.
    Mode(Mode),
    /// The ACD whose clock stands for what belongs to no ACD.
    MasterAcd(AcdNumber),
    /// Names given or taken away.
    Synonyms(SetSynonyms),
    /// An agent group made, changed or deleted.
    AgentGroup(SetAgentGroup),
    /// A calculation or constant made, changed or deleted.
    Calculation(SetCalculation),
    /// Entries of the maintenance error log: somebody has seen them.
    Acknowledge(AcknowledgeMaintenance),
    /// An agent's skills, changed by the switch.
    Skills(SetAgentSkills),
    /// A shortcut added, changed, given or deleted.
    Shortcut(ShortcutChange),
    /// A main menu addition made, changed or deleted.
    Menu(MenuChange),
    /// The server that timetables sync to.
    Peer(NewPeer),
    /// Timetables sync to no other server any more.
    RemovePeer,
    /// What runs is called off.
    CallOff {
        /// Number of the job.
        job: u64,
        /// What it is.
        what: String,
    },
}

/// The server that timetables of the serving one are to sync to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPeer {
    /// Its address.
    pub url: String,
    /// SHA-256 fingerprint of its certificate, hexadecimal.
    pub fingerprint: String,
    /// An administrator there.
    pub user: String,
    /// That user's password there.
    pub password: Secret,
}

/// A user who is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What is to be known of the user.
    pub user: SetUser,
    /// A password on this server; without one the user cannot sign in yet.
    pub password: Option<Secret>,
    /// Whether the user may read everything.
    pub reads_everything: bool,
}

impl ChangeRequest {
    /// The same without its passwords, to be shown and kept.
    pub(crate) fn without_secrets(mut self) -> ChangeRequest {
        match &mut self {
            ChangeRequest::Peer(peer) => peer.password = Secret::forgotten(),
            ChangeRequest::AddUser(add) => add.password = add.password.as_ref().map(|_| Secret::forgotten()),
            ChangeRequest::Password { old, new, .. } => {
                (*old, *new) = (old.as_ref().map(|_| Secret::forgotten()), Secret::forgotten());
            }
            _ => {}
        }
        self
    }
}

/// How a change stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeState {
    /// The server was asked and has not answered yet.
    Running,
    /// The server's answer.
    Done {
        /// Whether anything is other than before.
        changed: bool,
        /// Its own words: what holds now, from when, what it means for the data.
        text: String,
    },
    /// The server refused it; nothing was changed.
    Refused {
        /// Its own words.
        why: String,
    },
    /// Somebody else changed the same meanwhile, and nobody has seen that here; nothing was changed.
    Overtaken {
        /// The server's own words: what it is now.
        why: String,
    },
    /// No answer came: it may have been made or not.
    Unknown {
        /// Why there is no answer.
        why: String,
    },
}

/// The last change and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeView {
    /// Rises by one with every change, so that a screen knows which one it has waited for.
    pub number: u64,
    /// Where it was to be made.
    pub which: Which,
    /// What was wanted.
    pub change: ChangeRequest,
    /// How it stands.
    pub state: ChangeState,
}
