//! The live board as text.

use std::time::Duration;

use anyhow::{Context, Result};
use api::RunReport;
use report::{Inputs, Sheet, format_value_local};
use testkit::{Place, Site};

use crate::stage::Stage;

/// How often the board is printed.
const EVERY: Duration = Duration::from_secs(5);

/// Prints the board now and then until the switch has come to its end; with `quiet` only waits.
pub async fn show(stage: &Stage, quiet: bool) -> Result<()> {
    let client = stage.site.client(Place::A).await?;
    let path = report::find_built_in("Split/Skill Report").context("the built-in report is missing")?.path.clone();
    loop {
        if !quiet {
            let request = RunReport { path: path.clone(), acd: Site::ACD, acds: Vec::new(), inputs: Inputs::default() };
            let answer = client.run(&request).await?;
            let stamp = &answer.stamp;
            println!(
                "\n{} ({}), ACD {} link {}, data {}",
                stamp.server,
                stamp.role,
                stamp.acd,
                stamp.link.word(),
                stamp.age_ms.map_or_else(
                    || "of unknown age".to_owned(),
                    |age_ms| format!("{:.1} s old", age_ms as f64 / 1000.0)
                ),
            );
            print!("{}", table(&answer.sheet));
        }
        let pause = tokio::time::Instant::now() + EVERY;
        while tokio::time::Instant::now() < pause {
            if stage.is_over() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A sheet in columns of plain text.
fn table(sheet: &Sheet) -> String {
    let mut text = String::new();
    for block in &sheet.blocks {
        let mut lines = vec![block.columns.iter().map(|column| column.heading.clone()).collect::<Vec<_>>()];
        for row in &block.rows {
            let cells = row.cells.iter().zip(&block.columns);
            lines.push(
                cells.map(|(cell, column)| format_value_local(column.format, &cell.value, sheet.at, None)).collect(),
            );
        }
        let width = |index: usize| lines.iter().map(|line| line[index].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..block.columns.len()).map(width).collect();
        for line in &lines {
            for (cell, width) in line.iter().zip(&widths) {
                text.push_str(&format!("{cell:>width$}  "));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    text
}
