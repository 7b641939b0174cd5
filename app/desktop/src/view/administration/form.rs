//! What is typed into a dialog until it is a change: one form for each dialog, told apart here alone.

use session::{ChangeRequest, Which};

use super::{
    archiving, dictionary, exceptions, global_edit, history, menu, names_import, peer, permissions, profiles, skills,
    storage, times, traces, users,
};
use crate::view::shortcuts::{GiveDraft, ShortcutDraft};

/// A form while it is filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A call profile.
    Profile(profiles::Draft),
    /// Dates to sum up again.
    Summarize(archiving::Draft),
    /// The allocation of an element or a table of events.
    Allocation(storage::Draft),
    /// When history is summed up.
    Times(times::Draft),
    /// Exceptions.
    Exception(exceptions::Draft),
    /// An agent whose number is to be typed.
    Trace(traces::Draft),
    /// External Call History on.
    History(history::Draft),
    /// A user.
    User(Box<users::UserDraft>),
    /// A password on this server.
    Password(users::PasswordDraft),
    /// What a user is permitted.
    Permissions(permissions::PermissionDraft),
    /// A user who is to be removed.
    RemoveUser(users::RemovalDraft),
    /// A name of the Dictionary.
    Name(dictionary::NameDraft),
    /// An agent group.
    Group(dictionary::GroupDraft),
    /// A calculation or constant of the house.
    Formula(dictionary::FormulaDraft),
    /// A main menu addition.
    Menu(menu::MenuDraft),
    /// An agent's skills.
    Skills(skills::SkillsDraft),
    /// A shortcut of one's own.
    Shortcut(ShortcutDraft),
    /// A copy of a shortcut for another user.
    GiveShortcut(GiveDraft),
    /// The server that timetables sync to.
    Peer(peer::PeerDraft),
    /// Names of the Dictionary from a file.
    ImportNames(names_import::ImportDraft),
    /// Where all timetables of a user ID run.
    GlobalEdit(global_edit::GlobalDraft),
}

impl Form {
    /// Whether a person has said that what somebody else wrote meanwhile may be replaced.
    pub fn is_over(&self) -> bool {
        match self {
            Form::Name(draft) => draft.over,
            Form::Group(draft) => draft.over,
            Form::Formula(draft) => draft.over,
            Form::Skills(draft) => draft.over,
            _ => false,
        }
    }

    /// Takes that down.
    pub fn set_over(&mut self, over: bool) {
        match self {
            Form::Name(draft) => draft.over = over,
            Form::Group(draft) => draft.over = over,
            Form::Formula(draft) => draft.over = over,
            Form::Skills(draft) => draft.over = over,
            _ => {}
        }
    }

