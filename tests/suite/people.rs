//! Users, their passwords and the mode of the server: who can sign in where, who is signed out and told so, and what goes on
//! all the while.

use std::time::Instant;

use anyhow::{Context, Result};
use api::{
    AddUser, ErrorCode, Frame, Mode, Operation, Permission, SaveReport, Scope, SetCollection, SetPassword,
    SetPermissions, SetUser,
};
use client::{Address, Client, ClientError, LiveRequest, Trust};
use daemon::Server;
use model::{AcdNumber, DataKind};
use report::{Inputs, find_built_in};
use session::twin::Stretch;
use session::{Command, Model, NoticeLevel, Which};
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::backup::{data, done, of, over};
use crate::running::Running;
use crate::switch_over::desk::{Desk, profile};

const REPORT: &str = "Split/Skill Report";

pub fn client(server: &Server) -> Result<Client> {
    Ok(Client::new(Address { url: server.url(), trust: Trust::Fingerprint(server.fingerprint()?.parse()?) })?)
}

/// Signed in as somebody with the password that all have here.
pub async fn signed_in(server: &Server, user: &str) -> Result<Client> {
    let client = client(server)?;
    client.login(user, PASSWORD).await?;
    Ok(client)
}

/// Adds a user with the password that all have here.
pub async fn add(by: &Client, name: &str, change: impl FnOnce(&mut AddUser)) -> Result<()> {
    let user = SetUser { name: name.to_owned(), ..SetUser::default() };
    let mut add = AddUser { user, password: Some(PASSWORD.to_owned()), reads_everything: false };
    change(&mut add);
    by.add_user(&add).await?;
    Ok(())
}

pub fn code<T>(result: Result<T, ClientError>) -> Option<ErrorCode> {
    result.err().and_then(|error| error.refusal().map(|body| body.code))
}

fn message<T>(result: Result<T, ClientError>) -> String {
    result.err().and_then(|error| error.refusal().map(|body| body.message.clone())).unwrap_or_default()
}

pub fn watching(refresh_secs: u32) -> LiveRequest {
    LiveRequest { path: REPORT.to_owned(), acd: Site::ACD, inputs: Inputs::default(), refresh_secs }
}

/// Passwords are each server's own, change with the old one known, and end what went on with the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_belongs_to_one_server() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    add(&cms, "ann", |_| {}).await?;
    add(&cms, "eve", |add| add.password = None).await?;
    let (a, b) = (site.server(Place::A), site.server(Place::B));
    let ann = signed_in(a, "ann").await?;
    assert_eq!(code(client(b)?.login("ann", PASSWORD).await), Some(ErrorCode::WrongPassword));
    assert_eq!(code(client(a)?.login("eve", PASSWORD).await), Some(ErrorCode::WrongPassword));

    let set = |user: Option<&str>, old: Option<&str>, new: &str| SetPassword {
        user: user.map(str::to_owned),
        old: old.map(str::to_owned),
        new: new.to_owned(),
    };
    assert_eq!(code(ann.set_password(&set(None, None, "another one")).await), Some(ErrorCode::WrongPassword));
    until("guessing at the old password is no longer slowed", async || {
        let tried = ann.set_password(&set(None, Some(PASSWORD), "short")).await;
        (code(tried) == Some(ErrorCode::BadRequest)).then_some(())
    })
    .await;
    assert!(ann.set_password(&set(None, Some(PASSWORD), "another one")).await?.changed);
    assert_eq!(
        code(ann.set_password(&set(Some("eve"), Some(PASSWORD), "another one")).await),
        Some(ErrorCode::NotPermitted)
    );
    ann.status().await?;
    client(a)?.login("ann", "another one").await?;
    // An administrator needs no old one, except for the own.
    assert_eq!(code(cms.set_password(&set(None, None, "another one")).await), Some(ErrorCode::WrongPassword));
    cms.set_password(&set(Some("ann"), None, "given by cms")).await?;
    assert!(message(ann.status().await).contains("the password of ann was changed by cms"));
    client(a)?.login("ann", "given by cms").await?;
    // No hash is in the file that is carried.
    let carried =
        ["system.db", "system.db-wal"].map(|name| std::fs::read(site.folder(Place::A).join(name)).unwrap_or_default());
    let hashes = carried.iter().any(|bytes| bytes.windows(7).any(|part| part == b"$argon2"));
    assert!(!hashes && !carried[0].is_empty(), "a password is carried");
    Ok(())
}

