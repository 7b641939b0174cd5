//! The steps of each worksheet. No I/O: what is done, on which server, in which order.

use api::{Role, Worksheet, WorksheetKind};

/// What a person does and says that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// People leave this server for the other one.
    Leave,
    /// The change for which data collection is off.
    Change,
    /// Users who came without a password get one.
    Passwords,
    /// People come back to this server.
    Return,
}

/// What of a server is backed up or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All kinds of data.
    Everything,
    /// The system's administration and that of the ACDs.
    Administration,
    /// History: of a backup what is new since the last one, of a restore what is missing.
    History,
}

/// What a comparison is to find the same on both servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// History.
    History,
    /// History, and what is changed while data collection is off: storage, storage interval, times of summing up, master ACD.
    Change,
    /// The administration that is carried.
    Administration,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Waits until the server answers and all its links are up; records when.
    LinksUp,
    /// Puts the server in single-user mode.
    SingleUser,
    /// Puts it in multi-user mode.
    MultiUser,
    /// Turns data collection of all ACDs off; records when.
    CollectionOff,
    /// Turns it on.
    CollectionOn,
    /// Makes a backup.
    BackUp(Scope),
    /// Restores what of the backup that another step made.
    Restore(Scope, &'static str),
    /// Undoes the global edits by which the server took timetables over.
    GiveTimetablesBack,
    /// Packs the administration of the other server, carries it over and restores it.
    Carry,
    /// Waits until both servers have archived an interval that is whole on this one, after the time that another step recorded.
    Archived(&'static str),
    /// Fetches from the other server what this one lacks, sums up, and compares.
    Heal,
    /// Sums up again what the other server has otherwise.
    SumUp,
    /// Compares both, and is judged by what the worksheet is for.
    Compare(Compared),
    /// A person does it.
    Confirm(Confirmation),
}

impl Act {
    /// Whether nothing is done but waiting.
    pub fn only_waits(self) -> bool {
        matches!(self, Act::LinksUp | Act::Archived(_))
    }

    /// Whether it shows a plan first, and is done only after a yes to that.
    pub fn needs_yes(self) -> bool {
        matches!(self, Act::Restore(..) | Act::Carry)
    }
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its word in the record.
    pub key: &'static str,
    /// On which server.
    pub on: Role,
    /// What.
    pub act: Act,
}

const fn step(key: &'static str, on: Role, act: Act) -> Step {
    Step { key, on, act }
}

/// The other one.
pub(super) const fn other(role: Role) -> Role {
    match role {
        Role::Primary => Role::Secondary,
        Role::Secondary => Role::Primary,
    }
}

/// The steps of a worksheet, in order. With `by_backup` administration and history go by backup and restore over a device, as in
/// the field's guide.
pub fn plan(kind: WorksheetKind, by_backup: bool) -> Vec<Step> {
    match kind {
        WorksheetKind::PrimaryOutage => outage(Role::Primary, by_backup),
        WorksheetKind::SecondaryOutage => outage(Role::Secondary, by_backup),
        WorksheetKind::Collection => collection(by_backup),
        WorksheetKind::Administration => administration(by_backup),
        WorksheetKind::Unknown => Vec::new(),
    }
}

/// The steps that a worksheet was begun with; none where another version began it, whose steps are others. Before
/// administration could be carried it went by backup, and the record did not say so: the way that fits its steps holds.
pub fn steps_of(sheet: &Worksheet) -> Option<Vec<Step>> {
    let fits = |steps: &Vec<Step>| steps.iter().map(|step| step.key).eq(sheet.steps.iter().map(|step| &step.step));
    ways(sheet).find(fits).filter(|_| sheet.unreadable.is_none())
}

/// What a step of a record is, as far as this version knows its word in that kind of worksheet.
pub fn step_named(sheet: &Worksheet, key: &str) -> Option<Step> {
    ways(sheet).flatten().find(|step| step.key == key)
}

/// Today's way first; a version of before went the same without giving timetables back.
fn ways(sheet: &Worksheet) -> impl Iterator<Item = Vec<Step>> {
    let (kind, by_backup) = (sheet.kind, sheet.by_backup);
    [by_backup, !by_backup].into_iter().flat_map(move |by_backup| {
        let steps = plan(kind, by_backup);
        let before = steps.iter().copied().filter(|step| step.act != Act::GiveTimetablesBack).collect();
        [steps, before]
    })
}

/// `down` was out, the other one went on.
fn outage(down: Role, by_backup: bool) -> Vec<Step> {
    let up = other(down);
    let administration = if by_backup { Act::Restore(Scope::Administration, "backup") } else { Act::Carry };
    let mut steps = vec![step("back", down, Act::LinksUp)];
    if down == Role::Primary {
        // Before the backup, which carries them in the guide's way.
        steps.push(step("timetables", up, Act::GiveTimetablesBack));
    }
    steps.extend([
        step("backup", up, Act::BackUp(Scope::Everything)),
        step("single-user", down, Act::SingleUser),
        step("administration", down, administration),
        step("multi-user", down, Act::MultiUser),
        step("archived", down, Act::Archived("back")),
    ]);
    match by_backup {
        false => steps.push(step("heal", down, Act::Heal)),
        true => steps.extend([
            step("history-backup", up, Act::BackUp(Scope::History)),
            step("history", down, Act::Restore(Scope::History, "history-backup")),
            step("sum-up", down, Act::SumUp),
        ]),
    }
    steps.push(step("compare", down, Act::Compare(Compared::History)));
    if down == Role::Primary {
        steps.push(step("return", Role::Primary, Act::Confirm(Confirmation::Return)));
    }
    steps
}

/// Both servers in turn, so that one always collects.
fn collection(by_backup: bool) -> Vec<Step> {
    let mut steps = vec![
        step("leave", Role::Primary, Act::Confirm(Confirmation::Leave)),
        step("primary-single-user", Role::Primary, Act::SingleUser),
        step("primary-off", Role::Primary, Act::CollectionOff),
        step("primary-change", Role::Primary, Act::Confirm(Confirmation::Change)),
        step("primary-on", Role::Primary, Act::CollectionOn),
        step("primary-up", Role::Primary, Act::LinksUp),
        step("primary-multi-user", Role::Primary, Act::MultiUser),
        step("primary-archived", Role::Primary, Act::Archived("primary-up")),
    ];
    match by_backup {
        false => steps.push(step("primary-heal", Role::Primary, Act::Heal)),
        true => steps.extend([
            step("primary-backup", Role::Secondary, Act::BackUp(Scope::History)),
            step("primary-history", Role::Primary, Act::Restore(Scope::History, "primary-backup")),
            step("primary-sum-up", Role::Primary, Act::SumUp),
        ]),
    }
    steps.extend([
        step("secondary-single-user", Role::Secondary, Act::SingleUser),
        step("secondary-off", Role::Secondary, Act::CollectionOff),
        step("secondary-change", Role::Secondary, Act::Confirm(Confirmation::Change)),
        step("secondary-on", Role::Secondary, Act::CollectionOn),
        step("secondary-up", Role::Secondary, Act::LinksUp),
        step("secondary-multi-user", Role::Secondary, Act::MultiUser),
        step("secondary-archived", Role::Secondary, Act::Archived("secondary-up")),
    ]);
    match by_backup {
        false => steps.push(step("secondary-heal", Role::Secondary, Act::Heal)),
        true => steps.extend([
            step("secondary-backup", Role::Primary, Act::BackUp(Scope::History)),
            step("secondary-history", Role::Secondary, Act::Restore(Scope::History, "secondary-backup")),
            step("secondary-sum-up", Role::Secondary, Act::SumUp),
        ]),
    }
    steps.push(step("compare", Role::Primary, Act::Compare(Compared::Change)));
    steps
}

/// From the primary onto the secondary.
fn administration(by_backup: bool) -> Vec<Step> {
    let single_user = step("single-user", Role::Secondary, Act::SingleUser);
    let mut steps = match by_backup {
        false => vec![single_user, step("administration", Role::Secondary, Act::Carry)],
        true => vec![
            step("backup", Role::Primary, Act::BackUp(Scope::Administration)),
            single_user,
            step("administration", Role::Secondary, Act::Restore(Scope::Administration, "backup")),
        ],
    };
    steps.extend([
        step("passwords", Role::Secondary, Act::Confirm(Confirmation::Passwords)),
        step("multi-user", Role::Secondary, Act::MultiUser),
        step("compare", Role::Secondary, Act::Compare(Compared::Administration)),
    ]);
    steps
}
