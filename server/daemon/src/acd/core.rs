//! Journal first, state second, acknowledgement last — for either dialect.
//!
//! Events are offered as they come. While one batch is being written and synced on the journal's thread the
//! next one grows, so a sync serves as many events as arrived during the one before it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};
use api::LogCode;
use catalog::Record;
use collector::{Collector, Effect};
use link::native::Position;
use model::event::{Configuration, Skills};
use model::{Event, EventBody, LoginId, Moment, Severity};
use store::{AcdReader, AcdStore, DataFolder};
use tokio::sync::mpsc;

use super::archiver::{Archiver, Job};
use super::checkpoint::Checkpoint;
use super::orders::{Order, Reply, Taken};
use super::recovery::{Replayed, begin_anew, recover_collector};
use super::site::{self, Site};
use super::view::AcdView;
use super::{Asked, anchors};
use crate::config::AcdConfig;
use crate::files::make_folder;
use crate::history::Recorder;
use crate::journal::{Batch, JournalReader, JournalWriter, Origin, Progress, first_index};

/// Events that may wait for the journal before the link is no longer read.
const WAITING_MAX: usize = 64 * 1024;
/// A checkpoint is due after this time or this many records.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
const CHECKPOINT_RECORDS: u64 = 500_000;
/// Pause before a batch that could not be written is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// At a stop, files of call history have so long to be written.
const FINISH: Duration = Duration::from_secs(2);
/// The board is published at most this often.
pub(super) const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// With so many events on their way the ACD is catching up, and nobody can follow ten boards a second.
const CATCHING_UP: usize = 8 * 1024;
const PUBLISH_WHILE_CATCHING_UP: Duration = Duration::from_secs(1);

/// Everything of an ACD behind its link.
pub(super) struct Core {
    pub(super) view: Arc<AcdView>,
    collector: Collector,
    archiver: Archiver,
    journal: std::sync::mpsc::Sender<Work>,
    finished: mpsc::UnboundedReceiver<Finished>,
    orders: Taken,
    /// Orders that are answered once the record of this index is applied.
    entering: Vec<(u64, Reply)>,
    waiting: Load,
    flying: Option<Load>,
    /// The buffers of the batch before, for the next one.
    spare: Load,
    retry_at: Option<tokio::time::Instant>,
    applied_index: u64,
    position: Option<Position>,
    effects: Vec<Effect>,
    dirty: bool,
    published_at: Instant,
    checkpointed_at: Instant,
    checkpointed_index: u64,
    /// A checkpoint that waits for what it stands for to be on disk.
    prepared: Option<Prepared>,
    writing_checkpoint: bool,
    site: Site,
    /// What the archiver has to have done before the site's settings are kept.
    site_waits_for: Option<u64>,
}

/// An encoded state. All that came of it has to be on disk before it is written: it stands for that, too. At a large site something
/// is always on its way, so waiting for a moment without would mean never.
struct Prepared {
    encoded: Vec<u8>,
    index: u64,
    /// What the archiver was given by then.
    archived: u64,
    /// Likewise the history interface.
    recorded: u64,
}

/// Events and the batch of records that they make.
#[derive(Default)]
struct Load {
    events: Vec<(Origin, Event)>,
    batch: Batch,
}

impl Load {
    /// Empties the buffers for records from `first` on.
    fn restart(&mut self, first: u64) {
        self.events.clear();
        self.batch.restart(first);
    }
}

enum Work {
    Append(Batch),
    /// A state and its record.
    Checkpoint(Vec<u8>, u64),
    /// What is to be kept of the site's settings.
    Site(String),
}

enum Finished {
    Appended(Batch, std::io::Result<()>),
    Checkpointed(std::io::Result<u64>),
}