/// A leaver's reports are told of, and given to somebody or removed.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_reports_is_removed_only_with_a_word_about_them() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    for name in ["ann", "bob", "eve"] {
        add(&cms, name, |add| add.reads_everything = true).await?;
    }
    let server = site.server(Place::A);
    let mut definition = find_built_in(REPORT).expect("a built-in report").clone();
    definition.name = "Mine".to_owned();
    let save = SaveReport::new(definition, Scope::Personal, false);
    let ann = signed_in(server, "ann").await?;
    ann.save_report(&save).await?;
    signed_in(server, "eve").await?.save_report(&save).await?;
    let told = message(cms.remove_user("ann", None, false).await);
    assert!(told.contains("Real-time/Designer/Mine") && told.contains("--give-to"), "{told}");
    assert_eq!(code(cms.remove_user("ann", Some("nobody"), false).await), Some(ErrorCode::NotFound));
    assert_eq!(code(cms.remove_user("ann", Some("ann"), false).await), Some(ErrorCode::BadRequest));
    assert_eq!(
        code(cms.remove_user("ann", Some("eve"), false).await),
        Some(ErrorCode::BadRequest),
        "eve has such a one"
    );
    assert_eq!(cms.user("ann").await?.belongings, "the designer reports Real-time/Designer/Mine");
    cms.remove_user("ann", Some("bob"), false).await?;
    assert!(message(ann.status().await).contains("the user ann was removed by cms"));
    assert_eq!(code(client(server)?.login("ann", PASSWORD).await), Some(ErrorCode::WrongPassword));
    let bob = signed_in(server, "bob").await?;
    assert_eq!(bob.report("Mine").await?.entry.owner.as_deref(), Some("bob"));
    assert!(cms.remove_user("eve", None, true).await?.text.contains("with the designer reports"));
    assert_eq!(code(cms.remove_user(ADMINISTRATOR, None, true).await), Some(ErrorCode::NotPermitted));
    Ok(())
}

/// Of some ACDs themselves this access.
/// As a kill leaves it that comes between taking a user away and taking the password.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_removes_passwords_of_nobody() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    add(&site.client(Place::A).await?, "ann", |_| {}).await?;
    site.stop(Place::A);
    let local = store::DataFolder::new(site.folder(Place::A)).local();
    {
        let mut local = store::LocalStore::open(&local)?;
        let (hash, at) = local.password_kept("ann")?.context("a password")?;
        local.set_password("gone", &hash, at)?;
    }
    site.run(Place::A)?;
    site.stop(Place::A);
    let left = store::LocalStore::open(&local)?.passwords_given()?;
    assert!(left.contains_key("ann") && !left.contains_key("gone"), "{left:?}");
    Ok(())
}

fn of_acds(user: &str, acds: &[AcdNumber], access: &str) -> SetPermissions {
    let permission = |acd: &AcdNumber| Permission {
        kind: "acd".to_owned(),
        acd: Some(*acd),
        of: String::new(),
        access: access.to_owned(),
    };
    let permissions = acds.iter().map(permission).collect();
    SetPermissions { user: user.to_owned(), reads_everything: None, permissions }
}

/// Who is added a second time is refused, and keeps what is permitted.
#[tokio::test(flavor = "multi_thread")]
async fn adding_a_user_who_exists_takes_nothing_away() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    add(&cms, "ann", |_| {}).await?;
    cms.set_permissions(&of_acds("ann", &[Site::ACD], "read")).await?;
    let before = cms.permissions("ann").await?;
    assert_eq!(before.permissions.len(), 1, "{before:?}");
    let user = SetUser { name: "ann".to_owned(), ..SetUser::default() };
    let again = AddUser { user, password: None, reads_everything: true };
    assert_eq!(code(cms.add_user(&again).await), Some(ErrorCode::Exists));
    assert_eq!(cms.permissions("ann").await?, before);
    Ok(())
}

