//! The guide's procedures, step by step with `cms` on two running servers, each under the guide's own name.
//!
//! Those that other files follow are in the table of `docs/procedures.md`; that every test named there exists is checked
//! here. What differs from the guide, and why, is said there, too.

mod administering;
mod people;
mod recovering;
mod table;

use anyhow::{Context, Result};
use api::{Job, JobState};
use serde_json::from_str;
use testkit::{Place, Site};

use crate::cli::Server;
use crate::running::Running;

/// The two servers as an administrator has them, with a morning behind them and a switch that goes on.
struct Pair {
    running: Running,
    primary: Server,
    secondary: Server,
}

impl Pair {
    async fn start() -> Result<Pair> {
        let running = Running::start().await?;
        let (primary, secondary) = (Server::of(&running.site, Place::A)?, Server::of(&running.site, Place::B)?);
        Ok(Pair { running, primary, secondary })
    }

    fn site(&self) -> &Site {
        &self.running.site
    }

    /// Backs up on the primary, carries the volumes to the secondary, and restores them there in single-user mode.
    fn carry_to_the_secondary(&self, backup: &[&str]) -> Result<()> {
        let label = back_up(&self.primary, backup)?;
        crate::backup::carry(self.site(), Place::A, Place::B)?;
        restore_alone(&self.secondary, &[&label])
    }
}

/// Makes a backup of `what` and gives its label.
fn back_up(cms: &Server, what: &[&str]) -> Result<String> {
    let job: Job = from_str(&cms.out(&[&["backup", "run", "--json"], what].concat()))?;
    job.label.context("a backup has a label")
}

fn restore(cms: &Server, what: &[&str]) -> Result<()> {
    let job: Job = from_str(&cms.out(&[&["restore", "run", "--json"], what].concat()))?;
    anyhow::ensure!(job.state == JobState::Done, "{job:?}");
    Ok(())
}

/// Single-user mode, restore, multi-user mode.
fn restore_alone(cms: &Server, what: &[&str]) -> Result<()> {
    cms.out(&["mode", "single-user"]);
    restore(cms, what)?;
    cms.out(&["mode", "multi-user"]);
    Ok(())
}
