//! Administration of main menu additions, and which of them a user may open.
//!
//! What a user may not open is not told apart from what there is not.

use api::{Changed, ErrorBody, ErrorCode, MenuAddition, MenuFile, Operation, SetMenuAddition};
use model::menu::{ADDITIONS_MAX, ALL, FILE_BYTES_MAX, PLACE_MAX, address_fault, file_name_fault, name_fault};
use model::synonym::description_fault;
use model::{Access, MenuKind, Moment};
use store::SystemStore;

use super::Administration;
use crate::auth::User;
use crate::causes::failed;
use crate::reports::Reports;

type Kept = store::MenuAddition;

fn wrong(why: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

fn refuse(fault: Option<String>) -> Result<(), ErrorBody> {
    fault.map_or(Ok(()), |why| Err(wrong(why)))
}

impl Administration {
    /// The additions that a user may open; for administrators all, with the users who may open each.
    pub fn menu(&self, reports: &Reports, user: &User) -> Result<Vec<MenuAddition>, ErrorBody> {
        let doing = |error| failed("reading the main menu additions", &error);
        let mut known = reports.lock().menu_additions().map_err(doing)?;
        if user.administrator {
            let users = reports.lock().menu_users().map_err(doing)?;
            return Ok(known.into_iter().map(|kept| shown(kept, &users)).collect());
        }
        let access = reports.lock().menu_access(&user.name).map_err(doing)?;
        known.retain(|kept| opens(&access, &kept.name));
        Ok(known.into_iter().map(|kept| shown(kept, &std::collections::BTreeMap::new())).collect())
    }

    /// An addition that a user may open, with the content of its file.
    pub fn menu_addition(&self, reports: &Reports, user: &User, name: &str) -> Result<(Kept, Vec<u8>), ErrorBody> {
        let doing = |error| failed("reading the main menu addition", &error);
        let system = reports.lock();
        let may = user.administrator || opens(&system.menu_access(&user.name).map_err(doing)?, name);
        let found = if may { system.menu_addition(name).map_err(doing)? } else { None };
        let Some(found) = found else {
            return Err(match user.administrator {
                true => none_of(name),
                false => closed(user, name),
            });
        };
        match system.menu_content(name).map_err(doing)? {
            Some(content) => Ok((found, content)),
            None => {
                let message = format!("{} opens {} and has no file", found.name, found.address);
                Err(ErrorBody::new(ErrorCode::NotFound, message))
            }
        }
    }

    /// Adds an addition with its file.
    pub fn add_menu_addition(
        &self,
        reports: &Reports,
        by: &User,
        set: &SetMenuAddition,
        file: &[u8],
    ) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, by, set.take_over, Operation::Menu)?;
        self.can_record()?;
        // Of two who add the same name at once the second sees what the first has added.
        let mut system = reports.lock();
        let known = system.menu_additions().map_err(|error| failed("reading the additions", &error))?;
        if let Some(there) = known.iter().find(|kept| kept.name.eq_ignore_ascii_case(&set.name)) {
            let message = format!(
                "there is a main menu addition {} already; change that one: Edit, or `cms menu modify`",
                there.name
            );
            return Err(ErrorBody::new(ErrorCode::Exists, message));
        }
        if known.len() >= ADDITIONS_MAX {
            return Err(wrong(format!("a menu has at most {ADDITIONS_MAX} additions: delete one first")));
        }
        if set.kind.is_none() {
            return Err(wrong("say what the addition opens: a web address, a document or a program"));
        }
        let (after, content) = settled(None, None, set, file, (by, self.now()))?;
        let kept = system.add_menu_addition(&after, content.as_deref());
        drop(system);
        kept.map_err(|error| failed("keeping the main menu addition", &error))?;
        let name = &after.name;
        let recorded = self.record(by, None, what(name, set.take_over), "", text(&after));
        let server = &reports.server;
        let told = format!(
            "{name} is in the menu of {server}, for administrators and whom it is permitted: Administration > Users and \
             permissions, or `cms user permissions set USER --menu '{name}' --access read`; carry it to the other server with \
             Admin-Sync (Administration > Servers side by side, or `cms sync admin`) or a backup"
        );
        Ok(recorded.told(Changed { changed: true, text: told }))
    }

    /// Changes an addition. Without another file it keeps the one that it has.
    pub fn modify_menu_addition(
        &self,
        reports: &Reports,
        by: &User,
        set: &SetMenuAddition,
        file: &[u8],
    ) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, by, set.take_over, Operation::Menu)?;
        self.can_record()?;
        let mut system = reports.lock();
        let before = find(&system, &set.name)?;
        if let Some(other) = set.rename.as_ref().filter(|other| !other.eq_ignore_ascii_case(&before.name))
            && find(&system, other).is_ok()
        {
            return Err(ErrorBody::new(ErrorCode::Exists, format!("there is a main menu addition {other} already")));
        }
        let content = system.menu_content(&before.name);
        let content = content.map_err(|error| failed("reading the main menu addition", &error))?;
        let (after, content) = settled(Some(&before), content, set, file, (by, self.now()))?;
        if same(&before, &after) {
            return Ok(Changed { changed: false, text: format!("{} is so already", before.name) });
        }
        let kept = system.replace_menu_addition(&before.name, &after, content.as_deref());
        drop(system);
        kept.map_err(|error| failed("keeping the main menu addition", &error))?;
        let recorded = self.record(by, None, what(&before.name, set.take_over), text(&before), text(&after));
        let told = format!("{} on {}: {}", after.name, reports.server, text(&after));
        Ok(recorded.told(Changed { changed: true, text: told }))
    }

    /// Deletes an addition, with its file and what was permitted of it.
    pub fn delete_menu_addition(
        &self,
        reports: &Reports,
        by: &User,
        name: &str,
        take_over: bool,
    ) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, by, take_over, Operation::Menu)?;
        self.can_record()?;
        let mut system = reports.lock();
        let before = find(&system, name)?;
        let deleted = system.delete_menu_addition(&before.name);
        drop(system);
        deleted.map_err(|error| failed("deleting the main menu addition", &error))?;
        let recorded = self.record(by, None, what(&before.name, take_over), text(&before), "");
        Ok(recorded.told(Changed {
            changed: true,
            text: format!("{} is no longer in the menu of {}", before.name, reports.server),
        }))
    }

    /// An addition as it is called, of which something is to be permitted; [`ALL`] stands for every one.
    pub(super) fn permitted_addition(
        &self,
        reports: &Reports,
        name: &str,
        access: Access,
    ) -> Result<String, ErrorBody> {
        if ![Access::READ, Access::NOTHING].contains(&access) {
            return Err(wrong("users open main menu additions and do not change them: the access is read or none"));
        }
        // What is gone may still be taken away.
        if name == ALL || access.is_nothing() {
            return Ok(name.to_owned());
        }
        find(&reports.lock(), name).map(|kept| kept.name)
    }
}

