//! The panes: which reports are open and where they stand. Tells the session what to open and close, and
//! holds what a pane needs between two frames.

use std::collections::{BTreeMap, BTreeSet};

use api::Shortcut;
use egui_tiles::{Container, LinearDir, Tile, TileId, Tree};
use model::AcdNumber;
use session::{Command, Model, ReportKey, ReportRequest, ShortcutRun, Sorting, StepState};

use crate::arrangement::{self, Arranged};
use crate::layout::{self, LayoutFile, Pane};
use crate::view::cache::BlockCache;
use crate::view::filter::Filters;
use crate::view::pane::definition;

/// Name of the tree in egui's memory.
const TREE: &str = "workspace";

/// Most closings that can be taken back.
const CLOSED_MAX: usize = 20;

/// What was closed: all that was open before, and which of it is gone.
#[derive(Debug)]
struct Closed {
    tree: Tree<Pane>,
    maximised: Option<ReportKey>,
    /// The one that was closed; without one all were, in favour of a shortcut.
    pane: Option<Pane>,
}

/// All open reports.
pub struct Workspace {
    /// Places and panes.
    pub tree: Tree<Pane>,
    /// The pane that has the whole workspace, if one has.
    pub maximised: Option<ReportKey>,
    /// The pane that was used last.
    pub active: Option<ReportKey>,
    /// The pane that the keyboard is to go to with the next frame.
    pub wants_keyboard: Option<ReportKey>,
    /// What is kept of blocks between frames, by pane and block.
    pub caches: BTreeMap<(ReportKey, usize), BlockCache>,
    /// What the rows of panes are filtered by.
    pub filters: Filters,
    /// The shortcut that was run last, until it was shown or read.
    pub run: Option<ShortcutRun>,
    next_key: u64,
    /// What was closed, the last one last.
    closed: Vec<Closed>,
    asked: BTreeMap<ReportKey, (ReportRequest, Sorting)>,
    /// Reports whose definitions were asked for: what their figures mean, and where their rows lead.
    asked_definitions: BTreeSet<String>,
}

impl Default for Workspace {
    fn default() -> Self {
        Workspace {
            tree: Tree::empty(egui::Id::unique(TREE)),
            maximised: None,
            active: None,
            wants_keyboard: None,
            caches: BTreeMap::new(),
            filters: Filters::default(),
            run: None,
            next_key: 1,
            closed: Vec::new(),
            asked: BTreeMap::new(),
            asked_definitions: BTreeSet::new(),
        }
    }
}

impl Workspace {
    /// What a file kept.
    pub fn from_file(file: LayoutFile) -> Self {
        let next_key = layout::panes(&file.tree).map(|(_, pane)| pane.key.0 + 1).max().unwrap_or(1);
        Workspace { tree: file.tree, maximised: file.maximised, next_key, ..Workspace::default() }
    }

    /// What a file is to keep.
    pub fn to_file(&self, acd: Option<AcdNumber>) -> LayoutFile {
        LayoutFile::new(acd, self.maximised, self.tree.clone())
    }

    /// Whether no report is open.
    pub fn is_empty(&self) -> bool {
        layout::panes(&self.tree).next().is_none()
    }

    /// Opens a report beside the others; it has the focus then, and is brought into sight.
    pub fn open(&mut self, request: ReportRequest) -> ReportKey {
        let key = ReportKey(self.next_key);
        self.next_key += 1;
        let tile = self.tree.tiles.insert_pane(Pane { key, request, prefs: Default::default() });
        self.place(tile);
        (self.active, self.wants_keyboard) = (Some(key), Some(key));
        self.maximised = None;
        key
    }

    /// Goes to the pane that shows this, whatever its refresh, or opens one.
    pub fn show(&mut self, request: ReportRequest) {
        let is_it = |pane: &&Pane| {
            let known = &pane.request;
            (&known.path, known.acd, &known.inputs) == (&request.path, request.acd, &request.inputs)
        };
        let found = layout::panes(&self.tree).map(|(_, pane)| pane).find(is_it).map(|pane| pane.key);
        match found {
            Some(key) => {
                self.go_to(key);
            }
            None => {
                self.open(request);
            }
        }
    }

    /// Opens a second pane like an open one.
    pub fn duplicate(&mut self, key: ReportKey) {
        let Some(pane) = self.pane(key).cloned() else { return };
        let copy = self.open(pane.request);
        if let Some(opened) = self.pane_mut(copy) {
            opened.prefs = pane.prefs;
        }
    }

