//! Exceptions and agent traces: rules, the real-time log, and what troubled the server itself.

use model::{AcdNumber, ExceptionElement, ExceptionKey, ExceptionKind, ExceptionRule, ExceptionScope, LoginId, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::message::Stamp;

/// A kind of exception that can be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExceptionType {
    /// Of what: `agent`, `split`, `vdn`, `vector` or `trunk-group`.
    pub of: String,
    /// Its number (EXTYPE); from 101 on the number is ours.
    pub number: u16,
    /// The name by which a rule is set, such as `time-in-queue`.
    pub name: String,
    /// When it is told, in a sentence.
    pub meaning: String,
    /// Whether it has a time limit.
    pub timed: bool,
    /// Whether it is counted from items of the interval and told once in it; else from single calls and states.
    pub interval_based: bool,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exception {
    /// Of what: `agent`, `split`, `vdn`, `vector` or `trunk-group`.
    pub of: String,
    /// Number of what is watched; for `agent` that of the split/skill whose agents are.
    pub number: String,
    /// Name of the kind of exception, such as `time-in-queue`.
    pub exception: String,
    /// Number of that kind (EXTYPE).
    pub extype: u16,
    /// Of AUX only this reason code.
    pub reason: Option<u8>,
    /// How many are still allowed before it is told.
    pub threshold: u16,
    /// Time limit in seconds; 0 for exceptions that are not about time.
    pub limit_secs: u32,
    /// Whether it is checked; a rule that is off keeps its limits.
    pub on: bool,
}

impl From<&ExceptionRule> for Exception {
    fn from(rule: &ExceptionRule) -> Self {
        let ExceptionKey { scope, kind, reason } = rule.key;
        Exception {
            of: scope.element().word().to_owned(),
            number: scope.number(),
            exception: kind.name().to_owned(),
            extype: kind.number(),
            reason: reason.map(|reason| reason.0),
            threshold: rule.threshold,
            limit_secs: rule.limit_secs,
            on: rule.on,
        }
    }
}

impl From<ExceptionKind> for ExceptionType {
    fn from(kind: ExceptionKind) -> Self {
        ExceptionType {
            of: kind.element().word().to_owned(),
            number: kind.number(),
            name: kind.name().to_owned(),
            meaning: kind.meaning().to_owned(),
            timed: kind.counting().is_timed(),
            interval_based: kind.counting().is_interval_based(),
        }
    }
}

/// Turns exceptions on or off and sets their limits: the same for several things at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetException {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Of what: `agent`, `split`, `vdn`, `vector` or `trunk-group`.
    pub of: String,
    /// Numbers of what is to be watched; for `agent` those of splits/skills.
    pub numbers: Vec<String>,
    /// Name or number of the exception.
    pub exception: String,
    /// Of AUX only this reason code.
    #[serde(default)]
    pub reason: Option<u8>,
    /// What is still allowed, 0 to 999; absent: as it was, or 0.
    #[serde(default)]
    pub threshold: Option<u16>,
    /// Time limit in seconds, 0 to 28,800; absent: as it was, or 0.
    #[serde(default)]
    pub limit_secs: Option<u32>,
    /// Whether it is to be checked.
    pub on: bool,
}

impl SetException {
    /// The keys of the rules that are meant.
    ///
    /// # Errors
    /// What is wrong with the names and numbers, for people.
    pub fn keys(&self) -> Result<Vec<ExceptionKey>, String> {
        let element: ExceptionElement = self.of.parse()?;
        let kind = ExceptionKind::parse(element, &self.exception)?;
        let reason = self.reason.map(model::AuxReason);
        let key = |number: &String| {
            let scope = ExceptionScope::parse(element, number).map_err(|error| error.to_string())?;
            Ok(ExceptionKey { scope, kind, reason })
        };
        if self.numbers.is_empty() {
            return Err("name at least one number of what is to be watched".to_owned());
        }
        self.numbers.iter().map(key).collect()
    }
}

/// One line of the real-time exception log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LoggedException {
    /// Number of its record (SEQNO); a later exception of the same kind of thing has a higher one.
    pub number: u64,
    /// When the limit was passed, UNIX seconds of the ACD's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// Of what: `agent`, `split`, `vdn`, `vector` or `trunk-group`.
    pub of: String,
    /// Number of it; for `agent` the login ID.
    pub element: String,
    /// Split/skill of an agent's exception.
    #[schema(value_type = Option<u32>)]
    pub split: Option<model::SplitId>,
    /// Further parts: trunk and agent of a trunk group's exception, vector of a VDN's, reason code of AUX.
    pub detail: String,
    /// Name of the kind of exception, such as `time-in-queue`.
    pub exception: String,
    /// Number of that kind (EXTYPE).
    pub extype: u16,
    /// How many were allowed when it was told.
    pub threshold: u16,
    /// Time limit in seconds; 0 for exceptions that are not about time.
    pub limit_secs: u32,
    /// What was reached: seconds for exceptions with a time limit, else how many.
    pub value: u32,
}

/// The real-time exception log of an ACD: the last hundred, oldest first. As a stream, each frame has what came since the one
/// before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExceptionLog {
    /// Of which server and ACD, and as of when.
    pub stamp: Stamp,
    /// How many exceptions the running interval has had.
    pub counted: u32,
    /// The exceptions that the user may see, oldest first.
    pub exceptions: Vec<LoggedException>,
}

/// Something that troubled the server itself, counted since it started. Not about calls, and not the same on the other
/// server, which started at another time and has troubles of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerException {
    /// Which: `link-lost`, `switch-refused`, `archive-failed`, `journal-failed` or `log-on-refused`.
    pub exception: String,
    /// The ACD; absent for what concerns the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// How often since the server started.
    pub count: u64,
    /// When last, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub last_at: Moment,
    /// What it was last, for people.
    pub text: String,
}

/// What troubled the server since it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerExceptions {
    /// Name of the server.
    pub server: String,
    /// When it started, UNIX seconds of the server's clock: counting began then.
    #[schema(value_type = i64)]
    pub since: Moment,
    /// What there was, by kind and ACD.
    pub exceptions: Vec<ServerException>,
}

/// Turns the trace of an agent on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTrace {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Login ID of the agent.
    #[schema(value_type = String)]
    pub agent: LoginId,
    /// Whether every change of the agent's state is to be recorded.
    pub on: bool,
}
