//! A report that uses calculations of the house, copied to where these are missing, the same, or others.

use anyhow::{Context, Result};
use api::{FormulaKind, SaveReport, Scope, SetCalculation};
use client::Client;
use report::{Definition, Total, find_built_in};
use session::{Command, CopyState, Which};
use testkit::{Place, Site, SiteOptions};

use crate::cli::Server;
use crate::switch_over::desk::{Desk, profile};

const SUMMARY: &str = "Split/Skill Summary Interval";
const TENFOLD: &str = "Historical/Designer/Tenfold";

fn formula(kind: FormulaKind, name: &str, formula: &str) -> SetCalculation {
    SetCalculation {
        kind,
        name: name.to_owned(),
        formula: formula.to_owned(),
        description: Some("of the house".to_owned()),
        take_over: true,
    }
}

/// A report with a column of a calculation that needs a constant.
fn tenfold() -> Result<Definition> {
    let mut definition = find_built_in(SUMMARY).context("it comes with the product")?.clone();
    (definition.name, definition.path) = ("Tenfold".to_owned(), TENFOLD.to_owned());
    let column = definition.blocks[0].columns.iter_mut().find(|column| column.expression == "ACDCALLS");
    let column = column.context("ACD calls")?;
    (column.expression, column.total) = ("HOUSE_CALLS".to_owned(), Some(Total::Ratio));
    Ok(definition)
}

/// Two servers; on the primary there is the report with what it needs.
async fn two(dir: &std::path::Path) -> Result<(Site, Client, Client)> {
    let site = Site::start(dir, &SiteOptions::default())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    a.set_calculation(&formula(FormulaKind::Constant, "HOUSE_TENTH", "10")).await?;
    a.set_calculation(&formula(FormulaKind::Constant, "HOUSE_OTHER", "7")).await?;
    a.set_calculation(&formula(FormulaKind::Calculation, "HOUSE_CALLS", "HOUSE_TENTH * ACDCALLS")).await?;
    a.save_report(&SaveReport::new(tenfold()?, Scope::Global, false)).await?;
    Ok((site, a, b))
}

async fn house(client: &Client) -> Result<Vec<(String, String)>> {
    let known = client.calculations().await?;
    Ok(known.into_iter().map(|known| (known.name, known.formula)).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_takes_the_calculations_along_and_shows_them_before_they_are_added() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (site, a, b) = two(dir.path()).await?;
    let [primary, secondary] = [Server::of(&site, Place::A)?, Server::of(&site, Place::B)?];
    let file = dir.path().join("tenfold.cmsreport");
    let file = file.to_str().context("a name")?;
    let told = primary.out(&["report", "copy", "Tenfold", "--to-file", file]);
    assert!(told.contains("with HOUSE_TENTH, HOUSE_CALLS of the house"), "{told}");
    let text = std::fs::read_to_string(file)?;
    assert!(text.contains("\"version\": 2") && !text.contains("HOUSE_OTHER"), "{text}");

    let shown = secondary.run(&["report", "copy", "--from-file", file]);
    assert_eq!(shown.code, Some(3), "{shown:?}");
    assert!(
        shown.err.contains("HOUSE_TENTH = 10 is not there") && shown.err.contains("--calculations add"),
        "{shown:?}"
    );
    assert_eq!(house(&b).await?, []);
    assert!(b.report("Tenfold").await.is_err());
    // The Dictionary of a secondary is for viewing; nothing is half done.
    let viewing = secondary.run(&["report", "copy", "--from-file", file, "--calculations", "add"]);
    assert!(viewing.code == Some(3) && viewing.err.contains("secondary"), "{viewing:?}");
    assert_eq!(house(&b).await?, []);
    let add = ["report", "copy", "--from-file", file, "--calculations", "add", "--take-over"];
    secondary.out(&add);
    let (one, other) = (house(&a).await?, house(&b).await?);
    assert_eq!(other, [one[0].clone(), one[2].clone()]);
    assert_eq!(b.report("Tenfold").await?.definition.blocks, tenfold()?.blocks);
    let changes = b.changes(10).await?;
    assert!(changes.iter().any(|change| change.what.contains("HOUSE_CALLS")), "{changes:?}");

    // What is the same needs no choice, only the report that is there does.
    let there = secondary.run(&["report", "copy", "--from-file", file]);
    assert!(there.err.contains("exists already") && !there.err.contains("HOUSE"), "{there:?}");
    secondary.out(&["report", "copy", "--from-file", file, "--overwrite"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calculations_that_differ_are_replaced_or_kept_in_the_report_by_choice() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (site, _a, b) = two(dir.path()).await?;
    b.set_calculation(&formula(FormulaKind::Constant, "HOUSE_TENTH", "100")).await?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let copy = |rename: Option<&str>| Command::CopyToServer {
        path: TENFOLD.to_owned(),
        to: Which::Secondary,
        scope: Scope::Global,
        rename: rename.map(str::to_owned),
        overwrite: false,
        house: None,
    };
    let CopyState::Needs { what, choices } = desk.copy(copy(None)).await else { panic!("it is not asked") };
    assert!(what.contains("HOUSE_TENTH is 100 there and 10 in the report"), "{what}");
    assert!(what.contains("HOUSE_CALLS = HOUSE_TENTH * ACDCALLS is not there"), "{what}");
    let words: Vec<api::HouseChoice> = choices.iter().map(|(choice, _)| *choice).collect();
    assert_eq!(words, [api::HouseChoice::Replace, api::HouseChoice::Own]);
    // Kept in the report: the Dictionary there stays as it is.
    let own = desk.copy(choices[1].1.clone()).await;
    assert!(matches!(own, CopyState::Done { .. }), "{own:?}");
    assert_eq!(house(&b).await?, [("HOUSE_TENTH".to_owned(), "100".to_owned())]);
    let kept = b.report("Tenfold").await?;
    let names: Vec<&str> = kept.definition.calculations.iter().map(|own| own.name.as_str()).collect();
    assert!(names.ends_with(&["HOUSE_TENTH", "HOUSE_CALLS"]), "{names:?}");
    assert_eq!(kept.house, []);

    // Adding alone does not change what is there.
    let client = site.client(Place::A).await?;
    let answer = client.report("Tenfold").await?;
    let mut definition = answer.definition;
    definition.name = "Again".to_owned();
    let save = SaveReport {
        house: answer.house,
        house_choice: Some(api::HouseChoice::Add),
        take_over: true,
        ..SaveReport::new(definition, Scope::Global, false)
    };
    let refused = b.save_report(&save).await.expect_err("one differs");
    assert_eq!(refused.refusal().map(|body| body.house.len()), Some(2), "{refused}");
    b.save_report(&SaveReport { house_choice: Some(api::HouseChoice::Replace), ..save }).await?;
    let there = house(&b).await?;
    assert!(there.contains(&("HOUSE_TENTH".to_owned(), "10".to_owned())) && there.len() == 2, "{there:?}");
    Ok(())
}
