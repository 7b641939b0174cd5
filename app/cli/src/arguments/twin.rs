//! The forms of `cms twin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Both servers of an ACD, side by side.
#[derive(Debug, Subcommand)]
pub(crate) enum TwinCommand {
    /// Say what differs between the server and another one, is missing or lacks data; exit code 1 if anything does
    Compare(CompareOptions),
}

#[derive(Debug, Args)]
pub(crate) struct CompareOptions {
    /// Address of the other server; signed in to as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) with: String,
    /// SHA-256 fingerprint of the other server's certificate
    #[arg(long, value_name = "HEX", conflicts_with = "with_ca")]
    pub(crate) with_fingerprint: Option<String>,
    /// PEM file of the authorities to check the other server's certificate by
    #[arg(long, value_name = "FILE")]
    pub(crate) with_ca: Option<PathBuf>,
    /// First interval: 2026-11-23T10:00 in the time of the server's first ACD, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T")]
    pub(crate) from: Option<String>,
    /// Last interval, written in the same way; a date alone means the whole day
    #[arg(long, value_name = "T")]
    pub(crate) to: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
