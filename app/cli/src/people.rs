//! `cms user` and `cms mode`: who may sign in, who may what, and whether one or many may work.

use std::io::{self, IsTerminal};

use api::{
    AddUser, Mode, ModeRule, ModeView, Permission, SetPassword, SetPermissions, SetUser, UserPermissions, UserView,
};
use client::Client;
use model::list_with_words;

use crate::arguments::{
    ModeCommand, NewPassword, OnOff, PermissionChoice, PermissionCommand, ServerOptions, UserAddition, UserCommand,
    UserData, UserType,
};
use crate::failure::Failure;
use crate::output;
use crate::when;

const NEW_PASSWORD_VARIABLE: &str = "CMS_NEW_PASSWORD";

/// `password` is the one that was signed in with.
pub(crate) async fn user(
    client: &Client,
    command: UserCommand,
    options: &ServerOptions,
    password: &str,
) -> Result<(), Failure> {
    let oneself = || options.user.clone().unwrap_or_default();
    match command {
        UserCommand::List { json } => {
            let users = client.users().await?;
            output::print(&if json { output::json(&users)? } else { users_text(&users) })
        }
        UserCommand::Show { name, json } => {
            let user = client.user(&name.unwrap_or_else(oneself)).await?;
            output::print(&if json { output::json(&user)? } else { user_text(&user) })
        }
        UserCommand::Add(addition) => add(client, addition).await,
        UserCommand::Modify(change) => {
            let json = change.user.json;
            output::told(&client.modify_user(&set_user(change.user)).await?, json)
        }
        UserCommand::Remove(removal) => {
            let heir = removal.give_to.as_deref();
            output::told(&client.remove_user(&removal.name, heir, removal.with_belongings).await?, removal.json)
        }
        UserCommand::Password { name, new, json } => {
            let own = name.is_none() || name == options.user;
            let whose = name.clone().unwrap_or_else(oneself);
            let new = new_password(&new, &whose)?.ok_or_else(|| Failure::usage(no_new_password()))?;
            let old = own.then(|| password.to_owned());
            output::told(&client.set_password(&SetPassword { user: name, old, new }).await?, json)
        }
        UserCommand::Permissions(PermissionCommand::Show { name, json }) => {
            let permissions = client.permissions(&name.unwrap_or_else(oneself)).await?;
            output::print(&if json { output::json(&permissions)? } else { permissions_text(&permissions) })
        }
        UserCommand::Permissions(PermissionCommand::Set(choice)) => {
            let json = choice.json;
            output::told(&client.set_permissions(&set_permissions(choice)?).await?, json)
        }
    }
}

async fn add(client: &Client, addition: UserAddition) -> Result<(), Failure> {
    let password = match addition.no_password {
        true => None,
        false => new_password(&addition.new, &addition.user.name)?,
    };
    let (reads_everything, json) = (addition.read_everything, addition.user.json);
    let user = set_user(addition.user);
    output::told(&client.add_user(&AddUser { user, password, reads_everything }).await?, json)
}

pub(crate) async fn mode(client: &Client, command: ModeCommand) -> Result<(), Failure> {
    match command {
        ModeCommand::Show { json } => {
            let mode = client.mode().await?;
            let calendar = when::of_server(client).await;
            output::print(&if json { output::json(&mode)? } else { mode_text(&mode, calendar.as_ref()) })
        }
        ModeCommand::SingleUser { json } => output::told(&client.set_mode(Mode::SingleUser).await?, json),
        ModeCommand::MultiUser { json } => output::told(&client.set_mode(Mode::MultiUser).await?, json),
        ModeCommand::MasterAcd { acd, json } => output::told(&client.set_master_acd(acd).await?, json),
        ModeCommand::Rules { json } => {
            let rules = client.mode_rules().await?;
            output::print(&if json { output::json(&rules)? } else { rules_text(&rules) })
        }
    }
}

fn no_new_password() -> String {
    format!("no new password; give --new-password-file FILE or set {NEW_PASSWORD_VARIABLE}")
}

/// The new password: from the file, from the environment, or typed twice at a terminal. `None` if there is none of these.
fn new_password(choice: &NewPassword, whose: &str) -> Result<Option<String>, Failure> {
    if let Some(file) = &choice.new_password_file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if let Ok(password) = std::env::var(NEW_PASSWORD_VARIABLE) {
        return Ok(Some(password));
    }
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let ask = |question: &str| {
        rpassword::prompt_password(question)
            .map_err(|error| Failure::failed(format!("cannot read the password: {error}")))
    };
    let first = ask(&format!("New password of {whose}: "))?;
    match ask("Once more: ")? == first {
        true => Ok(Some(first)),
        false => Err(Failure::usage("the two passwords differ; run the command again")),
    }
}

