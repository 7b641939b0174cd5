//! What administration pages ask of a server, and how changes reach it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{AddUser, Changed, ErrorCode, Images, Job, JobState, SetPassword, SetPeer};
use client::{Client, ClientError};
use model::{Access, AcdNumber, Feature};
use tokio::sync::mpsc;

use super::happened::Happened;
use super::sign_in::{PUT_OUT, Party, ensure, is_token_lost, single_user, token_lost};
use super::{menu, outcomes, short, shortcuts};
use crate::error_log::ErrorLogData;
use crate::pages::{
    BackupsData, ChangeRequest, ChangeState, DictionaryData, ExceptionsData, ModeData, NewPeer, NewUser, Page, PageData,
};
use crate::profile::Which;
use crate::secret::Secret;
use crate::update::Update;

/// Changes that are shown. The whole list is one `cms changes` away.
const CHANGES: u32 = 500;
/// Entries of the maintenance error log that are asked for; a server keeps no more.
pub(super) const ENTRIES: u32 = 1_000;

/// Rules and troubles stand beside a log that is told as it happens; they are asked for again after so long.
const BESIDE_EVERY: Duration = Duration::from_secs(5);
/// The log's server tells its age every few seconds; one that has been silent for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(20);
/// How often what goes on beside the backups is looked at, which costs the server nothing; and how often in a row, until the
/// devices are looked through again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOKS: usize = 7;

/// Asks a server for a page and tells what came. A page that is told as it happens goes on until it ends.
pub(super) async fn load(which: Which, client: Client, page: Page, happened: mpsc::Sender<Happened>) {
    let teller = Teller { which, page, happened };
    let result = match teller.page {
        Page::Exceptions(acd) => follow(&client, acd, &teller).await,
        Page::Backups => backups(&client, &teller).await,
        _ => match ask(&client, &teller.page).await {
            Ok(data) => {
                teller.tell(Ok(data)).await;
                Ok(())
            }
            Err(error) => Err(error),
        },
    };
    match result {
        Ok(()) => {}
        // Asked again once signed in.
        Err(error) if is_token_lost(&error) => teller.send(token_lost(which, &error)).await,
        Err(error) => teller.tell(Err(short(&error))).await,
    }
}

/// The same of a server that does not serve, which may have to be signed in to first.
pub(super) async fn load_beside(party: Party, page: Page, happened: mpsc::Sender<Happened>) {
    let signed_in = match party.put_out {
        // A page asks again by itself, which must not take the one place there.
        true => Err(PUT_OUT.to_owned()),
        false => ensure(party.which, &party.client, party.credentials.as_ref(), &happened).await,
    };
    match signed_in {
        Ok(()) => load(party.which, party.client, page, happened).await,
        Err(why) => Teller { which: party.which, page, happened }.tell(Err(why)).await,
    }
}

/// Whom a page is told to.
struct Teller {
    which: Which,
    page: Page,
    happened: mpsc::Sender<Happened>,
}

impl Teller {
    async fn tell(&self, result: Result<PageData, String>) {
        let (which, page, at) = (self.which, self.page.clone(), Instant::now());
        let result = result.map(Arc::new);
        self.send(Happened::Tell(Update::Page { which, page, result, at })).await;
    }

    async fn send(&self, happened: Happened) {
        // The driver has ended if nobody listens; then there is nothing left to do.
        let _ = self.happened.send(happened).await;
    }
}

async fn ask(client: &Client, page: &Page) -> Result<PageData, ClientError> {
    Ok(match *page {
        Page::Collection => PageData::Collection(client.status().await?),
        Page::Profiles(acd) => PageData::Profiles(client.profiles(acd).await?),
        Page::Archiving => PageData::Archiving(client.archive_status(None).await?),
        Page::Storage(acd) => PageData::Storage(client.storage(acd).await?),
        Page::Exceptions(acd) => PageData::Exceptions(exceptions(client, acd).await?),
        Page::Traces(acd) => PageData::Traces(client.traces(acd).await?),
        Page::HistoryInterface => PageData::HistoryInterface(client.history_interface().await?),
        Page::Timetables => PageData::Timetables(client.timetables(None).await?),
        Page::ErrorLog | Page::OtherErrorLog => PageData::ErrorLog(error_log(client).await?),
        Page::Changes => PageData::Changes(client.changes(CHANGES).await?),
        Page::Backups => PageData::Backups(on_devices(client).await?),
        Page::Users => PageData::Users(client.users().await?),
        Page::Mode => {
            let (mode, rules) = (client.mode().await?, client.mode_rules().await?);
            PageData::Mode(ModeData { mode, rules })
        }
        Page::Dictionary(acd) => PageData::Dictionary(DictionaryData {
            synonyms: client.synonyms(acd).await?,
            groups: client.agent_groups(acd).await?,
            calculations: client.calculations().await?,
        }),
        Page::Menu => PageData::Menu(client.menu().await?),
        Page::Skills(acd) => PageData::Skills(client.agent_skills(acd, None).await?),
        Page::Shortcuts => PageData::Shortcuts(client.shortcuts_of_everybody().await?),
    })
}

