//! From an event at the link to its cell at a client, while a large centre goes on around it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use api::{Frame, Role};
use client::{Live, LiveRequest};
use model::event::{CallAct, Priority};
use model::{CallId, EventBody, SplitId};
use report::Sheet;

use crate::Bench;
use crate::feeder::Feeder;
use crate::figures::spread_line;
use crate::server::{ACD, PASSWORD, Server, USER};

const REPORT: &str = "Split/Skill Report";
const COLUMN: &str = "waiting";
/// Calls of the measurement are numbered from here, far above those of the centre.
const FIRST_CALL: u64 = 1 << 40;
/// A cell that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(clap::Args)]
pub struct Options {
    /// Events to follow at each refresh.
    #[arg(long, default_value_t = 100)]
    events: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let mut server = Server::start(&bench.server, &bench.folder("latency"), "CMS-A", Role::Primary)?;
    let feeder = Feeder::settled(&[server.link()], bench.centre)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (refresh_secs, what) in [(0, "shown as it happens (refresh 0)"), (1, "refresh 1 s, which is waited for")] {
        let followed = runtime.block_on(async {
            let mut follower = Follower::begin(bench, &server, &feeder, refresh_secs).await?;
            follower.follow(&feeder, options.events).await
        })?;
        spread_line(what, followed.shown);
        spread_line("  on the server's disk and acknowledged", followed.acknowledged);
    }
    feeder.stop()?;
    server.stop()
}

/// How long events took.
#[derive(Default)]
pub struct Followed {
    /// Until the switch heard that they are on the server's disk.
    pub acknowledged: Vec<Duration>,
    /// Until a client's cell showed them.
    pub shown: Vec<Duration>,
}

/// Lets calls queue to the quiet split and give up again; times each until the number of waiting calls shows it.
pub struct Follower {
    split: SplitId,
    picture: Picture,
    refresh_secs: u32,
    /// Events that were followed.
    told: u64,
}

impl Follower {
    /// Opens the report of the quiet split, once that has had a call.
    pub async fn begin(bench: &Bench, server: &Server, feeder: &Feeder, refresh_secs: u32) -> Result<Follower> {
        let split = bench.centre.quiet_split();
        let client = server.client()?;
        client.login(USER, PASSWORD).await?;
        let call = CallId(FIRST_CALL);
        feeder.tell(EventBody::Call { call, act: CallAct::Queued { split, priority: Priority::Low } })?;
        // Long enough for a split that is new to stand in the tables.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let inputs = BTreeMap::from([("splits".to_owned(), split.to_string())]);
        let request = LiveRequest { path: REPORT.to_owned(), acd: ACD, inputs, refresh_secs };
        let mut picture = Picture { live: client.live(&request, None).await?, sheet: None };
        picture.until_waiting(1).await?;
        feeder.tell(EventBody::Call { call, act: CallAct::Abandoned })?;
        picture.until_waiting(0).await?;
        Ok(Follower { split, picture, refresh_secs, told: 0 })
    }

    /// Follows so many events.
    pub async fn follow(&mut self, feeder: &Feeder, count: u32) -> Result<Followed> {
        let mut followed = Followed::default();
        for _ in 0..count {
            let (acknowledged, shown) = self.one(feeder).await?;
            followed.acknowledged.push(acknowledged);
            followed.shown.push(shown);
        }
        if !self.told.is_multiple_of(2) {
            // Whoever follows on begins with nobody waiting.
            self.one(feeder).await?;
        }
        Ok(followed)
    }

    async fn one(&mut self, feeder: &Feeder) -> Result<(Duration, Duration)> {
        // Spread over a whole refresh, so that all of its phases are met.
        let span_millis = if self.refresh_secs == 0 { 211 } else { u64::from(self.refresh_secs) * 1000 };
        tokio::time::sleep(Duration::from_millis(self.told * 619 % span_millis)).await;
        let call = CallId(FIRST_CALL + 1 + self.told / 2);
        let (act, waiting) = match self.told % 2 {
            0 => (CallAct::Queued { split: self.split, priority: Priority::Low }, 1),
            _ => (CallAct::Abandoned, 0),
        };
        self.told += 1;
        let (sent, acknowledged) = feeder.confirmed(EventBody::Call { call, act })?;
        self.picture.until_waiting(waiting).await?;
        Ok((acknowledged, sent.elapsed()))
    }
}

/// The report as a client holds it.
struct Picture {
    live: Live,
    sheet: Option<Sheet>,
}

impl Picture {
    async fn until_waiting(&mut self, calls: i64) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while self.waiting() != Some(calls) {
            let left = deadline.saturating_duration_since(Instant::now());
            let frame = tokio::time::timeout(left, self.live.next_frame())
                .await
                .with_context(|| format!("{calls} waiting calls were never shown"))??;
            match frame.context("the live report ended")? {
                Frame::Sheet { sheet, .. } => self.sheet = Some(sheet),
                Frame::Cells { delta, .. } => self.sheet.as_mut().context("cells before a sheet")?.apply(&delta)?,
                Frame::Failed { error } => bail!("the live report failed: {}", error.message),
            }
        }
        Ok(())
    }

    fn waiting(&self) -> Option<i64> {
        let block = self.sheet.as_ref()?.blocks.first()?;
        let column = block.columns.iter().position(|column| column.id == COLUMN)?;
        match block.rows.first()?.cells.get(column)?.value {
            catalog::Value::Int(number) => Some(number),
            catalog::Value::Real(number) => Some(number as i64),
            _ => None,
        }
    }
}
