//! What a user is permitted: as it was permitted, and while it is changed.

use std::collections::{BTreeMap, BTreeSet};

use api::{Permission, SetPermissions, UserPermissions};
use model::menu::ALL;
use model::{Access, AcdNumber, Dictionary, Element, Feature, NameKind, list_with_words};
use session::{ChangeRequest, Detail, DetailData, Model};

use super::backup_draft::acds;
use super::line_start;

/// What main menu additions are called among the kinds.
const MENU: &str = "menu";

/// What can be permitted: the server's word, and what people call it.
pub const KINDS: [(&str, &str); 7] = [
    ("feature", "Features"),
    ("menu", "Menu"),
    ("acd", "ACD"),
    ("splits", "Splits/skills"),
    ("trunk-groups", "Trunk groups"),
    ("vdns", "VDNs"),
    ("vectors", "Vectors"),
];

fn kind_title(word: &str) -> &str {
    KINDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, title)| title)
}

/// What the server has told of a user's permissions, if that user is looked at.
pub fn told<'a>(model: &'a Model, user: &str) -> Option<Result<&'a UserPermissions, &'a str>> {
    let detail = model.detail.as_ref().filter(|detail| detail.of == Detail::Permissions(user.to_owned()))?;
    match detail.told.as_ref()? {
        Ok(data) => match &**data {
            DetailData::Permissions(known) => Some(Ok(known)),
            DetailData::Backup(_) | DetailData::Peer(_) => None,
        },
        Err(why) => Some(Err(why)),
    }
}

/// What a user is permitted, in a sentence.
pub fn sentence(known: &UserPermissions) -> String {
    match (known.administrator, known.reads_everything, known.permissions.len()) {
        (true, ..) => "everything: the user is an administrator".to_owned(),
        (_, true, 0) => "read everything, and change nothing".to_owned(),
        (_, true, _) => "read everything, and what is listed".to_owned(),
        (_, false, 0) => "nothing yet".to_owned(),
        (_, false, _) => "what is listed".to_owned(),
    }
}

/// One line of permissions, in the order of the columns: ACD, kind, of what, access.
pub fn texts(permission: &Permission) -> [String; 4] {
    [
        permission.acd.map_or_else(String::new, |acd| format!("ACD {acd}")),
        kind_title(&permission.kind).to_owned(),
        permission.of.clone(),
        access_text(&permission.kind, &permission.access),
    ]
}

/// Where a permission stands among others: by kind and ACD, then by number.
fn order(permission: &Permission) -> (usize, Option<AcdNumber>, u64, &str) {
    let kind = KINDS.iter().position(|(word, _)| *word == permission.kind).unwrap_or(KINDS.len());
    // What is for all of them, and what has a name, comes first.
    (kind, permission.acd, permission.of.parse().unwrap_or(0), &permission.of)
}

/// What is permitted, in the order of the columns: ACD, kind, of what, access. Elements with the same access share a line, with
/// ranges for numbers that follow each other: `1-3, 7 Premium`.
pub fn listed(known: &UserPermissions, names: &BTreeMap<AcdNumber, Dictionary>) -> Vec<[String; 4]> {
    let mut sorted: Vec<&Permission> = known.permissions.iter().collect();
    sorted.sort_by(|one, other| order(one).cmp(&order(other)));
    let mut lines: Vec<(&Permission, Vec<u64>)> = Vec::new();
    for permission in sorted {
        let is_element = Element::parse(&permission.kind).is_some();
        let number =
            permission.of.parse().ok().filter(|number: &u64| is_element && number.to_string() == permission.of);
        let same = |(first, numbers): &&mut (&Permission, Vec<u64>)| {
            !numbers.is_empty()
                && (&first.kind, first.acd, &first.access) == (&permission.kind, permission.acd, &permission.access)
        };
        match (number, lines.iter_mut().find(same)) {
            (Some(number), Some((_, numbers))) => numbers.push(number),
            (number, _) => lines.push((permission, number.into_iter().collect())),
        }
    }
    let line = |(permission, numbers): (&Permission, Vec<u64>)| {
        let mut texts = texts(permission);
        if !numbers.is_empty() {
            let names = permission.acd.and_then(|acd| names.get(&acd));
            texts[2] = ranges(&numbers, |number| names?.name(named_kind(&permission.kind)?, number));
        }
        texts
    };
    lines.into_iter().map(line).collect()
}

