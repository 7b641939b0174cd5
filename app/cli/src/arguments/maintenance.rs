//! The forms of `cms backup` and `cms restore`.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use model::{AcdNumber, DataKind};

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Make a backup; data collection and reports go on meanwhile
    Run(BackupChoice),
    /// List the backups on all devices, and how backing up stands
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Unpack a backup and count it anew; nothing is restored
    Verify(BackupName),
    /// Explain a backup's label and show what is in it
    Describe(BackupName),
    /// List what runs that takes its time (backups, images, restores, syncs), and what did since the server started
    Jobs {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Call off what runs (a backup, an image, a verification, a plan, a restore that has changed nothing yet); nothing of it is kept
    CallOff {
        /// Its number, as `backup jobs` tells it; the one that runs if left out
        #[arg(value_name = "JOB")]
        job: Option<u64>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the tables that --tables takes, and those of the field's lists that are not kept
    Tables {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["data", "tables"]))]
pub(crate) struct BackupChoice {
    /// Kinds of data: local, system, acd, historical, custom
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub(crate) data: Vec<DataKind>,
    /// Only these tables, by the field's names: hsplit, split_pro, users and so on
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',')]
    pub(crate) tables: Vec<String>,
    /// Number of the ACD, or all
    #[arg(long, value_name = "N|all", default_value = "all", value_parser = one_or_all)]
    pub(crate) acd: AcdChoice,
    /// Everything, or of history only what was archived since the last backup
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) mode: BackupMode,
    /// Name of the device; the first one of cms.toml if left out
    #[arg(long, value_name = "D")]
    pub(crate) device: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// One ACD or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AcdChoice(pub(crate) Option<AcdNumber>);

fn one_or_all(text: &str) -> Result<AcdChoice, String> {
    match text {
        "all" => Ok(AcdChoice(None)),
        number => number.parse().map(|acd| AcdChoice(Some(acd))).map_err(|error: model::id::IdError| error.to_string()),
    }
}

/// How much is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackupMode {
    /// Everything
    Full,
    /// Of history only what was archived since the last backup
    Incremental,
}

#[derive(Debug, Args)]
pub(crate) struct BackupName {
    /// Label of the backup or of one of its volumes; as SERVER/LABEL where several servers have the same
    #[arg(value_name = "LABEL")]
    pub(crate) label: String,
    /// Name of the device; the first one of cms.toml if left out
    #[arg(long, value_name = "D")]
    pub(crate) device: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RestoreCommand {
    /// Show what a restore would change; nothing is changed
    Plan(RestoreChoice),
    /// Restore; what is replaced is copied first, so that it can be taken back
    Run(RestoreChoice),
    /// Take a restore back, or forward again
    Undo(UndoChoice),
    /// List the restores on this server
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UndoChoice {
    /// Its number
    #[arg(value_name = "ID")]
    pub(crate) restore: i64,
    /// Take one that was taken back forward again
    #[arg(long)]
    pub(crate) forward: bool,
    /// Show what would be done, and what was changed since; nothing is changed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Digest of the plan that was shown: nothing is done if it would come to anything else by now
    #[arg(long, value_name = "DIGEST")]
    pub(crate) expect: Option<String>,
    /// Yes to replacing what was changed since
    #[arg(long)]
    pub(crate) yes: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreChoice {
    /// Label of the backup; as SERVER/LABEL where several servers have the same
    #[arg(value_name = "LABEL")]
    pub(crate) label: String,
    /// Kinds of data: local, system, acd, historical; all that the backup has if left out
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', conflicts_with = "tables")]
    pub(crate) data: Vec<DataKind>,
    /// Only these tables, by the field's names
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',')]
    pub(crate) tables: Vec<String>,
    /// Number of the ACD, or all of the backup
    #[arg(long, value_name = "N|all", default_value = "all", value_parser = one_or_all)]
    pub(crate) acd: AcdChoice,
    /// Of history, from the interval with this time on: 2026-11-23T05:13 in the ACD's time, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// Up to the interval with this time; a date alone means the whole day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// Name of the device; the first one of cms.toml if left out
    #[arg(long, value_name = "D")]
    pub(crate) device: Option<String>,
    /// Leave intervals as they are that are whole here and lack data in the backup
    #[arg(long)]
    pub(crate) keep_whole: bool,
    /// Yes to what the plan cautions of
    #[arg(long)]
    pub(crate) yes: bool,
    /// Digest of the plan that was shown: nothing is restored if it would come to anything else by now
    #[arg(long, value_name = "DIGEST")]
    pub(crate) expect: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
