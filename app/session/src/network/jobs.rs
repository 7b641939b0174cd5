//! Begins a backup or restore on a server and follows it to its end.

use std::time::Duration;

use api::{ErrorCode, Job, JobState, Started};
use client::{Client, ClientError};
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{is_token_lost, token_lost};
use crate::jobs::{JobRequest, JobStage, JobView};

/// How often a job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Whom a job is told to.
struct Teller {
    view: JobView,
    happened: mpsc::Sender<Happened>,
}

impl Teller {
    async fn tell(&mut self, stage: JobStage) {
        self.view.stage = stage;
        // The driver has ended if nobody listens; then there is nothing left to do.
        let _ = self.happened.send(Happened::Job(Box::new(self.view.clone()))).await;
    }
}

/// Begins the job of a view and tells how it stands, until it is over.
pub(super) async fn run(client: Client, view: JobView, happened: mpsc::Sender<Happened>) {
    let mut teller = Teller { view, happened };
    let stage = match begin(&client, &teller.view.request).await {
        Ok(started) => follow(&client, started, &mut teller).await,
        Err(error) => {
            if is_token_lost(&error) {
                let _ = teller.happened.send(token_lost(teller.view.which, &error)).await;
            }
            match error.refusal() {
                Some(_) => JobStage::Refused { why: short(&error) },
                None => JobStage::Unknown { why: short(&error) },
            }
        }
    };
    teller.tell(stage).await;
}

async fn begin(client: &Client, request: &JobRequest) -> Result<Started, ClientError> {
    match request {
        JobRequest::Backup(asked) => client.run_backup(asked).await,
        JobRequest::Verify(name) => client.verify_backup(name).await,
        JobRequest::Plan(asked) => client.plan_restore(asked).await,
        JobRequest::Restore(asked) => client.run_restore(asked).await,
        JobRequest::Undo(restore) => client.undo(restore).await,
        JobRequest::Image(asked) => client.run_image(asked).await,
        JobRequest::VerifyImage(name) => client.verify_image(name).await,
    }
}

/// A server that is silent is asked on: the job goes on there, or was ended with the server, which then says so.
async fn follow(client: &Client, started: Started, teller: &mut Teller) -> JobStage {
    let mut last = Job { job: started.job, ..Job::default() };
    loop {
        let silent = match client.job(started).await {
            Ok(job) => match job.state {
                JobState::Done => return JobStage::Done(job),
                JobState::Failed => return JobStage::Failed(job),
                JobState::Running => {
                    last = job;
                    None
                }
            },
            Err(error) if is_token_lost(&error) => {
                // Signed in to again by the driver; the token is the same for all clones of a client.
                if client.has_token() {
                    let _ = teller.happened.send(token_lost(teller.view.which, &error)).await;
                }
                Some(short(&error))
            }
            Err(error) if error.refusal().is_some_and(|body| body.code == ErrorCode::NotFound) => {
                return JobStage::Unknown { why: short(&error) };
            }
            Err(error) => Some(short(&error)),
        };
        teller.tell(JobStage::Running { job: last.clone(), silent }).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
