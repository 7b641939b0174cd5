//! Works by a worksheet on both servers of the profile, in the background. Whatever is broken off here is on the servers, and
//! gone on with from there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::Worksheet;
use model::words::counted;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::sign_in::{Party, beside, ensure};
use crate::guiding::{WorksheetAsks, WorksheetRequest, WorksheetsTold, WorksheetsView};
use crate::secret::Secret;
use crate::twin;
use crate::worksheets::{Member, Outcome, Pair, WorksheetError, in_its_words};

/// How often a step that waits looks again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Whom the view is told to.
struct Teller {
    view: WorksheetsView,
    happened: mpsc::Sender<Happened>,
}

impl Teller {
    async fn tell(&self) {
        // The driver has ended if nobody listens; then there is nothing left to do.
        let _ = self.happened.send(Happened::Worksheets(self.view.clone())).await;
    }

    async fn step(&mut self, step: String) {
        self.view.step = Some(step);
        self.tell().await;
    }
}

/// Does what is wanted, and tells how it goes.
pub(super) async fn work(
    parties: [Party; 2],
    request: WorksheetRequest,
    view: WorksheetsView,
    happened: mpsc::Sender<Happened>,
) {
    let mut teller = Teller { view: WorksheetsView { told: view.told, ..WorksheetsView::default() }, happened };
    teller.step("Asking both servers…".to_owned()).await;
    for party in &parties {
        // One that is away may be what the worksheet is about.
        let _ = ensure(party.which, &party.client, party.credentials.as_ref(), &teller.happened).await;
    }
    let members = parties.map(member);
    if let Err(error) = wanted(&members, request, &mut teller).await {
        teller.view.problem = Some(error.to_string());
    }
    if let Ok(pair) = meet(&members).await {
        told(&pair, &mut teller.view).await;
    }
    teller.view.step = None;
    teller.tell().await;
}

/// Asks both what they keep, for a page that is open.
pub(super) async fn look(mut parties: [Party; 2], happened: mpsc::Sender<Happened>) {
    for party in &mut parties {
        // Whoever looked first was asked for the password; a server that cannot be asked is told of by the answer. A password
        // that is refused is not tried a second time.
        if beside(party, &happened).await.is_err() {
            party.credentials = None;
        }
    }
    let told = match meet(&parties.map(member)).await {
        Ok(pair) => kept(&pair).await,
        Err(error) => Err(error),
    };
    let _ = happened.send(Happened::WorksheetsLooked(told.map_err(|error| error.to_string()))).await;
}

fn member(party: Party) -> Member {
    let (user, password) = match party.credentials {
        Some(credentials) => (credentials.user, Some(Secret::new(credentials.password))),
        None => (String::new(), None),
    };
    Member { client: party.client, user, password }
}

async fn meet(members: &[Member; 2]) -> Result<Pair, WorksheetError> {
    let [here, there] = members.clone();
    Pair::meet(here, there).await
}

/// Takes over what both keep.
async fn told(pair: &Pair, view: &mut WorksheetsView) {
    match kept(pair).await {
        Ok(told) => view.told = Some(Arc::new(told)),
        Err(error) => view.problem = view.problem.take().or(Some(error.to_string())),
    }
}

/// What both keep.
async fn kept(pair: &Pair) -> Result<WorksheetsTold, WorksheetError> {
    let silent = |side: &&crate::worksheets::Side| {
        let error = side.told.as_ref().err()?;
        Some(format!("The {} cannot be asked: {}", side.role, in_its_words(error)))
    };
    let zone = pair.sides().into_iter().find_map(|side| side.told.as_ref().ok());
    let zone = zone.and_then(|status| status.acds.first()).map(|acd| acd.health.zone.clone()).unwrap_or_default();
    let sheets = pair.worksheets().await?;
    let silent = pair.sides().iter().filter_map(silent).collect();
    Ok(WorksheetsTold { at: Instant::now(), sheets, silent, zone })
}

