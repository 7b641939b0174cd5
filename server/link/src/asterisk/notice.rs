//! What an administrator has to know about a link. Every text says what to change and where.

use model::{AuxReason, LoginId, SplitId};

/// Something to tell the administrator; the link goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// A read class is missing.
    #[error(
        "manager user {username:?} seems to lack read class `{class}`: {symptom}. Add it to `read =` of [{username}] in \
         manager.conf and run `manager reload`"
    )]
    ClassMissing {
        /// The manager user.
        username: String,
        /// The class.
        class: &'static str,
        /// What was seen or missed.
        symptom: &'static str,
    },
    /// An action was refused.
    #[error(
        "the PBX refused {action} to manager user {username:?} ({message}). Add class `reporting` to `write =` of [{username}] \
         in manager.conf and run `manager reload`"
    )]
    ActionRefused {
        /// The action.
        action: &'static str,
        /// The manager user.
        username: String,
        /// The PBX's own words.
        message: String,
    },
    /// A look at the queues found nothing that counts.
    #[error(
        "the PBX did not list its queues within {secs} s after it was due to be asked, so all that is so is asked for anew and the \
         interval is incomplete; if this happens often, look at the load of the PBX and of this server"
    )]
    NoList {
        /// How long it is waited for.
        secs: i64,
    },
    /// Bytes that are no manager-interface block.
    #[error("skipped input that is no manager-interface block: {fault}")]
    Malformed {
        /// What was wrong with it.
        fault: &'static str,
    },
    /// An event without what it must have.
    #[error("skipped a {event} event: {fault}")]
    BadEvent {
        /// Name of the event.
        event: String,
        /// What was wrong with it.
        fault: &'static str,
    },
    /// The PBX was started anew since the link was last up.
    #[error("the PBX was started {uptime_secs} s ago, while the link was down")]
    Restarted {
        /// How long it runs.
        uptime_secs: i64,
    },
    /// Two state interfaces give one login ID.
    #[error(
        "{first:?} and {second:?} are both login ID {login} and count as one agent. If they are two people, give one of them \
         another ID under [acd.link.agents] in cms.toml on both servers"
    )]
    SameLogin {
        /// The login ID.
        login: LoginId,
        /// One state interface.
        first: String,
        /// The other one.
        second: String,
    },
    /// Two pause reasons give one code.
    #[error(
        "pause reasons {first:?} and {second:?} are both AUX reason {code}. Give one of them another code under \
         [acd.link.aux_reasons] in cms.toml on both servers"
    )]
    SameReason {
        /// The code.
        code: AuxReason,
        /// One reason.
        first: String,
        /// The other one.
        second: String,
    },
}

/// Why the link cannot be used until somebody changes something; the connection is to be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something else answers at that address.
    #[error(
        "no Asterisk Manager Interface answers there (it began with {line:?}); check `address` of the link in cms.toml"
    )]
    NotAsterisk {
        /// The first line received.
        line: String,
    },
    /// The login failed.
    #[error(
        "the PBX refused manager user {username:?} ({message}); check `secret` and `permit` of [{username}] in manager.conf, \
         the file that `secret_file` of the link in cms.toml names (it is read anew at each try), and `username` there (the server \
         is to be restarted when that was changed)"
    )]
    LoginFailed {
        /// The manager user.
        username: String,
        /// The PBX's own words.
        message: String,
    },
    /// The queues may not be listed.
    #[error(
        "the PBX does not list its queues for manager user {username:?} ({message}). Add class `reporting` to `write =` of \
         [{username}] in manager.conf and run `manager reload`"
    )]
    NoQueues {
        /// The manager user.
        username: String,
        /// The PBX's own words.
        message: String,
    },
    /// Events have no time.
    #[error(
        "events come without a Timestamp; set `timestampevents = yes` in [general] of manager.conf and run `manager reload`"
    )]
    NoTimestamps,
    /// Two queues give one split number.
    #[error(
        "queues {first:?} and {second:?} both become split {split}; give one of them another number under \
         [acd.link.splits] in cms.toml, the same on both servers"
    )]
    SameSplit {
        /// The number.
        split: SplitId,
        /// One queue.
        first: String,
        /// The other one.
        second: String,
    },
}