    /// Gives a report other inputs; with those that it has it is run again.
    pub fn change(&mut self, key: ReportKey, request: ReportRequest) {
        let Some(pane) = self.pane_mut(key) else { return };
        if pane.request == request {
            self.run_again(key);
        } else {
            pane.request = request;
        }
    }

    /// Has a report run again with the inputs that it has.
    pub fn run_again(&mut self, key: ReportKey) {
        self.asked.remove(&key);
    }

    /// Closes a pane; it can be opened again.
    pub fn close(&mut self, key: ReportKey) {
        if let Some(pane) = self.pane(key).cloned() {
            self.keep_closed(Some(pane));
        }
        self.remove(key);
    }

    fn keep_closed(&mut self, pane: Option<Pane>) {
        self.closed.push(Closed { tree: self.tree.clone(), maximised: self.maximised, pane });
        let too_many = self.closed.len().saturating_sub(CLOSED_MAX);
        self.closed.drain(..too_many);
    }

    /// Opens again what was closed last, where it stood: a report, or all that a shortcut has taken the place of, which goes then.
    /// Gives whether there was anything.
    pub fn reopen(&mut self) -> bool {
        let Some(Closed { tree, maximised, pane }) = self.closed.pop() else { return false };
        match pane {
            Some(pane) => self.reopen_pane(tree, pane),
            None => self.reopen_all(tree, maximised),
        }
        true
    }

    fn reopen_all(&mut self, mut tree: Tree<Pane>, mut maximised: Option<ReportKey>) {
        // The session knows no number twice.
        for (_, tile) in tree.tiles.iter_mut() {
            if let Tile::Pane(pane) = tile {
                let key = ReportKey(self.next_key);
                self.next_key += 1;
                maximised = maximised.map(|known| if known == pane.key { key } else { known });
                pane.key = key;
            }
        }
        self.caches.clear();
        (self.tree, self.maximised, self.active, self.run) = (tree, maximised, None, None);
    }

    fn reopen_pane(&mut self, mut tree: Tree<Pane>, pane: Pane) {
        let mut before: Vec<ReportKey> = layout::panes(&tree).map(|(_, known)| known.key).collect();
        let mut now: Vec<ReportKey> = layout::panes(&self.tree).map(|(_, known)| known.key).chain([pane.key]).collect();
        before.sort();
        now.sort();
        if before != now {
            // Others were opened or closed since: its place is gone.
            let opened = self.open(pane.request);
            if let Some(opened) = self.pane_mut(opened) {
                opened.prefs = pane.prefs;
            }
            return;
        }
        let key = ReportKey(self.next_key);
        self.next_key += 1;
        for (_, tile) in tree.tiles.iter_mut() {
            let Tile::Pane(known) = tile else { continue };
            match self.pane(known.key) {
                Some(since) => *known = since.clone(),
                None => known.key = key,
            }
        }
        self.tree = tree;
        self.go_to(key);
    }

    /// Takes a pane away. Where it was the active one, the one behind it is, so that the keys go on.
    fn remove(&mut self, key: ReportKey) {
        if self.active == Some(key) {
            let keys: Vec<ReportKey> = layout::panes_in_order(&self.tree).into_iter().map(|pane| pane.key).collect();
            let at = keys.iter().position(|known| *known == key).unwrap_or(0);
            self.active = keys.get(at + 1).or_else(|| keys.get(at.checked_sub(1)?)).copied();
        }
        if let Some(tile) = self.tile(key) {
            self.tree.remove_recursively(tile);
        }
        self.caches.retain(|(known, _), _| *known != key);
        self.filters.close(key);
        self.maximised = self.maximised.filter(|known| *known != key);
    }

    /// What is open, in the order in which it is read on the screen.
    pub fn requests(&self) -> Vec<ReportRequest> {
        layout::panes_in_order(&self.tree).into_iter().map(|pane| pane.request.clone()).collect()
    }

    /// How it is arranged, to be kept with a shortcut; `None` if nothing is open.
    pub fn arrangement(&self) -> Option<String> {
        arrangement::kept(&self.tree, self.maximised).filter(|_| !self.is_empty())
    }

