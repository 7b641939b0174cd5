//! Keeps one open report fed from one server, for as long as the report is open there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{ErrorCode, Frame, LinkState, ReportRequest, RunReport, Stamp};
use client::{Client, ClientError, Live, LiveRequest};
use parking_lot::Mutex;
use report::Sheet;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep_until, timeout_at};

use super::happened::Happened;
use super::mailbox::Mailbox;
use super::short;
use super::sign_in::{is_token_lost, single_user};
use crate::command::ReportKey;
use crate::freshness::FRAME_GRACE;
use crate::order::Arranger;
use crate::profile::Which;
use crate::update::Update;
use crate::view::ReportState;

const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// A server that is well and cannot show the report yet is asked this often.
const NOT_YET: Duration = Duration::from_secs(1);
/// What came without the link is asked for anew after so long.
const WITHOUT_LINK: Duration = Duration::from_secs(10);
/// What the server refuses is asked for again after so long.
const REFUSED_AGAIN: Duration = Duration::from_secs(30);
/// Attempts at a report that is run once and whose connection breaks: a history that takes too long is not asked for again and again.
const ATTEMPTS_MOST: u32 = 3;
/// A silent stream is given up after three times the longest pause, but not before this.
const SILENT_MIN: Duration = Duration::from_secs(5);

/// Everything that feeding one report takes.
pub(super) struct Feed {
    pub(super) which: Which,
    pub(super) report: ReportKey,
    pub(super) request: ReportRequest,
    /// Whether rows of it, with these inputs, are on the screen already.
    pub(super) has_shown: bool,
    pub(super) client: Client,
    /// Puts the rows in order; survives this feed.
    pub(super) arranger: Arc<Mutex<Arranger>>,
    pub(super) mailbox: Mailbox,
    pub(super) happened: mpsc::Sender<Happened>,
    /// Changes whenever the server answers again after it did not, and whenever a link of it is up again.
    pub(super) recovered: watch::Receiver<u64>,
}

/// Why a stream is over.
enum Over {
    /// Try again after a pause.
    Again(String),
    /// The server answers, and has nothing to show for now: it recovers, or waits for its switch.
    NotYet(String),
    /// Try again at once: the server or a link is back, the old stream may be dead without knowing it, or pause for long.
    AtOnce,
    /// Signing in again comes first; that starts a new feed. Why, where only one administrator can be signed in by now.
    TokenLost(Option<String>),
    /// The server refuses this report.
    Refused(String),
}

/// What is known of the report so far, to resume from.
#[derive(Default)]
struct Kept {
    sheet: Option<Arc<Sheet>>,
    last_event_id: Option<String>,
    /// Whether the last frame came while the link was not up.
    without_link: bool,
}

impl Feed {
    /// Goes on until it is ended. What the server refuses is asked for again, seldom.
    pub(super) async fn run(mut self) {
        let Some((refresh_secs, pause_max)) = self.request.refresh.api_secs().zip(self.request.refresh.longest_pause())
        else {
            return self.run_once().await;
        };
        let mut kept = Kept::default();
        let mut pause = PAUSE_MIN;
        loop {
            let began = Instant::now();
            match self.stream(&mut kept, refresh_secs, pause_max).await {
                Over::AtOnce => {
                    pause = PAUSE_MIN;
                    // What comes of it may be a reason to try again: not without a pause.
                    tokio::time::sleep(PAUSE_MIN).await;
                }
                Over::Again(why) => {
                    self.stale(why);
                    if began.elapsed() > PAUSE_MAX {
                        pause = PAUSE_MIN;
                    }
                    tokio::select! {
                        () = tokio::time::sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
                        changed = self.recovered.changed() => {
                            if changed.is_err() { return }
                            pause = PAUSE_MIN;
                        }
                    }
                }
                Over::NotYet(why) => {
                    self.stale(why);
                    pause = PAUSE_MIN;
                    tokio::time::sleep(NOT_YET).await;
                }
                Over::TokenLost(why) => return self.token_lost(why).await,
                Over::Refused(why) => {
                    // What may be seen changes, and so does what there is: nobody has to come back to each pane for that.
                    self.state(ReportState::Failed(why));
                    kept = Kept::default();
                    tokio::select! {
                        () = tokio::time::sleep(REFUSED_AGAIN) => {}
                        changed = self.recovered.changed() => if changed.is_err() { return },
                    }
                }
            }
        }
    }

    async fn run_once(self) {
        let run = RunReport {
            path: self.request.path.clone(),
            acd: self.request.acd,
            acds: Vec::new(),
            inputs: self.request.inputs.clone(),
        };
        let mut broken = 0;
        loop {
            match self.client.run(&run).await.map_err(|error| (over(&error), error)) {
                Ok(answer) => return self.frame(answer.stamp, Arc::new(answer.sheet)),
                Err((Over::TokenLost(why), _)) => return self.token_lost(why).await,
                Err((Over::NotYet(why), _)) => self.stale(why),
                Err((Over::Again(why), error)) if error.refusal().is_none() && broken + 1 < ATTEMPTS_MOST => {
                    broken += 1;
                    self.stale(why);
                }
                // What stands there is worth more than the reason why this server cannot run it, too.
                Err((_, error)) if error.refusal().is_none() && self.has_shown => {
                    return self.stale(format!("it could not be run again: {}", short(&error)));
                }
                Err((_, error)) => return self.state(ReportState::Failed(short(&error))),
            }
            tokio::time::sleep(NOT_YET).await;
        }
    }

