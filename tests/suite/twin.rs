//! Two servers compared by `cms`, as an administrator does it.

use anyhow::Result;
use api::SetTrace;
use serde_json::Value;
use testkit::{PASSWORD, Place, Site};

use crate::cli::Server;
use crate::people::add;
use crate::running::Running;

/// What was fed to both is the same on both; what was administered on one alone is named, row by row.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_differs_is_named_and_nothing_else() -> Result<()> {
    let running = Running::start().await?;
    let (a, b) = (Server::of(&running.site, Place::A)?, Server::of(&running.site, Place::B)?);
    let compare = |options: &[&str]| a.run(&[&["twin", "compare"][..], &b.as_twin(), options].concat());
    let same = compare(&["--json"]);
    assert_eq!(same.code, Some(0), "{same:?}");
    let told: Value = serde_json::from_str(&same.out)?;
    assert_eq!((&told["here"], &told["there"], &told["same"]), (&"CMS-A".into(), &"CMS-B".into(), &true.into()));
    assert!(told["identical"]["intervals"].as_u64() >= Some(2), "{told}");
    // The version, the master ACD, the zone, the phantom limit and the kind of link.
    assert_eq!(told["identical"]["setup"].as_u64(), Some(5), "{told}");
    let backwards = ["2026-11-24", "2026-11-23"];
    let refused = compare(&["--from", backwards[0], "--to", backwards[1]]);
    assert!(refused.code == Some(2) && refused.err.contains("ends before it begins"), "{refused:?}");
    let itself = a.run(&[&["twin", "compare"][..], &a.as_twin()].concat());
    assert!(itself.code == Some(3) && itself.err.contains("both addresses are of CMS-A"), "{itself:?}");
    let itself = a.run(&[&["twin", "heal"][..], &a.as_source()].concat());
    assert!(itself.code == Some(3) && itself.err.contains("both addresses are of CMS-A"), "{itself:?}");

    a.out(&["profile", "set", "split", "1", "--acd", "1", "--service-level", "30", "--increments", "5,10"]);
    let other = running.site.client(Place::B).await?;
    other.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    let differs = compare(&[]);
    assert_eq!(differs.code, Some(1), "{differs:?}");
    let line = |parts: &[&str]| differs.out.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line(&["call profiles", "split/skill 1", "missing there", "service level 30 s"]), "{}", differs.out);
    assert!(line(&["agent traces", "agent 1002", "missing here"]), "{}", differs.out);
    assert!(differs.err.contains("CMS-A and CMS-B are not the same: 2 findings"), "{}", differs.err);
    let removed = a.out(&["profile", "delete", "split", "1", "--acd", "1"]);
    assert!(removed.contains("split/skill 1 has no call profile of its own"), "{removed}");
    let differs = compare(&[]);
    assert!(differs.err.contains("CMS-A and CMS-B are not the same: one finding"), "{}", differs.err);
    Ok(())
}

/// An administrator of the one server who is a normal user of the other: what that one does not tell is not missing there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_may_not_be_seen_is_not_missing() -> Result<()> {
    let running = Running::start().await?;
    let (a, b) = (Server::of(&running.site, Place::A)?, Server::of(&running.site, Place::B)?);
    add(&running.site.client(Place::A).await?, "ann", |add| add.user.administrator = Some(true)).await?;
    add(&running.site.client(Place::B).await?, "ann", |add| add.reads_everything = true).await?;
    let compared = a.run_as("ann", PASSWORD, &[&["twin", "compare"][..], &b.as_twin()].concat());
    assert_eq!(compared.code, Some(1), "{compared:?}");
    assert!(!compared.out.contains("missing"), "{}", compared.out);
    let line = |parts: &[&str]| compared.out.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line(&["users", "2 that only one server tells", "not permitted there", "only an administrator"]));
    assert!(line(&["shortcuts", "not permitted there", "ann is no administrator of CMS-B"]), "{}", compared.out);
    assert!(compared.err.contains("compare as an administrator of both"), "{}", compared.err);
    // Seen by an administrator of both it is a difference like others.
    let seen = a.run(&[&["twin", "compare"][..], &b.as_twin()].concat());
    assert!(seen.out.contains("differs") && !seen.out.contains("not permitted"), "{}", seen.out);
    Ok(())
}