/// Whose names the numbers of a kind of element have.
fn named_kind(kind: &str) -> Option<NameKind> {
    match kind {
        "splits" => Some(NameKind::Split),
        "trunk-groups" => Some(NameKind::TrunkGroup),
        "vdns" => Some(NameKind::Vdn),
        "vectors" => Some(NameKind::Vector),
        _ => None,
    }
}

/// Rising numbers as a list with ranges; one that stands alone has its name beside it.
fn ranges<'a>(numbers: &[u64], name: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let run = |(first, last): (u64, u64)| match (first == last, name(&first.to_string())) {
        (true, Some(name)) => format!("{first} {name}"),
        (true, None) => first.to_string(),
        (false, _) => format!("{first}-{last}"),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(", ")
}

/// One line of permissions, in a sentence.
pub fn line(permission: &Permission) -> String {
    let Permission { acd, kind, of, access } = permission;
    let acd = acd.map(|acd| format!("ACD {acd}"));
    let thing = match (kind.as_str(), acd) {
        ("feature", _) => format!("Feature {}", of.replace('-', " ")),
        (MENU, _) if of == ALL => "All main menu additions".to_owned(),
        (MENU, _) => format!("Main menu addition {of}"),
        ("acd", Some(acd)) => format!("{acd} itself"),
        (kind, acd) => {
            let elements = match kind_title(kind) {
                title if title.starts_with("VDN") => title.to_owned(),
                title => title.to_lowercase(),
            };
            let which = if of == ALL { format!("all {elements}") } else { format!("{elements} {of}") };
            line_start(&acd.map_or_else(|| which.clone(), |acd| format!("{acd}, {which}")))
        }
    };
    format!("{thing}: {}", access_text(kind, access))
}

/// What is permitted, as people say it.
fn access_text(kind: &str, access: &str) -> String {
    let Some(known) = Access::parse(access) else { return access.replace(',', ", ") };
    let uses = match (known.write(), known.read()) {
        _ if kind == MENU && known.read() => Some("may be opened"),
        (true, _) => Some("read and write"),
        (false, true) => Some("read"),
        (false, false) => None,
    };
    let told = known.exceptions().then_some("exceptions are told");
    match uses.into_iter().chain(told).collect::<Vec<_>>().join(", ") {
        nothing if nothing.is_empty() => "nothing".to_owned(),
        text => text,
    }
}

/// A user's permissions while they are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionDraft {
    /// Whose.
    pub user: String,
    /// Whether the user may read everything.
    pub reads_everything: bool,
    /// As it is kept.
    kept: UserPermissions,
    /// What was permitted that is no longer to be, by its place.
    pub taken: BTreeSet<usize>,
    /// What is to be permitted besides, of kinds that were left.
    pub besides: Vec<Permission>,
    /// What is to be permitted besides: the kind.
    pub kind: &'static str,
    /// The features that are ticked.
    pub features: BTreeSet<&'static str>,
    /// The main menu additions there are, and those that are ticked; `all` stands for every one.
    pub menu: Vec<String>,
    pub additions: BTreeSet<String>,
    /// The ACDs there are.
    pub acds: Vec<(AcdNumber, String)>,
    /// The ACDs that are ticked, to be permitted themselves.
    pub ticked: BTreeSet<AcdNumber>,
    /// The ACD whose elements are meant.
    pub acd: AcdNumber,
    /// Numbers of elements, as typed, or `all`.
    pub numbers: String,
    /// To read.
    pub read: bool,
    /// To write.
    pub write: bool,
    /// To be told exceptions.
    pub exceptions: bool,
}