async fn on_devices(client: &Client) -> Result<BackupsData, ClientError> {
    let (backups, restores) = (client.backups().await?, client.restores().await?);
    // Last, so that it is not over by the time a slow device has told what is on it.
    Ok(BackupsData { backups, restores, images: images(client).await?, running: running(client).await? })
}

/// Tells the backups, and how far what goes on is; what is on the devices is told again at its end.
async fn backups(client: &Client, teller: &Teller) -> Result<(), ClientError> {
    let mut data = on_devices(client).await?;
    teller.tell(Ok(PageData::Backups(data.clone()))).await;
    for _ in 0..LOOKS {
        let Some(before) = data.running.take() else { break };
        tokio::time::sleep(LOOK_EVERY).await;
        data.running = running(client).await?;
        if data.running.as_ref().is_none_or(|job| job.job != before.job) {
            data = on_devices(client).await?;
        }
        teller.tell(Ok(PageData::Backups(data.clone()))).await;
    }
    Ok(())
}

/// What goes on. A server that does not tell it has its backups shown all the same.
async fn running(client: &Client) -> Result<Option<Box<Job>>, ClientError> {
    match client.jobs().await {
        Err(error) if !is_token_lost(&error) && error.refusal().is_some() => Ok(None),
        told => Ok(told?.into_iter().find(|job| job.state == JobState::Running).map(Box::new)),
    }
}

/// What keeps a server from telling its images does not keep its backups from being shown.
async fn images(client: &Client) -> Result<Images, ClientError> {
    match client.images().await {
        Err(error) if !is_token_lost(&error) && error.refusal().is_some() => Ok(Images {
            problems: vec![format!("it does not tell its images: {}", short(&error))],
            ..Images::default()
        }),
        told => told,
    }
}

async fn error_log(client: &Client) -> Result<ErrorLogData, ClientError> {
    let entries = client.maintenance_log(true, ENTRIES).await?;
    let user = client.status().await?.user;
    let known = client.permissions(&user).await?;
    let writes = |permission: &api::Permission| {
        permission.kind == "feature"
            && permission.of == Feature::Maintenance.word()
            && Access::parse(&permission.access).is_some_and(Access::write)
    };
    Ok(ErrorLogData { entries, may_acknowledge: known.administrator || known.permissions.iter().any(writes) })
}

async fn exceptions(client: &Client, acd: AcdNumber) -> Result<ExceptionsData, ClientError> {
    Ok(ExceptionsData {
        types: client.exception_types().await?,
        rules: client.exceptions(acd).await?,
        log: client.exception_log(acd).await?,
        troubles: client.server_exceptions().await?,
    })
}

/// Tells exceptions as they happen, until the server ends that or is silent for too long.
async fn follow(client: &Client, acd: AcdNumber, teller: &Teller) -> Result<(), ClientError> {
    let mut live = client.follow_exceptions(acd).await?;
    let mut data = exceptions(client, acd).await?;
    let mut asked_at = Instant::now();
    teller.tell(Ok(PageData::Exceptions(data.clone()))).await;
    while let Ok(frame) = tokio::time::timeout(SILENT_MAX, live.next_frame()).await {
        let Some(news) = frame? else { return Ok(()) };
        data.follow(news);
        if asked_at.elapsed() >= BESIDE_EVERY {
            data.rules = client.exceptions(acd).await?;
            data.troubles = client.server_exceptions().await?;
            asked_at = Instant::now();
        }
        teller.tell(Ok(PageData::Exceptions(data.clone()))).await;
    }
    teller.tell(Err("it tells no exceptions any more; it is asked again".to_owned())).await;
    Ok(())
}

