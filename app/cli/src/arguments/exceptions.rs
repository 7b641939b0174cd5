//! The forms of `cms exceptions` and `cms trace`.

use clap::{Args, Subcommand};
use model::{AcdNumber, ExceptionElement, LoginId};

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionCommand {
    /// List the exceptions that can be watched
    Types {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the rules, also those that are off
    List {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Turn exceptions on (or off) and set their limits
    Set(ExceptionChoice),
    /// Show the last hundred exceptions, or follow them
    Log(LogOptions),
    /// Show what troubled the server itself since it started; the other server has troubles of its own
    Server {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExceptionChoice {
    /// Of what: agent (of a split/skill), split, vdn, vector or trunk-group
    #[arg(value_name = "OF")]
    pub(crate) of: ExceptionElement,
    /// Number, or several, such as 1-5;7 or 1,3; for agent those of splits/skills
    #[arg(value_name = "IDS")]
    pub(crate) numbers: String,
    /// Name or number of the exception, as `cms exceptions types` lists it
    #[arg(value_name = "EXCEPTION")]
    pub(crate) exception: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Time limit, 0 to 28800; without it as it was
    #[arg(long, value_name = "SECS")]
    pub(crate) limit: Option<u32>,
    /// How many are allowed, 0 to 999; without it as it was
    #[arg(long, value_name = "N")]
    pub(crate) threshold: Option<u16>,
    /// Of AUX only this reason code
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<u8>,
    /// Turn it off; its limits are kept
    #[arg(long)]
    pub(crate) off: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LogOptions {
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Go on with each exception as it happens, until stopped
    #[arg(long)]
    pub(crate) follow: bool,
    /// End after so many
    #[arg(long, value_name = "N", requires = "follow", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// As JSON; one object a line while following
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TraceCommand {
    /// Record every change of an agent's state from now on
    On(TraceChoice),
    /// Record no more of an agent
    Off(TraceChoice),
    /// List the agents who are traced
    List {
        /// Only this one: nothing is listed where that agent is not traced
        #[arg(long, value_name = "ID")]
        agent: Option<LoginId>,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TraceChoice {
    /// The agent's login ID
    #[arg(long, value_name = "ID")]
    pub(crate) agent: LoginId,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