/// What a step of the journal means for the link.
pub(super) enum Step {
    /// A batch is durable and applied; all up to here may be acknowledged.
    Durable(Option<Position>),
    /// Nothing to acknowledge.
    Nothing,
    /// Data are to be collected from now on, or no longer; to be answered when the link has been told.
    Collect(bool, Reply),
    /// The switch is to give an agent these skills.
    Skills(LoginId, Skills, Reply),
}

/// What of an ACD's files must be there before the server is up.
pub(super) struct Files {
    folder: PathBuf,
    store: AcdStore,
    administered: Vec<Configuration>,
}

impl Files {
    /// Opens the ACD's folder and archive; both are made where there are none.
    pub(super) fn open(dir: &Path, config: &AcdConfig, view: &AcdView) -> Result<Files> {
        let data = DataFolder::new(dir);
        let (folder, path) = (data.acd_own(config.number), data.acd(config.number));
        make_folder(&folder).with_context(|| format!("creating {}", folder.display()))?;
        if !path.exists() {
            begin_anew(&folder, config)?;
        }
        let store = AcdStore::open(&path, config.number).with_context(|| format!("opening {}", path.display()))?;
        let reader = store.reader()?;
        let newest = reader.last_interval().with_context(|| format!("reading {}", path.display()))?;
        view.set_archived_to(newest.map(|interval| interval.start));
        let administered = reader.administration().with_context(|| format!("reading {}", path.display()))?;
        Ok(Files { folder, store, administered })
    }
}