    /// What the dialog is called; it stays so while the form is filled in.
    pub fn title(&self) -> String {
        match self {
            Form::Profile(draft) => draft.title(),
            Form::Summarize(_) => "Sum up again".to_owned(),
            Form::Allocation(draft) => draft.title(),
            Form::Times(draft) => format!("When the history of ACD {} is summed up", draft.acd()),
            Form::Exception(draft) => draft.title(),
            Form::Trace(_) => "Trace an agent".to_owned(),
            Form::History(_) => "Turn External Call History on".to_owned(),
            Form::User(draft) => draft.title(),
            Form::Password(draft) => format!("Password of {}", draft.user),
            Form::Permissions(draft) => format!("What {} may", draft.user),
            Form::RemoveUser(draft) => format!("Remove {}?", draft.user.name),
            Form::Name(draft) => draft.title(),
            Form::Group(draft) => draft.title(),
            Form::Formula(draft) => draft.title(),
            Form::Menu(draft) => draft.title(),
            Form::Skills(draft) => draft.title(),
            Form::Shortcut(draft) => draft.title(),
            Form::Peer(_) => "The server that timetables sync to".to_owned(),
            Form::GlobalEdit(draft) => draft.title().to_owned(),
            Form::ImportNames(draft) => format!("Names of ACD {} from a file", draft.acd),
            Form::GiveShortcut(draft) => format!("A copy of {} of {}", draft.shortcut, draft.owner),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        match self {
            Form::Profile(draft) => draft.change(),
            Form::Summarize(draft) => draft.change(),
            Form::Allocation(draft) => draft.change(),
            Form::Times(draft) => draft.change(),
            Form::Exception(draft) => draft.change(),
            Form::Trace(draft) => draft.change(),
            Form::History(draft) => draft.change(),
            Form::User(draft) => draft.change(),
            Form::Password(draft) => draft.change(),
            Form::Permissions(draft) => draft.change(),
            Form::RemoveUser(draft) => draft.change(),
            Form::Name(draft) => draft.change(),
            Form::Group(draft) => draft.change(),
            Form::Formula(draft) => draft.change(),
            Form::Menu(draft) => draft.change(),
            Form::Skills(draft) => draft.change(),
            Form::Shortcut(draft) => draft.change(),
            Form::GiveShortcut(draft) => draft.change(),
            Form::Peer(draft) => draft.change(),
            Form::GlobalEdit(draft) => draft.change(),
            Form::ImportNames(draft) => draft.change(),
        }
    }

    /// What it means for the data.
    pub fn note(&self) -> &'static str {
        match self {
            Form::Profile(_) => {
                "It holds from the beginning of the running interval on; that interval is counted anew, and no data are lost"
            }
            Form::Summarize(_) => {
                "Made again from the same rows, a summary is the same. What it is made from must still be kept; days come before \
                 their weeks and months"
            }
            Form::Allocation(_) => {
                "Where less is kept than before, what is older goes at once; later it goes as it grows older. Turn data collection on \
                 again afterwards"
            }
            Form::Times(_) => "What is summed up already stays as it is until it is summed up again",
            Form::Exception(_) => {
                "It is checked from now on; what is under way counts from its own beginning. Limits are kept while it is off"
            }
            Form::Trace(_) => "Every change of the agent's state is recorded from now on",
            Form::History(_) => "Each record is handed over once; files that the receiver cannot take yet wait here",
            Form::User(_) => {
                "It holds at once, also for reports that are open. Make the change on the other server, too"
            }
            Form::Password(_) => {
                "It holds on this server alone: passwords are never carried, and stand in no backup. Whoever is signed in with the \
                 old one is signed out"
            }
            Form::Permissions(_) => {
                "What is not permitted is absent from reports, names and logs. It holds at once, also for reports that are open; \
                 make it on the other server, too"
            }
            Form::RemoveUser(_) => "Remove the user on the other server, too",
            Form::Name(_) => {
                "Reports show it instead of the number at once; rows are kept by number, so no data change"
            }
            Form::Group(_) => "Inputs of reports take it in the place of its agents",
            Form::Formula(_) => "Every report may use it at once, on all ACDs of this server",
            Form::Menu(_) => {
                "Administrators see it at once, others when it is permitted to them: Users and permissions. Its file is kept on the \
                 server, in the backups and on the other server after a sync"
            }
            Form::Skills(_) => {
                "The switch is asked over this server's link; what it answers is told, and both servers hear of the change"
            }
            Form::Shortcut(draft) => draft.note(),
            Form::Peer(_) => {
                "It is signed in to once, to see that all is right. The password is kept on this server alone: in an image of it, and \
                 in no backup"
            }
            Form::GlobalEdit(draft) if draft.undo => {
                "It holds on this server alone, and the timetables are scheduled anew at once"
            }
            Form::GlobalEdit(_) => {
                "All of them are scheduled anew at once, also copies that lie still here. It holds on this server alone; the last global \
                 edit can be undone"
            }
            Form::ImportNames(_) => {
                "All of them are given, or none if one is wrong; names that the file does not have stay. Reports show them at once"
            }
            Form::GiveShortcut(_) => "The user has it for good; reports that the user may not see stay unseen",
        }
    }

    /// How the other server gets it, where a sync carries it. Admin-Sync goes from the primary alone, and makes the secondary as
    /// the primary is.
    pub fn carried(&self, role: Option<Which>) -> Option<&'static str> {
        match (self, role?) {
            (Form::Name(_) | Form::Group(_) | Form::Formula(_) | Form::ImportNames(_), Which::Primary) => {
                Some("The secondary gets it with the next Admin-Sync; it is not carried there by itself")
            }
            (Form::Name(_) | Form::Group(_) | Form::Formula(_) | Form::ImportNames(_), Which::Secondary) => Some(
                "It holds here alone: Admin-Sync never goes to the primary by itself. Make the same change there, too",
            ),
            _ => None,
        }
    }

    /// Whether it takes something away for good.
    pub fn takes_away(&self) -> bool {
        matches!(self, Form::Allocation(draft) if draft.loss().is_some())
    }

    /// What the button says, with the name of the server.
    pub fn button(&self, server: &str) -> String {
        match self {
            Form::Summarize(_) => format!("Sum up on {server}"),
            Form::Trace(_) | Form::History(_) => format!("Turn on at {server}"),
            Form::Password(_) => format!("Set on {server}"),
            Form::RemoveUser(_) => format!("Remove on {server}"),
            Form::Skills(_) => format!("Change by way of {server}"),
            Form::Shortcut(draft) => draft.button(server),
            Form::GiveShortcut(_) => format!("Give on {server}"),
            Form::GlobalEdit(draft) if draft.undo => format!("Undo on {server}"),
            Form::GlobalEdit(_) => format!("Edit all on {server}"),
            Form::ImportNames(_) => format!("Import on {server}"),
            _ => format!("Save on {server}"),
        }
    }
}