    /// Opens the reports of a shortcut, beside what is open or instead of it. Instead of it, and where nothing is open, they stand
    /// where they stood when it was kept; beside it they have their order of rows, widths and limits alone.
    pub fn run_shortcut(&mut self, shortcut: &Shortcut, instead: bool) {
        if instead && !self.is_empty() {
            self.keep_closed(None);
            let open: Vec<ReportKey> = layout::panes(&self.tree).map(|(_, pane)| pane.key).collect();
            open.into_iter().for_each(|key| self.remove(key));
        }
        let arranged = Arranged::of(shortcut);
        let steps: Vec<_> = match arranged {
            Some(arranged) if self.is_empty() => self.take_over(shortcut, arranged),
            arranged => {
                let opened = shortcut.steps.iter().enumerate().map(|(at, step)| {
                    let key = self.open(step.clone());
                    let prefs = arranged.as_ref().and_then(|arranged| arranged.prefs(at));
                    if let (Some(pane), Some(prefs)) = (self.pane_mut(key), prefs) {
                        pane.prefs = prefs;
                    }
                    (key, step.clone())
                });
                opened.collect()
            }
        };
        self.active = steps.first().map(|(key, _)| *key);
        self.wants_keyboard = self.active;
        self.run = Some(ShortcutRun { name: shortcut.name.clone(), steps, stopped: false });
    }

    /// Opens the reports of a shortcut where they stood, while nothing is open.
    fn take_over(&mut self, shortcut: &Shortcut, arranged: Arranged) -> Vec<(ReportKey, ReportRequest)> {
        let Arranged { mut tree, maximised } = arranged;
        let first = self.next_key;
        let key_of = |place: u64| ReportKey(first + place);
        for (_, tile) in tree.tiles.iter_mut() {
            if let Tile::Pane(pane) = tile {
                pane.key = key_of(pane.key.0);
            }
        }
        self.next_key += shortcut.steps.len() as u64;
        (self.tree.root, self.tree.tiles) = (tree.root, tree.tiles);
        self.maximised = maximised.map(|place| key_of(place.0));
        (0..).zip(&shortcut.steps).map(|(place, step)| (key_of(place), step.clone())).collect()
    }

    /// Closes the reports of the running shortcut that are still waited for.
    pub fn stop_shortcut(&mut self, model: &Model) {
        let Some(mut run) = self.run.take() else { return };
        let states = run.states(model, &|key| self.pane(key).is_some());
        for ((key, _), state) in run.steps.iter().zip(states) {
            if matches!(state, StepState::Waiting(_)) {
                self.remove(*key);
            }
        }
        run.stopped = true;
        self.run = Some(run);
    }

    /// Gives a pane the whole workspace, or takes it back.
    pub fn toggle_maximised(&mut self, key: ReportKey) {
        self.maximised = if self.maximised == Some(key) { None } else { Some(key) };
        self.active = Some(key);
    }

    /// Goes on to the next pane in the order in which they are read, or to the one before; from the last one to the first. Where one
    /// has the whole workspace, the next one has it.
    pub fn go_to_next(&mut self, forward: bool) {
        let keys: Vec<ReportKey> = layout::panes_in_order(&self.tree).into_iter().map(|pane| pane.key).collect();
        let at = self.active.and_then(|active| keys.iter().position(|key| *key == active));
        let next = match (at, forward) {
            (None, true) => 0,
            (None, false) => keys.len().saturating_sub(1),
            (Some(at), true) => (at + 1) % keys.len(),
            (Some(at), false) => (at + keys.len() - 1) % keys.len(),
        };
        if let Some(&key) = keys.get(next) {
            self.go_to(key);
        }
    }

    fn go_to(&mut self, key: ReportKey) {
        // A pane behind others in tabs comes to the front.
        let tile = self.tile(key);
        self.tree.make_active(|id, _| Some(id) == tile);
        (self.active, self.wants_keyboard) = (Some(key), Some(key));
        self.maximised = self.maximised.map(|_| key);
    }

    /// The pane of a report.
    pub fn pane(&self, key: ReportKey) -> Option<&Pane> {
        layout::panes(&self.tree).map(|(_, pane)| pane).find(|pane| pane.key == key)
    }

    /// The pane of a report, to be changed.
    pub fn pane_mut(&mut self, key: ReportKey) -> Option<&mut Pane> {
        self.tree.tiles.iter_mut().find_map(|(_, tile)| match tile {
            Tile::Pane(pane) if pane.key == key => Some(pane),
            _ => None,
        })
    }