/// What was taken away of one ACD is in force although another one could not be written to; and a user who is removed is gone,
/// which is recorded with what stayed behind.
#[tokio::test(flavor = "multi_thread")]
async fn an_acd_that_does_not_run_keeps_nobody_in() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    crate::recovering::two_acds(&folder)?;
    let server = Server::start(&folder, None)?;
    let cms = signed_in(&server, ADMINISTRATOR).await?;
    add(&cms, "ann", |_| {}).await?;
    let both = [AcdNumber(1), AcdNumber(2)];
    until("both ACDs take orders", async || cms.set_permissions(&of_acds("ann", &both, "read")).await.ok()).await;
    server.stop();

    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let file = folder.join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    let (head, tail) = text.rsplit_once("127.0.0.1:0").expect("the second ACD's port");
    std::fs::write(&file, format!("{head}{}{tail}", taken.local_addr()?))?;
    let server = Server::start(&folder, None)?;
    let cms = signed_in(&server, ADMINISTRATOR).await?;
    let ann = signed_in(&server, "ann").await?;
    ann.dictionary(AcdNumber(1)).await?;
    let failed = until("the first ACD takes orders", async || {
        let refused = message(cms.set_permissions(&of_acds("ann", &both, "none")).await);
        refused.contains("is not running").then_some(refused)
    });
    failed.await;
    assert_eq!(code(ann.dictionary(AcdNumber(1)).await), Some(ErrorCode::NotPermitted));

    let removed = cms.remove_user("ann", None, false).await?.text;
    assert!(removed.contains("ann is removed") && removed.contains("ACD 2 could not be taken away"), "{removed}");
    assert_eq!(code(cms.user("ann").await), Some(ErrorCode::NotFound));
    let changes = cms.changes(1).await?;
    assert_eq!(changes[0].what, "user ann");
    assert!(changes[0].after.contains("ACD 2 could not be taken away"), "{changes:?}");
    // What stayed behind is nobody's, and nobody comes into it by the name.
    let user = SetUser { name: "ann".to_owned(), ..SetUser::default() };
    let again = AddUser { user, password: None, reads_everything: false };
    assert_eq!(code(cms.add_user(&again).await), Some(ErrorCode::Unavailable));
    Ok(())
}

fn feature(of: &str) -> Permission {
    Permission { kind: "feature".to_owned(), acd: None, of: of.to_owned(), access: "read".to_owned() }
}

/// Who may see nothing yet, and is no user of the secondary: the desktop leaves out what is not to be seen, and asks for no
/// password that nobody wanted to give.
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_of_a_user_who_may_see_little_is_calm() -> Result<()> {
    let running = Running::start().await?;
    let cms = running.site.client(Place::A).await?;
    add(&cms, "bob", |_| {}).await?;
    // Reports, and none of the ACD.
    let permissions = vec![feature("reports")];
    cms.set_permissions(&SetPermissions { user: "bob".to_owned(), reads_everything: None, permissions }).await?;
    let mut desk = Desk::sign_in(session::Profile { user: "bob".to_owned(), ..profile(&running.site)? }).await?;
    desk.send(Command::LoadDictionary(Site::ACD));
    desk.wait("the ACD is left out", |model, _| model.closed_acds.contains(&Site::ACD)).await;
    desk.send(Command::CheckServers);
    desk.wait("the checks are made", |model, _| model.checks.report.is_some() && model.checks.step.is_none()).await;
    let report = desk.model.checks.report.clone().context("a report")?;
    assert_eq!(report.servers.iter().map(|known| known.server.as_str()).collect::<Vec<_>>(), ["CMS-A", "CMS-B"]);
    let found = &report.servers[1].checks[0].found;
    assert!(found.starts_with("you are not signed in there"), "{found}");
    assert_eq!(desk.model.servers[Which::Secondary].needs_password, None);
    let problems = desk.model.notices.iter().filter(|notice| notice.level == NoticeLevel::Problem);
    assert_eq!(problems.map(|notice| notice.text.as_str()).collect::<Vec<_>>(), [""; 0]);
    cms.set_permissions(&api::SetPermissions {
        user: "bob".to_owned(),
        reads_everything: Some(true),
        permissions: Vec::new(),
    })
    .await?;
    // By itself, long before the lists are due again.
    desk.wait("what is permitted meanwhile is shown", |model, _| model.closed_acds.is_empty()).await;
    add(&cms, "carl", |_| {}).await?;
    let mut desk = Desk::sign_in(session::Profile { user: "carl".to_owned(), ..profile(&running.site)? }).await?;
    desk.wait("no report list", |model, _| model.library_closed.is_some()).await;
    let permissions = vec![feature("reports")];
    cms.set_permissions(&SetPermissions { user: "carl".to_owned(), reads_everything: None, permissions }).await?;
    desk.wait("the report list has come", |model, _| !model.library.is_empty()).await;
    assert_eq!(desk.model.library_closed, None);
    Ok(())
}

