//! What is refused in which state of the server, in one table. `cms mode rules` shows it, and
//! `docs/operating/administration.md` is held against it by a test.

use api::{ErrorBody, ErrorCode, Mode, ModeRule, Operation, Role};

use super::Administration;
use crate::auth::User;
use crate::reports::Reports;
use crate::source::Source;

/// What is for viewing on a secondary where an operation is done on the primary and carried from there.
fn viewed(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Dictionary => Some("the Dictionary"),
        Operation::Menu => Some("the main menu"),
        _ => None,
    }
}

const fn rule(operation: Operation, collection_off: bool, mode: Option<Mode>) -> ModeRule {
    ModeRule { operation, collection_off, mode, role: None }
}

const fn on_primary(operation: Operation) -> ModeRule {
    ModeRule { operation, collection_off: false, mode: None, role: Some(Role::Primary) }
}

const SINGLE: Option<Mode> = Some(Mode::SingleUser);
const MULTI: Option<Mode> = Some(Mode::MultiUser);

/// Every such operation.
pub const RULES: [ModeRule; 12] = [
    rule(Operation::Allocation, true, None),
    rule(Operation::StorageInterval, true, None),
    rule(Operation::SummaryTimes, true, None),
    rule(Operation::MasterAcd, true, SINGLE),
    rule(Operation::RestoreLocal, true, SINGLE),
    rule(Operation::RestoreSystem, false, SINGLE),
    rule(Operation::RestoreAcd, false, SINGLE),
    rule(Operation::RestoreHistorical, false, None),
    rule(Operation::RestoreTables, false, None),
    rule(Operation::Timetable, false, MULTI),
    on_primary(Operation::Dictionary),
    on_primary(Operation::Menu),
];

fn of(operation: Operation) -> Option<&'static ModeRule> {
    RULES.iter().find(|rule| rule.operation == operation)
}

/// What it is, for people, if it is done in single-user mode only.
pub fn in_single_user_mode(operation: Operation) -> Option<&'static str> {
    of(operation).filter(|rule| rule.mode == SINGLE).map(|rule| rule.operation.what())
}

/// Whether it is done in one mode only, or with data collection off only.
pub fn needs_a_state(operation: Operation) -> bool {
    of(operation).is_some_and(|rule| rule.mode.is_some() || rule.collection_off)
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
        let is_elsewhere = of(operation).and_then(|rule| rule.role).is_some_and(|role| role != reports.role);
        let Some(viewed) = viewed(operation).filter(|_| is_elsewhere) else { return Ok(()) };
        let (what, server) = (operation.what(), &reports.server);
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
        refuse(&self.obstacles(sources, &[operation]))
    }

    /// All that stands against operations in the present state of the server, or of the data collection of these ACDs, each
    /// step that comes first once.
    pub fn obstacles(&self, sources: &[&Source], operations: &[Operation]) -> Vec<String> {
        let present = self.mode();
        let whats = |stands: &dyn Fn(&ModeRule) -> bool| -> Vec<&'static str> {
            let rules = operations.iter().filter_map(|operation| of(*operation));
            let mut whats: Vec<_> = rules.filter(|rule| stands(rule)).map(|rule| rule.operation.what()).collect();
            whats.dedup();
            whats
        };
        let mut obstacles = Vec::new();
        for mode in [Mode::SingleUser, Mode::MultiUser].into_iter().filter(|mode| *mode != present) {
            let whats = whats(&|rule| rule.mode == Some(mode));
            obstacles.extend(possible_only(&whats).map(|possible| {
                format!(
                    "{possible} in {mode} mode, and the server is in {present} mode: change that under Administration > Mode, or with \
                     `cms mode {mode}`"
                )
            }));
        }
        let whats = whats(&|rule| rule.collection_off);
        for source in sources.iter().filter(|source| source.view.collecting()) {
            let acd = source.view.number();
            obstacles.extend(possible_only(&whats).map(|possible| {
                format!(
                    "{possible} while the data collection of ACD {acd} is off: turn it off under Administration > \
                     Data collection, or with `cms collection off --acd {acd}`, on the one server after the other"
                )
            }));
        }
        obstacles
    }
}

/// The beginning of a sentence on when these operations are possible; nothing without any.
fn possible_only(whats: &[&str]) -> Option<String> {
    match whats {
        [] => None,
        [what] => Some(format!("{what} is possible only")),
        [all @ .., last] => Some(format!("{} and {last} are possible only", all.join(", "))),
    }
}

/// A refusal that names all that stands against something; none if nothing does.
pub fn refuse(obstacles: &[String]) -> Result<(), ErrorBody> {
    match obstacles.is_empty() {
        true => Ok(()),
        false => Err(ErrorBody::new(ErrorCode::WrongState, obstacles.join("; besides, "))),
    }
}
