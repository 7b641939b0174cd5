//! Shortcuts, pushed with the rest of system administration and compared like it.

use anyhow::Result;
use api::{AddShortcut, ModifyShortcut, Refresh, ReportRequest};
use client::Client;
use report::Inputs;
use testkit::Site;

use super::Both;
use crate::running::Running;

fn step(report: &str) -> ReportRequest {
    let (path, inputs) = (report.to_owned(), Inputs::new());
    ReportRequest { path, acd: Site::ACD, inputs, refresh: Refresh::Secs(5) }
}

async fn add(client: &Client, name: &str, report: &str) -> Result<()> {
    client.add_shortcut(&AddShortcut { name: name.to_owned(), steps: vec![step(report)], arrangement: None }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shortcuts_are_synced_and_a_different_one_is_told() -> Result<()> {
    let running = Running::start().await?;
    let both = Both::of(&running.site).await?;
    let (a, b) = (&both.a, &both.b);
    add(a, "Morning", "Split/Skill Report").await?;
    add(b, "Only here", "VDN Report").await?;
    let finding = |thing: &str| ("shortcuts".to_owned(), format!("{thing} of cms"));
    assert_eq!(both.findings()?, [finding("Morning"), finding("Only here")]);

    let told = both.synced(0, &["--tables", "shortcut"]);
    let tables = told["report"]["tables"].to_string();
    assert!(tables.contains("/cms/db/journal/shortcut"), "{told}");
    assert_eq!(both.findings()?, []);
    assert_eq!(b.shortcuts(None).await?[0].steps, a.shortcuts(None).await?[0].steps);

    // Changed on the secondary meanwhile, it is a conflict that stays unless it is to be replaced.
    let changed = |report: &str| ModifyShortcut {
        name: "Morning".to_owned(),
        steps: Some(vec![step(report)]),
        ..ModifyShortcut::default()
    };
    b.modify_shortcut(&changed("VDN Report")).await?;
    a.modify_shortcut(&changed("Agent Report")).await?;
    assert_eq!(both.findings()?, [finding("Morning")]);
    both.synced(1, &["--data", "system"]);
    assert!(b.shortcuts(None).await?[0].steps[0].path.ends_with("VDN Report"));
    both.synced(0, &["--data", "system", "--conflicts", "replace"]);
    assert_eq!(both.findings()?, []);
    assert!(b.shortcuts(None).await?[0].steps[0].path.ends_with("Agent Report"));
    Ok(())
}
