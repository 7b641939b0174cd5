//! The steps of each worksheet. No I/O: what is done, on which server, in which order.

use api::{Role, Worksheet, WorksheetKind, WorksheetStep};

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

/// A step's place in its worksheet. Records keep the word; one that is none of these is of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKey {
    /// A backup of the server that went on.
    Backup,
    /// The server that was out answers again.
    Back,
    /// Timetables go back to it.
    Timetables,
    /// Single-user mode.
    SingleUser,
    /// Administration is carried or restored.
    Administration,
    /// Multi-user mode.
    MultiUser,
    /// Both have archived a whole interval.
    Archived,
    /// What is missing is fetched.
    Heal,
    /// A backup of history for the one that was out.
    HistoryBackup,
    /// History is restored.
    History,
    /// History is summed up again.
    SumUp,
    /// Both are compared.
    Compare,
    /// People come back.
    Return,
    /// People leave for the other server.
    Leave,
    /// Single-user mode, of the primary.
    PrimarySingleUser,
    /// Data collection off, of the primary.
    PrimaryOff,
    /// The change, of the primary.
    PrimaryChange,
    /// Data collection on, of the primary.
    PrimaryOn,
    /// Links up, of the primary.
    PrimaryUp,
    /// Multi-user mode, of the primary.
    PrimaryMultiUser,
    /// A whole interval is archived, of the primary.
    PrimaryArchived,
    /// What is missing is fetched, of the primary.
    PrimaryHeal,
    /// A backup of history for it, of the primary.
    PrimaryBackup,
    /// History is restored, of the primary.
    PrimaryHistory,
    /// History is summed up again, of the primary.
    PrimarySumUp,
    /// Single-user mode, of the secondary.
    SecondarySingleUser,
    /// Data collection off, of the secondary.
    SecondaryOff,
    /// The change, of the secondary.
    SecondaryChange,
    /// Data collection on, of the secondary.
    SecondaryOn,
    /// Links up, of the secondary.
    SecondaryUp,
    /// Multi-user mode, of the secondary.
    SecondaryMultiUser,
    /// A whole interval is archived, of the secondary.
    SecondaryArchived,
    /// What is missing is fetched, of the secondary.
    SecondaryHeal,
    /// A backup of history for it, of the secondary.
    SecondaryBackup,
    /// History is restored, of the secondary.
    SecondaryHistory,
    /// History is summed up again, of the secondary.
    SecondarySumUp,
    /// Users who came get passwords.
    Passwords,
}

impl StepKey {
    /// Its word in a record.
    pub const fn word(self) -> &'static str {
        match self {
            StepKey::Backup => "backup",
            StepKey::Back => "back",
            StepKey::Timetables => "timetables",
            StepKey::SingleUser => "single-user",
            StepKey::Administration => "administration",
            StepKey::MultiUser => "multi-user",
            StepKey::Archived => "archived",
            StepKey::Heal => "heal",
            StepKey::HistoryBackup => "history-backup",
            StepKey::History => "history",
            StepKey::SumUp => "sum-up",
            StepKey::Compare => "compare",
            StepKey::Return => "return",
            StepKey::Leave => "leave",
            StepKey::PrimarySingleUser => "primary-single-user",
            StepKey::PrimaryOff => "primary-off",
            StepKey::PrimaryChange => "primary-change",
            StepKey::PrimaryOn => "primary-on",
            StepKey::PrimaryUp => "primary-up",
            StepKey::PrimaryMultiUser => "primary-multi-user",
            StepKey::PrimaryArchived => "primary-archived",
            StepKey::PrimaryHeal => "primary-heal",
            StepKey::PrimaryBackup => "primary-backup",
            StepKey::PrimaryHistory => "primary-history",
            StepKey::PrimarySumUp => "primary-sum-up",
            StepKey::SecondarySingleUser => "secondary-single-user",
            StepKey::SecondaryOff => "secondary-off",
            StepKey::SecondaryChange => "secondary-change",
            StepKey::SecondaryOn => "secondary-on",
            StepKey::SecondaryUp => "secondary-up",
            StepKey::SecondaryMultiUser => "secondary-multi-user",
            StepKey::SecondaryArchived => "secondary-archived",
            StepKey::SecondaryHeal => "secondary-heal",
            StepKey::SecondaryBackup => "secondary-backup",
            StepKey::SecondaryHistory => "secondary-history",
            StepKey::SecondarySumUp => "secondary-sum-up",
            StepKey::Passwords => "passwords",
        }
    }

    /// With which a worksheet turns data collection of a server off.
    pub fn collection_off(role: Role) -> StepKey {
        match role {
            Role::Primary => StepKey::PrimaryOff,
            Role::Secondary => StepKey::SecondaryOff,
        }
    }

    /// Whether a step of a record is this one.
    pub fn is_of(self, step: &WorksheetStep) -> bool {
        step.step == self.word()
    }
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
    Restore(Scope, StepKey),
    /// Undoes the global edits by which the server took timetables over.
    GiveTimetablesBack,
    /// Packs the administration of the other server, carries it over and restores it.
    Carry,
    /// Waits until both servers have archived an interval that is whole on this one, after the time that another step recorded.
    Archived(StepKey),
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
    /// Its place in the worksheet.
    pub key: StepKey,
    /// On which server.
    pub on: Role,
    /// What.
    pub act: Act,
}

