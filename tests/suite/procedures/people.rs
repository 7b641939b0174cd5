//! Chapter 4: users, who belong to both servers, and their passwords, which belong to each.

use anyhow::Result;
use testkit::{Place, until};

use super::{Pair, back_up, restore_alone};
use crate::cli::{Ended, Server};

const PASSWORD: &str = "of-ann-alone";

fn reports_as_ann(cms: &Server) -> Ended {
    cms.run_as("ann", PASSWORD, &["report", "list"])
}

/// Adds Ann, who may read everything.
fn add_ann(pair: &Pair, cms: &Server) -> Result<()> {
    let file = pair.running.dir().join("ann.password");
    std::fs::write(&file, PASSWORD)?;
    let file = file.to_string_lossy().into_owned();
    cms.out(&["user", "add", "ann", "--full-name", "Ann Bee", "--read-everything", "--new-password-file", &file]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn adding_or_modifying_users() -> Result<()> {
    let pair = Pair::start().await?;
    add_ann(&pair, &pair.primary)?;
    pair.primary.out(&["user", "permissions", "set", "ann", "--acd", "1", "--access", "read,write"]);
    pair.primary.out(&["user", "permissions", "set", "ann", "--acd", "1", "--splits", "1;2", "--access", "read,write"]);
    let label = back_up(&pair.primary, &["--data", "system,acd"])?;
    crate::backup::carry(pair.site(), Place::A, Place::B)?;
    restore_alone(&pair.secondary, &[&label])?;
    let permissions = |cms: &Server| cms.out(&["user", "permissions", "show", "ann"]);
    assert_eq!(permissions(&pair.secondary), permissions(&pair.primary));
    assert!(pair.secondary.out(&["user", "list"]).contains("Ann Bee"));
    // "CMS user passwords must be administered separately on each CMS server."
    assert_eq!(reports_as_ann(&pair.primary).code, Some(0));
    let refused = reports_as_ann(&pair.secondary);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn configure_user_passwords() -> Result<()> {
    let pair = Pair::start().await?;
    add_ann(&pair, &pair.primary)?;
    pair.secondary.out(&["user", "add", "ann", "--no-password", "--read-everything"]);
    assert_eq!(reports_as_ann(&pair.secondary).code, Some(3));
    let file = pair.running.dir().join("ann.password");
    pair.secondary.out(&["user", "password", "ann", "--new-password-file", &file.to_string_lossy()]);
    // Signing in after a wrong password is slowed down.
    until("Ann is let in", async || (reports_as_ann(&pair.secondary).code == Some(0)).then_some(())).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn removing_users() -> Result<()> {
    let pair = Pair::start().await?;
    for cms in [&pair.primary, &pair.secondary] {
        add_ann(&pair, cms)?;
    }
    pair.primary.out(&["user", "remove", "ann"]);
    assert_eq!(reports_as_ann(&pair.primary).code, Some(3));
    assert_eq!(reports_as_ann(&pair.secondary).code, Some(0), "each server has users of its own");
    pair.secondary.out(&["user", "remove", "ann"]);
    assert_eq!(reports_as_ann(&pair.secondary).code, Some(3));
    Ok(())
}
