//! Administration of what users are permitted.

use std::collections::BTreeMap;

use api::{Changed, ErrorBody, ErrorCode, Permission, SetPermissions, UserPermissions};
use model::id::IdError;
use model::{Access, AcdAccess, AcdNumber, Element, Feature, Moment, SplitId, TrunkGroupId, VdnId, VectorId};

use super::users::find;
use super::{Administration, running, unavailable};
use crate::auth::ADMINISTRATOR;
use crate::auth::User;
use crate::causes::failed;
use crate::reports::Reports;

const FEATURE: &str = "feature";
const ACD: &str = "acd";
const MENU: &str = "menu";
const ALL: &str = "all";

/// One thing of which something is permitted.
enum Of {
    Feature(Feature),
    Menu(String),
    Acd(AcdNumber),
    Elements(AcdNumber, Element, Option<String>),
}

/// What a user is to be permitted.
#[derive(Default)]
struct Wanted {
    features: Vec<(Feature, Access)>,
    additions: Vec<(String, Access)>,
    /// Of each ACD all that is permitted then.
    acds: BTreeMap<AcdNumber, AcdAccess>,
    reads_everything: Option<bool>,
}

impl Administration {
    /// What a user is permitted.
    pub fn permissions(&self, reports: &Reports, name: &str) -> Result<UserPermissions, ErrorBody> {
        let user = find(reports, name)?;
        let doing = |error| failed("reading what the user is permitted", &error);
        let features = reports.lock().features(name).map_err(doing)?;
        let mut permissions: Vec<Permission> = features.into_iter().map(feature_entry).collect();
        permissions.extend(reports.lock().menu_access(name).map_err(doing)?.into_iter().map(menu_entry));
        for source in &reports.sources {
            let acd = source.view.number();
            permissions.extend(entries(acd, &reports.archive(acd)?.permissions(name).map_err(doing)?));
        }
        Ok(UserPermissions {
            user: user.name,
            administrator: user.administrator,
            reads_everything: user.reads_everything,
            fastest_refresh_secs: user.fastest_refresh_secs,
            permissions,
        })
    }

    /// Changes what a user is permitted. Nothing is changed if anything of it is wrong.
    pub fn set_permissions(&self, reports: &Reports, by: &User, set: &SetPermissions) -> Result<Changed, ErrorBody> {
        let name = &set.user;
        if name == ADMINISTRATOR {
            let message = format!("{ADMINISTRATOR} is the built-in administrator and may do everything");
            return Err(ErrorBody::new(ErrorCode::NotPermitted, message));
        }
        let _changing = self.changing_people()?;
        let user = find(reports, name)?;
        let before = self.permissions(reports, name)?;
        let mut wanted = Wanted { reads_everything: set.reads_everything, ..Wanted::default() };
        for permission in &set.permissions {
            self.want(reports, name, permission, &mut wanted)?;
        }
        for (acd, permitted) in &wanted.acds {
            acd_comes_first(*acd, permitted)?;
        }
        let kept = keep(reports, user, wanted, self.now());
        // Also after a failure: what was kept before that is in force, and above all what was taken away.
        self.people.forget();
        kept?;
        let after = self.permissions(reports, name)?;
        if after == before {
            return Ok(Changed { changed: false, text: format!("{name} is permitted that already") });
        }
        let (was, is) = difference(&before, &after);
        let recorded = self.record(by, None, format!("permissions of {name}"), was, is.clone());
        Ok(recorded
            .told(Changed { changed: true, text: format!("{name} may from now on: {is}; set the other server alike") }))
    }

    /// Puts one permission into what is wanted; of an ACD together with what is permitted of it already.
    fn want(
        &self,
        reports: &Reports,
        name: &str,
        permission: &Permission,
        wanted: &mut Wanted,
    ) -> Result<(), ErrorBody> {
        let (of, access) = parsed(permission)?;
        let acds = &mut wanted.acds;
        if let Of::Acd(acd) | Of::Elements(acd, ..) = of
            && !acds.contains_key(&acd)
        {
            let known = reports.archive(running(reports, acd)?.view.number())?.permissions(name);
            acds.insert(acd, known.map_err(|error| failed("reading what the user is permitted", &error))?);
        }
        match of {
            Of::Feature(feature) => wanted.features.push((feature, access)),
            Of::Menu(of) => wanted.additions.push((self.permitted_addition(reports, &of, access)?, access)),
            Of::Acd(acd) => permit_acd(acds.entry(acd).or_default(), access),
            Of::Elements(acd, element, number) => permit(acds.entry(acd).or_default(), element, number, access),
        }
        Ok(())
    }
}

/// Keeps what is wanted, in one file after the other: what fails in one of them leaves that before it kept.
fn keep(reports: &Reports, mut user: store::User, wanted: Wanted, now: Moment) -> Result<(), ErrorBody> {
    let Wanted { features, additions, acds, reads_everything } = wanted;
    for (acd, permitted) in acds {
        let name = user.name.clone();
        let keep = move |store: &mut store::AcdStore| store.set_permissions(&name, &permitted);
        running(reports, acd)?.files.change(keep).map_err(unavailable)?;
    }
    let doing = |error| failed("keeping what the user is permitted", &error);
    for (feature, access) in features {
        reports.lock().set_feature(&user.name, feature, access).map_err(doing)?;
    }
    for (addition, access) in additions {
        reports.lock().set_menu_access(&user.name, &addition, access).map_err(doing)?;
    }
    if let Some(everything) = reads_everything.filter(|everything| *everything != user.reads_everything) {
        (user.reads_everything, user.changed_at) = (everything, now);
        reports.lock().modify_user(&user).map_err(doing)?;
    }
    Ok(())
}