    /// What the session must be told so that it shows what the panes want. Nothing before signing in.
    pub fn commands(&mut self, model: &Model) -> Vec<Command> {
        if model.serving.is_none() {
            self.asked.clear();
            self.asked_definitions.clear();
            return Vec::new();
        }
        // A shortcut of somebody else or a layout of before may be faster than the user may have.
        for (_, tile) in self.tree.tiles.iter_mut() {
            if let Tile::Pane(pane) = tile {
                pane.request.refresh = model.slowed(pane.request.refresh);
            }
        }
        let wanted: BTreeMap<ReportKey, (ReportRequest, Sorting)> = layout::panes(&self.tree)
            .map(|(_, pane)| (pane.key, (pane.request.clone(), pane.prefs.sort.clone())))
            .collect();
        let mut commands: Vec<Command> =
            self.asked.keys().filter(|key| !wanted.contains_key(key)).map(|key| Command::Close(*key)).collect();
        for (report, (request, sorting)) in &wanted {
            let (report, request, sorting) = (*report, request.clone(), sorting.clone());
            let known = self.asked.get(&report);
            match known {
                None => commands.push(Command::Open { report, request }),
                Some((known, _)) if *known != request => commands.push(Command::Change { report, request }),
                Some(_) => {}
            }
            if known.map_or(!sorting.is_empty(), |(_, known)| *known != sorting) {
                commands.push(Command::Sort { report, sorting });
            }
        }
        commands.extend(self.definitions_wanted(model));
        self.asked = wanted;
        commands
    }

    /// Definitions of reports that are shown and that this program does not bring along.
    fn definitions_wanted(&mut self, model: &Model) -> Vec<Command> {
        let is_shown = |pane: &Pane| model.reports.get(&pane.key).is_some_and(|view| view.sheet.is_some());
        let paths = layout::panes(&self.tree).map(|(_, pane)| pane).filter(|pane| is_shown(pane));
        let unknown: Vec<String> = paths
            .map(|pane| pane.request.path.clone())
            .filter(|path| definition(model, path).is_none())
            .filter(|path| self.asked_definitions.insert(path.clone()))
            .collect();
        unknown.into_iter().map(|path| Command::LoadDefinition { path }).collect()
    }

    fn tile(&self, key: ReportKey) -> Option<TileId> {
        layout::panes(&self.tree).find(|(_, pane)| pane.key == key).map(|(id, _)| id)
    }

    /// Puts a new tile where there is room: two side by side, and rows of two below each other. Not a grid,
    /// which would keep a hole where a pane was taken away.
    fn place(&mut self, tile: TileId) {
        let Some(root) = self.tree.root() else {
            self.tree.root = Some(tile);
            return;
        };
        match self.shape(root) {
            Shape::Rows(rows) => match rows.last().map(|&last| (last, self.shape(last))) {
                Some((last, Shape::Pane)) => self.pair(root, last, tile),
                _ => self.add(root, tile),
            },
            Shape::Pane => self.tree.root = Some(self.tree.tiles.insert_horizontal_tile(vec![root, tile])),
            Shape::Other => self.tree.root = Some(self.tree.tiles.insert_vertical_tile(vec![root, tile])),
        }
    }

    fn shape(&self, tile: TileId) -> Shape {
        match self.tree.tiles.get(tile) {
            Some(Tile::Container(Container::Linear(linear))) if linear.dir == LinearDir::Vertical => {
                Shape::Rows(linear.children.clone())
            }
            Some(Tile::Container(_)) => Shape::Other,
            Some(Tile::Pane(_)) | None => Shape::Pane,
        }
    }

    fn add(&mut self, to: TileId, tile: TileId) {
        if let Some(Tile::Container(container)) = self.tree.tiles.get_mut(to) {
            container.add_child(tile);
        }
    }

    /// Puts a tile beside the single pane that is the last row.
    fn pair(&mut self, rows: TileId, last: TileId, tile: TileId) {
        let row = self.tree.tiles.insert_horizontal_tile(vec![last, tile]);
        if let Some(Tile::Container(container)) = self.tree.tiles.get_mut(rows) {
            container.remove_child(last);
            container.add_child(row);
        }
    }
}

/// What stands at a place of the tree.
enum Shape {
    Pane,
    Rows(Vec<TileId>),
    Other,
}
