//! The person's settings that belong to no profile, kept as one JSON file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::keep::{self, KeepError};
use crate::theme::Density;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl ThemeChoice {
    /// The choice after this one, for the button that goes round.
    pub fn next(self) -> Self {
        match self {
            ThemeChoice::System => ThemeChoice::Light,
            ThemeChoice::Light => ThemeChoice::Dark,
            ThemeChoice::Dark => ThemeChoice::System,
        }
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            ThemeChoice::System => "as the system",
            ThemeChoice::Light => "light",
            ThemeChoice::Dark => "dark",
        }
    }
}

/// How close the rows of reports stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DensityChoice {
    /// Compact in low panes.
    #[default]
    Automatic,
    /// Never compact.
    Normal,
    /// Compact everywhere.
    Compact,
}

impl DensityChoice {
    /// A lower pane is compact by itself.
    const LOW: f32 = 260.0;

    /// What holds for a pane of this height.
    pub fn of(self, height: f32) -> Density {
        match self {
            DensityChoice::Normal => Density::NORMAL,
            DensityChoice::Automatic if height >= Self::LOW => Density::NORMAL,
            DensityChoice::Automatic | DensityChoice::Compact => Density::COMPACT,
        }
    }

    /// Height that a pane has at least: its header, its headings and some rows.
    pub fn least(self) -> f32 {
        match self {
            DensityChoice::Normal => 190.0,
            DensityChoice::Automatic | DensityChoice::Compact => 164.0,
        }
    }
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of everything on the screen, in percent.
    pub scale_percent: u32,
    /// How close the rows of reports stand together.
    pub density: DensityChoice,
    /// Name of the profile used last.
    pub last_profile: Option<String>,
    /// Whether the report list is shown.
    pub show_list: bool,
    /// Whether the window asks for attention when an exception comes while another one is in front.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub attention: bool,
    /// Folder of the last export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_dir: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: ThemeChoice::System,
            scale_percent: 100,
            density: DensityChoice::Automatic,
            last_profile: None,
            show_list: true,
            attention: false,
            export_dir: None,
        }
    }
}

impl Settings {
    /// The scales that the screen offers, in percent.
    pub const SCALES: [u32; 6] = [90, 100, 110, 125, 150, 200];

    const FILE: &'static str = "settings.json";

    /// Reads the settings of a folder; the defaults if there are none.
    pub fn load(dir: &Path) -> Result<Settings, KeepError> {
        Ok(keep::read(&dir.join(Self::FILE))?.unwrap_or_default())
    }

    /// Keeps them.
    pub fn save(&self, dir: &Path) -> Result<(), KeepError> {
        keep::write(&dir.join(Self::FILE), self)
    }
}
