//! Chapter 4: what is administered on the primary and comes to the secondary, by the switch, by hand or by a restore.

use anyhow::{Context, Result};
use api::{ReportEntry, Synonym};
use catalog::Value;
use serde_json::from_str;
use testkit::{LIMIT, Place, Site, until};

use super::{Pair, back_up, restore_alone};
use crate::cli::Server;
use crate::running::Running;

/// The name that the Dictionary has for a split; empty without one.
fn split_name(cms: &Server, number: &str) -> Result<String> {
    let names: Vec<Synonym> = from_str(&cms.out(&["dictionary", "list", "splits", "--acd", "1", "--json"]))?;
    Ok(names.into_iter().find(|name| name.number == number).map(|name| name.name).unwrap_or_default())
}

fn designed(cms: &Server) -> Result<Vec<String>> {
    let reports: Vec<ReportEntry> = from_str(&cms.out(&["report", "list", "--json"]))?;
    Ok(reports.into_iter().filter(|report| report.name == "My Splits").map(|report| report.path).collect())
}

/// A report of one's own on the primary: a copy of a report of the product's under another name.
fn design(pair: &Pair) -> Result<()> {
    let file = pair.running.dir().join("design.cmsreport");
    let file = file.to_str().context("a path of text")?;
    pair.primary.out(&["report", "copy", "Split/Skill Report", "--to-file", file]);
    pair.primary.out(&["report", "copy", "--from-file", file, "--as", "My Splits", "--global"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn modifying_agent_trace() -> Result<()> {
    let pair = Pair::start().await?;
    for cms in [&pair.primary, &pair.secondary] {
        cms.out(&["trace", "on", "--agent", "1001", "--acd", "1"]);
    }
    for cms in [&pair.primary, &pair.secondary] {
        assert_eq!(cms.out(&["trace", "list", "--acd", "1"]).trim(), "1001");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn modifying_call_work_codes() -> Result<()> {
    let pair = Pair::start().await?;
    pair.primary.out(&["dictionary", "set", "work-codes", "11", "Order", "--acd", "1"]);
    let refused = pair.secondary.run(&["dictionary", "set", "work-codes", "11", "Order", "--acd", "1"]);
    assert!(refused.code == Some(3) && refused.err.contains("--take-over"), "{refused:?}");
    pair.secondary.out(&["dictionary", "set", "work-codes", "11", "Order", "--acd", "1", "--take-over"]);
    for cms in [&pair.primary, &pair.secondary] {
        let told = cms.out(&["dictionary", "show", "work-codes", "Order", "--acd", "1"]);
        assert!(told.contains("11"), "{told}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn creating_custom_reports() -> Result<()> {
    let pair = Pair::start().await?;
    design(&pair)?;
    assert_eq!(designed(&pair.secondary)?.len(), 0);
    pair.carry_to_the_secondary(&["--data", "system"])?;
    assert_eq!(designed(&pair.secondary)?, designed(&pair.primary)?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn creating_designer_reports() -> Result<()> {
    let pair = Pair::start().await?;
    design(&pair)?;
    // Method 2: to a PC file, and from there to the secondary. Method 1 is that of custom reports.
    let file = pair.running.dir().join("mine.cmsreport");
    let file = file.to_str().context("a path of text")?;
    pair.primary.out(&["report", "copy", "My Splits", "--to-file", file]);
    pair.secondary.out(&["report", "copy", "--from-file", file, "--global"]);
    assert_eq!(designed(&pair.secondary)?, designed(&pair.primary)?);
    // Method 3, made again by hand, meets what is there already.
    let again = pair.secondary.run(&["report", "copy", "--from-file", file, "--global"]);
    assert!(again.code == Some(3) && again.err.contains("--overwrite"), "{again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn modifying_the_dictionary_by_acd_specific_administration_data() -> Result<()> {
    let pair = Pair::start().await?;
    pair.primary.out(&["dictionary", "set", "splits", "1", "Orders", "--acd", "1"]);
    pair.primary.out(&["dictionary", "calculation", "set", "ORDER_SHARE", "100 * ACDCALLS / CALLSOFFERED"]);
    pair.carry_to_the_secondary(&["--data", "acd", "--acd", "1"])?;
    assert_eq!(split_name(&pair.secondary, "1")?, "Orders");
    // Calculations and constants come with CMS system administration.
    let listed = || pair.secondary.out(&["dictionary", "calculation", "list"]);
    assert!(!listed().contains("ORDER_SHARE"));
    pair.carry_to_the_secondary(&["--data", "system"])?;
    assert!(listed().contains("ORDER_SHARE"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn modifying_the_dictionary_by_specific_tables() -> Result<()> {
    let pair = Pair::start().await?;
    pair.primary.out(&["dictionary", "set", "splits", "2", "Complaints", "--acd", "1"]);
    pair.secondary.out(&["trace", "on", "--agent", "1002", "--acd", "1"]);
    pair.carry_to_the_secondary(&["--tables", "synonyms"])?;
    assert_eq!(split_name(&pair.secondary, "2")?, "Complaints");
    pair.primary.out(&["dictionary", "group", "set", "Early", "1001;1002", "--acd", "1"]);
    pair.carry_to_the_secondary(&["--tables", "synonyms,agroups"])?;
    assert!(pair.secondary.out(&["dictionary", "group", "list", "--acd", "1"]).contains("Early"));
    assert_eq!(pair.secondary.out(&["trace", "list", "--acd", "1"]).trim(), "1002", "other tables stay");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn modifying_the_dictionary_on_both_servers() -> Result<()> {
    let pair = Pair::start().await?;
    for (number, name) in [("3", "Europe"), ("4", "Overseas")] {
        pair.primary.out(&["dictionary", "set", "splits", number, name, "--acd", "1"]);
        pair.secondary.out(&["dictionary", "set", "splits", number, name, "--acd", "1", "--take-over"]);
    }
    for number in ["3", "4"] {
        assert_eq!(split_name(&pair.secondary, number)?, split_name(&pair.primary, number)?);
    }
    Ok(())
}

/// What is made on the primary is run on the secondary once it is carried over, with the report that it needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administering_shortcuts() -> Result<()> {
    let pair = Pair::start().await?;
    design(&pair)?;
    let steps =
        ["--step", "\"My Splits\" acd=1 splits=1-2", "--step", "\"Split/Skill Summary Interval\" acd=1 dates=0"];
    pair.primary.out(&[&["shortcut", "add", "Morning"][..], &steps].concat());
    let listed = |cms: &Server| cms.out(&["shortcut", "list", "--json"]);
    assert_eq!(listed(&pair.secondary).trim(), "[]");
    pair.carry_to_the_secondary(&["--data", "system"])?;
    assert_eq!(listed(&pair.secondary), listed(&pair.primary));
    let ran = pair.secondary.out(&["shortcut", "run", "Morning"]);
    assert!(ran.starts_with("My Splits\n") && ran.contains("from CMS-B"), "{ran}");
    assert!(ran.contains("\n\nSplit/Skill Summary Interval"), "{ran}");
    // The table can be carried alone, by the guide's name.
    pair.primary.out(&["shortcut", "modify", "Morning", "--rename", "Early"]);
    pair.carry_to_the_secondary(&["--tables", "/cms/db/journal/shortcut"])?;
    assert_eq!(listed(&pair.secondary), listed(&pair.primary));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administering_exceptions_on_each_server() -> Result<()> {
    let pair = Pair::start().await?;
    for cms in [&pair.primary, &pair.secondary] {
        cms.out(&["exceptions", "set", "split", "1", "calls-waiting", "--threshold", "3", "--acd", "1"]);
    }
    let listed = |cms: &Server| cms.out(&["exceptions", "list", "--acd", "1", "--json"]);
    assert_eq!(listed(&pair.primary), listed(&pair.secondary));
    assert!(listed(&pair.primary).contains("calls-waiting"));
    Ok(())
}

/// Steps of both call profiles: here the running interval loses nothing, neither by the change nor by the restore.
async fn call_profile(of: &str, number: &str) -> Result<()> {
    let pair = Pair::start().await?;
    let set = |cms: &Server, level: &str| {
        cms.out(&["profile", "set", of, number, "--acd", "1", "--service-level", level, "--increments", "5,10,15"])
    };
    let shown = |cms: &Server| cms.out(&["profile", "show", "--acd", "1"]);
    set(&pair.primary, "25");
    set(&pair.secondary, "25");
    assert_eq!(shown(&pair.primary), shown(&pair.secondary));
    assert!(shown(&pair.primary).contains("25"), "{}", shown(&pair.primary));
    set(&pair.primary, "30");
    let label = back_up(&pair.primary, &["--data", "acd"])?;
    crate::backup::carry(pair.site(), Place::A, Place::B)?;
    restore_alone(&pair.secondary, &[&label])?;
    assert_eq!(shown(&pair.primary), shown(&pair.secondary));
    let client = pair.site().client(Place::B).await?;
    let whole = client.digests(Site::ACD, None, None).await?.iter().all(|digest| !digest.incomplete);
    assert!(whole, "no interval is marked by it");
    until("the secondary goes on collecting", async || {
        client.health(LIMIT).await.ok()?.acds.first().filter(|acd| acd.collecting).map(|_| ())
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn setting_up_the_split_skill_call_profile() -> Result<()> {
    call_profile("split", "1").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administering_the_vdn_call_profile() -> Result<()> {
    let running = Running::start().await?;
    let found = running.site.client(Place::A).await?.sql(Site::ACD, "SELECT min(VDN) FROM hvdn").await?;
    let number = found.rows.first().and_then(|row| row.first()).and_then(|cell| match &cell.value {
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    });
    drop(running);
    call_profile("vdn", &number.context("a VDN")?).await
}