/// One administrator works, everybody else is told why not, collection goes on, and a restart changes nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn in_single_user_mode_one_administrator_is_signed_in() -> Result<()> {
    let mut running = Running::start().await?;
    let cms = running.site.client(Place::A).await?;
    add(&cms, "ann", |add| add.reads_everything = true).await?;
    add(&cms, "eve", |add| add.user.administrator = Some(true)).await?;
    let server = running.site.server(Place::A);
    let (ann, eve) = (signed_in(server, "ann").await?, signed_in(server, "eve").await?);
    let mut watched = ann.live(&watching(600), None).await?;
    assert!(matches!(watched.next_frame().await?, Some(Frame::Sheet { .. })));
    let mut desk = Desk::sign_in(session::Profile { user: "ann".to_owned(), ..profile(&running.site)? }).await?;

    assert!(cms.set_mode(Mode::SingleUser).await?.text.contains("3 sessions were ended"));
    // The stream says so at once, although its next refresh is far away.
    let Some(Frame::Failed { error }) = watched.next_frame().await? else { panic!("the stream does not end") };
    assert_eq!(error.code, ErrorCode::SingleUser);
    assert!(error.message.contains("CMS-A is in single-user mode since 20"), "{error}");
    for refused in [ann.status().await, eve.status().await] {
        assert_eq!(code(refused), Some(ErrorCode::SingleUser));
    }
    for name in ["ann", "eve"] {
        assert_eq!(code(client(server)?.login(name, PASSWORD).await), Some(ErrorCode::SingleUser), "{name}");
    }
    desk.send(Command::LoadLibrary);
    desk.wait("the desktop tells of single-user mode", |model, _| {
        model.notices.iter().any(|notice| notice.text.contains("single-user mode"))
    })
    .await;
    let status = cms.status().await?;
    assert_eq!((status.mode, cms.health(LIMIT).await?.mode), (Mode::SingleUser, Mode::SingleUser));
    let events = status.acds[0].events;
    until("collection goes on", async || (cms.status().await.ok()?.acds[0].events > events).then_some(())).await;

    running.site.stop(Place::A);
    running.site.run(Place::A)?;
    let server = running.site.server(Place::A);
    assert_eq!(code(client(server)?.login("ann", PASSWORD).await), Some(ErrorCode::SingleUser));
    // Whoever has set it may have asked for something just before the restart: nobody else takes the place at once.
    let refused = message(client(server)?.login("eve", PASSWORD).await);
    assert!(refused.contains(&format!("the place is kept for {ADMINISTRATOR}")), "{refused}");
    let cms = signed_in(server, ADMINISTRATOR).await?;
    // The same administrator may come twice: a desktop and a command line.
    signed_in(server, ADMINISTRATOR).await?.logout().await?;
    cms.set_mode(Mode::MultiUser).await?;
    signed_in(server, "ann").await?;
    desk.wait("the desktop is back by itself", |model, _| model.servers[Which::Primary].signed_in).await;
    let changes = cms.changes(2).await?;
    assert_eq!((changes[0].what.as_str(), changes[0].after.as_str()), ("CMS state", "multi-user"), "{changes:?}");
    Ok(())
}