fn wrong(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

fn parsed(permission: &Permission) -> Result<(Of, Access), ErrorBody> {
    let Permission { kind, acd, of, access } = permission;
    let words =
        || wrong(format!("{access:?} is no access; write read, write, exceptions with commas between, or none"));
    let access = Access::parse(access).ok_or_else(words)?;
    if kind == FEATURE {
        let known = || Feature::ALL.iter().map(|feature| feature.word()).collect::<Vec<_>>().join(", ");
        let feature =
            Feature::parse(of).ok_or_else(|| wrong(format!("there is no feature {of:?}; there are {}", known())))?;
        return Ok((Of::Feature(feature), access));
    }
    if kind == MENU {
        return Ok((Of::Menu(of.clone()), access));
    }
    let acd = acd.ok_or_else(|| wrong(format!("say of which ACD the {kind} are")))?;
    if kind == ACD {
        return Ok((Of::Acd(acd), access));
    }
    let unknown = || {
        let kinds: Vec<&str> =
            [FEATURE, MENU, ACD].into_iter().chain(Element::ALL.iter().map(|element| element.word())).collect();
        wrong(format!("{kind:?} is nothing that is permitted; there are {}", kinds.join(", ")))
    };
    let element = Element::parse(kind).ok_or_else(unknown)?;
    if of == ALL {
        return Ok((Of::Elements(acd, element, None), access));
    }
    let number = checked(element, of).map_err(|error| wrong(error.to_string()))?;
    Ok((Of::Elements(acd, element, Some(number)), access))
}

/// The number as it stands in rows.
fn checked(element: Element, number: &str) -> Result<String, IdError> {
    Ok(match element {
        Element::Split => number.parse::<SplitId>()?.to_string(),
        Element::TrunkGroup => number.parse::<TrunkGroupId>()?.to_string(),
        Element::Vdn => number.parse::<VdnId>()?.to_string(),
        Element::Vector => number.parse::<VectorId>()?.to_string(),
    })
}

/// What is permitted of an ACD goes with the ACD.
fn permit_acd(permitted: &mut AcdAccess, access: Access) {
    permitted.acd = access;
    if access.is_nothing() {
        permitted.elements.clear();
    }
}

fn permit(permitted: &mut AcdAccess, element: Element, number: Option<String>, access: Access) {
    let granted = permitted.elements.entry(element).or_default();
    match number {
        None if access.is_nothing() => _ = permitted.elements.remove(&element),
        None => granted.all = access,
        Some(number) if access.is_nothing() => _ = granted.each.remove(&number),
        Some(number) => _ = granted.each.insert(number, access),
    }
}

fn acd_comes_first(acd: AcdNumber, permitted: &AcdAccess) -> Result<(), ErrorBody> {
    let any = permitted.elements.values().any(|granted| !granted.all.is_nothing() || !granted.each.is_empty());
    match any && permitted.acd.is_nothing() {
        true => Err(wrong(format!("permit ACD {acd} itself first: `--acd {acd} --access read`"))),
        false => Ok(()),
    }
}

fn feature_entry((feature, access): (Feature, Access)) -> Permission {
    Permission { kind: FEATURE.to_owned(), acd: None, of: feature.word().to_owned(), access: access.to_string() }
}

fn menu_entry((of, access): (String, Access)) -> Permission {
    Permission { kind: MENU.to_owned(), acd: None, of, access: access.to_string() }
}

/// What is permitted of an ACD, one by one.
fn entries(acd: AcdNumber, permitted: &AcdAccess) -> Vec<Permission> {
    let entry = |kind: &str, of: &str, access: Access| Permission {
        kind: kind.to_owned(),
        acd: Some(acd),
        of: of.to_owned(),
        access: access.to_string(),
    };
    let mut found = vec![entry(ACD, "", permitted.acd)];
    for (element, granted) in &permitted.elements {
        found.push(entry(element.word(), ALL, granted.all));
        found.extend(granted.each.iter().map(|(number, access)| entry(element.word(), number, *access)));
    }
    found.retain(|permission| permission.access != Access::NOTHING.to_string());
    found
}

/// What was permitted and is no longer so, and what is so instead, in words.
fn difference(before: &UserPermissions, after: &UserPermissions) -> (String, String) {
    let only = |these: &UserPermissions, others: &UserPermissions| {
        let mut parts = Vec::new();
        if these.reads_everything != others.reads_everything {
            parts.push(if these.reads_everything { "read everything" } else { "not read everything" }.to_owned());
        }
        let changed = these.permissions.iter().filter(|permission| !others.permissions.contains(permission));
        parts.extend(changed.map(words));
        parts.join("; ")
    };
    let (was, is) = (only(before, after), only(after, before));
    (was, if is.is_empty() { "nothing of what is taken away".to_owned() } else { is })
}

fn words(permission: &Permission) -> String {
    let Permission { kind, acd, of, access } = permission;
    let thing = match acd {
        None => format!("{kind} {of}"),
        Some(acd) if of.is_empty() => format!("ACD {acd}"),
        Some(acd) => format!("{kind} {of} of ACD {acd}"),
    };
    format!("{thing}: {}", access.replace(',', ", "))
}
