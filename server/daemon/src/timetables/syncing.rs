//! The task `admin-sync`: this server, as a client of both, pushes its administration to the server that an administrator has
//! named. The one way from server to server that there is: one way only, and off until somebody sets it up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::{ErrorBody, ErrorCode, LogCode, PackAdministration};
use model::Severity;
use model::timetable::AdminSync;
use store::KeptPeer;
use twin::{HealError, Pushed, Pushing};

use super::work::Doing;
use super::{Services, jobs};
use crate::administration::peer;
use crate::auth::User;
use crate::maintenance::syncing;

/// How often it is looked whether the server stops.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Whether a sync could be done as things are now, so that whoever writes it down is told at once.
pub(super) fn check(services: &Services, sync: &AdminSync) -> Result<(), ErrorBody> {
    syncing::choice(&services.reports, &asked(sync))?;
    kept(services).map(drop)
}

fn asked(sync: &AdminSync) -> PackAdministration {
    PackAdministration { data: sync.data.clone(), tables: sync.tables.clone(), acd: None }
}

fn kept(services: &Services) -> Result<KeptPeer, ErrorBody> {
    services.administration.kept_peer()?.ok_or_else(|| {
        let why = "this server does not know the one to sync to: set it first with `cms sync peer set URL --to-fingerprint HEX`, \
                   or on the desktop, Servers side by side, Admin-Sync";
        ErrorBody::new(ErrorCode::WrongState, why)
    })
}

/// Syncs, in the owner's name here and as the user of the address there.
pub(super) fn sync(services: &Services, user: &User, sync: &AdminSync, doing: &Doing<'_>) -> Result<(), ErrorBody> {
    // Kept to the end: what is packed on the way is a job of this server, too.
    let turn = services.maintenance.jobs().stand_in_line();
    jobs::wait(services, doing, &turn)?;
    let peer = kept(services)?;
    let inside = services.door.enter(user)?;
    let there = peer::connection(&peer.url, &peer.fingerprint)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ErrorBody::new(ErrorCode::Unavailable, format!("cannot begin: {error}")))?;
    let pushed = runtime.block_on(async {
        there.login(&peer.user, &peer.password).await.map_err(|error| peer::not_let_in(&error))?;
        let pushing = Pushing {
            expect: None,
            from: &inside.client,
            to: &there,
            asked: asked(sync),
            conflicts: sync.conflicts,
            to_primary: false,
            from_another: false,
            history: sync.history,
            dry_run: false,
            tell: &mut |_| {},
        };
        let pushed = tokio::select! {
            pushed = pushing.run() => pushed.map_err(|error| not_pushed(&error)),
            () = stopped(doing.stopping) => {
                let why = "the server stops; what was sent until then is taken in whole or not at all";
                Err(ErrorBody::new(ErrorCode::Unavailable, why))
            }
        };
        let _ = tokio::time::timeout(LOOK_EVERY, there.logout()).await;
        pushed
    })?;
    tell(services, &pushed);
    match pushed.healed {
        Some(Err(error)) => {
            let refused = not_pushed(&error);
            let (to, why) = (pushed.report.to, refused.message);
            let why = format!("administration was synced to {to}, and its history was not healed: {why}");
            Err(ErrorBody::new(refused.code, why))
        }
        _ => Ok(()),
    }
}

async fn stopped(stopping: &AtomicBool) {
    while !stopping.load(Ordering::Acquire) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn not_pushed(error: &HealError) -> ErrorBody {
    match error {
        HealError::Client(error) => peer::not_so(error),
        HealError::Job { code, .. } => ErrorBody::new(code.unwrap_or(ErrorCode::Internal), error.to_string()),
        HealError::Apart(_) => ErrorBody::new(ErrorCode::WrongState, error.to_string()),
    }
}

/// Where the log of syncs is.
const LOG: &str = "see Administration > Servers side by side, Admin-Sync, or `cms sync log`";

/// Numbers are in the log of syncs; here the same trouble is one entry.
fn tell(services: &Services, pushed: &Pushed) {
    let to = &pushed.report.to;
    let healed = pushed.healed.as_ref().and_then(|healed| healed.as_ref().ok());
    let lost = healed.and_then(|healed| healed.comparison.lost_text());
    let lost = lost.map_or_else(String::new, |lost| format!("; of the history neither server has all: {lost}"));
    services.log.log(Severity::Info, LogCode::SyncDone, format!("administration was synced to {to}; {LOG}{lost}"));
    if pushed.report.kept() > 0 {
        let text = format!("things on {to} were changed there since the last sync and stay as they are; {LOG}");
        services.log.log(Severity::Warning, LogCode::SyncConflicts, text);
    }
    // What both lack alike is lost, and no sync of any night changes that.
    if healed.is_some_and(|healed| healed.comparison.differences().next().is_some()) {
        let text = format!(
            "the history of {to} and of this server is not the same after a sync; see Administration > Servers side by side, or \
             `cms twin compare`"
        );
        services.log.log(Severity::Warning, LogCode::SyncHistory, text);
    }
}