/// A script sets single-user mode and signs out after each command: an administrator's desktop that is open somewhere does not
/// take the one place meanwhile, says why it shows nothing, and comes in by itself only when everybody may.
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_takes_the_one_place_only_from_nobody_and_when_asked() -> Result<()> {
    let running = Running::start().await?;
    let cms = running.site.client(Place::A).await?;
    add(&cms, "eve", |add| add.user.administrator = Some(true)).await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    let server = running.site.server(Place::A);
    let eve = signed_in(server, "eve").await?;
    eve.set_mode(Mode::SingleUser).await?;
    eve.logout().await?;
    desk.send(Command::LoadLibrary);
    desk.wait("the desktop tells of single-user mode", |model, _| {
        let shut_out = model.servers[Which::Primary].shut_out.as_ref();
        shut_out.is_some_and(|why| why.contains("set by eve"))
    })
    .await;
    // The person asks for it, and is told whose the place is.
    desk.send(Command::AskPassword(Which::Primary));
    desk.wait("the place is kept", |model, _| {
        model.notices.iter().any(|notice| notice.text.contains("the place is kept for eve"))
    })
    .await;
    signed_in(server, "eve").await?.set_mode(Mode::MultiUser).await?;
    desk.wait("the desktop is back by itself", |model, _| model.servers[Which::Primary].signed_in).await;
    Ok(())
}

