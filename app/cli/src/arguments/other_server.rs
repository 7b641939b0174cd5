//! How commands about both servers name the other one.

use std::path::PathBuf;

use clap::Args;

/// The other server of the two.
#[derive(Debug, Clone, Args)]
pub(crate) struct OtherServer {
    /// Address of the other server; signed in to as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) with: String,
    /// SHA-256 fingerprint of the other server's certificate
    #[arg(long, value_name = "HEX", conflicts_with = "with_ca")]
    pub(crate) with_fingerprint: Option<String>,
    /// PEM file of the authorities to check the other server's certificate by
    #[arg(long, value_name = "FILE")]
    pub(crate) with_ca: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
