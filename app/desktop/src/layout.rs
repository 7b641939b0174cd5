//! The open reports and where they stand, kept between runs: one JSON file for each profile.

use std::path::{Path, PathBuf};

use egui_tiles::{Container, LinearDir, Tile, TileId, Tiles, Tree};
use model::AcdNumber;
use serde::{Deserialize, Serialize};
use session::{ReportKey, ReportRequest, profiles};

use crate::keep::{self, KeepError};
use crate::view::prefs::PanePrefs;

/// Version of the file. A newer one is set aside like a broken one.
const VERSION: u32 = 1;

/// One open report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pane {
    /// Its number in the session.
    pub key: ReportKey,
    /// What it shows.
    pub request: ReportRequest,
    /// How the person has arranged it.
    #[serde(default)]
    pub prefs: PanePrefs,
}

/// All open reports of a profile and their places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayoutFile {
    version: u32,
    /// The ACD the person works with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acd: Option<AcdNumber>,
    /// The pane that has the whole workspace, if one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximised: Option<ReportKey>,
    /// Places and panes.
    pub tree: Tree<Pane>,
}

impl LayoutFile {
    /// The file's content.
    pub fn new(acd: Option<AcdNumber>, maximised: Option<ReportKey>, tree: Tree<Pane>) -> Self {
        LayoutFile { version: VERSION, acd, maximised, tree }
    }

    /// Reads the layout of a profile; `None` if there is none yet.
    pub fn load(dir: &Path, profile: &str) -> Result<Option<LayoutFile>, KeepError> {
        let path = kept_file(dir, profile);
        let Some(layout) = keep::read::<LayoutFile>(&path)? else { return Ok(None) };
        if layout.version != VERSION {
            let aside = path.with_extension(format!("version-{}.json", layout.version));
            let read = |source| KeepError::Read { path: path.clone(), source };
            std::fs::rename(&path, &aside).map_err(read)?;
            let source = serde::de::Error::custom(format!("version {} is not known here", layout.version));
            return Err(KeepError::Broken { path, aside, source });
        }
        Ok(Some(layout))
    }

    /// Keeps the layout of a profile.
    pub fn save(&self, dir: &Path, profile: &str) -> Result<(), KeepError> {
        keep::write(&file(dir, profile), self)
    }

    /// Has a profile's layout go with it to another name. None is no error.
    pub fn rename(dir: &Path, before: &str, after: &str) -> Result<(), KeepError> {
        let Some(layout) = Self::load(dir, before)? else { return Ok(()) };
        layout.save(dir, after)?;
        // Where upper and lower case are one, it is the same file.
        if profiles::is_same_name(before, after) {
            return Ok(());
        }
        let path = file(dir, before);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(KeepError::Write { path, source }),
            _ => Ok(()),
        }
    }
}

/// Every pane of a tree, in the order of its tiles.
pub fn panes(tree: &Tree<Pane>) -> impl Iterator<Item = (TileId, &Pane)> {
    tree.tiles.iter().filter_map(|(id, tile)| match tile {
        Tile::Pane(pane) => Some((*id, pane)),
        Tile::Container(_) => None,
    })
}

/// How many panes stand one below the other where there are most.
pub fn rows(tree: &Tree<Pane>) -> usize {
    tree.root().map_or(0, |root| rows_of(&tree.tiles, root))
}

fn rows_of(tiles: &Tiles<Pane>, tile: TileId) -> usize {
    let Some(Tile::Container(container)) = tiles.get(tile) else { return 1 };
    let rows: Vec<usize> = container.children().map(|child| rows_of(tiles, *child)).collect();
    let most = rows.iter().copied().max().unwrap_or(0);
    match container {
        Container::Linear(linear) if linear.dir == LinearDir::Vertical => rows.iter().sum(),
        Container::Linear(_) | Container::Tabs(_) => most,
        // As many columns as rows, or one more, is what a grid chooses by itself.
        Container::Grid(_) => most * rows.len().isqrt().max(1),
    }
}

/// Every pane of a tree as it is read on the screen: rows from the top, each from the left, tabs in their order.
pub fn panes_in_order(tree: &Tree<Pane>) -> Vec<&Pane> {
    let mut panes = Vec::new();
    let mut waiting: Vec<TileId> = tree.root().into_iter().collect();
    while let Some(tile) = waiting.pop() {
        match tree.tiles.get(tile) {
            Some(Tile::Pane(pane)) => panes.push(pane),
            Some(Tile::Container(container)) => {
                let children: Vec<TileId> = container.children().copied().collect();
                waiting.extend(children.into_iter().rev());
            }
            None => {}
        }
    }
    panes
}

fn file(dir: &Path, profile: &str) -> PathBuf {
    // A profile that is kept nowhere may have any name.
    profiles::file_name(profile, "json")
        .map_or_else(|_| earlier_file(dir, profile), |name| dir.join("layouts").join(name))
}

/// Where layouts were kept before: one file for profiles whose names differ in marks alone.
fn earlier_file(dir: &Path, profile: &str) -> PathBuf {
    let safe = |character: char| if character.is_alphanumeric() { character } else { '_' };
    dir.join("layouts").join(format!("{}.json", profile.chars().map(safe).collect::<String>()))
}

/// The file that there is.
fn kept_file(dir: &Path, profile: &str) -> PathBuf {
    let (file, earlier) = (file(dir, profile), earlier_file(dir, profile));
    if !file.exists() && earlier.exists() { earlier } else { file }
}
