//! Users: who may sign in, and the dialogs that add, change and remove them and set a password on this server.

use api::{SetUser, UserView};
use model::AcdNumber;
use report::Level;
use session::{ChangeRequest, Model, NewUser, Secret};

use super::acd_calendar;
use super::backup_draft::acds;
use super::moment_text;
use crate::view::cells::CellView;

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Its cells, in the order of the columns.
    pub cells: [CellView; 7],
    /// What the cells cannot hold: name, text.
    pub details: Vec<(&'static str, String)>,
    /// As the server told it.
    pub user: UserView,
}

fn normal(text: impl Into<String>) -> CellView {
    CellView { text: text.into(), level: Level::Normal }
}

/// Normal or administrator, as the dialog names it.
pub const TYPES: [(bool, &str); 2] = [(false, "Normal"), (true, "Administrator")];

/// The users that have the searched words in them.
pub fn rows(model: &Model, known: &[UserView], search: &str) -> Vec<UserRow> {
    let search = search.to_lowercase();
    let holds = |row: &UserRow| {
        let text = row.cells.iter().map(|cell| cell.text.to_lowercase()).collect::<Vec<_>>().join(" ");
        search.split_whitespace().all(|word| text.contains(word))
    };
    known.iter().map(|user| row(model, user)).filter(holds).collect()
}

fn row(model: &Model, user: &UserView) -> UserRow {
    let here = match user.has_password {
        true => normal("yes"),
        false => CellView { text: "no password here".to_owned(), level: Level::Warning },
    };
    let cells = [
        normal(&user.name),
        normal(&user.full_name),
        normal(if user.administrator { "administrator" } else { "normal" }),
        here,
        normal(&user.room),
        normal(&user.phone),
        normal(&user.belongings),
    ];
    let limit = |number: u16, unit: &str, none: &str| match number {
        0 => none.to_owned(),
        number => format!("{number}{unit}"),
    };
    let windows = limit(u16::from(user.max_windows), "", "as many as wanted");
    let refresh = limit(user.fastest_refresh_secs, " s", "as it happens");
    let calendar = acd_calendar(model, None);
    let mut details = vec![
        ("Works with", format!("ACD {} first; windows: {windows}; fastest refresh: {refresh}", user.login_acd)),
        ("Changed", moment_text(user.changed_at, calendar.as_ref())),
    ];
    if !user.belongings.is_empty() {
        details.push(("Owns", user.belongings.clone()));
    }
    if !user.has_password {
        let text = "There is no password on this server, so nobody can sign in here as this user: set one";
        details.push(("Sign-in", text.to_owned()));
    }
    UserRow { cells, details, user: user.clone() }
}

/// A user while it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDraft {
    /// As it is kept; absent for a new one.
    pub kept: Option<UserView>,
    /// User name, as typed.
    pub name: String,
    /// The person's name.
    pub full_name: String,
    /// Where the person sits.
    pub room: String,
    /// The person's telephone.
    pub phone: String,
    /// Whether an administrator.
    pub administrator: bool,
    /// Live reports that may be open at once, as typed; empty for as many as wanted.
    pub max_windows: String,
    /// Shortest time between two refreshes in seconds, as typed; empty for as it happens.
    pub fastest_refresh: String,
    /// The ACDs there are.
    pub acds: Vec<(AcdNumber, String)>,
    /// The ACD that the user begins with.
    pub login_acd: AcdNumber,
    /// Whether a new user may read everything.
    pub reads_everything: bool,
    /// Password of a new one on this server; empty for none yet.
    pub password: PasswordTyped,
}

/// A password that is typed twice.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PasswordTyped {
    /// The password.
    pub new: String,
    /// Once more.
    pub again: String,
}

/// Shows nothing of it.
impl std::fmt::Debug for PasswordTyped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordTyped(…)")
    }
}

impl PasswordTyped {
    /// The password, or what is wrong; `None` if nothing was typed.
    pub fn read(&self) -> Result<Option<Secret>, String> {
        match (self.new.as_str(), self.again.as_str()) {
            ("", "") => Ok(None),
            (new, again) if new == again => Ok(Some(Secret::new(new))),
            (_, "") => Err("Type the password once more".to_owned()),
            _ => Err("The two passwords differ".to_owned()),
        }
    }
}

impl UserDraft {
    /// A new one.
    pub fn new(model: &Model) -> UserDraft {
        let acds = acds(model);
        UserDraft {
            kept: None,
            name: String::new(),
            full_name: String::new(),
            room: String::new(),
            phone: String::new(),
            administrator: false,
            max_windows: String::new(),
            fastest_refresh: String::new(),
            login_acd: acds.first().map_or(AcdNumber(1), |(acd, _)| *acd),
            acds,
            reads_everything: false,
            password: PasswordTyped::default(),
        }
    }

    /// One that there is.
    pub fn of(model: &Model, user: &UserView) -> UserDraft {
        let or_none = |number: u16| if number == 0 { String::new() } else { number.to_string() };
        UserDraft {
            kept: Some(user.clone()),
            name: user.name.clone(),
            full_name: user.full_name.clone(),
            room: user.room.clone(),
            phone: user.phone.clone(),
            administrator: user.administrator,
            max_windows: or_none(u16::from(user.max_windows)),
            fastest_refresh: or_none(user.fastest_refresh_secs),
            login_acd: user.login_acd,
            ..UserDraft::new(model)
        }
    }

