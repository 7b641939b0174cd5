//! `cms-supervisor`: the supervisor's desktop.

use std::path::PathBuf;

use clap::Parser;
use desktop::Options;

/// Live reports of an ACD from two servers.
#[derive(Parser)]
#[command(name = "cms-supervisor", version)]
struct Arguments {
    /// Folder of profiles, layouts and settings, instead of the user's own
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// Profile to start with
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    desktop::run(Options { config_dir: arguments.config, profile_name: arguments.profile, ..Options::default() })
}
