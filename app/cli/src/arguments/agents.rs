//! The forms of `cms agent`.

use clap::Subcommand;
use model::{AcdNumber, LoginId};

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Show and change the skills of agents
    #[command(subcommand)]
    Skills(SkillsCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SkillsCommand {
    /// Show the skills of agents who are logged in
    Show {
        /// Login ID; everybody if left out
        #[arg(value_name = "AGENT")]
        agent: Option<LoginId>,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Have the switch give an agent exactly these skills; both servers hear it
    Set {
        /// Login ID
        #[arg(value_name = "AGENT")]
        agent: LoginId,
        /// All skills, each with its level, or r1 or r2 for a reserve level: 1:1,3:2,7:r1; 3:2:30 also allocates 30 %, which
        /// stays as it is where none is given
        #[arg(value_name = "SKILL:LEVEL[:PERCENT],…")]
        skills: String,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
