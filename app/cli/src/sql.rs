//! `cms sql`: one SELECT on the history tables of an ACD.

use api::SqlAnswer;
use client::Client;

use crate::arguments::{Format, SqlOptions};
use crate::failure::Failure;
use crate::output;

pub(crate) async fn sql(client: &Client, options: SqlOptions) -> Result<(), Failure> {
    let answer = client.sql(options.acd, &options.sql).await?;
    output::print(&text(&answer, options.format)?)?;
    if answer.truncated {
        let rows = answer.rows.len();
        return Err(Failure::failed(format!(
            "there are more rows than the {rows} that the server gives at once; add a LIMIT or a WHERE"
        )));
    }
    Ok(())
}

pub(crate) fn text(answer: &SqlAnswer, format: Format) -> Result<String, Failure> {
    let rows = answer.rows.iter().map(|row| row.iter().map(|cell| plain(&cell.value)));
    match format {
        Format::Json => output::json(answer),
        Format::Csv => output::csv(&answer.columns, rows),
        Format::Table => {
            let mut table = output::table(output::is_terminal(None));
            table.set_header(&answer.columns);
            for row in rows {
                table.add_row(row);
            }
            Ok(output::table_text(&table))
        }
    }
}

/// A value as it is, without units.
fn plain(value: &catalog::Value) -> String {
    use catalog::Value as V;
    match value {
        V::Blank => String::new(),
        V::Int(value) => value.to_string(),
        V::Real(value) => value.to_string(),
        V::Text(text) => text.to_string(),
        V::Since(at) | V::At(at) => at.to_string(),
    }
}