impl PermissionDraft {
    /// Begins with what is kept.
    pub fn new(model: &Model, kept: &UserPermissions) -> PermissionDraft {
        let acds = acds(model);
        let mut kept = kept.clone();
        kept.permissions.sort_by(|one, other| order(one).cmp(&order(other)));
        PermissionDraft {
            user: kept.user.clone(),
            reads_everything: kept.reads_everything,
            kept,
            taken: BTreeSet::new(),
            besides: Vec::new(),
            kind: "feature",
            features: BTreeSet::new(),
            menu: [ALL.to_owned()].into_iter().chain(model.menu.iter().map(|known| known.name.clone())).collect(),
            additions: BTreeSet::new(),
            acd: acds.first().map_or(AcdNumber(1), |(acd, _)| *acd),
            acds,
            ticked: BTreeSet::new(),
            numbers: String::new(),
            read: true,
            write: false,
            exceptions: false,
        }
    }

    /// What is permitted now.
    pub fn kept(&self) -> &[Permission] {
        &self.kept.permissions
    }

    /// The access that is ticked.
    fn access(&self) -> Access {
        // Users open main menu additions, and do nothing else with them.
        if self.kind == MENU {
            return Access::READ;
        }
        Access::new(self.read, self.write, self.exceptions)
    }

    /// Goes on with another kind. What was filled in of this one is kept, and the next one begins with nothing but to read.
    pub fn choose_kind(&mut self, kind: &'static str) {
        // What is wrong is said where it was typed.
        let Ok(added) = self.added() else { return };
        for permission in added {
            self.besides.retain(|known| {
                (&known.kind, known.acd, &known.of) != (&permission.kind, permission.acd, &permission.of)
            });
            self.besides.push(permission);
        }
        self.features.clear();
        self.additions.clear();
        self.ticked.clear();
        self.numbers.clear();
        (self.read, self.write, self.exceptions) = (true, false, false);
        self.kind = kind;
    }

    /// What is to be permitted besides what is kept; nothing if nothing is named.
    pub fn added(&self) -> Result<Vec<Permission>, String> {
        let (kind, access) = (self.kind.to_owned(), self.access());
        if kind == "acd" && !access.is_nothing() {
            let itself = |acd: &AcdNumber| Permission {
                kind: kind.clone(),
                acd: Some(*acd),
                of: String::new(),
                access: access.to_string(),
            };
            return Ok(self.ticked.iter().map(itself).collect());
        }
        let acd = Element::parse(self.kind).map(|_| self.acd);
        let of: Vec<String> = match Element::parse(self.kind) {
            Some(_) => numbers(&self.numbers)?,
            None if self.kind == "feature" => self.features.iter().map(|feature| (*feature).to_owned()).collect(),
            None if self.kind == MENU => self.additions.iter().cloned().collect(),
            None => Vec::new(),
        };
        if of.is_empty() || access.is_nothing() {
            return Ok(Vec::new());
        }
        let permission = |of| Permission { kind: kind.clone(), acd, of, access: access.to_string() };
        Ok(of.into_iter().map(permission).collect())
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let taken = self.taken.iter().filter_map(|place| self.kept.permissions.get(*place));
        let mut permissions: Vec<Permission> =
            taken.map(|known| Permission { access: Access::NOTHING.to_string(), ..known.clone() }).collect();
        let added = self.besides.iter().cloned().chain(self.added()?);
        permissions.extend(added.filter(|added| !self.kept.permissions.contains(added)));
        let reads = (self.reads_everything != self.kept.reads_everything).then_some(self.reads_everything);
        if reads.is_none() && permissions.is_empty() {
            return Err("Nothing differs from what is permitted".to_owned());
        }
        let user = self.user.clone();
        Ok(ChangeRequest::Permissions(SetPermissions { user, reads_everything: reads, permissions }))
    }
}

/// Features to choose from: the server's word, and what it is.
pub fn features() -> impl Iterator<Item = (&'static str, &'static str)> {
    Feature::ALL.iter().map(|feature| (feature.word(), feature.meaning()))
}

/// What an element's permission covers, for people.
pub fn element_meaning(kind: &str) -> Option<&'static str> {
    Element::parse(kind).map(Element::meaning)
}

/// The numbers that a list such as `1;3-5` means, or `all`.
pub fn numbers(list: &str) -> Result<Vec<String>, String> {
    list_with_words(list, |word| word == "all").map_err(|fault| fault.to_string())
}
