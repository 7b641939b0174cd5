//! The forms of `cms twin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::OtherServer;

/// Both servers of an ACD, side by side.
#[derive(Debug, Subcommand)]
pub(crate) enum TwinCommand {
    /// Say what differs between the server and another one, is missing or lacks data; exit code 1 if anything does
    Compare(CompareOptions),
    /// Fetch the intervals that are missing on the server or lack data from another one, restore them, sum up again, and
    /// compare; exit code 1 if both are not the same then
    Heal(HealOptions),
}

#[derive(Debug, Args)]
pub(crate) struct HealOptions {
    /// Address of the server that has them; signed in to as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// SHA-256 fingerprint of that server's certificate
    #[arg(long, value_name = "HEX", conflicts_with = "from_ca")]
    pub(crate) from_fingerprint: Option<String>,
    /// PEM file of the authorities to check that server's certificate by
    #[arg(long, value_name = "FILE")]
    pub(crate) from_ca: Option<PathBuf>,
    /// First interval: 2026-11-23T10:00 in the time of the server's first ACD, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T")]
    pub(crate) since: Option<String>,
    /// Last interval, written in the same way; a date alone means the whole day
    #[arg(long, value_name = "T")]
    pub(crate) until: Option<String>,
    /// Show what would be restored; nothing is changed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareOptions {
    #[command(flatten)]
    pub(crate) other: OtherServer,
    /// First interval: 2026-11-23T10:00 in the time of the server's first ACD, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T")]
    pub(crate) from: Option<String>,
    /// Last interval, written in the same way; a date alone means the whole day
    #[arg(long, value_name = "T")]
    pub(crate) to: Option<String>,
}