impl Core {
    /// Recovers state and starts the writing threads. `None` if `go_on` said to stop.
    pub(super) fn recover(
        files: Files,
        config: &AcdConfig,
        asked: Asked,
        view: Arc<AcdView>,
        go_on: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Option<Core>> {
        let Files { folder, store, administered } = files;
        let Asked { orders, queue, standing, journal_days } = asked;
        let site = Site::read(&folder, config, standing.interval);
        let reader = store.reader()?;
        let mut archiver = Archiver::start(store, Arc::clone(&view), queue)?;
        let before = |index| reader.entered_before(index).context("reading what was administered");
        let each = |replayed| {
            archiver.wait_for_room();
            take_replayed(&mut archiver, view.history(), replayed);
        };
        let recovered = recover_collector(&folder, config, before, each, go_on);
        let state = match recovered {
            Ok(Some(state)) => state,
            // What was replayed is archived as far as it can be; the journal still has it.
            ended => {
                archiver.finish();
                return ended.map(|_| None);
            }
        };
        tell_state(&view, &folder, state.damages);
        let (journal, work) = std::sync::mpsc::channel();
        let (report, finished) = mpsc::unbounded_channel();
        let writer = JournalWriter::new(&folder.join("journal"), state.index);
        let guard = view.vitals().guard();
        std::thread::Builder::new()
            .name(format!("journal-{}", config.number))
            .spawn(move || {
                let _guard = guard;
                write_all(writer, &folder, journal_days, &work, &report);
            })
            .context("starting the journal")?;
        let mut core = Core {
            view,
            archiver,
            journal,
            finished,
            orders,
            entering: Vec::new(),
            waiting: Load { events: Vec::new(), batch: Batch::starting_at(state.index + 1) },
            flying: None,
            spare: Load::default(),
            retry_at: None,
            applied_index: state.index,
            position: state.position,
            collector: state.collector,
            effects: Vec::new(),
            dirty: state.index > 0,
            published_at: Instant::now(),
            checkpointed_at: Instant::now(),
            checkpointed_index: state.checkpoint_index,
            prepared: None,
            writing_checkpoint: false,
            site,
            site_waits_for: None,
        };
        core.publish();
        core.archiver.work(Box::new(AcdStore::end_replay));
        core.enter_what_is_left(&administered, &reader)?;
        Ok(Some(core))
    }

    /// Enters what was kept, or set in `cms.toml`, and not entered before the end.
    fn enter_what_is_left(&mut self, kept: &[Configuration], reader: &AcdReader) -> Result<()> {
        let of_site = self.site.changed();
        if self.has_collected() && of_site.iter().any(|wanted| !self.collector.has(wanted)) {
            let noted = reader.entered_before(u64::MAX).context("reading what was administered")?;
            self.note_settings_before(&of_site, &noted);
        }
        kept.iter().chain(&of_site).for_each(|configuration| self.enter(configuration, None));
        self.site.entered_by(self.offered_index());
        // On the first day they are kept before the first event can be: else a start behind a kill does not know that what the
        // switch has told since is newer.
        if !self.has_collected() && self.site.is_unkept(0) && self.archiver.settle() {
            self.keep_site();
        }
        self.flush();
        Ok(())
    }

    /// Keeps the site's settings once they are in force for good: their record is in the journal, and what is noted of them in
    /// the archive. It waits for no checkpoint: what the switch tells meanwhile is newer.
    fn keep_site(&mut self) {
        if !self.site.is_unkept(self.applied_index) {
            return;
        }
        let noted = *self.site_waits_for.get_or_insert(self.archiver.sent());
        if self.archiver.has_done(noted) {
            self.site_waits_for = None;
            let site = self.site.take_unkept();
            self.send(Work::Site(site));
        }
    }

    /// Place of the last event that is durable and applied, with the switch's time reached.
    pub(super) fn reached(&self) -> (Option<Position>, Moment) {
        (self.position, self.collector.now())
    }

    /// Whether anything was ever collected.
    pub(super) fn has_collected(&self) -> bool {
        self.applied_index > 0
    }

    /// The record of the journal that the last event becomes.
    fn offered_index(&self) -> u64 {
        let flying = self.flying.as_ref().map_or(0, |load| load.events.len() as u64);
        self.applied_index + flying + self.waiting.batch.len()
    }

    /// Takes an event from the link.
    pub(super) fn offer(&mut self, origin: Origin, event: Event) {
        self.waiting.batch.push(origin, &event);
        self.waiting.events.push((origin, event));
    }

    /// Whether so much waits that the link should not be read.
    pub(super) fn full(&self) -> bool {
        self.waiting.events.len() >= WAITING_MAX
    }

    /// Whether the archive is so far behind that a switch which keeps what it has not told should keep it a little longer.
    pub(super) fn is_behind(&self) -> bool {
        self.archiver.full()
    }

    /// Hands what waits to the journal, unless a batch is on its way.
    pub(super) fn flush(&mut self) {
        if self.flying.is_some() || self.waiting.batch.is_empty() {
            return;
        }
        let mut next = std::mem::take(&mut self.spare);
        next.restart(self.applied_index + 1 + self.waiting.batch.len());
        let mut load = std::mem::replace(&mut self.waiting, next);
        let batch = std::mem::take(&mut load.batch);
        self.flying = Some(load);
        self.send(Work::Append(batch));
    }

    /// Whether offered events are not durable yet.
    pub(super) fn busy(&self) -> bool {
        self.flying.is_some() || !self.waiting.batch.is_empty()
    }

    /// Waits for the journal; cancel-safe. Pends for ever while nothing is on its way.
    pub(super) async fn step(&mut self) -> Step {
        if let Some(at) = self.retry_at {
            tokio::time::sleep_until(at).await;
            self.retry_at = None;
            if let Some(Load { batch, .. }) = &mut self.flying {
                let batch = std::mem::take(batch);
                self.send(Work::Append(batch));
            }
        }
        tokio::select! {
            Some(finished) = self.finished.recv() => self.finish(finished),
            Some(order) = self.orders.recv() => self.obey(order),
            else => std::future::pending().await,
        }
    }

    fn finish(&mut self, finished: Finished) -> Step {
        match finished {
            Finished::Appended(batch, Ok(())) => self.appended(batch),
            Finished::Appended(batch, Err(error)) => {
                let problem = format!("cannot write the journal: {error}; nothing is acknowledged until it can be");
                self.view.set_journal_problem(problem);
                if let Some(flying) = &mut self.flying {
                    flying.batch = batch;
                }
                self.retry_at = Some(tokio::time::Instant::now() + RETRY);
                Step::Nothing
            }
            Finished::Checkpointed(result) => {
                self.writing_checkpoint = false;
                match result {
                    Ok(bytes) => self.view.set_journal_bytes(bytes),
                    Err(error) => {
                        tracing::error!(acd = %self.view.number(), "cannot write the checkpoint: {error}; the journal still has everything")
                    }
                }
                Step::Nothing
            }
        }
    }

    fn obey(&mut self, order: Order) -> Step {
        match order {
            Order::Enter(configuration, reply) => {
                self.enter(&configuration, Some(reply));
                self.site.set(&configuration, self.offered_index());
                self.site_waits_for = None;
            }
            Order::Collect(on, reply) => return Step::Collect(on, reply),
            Order::Skills(agent, skills, reply) => return Step::Skills(agent, skills, reply),
        }
        Step::Nothing
    }

    /// Enters an administered configuration into the sequence of events, unless it is in force. It is not the switch's:
    /// it takes the place of the event before it and cannot be resumed from by itself.
    fn enter(&mut self, configuration: &Configuration, reply: Option<Reply>) {
        let nothing_collected = self.applied_index == 0 && !self.busy();
        let has = self.collector.has(configuration) && !self.will_be_decided(configuration);
        if nothing_collected && !has {
            self.collector.administer(configuration);
            self.archiver.send(Job::Entered(0, Box::new(configuration.clone())));
        }
        if nothing_collected || has {
            if let Some(reply) = reply {
                let _ = reply.send(Ok(()));
            }
            return;
        }
        let last = self.waiting.events.last().or_else(|| self.flying.as_ref()?.events.last());
        let (position, at) = match last {
            Some((origin, event)) => (origin.position, event.at),
            None => (self.position, self.collector.now()),
        };
        let body = EventBody::Configured(Box::new(configuration.clone()));
        self.offer(Origin { position, snapshot: false }, Event { at, body });
        if let Some(reply) = reply {
            self.entering.push((self.offered_index(), reply));
        }
    }

    /// Notes what held until now of settings that are about to change for the first time: a state that is made from the journal
    /// alone begins with it. `noted` is all that was noted before.
    fn note_settings_before(&mut self, wanted: &[Configuration], noted: &[Configuration]) {
        let is_noted = |wanted: &Configuration| noted.iter().any(|noted| noted.is_about_the_same(wanted));
        for wanted in wanted {
            let held = self.collector.setting(wanted).filter(|held| held != wanted && !is_noted(held));
            held.into_iter().for_each(|held| self.archiver.send(Job::Entered(0, Box::new(held))));
        }
    }

    /// Whether something else that is administered about the same thing is on its way to the journal: what is in force now is
    /// not in force any more once that is applied.
    fn will_be_decided(&self, configuration: &Configuration) -> bool {
        let on_their_way = self.flying.iter().chain([&self.waiting]).flat_map(|load| &load.events);
        let mut bodies = on_their_way.map(|(_, event)| &event.body);
        bodies.any(|body| matches!(body, EventBody::Configured(told) if told.is_about_the_same(configuration)))
    }

    fn appended(&mut self, batch: Batch) -> Step {
        self.view.set_journal_problem(String::new());
        self.view.add_journal_bytes(batch.bytes());
        let Some(load) = self.flying.take() else { return Step::Nothing };
        for ((_, event), index) in load.events.iter().zip(self.applied_index + 1..) {
            if let EventBody::Configured(told) = &event.body
                && told.is_administered()
            {
                self.archiver.send(Job::Entered(index, told.clone()));
            }
        }
        self.collector.apply_all(load.events.iter().map(|(_, event)| event), &mut self.effects);
        self.applied_index += batch.len();
        self.view.applied(batch.len());
        self.dirty = true;
        if self.view.board().is_none() {
            // Before anything of it can be seen in the archive: whoever finds rows there can run reports, too.
            self.publish_board();
        }
        for effect in self.effects.drain(..) {
            archive(&mut self.archiver, self.view.history(), effect);
        }
        self.answer_entered();
        let Some((origin, _)) = load.events.last() else { return Step::Nothing };
        self.position = origin.position;
        if let Some(position) = self.position {
            self.view.set_acknowledged(position.seq);
        }
        self.spare = Load { events: load.events, batch };
        Step::Durable(self.position)
    }

    /// Answers orders that are in force now. Whoever asked for them sees them from here on.
    fn answer_entered(&mut self) {
        if self.entering.iter().any(|(index, _)| *index <= self.applied_index) {
            self.publish_board();
        }
        for (_, reply) in self.entering.extract_if(.., |(index, _)| *index <= self.applied_index) {
            let _ = reply.send(Ok(()));
        }
    }

    /// Publishes the board if anything changed, and writes a checkpoint if one is due.
    pub(super) fn publish(&mut self) {
        self.view.vitals().beat();
        self.publish_board();
        self.keep_site();
        let grown = self.applied_index - self.checkpointed_index.min(self.applied_index);
        let due = self.checkpointed_at.elapsed() >= CHECKPOINT_EVERY || grown >= CHECKPOINT_RECORDS;
        if due && grown > 0 && self.prepared.is_none() && !self.writing_checkpoint {
            self.prepare_checkpoint();
        }
        self.write_prepared();
    }

    fn publish_board(&mut self) {
        let catching_up = self.flying.as_ref().is_some_and(|load| load.events.len() > CATCHING_UP);
        if self.dirty && (!catching_up || self.published_at.elapsed() >= PUBLISH_WHILE_CATCHING_UP) {
            self.dirty = false;
            self.published_at = Instant::now();
            let before = self.view.board().map(|board| Arc::clone(&board.dictionary));
            let board = self.collector.board();
            if before.is_none_or(|before| !Arc::ptr_eq(&before, &board.dictionary)) {
                self.archiver.send(Job::Dictionary(Arc::clone(&board.dictionary)));
                if let Some(history) = self.view.history() {
                    history.names(&board.dictionary);
                }
            }
            let anomalies = self.collector.anomalies();
            self.view.publish(board, anomalies.iter().map(|(kind, count)| (format!("{kind:?}"), *count)).collect());
        }
    }

    fn prepare_checkpoint(&mut self) {
        self.checkpointed_at = Instant::now();
        self.checkpointed_index = self.applied_index;
        let (index, archived) = (self.applied_index, self.archiver.sent());
        let recorded = self.view.history().map_or(0, Recorder::sent);
        match Checkpoint::encode(&self.collector, index, self.position) {
            Ok(encoded) => self.prepared = Some(Prepared { encoded, index, archived, recorded }),
            Err(error) => tracing::error!(acd = %self.view.number(), "cannot encode the checkpoint: {error}"),
        }
    }

    /// Writes the checkpoint that waits, if all that came of it is on disk by now.
    fn write_prepared(&mut self) {
        let is_on_disk = |prepared: &mut Prepared| {
            let is_recorded = |history: &Recorder| history.has_done(prepared.recorded);
            self.archiver.has_done(prepared.archived) && self.view.history().is_none_or(is_recorded)
        };
        if let Some(Prepared { encoded, index, .. }) = self.prepared.take_if(is_on_disk) {
            self.writing_checkpoint = true;
            self.send(Work::Checkpoint(encoded, index));
        }
    }

    fn send(&self, work: Work) {
        if self.journal.send(work).is_err() {
            tracing::error!(acd = %self.view.number(), "the journal's thread is gone; restart the server");
        }
    }

    /// Makes durable what was offered, archives what is closed and leaves a checkpoint, so that the next
    /// start is quick. A kill instead of this costs nothing but time at the next start.
    pub(super) async fn shut_down(mut self) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        self.flush();
        while self.busy() && tokio::time::timeout_at(deadline, self.step()).await.is_ok() {
            self.flush();
        }
        self.archiver.finish();
        if let Some(history) = self.view.history() {
            history.settle(FINISH);
        }
        if self.archiver.has_done(self.archiver.sent()) && !self.busy() && self.applied_index > 0 {
            self.prepare_checkpoint();
        }
        self.write_prepared();
        if self.writing_checkpoint {
            let _ = tokio::time::timeout_at(deadline, self.step()).await;
        }
    }
}

