//! How the reports of a shortcut are arranged: places, sizes, what has the whole window, and each pane's order, widths and limits.
//!
//! It is kept with the shortcut as JSON of this program's own. The reports themselves are the shortcut's steps, and stand here by
//! their places in it alone. What cannot be read, or is not of these steps, is left out: then they open as if nothing was kept.

use std::collections::{BTreeSet, HashSet};

use api::Shortcut;
use egui_tiles::{Tile, TileId, Tree};
use serde::{Deserialize, Serialize};
use session::{ReportKey, ReportRequest};

use crate::layout::{self, Pane};
use crate::view::prefs::PanePrefs;

/// Version of what is kept. A newer one is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// Place of the step that has the whole window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maximised: Option<ReportKey>,
    /// The panes' keys are the places of their steps, from 0 on.
    tree: Tree<Pane>,
}

/// The reports of a shortcut in their places.
#[derive(Debug)]
pub struct Arranged {
    /// Places and panes, whose keys are the places of their steps, from 0 on.
    pub tree: Tree<Pane>,
    /// The one that has the whole window.
    pub maximised: Option<ReportKey>,
}

impl Arranged {
    /// What is kept with a shortcut, if it is of its steps.
    pub fn of(shortcut: &Shortcut) -> Option<Arranged> {
        let kept: Kept = serde_json::from_str(shortcut.arrangement.as_deref()?).ok()?;
        let Kept { version: VERSION, maximised, mut tree } = kept else { return None };
        let whole = whole(&tree, shortcut.steps.len())?;
        forget_others(&mut tree, &whole);
        for (_, tile) in tree.tiles.iter_mut() {
            if let Tile::Pane(pane) = tile {
                pane.request = shortcut.steps[pane.key.0 as usize].clone();
            }
        }
        let maximised = maximised.filter(|key| (key.0 as usize) < shortcut.steps.len());
        Some(Arranged { tree, maximised })
    }

    /// How a step's pane was arranged.
    pub fn prefs(&self, step: usize) -> Option<PanePrefs> {
        let mut panes = layout::panes(&self.tree).map(|(_, pane)| pane);
        panes.find(|pane| pane.key.0 as usize == step).map(|pane| pane.prefs.clone())
    }
}

/// What is to be kept with the steps that are open now, which are in the order in which they are read.
pub fn kept(tree: &Tree<Pane>, maximised: Option<ReportKey>) -> Option<String> {
    let order: Vec<ReportKey> = layout::panes_in_order(tree).into_iter().map(|pane| pane.key).collect();
    let place = |key: ReportKey| order.iter().position(|known| *known == key).map(|at| ReportKey(at as u64));
    let mut tree = tree.clone();
    for (_, tile) in tree.tiles.iter_mut() {
        if let Tile::Pane(pane) = tile {
            // One that stands nowhere is in no order.
            let Some(key) = place(pane.key) else { continue };
            pane.key = key;
            let ReportRequest { acd, refresh, .. } = pane.request;
            pane.request = ReportRequest { path: String::new(), acd, inputs: Default::default(), refresh };
        }
    }
    let whole = whole(&tree, order.len())?;
    forget_others(&mut tree, &whole);
    let kept = Kept { version: VERSION, maximised: maximised.and_then(place), tree };
    // By way of a value: its keys are in order, and what is so already is the same text.
    let text = serde_json::to_value(&kept).ok()?.to_string();
    (text.len() <= api::ARRANGEMENT_LONGEST).then_some(text)
}

/// Takes away the tiles that stand nowhere.
fn forget_others(tree: &mut Tree<Pane>, whole: &HashSet<TileId>) {
    let others: Vec<TileId> = tree.tiles.tile_ids().filter(|id| !whole.contains(id)).collect();
    for id in others {
        tree.tiles.remove(id);
    }
}

/// The tiles, if every one is there and stands in one place, and every step in one pane. They may come from anybody.
fn whole(tree: &Tree<Pane>, steps: usize) -> Option<HashSet<TileId>> {
    let mut seen: HashSet<TileId> = HashSet::new();
    let mut places: BTreeSet<u64> = BTreeSet::new();
    let mut waiting: Vec<TileId> = tree.root().into_iter().collect();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            return None;
        }
        match tree.tiles.get(id) {
            Some(Tile::Pane(pane)) if places.insert(pane.key.0) => {}
            Some(Tile::Container(container)) => waiting.extend(container.children().copied()),
            _ => return None,
        }
    }
    places.into_iter().eq(0..steps as u64).then_some(seen)
}
