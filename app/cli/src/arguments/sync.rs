//! The forms of `cms sync`.

use std::path::PathBuf;

use api::Conflicts;
use clap::{Args, Subcommand};
use model::{AcdNumber, DataKind};

/// Administration pushed from the server to the other one.
#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Push administration of the server to another one, which must be a secondary; exit code 1 if conflicts stay as they are
    /// there
    Admin(SyncChoice),
    /// List the syncs that the server sent or took in, newest first
    Log {
        /// How many
        #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=1000))]
        count: u32,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The server that timetables of this one sync to
    #[command(subcommand)]
    Peer(PeerCommand),
}

#[derive(Debug, Args)]
pub(crate) struct SyncChoice {
    /// Address of the server that is written to; signed in to as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// SHA-256 fingerprint of that server's certificate
    #[arg(long, value_name = "HEX", conflicts_with = "to_ca")]
    pub(crate) to_fingerprint: Option<String>,
    /// PEM file of the authorities to check that server's certificate by
    #[arg(long, value_name = "FILE")]
    pub(crate) to_ca: Option<PathBuf>,
    /// Kinds of data: system, acd; both if neither kinds nor tables are named
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', conflicts_with = "tables")]
    pub(crate) data: Vec<DataKind>,
    /// Only these tables, by the field's names: users, ttsc, split_pro, synonyms and so on
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',')]
    pub(crate) tables: Vec<String>,
    /// Number of the ACD; all of them if left out
    #[arg(long, value_name = "N")]
    pub(crate) acd: Option<AcdNumber>,
    /// What becomes of things that were changed on the other server since the last sync: keep, replace or refuse
    #[arg(long, value_name = "RULE", default_value = "keep")]
    pub(crate) conflicts: Conflicts,
    /// Heal gaps in the other server's history, too
    #[arg(long)]
    pub(crate) history: bool,
    /// Write to the other server although it is the primary
    #[arg(long)]
    pub(crate) to_primary: bool,
    /// Sync although the other server was synced last from another one than this, as after this one was set up anew
    #[arg(long)]
    pub(crate) from_another: bool,
    /// Show what would be done; nothing is changed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Digest of a dry run, as --json tells it: nothing is done if it would come to anything else by now
    #[arg(long, value_name = "DIGEST", conflicts_with = "dry_run")]
    pub(crate) expect: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeerCommand {
    /// Set it; it is signed in to once, to see that all is right
    Set(PeerChoice),
    /// Show it, without its password
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget it
    Remove {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PeerChoice {
    /// Its address
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// SHA-256 fingerprint of its certificate
    #[arg(long, value_name = "HEX")]
    pub(crate) to_fingerprint: String,
    /// An administrator there; the user that is signed in with here, if left out
    #[arg(long, value_name = "NAME")]
    pub(crate) to_user: Option<String>,
    /// File with that user's password there; the one that is signed in with here, if left out
    #[arg(long, value_name = "FILE")]
    pub(crate) to_password_file: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