fn take_replayed(archiver: &mut Archiver, history: Option<&Recorder>, replayed: Replayed) {
    match replayed {
        Replayed::From { last_call_record, calendar } => {
            if let Some(history) = history {
                history.place_by(calendar);
                history.go_on_behind(last_call_record);
            }
            archiver.place_by(calendar);
        }
        Replayed::Effect(effect) => archive(archiver, history, effect),
        Replayed::Entered(index, configuration) => archiver.send(Job::Entered(index, configuration)),
    }
}

fn archive(archiver: &mut Archiver, history: Option<&Recorder>, effect: Effect) {
    match effect {
        Effect::IntervalClosed(rows) => {
            if let Some(history) = history {
                history.interval_closed(rows.interval.end);
            }
            archiver.send(Job::Interval(rows));
        }
        Effect::Calendar(calendar) => {
            history.into_iter().for_each(|history| history.place_by(calendar));
            archiver.place_by(calendar);
        }
        Effect::Login(row) => archiver.send(Job::Login(row)),
        Effect::Link(row) => archiver.send(Job::Link(row)),
        Effect::Record { number, record } => {
            if let (Some(history), Record::Call(call)) = (history, &record) {
                history.record(number, call);
            }
            archiver.send(Job::Records(vec![(number, record)]));
        }
        Effect::Anomaly(anomaly) => tracing::warn!(kind = ?anomaly.kind, at = %anomaly.at, "{}", anomaly.text),
    }
}

