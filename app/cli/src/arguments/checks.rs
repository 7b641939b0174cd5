//! The forms of `cms checks`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ChecksOptions {
    /// Address of the other server, to check both; signed in to as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) with: Option<String>,
    /// SHA-256 fingerprint of the other server's certificate
    #[arg(long, value_name = "HEX", conflicts_with = "with_ca", requires = "with")]
    pub(crate) with_fingerprint: Option<String>,
    /// PEM file of the authorities to check the other server's certificate by
    #[arg(long, value_name = "FILE", requires = "with")]
    pub(crate) with_ca: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