impl Desk {
    /// Makes the daily checks; what was found at the secondary.
    async fn checked_beside(&mut self) -> String {
        let before = self.model.checks.report.as_ref().map(|report| report.at);
        self.send(Command::CheckServers);
        let is_new = move |model: &Model, _: Instant| {
            model.checks.step.is_none() && model.checks.report.as_ref().map(|report| report.at) > before
        };
        self.wait("the checks are made", is_new).await;
        let report = self.model.checks.report.as_deref().expect("it has just been there");
        report.servers[1].checks.iter().map(|check| check.found.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// Somebody works in single-user mode on the server that a desktop asks beside its work. It is told so as long as that goes on,
/// takes no place there meanwhile, and signs in again behind it.
#[tokio::test(flavor = "multi_thread")]
async fn single_user_mode_of_the_other_server_passes_for_a_desktop_that_asks_it() -> Result<()> {
    let running = Running::start().await?;
    let b = running.site.client(Place::B).await?;
    add(&b, "eve", |add| add.user.administrator = Some(true)).await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    let well = desk.checked_beside().await;
    assert!(!well.contains("single-user") && !well.contains("signed in"), "{well}");
    let eve = signed_in(running.site.server(Place::B), "eve").await?;
    // Over before the desktop asked for anything.
    eve.set_mode(Mode::SingleUser).await?;
    eve.set_mode(Mode::MultiUser).await?;
    let refused = b.status().await;
    assert!(
        message(refused.clone()).contains("set by eve, which has ended all other sessions; that is over"),
        "{refused:?}"
    );
    assert_eq!(code(refused), Some(ErrorCode::NotSignedIn));
    let found = desk.checked_beside().await;
    assert!(!found.contains("single-user") && !found.contains("signed in"), "{found}");
    // It asks in the middle of it.
    eve.set_mode(Mode::SingleUser).await?;
    for told in ["CMS-B is in single-user mode since 20", "it is in single-user mode"] {
        let found = desk.checked_beside().await;
        assert!(found.contains("you are not signed in there: ") && found.contains(told), "{found}");
    }
    desk.send(Command::CompareServers { stretch: Stretch::default() });
    desk.wait("the comparison is refused", |model, _| {
        model.twin.problem.as_ref().is_some_and(|why| why.contains("CMS-B is in single-user mode since 20"))
    })
    .await;
    eve.set_mode(Mode::MultiUser).await?;
    // It learns that from the server's next sign of life.
    let found = until("the checks are let in again", async || {
        let found = desk.checked_beside().await;
        (!found.contains("it is in single-user mode")).then_some(found)
    })
    .await;
    assert!(!found.contains("single-user") && !found.contains("signed in"), "{found}");
    desk.send(Command::CompareServers { stretch: Stretch::default() });
    desk.wait("the comparison", |model, _| model.twin.report.is_some() && model.twin.problem.is_none()).await;
    Ok(())
}

/// What needs which state is refused with the step that comes first.
#[tokio::test(flavor = "multi_thread")]
async fn the_master_acd_changes_in_single_user_mode_with_collection_off() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    crate::recovering::two_acds(&folder)?;
    let server = Server::start(&folder, None)?;
    let cms = signed_in(&server, ADMINISTRATOR).await?;
    let south = AcdNumber(2);
    let refused = |result| message::<api::Changed>(result);
    assert_eq!(cms.mode().await?.master_acd, AcdNumber(1));
    assert!(refused(cms.set_master_acd(south).await).contains("`cms mode single-user`"));
    cms.set_mode(Mode::SingleUser).await?;
    for acd in [AcdNumber(1), south] {
        assert!(refused(cms.set_master_acd(south).await).contains(&format!("`cms collection off --acd {acd}`")));
        until("the ACD takes orders", async || cms.set_collection(&SetCollection { acd, on: false }).await.ok()).await;
    }
    assert!(cms.set_master_acd(south).await?.changed);
    assert_eq!(cms.mode().await?.master_acd, south);
    assert!(!cms.set_master_acd(south).await?.changed);
    let rules = cms.mode_rules().await?;
    let restoring = rules.iter().find(|rule| rule.operation == Operation::RestoreLocal).expect("a rule");
    assert_eq!((restoring.collection_off, restoring.mode), (true, Some(Mode::SingleUser)));
    Ok(())
}

/// A restore changes the master ACD only where somebody could.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_brings_another_master_acd_needs_what_changing_it_needs() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    crate::recovering::two_acds(&folder)?;
    let server = Server::start(&folder, None)?;
    let cms = signed_in(&server, ADMINISTRATOR).await?;
    let [north, south] = [1, 2].map(AcdNumber);
    let collection = async |acd, on| {
        until("the ACD takes orders", async || cms.set_collection(&SetCollection { acd, on }).await.ok()).await;
    };
    cms.set_mode(Mode::SingleUser).await?;
    collection(north, false).await;
    collection(south, false).await;
    cms.set_master_acd(south).await?;
    let label =
        done(&cms, cms.run_backup(&data(&[DataKind::System])).await?).await?.label.expect("a backup has a label");
    done(&cms, cms.run_restore(&of(&label)).await?).await?;
    cms.set_master_acd(north).await?;
    collection(north, true).await;

    let refused = over(&cms, cms.run_restore(&of(&label)).await?).await;
    let why = "it would make ACD 2 the master ACD instead of ACD 1";
    assert!(refused.text.contains(why) && refused.text.contains("`cms collection off --acd 1`"), "{}", refused.text);
    let plan = over(&cms, cms.plan_restore(&of(&label)).await?).await.plan.expect("a plan");
    assert!(plan.obstacles.iter().any(|obstacle| obstacle.contains(why)), "{plan:?}");
    assert_eq!(cms.mode().await?.master_acd, north);

    collection(north, false).await;
    let restored = done(&cms, cms.run_restore(&of(&label)).await?).await?.restore.expect("a restore has a number");
    assert_eq!(cms.mode().await?.master_acd, south);
    collection(south, true).await;
    let refused = over(&cms, cms.undo_restore(restored).await?).await;
    assert!(refused.text.contains("it would make ACD 1 the master ACD instead of ACD 2"), "{}", refused.text);
    assert_eq!(cms.mode().await?.master_acd, south);
    Ok(())
}

/// Whoever signs in at the secondary while the primary is well is told once.
#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_warns_of_working_at_the_secondary() -> Result<()> {
    let running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    let warned = |model: &session::Model| {
        model
            .notices
            .iter()
            .filter(|notice| notice.text.contains("CMS-B is the secondary, and the primary CMS-A is well"))
            .count()
    };
    desk.wait("both servers are known to be well", |model, now| {
        Which::BOTH.into_iter().all(|which| model.servers[which].is_well(&[Site::ACD], now))
    })
    .await;
    assert_eq!(warned(&desk.model), 0);
    desk.send(Command::SwitchTo(Which::Secondary));
    desk.wait("the secondary serves", |model, _| model.serving == Some(Which::Secondary)).await;
    desk.wait("the warning", |model, _| warned(model) == 1).await;
    Ok(())
}