async fn wanted(members: &[Member; 2], request: WorksheetRequest, teller: &mut Teller) -> Result<(), WorksheetError> {
    let pair = meet(members).await?;
    match request {
        WorksheetRequest::Look | WorksheetRequest::LookAgain => Ok(()),
        WorksheetRequest::Start { kind, by_backup, about } => pair.start(kind, by_backup, &about).await.map(drop),
        WorksheetRequest::Go { id, step, all } => {
            let sheet = pair.worksheet(Some(&id)).await?;
            go(pair, members, sheet, (step, false, all), teller).await
        }
        WorksheetRequest::Yes { id, step, edition } => {
            let sheet = pair.worksheet(Some(&id)).await?;
            if sheet.edition != edition {
                return gone_on("Look at what is due now, and have the plan shown again");
            }
            go(pair, members, sheet, (Some(step), true, false), teller).await
        }
        WorksheetRequest::Confirm { id, step, note } => {
            let mut sheet = due(&pair, &id, step).await?;
            let outcome = pair.confirm(&mut sheet, Some(step), &note).await?;
            ended(outcome, &sheet, step, &mut teller.view);
            Ok(())
        }
        WorksheetRequest::Skip { id, step, why } => {
            let mut sheet = due(&pair, &id, step).await?;
            pair.skip(&mut sheet, Some(step), &why).await
        }
        WorksheetRequest::Abandon { id, why } => {
            let mut sheet = pair.worksheet(Some(&id)).await?;
            pair.abandon(&mut sheet, &why).await
        }
    }
}

/// The worksheet, if the step that a person spoke of is due still: somebody else may have gone on with it from another PC.
async fn due(pair: &Pair, id: &str, step: usize) -> Result<Worksheet, WorksheetError> {
    let sheet = pair.worksheet(Some(id)).await?;
    if sheet.now() == Some(step) { Ok(sheet) } else { gone_on("Look at what is due now") }
}

fn gone_on<T>(what_to_do: &str) -> Result<T, WorksheetError> {
    Err(WorksheetError::Refused(format!("Nothing was done: the worksheet has gone on meanwhile. {what_to_do}")))
}

async fn go(
    mut pair: Pair,
    members: &[Member; 2],
    mut sheet: Worksheet,
    (mut step, mut yes, all): (Option<usize>, bool, bool),
    teller: &mut Teller,
) -> Result<(), WorksheetError> {
    loop {
        teller.view.asks = None;
        let (view, happened) = (teller.view.clone(), teller.happened.clone());
        // Progress is for the eye: what does not get through is told by the next.
        let mut progress = move |step: &twin::Step| {
            let view = WorksheetsView { step: Some(progress_text(step)), ..view.clone() };
            let _ = happened.try_send(Happened::Worksheets(view));
        };
        let index = step.or_else(|| sheet.now()).unwrap_or_default();
        match pair.go(&mut sheet, step, yes, &mut progress).await? {
            Outcome::Waits(what) => {
                told(&pair, &mut teller.view).await;
                teller.step(format!("Waiting: {what}")).await;
                tokio::time::sleep(LOOK_EVERY).await;
                pair = meet(members).await.unwrap_or(pair);
            }
            Outcome::Done(_) if all && sheet.now().is_some() => {
                (step, yes) = (None, false);
                told(&pair, &mut teller.view).await;
                teller.step("On with the next step…".to_owned()).await;
            }
            outcome => {
                ended(outcome, &sheet, index, &mut teller.view);
                return Ok(());
            }
        }
    }
}

/// How far something is.
pub(super) fn progress_text(step: &twin::Step) -> String {
    let mut text = format!("{}: {}", step.server, step.what);
    if step.rows > 0 {
        text += &format!(", {}", counted(step.rows, "row", "rows"));
    }
    if step.bytes > 0 {
        text += &format!(", {} bytes", step.bytes);
    }
    text
}

fn ended(outcome: Outcome, sheet: &Worksheet, step: usize, view: &mut WorksheetsView) {
    match outcome {
        Outcome::Asks(plans) => {
            view.asks = Some(Arc::new(WorksheetAsks { id: sheet.id.clone(), step, edition: sheet.edition, plans }));
        }
        Outcome::Person(what) => view.person = Some(what),
        // They stand in the record.
        Outcome::Done(_) | Outcome::Waits(_) | Outcome::Failed(_) => {}
    }
}