/// Asks a server to make a change and tells what became of it.
pub(super) async fn administer(which: Which, client: Client, change: ChangeRequest, happened: mpsc::Sender<Happened>) {
    let result = match file_of(&change).await {
        Ok(file) => make(&client, &change, file).await,
        Err(why) => {
            let state = ChangeState::Refused { why };
            let _ = happened.send(Happened::Administered { which, change, state }).await;
            return;
        }
    };
    if let Some(error) = result.as_ref().err().filter(|error| is_token_lost(error)) {
        let _ = happened.send(token_lost(which, error)).await;
    }
    let state = match result {
        Ok(Changed { changed, text }) => ChangeState::Done { changed, text },
        Err(error) if single_user(&error).is_some() => ChangeState::Refused { why: short(&error) },
        Err(error) if is_token_lost(&error) => ChangeState::Refused {
            why: "the server has signed you out; it is signed in to again, then try once more".to_owned(),
        },
        Err(error) if is_overtaken(&error) => ChangeState::Overtaken { why: short(&error) },
        Err(error) if error.refusal().is_some() => ChangeState::Refused { why: short(&error) },
        Err(error) => ChangeState::Unknown { why: short(&error) },
    };
    let _ = happened.send(Happened::Administered { which, change, state }).await;
}

/// Whether a change was refused because what it was based on is another by now.
fn is_overtaken(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code == ErrorCode::Overtaken)
}

/// The file of this PC that goes with a change.
async fn file_of(change: &ChangeRequest) -> Result<Vec<u8>, String> {
    match change {
        ChangeRequest::Menu(change) => menu::file_of(change).await,
        _ => Ok(Vec::new()),
    }
}

async fn make(client: &Client, change: &ChangeRequest, file: Vec<u8>) -> Result<Changed, ClientError> {
    match change {
        ChangeRequest::Collection(set) => client.set_collection(set).await,
        ChangeRequest::Interval(set) => client.set_interval(set).await,
        ChangeRequest::Profile(set) => client.set_profile(set).await,
        ChangeRequest::RemoveProfile(remove) => client.remove_profile(remove).await,
        ChangeRequest::Summarize(asked) => Ok(outcomes::summarized(&client.summarize(asked).await?)),
        ChangeRequest::Storage(set) => client.set_storage(set).await,
        ChangeRequest::Summarizing(set) => client.set_summarizing(set).await,
        ChangeRequest::Exception(set) => client.set_exception(set).await,
        ChangeRequest::Trace(set) => client.set_trace(set).await,
        ChangeRequest::History(set) => {
            Ok(outcomes::switched(&client.switch_history_interface(set.on, set.after).await?))
        }
        ChangeRequest::AddTimetable(add) => client.add_timetable(add).await,
        ChangeRequest::ModifyTimetable(modify) => client.modify_timetable(modify).await,
        ChangeRequest::DeleteTimetable { owner, name } => client.delete_timetable(Some(owner), name).await,
        ChangeRequest::RunTimetable(run) => client.run_timetable(run).await,
        ChangeRequest::EditTimetables(edit) => client.edit_timetables(edit).await,
        ChangeRequest::UndoTimetablesEdit(undo) => client.undo_timetables_edit(undo).await,
        ChangeRequest::AddUser(NewUser { user, password, reads_everything }) => {
            let password = password.as_ref().map(|password| password.reveal().to_owned());
            client.add_user(&AddUser { user: user.clone(), password, reads_everything: *reads_everything }).await
        }
        ChangeRequest::ModifyUser(set) => client.modify_user(set).await,
        ChangeRequest::RemoveUser { name, give_to, with_belongings } => {
            client.remove_user(name, give_to.as_deref(), *with_belongings).await
        }
        ChangeRequest::Password { user, old, new } => {
            let old = old.as_ref().map(|old| Secret::reveal(old).to_owned());
            client.set_password(&SetPassword { user: user.clone(), old, new: new.reveal().to_owned() }).await
        }
        ChangeRequest::Permissions(set) => client.set_permissions(set).await,
        ChangeRequest::Mode(mode) => client.set_mode(*mode).await,
        ChangeRequest::MasterAcd(acd) => client.set_master_acd(*acd).await,
        ChangeRequest::Synonyms(set) => client.set_synonyms(set).await,
        ChangeRequest::AgentGroup(set) => client.set_agent_group(set).await,
        ChangeRequest::Calculation(set) => client.set_calculation(set).await,
        ChangeRequest::Menu(change) => menu::change(client, change, file).await,
        ChangeRequest::Acknowledge(entries) => client.acknowledge_maintenance(entries).await,
        ChangeRequest::Skills(set) => client.set_agent_skills(set).await,
        ChangeRequest::Shortcut(change) => shortcuts::make(client, change).await,
        ChangeRequest::Peer(NewPeer { url, fingerprint, user, password }) => {
            let (url, fingerprint, user) = (url.clone(), fingerprint.clone(), user.clone());
            client.set_peer(&SetPeer { url, fingerprint, user, password: password.reveal().to_owned() }).await
        }
        ChangeRequest::RemovePeer => client.remove_peer().await,
        ChangeRequest::CallOff { job, .. } => client.call_off(*job).await,
    }
}