    /// Most live reports at once, or what is wrong.
    pub fn windows(&self) -> Result<u8, String> {
        number(&self.max_windows, 1, 12).map(|number| u8::try_from(number).unwrap_or(0))
    }

    /// Fastest refresh in seconds, or what is wrong.
    pub fn refresh(&self) -> Result<u16, String> {
        number(&self.fastest_refresh, 3, 600)
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err("The user name is needed".to_owned());
        }
        let text = |typed: &str| Some(typed.trim().to_owned());
        let user = SetUser {
            name,
            full_name: text(&self.full_name),
            room: text(&self.room),
            phone: text(&self.phone),
            administrator: Some(self.administrator),
            max_windows: Some(self.windows()?),
            fastest_refresh_secs: Some(self.refresh()?),
            login_acd: Some(self.login_acd),
        };
        let Some(kept) = &self.kept else {
            let (password, reads_everything) = (self.password.read()?, self.reads_everything);
            return Ok(ChangeRequest::AddUser(NewUser { user, password, reads_everything }));
        };
        let changed = changed(user, kept);
        if changed == (SetUser { name: kept.name.clone(), ..SetUser::default() }) {
            return Err("Nothing differs from what is kept".to_owned());
        }
        Ok(ChangeRequest::ModifyUser(changed))
    }

    /// `User ann`.
    pub fn title(&self) -> String {
        match &self.kept {
            Some(kept) => format!("User {}", kept.name),
            None => "New user".to_owned(),
        }
    }
}

/// Of all that could be set, what differs: the rest is not touched, and is not in the record of changes.
fn changed(set: SetUser, kept: &UserView) -> SetUser {
    SetUser {
        full_name: set.full_name.filter(|new| *new != kept.full_name),
        room: set.room.filter(|new| *new != kept.room),
        phone: set.phone.filter(|new| *new != kept.phone),
        administrator: set.administrator.filter(|new| *new != kept.administrator),
        max_windows: set.max_windows.filter(|new| *new != kept.max_windows),
        fastest_refresh_secs: set.fastest_refresh_secs.filter(|new| *new != kept.fastest_refresh_secs),
        login_acd: set.login_acd.filter(|new| *new != kept.login_acd),
        name: set.name,
    }
}

/// A number within limits; 0 if nothing is typed.
fn number(typed: &str, low: u16, high: u16) -> Result<u16, String> {
    match typed.trim() {
        "" | "0" => Ok(0),
        text => match text.parse() {
            Ok(number) if (low..=high).contains(&number) => Ok(number),
            _ => Err(format!("{text:?} is no whole number from {low} to {high}; leave it empty for no limit")),
        },
    }
}

/// A password that an administrator sets on this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordDraft {
    /// Whose.
    pub user: String,
    /// Whether it is one's own, which needs the present one.
    pub own: bool,
    /// The present one.
    pub old: PasswordTyped,
    /// The new one.
    pub typed: PasswordTyped,
}

impl PasswordDraft {
    /// For this user.
    pub fn new(model: &Model, user: &str) -> PasswordDraft {
        let own = model.profile.as_ref().is_some_and(|profile| profile.user == user);
        let nothing = PasswordTyped::default;
        PasswordDraft { user: user.to_owned(), own, old: nothing(), typed: nothing() }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let new = self.typed.read()?.ok_or("The new password is needed")?;
        if !self.own {
            return Ok(ChangeRequest::Password { user: Some(self.user.clone()), old: None, new });
        }
        if self.old.new.is_empty() {
            return Err("Your present password is needed".to_owned());
        }
        Ok(ChangeRequest::Password { user: None, old: Some(Secret::new(&self.old.new)), new })
    }
}

/// What becomes of what belongs to a user who is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estate {
    /// Another user gets it.
    Give,
    /// It is removed as well.
    Remove,
}

/// As the dialog names it.
pub const ESTATES: [(Estate, &str); 2] =
    [(Estate::Give, "Give it to another user"), (Estate::Remove, "Remove it as well")];

/// A user who is to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovalDraft {
    /// Whom.
    pub user: UserView,
    /// What becomes of what belongs to the user.
    pub estate: Estate,
    /// The other users.
    pub others: Vec<String>,
    /// Who gets it; empty until chosen.
    pub heir: String,
}

impl RemovalDraft {
    /// For this user.
    pub fn new(user: &UserView, all: &[UserView]) -> RemovalDraft {
        let others = all.iter().map(|other| other.name.clone()).filter(|name| *name != user.name).collect();
        RemovalDraft { user: user.clone(), estate: Estate::Give, others, heir: String::new() }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let name = self.user.name.clone();
        let (give_to, with_belongings) = match self.estate {
            _ if self.user.belongings.is_empty() => (None, false),
            Estate::Give if self.heir.is_empty() => return Err("Choose who gets what belongs to the user".to_owned()),
            Estate::Give => (Some(self.heir.clone()), false),
            Estate::Remove => (None, true),
        };
        Ok(ChangeRequest::RemoveUser { name, give_to, with_belongings })
    }
}