fn set_user(data: UserData) -> SetUser {
    SetUser {
        name: data.name,
        full_name: data.full_name,
        room: data.room,
        phone: data.phone,
        administrator: data.of_type.map(|of_type| of_type == UserType::Administrator),
        max_windows: data.max_windows,
        fastest_refresh_secs: data.fastest_refresh,
        login_acd: data.login_acd,
    }
}

pub(crate) fn set_permissions(choice: PermissionChoice) -> Result<SetPermissions, Failure> {
    let PermissionChoice { name, everything, features, menu, acd, splits, trunk_groups, vdns, vectors, access, .. } =
        choice;
    let access = access.unwrap_or_default();
    let entry = |kind: &str, acd, of: String| Permission { kind: kind.to_owned(), acd, of, access: access.clone() };
    let mut permissions: Vec<Permission> =
        features.into_iter().map(|feature| entry("feature", None, feature)).collect();
    permissions.extend(menu.into_iter().map(|addition| entry("menu", None, addition)));
    let lists = [("splits", splits), ("trunk-groups", trunk_groups), ("vdns", vdns), ("vectors", vectors)];
    if acd.is_some() && lists.iter().all(|(_, list)| list.is_none()) {
        permissions.push(entry("acd", acd, String::new()));
    }
    for (kind, list) in lists {
        for number in list.as_deref().map_or(Ok(Vec::new()), numbers)? {
            permissions.push(entry(kind, acd, number));
        }
    }
    let reads_everything = everything.map(|everything| everything == OnOff::On);
    Ok(SetPermissions { user: name, reads_everything, permissions })
}

/// The numbers that a list such as `1;3-5` means, and its words; the server checks each.
pub(crate) fn numbers(list: &str) -> Result<Vec<String>, Failure> {
    let found = list_with_words(list, |_| true).map_err(|fault| Failure::usage(fault.to_string()))?;
    match found.is_empty() {
        true => Err(Failure::usage(format!("{list:?} names nothing; write 1;3-5, or all"))),
        false => Ok(found),
    }
}

fn of_type(user: &UserView) -> &'static str {
    if user.administrator { "administrator" } else { "normal" }
}

pub(crate) fn users_text(users: &[UserView]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["User", "Name", "Type", "Can sign in here", "Belongings"]);
    for user in users {
        let here = if user.has_password { "yes" } else { "NO: no password on this server" };
        let (name, full_name) = (user.name.as_str(), user.full_name.as_str());
        table.add_row([name, full_name, of_type(user), here, user.belongings.as_str()]);
    }
    output::table_text(&table)
}

fn user_text(user: &UserView) -> String {
    let any = |number: u16, unit: &str, none: &str| match number {
        0 => none.to_owned(),
        number => format!("{number}{unit}"),
    };
    let mut table = output::table(false);
    let lines = [
        ("name", user.full_name.clone()),
        ("room", user.room.clone()),
        ("phone", user.phone.clone()),
        ("type", of_type(user).to_owned()),
        ("max windows", any(u16::from(user.max_windows), "", "as many as wanted")),
        ("fastest refresh", any(user.fastest_refresh_secs, " s", "as it happens")),
        ("login ACD", user.login_acd.to_string()),
        ("password here", if user.has_password { "set" } else { "NONE: nobody can sign in so" }.to_owned()),
        ("belongings", user.belongings.clone()),
    ];
    for (what, value) in lines {
        table.add_row([format!("  {what}"), value]);
    }
    format!("{}\n{}", user.name, output::table_text(&table))
}

pub(crate) fn permissions_text(permissions: &UserPermissions) -> String {
    let name = &permissions.user;
    if permissions.administrator {
        return format!("{name} is an administrator and may do everything\n");
    }
    let everything = if permissions.reads_everything { "may read everything" } else { "may what is listed" };
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["ACD", "Kind", "Of", "Access"]);
    for Permission { kind, acd, of, access } in &permissions.permissions {
        let acd = acd.map_or_else(String::new, |acd| acd.to_string());
        table.add_row([acd, kind.clone(), of.clone(), access.replace(',', ", ")]);
    }
    format!("{name} {everything}\n{}", output::table_text(&table))
}

pub(crate) fn mode_text(mode: &ModeView, calendar: Option<&model::Calendar>) -> String {
    let since = match mode.since {
        Some(since) => format!(" since {}, set by {}", when::iso(since, calendar), mode.by),
        None => String::new(),
    };
    let ModeView { server, role, mode, master_acd, .. } = mode;
    format!("{server} ({role}) is in {mode} mode{since}; the master ACD is {master_acd}\n")
}

pub(crate) fn rules_text(rules: &[ModeRule]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Operation", "Data collection", "Mode", "Server"]);
    for rule in rules {
        table.add_row(rule.words());
    }
    output::table_text(&table)
}
