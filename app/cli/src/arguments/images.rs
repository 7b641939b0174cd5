//! The forms of `cms image`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
#[command(
    after_help = "A bare machine is made that server again by `cms-server cmsadm restore VOLUME --into DIR` on it."
)]
pub(crate) enum ImageCommand {
    /// Make an image of the whole server; data collection and reports go on meanwhile
    Run {
        /// Name of the device; the first one of cms.toml if left out
        #[arg(long, value_name = "D")]
        device: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the images on all devices
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Unpack all volumes of an image and compare; nothing is restored
    Verify(ImageName),
}

#[derive(Debug, Args)]
pub(crate) struct ImageName {
    /// Label of the image; as SERVER/LABEL where several servers have the same
    #[arg(value_name = "LABEL")]
    pub(crate) label: String,
    /// Name of the device; the first one of cms.toml if left out
    #[arg(long, value_name = "D")]
    pub(crate) device: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
