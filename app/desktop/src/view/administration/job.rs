//! A backup or restore that was asked for, in words.

use api::{Job, UndoRestore};
use session::{ChangeRequest, JobRequest, JobStage, JobView, Model, Page, PageData, Which};

use super::{Confirm, LineKind, line_start, sentence};
use crate::view::counts::counted_u64;

/// How the last job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobText {
    /// How much it wants to be seen.
    pub kind: LineKind,
    /// What it is, on which server.
    pub headline: String,
    /// How far it is, or what came of it.
    pub text: String,
    /// What closes it, once it need not be looked at: its outcome was read, or it is another server's.
    pub close: Option<&'static str>,
    /// Its number and what it is, where it can be called off.
    pub call_off: Option<(u64, String)>,
}

/// How the last job stands; a plan is shown by the dialog that asked for it.
pub fn job_text(model: &Model) -> Option<JobText> {
    let job = model.job.as_ref().filter(|job| {
        !matches!(job.request, JobRequest::Plan(_) | JobRequest::Undo(UndoRestore { dry_run: true, .. }))
    })?;
    let name = model.servers[job.which].name();
    let (kind, mut text) = stage_text(name, &job.stage);
    let close = match (job.stage.is_over(), is_here(model, job)) {
        (true, _) => Some("Close the outcome"),
        (false, false) => Some("Stop following it"),
        (false, true) => None,
    };
    let call_off = match &job.stage {
        JobStage::Running { job: running, .. } if running.can_be_called_off && is_here(model, job) => {
            Some((running.job, running.what.clone()))
        }
        _ => None,
    };
    if !job.stage.is_over() && !is_here(model, job) {
        text += &format!(" ({name} does not serve now: it goes on there, whether or not it is followed here)");
    }
    Some(JobText { kind, headline: format!("{} on {name}", what(&job.request)), text, close, call_off })
}

/// What the serving server says that goes on, whoever began it, unless it is followed here anyway.
fn running_besides(model: &Model) -> Option<&Job> {
    let Some(PageData::Backups(known)) = model.pages.get(&Page::Backups)?.data.as_deref() else { return None };
    let running = known.running.as_deref()?;
    let followed = model.job.as_ref().filter(|job| is_here(model, job)).map(|job| &job.stage);
    let is_followed = match followed {
        // It is that one, or it is refused in a moment.
        Some(JobStage::Asked) => true,
        // The page is asked again as soon as it is over.
        Some(JobStage::Running { job, .. } | JobStage::Done(job) | JobStage::Failed(job)) => job.job == running.job,
        Some(JobStage::Refused { .. } | JobStage::Unknown { .. }) | None => false,
    };
    (!is_followed).then_some(running)
}

/// How what goes on stands that was begun elsewhere: by a timetable, by somebody else, or before this program was started.
pub fn besides_text(model: &Model) -> Option<JobText> {
    let running = running_besides(model)?;
    let name = model.servers[model.serving?].name();
    let (kind, text) = stage_text(name, &JobStage::Running { job: running.clone(), silent: None });
    let headline = format!("{} on {name}, {}", line_start(&running.what), begun_by(running));
    let call_off = running.can_be_called_off.then(|| (running.job, running.what.clone()));
    Some(JobText { kind, headline, text, close: None, call_off })
}

/// Who began it, as far as the server tells.
fn begun_by(job: &Job) -> String {
    match job.by.as_str() {
        "" => "begun elsewhere".to_owned(),
        by => format!("begun by {by}"),
    }
}

/// Calling off a job of a server, which has to be confirmed.
pub fn call_off(model: &Model, which: Which, (job, what): &(u64, String)) -> Confirm {
    let server = model.servers[which].name();
    Confirm {
        title: format!("Call off {what} on {server}?"),
        lines: vec![
            "It ends at its next step, and nothing of it is kept. What was made before stays as it is".to_owned(),
        ],
        button: format!("Call it off on {server}"),
        dangerous: false,
        which,
        change: ChangeRequest::CallOff { job: *job, what: what.clone() },
    }
}

/// Whether the serving server does it.
fn is_here(model: &Model, job: &JobView) -> bool {
    model.serving == Some(job.which)
}

/// How a job stands, in words.
pub fn stage_text(name: &str, stage: &JobStage) -> (LineKind, String) {
    match stage {
        JobStage::Asked => (LineKind::Info, format!("Asking {name}…")),
        JobStage::Running { job, silent: None } => {
            let step = if job.step.is_empty() { "beginning" } else { &job.step };
            match job.rows {
                0 => (LineKind::Info, format!("{step}…")),
                rows => (LineKind::Info, format!("{step}: {} so far", counted_u64(rows, "row", "rows"))),
            }
        }
        JobStage::Running { silent: Some(why), .. } => (
            LineKind::Caution,
            format!("{name} does not tell how far it is: {why}. It goes on there, and is asked again"),
        ),
        JobStage::Done(job) => (LineKind::Good, job.text.clone()),
        JobStage::Failed(job) => (LineKind::Problem, format!("It failed: {}", job.text)),
        JobStage::Refused { why } => (LineKind::Problem, format!("Nothing was begun. {}", sentence(why))),
        JobStage::Unknown { why } => {
            (LineKind::Caution, format!("What became of it is not known: {why}. Look at the list before you ask again"))
        }
    }
}

fn what(request: &JobRequest) -> String {
    match request {
        JobRequest::Backup(asked) if asked.incremental => "Incremental backup".to_owned(),
        JobRequest::Backup(_) => "Full backup".to_owned(),
        JobRequest::Verify(name) => format!("Verifying {}", name.label),
        JobRequest::Plan(asked) => format!("Plan of restoring {}", asked.label),
        JobRequest::Restore(asked) => format!("Restoring {}", asked.label),
        JobRequest::Image(_) => "Image of the whole server".to_owned(),
        JobRequest::VerifyImage(name) => format!("Verifying {}", name.label),
        JobRequest::Undo(UndoRestore { restore, forward: true, .. }) => {
            format!("Taking restore {restore} forward again")
        }
        JobRequest::Undo(UndoRestore { restore, .. }) => format!("Taking restore {restore} back"),
    }
}

/// Whether another job can be begun on the serving server, or why not. What goes on at the other one, which may be gone, is in
/// nobody's way.
pub fn may_begin(model: &Model, may: &Result<(), String>) -> Result<(), String> {
    may.clone()?;
    match &model.job {
        Some(job) if !job.stage.is_over() && is_here(model, job) => Err("Another backup or restore goes on".to_owned()),
        _ => match running_besides(model) {
            Some(running) => Err(format!("{} goes on, {}", line_start(&running.what), begun_by(running))),
            None => Ok(()),
        },
    }
}