const fn step(key: StepKey, on: Role, act: Act) -> Step {
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
    let fits =
        |steps: &Vec<Step>| steps.iter().map(|step| step.key.word()).eq(sheet.steps.iter().map(|step| &step.step));
    ways(sheet).find(fits).filter(|_| sheet.unreadable.is_none())
}

/// What a step of a record is, as far as this version knows its word in that kind of worksheet.
pub fn step_named(sheet: &Worksheet, word: &str) -> Option<Step> {
    ways(sheet).flatten().find(|step| step.key.word() == word)
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
    let administration = if by_backup { Act::Restore(Scope::Administration, StepKey::Backup) } else { Act::Carry };
    let mut steps = vec![step(StepKey::Back, down, Act::LinksUp)];
    if down == Role::Primary {
        // Before the backup, which carries them in the guide's way.
        steps.push(step(StepKey::Timetables, up, Act::GiveTimetablesBack));
    }
    steps.extend([
        step(StepKey::Backup, up, Act::BackUp(Scope::Everything)),
        step(StepKey::SingleUser, down, Act::SingleUser),
        step(StepKey::Administration, down, administration),
        step(StepKey::MultiUser, down, Act::MultiUser),
        step(StepKey::Archived, down, Act::Archived(StepKey::Back)),
    ]);
    match by_backup {
        false => steps.push(step(StepKey::Heal, down, Act::Heal)),
        true => steps.extend([
            step(StepKey::HistoryBackup, up, Act::BackUp(Scope::History)),
            step(StepKey::History, down, Act::Restore(Scope::History, StepKey::HistoryBackup)),
            step(StepKey::SumUp, down, Act::SumUp),
        ]),
    }
    steps.push(step(StepKey::Compare, down, Act::Compare(Compared::History)));
    if down == Role::Primary {
        steps.push(step(StepKey::Return, Role::Primary, Act::Confirm(Confirmation::Return)));
    }
    steps
}

/// Both servers in turn, so that one always collects.
fn collection(by_backup: bool) -> Vec<Step> {
    let mut steps = vec![
        step(StepKey::Leave, Role::Primary, Act::Confirm(Confirmation::Leave)),
        step(StepKey::PrimarySingleUser, Role::Primary, Act::SingleUser),
        step(StepKey::PrimaryOff, Role::Primary, Act::CollectionOff),
        step(StepKey::PrimaryChange, Role::Primary, Act::Confirm(Confirmation::Change)),
        step(StepKey::PrimaryOn, Role::Primary, Act::CollectionOn),
        step(StepKey::PrimaryUp, Role::Primary, Act::LinksUp),
        step(StepKey::PrimaryMultiUser, Role::Primary, Act::MultiUser),
        step(StepKey::PrimaryArchived, Role::Primary, Act::Archived(StepKey::PrimaryUp)),
    ];
    match by_backup {
        false => steps.push(step(StepKey::PrimaryHeal, Role::Primary, Act::Heal)),
        true => steps.extend([
            step(StepKey::PrimaryBackup, Role::Secondary, Act::BackUp(Scope::History)),
            step(StepKey::PrimaryHistory, Role::Primary, Act::Restore(Scope::History, StepKey::PrimaryBackup)),
            step(StepKey::PrimarySumUp, Role::Primary, Act::SumUp),
        ]),
    }
    steps.extend([
        step(StepKey::SecondarySingleUser, Role::Secondary, Act::SingleUser),
        step(StepKey::SecondaryOff, Role::Secondary, Act::CollectionOff),
        step(StepKey::SecondaryChange, Role::Secondary, Act::Confirm(Confirmation::Change)),
        step(StepKey::SecondaryOn, Role::Secondary, Act::CollectionOn),
        step(StepKey::SecondaryUp, Role::Secondary, Act::LinksUp),
        step(StepKey::SecondaryMultiUser, Role::Secondary, Act::MultiUser),
        step(StepKey::SecondaryArchived, Role::Secondary, Act::Archived(StepKey::SecondaryUp)),
    ]);
    match by_backup {
        false => steps.push(step(StepKey::SecondaryHeal, Role::Secondary, Act::Heal)),
        true => steps.extend([
            step(StepKey::SecondaryBackup, Role::Primary, Act::BackUp(Scope::History)),
            step(StepKey::SecondaryHistory, Role::Secondary, Act::Restore(Scope::History, StepKey::SecondaryBackup)),
            step(StepKey::SecondarySumUp, Role::Secondary, Act::SumUp),
        ]),
    }
    steps.push(step(StepKey::Compare, Role::Primary, Act::Compare(Compared::Change)));
    steps
}

/// From the primary onto the secondary.
fn administration(by_backup: bool) -> Vec<Step> {
    let single_user = step(StepKey::SingleUser, Role::Secondary, Act::SingleUser);
    let mut steps = match by_backup {
        false => vec![single_user, step(StepKey::Administration, Role::Secondary, Act::Carry)],
        true => vec![
            step(StepKey::Backup, Role::Primary, Act::BackUp(Scope::Administration)),
            single_user,
            step(StepKey::Administration, Role::Secondary, Act::Restore(Scope::Administration, StepKey::Backup)),
        ],
    };
    steps.extend([
        step(StepKey::Passwords, Role::Secondary, Act::Confirm(Confirmation::Passwords)),
        step(StepKey::MultiUser, Role::Secondary, Act::MultiUser),
        step(StepKey::Compare, Role::Secondary, Act::Compare(Compared::Administration)),
    ]);
    steps
}
