//! Administration of users and passwords.

use std::net::IpAddr;

use api::{AddUser, Changed, ErrorBody, ErrorCode, SetPassword, SetUser, UserView};
use model::{AcdAccess, AcdNumber};
use store::{Belongings, StoreError, User as Known};

use super::{Administration, running, unavailable};
use crate::auth::ADMINISTRATOR;
use crate::auth::{self, Sessions, User};
use crate::causes::failed;
use crate::reports::Reports;

/// What becomes of what belongs to a user who is removed.
pub enum Estate<'a> {
    /// Nothing may belong to the user.
    None,
    /// Another user gets it.
    GiveTo(&'a str),
    /// It is removed as well.
    Remove,
}

impl Administration {
    /// All users.
    pub fn users(&self, reports: &Reports) -> Result<Vec<UserView>, ErrorBody> {
        let known = reports.lock().users().map_err(|error| failed("reading the users", &error))?;
        known.into_iter().map(|user| self.view(reports, user)).collect()
    }

    /// One user.
    pub fn user(&self, reports: &Reports, name: &str) -> Result<UserView, ErrorBody> {
        self.view(reports, find(reports, name)?)
    }

    fn view(&self, reports: &Reports, user: Known) -> Result<UserView, ErrorBody> {
        let doing = |error| failed("reading the user", &error);
        let has_password = self.local().password(&user.name).map_err(doing)?.is_some();
        let belongings = reports.lock().belongings(&user.name).map_err(doing)?.text();
        Ok(UserView {
            name: user.name,
            full_name: user.full_name,
            room: user.room,
            phone: user.phone,
            administrator: user.administrator,
            reads_everything: user.reads_everything,
            max_windows: user.max_windows,
            fastest_refresh_secs: user.fastest_refresh_secs,
            login_acd: user.login_acd,
            has_password,
            belongings,
            changed_at: user.changed_at,
        })
    }

    /// Adds a user. Nothing is permitted yet, unless the user is to read everything.
    pub fn add_user(&self, reports: &Reports, by: &User, add: &AddUser) -> Result<Changed, ErrorBody> {
        let name = &add.user.name;
        let hash = add.password.as_deref().map(hashed).transpose()?;
        let mut user = Known { reads_everything: add.reads_everything, ..Known::new(name.clone(), self.now()) };
        describe(reports, &mut user, &add.user)?;
        let _changing = self.changing_people()?;
        // First of all: nothing is taken away from somebody who is a user already.
        if reports.lock().user(name).map_err(|error| failed("reading the users", &error))?.is_some() {
            return Err(refused("adding the user", StoreError::UserExists(name.clone())));
        }
        // Of a user of this name who was removed while an ACD was not there, something may be left.
        if let Some((_, why)) = self.clear_permissions(reports, name).into_iter().next() {
            return Err(why);
        }
        // And the password of one who was removed by other ways than this is nobody's: it must let nobody in.
        self.local()
            .remove_password(name)
            .map_err(|error| failed("removing the password of an earlier user", &error))?;
        reports.lock().create_user(&user).map_err(|error| refused("adding the user", error))?;
        let password = hash.as_deref().map_or(Ok(()), |hash| self.keep_password(name, hash));
        self.people.forget();
        let recorded = self.record(by, None, format!("user {name}"), "", text(&user));
        let mut told = format!("{name} is a user of {}", reports.server);
        if let Err(why) = &password {
            told += &format!("; {}", why.message);
        }
        if hash.is_none() || password.is_err() {
            told += &format!(
                "; without a password on this server nobody can sign in so: Set password, or `cms user password {name}`"
            );
        }
        if !user.administrator && !user.reads_everything {
            told += &format!("; nothing is permitted yet: Permissions, or `cms user permissions set {name} …`");
        }
        Ok(recorded.told(Changed { changed: true, text: told }))
    }

    /// Changes what is known of a user.
    pub fn modify_user(&self, reports: &Reports, by: &User, set: &SetUser) -> Result<Changed, ErrorBody> {
        let _changing = self.changing_people()?;
        let before = find(reports, &set.name)?;
        let name = &before.name;
        if name == ADMINISTRATOR && set.administrator == Some(false) {
            return Err(built_in("stays an administrator"));
        }
        let mut after = before.clone();
        describe(reports, &mut after, set)?;
        if after == before {
            return Ok(Changed { changed: false, text: format!("user {name} is so already") });
        }
        after.changed_at = self.now();
        reports.lock().modify_user(&after).map_err(|error| refused("changing the user", error))?;
        self.people.forget();
        let recorded = self.record(by, None, format!("user {name}"), text(&before), text(&after));
        Ok(recorded.told(Changed { changed: true, text: format!("user {name}: {}", text(&after)) }))
    }

