//! What is refused in which state of the server, in one table. `cms mode rules` shows it, and
//! `docs/operating/administration.md` is held against it by a test.

use api::{ErrorBody, ErrorCode, Mode, ModeRule, Role};

use super::Administration;
use crate::auth::User;
use crate::reports::{Reports, Source};

/// What the field's rules tie to the state of data collection or of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// How much of the history is kept.
    Allocation,
    /// Length of the storage interval.
    StorageInterval,
    /// Daily start and stop, week, and when history is summed up: part of the field's storage intervals.
    SummaryTimes,
    /// Which ACD is the master.
    MasterAcd,
    /// Restoring what belongs to this server only.
    RestoreLocal,
    /// Restoring users, timetables, reports and the like.
    RestoreSystem,
    /// Restoring the administration of an ACD.
    RestoreAcd,
    /// Restoring the history of an ACD.
    RestoreHistorical,
    /// Restoring chosen tables.
    RestoreTables,
    /// Running a timetable.
    Timetable,
    /// Naming things, grouping agents, defining calculations.
    Dictionary,
    /// What the house adds to the menu.
    Menu,
}

/// What an operation needs.
struct Rule {
    operation: Operation,
    what: &'static str,
    /// Whether data collection must be off, of the ACDs concerned.
    collection_off: bool,
    /// In which mode the server must be; `None` for either.
    mode: Option<Mode>,
    /// What is for viewing on a secondary, if this is done on the primary and carried from there.
    on_primary: Option<&'static str>,
}

const fn rule(operation: Operation, what: &'static str, collection_off: bool, mode: Option<Mode>) -> Rule {
    Rule { operation, what, collection_off, mode, on_primary: None }
}

const fn on_primary(what: &'static str, rule: Rule) -> Rule {
    Rule { on_primary: Some(what), ..rule }
}

const SINGLE: Option<Mode> = Some(Mode::SingleUser);
const MULTI: Option<Mode> = Some(Mode::MultiUser);

/// Every such operation.
const RULES: [Rule; 12] = [
    rule(Operation::Allocation, "changing the data storage allocation", true, None),
    rule(Operation::StorageInterval, "changing the storage interval", true, None),
    rule(Operation::SummaryTimes, "changing the times of summing up", true, None),
    rule(Operation::MasterAcd, "changing the master ACD", true, SINGLE),
    rule(Operation::RestoreLocal, "restoring local system administration data", true, SINGLE),
    rule(Operation::RestoreSystem, "restoring CMS system administration data", false, SINGLE),
    rule(Operation::RestoreAcd, "restoring ACD-specific administration data", false, SINGLE),
    rule(Operation::RestoreHistorical, "restoring historical data", false, None),
    rule(Operation::RestoreTables, "restoring custom data or specific tables", false, None),
    rule(Operation::Timetable, "running a timetable", false, MULTI),
    on_primary("the Dictionary", rule(Operation::Dictionary, "changing the Dictionary", false, None)),
    on_primary("the main menu", rule(Operation::Menu, "changing the main menu", false, None)),
];

impl Operation {
    /// What it is, for people, if it is done in single-user mode only.
    pub fn in_single_user_mode(self) -> Option<&'static str> {
        let rule = RULES.iter().find(|rule| rule.operation == self && rule.mode == SINGLE);
        rule.map(|rule| rule.what)
    }

    /// Whether it is done in one mode only, or with data collection off only.
    pub fn needs_a_state(self) -> bool {
        RULES.iter().any(|rule| rule.operation == self && (rule.mode.is_some() || rule.collection_off))
    }
}

/// The table, for people.
pub fn rules() -> Vec<ModeRule> {
    let shown = |rule: &Rule| ModeRule {
        what: rule.what.to_owned(),
        collection: if rule.collection_off { "off" } else { "on or off" }.to_owned(),
        mode: rule.mode.map_or_else(|| "either".to_owned(), |mode| mode.to_string()),
        role: if rule.on_primary.is_some() { "primary" } else { "either" }.to_owned(),
    };
    RULES.iter().map(shown).collect()
}

impl Administration {
    /// Refuses on a secondary what is done on the primary and carried from there, unless an administrator takes over. A
    /// server cannot know whether the other one is up, so it is a person who says so.
    pub fn allowed_here(
        &self,
        reports: &Reports,
        user: &User,
        take_over: bool,
        operation: Operation,
    ) -> Result<(), ErrorBody> {
        let Some(rule) = RULES.iter().find(|rule| rule.operation == operation) else { return Ok(()) };
        let Some(viewed) = rule.on_primary.filter(|_| reports.role != Role::Primary) else { return Ok(()) };
        let (what, server) = (rule.what, &reports.server);
        match (take_over, user.administrator) {
            (true, true) => Ok(()),
            (true, false) => {
                let message = format!("{server} is a secondary: only an administrator can take over {what} on it");
                Err(ErrorBody::new(ErrorCode::NotPermitted, message))
            }
            (false, _) => {
                let message = format!(
                    "{server} is a secondary, and there {viewed} is for viewing: {what} is done on the primary and \
                     carried over with Admin-Sync or a backup. While the primary is down, an administrator takes over (a tick on \
                     the desktop's page, --take-over of cms): the change holds on {server} alone, so make the same change on the \
                     primary when it is back, before anything is carried from there"
                );
                Err(ErrorBody::new(ErrorCode::WrongState, message))
            }
        }
    }

    /// Refuses what is not allowed in the present state of the server, or of the data collection of these ACDs, and names
    /// the steps that come first.
    pub fn allowed(&self, sources: &[&Source], operation: Operation) -> Result<(), ErrorBody> {
        refuse(&self.obstacles(sources, operation))
    }

    /// All that stands against an operation in the present state of the server, or of the data collection of these ACDs, each
    /// with the step that comes first.
    pub fn obstacles(&self, sources: &[&Source], operation: Operation) -> Vec<String> {
        let Some(rule) = RULES.iter().find(|rule| rule.operation == operation) else { return Vec::new() };
        let present = self.mode();
        let mut obstacles = Vec::new();
        if let Some(mode) = rule.mode.filter(|mode| *mode != present) {
            obstacles.push(format!(
                "{} is possible only in {mode} mode, and the server is in {present} mode: change that under Administration > Mode, or with \
                 `cms mode {mode}`",
                rule.what
            ));
        }
        for source in sources.iter().filter(|source| rule.collection_off && source.view.collecting()) {
            let acd = source.view.number();
            obstacles.push(format!(
                "{} is possible only while the data collection of ACD {acd} is off: turn it off under Administration > \
                 Data collection, or with `cms collection off --acd {acd}`, on the one server after the other",
                rule.what
            ));
        }
        obstacles
    }
}

/// A refusal that names all that stands against something; none if nothing does.
pub fn refuse(obstacles: &[String]) -> Result<(), ErrorBody> {
    match obstacles.is_empty() {
        true => Ok(()),
        false => Err(ErrorBody::new(ErrorCode::WrongState, obstacles.join("; besides, "))),
    }
}