fn opens(access: &[(String, Access)], name: &str) -> bool {
    access.iter().any(|(of, access)| access.read() && (of == ALL || of.eq_ignore_ascii_case(name)))
}

fn closed(user: &User, name: &str) -> ErrorBody {
    let user = &user.name;
    let message = format!(
        "{user} may not open {name:?}, or the menu has no such addition; an administrator permits it under Administration > Users \
         and permissions, or with `cms user permissions set {user} --menu …`"
    );
    ErrorBody::new(ErrorCode::NotPermitted, message)
}

fn none_of(name: &str) -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NotFound,
        format!("there is no main menu addition {name:?}; Administration > Main menu, or `cms menu list` shows them"),
    )
}

fn find(system: &SystemStore, name: &str) -> Result<Kept, ErrorBody> {
    let found = system.menu_addition(name).map_err(|error| failed("reading the main menu addition", &error))?;
    found.ok_or_else(|| none_of(name))
}

/// An addition as it is to be kept, if it may be, with the content of its file.
fn settled(
    before: Option<&Kept>,
    content: Option<Vec<u8>>,
    set: &SetMenuAddition,
    file: &[u8],
    (by, changed_at): (&User, Moment),
) -> Result<(Kept, Option<Vec<u8>>), ErrorBody> {
    let of_before = |part: fn(&Kept) -> String| before.map(part).unwrap_or_default();
    let name = set.rename.clone().unwrap_or_else(|| before.map_or_else(|| set.name.clone(), |kept| kept.name.clone()));
    refuse(name_fault(&name))?;
    let description = set.description.clone().unwrap_or_else(|| of_before(|kept| kept.description.clone()));
    refuse(description_fault(&description))?;
    let place = set.place.or_else(|| before.map(|kept| kept.place)).unwrap_or_default();
    if place > PLACE_MAX {
        return Err(wrong(format!("a place in the menu is 0 to {PLACE_MAX}, not {place}")));
    }
    let kind = set.kind.or_else(|| before.map(|kept| kept.kind)).unwrap_or(MenuKind::Document);
    let address = match (kind, &set.address) {
        (MenuKind::Web, address) => address.clone().unwrap_or_else(|| of_before(|kept| kept.address.clone())),
        (_, None) => String::new(),
        (kind, Some(_)) => return Err(wrong(format!("a {kind} has no web address"))),
    };
    let (kept_file, content) = match (kind, &set.file_name) {
        (MenuKind::Web, None) => {
            refuse(address_fault(&address))?;
            (None, None)
        }
        (MenuKind::Web, Some(_)) => return Err(wrong("a web address has no file")),
        (_, Some(file_name)) => {
            refuse(file_name_fault(file_name))?;
            if file.is_empty() || file.len() > FILE_BYTES_MAX {
                let most = FILE_BYTES_MAX >> 20;
                return Err(wrong(format!("{file_name} has {} bytes; a file has 1 byte to {most} MiB", file.len())));
            }
            (Some(store::MenuFile::of(file_name, file)), Some(file.to_vec()))
        }
        (_, None) if !file.is_empty() => return Err(wrong("say what the file is called: file_name")),
        (kind, None) => match before.and_then(|kept| kept.file.clone()).zip(content) {
            Some((known, content)) => (Some(known), Some(content)),
            None => return Err(wrong(format!("a {kind} needs its file"))),
        },
    };
    let changed_by = by.name.clone();
    Ok((Kept { name, description, place, kind, address, file: kept_file, changed_at, changed_by }, content))
}