    /// Removes a user, and ends what the user is doing.
    pub fn remove_user(
        &self,
        reports: &Reports,
        sessions: &Sessions,
        by: &User,
        name: &str,
        estate: &Estate<'_>,
    ) -> Result<Changed, ErrorBody> {
        let _changing = self.changing_people()?;
        let user = find(reports, name)?;
        if name == ADMINISTRATOR {
            return Err(built_in("cannot be removed"));
        }
        let belongings = reports.lock().belongings(name).map_err(|error| failed("reading the user", &error))?;
        let given = settle(reports, name, &belongings, estate)?;
        reports.lock().delete_user(name).map_err(|error| refused("removing the user", error))?;
        self.people.forget();
        let why = format!("the user {name} was removed by {}", by.name);
        sessions.sign_out(|known| known.name == name, &ErrorBody::new(ErrorCode::NotSignedIn, why));
        let password = self.local().remove_password(name);
        // The user is gone, whatever stays behind: that is recorded, and told.
        let left = left_behind(&self.clear_permissions(reports, name));
        let recorded = self.record(by, None, format!("user {name}"), text(&user), format!("{given}{left}"));
        password.map_err(|error| failed("removing the password", &error))?;
        Ok(recorded.told(Changed {
            changed: true,
            text: format!("user {name} is removed{given}{left}; remove the user on the other server too"),
        }))
    }

    /// Takes away what was permitted of the ACDs. Gives those where that could not be done, with the reason.
    pub(crate) fn clear_permissions(&self, reports: &Reports, name: &str) -> Vec<(AcdNumber, ErrorBody)> {
        let mut left = Vec::new();
        for source in &reports.sources {
            let acd = source.view.number();
            // An ACD without a readable file permits nothing.
            let Ok(known) = reports.archive(acd).map(|archive| archive.permissions(name)) else { continue };
            if known.is_ok_and(|known| known == AcdAccess::default()) {
                continue;
            }
            let name = name.to_owned();
            let clear = move |store: &mut store::AcdStore| store.set_permissions(&name, &AcdAccess::default());
            let cleared = running(reports, acd).and_then(|source| source.files.change(clear).map_err(unavailable));
            left.extend(cleared.err().map(|why| (acd, why)));
        }
        left
    }

    /// Gives a user a password on this server: one's own with the old one, another's as an administrator.
    pub fn set_password(
        &self,
        reports: &Reports,
        sessions: &Sessions,
        by: &User,
        from: IpAddr,
        set: &SetPassword,
    ) -> Result<Changed, ErrorBody> {
        let name = set.user.as_deref().unwrap_or(&by.name);
        let own = name == by.name;
        if !own && !by.administrator {
            let message = format!("only an administrator can set the password of {name}");
            return Err(ErrorBody::new(ErrorCode::NotPermitted, message));
        }
        find(reports, name)?;
        let before = self.local().password(name).map_err(|error| failed("reading the password", &error))?;
        if own {
            let _attempt = sessions.attempt(name, from).map_err(|delay| auth::too_many(name, delay))?;
            let old = set.old.as_deref().unwrap_or_default();
            if !before.as_ref().is_some_and(|hash| auth::verify_password(old, hash)) {
                sessions.failed(name, from);
                let message = "the old password is wrong; nothing was changed";
                return Err(ErrorBody::new(ErrorCode::WrongPassword, message));
            }
        }
        self.keep_password(name, &hashed(&set.new)?)?;
        if !own {
            // Whoever used the old one must not go on.
            let why = format!("the password of {name} was changed by {}: sign in with the new one", by.name);
            sessions.sign_out(|known| known.name == name, &ErrorBody::new(ErrorCode::NotSignedIn, why));
        }
        let word = |is| if is { "set" } else { "none" };
        let recorded = self.record(by, None, format!("password of {name}"), word(before.is_some()), "set");
        let server = &reports.server;
        Ok(recorded.told(Changed {
            changed: true,
            text: format!("the password of {name} holds on {server}; the other server has its own"),
        }))
    }