    /// One connection, from opening to its end.
    async fn stream(&mut self, kept: &mut Kept, refresh_secs: u32, pause_max: Duration) -> Over {
        self.recovered.mark_unchanged();
        let request = LiveRequest {
            path: self.request.path.clone(),
            acd: self.request.acd,
            inputs: self.request.inputs.clone(),
            refresh_secs,
        };
        let resume = kept.sheet.as_ref().and(kept.last_event_id.as_deref());
        let mut live = match self.client.live(&request, resume).await {
            Ok(live) => live,
            Err(error) => return over(&error),
        };
        loop {
            let frame = match self.next(&mut live, pause_max, kept.without_link).await {
                Ok(frame) => frame,
                Err(over) => return over,
            };
            if let Err(over) = self.take(frame, kept) {
                return over;
            }
            kept.last_event_id = live.last_event_id().map(str::to_owned);
        }
    }

    /// The next frame. Says so when it is late, gives up when it does not come at all. Behind one that came without the link it is
    /// asked for anew after a while, however slow the refresh: a short loss of the link shows in no answer but the frame's.
    async fn next(&mut self, live: &mut Live, pause_max: Duration, without_link: bool) -> Result<Frame, Over> {
        let since = Instant::now();
        let late_at = since + pause_max + FRAME_GRACE;
        let give_up_at = since + (pause_max * 3).max(SILENT_MIN);
        let mut is_late = false;
        loop {
            let until = if is_late { give_up_at } else { late_at };
            let waited = tokio::select! {
                waited = timeout_at(until.into(), live.next_frame()) => waited,
                _ = self.recovered.changed() => return Err(Over::AtOnce),
                () = sleep_until((since + WITHOUT_LINK).into()), if without_link => return Err(Over::AtOnce),
            };
            match waited {
                Ok(Ok(Some(frame))) => return Ok(frame),
                Ok(Ok(None)) => return Err(Over::Again(format!("the {} has ended the stream", self.which))),
                Ok(Err(error)) => return Err(over(&error)),
                Err(_) if is_late => return Err(Over::Again("no refresh comes any more".to_owned())),
                Err(_) => {
                    is_late = true;
                    self.stale("the expected refresh did not come".to_owned());
                }
            }
        }
    }

    fn take(&self, frame: Frame, kept: &mut Kept) -> Result<(), Over> {
        match frame {
            Frame::Sheet { stamp, sheet } => {
                kept.without_link = stamp.link != LinkState::Up;
                let sheet = Arc::new(sheet);
                kept.sheet = Some(Arc::clone(&sheet));
                self.frame(stamp, sheet);
            }
            Frame::Cells { stamp, delta } => {
                kept.without_link = stamp.link != LinkState::Up;
                let Some(sheet) = &mut kept.sheet else {
                    return Err(Over::Again("changes came before the report".to_owned()));
                };
                if let Err(error) = Arc::make_mut(sheet).apply(&delta) {
                    // Half applied: only a whole sheet helps.
                    *kept = Kept::default();
                    return Err(Over::Again(format!("changes do not fit the report: {error}")));
                }
                self.frame(stamp, Arc::clone(sheet));
            }
            Frame::Failed { error } => {
                let refused = ClientError::Refused { url: self.client.url().to_owned(), body: Box::new(error) };
                return Err(over(&refused));
            }
        }
        Ok(())
    }

    async fn token_lost(self, single_user: Option<String>) {
        self.stale(single_user.clone().unwrap_or_else(|| format!("signing in to the {} again", self.which)));
        // The driver has ended if nobody listens; then there is nothing left to do.
        let _ = self.happened.send(Happened::TokenLost { which: self.which, single_user }).await;
    }

    fn frame(&self, stamp: Stamp, sheet: Arc<Sheet>) {
        let at = Instant::now();
        let (sheet, orders) = self.arranger.lock().take(self.which, &stamp, sheet);
        self.mailbox.put(Update::Frame { which: self.which, report: self.report, stamp, sheet, orders, at });
    }

    fn stale(&self, why: String) {
        self.state(ReportState::Stale { since: Instant::now(), why });
    }

    fn state(&self, state: ReportState) {
        self.mailbox.put(Update::Feed { which: self.which, report: self.report, state });
    }
}

fn over(error: &ClientError) -> Over {
    if is_token_lost(error) {
        return Over::TokenLost(single_user(error));
    }
    match error.refusal().map(|body| body.code) {
        Some(ErrorCode::Unavailable) => Over::NotYet(short(error)),
        None | Some(ErrorCode::TooMany | ErrorCode::Internal) => Over::Again(short(error)),
        Some(_) => Over::Refused(error.refusal().map(|body| body.message.clone()).unwrap_or_default()),
    }
}