/// Whether nothing differs but when it was changed and by whom.
fn same(before: &Kept, after: &Kept) -> bool {
    let after = Kept { changed_at: before.changed_at, changed_by: before.changed_by.clone(), ..after.clone() };
    *before == after
}

fn shown(kept: Kept, users: &std::collections::BTreeMap<String, Vec<String>>) -> MenuAddition {
    let of = |name: &str| users.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default();
    let mut users = of(&kept.name);
    users.extend(of(ALL));
    users.sort();
    users.dedup();
    let file = |file: store::MenuFile| MenuFile { name: file.name, bytes: file.bytes, digest: file.digest };
    MenuAddition {
        name: kept.name,
        description: kept.description,
        place: kept.place,
        kind: kept.kind,
        address: kept.address,
        file: kept.file.map(file),
        users,
        changed_at: kept.changed_at,
        changed_by: kept.changed_by,
    }
}

fn what(name: &str, take_over: bool) -> String {
    let over = if take_over { " (taken over on a secondary)" } else { "" };
    format!("main menu addition {name}{over}")
}

/// An addition in words: of its file the digest, not the bytes.
fn text(kept: &Kept) -> String {
    let Kept { name, description, place, kind, address, file, .. } = kept;
    let opens = match file {
        Some(file) => format!("{kind} {} ({} bytes, SHA-256 {})", file.name, file.bytes, file.digest),
        None => format!("{kind} {address}"),
    };
    let described = if description.is_empty() { String::new() } else { format!(", {description}") };
    format!("{name}: {opens}, place {place}{described}")
}