    fn keep_password(&self, name: &str, hash: &str) -> Result<(), ErrorBody> {
        self.local().set_password(name, hash, self.now()).map_err(|error| failed("keeping the password", &error))
    }
}

pub(super) fn find(reports: &Reports, name: &str) -> Result<Known, ErrorBody> {
    let found = reports.lock().user(name).map_err(|error| failed("reading the user", &error))?;
    let unknown = || {
        ErrorBody::new(
            ErrorCode::NotFound,
            format!("there is no user {name}; Administration > Users and permissions, or `cms user list` shows who is"),
        )
    };
    found.ok_or_else(unknown)
}

fn built_in(what: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::NotPermitted, format!("{ADMINISTRATOR} is the built-in administrator and {what}"))
}

fn hashed(password: &str) -> Result<String, ErrorBody> {
    auth::hash_password(password).map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.to_string()))
}

/// That something is still permitted to a name that is no user any more, in words; empty if nothing is.
fn left_behind(left: &[(AcdNumber, ErrorBody)]) -> String {
    let told = left.iter().map(|(acd, why)| {
        format!(
            "; what was permitted of ACD {acd} could not be taken away ({}) and goes before a user of this name is added again",
            why.message
        )
    });
    told.collect()
}

/// A rule that was broken is told as one; anything else is a failure of the server.
fn refused(doing: &str, error: StoreError) -> ErrorBody {
    let code = match &error {
        StoreError::Invalid(_) => ErrorCode::BadRequest,
        StoreError::UserExists(_) => ErrorCode::Exists,
        StoreError::NoSuchUser(_) => ErrorCode::NotFound,
        StoreError::LastAdministrator(_) => ErrorCode::NotPermitted,
        _ => return failed(doing, &error),
    };
    ErrorBody::new(code, error.to_string())
}

fn describe(reports: &Reports, user: &mut Known, set: &SetUser) -> Result<(), ErrorBody> {
    fn take<T: Clone>(into: &mut T, from: &Option<T>) {
        if let Some(from) = from {
            into.clone_from(from);
        }
    }
    take(&mut user.full_name, &set.full_name);
    take(&mut user.room, &set.room);
    take(&mut user.phone, &set.phone);
    take(&mut user.administrator, &set.administrator);
    take(&mut user.max_windows, &set.max_windows);
    take(&mut user.fastest_refresh_secs, &set.fastest_refresh_secs);
    if let Some(acd) = set.login_acd {
        reports.source(acd)?;
        user.login_acd = acd;
    }
    Ok(())
}

/// Does what is asked with what belongs to the user, and says it.
fn settle(reports: &Reports, name: &str, belongings: &Belongings, estate: &Estate<'_>) -> Result<String, ErrorBody> {
    let what = belongings.text();
    match estate {
        _ if belongings.is_empty() => Ok(String::new()),
        Estate::None => {
            let message = format!(
                "{name} still owns {what}; give that to somebody with `--give-to USER`, or remove it with `--with-belongings`"
            );
            Err(ErrorBody::new(ErrorCode::WrongState, message))
        }
        Estate::GiveTo(heir) if *heir == name => {
            Err(ErrorBody::new(ErrorCode::BadRequest, format!("{name} is to be removed and cannot get {what}")))
        }
        Estate::GiveTo(heir) => {
            find(reports, heir)?;
            let given = reports.lock().give_belongings(name, heir);
            given.map_err(|error| refused("giving what belongs to the user to another", error))?;
            Ok(format!("; {heir} has {what}"))
        }
        Estate::Remove => Ok(format!(", with {what}")),
    }
}

/// What is known of a user, in words.
fn text(user: &Known) -> String {
    let kind = if user.administrator { "administrator" } else { "normal" };
    let windows = match user.max_windows {
        0 => "any number of windows".to_owned(),
        most => format!("at most {most} windows"),
    };
    let refresh = match user.fastest_refresh_secs {
        0 => "as it happens".to_owned(),
        secs => format!("{secs} s"),
    };
    let acd = user.login_acd;
    let mut text = format!("{kind}, {windows}, fastest refresh {refresh}, login ACD {acd}");
    for (what, value) in [("name", &user.full_name), ("room", &user.room), ("phone", &user.phone)] {
        if !value.is_empty() {
            text += &format!(", {what} {value:?}");
        }
    }
    text
}
