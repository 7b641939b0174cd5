//! What the tasks report to the driver.

use std::time::{Duration, Instant};

use api::{Health, UserPermissions};
use client::ClientError;

use crate::checking::ChecksView;
use crate::comparing::TwinView;
use crate::copying::CopyState;
use crate::detail::DetailView;
use crate::guiding::{WorksheetsTold, WorksheetsView};
use crate::healing::HealView;
use crate::jobs::JobView;
use crate::menu::{MenuRequest, MenuView};
use crate::pages::{ChangeRequest, ChangeState};
use crate::profile::Which;
use crate::secret::Secret;
use crate::syncing::SyncView;
use crate::update::Update;

/// What a task reports to the driver.
#[derive(Debug)]
pub(super) enum Happened {
    /// A server was asked how it is.
    Asked { which: Which, result: Result<Health, ClientError>, took: Duration, at: Instant },
    /// Signing in has ended; the administrator's flag if it succeeded.
    SignedIn { which: Which, result: Result<bool, ClientError> },
    /// A password was refused where nobody had asked to be signed in.
    RefusedBeside { which: Which, password: Secret },
    /// A server does not know the token any more; why, where only one administrator can be signed in by now.
    TokenLost { which: Which, single_user: Option<String> },
    /// A list did not come, because the server does not answer.
    NotListed { which: Which },
    /// What the user may is told.
    Permitted { which: Which, permissions: UserPermissions },
    /// The report list of the serving server may have changed.
    LibraryChanged,
    /// A copy has ended.
    Copied(CopyState),
    /// A change was made, or not.
    Administered { which: Which, change: ChangeRequest, state: ChangeState },
    /// A backup or restore has gone on.
    Job(Box<JobView>),
    /// What is looked at was told, or not.
    Detail(DetailView),
    /// What is opened of the main menu has come, or not.
    Menu(MenuView),
    /// A program of the main menu has said this.
    MenuSaid {
        /// What was asked for.
        request: MenuRequest,
        /// Since it was last told of.
        text: String,
    },
    /// The comparison of both servers has gone on.
    Twin(TwinView),
    /// A sync has gone on.
    Sync(SyncView),
    /// The daily checks have gone on.
    Checks(ChecksView),
    /// Work by a worksheet has gone on.
    Worksheets(WorksheetsView),
    /// Both were asked quietly what they keep of worksheets.
    WorksheetsLooked(Result<WorksheetsTold, String>),
    /// A heal has gone on.
    Heal(HealView),
    /// Something to hand on as it is.
    Tell(Update),
}
