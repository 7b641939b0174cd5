//! `cms-server password`: the way back where nobody remembers an administrator's password.

use anyhow::Result;
use api::ErrorCode;
use model::Moment;
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site, SiteOptions, until};

use crate::people::{client, code};

const NEW: &str = "found again at night";

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_of_an_administrator_is_given_anew_to_a_stopped_server() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::A).to_owned();
    let give = |user: &str, password: &str| daemon::set_password(&folder, user, password, Moment(1_795_431_600));
    let error = |given: Result<String>| format!("{:#}", given.expect_err("it is refused"));
    let running = error(give(ADMINISTRATOR, NEW));
    assert!(running.contains("must be stopped") && running.contains("already running"), "{running}");
    site.stop(Place::A);
    let unknown = error(give("nobody", NEW));
    assert!(unknown.contains("there is no user nobody") && unknown.contains("administrators are cms"), "{unknown}");
    assert!(error(give(ADMINISTRATOR, "short")).contains("at least"));
    assert_eq!(give(ADMINISTRATOR, NEW)?, "CMS-A");
    site.run(Place::A)?;
    let before = client(site.server(Place::A))?;
    assert_eq!(code(before.login(ADMINISTRATOR, PASSWORD).await), Some(ErrorCode::WrongPassword));
    let after = client(site.server(Place::A))?;
    // Whoever was wrong is slowed down, for a moment.
    until("the new one is taken", async || after.login(ADMINISTRATOR, NEW).await.ok()).await;
    let changes = after.changes(5).await?;
    let found = changes.iter().find(|change| change.user == "cms-server" && change.what == "password of cms");
    assert!(found.is_some_and(|change| change.after == "set"), "{changes:?}");
    // The other server has passwords of its own.
    site.client(Place::B).await?;
    Ok(())
}