/// The journal's thread.
fn write_all(
    mut writer: JournalWriter,
    folder: &Path,
    journal_days: u32,
    work: &std::sync::mpsc::Receiver<Work>,
    report: &mpsc::UnboundedSender<Finished>,
) {
    while let Ok(work) = work.recv() {
        let finished = match work {
            Work::Append(batch) => {
                let result = writer.append(&batch);
                Finished::Appended(batch, result)
            }
            Work::Site(site) => {
                if let Err(error) = site::keep(folder, &site) {
                    tracing::warn!("cannot keep the settings of the site in {}: {error}", folder.display());
                }
                continue;
            }
            Work::Checkpoint(encoded, index) => {
                let written = Checkpoint::write(folder, &encoded);
                Finished::Checkpointed(written.and_then(|()| expire(folder, &mut writer, index, journal_days)))
            }
        };
        if report.send(finished).is_err() {
            return;
        }
    }
}

/// Tells what a start found damaged, and how large the journal is.
fn tell_state(view: &AcdView, folder: &Path, damages: Vec<(LogCode, String)>) {
    for (code, text) in damages {
        view.tell(Severity::Error, code, text);
    }
    let kept = JournalReader::open(&folder.join("journal"), 0).and_then(|all| all.bytes_ahead());
    view.set_journal_bytes(kept.unwrap_or(0));
}

fn expire(folder: &Path, writer: &mut JournalWriter, index: u64, journal_days: u32) -> std::io::Result<u64> {
    if let Err(error) = anchors::keep(folder, index, first_index(&folder.join("journal"))?) {
        tracing::warn!(
            "cannot keep an earlier checkpoint in {}: {error}; intervals could not be collected again from it",
            folder.display()
        );
    }
    let oldest = SystemTime::now() - Duration::from_secs(u64::from(journal_days) * 86_400);
    writer.expire(index, |path| {
        path.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|modified| modified >= oldest)
    })
}
